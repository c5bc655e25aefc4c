//! `protest settle`: records what the relay's log says of a letter in doubt.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::{Failure, Outcome};
use super::options::SenderOptions;
use super::session::Session;
use super::{correspondent, sources, status};
use crate::campaign::settings::file::CampaignFile;
use crate::delivery::relay_log::RelayLog;
use crate::exit::Exit;
use crate::ledger::{Doubt, Ledger, Ruling, Settlement, State};

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
    /// Look the letters in doubt up in a Postfix, Exim or OpenSMTPD log
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
        return from_log(options, log, config.as_ref(), &ledger, session);
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

fn from_log(
    options: &Settle,
    log: &Path,
    config: Option<&CampaignFile>,
    ledger: &Ledger,
    session: &Session,
) -> Outcome {
    let unreadable =
        |error: std::io::Error| Failure::new(Exit::NoInput, format!("{}: {error}", log.display()));
    let read = RelayLog::read(BufReader::new(File::open(log).map_err(unreadable)?)).map_err(unreadable)?;
    let doubts = ledger.in_doubt()?;
    let (mut found, unnamed): (Vec<&Doubt>, Vec<&Doubt>) =
        doubts.iter().partition(|doubt| read.names(&doubt.message_id));
    let bounce = correspondent::campaign_sender(&options.sender, config).ok().map(|sender| sender.bounce);
    let mut by_address: BTreeMap<&str, Vec<&Doubt>> = BTreeMap::new();
    for doubt in unnamed {
        by_address.entry(doubt.address.as_deref().unwrap_or_default()).or_default().push(doubt);
    }
    for (address, doubts) in by_address {
        let answers = ledger.answers_to(address)?;
        let answers = answers.iter().map(String::as_str);
        let arrived = read.unexplained(bounce.as_ref().map(ToString::to_string).as_deref(), address, answers);
        if arrived == doubts.len() {
            found.extend(doubts);
        } else if arrived > 0 {
            session.terminal.say(&format!(
                "{address}: the log has {arrived} messages without a recorded answer, and {} letters are in doubt; it does \
                 not tell which is which.",
                doubts.len()
            ));
        }
    }
    let rulings: Vec<(&str, Ruling)> =
        found.iter().map(|doubt| (doubt.message_id.as_str(), Ruling::Accepted)).collect();
    let settled = ledger.settle(&rulings, session.now)?;
    let settled = settled.iter().filter(|settlement| **settlement == Settlement::Settled).count();
    let left = doubts.len() - settled;
    let mut said = format!("{settled} letters settled as accepted, {left} still in doubt.");
    if left > 0 {
        said.push_str(
            " What the log does not name may have been sent before it begins: look there first, then `protest settle \
             MESSAGE-ID not-sent`.",
        );
    }
    session.terminal.say(&said);
    Ok(if left == 0 { Exit::Done } else { Exit::SomeLettersFailed })
}
