//! `settle --from-log`: the letters in doubt, looked up in the relay's log.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::campaign::settings::Settings;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::session::Session;
use crate::delivery::relay_log::RelayLog;
use crate::exit::Exit;
use crate::ledger::{Doubt, Ledger, Ruling, SETTLED_AS_ACCEPTED, Settlement};
use crate::wording::count;

pub(super) fn run(log: &Path, settings: &Settings, ledger: &Ledger, session: &Session) -> Outcome {
    let read = read(log)?;
    let doubts = ledger.in_doubt()?;
    let (named, unnamed): (Vec<&Doubt>, Vec<&Doubt>) =
        doubts.iter().partition(|doubt| read.names(&doubt.message_id));
    let mut rulings: Vec<(&str, Ruling<'_>)> =
        named.iter().map(|doubt| (doubt.message_id.as_str(), Ruling::Accepted)).collect();
    let bounce = settings.sender.of_campaign().ok().map(|sender| sender.bounce.to_string());
    let mut by_address: BTreeMap<&str, Vec<&Doubt>> = BTreeMap::new();
    for doubt in unnamed {
        by_address.entry(doubt.address.as_deref().unwrap_or_default()).or_default().push(doubt);
    }
    for (address, doubts) in by_address {
        rulings.extend(counted(&read, bounce.as_deref(), address, &doubts, ledger, session)?);
    }
    let settled = ledger.settle(&rulings, session.now)?;
    let settled = settled.iter().filter(|settlement| **settlement == Settlement::Settled).count();
    let left = doubts.len() - settled;
    let mut said = format!("{} settled as accepted, {left} still in doubt.", count(settled as u64, "letter"));
    if left > 0 {
        said.push_str(
            " What the log does not name may have been sent before it begins: look there first, then `protest settle \
             MESSAGE-ID not-sent`.",
        );
    }
    session.terminal.say(&said);
    Ok(if left == 0 { Exit::Done } else { Exit::SomeLettersFailed })
}

/// The letters to one address, where the log names the relay's own ids alone: they are settled if every message that no
/// answer accounts for must be one of them. Each is settled as one of these, so that it accounts for it from then on.
fn counted<'d, 'l>(
    read: &'l RelayLog,
    from: Option<&str>,
    address: &str,
    doubts: &[&'d Doubt],
    ledger: &Ledger,
    session: &Session,
) -> Result<Vec<(&'d str, Ruling<'l>)>, Failure> {
    let answers = ledger.answers_to(address)?;
    // What was settled by hand may be one of the log's messages, or of a log before it.
    let by_hand = answers.iter().filter(|answer| *answer == SETTLED_AS_ACCEPTED).count();
    let Some(from) = from else {
        if read.names_envelopes() {
            session.terminal.say(&format!(
                "{address}: from which address did the letters come? This log names no Message-ID; add --from ADDRESS to \
                 look them up by sender and recipient."
            ));
        }
        return Ok(Vec::new());
    };
    let arrived = read.unexplained(from, address, answers.iter().map(String::as_str));
    if arrived.len() == doubts.len() + by_hand {
        let ids = arrived.into_iter().map(Ruling::AcceptedAs);
        return Ok(doubts.iter().map(|doubt| doubt.message_id.as_str()).zip(ids).collect());
    }
    if !arrived.is_empty() {
        let mut said = format!(
            "{address}: the log has {} without a recorded answer, and {} in doubt",
            count(arrived.len() as u64, "message"),
            count(doubts.len() as u64, "letter")
        );
        if by_hand > 0 {
            said.push_str(&format!(" and {by_hand} settled by hand"));
        }
        session.terminal.say(&format!("{said}; it does not tell which is which."));
    }
    Ok(Vec::new())
}

/// Reads a log, also one that was packed when it was rotated.
fn read(log: &Path) -> Result<RelayLog, Failure> {
    let failure = |exit: Exit, words: &str| Failure::new(exit, format!("{}: {words}", log.display()));
    let unreadable = |error: std::io::Error| failure(Exit::NoInput, &error.to_string());
    let mut file = BufReader::new(File::open(log).map_err(unreadable)?);
    let read = match packed_by(file.fill_buf().map_err(unreadable)?) {
        None => RelayLog::read(file).map_err(unreadable)?,
        Some("gzip") => RelayLog::read(BufReader::new(MultiGzDecoder::new(file))).map_err(|error| {
            failure(Exit::Data, &format!("this file is packed and cannot be unpacked: {error}"))
        })?,
        Some(packer) => {
            let words = format!("this file is packed ({packer}): unpack it, and give the unpacked file");
            return Err(failure(Exit::Data, &words));
        }
    };
    if read.is_known() {
        return Ok(read);
    }
    Err(failure(
        Exit::Data,
        "no line of Postfix, Exim or OpenSMTPD is in this file: is it the mail server's own log?",
    ))
}

/// The program that packed a file that begins so (the magic numbers of file(1)).
fn packed_by(beginning: &[u8]) -> Option<&'static str> {
    [
        (&b"\x1f\x8b"[..], "gzip"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"PK\x03\x04", "zip"),
    ]
    .into_iter()
    .find_map(|(magic, packer)| beginning.starts_with(magic).then_some(packer))
}
