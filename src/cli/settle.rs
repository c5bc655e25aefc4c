//! `protest settle`: records what the relay's log says of a letter in doubt.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::{Failure, Outcome};
use super::options::SenderOptions;
use super::{Session, sources, status};
use crate::delivery::relay_log;
use crate::exit::Exit;
use crate::ledger::{Ledger, Settlement, Verdict};

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest settle q2w3e4r5t6z7@example.org accepted\n  protest settle --from-log /var/log/mail.log"
)]
pub(super) struct Settle {
    /// The letter's Message-ID, as `protest status --in-doubt` names it
    #[arg(required_unless_present = "from_log", requires = "verdict")]
    message_id: Option<String>,
    /// What the relay's log says: accepted, or not-sent, which sends the letter again
    #[arg(value_enum, hide_possible_values = true)]
    verdict: Option<Said>,
    /// Look the letters in doubt up in a Postfix or Exim log
    #[arg(long, value_name = "FILE", conflicts_with = "message_id")]
    from_log: Option<PathBuf>,
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
    let config = sources::config(&session.globals)?;
    let path = status::find(&options.sender, config.as_ref(), session)?;
    let ledger = Ledger::open(&path, None)?;
    session.terminal.notice_line(&format!("Ledger: {}", path.display()));
    if let Some(log) = &options.from_log {
        return from_log(log, &ledger, session);
    }
    let (Some(message_id), Some(said)) = (&options.message_id, options.verdict) else {
        return Err(Failure::usage(
            "which letter? Give its Message-ID and accepted or not-sent, or --from-log FILE",
        ));
    };
    let verdict = match said {
        Said::Accepted => Verdict::Accepted,
        Said::NotSent => Verdict::NotSent,
    };
    match ledger.settle(&[(message_id, verdict)], session.now)?.first() {
        Some(Settlement::Settled) => {
            session.terminal.notice_line("Settled.");
            Ok(Exit::Done)
        }
        Some(Settlement::NoDoubt(state)) => Err(Failure::new(
            Exit::Data,
            format!("{message_id} is in no doubt: it is {}", state.word().replace('_', " ")),
        )),
        Some(Settlement::Unknown) | None => Err(Failure::new(
            Exit::Data,
            format!("{message_id}: this ledger has no letter with this Message-ID"),
        )),
    }
}

fn from_log(log: &std::path::Path, ledger: &Ledger, session: &Session) -> Outcome {
    let unreadable =
        |error: std::io::Error| Failure::new(Exit::NoInput, format!("{}: {error}", log.display()));
    let accepted =
        relay_log::accepted(BufReader::new(File::open(log).map_err(unreadable)?)).map_err(unreadable)?;
    let in_log = |local_part: &str| accepted.iter().any(|id| id.split('@').next() == Some(local_part));
    let doubts = ledger.in_doubt()?;
    let found: Vec<(&str, Verdict)> = doubts
        .iter()
        .filter(|doubt| in_log(&doubt.message_id))
        .map(|doubt| (doubt.message_id.as_str(), Verdict::Accepted))
        .collect();
    let settled = ledger.settle(&found, session.now)?;
    let settled = settled.iter().filter(|settlement| **settlement == Settlement::Settled).count();
    session.terminal.say(&format!(
        "{settled} letters settled as accepted, {} still in doubt. What the log does not name may have been sent before \
         it begins: look there first, then `protest settle MESSAGE-ID not-sent`.",
        doubts.len() - settled
    ));
    Ok(if settled == doubts.len() { Exit::Done } else { Exit::SomeLettersFailed })
}
