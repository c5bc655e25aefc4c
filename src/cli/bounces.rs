//! `protest bounces`: reads returned mail, shows what it says of the campaign's letters, and records it.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::session::Session;
use super::shared_ledger;
use super::{table, terminal};
use crate::bounce::mailbox_file::{self, MailboxFileError};
use crate::bounce::reading::{Counts, Findings, Reading, Unknown, Unmatched};
use crate::campaign::settings::Given;
use crate::campaign::settings::sender::SenderOptions;
use crate::embassy::AddressBook;
use crate::exit::Exit;
use crate::ledger::{Ledger, LedgerError};
use crate::wording::count;

#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  protest bounces returned.mbox --dry-run\n  protest bounces ~/Maildir")]
pub(super) struct Bounces {
    /// Mailboxes: mbox, Maildir, .eml, or folders of these; - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    sender: SenderOptions,
    /// Show what came back and record nothing
    #[arg(long)]
    dry_run: bool,
    /// The counts as JSON, with the list of what could not be matched
    #[arg(long)]
    json: bool,
    /// Hold the addresses that servers do not know, unasked
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(options: &Bounces, session: &Session) -> Outcome {
    let settings = session.settings(&Given { sender: options.sender.clone(), ..session.given() })?;
    let location = shared_ledger::to_look_at(&settings)?;
    let ledger = if options.dry_run {
        Ledger::open_read_only(&location, None)?
    } else {
        Ledger::open(&location, None)?
    };
    session.terminal.notice_line(&format!("Ledger: {location}"));
    let mut reading = Reading::new(&ledger, session.now)?;
    let mut exit = Exit::Done;
    for path in &options.paths {
        let read = mailbox_file::read(path, &mut |found, bytes| reading.take(found, bytes));
        let failure = match read {
            Ok(()) => continue,
            // The ledger's own fault ends it all; a mailbox's is that mailbox's alone.
            Err(MailboxFileError::Taker(error)) => return Err(LedgerError::into(error)),
            Err(error) => {
                let exit = match error {
                    MailboxFileError::NoMailbox(_) => Exit::Data,
                    _ => Exit::NoInput,
                };
                Failure::new(exit, error.to_string())
            }
        };
        session.terminal.error(&failure);
        exit = worse(exit, failure.exit);
    }
    let findings = reading.end()?;
    tell(&findings, options, session);
    let hold = to_hold(&findings, options, session)?;
    if !options.dry_run && (!findings.bounces.is_empty() || !hold.is_empty()) {
        ledger.record_bounces(&findings.bounces, &hold, session.now)?;
    }
    let shown = if options.json { in_json(&findings, &hold)? } else { in_words(&findings, options.dry_run) };
    terminal::print(shown.as_bytes())?;
    Ok(exit)
}

/// A path that is not there outweighs one that is something else.
fn worse(one: Exit, other: Exit) -> Exit {
    if one == Exit::NoInput { one } else { other }
}

/// What a person should look at.
fn tell(findings: &Findings, options: &Bounces, session: &Session) {
    if !options.json {
        for Unmatched { found, subject, status, recipient, why } in &findings.unmatched {
            let file = found.file.display();
            let about = [status.as_deref(), recipient.as_deref()];
            let about = about.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let about = if about.is_empty() { about } else { format!(" ({about})") };
            let subject = crate::wording::quoted(subject);
            session.terminal.notice_line(&format!(
                "{file}, message {}: {subject}{about} names no letter: {why}.",
                found.number
            ));
        }
    }
    for alone in &findings.left_alone {
        session.terminal.notice_line(&format!(
            "A letter to {} is reported to have come back, and the ledger has it as {}: it is left as it is.",
            alone.destination,
            alone.state.word().replace('_', " ")
        ));
    }
    if findings.counts.skipped > 0 {
        let skipped = count(findings.counts.skipped, "message");
        session.terminal.notice(&format!("{skipped} over 50 MB, or nested over 20 deep: not looked into."));
    }
}

/// The addresses to hold: by `--yes`, or by the answer to a question. Where nobody can be asked none is held, and each is
/// named.
fn to_hold(findings: &Findings, options: &Bounces, session: &Session) -> Result<Vec<String>, Failure> {
    if findings.unknown.is_empty() {
        return Ok(Vec::new());
    }
    let book = session.globals.sources.address_book()?;
    let mut hold = Vec::new();
    for (address, unknown) in &findings.unknown {
        let said = unknown_in_words(address, unknown, &book);
        let can_ask = session.terminal.can_ask() && !options.dry_run;
        if options.yes {
            session.terminal.notice(&said);
        } else if can_ask {
            let question = format!("{said} Hold the letters to it until the book has another address?");
            if !session.terminal.agrees(&question) {
                continue;
            }
        } else {
            session.terminal.notice(&format!("{said} It is not held: add --yes to hold it."));
            continue;
        }
        hold.push(address.clone());
    }
    Ok(hold)
}

fn unknown_in_words(address: &str, unknown: &Unknown, book: &AddressBook) -> String {
    let of_it = |embassy: &&crate::embassy::Embassy| {
        embassy.email.as_ref().is_some_and(|email| email.mailbox.to_string().eq_ignore_ascii_case(address))
    };
    let rows: Vec<String> = book
        .missions()
        .filter(of_it)
        .map(|embassy| format!("line {} of the address book, {}", embassy.line, embassy.title()))
        .collect();
    let row = if rows.is_empty() { "no longer in the address book".to_owned() } else { rows.join("; ") };
    format!(
        "{address} is not known to its mail server ({}): {} came back; {row}.",
        unknown.status,
        count(unknown.letters, "letter")
    )
}

fn in_words(findings: &Findings, is_dry_run: bool) -> String {
    let Counts { messages, bounced, known, delayed, answered, delivered, foreign, unmatched, skipped } =
        findings.counts;
    let mut text = format!("{} read.\n", count(messages, "message"));
    let lines = [
        (
            bounced,
            if is_dry_run {
                "came back (a dry run: nothing was recorded)"
            } else {
                "came back, and are recorded so"
            },
        ),
        (known, "known to have come back, or left as they are"),
        (delayed, "delayed, and still being tried"),
        (delivered, "reported as delivered"),
        (answered, "automatic answers"),
        (unmatched, "reports that name no letter"),
        (foreign, "other mail"),
        (skipped, "not looked into"),
    ];
    for (number, what) in lines.into_iter().filter(|(number, _)| *number > 0) {
        text.push_str(&format!("{number:>8}  {what}\n"));
    }
    if !findings.by_destination.is_empty() {
        let mut rows = table::new(["embassy", "letters", "status"]);
        for ((destination, status), letters) in &findings.by_destination {
            rows.add_row([destination.clone(), letters.to_string(), status.clone()]);
        }
        text.push_str(&format!("\n{}\n", table::shown(&rows)));
    }
    text
}

fn in_json(findings: &Findings, hold: &[String]) -> Result<String, Failure> {
    let Counts { messages, bounced, known, delayed, answered, delivered, foreign, unmatched, skipped } =
        findings.counts;
    let list: Vec<Value> = findings
        .unmatched
        .iter()
        .map(|unmatched| {
            json!({
                "file": unmatched.found.file.display().to_string(),
                "message": unmatched.found.number,
                "subject": unmatched.subject,
                "status": unmatched.status,
                "recipient": unmatched.recipient,
                "why": unmatched.why,
            })
        })
        .collect();
    let value = json!({
        "messages": messages,
        "bounced": bounced,
        "known": known,
        "delayed": delayed,
        "answered": answered,
        "delivered": delivered,
        "foreign": foreign,
        "unmatched": unmatched,
        "held": hold.len(),
        "skipped": skipped,
        "list": list,
    });
    let text = serde_json::to_string_pretty(&value);
    text.map(|text| text + "\n").map_err(|error| Failure::new(Exit::CannotCreate, error.to_string()))
}
