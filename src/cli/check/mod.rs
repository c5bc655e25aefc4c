//! `protest check`: everything that could go wrong, before the day. It sends nothing and writes nothing.

mod findings;
mod letters;
mod way;

use clap::Args;

use self::findings::kept;
use super::failure::{Failure, Outcome};
use super::session::Session;
use super::terminal;
use crate::campaign::settings::sender::SenderOptions;
use crate::campaign::settings::signers::{SignerOptions, Who};
use crate::campaign::settings::{Given, PlanOptions, Settings};
use crate::check::{self, Finding, sender};

#[derive(Args, Debug)]
#[command(after_help = "\
It goes as far as the mail server's log-in, sends nothing, and ends with 0 where nothing stands in
the way, else with the code that sending would end with.

--json gives an array of objects with `check` (what was looked at: config, signer, letter, rows,
shared-emails, own-words, consent, address, post, ledger, from, bounces, relay, tls, log-in, pace,
limits, shared),
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

impl Check {
    fn given(&self, session: &Session) -> Given {
        Given {
            signer: self.signer.clone(),
            sender: self.sender.clone(),
            plan: self.plan.clone(),
            ..session.given()
        }
    }
}

pub(super) fn run(options: &Check, session: &Session) -> Outcome {
    let mut findings = Vec::new();
    let (settings, errors) = Settings::judge(&options.given(session), session.now);
    if let Some(file) = settings.file.as_ref().filter(|_| errors.is_empty()) {
        findings.push(Finding::good("config", format!("{} is in order", file.display())));
    }
    let known: Vec<&str> = errors.iter().map(|error| error.about).collect();
    for error in &errors {
        findings.push(findings::bad(error.about, &error.clone().into()));
    }
    look(options, &settings, &known, session, &mut findings)?;
    if options.json {
        terminal::print_json(&findings)?;
    } else {
        terminal::print_text(&findings::in_words(&findings))?;
    }
    Ok(check::exit(&findings))
}

/// Looks at everything but what is `known` to be wrong already.
fn look(
    options: &Check,
    settings: &Settings,
    known: &[&str],
    session: &Session,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    if settings.who == Who::Nobody {
        return if known.is_empty() { Err(nobody()) } else { Ok(()) };
    }
    let desk = kept("letter", settings.desk_for_sending().map_err(Failure::from), findings);
    let relay = if known.contains(&"relay") {
        None
    } else {
        kept("relay", settings.relay().map_err(Failure::from), findings)
    };
    let mut from = None;
    let mut mail = 0;
    if let Some(desk) = &desk {
        mail = match settings.who.list() {
            Some(list) => letters::campaign(list, desk, settings, session, findings)?,
            None => letters::one_signer(&options.signer, desk, settings, session, &mut from, findings),
        };
    }
    let mut bounce = from.clone();
    if settings.who.list().is_some() && !known.contains(&"from") {
        let sender = kept("from", settings.sender.of_campaign().map_err(Failure::from), findings);
        bounce = sender.as_ref().map(|sender| sender.bounce.clone());
        from = sender.map(|sender| sender.from);
    }
    if let (Some(from), Some(bounce), Some(relay)) = (&from, &bounce, relay) {
        findings.extend(sender::judge(from, bounce, relay));
        way::limits(mail, relay, settings, findings);
        way::server(relay, from, settings, session.terminal, findings);
    }
    Ok(())
}

fn nobody() -> Failure {
    Failure::usage(
        "what shall be checked? Add --config FILE, or --signers FILE.csv, or --name \"Your Name\" --country Japan",
    )
}
