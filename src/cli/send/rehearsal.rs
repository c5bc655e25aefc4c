//! Rehearsals: the same letters, to oneself or to a folder. No claim, no outcome, no embassy.

use std::collections::HashSet;
use std::path::Path;

use crate::campaign::letters::Letters;
use crate::campaign::plan::{Channel, Plan};
use crate::campaign::settings::Settings;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::route;
use crate::cli::session::Session;
use crate::delivery::rehearse::{Handed, hand_over};
use crate::delivery::session::Watch;
use crate::embassy::AddressBook;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::ledger::{self, Ledger};
use crate::letter::Letter;
use crate::letter::form::file_name::file_name;
use crate::mailbox::Mailbox;
use crate::message::Sender;
use crate::message::compose::{self, Composed};
use crate::relay::Relay;
use crate::wording::count;

/// Sends one signer's letter to `to` alone.
pub(super) fn one(
    letter: &Letter<'_>,
    sender: &Sender,
    to: &Mailbox,
    relay: Relay,
    settings: &Settings,
    session: &Session,
) -> Outcome {
    let keys = Ledger::ephemeral(None, settings.ledger.year)?.keys()?;
    let message = compose::rehearsal(letter, sender, to, &keys, session.now);
    send(&[message], to, relay, sender, settings, session)
}

/// Sends one letter per template and language of a plan to `to` alone.
pub(super) fn many(
    letters: &Letters<'_>,
    plan: &Plan<'_>,
    to: &str,
    relay: Relay,
    settings: &Settings,
    session: &Session,
) -> Outcome {
    let to = address(to, &letters.desk.book)?;
    let mut seen = HashSet::new();
    let mut messages = Vec::new();
    let mut sender = None;
    for planned in plan.letters(Channel::Mail).chain(plan.letters(Channel::Post)) {
        let row = letters.row(planned.map_err(changed)?.position).map_err(changed)?;
        // Two rows may name one language in two ways: ja, ja-JP.
        let template = letters.desk.template(&row.wishes)?;
        if !seen.insert(template.file().to_owned()) {
            continue;
        }
        let letter = letters.letter(&row).map_err(changed)?;
        let from = letters.sender(&row);
        messages.push(compose::rehearsal(&letter, &from, &to, &letters.keys, session.now));
        sender.get_or_insert(from);
    }
    match sender {
        Some(sender) => send(&messages, &to, relay, &sender, settings, session),
        None => Err(Failure::new(Exit::Data, "the list has no letter to rehearse")),
    }
}

/// Why a plan made just now does not hold any more.
fn changed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::TemporaryFailure, error.to_string())
}

/// Where a rehearsal goes: to no embassy, whatever was typed.
pub(super) fn address(to: &str, book: &AddressBook) -> Result<Mailbox, Failure> {
    let refused = |problem: String| Failure::new(Exit::Data, format!("--rehearse: {problem}"));
    let to = Mailbox::parse(to).map_err(|error| refused(error.to_string()))?;
    if book.is_a_missions(&to) {
        return Err(refused(format!("{to} is an embassy's own address: write your own")));
    }
    Ok(to)
}

fn send(
    messages: &[Composed],
    to: &Mailbox,
    relay: Relay,
    sender: &Sender,
    settings: &Settings,
    session: &Session,
) -> Outcome {
    if let Some(folder) = relay.directory() {
        files::make_folder(folder)?;
        for (number, message) in messages.iter().enumerate() {
            files::write(&folder.join(format!("rehearsal-{}.eml", number + 1)), &message.bytes, Old::Stays)?;
        }
        return Ok(Exit::Done);
    }
    let line = route::line(relay, &sender.from, settings, session.terminal)?;
    let all =
        hand_over(&line, messages, Watch { give_up: &|| false, tell: &|text| session.terminal.say(text) })?;
    let mut exit = Exit::Done;
    for Handed { outcome, why_unsent } in &all {
        let word = super::progress::in_words(outcome);
        let why = why_unsent.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        session.terminal.say(&format!("Rehearsal to {to}: {word}{why}"));
        exit = exit.or_worse(match outcome {
            ledger::Outcome::Accepted(_) => Exit::Done,
            ledger::Outcome::Deferred(_) | ledger::Outcome::Unsent => Exit::TemporaryFailure,
            _ => Exit::SomeLettersFailed,
        });
    }
    session.terminal.notice("No embassy was written to, and the ledger knows nothing of it.");
    Ok(exit)
}

/// Writes the messages of a plan to `folder`, one `.eml` each.
pub(super) fn write_all(letters: &Letters<'_>, plan: &Plan<'_>, folder: &Path, session: &Session) -> Outcome {
    files::make_folder(folder)?;
    let mut written = 0_u64;
    for planned in plan.letters(Channel::Mail) {
        let position = planned.map_err(changed)?.position;
        let (composed, _) = letters.composed(&*letters.row(position).map_err(changed)?).map_err(changed)?;
        let name = format!("{:04}-{}.eml", position.number, local_part(&composed));
        files::write_again(&folder.join(name), &composed.bytes)?;
        written += 1;
    }
    let post = plan.count(Channel::Post);
    session.terminal.say(&format!(
        "{}: {} there now, and nothing was sent ({} would go by post).",
        folder.display(),
        count(written, "message"),
        count(post, "letter")
    ));
    Ok(Exit::Done)
}

fn local_part(composed: &Composed) -> &str {
    composed.message_id.as_str().split('@').next().unwrap_or_default()
}

/// Writes one message to `folder`.
pub(super) fn write_one(folder: &Path, letter: &Letter<'_>, row: u64, bytes: &[u8]) -> Result<(), Failure> {
    files::make_folder(folder)?;
    let name = file_name(row, letter.embassy.country.code(), letter.signer.name(), "eml");
    Ok(files::write_again(&folder.join(name), bytes)?)
}
