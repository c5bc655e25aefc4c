//! `protest settle`: records what the relay's log says of a letter in doubt.

mod damaged;
mod from_counter;
mod from_log;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::{Failure, Outcome};
use super::session::Session;
use super::shared_ledger;
use crate::campaign::settings::Given;
use crate::campaign::settings::sender::SenderOptions;
use crate::exit::Exit;
use crate::ledger::{Ledger, Ruling, Settlement, State};

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest settle q2w3e4r5t6z7@example.org accepted\n  protest settle --from-log /var/log/mail.log\n  protest settle --damaged"
)]
pub(super) struct Settle {
    /// The letter's Message-ID, as `protest status --in-doubt` names it
    #[arg(required_unless_present_any = ["from_log", "damaged", "from_counter"], requires = "verdict")]
    message_id: Option<String>,
    /// What the relay's log says: accepted, or not-sent, which sends the letter again
    #[arg(value_enum, hide_possible_values = true)]
    verdict: Option<Said>,
    /// Look the letters in doubt up in a Postfix, Exim or OpenSMTPD log
    #[arg(long, value_name = "FILE", conflicts_with = "message_id")]
    from_log: Option<PathBuf>,
    /// Mend a damaged ledger: letters that do not agree with their check values are in doubt afterwards
    #[arg(long, conflicts_with_all = ["message_id", "from_log"])]
    damaged: bool,
    /// A shared ledger's database has forgotten letters that left here (an old backup): this list's without an outcome are in
    /// doubt afterwards
    #[arg(long, conflicts_with_all = ["message_id", "from_log", "damaged"])]
    from_counter: bool,
    /// Answer the question of --damaged or --from-counter with yes
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    sender: SenderOptions,
}

/// What a log says of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Said {
    /// The relay took it
    Accepted,
    /// The relay never had it: it will be sent again
    NotSent,
}

pub(super) fn run(options: &Settle, session: &Session) -> Outcome {
    let settings = session.settings(&Given { sender: options.sender.clone(), ..session.given() })?;
    let location = shared_ledger::to_look_at(&settings)?;
    if options.damaged {
        return damaged::run(&location, options.yes, session);
    }
    if options.from_counter {
        return from_counter::run(&location, options.yes, session);
    }
    if options.yes {
        return Err(Failure::usage("--yes answers a question of --damaged or --from-counter"));
    }
    let ledger = Ledger::open(&location, None)?;
    session.terminal.notice_line(&format!("Ledger: {location}"));
    if let Some(lost) = ledger.lost_commits() {
        session.terminal.say(&format!("{location}: {lost}."));
    }
    if let Some(log) = &options.from_log {
        return from_log::run(log, &settings, &ledger, session);
    }
    let (Some(message_id), Some(said)) = (&options.message_id, options.verdict) else {
        return Err(Failure::usage(
            "which letter? Give its Message-ID and accepted or not-sent, or --from-log FILE",
        ));
    };
    let ruling = match said {
        Said::Accepted => Ruling::Accepted,
        Said::NotSent => Ruling::NotSent,
    };
    match ledger.settle(&[(message_id, ruling)], session.now)?.first() {
        Some(Settlement::Settled) => {
            session.terminal.notice_line("Settled.");
            Ok(Exit::Done)
        }
        Some(Settlement::NoDoubt(state)) => Err(Failure::new(
            Exit::Data,
            match state {
                State::Claimed => format!("{message_id} is in no doubt: a run is sending it just now"),
                state => {
                    format!("{message_id} is in no doubt: it is {}", state.word().replace('_', " "))
                }
            },
        )),
        Some(Settlement::Unknown) | None => Err(Failure::new(
            Exit::Data,
            format!("{message_id}: this ledger has no letter with this Message-ID"),
        )),
    }
}
