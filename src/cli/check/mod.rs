//! `protest check`: everything that could go wrong, before the day. It sends nothing and writes nothing.

mod findings;
mod letters;
mod way;

use clap::Args;

use self::findings::kept;
use super::failure::{Failure, Outcome};
use super::options::{PlanOptions, SenderOptions, SignerOptions};
use super::session::Session;
use super::{correspondent, route, sources, terminal};
use crate::campaign::settings::file::CampaignFile;
use crate::check::{self, Finding, sender};
use crate::exit::Exit;
use crate::letter::desk::Desk;

#[derive(Args, Debug)]
#[command(after_help = "\
It goes as far as the mail server's log-in, sends nothing, and ends with 0 where nothing stands in
the way, else with the code that sending would end with.

--json gives an array of objects with `check` (what was looked at: config, signer, letter, rows,
shared-emails, own-words, consent, address, post, ledger, from, relay, tls, log-in, pace, limits),
`ok` (true or false), `verdict` (good, note or bad), `message`, and `what_to_do` (or null).

Examples:
  protest --config my-campaign/campaign.toml check
  protest check --json")]
pub(super) struct Check {
    #[command(flatten)]
    signer: SignerOptions,
    #[command(flatten)]
    sender: SenderOptions,
    #[command(flatten)]
    plan: PlanOptions,
    /// What was found, as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Check, session: &Session) -> Outcome {
    let mut findings = Vec::new();
    let mut errors = Vec::new();
    let config = CampaignFile::find(session.globals.config.as_deref(), &mut errors);
    if let Some(config) = config.as_ref().filter(|_| errors.is_empty()) {
        findings.push(Finding::good("config", format!("{} is in order", config.path.display())));
    }
    if errors.is_empty() {
        look(options, config.as_ref(), session, &mut findings)?;
    }
    for error in errors {
        kept::<()>(error.about, Err(error.into()), &mut findings);
    }
    if options.json {
        let json = serde_json::to_string_pretty(&findings)
            .map_err(|error| Failure::new(Exit::CannotCreate, error.to_string()))?;
        terminal::print(format!("{json}\n").as_bytes())?;
    } else {
        terminal::print(findings::in_words(&findings).as_bytes())?;
    }
    Ok(check::exit(&findings))
}

fn look(
    options: &Check,
    config: Option<&CampaignFile>,
    session: &Session,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let one = options.signer.name.is_some() || options.signer.country.is_some();
    let list =
        options.signer.signers.clone().or_else(|| config.and_then(|config| config.signers.signers.clone()));
    if !one && list.is_none() {
        return Err(Failure::usage(
            "what shall be checked? Add --config FILE, or --signers FILE.csv, or --name \"Your Name\" --country Japan",
        ));
    }
    let desk =
        sources::desk(&session.globals, &options.signer.letter, config, session.now).map(Desk::for_sending);
    let desk = kept("letter", desk, findings);
    let relay = kept("relay", route::relay(&options.sender, config), findings);
    let mut from = None;
    let mut mail = 0;
    if let Some(desk) = &desk {
        let to_mail = match list.filter(|_| !one) {
            Some(list) => letters::campaign(options, &list, desk, config, session, findings)?,
            None => letters::one_signer(options, desk, config, session, &mut from, findings),
        };
        mail = to_mail;
    }
    let bounce;
    if one {
        bounce = from.clone();
    } else {
        let sender = kept("from", correspondent::campaign_sender(&options.sender, config), findings);
        bounce = sender.as_ref().map(|sender| sender.bounce.clone());
        from = sender.map(|sender| sender.from);
    }
    if let (Some(from), Some(bounce), Some(relay)) = (&from, &bounce, relay) {
        findings.extend(sender::judge(from, bounce, &relay));
        way::limits(options, mail, &relay, config, one, findings);
        way::server(options, relay, from, config, session, findings);
    }
    Ok(())
}
