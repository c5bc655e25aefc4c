//! `protest check`: everything that could go wrong, before the day. It sends nothing and writes nothing.

use std::collections::BTreeSet;
use std::path::Path;

use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::failure::{Failure, Outcome};
use super::options::{PlanOptions, SenderOptions, SignerOptions};
use super::session::Session;
use super::{correspondence, printing, route, sources, terminal};
use crate::campaign::config::Config;
use crate::campaign::plan::{self, Channel};
use crate::check::addresses::{self, Addressed};
use crate::check::rows::{self, Since};
use crate::check::{self, Finding, Verdict, letters, pace, relay, sender};
use crate::delivery::work::Line;
use crate::exit::Exit;
use crate::ledger::{Ledger, Retry};
use crate::letter::desk::Desk;
use crate::mailbox::Mailbox;
use crate::provider;
use crate::relay::{Host, Relay};
use crate::signer::Wishes;
use crate::signer::list::{Conditions, Source};

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
    if let Some(config) = kept("config", sources::config(&session.globals), &mut findings) {
        if let Some(config) = &config {
            findings.push(Finding::good("config", format!("{} is in order", config.file.display())));
        }
        look(options, config.as_ref(), session, &mut findings)?;
    }
    if options.json {
        let json = serde_json::to_string_pretty(&findings)
            .map_err(|error| Failure::new(Exit::CannotCreate, error.to_string()))?;
        terminal::print(format!("{json}\n").as_bytes())?;
    } else {
        terminal::print(in_words(&findings).as_bytes())?;
    }
    Ok(check::exit(&findings))
}

/// The value; or nothing, and the failure as a finding.
fn kept<T>(check: &'static str, result: Result<T, Failure>, findings: &mut Vec<Finding>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(failure) => {
            findings.push(Finding {
                check,
                verdict: Verdict::Bad(failure.exit),
                message: failure.to_string(),
                what_to_do: None,
            });
            None
        }
    }
}

fn look(
    options: &Check,
    config: Option<&Config>,
    session: &Session,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let one = options.signer.name.is_some() || options.signer.country.is_some();
    let list = options.signer.signers.clone().or_else(|| config.and_then(|config| config.signers.clone()));
    if !one && list.is_none() {
        return Err(Failure::usage(
            "what shall be checked? Add --config FILE, or --signers FILE.csv, or --name \"Your Name\" --country Japan",
        ));
    }
    let desk = sources::desk(&session.globals, &options.signer.letter, config, session.now);
    let desk = kept("letter", desk, findings);
    let relay = kept("relay", route::relay(&options.sender, config), findings);
    let mut from = None;
    let mut mail = 0;
    if let Some(desk) = &desk {
        let to_mail = match list.filter(|_| !one) {
            Some(list) => campaign(options, &list, desk, config, session, findings)?,
            None => one_signer(options, desk, config, session, &mut from, findings),
        };
        mail = to_mail;
    }
    let bounce;
    if one {
        bounce = from.clone();
    } else {
        let sender = kept("from", correspondence::campaign_sender(&options.sender, config), findings);
        bounce = sender.as_ref().map(|sender| sender.bounce.clone());
        from = sender.map(|sender| sender.from);
    }
    if let (Some(from), Some(bounce), Some(relay)) = (&from, &bounce, relay) {
        findings.extend(sender::judge(from, bounce, &relay));
        limits(options, mail, &relay, config, one, findings);
        server(options, relay, from, config, session, findings);
    }
    Ok(())
}

/// A list: its letters, rows, consents, addresses, windows. Gives how many letters go by mail.
fn campaign(
    options: &Check,
    list: &Path,
    desk: &Desk,
    config: Option<&Config>,
    session: &Session,
    findings: &mut Vec<Finding>,
) -> Result<u64, Failure> {
    let Some(source) = kept("rows", Source::open(list).map_err(Failure::from), findings) else {
        return Ok(0);
    };
    for notice in source.notices() {
        session.terminal.notice(&notice.to_string());
    }
    let path = correspondence::campaign_ledger(&options.sender, config, session);
    let ledger = correspondence::ledger_to_look_at(&path, config, session);
    let Some(mut ledger) = kept("ledger", ledger, findings) else { return Ok(0) };
    let conditions = Conditions { today: session.today(), consent_needed: true };
    let printer = kept("post", printing::for_post(&options.plan, None, config), findings).flatten();
    let rules = options.plan.rules(config, conditions, ledger.year(), printer.as_ref());
    let since = since(config, options);
    let survey = rows::survey(&source, conditions, since.as_ref()).map_err(Failure::from);
    let Some(survey) = kept("rows", survey, findings) else { return Ok(0) };
    let unreviewed = options.plan.takes_unreviewed(config);
    findings.extend(letters::judge(desk, &survey.wanted, unreviewed));
    let Some(keys) = kept("ledger", ledger.keys().map_err(Failure::from), findings) else { return Ok(0) };
    let mut listed = ledger.list()?;
    let plan = plan::make(&source, desk, &keys, &rules, &mut listed)?;
    findings.extend(rows::judge(&plan, &listed.shared_emails(10)?));
    findings.extend(survey.own_words());
    findings.extend(survey.consents(since.as_ref()));
    let addressed: Vec<Addressed<'_>> = plan
        .lanes
        .iter()
        .map(|lane| Addressed { embassy: lane.embassy, channel: lane.channel, letters: lane.letters })
        .collect();
    findings.extend(addresses::judge(addressed.iter().copied(), session.today()));
    let has_folder = options.plan.post.is_some() || config.is_some_and(|config| config.post.is_some());
    findings.extend(addresses::post(&addressed, has_folder));
    let standing = listed.compare(Retry::default())?;
    let manner = route::manner(&options.plan, config, true);
    findings.extend(pace::judge(&plan, &standing, &manner, session.now));
    let mail = plan.letters(Channel::Mail);
    findings.push(of_ledger(&path, listed.ledger())?);
    Ok(mail)
}

fn of_ledger(path: &Path, ledger: &Ledger) -> Result<Finding, Failure> {
    if !path.exists() {
        return Ok(Finding::good("ledger", format!("{} will be made: nothing was sent yet", path.display())));
    }
    let counts = ledger.tally()?.all;
    let words = super::send::counts_in_words(&counts);
    let message = format!("{}: {words}", path.display());
    Ok(if counts.in_doubt > 0 {
        Finding::note(
            "ledger",
            message,
            "`protest status --in-doubt` names them, `protest settle` settles them",
        )
    } else {
        Finding::good("ledger", message)
    })
}

/// From when on consents are to the letter as it is: what the campaign says, else when the letter's file was changed.
fn since(config: Option<&Config>, options: &Check) -> Option<Since> {
    if let Some(day) = config.and_then(|config| config.consent_since) {
        return Some(Since::Stated(day));
    }
    let letter = options.signer.letter.letter.clone().or_else(|| config?.letter.clone())?;
    let changed = std::fs::metadata(&letter).and_then(|metadata| metadata.modified()).ok()?;
    let changed = Timestamp::try_from(changed).ok()?;
    Some(Since::Changed { file: letter, on: TimeZone::UTC.to_datetime(changed).date() })
}

/// One signer's letter. Gives how many letters go by mail.
fn one_signer(
    options: &Check,
    desk: &Desk,
    config: Option<&Config>,
    session: &Session,
    from: &mut Option<Mailbox>,
    findings: &mut Vec<Finding>,
) -> u64 {
    let signer = sources::signer(&options.signer, session.terminal);
    let Some(signer) = kept("signer", signer, findings) else { return 0 };
    let account = correspondence::with_account(signer, desk, &options.sender, config);
    let account = account.and_then(|(signer, from)| Ok((signer, from.ok_or_else(correspondence::no_from)?)));
    let Some((signer, address)) = kept("from", account, findings) else { return 0 };
    *from = Some(address);
    let wishes = Wishes::default();
    let letter = desk.letter(&signer, &wishes).map_err(Failure::from);
    let Some(letter) = kept("letter", letter, findings) else { return 0 };
    findings.extend(letters::judge(desk, &BTreeSet::new(), true));
    let channel = plan::channel(letter.embassy, options.plan.old_addresses);
    findings.extend(addresses::judge(
        [Addressed { embassy: letter.embassy, channel, letters: 1 }],
        session.today(),
    ));
    u64::from(channel == Channel::Mail)
}

/// The pace beside what the relay's provider is known to allow.
fn limits(
    options: &Check,
    mail: u64,
    relay: &Relay,
    config: Option<&Config>,
    one: bool,
    findings: &mut Vec<Finding>,
) {
    let Relay::Smtp(smtp) = relay else { return };
    let Host::Name(host) = &smtp.host else { return };
    if one || mail == 0 {
        return;
    }
    match provider::at_host(host) {
        Some(provider) => {
            findings.extend(pace::limits(mail, &route::manner(&options.plan, config, true), provider));
        }
        None => findings.push(Finding::note(
            "limits",
            format!("what {host} lets an account send is not known here"),
            "ask whoever runs it, and keep under it with rate and limit",
        )),
    }
}

/// The relay as far as its log-in.
fn server(
    options: &Check,
    relay: Relay,
    from: &Mailbox,
    config: Option<&Config>,
    session: &Session,
    findings: &mut Vec<Finding>,
) {
    let smtp = match relay {
        Relay::Smtp(smtp) => smtp,
        Relay::Directory(folder) => {
            findings.push(Finding::note(
                "relay",
                format!("letters are written to {} and not sent: a rehearsal on disk", folder.display()),
                "give --smtp for the day itself",
            ));
            return;
        }
        Relay::Sendmail => {
            let line = route::line(Relay::Sendmail, from, &options.plan, config, session);
            if let Some(line) = kept("relay", line, findings) {
                findings.extend(relay::judge(&line));
            }
            return;
        }
    };
    let Some(mut access) = kept("tls", route::access(&smtp, from, &options.plan, config), findings) else {
        return;
    };
    let credential = route::credential(&smtp, config, session);
    let mut of_log_in = Vec::new();
    access.credential = kept("log-in", credential, &mut of_log_in).flatten();
    findings.extend(relay::judge(&Line::Smtp(smtp, access)));
    findings.extend(of_log_in);
}

/// The findings as a list of ticks and crosses.
fn in_words(findings: &[Finding]) -> String {
    let [tick, cross, note] =
        if terminal::shows_unicode() { ["✓", "✗", "!"] } else { ["ok", "NO", "! "] };
    let mut text = String::new();
    let mut counts = [0_u64; 3];
    for finding in findings {
        let (mark, index) = match finding.verdict {
            Verdict::Good => (tick, 0),
            Verdict::Note => (note, 1),
            Verdict::Bad(_) => (cross, 2),
        };
        counts[index] += 1;
        text.push_str(&format!("{mark} {}: {}\n", finding.check, finding.message.replace('\n', "\n    ")));
        if let Some(what_to_do) = &finding.what_to_do {
            text.push_str(&format!("    do: {what_to_do}\n"));
        }
    }
    let [good, notes, bad] = counts;
    let sum = match bad {
        0 => "Nothing stands in the way".to_owned(),
        1 => "1 thing stands in the way".to_owned(),
        bad => format!("{bad} things stand in the way"),
    };
    let notes = if notes == 1 { "1 note".to_owned() } else { format!("{notes} notes") };
    text + &format!("\n{sum}; {notes}; {good} in order.\n")
}
