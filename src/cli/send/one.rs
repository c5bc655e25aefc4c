//! One signer's letter, from the signer's own account.

use std::path::Path;
use std::sync::Arc;

use crate::campaign::plan;
use crate::campaign::settings::Settings;
use crate::campaign::settings::pace::Manner;
use crate::campaign::settings::post;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::notices::Way;
use crate::cli::session::Session;
use crate::cli::shown::shown;
use crate::cli::{correspondent, language, notices, one_signer, route, sums, to_copy};
use crate::delivery::clock::SteadyClock;
use crate::delivery::outbox::Parcel;
use crate::delivery::outboxes::OneLetter;
use crate::embassy::Confidence;
use crate::exit::{Exit, ExitCode as _};
use crate::ledger::{
    Again, Copies, Enrolment, Keys, Ledger, LookAlikes, Purpose, Retry, Scope, Standing, State,
};
use crate::letter::Letter;
use crate::letter::form::text;
use crate::mailbox::Mailbox;
use crate::message::compose::{self, Composed};
use crate::message::{MessageId, Sender};
use crate::relay::Relay;
use crate::wording::instant;

use super::options::Send;
use super::progress::Progress;
use super::{carry_out, confirm, ledger_in_words, plan_in_words, rehearsal};

/// A ledger of single letters is for the few people at one computer (docs/sending.md, "Sender policy").
const MOST_SIGNERS: u64 = 5;

/// Fails where nothing tells the relay: of several faults this counts most.
fn relay_can_be_known(options: &Send, settings: &Settings) -> Result<(), Failure> {
    if !settings.sender.is_known(options.signer.email.as_deref()) {
        settings.relay()?;
    }
    Ok(())
}

/// The relay that was named, else that of the provider at which the account is.
fn relay(settings: &Settings, account: Option<&Mailbox>, session: &Session) -> Result<Relay, Failure> {
    match (&settings.relay, account) {
        (None, Some(account)) => route::of_account(account, session.terminal),
        _ => Ok(settings.relay()?.clone()),
    }
}

pub(super) fn run(options: &Send, settings: &Settings, session: &Session) -> Outcome {
    one_signer::must_be_named(&options.signer, session.terminal)?;
    relay_can_be_known(options, settings)?;
    let desk = settings.desk_for_sending()?;
    let signer = one_signer::one_signer(&options.signer, session.terminal)?;
    let (signer, from) = correspondent::with_account(signer, &desk, settings)?;
    let relay = relay(settings, from.as_ref(), session)?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    let sender = Sender::in_person(signer.name(), from.ok_or_else(correspondent::no_from)?);
    if let Some(to) = &options.rehearse {
        let to = rehearsal::address(to, &desk.book)?;
        return rehearsal::one(&letter, &sender, &to, relay, settings, session);
    }
    let Some(email) = &letter.embassy.email else {
        return Err(to_copy::no_mail_address(&letter, &options.signer, session));
    };
    if let (Some(folder), false) = (relay.directory(), options.dry_run) {
        return write_to(folder, &letter, &sender, options, settings, session);
    }
    route::must_be_there(&relay, settings, session.terminal)?;
    let mut ledger = ledger(options, settings)?;
    let first_line = ledger_in_words::first_line(&ledger, session)?;
    let keys = ledger.keys()?;
    let print = compose::fingerprint(&keys, letter.signer, letter.embassy);
    let before = ledger.standing(print.key)?;
    let wants_copy = settings.copies == post::Copies::ToSigners;
    let owes_copy = wants_copy && before.as_ref().is_some_and(|standing| standing.owes_copy);
    let address = email.mailbox.to_string();
    let has_moved = before.as_ref().is_none_or(|standing| standing.has_moved(&address));
    let came_back = before.as_ref().is_some_and(|standing| standing.state == State::Bounced);
    let retry = confirm::the_letters_that_came_back(u64::from(came_back && !has_moved), options, session);
    let settled =
        before.filter(|_| !owes_copy).and_then(|standing| settled(&standing, has_moved, retry, session));
    if let Some(end) = settled {
        return Ok(end);
    }
    if ledger.signers_besides(print.signer)? >= MOST_SIGNERS {
        return Err(too_many_signers(&ledger));
    }
    let mut list = ledger.list()?;
    list.add(&Enrolment {
        row: 1,
        letter: print,
        destination: &letter.embassy.destination(),
        mail_address: Some(&email.mailbox.to_string()),
    })?;
    show(&first_line, &letter, &sender, &relay, &list.look_alikes(1)?, options, session)?;
    if plan::channel(letter.embassy, settings.addresses) == plan::Channel::Post
        && email.confidence == Confidence::Low
    {
        confirm::the_old_address(options, session)?;
    }
    if options.dry_run {
        session.terminal.notice("A dry run: nothing was sent, and no file was made.");
        return Ok(Exit::Done);
    }
    confirm::the_letter(options, session)?;
    let line = route::line(relay, &sender.from, settings, session.terminal)?;
    let interrupted = carry_out::interruption()?;
    let composed = composed(&letter, &sender, &keys, options, session)?;
    let message_id = composed.message_id.clone();
    let copy = wants_copy.then(|| compose::copy(&letter, &sender, &keys, session.now)).flatten();
    let parcel = Parcel { key: print.key, row: 1, signer: signer.name().to_owned(), letter: composed, copy };
    let outbox = OneLetter::new(letter.embassy.destination(), email.mailbox.clone(), parcel);
    let outbox = if owes_copy { outbox.but_only_its_copy() } else { outbox };
    let clock = Arc::new(SteadyClock::new(chrono::Utc::now));
    let ledgers_clock = Arc::clone(&clock);
    let (_, run) = list.start(Scope::OneLetter, retry, move || ledgers_clock.now())?;
    let progress = Progress::of_one(session.terminal);
    let manner = Manner { early: options.early(), ..settings.pace.clone() };
    let stop = carry_out::carry_out(&outbox, &run, &line, &manner, &|| clock.now(), &interrupted, &progress);
    let ended = run.end();
    let standing = ledger.standing(print.key)?;
    let mut exit = standing.as_ref().map_or(Exit::TemporaryFailure, |standing| match standing.state {
        State::Accepted if standing.owes_copy && wants_copy => Exit::TemporaryFailure,
        State::Accepted | State::ByPost => Exit::Done,
        State::Refused | State::Bounced | State::InDoubt => Exit::SomeLettersFailed,
        State::Pending | State::Claimed | State::Deferred => Exit::TemporaryFailure,
    });
    if let Some(stop) = &stop {
        exit = exit.or_worse(stop.exit());
        session.terminal.say(&stop.to_string());
    } else {
        ended?;
    }
    let is_held = ledger.held()?.iter().any(|held| held.address.eq_ignore_ascii_case(&address));
    // What stopped the run has said what is to be done.
    let goes_on = stop.is_none() && !is_held;
    session.terminal.say(&after(standing.as_ref(), &letter, &message_id, goes_on));
    if is_held && exit == Exit::TemporaryFailure {
        session.terminal.say(&format!(
            "{address} is held, since the mail server refused letters to it: it waits until the address book has another \
             one, or --retry-refused is given."
        ));
        exit = Exit::SomeLettersFailed;
    }
    let owed = u64::from(standing.as_ref().is_some_and(|standing| standing.owes_copy));
    if let Some(text) = sums::copies(owed, Copies::default(), wants_copy) {
        session.terminal.say(&text);
    }
    Ok(exit)
}

/// The letter's ledger, made if need be; for a dry run the one that is there, or one in memory: it leaves no file.
fn ledger(options: &Send, settings: &Settings) -> Result<Ledger, Failure> {
    let location = settings.ledger.of_one()?.into();
    if options.dry_run {
        correspondent::ledger_to_look_at(&location, settings)
    } else {
        correspondent::open_ledger(&location, settings)
    }
}

/// A rehearsal on disk: the Message-ID is the ledger's where there is one, and the ledger is left alone.
fn write_to(
    folder: &Path,
    letter: &Letter<'_>,
    sender: &Sender,
    options: &Send,
    settings: &Settings,
    session: &Session,
) -> Outcome {
    let ledger = match settings.ledger.of_one() {
        Ok(path) => correspondent::ledger_to_look_at(&path.into(), settings)?,
        Err(_) => Ledger::ephemeral(None, settings.ledger.year)?,
    };
    let composed = composed(letter, sender, &*ledger.keys()?, options, session)?;
    rehearsal::write_one(folder, letter, 1, &composed.bytes)?;
    let written = format!("{}: the message was written there, and nothing was sent.", folder.display());
    session.terminal.notice(&written);
    Ok(Exit::Done)
}

fn too_many_signers(ledger: &Ledger) -> Failure {
    Failure::new(
        Exit::Data,
        format!(
            "{}: {MOST_SIGNERS} other signers have sent single letters from here. For more of them, make a list with \
             their consent and use --signers",
            ledger.location()
        ),
    )
}

/// The plan of one letter: everything that the embassy will see, through whom it goes, and whether it may be a
/// second one.
fn show(
    first_line: &str,
    letter: &Letter<'_>,
    sender: &Sender,
    relay: &Relay,
    alikes: &LookAlikes,
    options: &Send,
    session: &Session,
) -> Result<(), Failure> {
    let mut plan = format!("{first_line}{}", shown(letter, Some(&sender.from), text::WIDTH)?);
    plan.push_str(&format!("\nThis letter goes through {relay}."));
    for alike in &alikes.first {
        plan.push_str(&format!(
            "\nIt looks like a letter already sent: {}. Is it the same one, with a slip corrected? Then it would be a \
             second letter.",
            plan_in_words::alike_in_words(alike)
        ));
    }
    session.terminal.show_plan(&plan, options.plan_is())?;
    notices::of_letter(letter, Way::Mail(Some(relay)), session.today(), session.terminal);
    Ok(())
}

/// The end, where the ledger says that this letter has had its turn.
fn settled(standing: &Standing, has_moved: bool, retry: Retry, session: &Session) -> Option<Exit> {
    let at = standing.at.map(|at| format!(" on {}", instant(at))).unwrap_or_default();
    match standing.state {
        State::Accepted => {
            session.terminal.say(&format!("This letter was accepted{at} already; it is not sent again."));
            Some(Exit::Done)
        }
        State::ByPost => {
            session
                .terminal
                .say(&format!("This letter was written for the post{at}; it is not sent as well."));
            Some(Exit::Done)
        }
        State::InDoubt if !retry.in_doubt => {
            session.terminal.say(&format!(
                "This letter was sent{at}, and the relay's answer was lost: it may have arrived. `protest status \
                 --in-doubt` names it; --retry-in-doubt sends it again, at the risk that it arrives twice."
            ));
            Some(Exit::SomeLettersFailed)
        }
        State::Bounced if !retry.may_send(State::Bounced, has_moved) => {
            let words = &standing.reply;
            let how = match retry.bounced {
                Again::No => "--retry-bounced tries it again",
                _ => {
                    "the address book still has the address that it came back from: it is not sent there again"
                }
            };
            session.terminal.say(&format!("This letter came back{at}: {words}. {how}."));
            Some(Exit::SomeLettersFailed)
        }
        State::Refused if !retry.refused => {
            let words = &standing.reply;
            session
                .terminal
                .say(&format!("This letter was refused{at}: {words}. --retry-refused tries it again."));
            Some(Exit::SomeLettersFailed)
        }
        _ => None,
    }
}

fn after(standing: Option<&Standing>, letter: &Letter<'_>, message_id: &MessageId, goes_on: bool) -> String {
    let title = letter.embassy.title();
    let reply = standing.map(|standing| standing.reply.to_string()).filter(|reply| !reply.is_empty());
    let reply = reply.map(|reply| format!(" ({reply})")).unwrap_or_default();
    match standing.map_or(State::Pending, |standing| standing.state) {
        State::Accepted | State::ByPost => format!(
            "Accepted: the mail server has taken the letter to {title}{reply}. Whether anybody reads it, no program can \
             tell."
        ),
        State::Bounced => format!("The letter to {title} came back{reply}."),
        State::Refused => format!("Refused: the mail server did not take the letter to {title}{reply}."),
        State::InDoubt => format!(
            "In doubt: the letter to {title} may have arrived; the mail server's answer was lost{reply}. If you find \
             out, `protest settle {} accepted` (or not-sent) records it.",
            message_id.as_str()
        ),
        State::Claimed => format!(
            "Another command is just sending the letter to {title}: `protest status` tells what becomes of it."
        ),
        State::Deferred | State::Pending if goes_on => {
            format!("The letter to {title} was not sent{reply}. The same command tries it again.")
        }
        State::Deferred | State::Pending => format!("The letter to {title} was not sent{reply}."),
    }
}

fn composed(
    letter: &Letter<'_>,
    sender: &Sender,
    keys: &Keys,
    options: &Send,
    session: &Session,
) -> Result<Composed, Failure> {
    compose::compose(letter, sender, keys, Purpose::Letter, session.now)
        .ok_or_else(|| to_copy::no_mail_address(letter, &options.signer, session))
}
