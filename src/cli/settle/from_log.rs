//! `settle --from-log`: the letters in doubt, looked up in the relay's log.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::campaign::settings::Settings;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::session::Session;
use crate::delivery::relay_log::RelayLog;
use crate::exit::Exit;
use crate::ledger::{Doubt, Ledger, Ruling, Settlement};

pub(super) fn run(log: &Path, settings: &Settings, ledger: &Ledger, session: &Session) -> Outcome {
    let unreadable =
        |error: std::io::Error| Failure::new(Exit::NoInput, format!("{}: {error}", log.display()));
    let read = RelayLog::read(BufReader::new(File::open(log).map_err(unreadable)?)).map_err(unreadable)?;
    let doubts = ledger.in_doubt()?;
    let (mut found, unnamed): (Vec<&Doubt>, Vec<&Doubt>) =
        doubts.iter().partition(|doubt| read.names(&doubt.message_id));
    let bounce = settings.sender.of_campaign().ok().map(|sender| sender.bounce);
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
