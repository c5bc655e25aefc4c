//! A ledger whose file was harmed: what may leave with it.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::ledger::{
    Claimed, Enrolment, Fingerprint, Identity, Item, KeptReply, Ledger, LedgerError, Outcome, Retry, Round,
    Run, Scope,
};

/// The keys of a ledger's letters, in the order in which they were made.
#[derive(Debug)]
pub struct Letters(Vec<Fingerprint>);

/// Files by their names.
pub type Files = Vec<(String, Vec<u8>)>;

/// The ledger's file in its folder.
const FILE: &str = "fuzz.ledger";
const TO: &str = "embassy@example.net";

/// What became of the letters before the harm; of the others nothing. Those before are not to leave again.
fn outcomes() -> [Outcome; 4] {
    let reply = |code, words: &str| KeptReply {
        code: Some(code),
        enhanced: None,
        words: words.to_owned(),
        relay: "smtp.example.org".to_owned(),
    };
    [
        Outcome::Accepted(reply(250, "queued as 4BqY5z")),
        Outcome::Accepted(reply(250, "queued as 4BqY60")),
        Outcome::Refused(reply(554, "no")),
        Outcome::InDoubt("the relay closed the connection".to_owned()),
    ]
}

/// How many letters have left already.
pub const LEFT: usize = 4;
/// How many are still to leave.
pub const PENDING: usize = 3;

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_789)
}

/// Makes a ledger in `folder`, of whose letters the first [`LEFT`] have left; its run has ended if `has_ended`. Gives its
/// letters, and its files by their names.
///
/// # Errors
/// Why there is none.
pub fn make(folder: &Path, has_ended: bool) -> Result<(Letters, Files), String> {
    let told = |error: LedgerError| error.to_string();
    let mut ledger = Ledger::open_or_create(folder.join(FILE), None, 2026, now()).map_err(told)?;
    let keys = ledger.keys().map_err(told)?;
    let letter = |row: usize| {
        let (name, city) = (format!("Signer {row}"), format!("City {row}"));
        keys.fingerprint(&Identity { name: &name, email: None, city: Some(&city) }, "JP")
    };
    let letters = Letters((0..LEFT + PENDING).map(letter).collect());
    let run = started(&mut ledger, &letters).map_err(told)?;
    for (letter, outcome) in letters.0.iter().zip(outcomes()) {
        let item = Item::Letter(letter.key);
        run.round(Round { claim: Some(item), ..Round::default() }).map_err(told)?;
        run.round(Round { outcomes: vec![(item, outcome)], ..Round::default() }).map_err(told)?;
    }
    let run = if has_ended { run.end().map(|()| None).map_err(told)? } else { Some(run) };
    let files = fs::read_dir(folder).map_err(|error| error.to_string())?.flatten();
    let files =
        files.filter_map(|file| Some((file.file_name().into_string().ok()?, fs::read(file.path()).ok()?)));
    let mut files: Vec<_> = files.collect();
    files.sort();
    drop(run);
    Ok((letters, files))
}

fn started(ledger: &mut Ledger, letters: &Letters) -> Result<Run, LedgerError> {
    let mut list = ledger.list()?;
    for (row, letter) in (1..).zip(&letters.0) {
        list.add(&Enrolment { row, letter: *letter, destination: "JP", mail_address: Some(TO) })?;
    }
    Ok(list.start(Scope::Campaign, Retry::default(), now)?.1)
}

/// Sends what may leave of the list with the ledger in `folder`: the numbers of the letters whose body would leave.
///
/// # Errors
/// Why nothing, or nothing more, may leave.
pub fn send(folder: &Path, letters: &Letters) -> Result<Vec<usize>, String> {
    let told = |error: LedgerError| error.to_string();
    let mut ledger = Ledger::open(folder.join(FILE), None).map_err(told)?;
    let run = started(&mut ledger, letters).map_err(told)?;
    let mut left = Vec::new();
    for (number, letter) in letters.0.iter().enumerate() {
        let item = Item::Letter(letter.key);
        let answer = run.round(Round { claim: Some(item), ..Round::default() }).map_err(told)?;
        if answer.claim == Some(Claimed::Yes) {
            left.push(number);
            let outcome = (item, Outcome::InDoubt("no answer".to_owned()));
            run.round(Round { outcomes: vec![outcome], ..Round::default() }).map_err(told)?;
        }
    }
    run.end().map_err(told)?;
    Ok(left)
}

/// Mends the ledger in `folder`, as `settle --damaged` does.
///
/// # Errors
/// Why it cannot be mended.
pub fn mend(folder: &Path) -> Result<u64, String> {
    Ledger::mend(&folder.join(FILE), now()).map(|mended| mended.letters).map_err(|error| error.to_string())
}

/// How many letters the ledger in `folder` has, as `status` tells.
///
/// # Errors
/// Why it cannot be read.
pub fn status(folder: &Path) -> Result<u64, String> {
    let tally = Ledger::open_read_only(folder.join(FILE), None).and_then(|ledger| ledger.tally());
    tally.map(|tally| tally.all.total()).map_err(|error| error.to_string())
}
