//! One signer's letter, from the signer's own account.

use crate::campaign::config::Config;
use crate::campaign::plan;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::{Session, correspondence, language, notices, preview, route, sources};
use crate::delivery::compose::{self, Composed};
use crate::delivery::letters::OneLetter;
use crate::delivery::outbox::Parcel;
use crate::delivery::relay::Relay;
use crate::delivery::run::Manner;
use crate::embassy::Confidence;
use crate::exit::{Exit, ExitCode as _};
use crate::ledger::{Enrolment, Fingerprint, Ledger, Purpose, Scope, Standing, State};
use crate::letter::{Letter, text};
use crate::message::Sender;

use super::progress::Progress;
use super::{Send, dispatch, rehearsal};

/// A ledger of single letters is for the few people at one computer (SENDING, "Sender policy").
const MOST_SIGNERS: u64 = 5;

pub(super) fn run(options: &Send, config: Option<&Config>, session: &Session) -> Outcome {
    let desk = sources::desk(&session.globals, &options.signer.letter, config, session.now)?;
    let relay = route::relay(&options.sender, config)?;
    let signer = sources::signer(&options.signer, session.terminal)?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    let from = correspondence::from_address(&signer, &options.sender, config)?
        .ok_or_else(|| Failure::usage("from which address? Add --from ADDRESS (or --email ADDRESS)"))?;
    let sender = Sender::in_person(signer.name(), from);
    if desk
        .book
        .missions()
        .any(|mission| mission.email.as_ref().is_some_and(|email| email.mailbox == sender.from))
    {
        return Err(Failure::new(
            Exit::Data,
            format!("{} is an embassy's own address: write your own", sender.from),
        ));
    }
    if let Some(to) = &options.rehearse {
        return rehearsal::one(&letter, &sender, to, relay, options, config, session);
    }
    let Some(email) = &letter.embassy.email else { return Err(correspondence::no_mail_address(&letter)) };
    if let Some(folder) = relay.directory() {
        let keys = keys_without_a_trace(options, session)?;
        let composed = composed(&letter, &sender, &keys, session)?;
        rehearsal::write_one(folder, &letter, 1, &composed.bytes)?;
        session
            .terminal
            .notice(&format!("{}: the message was written there, and nothing was sent.", folder.display()));
        return Ok(Exit::Done);
    }
    show(&letter, &sender, &relay, options, session)?;
    if plan::channel(letter.embassy, options.plan.old_addresses) == plan::Channel::Post
        && email.confidence == Confidence::Low
    {
        confirm_old_address(options, session)?;
    }
    if options.dry_run {
        let ledger = ledger_to_look_at(options, session)?;
        let print = compose::fingerprint(&*ledger.keys()?, &signer, letter.embassy);
        if let Some(end) =
            ledger.standing(print.key)?.and_then(|standing| settled(&standing, options, session))
        {
            return Ok(end);
        }
        session.terminal.notice("A dry run: nothing was sent.");
        return Ok(Exit::Done);
    }
    send(options, config, session, &letter, &sender, relay)
}

fn send(
    options: &Send,
    config: Option<&Config>,
    session: &Session,
    letter: &Letter<'_>,
    sender: &Sender,
    relay: Relay,
) -> Outcome {
    let path = correspondence::ledger_path(&options.sender, session)?;
    let mut ledger = correspondence::open_ledger(&path, None, correspondence::year(session), session)?;
    let keys = ledger.keys()?;
    let print = compose::fingerprint(&keys, letter.signer, letter.embassy);
    if let Some(end) = ledger.standing(print.key)?.and_then(|standing| settled(&standing, options, session)) {
        return Ok(end);
    }
    if ledger.signers_besides(print.signer)? >= MOST_SIGNERS {
        return Err(Failure::new(
            Exit::Data,
            format!(
                "{}: {MOST_SIGNERS} other signers have sent single letters from here. For more of them, make a list \
                 with their consent and use --signers",
                path.display()
            ),
        ));
    }
    if !options.yes {
        if !session.terminal.can_ask() {
            return Err(Failure::usage("nobody is there to answer \"Send it?\": add --yes"));
        }
        if !session.terminal.agrees("Send it?") {
            return Err(Failure::new(Exit::Interrupted, "nothing was sent"));
        }
    }
    let line = route::line(relay, &sender.from, &options.plan, config, session)?;
    let interrupted = dispatch::interruption()?;
    let outbox = outbox(options, config, letter, sender, &print, &keys, session)?;
    let mut list = ledger.list()?;
    let destination = letter.embassy.destination();
    let address = letter.embassy.email.as_ref().map(|email| email.mailbox.to_string());
    list.add(&Enrolment {
        row: 1,
        letter: print,
        destination: &destination,
        mail_address: address.as_deref(),
    })?;
    let (_, run) = list.start(Scope::OneLetter, options.retry(), jiff::Timestamp::now)?;
    let progress = Progress::new(session.terminal, 1);
    let manner = Manner { wait: !options.no_wait, ..route::manner(&options.plan, config, false) };
    let stop = dispatch::carry_out(&outbox, &run, &line, &manner, &interrupted, &progress);
    let ended = run.end();
    let standing = ledger.standing(print.key)?;
    let state = standing.as_ref().map_or(State::Pending, |standing| standing.state);
    let mut exit = match state {
        State::Accepted | State::ByPost => Exit::Done,
        State::Refused | State::InDoubt => Exit::SomeLettersFailed,
        State::Pending | State::Claimed | State::Deferred => Exit::TemporaryFailure,
    };
    if let Some(stop) = &stop {
        exit = exit.or_worse(stop.exit());
        session.terminal.say(&stop.to_string());
    } else {
        ended?;
    }
    session.terminal.say(&after(state, letter));
    Ok(exit)
}

fn outbox(
    options: &Send,
    config: Option<&Config>,
    letter: &Letter<'_>,
    sender: &Sender,
    print: &Fingerprint,
    keys: &crate::ledger::Keys,
    session: &Session,
) -> Result<OneLetter, Failure> {
    let composed = composed(letter, sender, keys, session)?;
    let copy = options.wants_copy(config).then(|| {
        compose::copy(letter, sender, keys, session.now).unwrap_or_else(|| {
            // The signer's own account is the address that the letter comes from.
            compose::copy_to(letter, sender, &sender.from, keys, session.now)
        })
    });
    let parcel = Parcel { key: print.key, row: 1, letter: composed, copy };
    Ok(OneLetter::new(letter.embassy.destination(), parcel.letter.envelope.forward_path.clone(), parcel))
}

/// The plan of one letter: everything that the embassy will see, and through whom it goes.
fn show(
    letter: &Letter<'_>,
    sender: &Sender,
    relay: &Relay,
    options: &Send,
    session: &Session,
) -> Result<(), Failure> {
    let shown = preview::shown(letter, Some(&sender.from), text::WIDTH)?;
    session.terminal.show_plan(
        &format!("{shown}\nThis letter goes through {relay}."),
        options.dry_run,
        options.yes,
    )?;
    notices::of_letter(letter, session.today(), session.terminal);
    notices::of_mail(Some(relay), session.terminal);
    Ok(())
}

fn confirm_old_address(options: &Send, session: &Session) -> Result<(), Failure> {
    let question =
        "The e-mail address is of low confidence: somebody else may read it now. Use it all the same?";
    if options.dry_run || session.terminal.can_ask() && session.terminal.agrees(question) {
        return Ok(());
    }
    if session.terminal.can_ask() {
        return Err(Failure::new(Exit::Interrupted, "nothing was sent"));
    }
    Err(Failure::usage(
        "the embassy's e-mail address is of low confidence: add --old-addresses to use it, or post the letter",
    ))
}

/// The end, where the ledger says that this letter has had its turn.
fn settled(standing: &Standing, options: &Send, session: &Session) -> Option<Exit> {
    let at = standing.at.map(|at| format!(" on {at}")).unwrap_or_default();
    let retry = options.retry();
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
        State::Refused if !retry.refused => {
            let words = &standing.reply.words;
            session
                .terminal
                .say(&format!("This letter was refused{at}: {words}. --retry-refused tries it again."));
            Some(Exit::SomeLettersFailed)
        }
        _ => None,
    }
}

fn after(state: State, letter: &Letter<'_>) -> String {
    let title = letter.embassy.title();
    match state {
        State::Accepted | State::ByPost => format!(
            "Accepted: the relay has taken the letter to {title}. Whether anybody reads it, no program can tell."
        ),
        State::Refused => format!("Refused: the letter to {title} was not taken."),
        State::InDoubt => {
            format!("In doubt: the letter to {title} may have arrived; the relay's answer was lost.")
        }
        State::Deferred | State::Pending | State::Claimed => {
            format!("The letter to {title} was not sent. The same command tries it again.")
        }
    }
}

fn composed(
    letter: &Letter<'_>,
    sender: &Sender,
    keys: &crate::ledger::Keys,
    session: &Session,
) -> Result<Composed, Failure> {
    compose::compose(letter, sender, keys, Purpose::Letter, session.now)
        .ok_or_else(|| correspondence::no_mail_address(letter))
}

/// The ledger if there is one, or one in memory: looking leaves no file behind.
fn ledger_to_look_at(options: &Send, session: &Session) -> Result<Ledger, Failure> {
    let path = correspondence::ledger_path(&options.sender, session)?;
    if path.exists() {
        Ok(Ledger::open_read_only(&path, None)?)
    } else {
        Ok(Ledger::ephemeral(None, correspondence::year(session))?)
    }
}

fn keys_without_a_trace(
    options: &Send,
    session: &Session,
) -> Result<std::sync::Arc<crate::ledger::Keys>, Failure> {
    Ok(ledger_to_look_at(options, session)?.keys()?)
}
