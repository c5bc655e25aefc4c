//! The ledger seen from outside: one file per promise, tried on both storages where it is one of both. All data is made up.

mod at_most_once;
mod erasure;
mod faults;
mod files;
mod lists;
mod mending;
mod older;
mod one_name;
#[cfg(all(unix, feature = "postgres"))]
#[path = "../../../tests/support/postgres.rs"]
mod postgres;
mod stage;

use crate::ledger::comparison::Enrolled;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::{
    Answer, Claimed, Enrolment, Fingerprint, Identity, Item, KeptReply, Ledger, LedgerError, Location,
    Outcome, Retry, Round, Run, Scope, State,
};
use crate::mailbox::Mailbox;

const EMBASSY: &str = "embassy@example.net";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_796_200_000, 0).unwrap()
}

/// A folder of its own for one test, and the ledger's path in it.
fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("dec2-2026.ledger");
    (folder, path)
}

fn open(location: impl Into<Location>) -> Ledger {
    Ledger::open_or_create(location, None, 2026, now()).unwrap()
}

/// The letter of signer number `row` to the embassy in Japan.
fn letter(ledger: &Ledger, row: i64) -> Fingerprint {
    let email = Mailbox::parse(&format!("signer{row}@example.org")).unwrap();
    let signer = Identity { name: &format!("Signer Number {row}"), email: Some(&email), city: None };
    ledger.keys().unwrap().fingerprint(&signer, "JP")
}

fn start_list(
    ledger: &mut Ledger,
    rows: &[i64],
    scope: Scope,
    retry: Retry,
) -> Result<(Enrolled, Run), LedgerError> {
    let letters: Vec<Fingerprint> = rows.iter().map(|&row| letter(ledger, row)).collect();
    let mut list = ledger.list()?;
    for (&row, &letter) in rows.iter().zip(&letters) {
        list.add(&Enrolment { row, letter, destination: "JP", mail_address: Some(EMBASSY) })?;
    }
    list.start(scope, retry, now)
}

fn start(ledger: &mut Ledger, rows: &[i64]) -> (Enrolled, Run) {
    start_list(ledger, rows, Scope::Campaign, Retry::default()).unwrap()
}

fn claim(run: &Run, letter: Fingerprint) -> Claimed {
    let round = Round { claim: Some(Item::Letter(letter.key)), ..Round::default() };
    run.round(round).unwrap().claim.unwrap()
}

fn try_record(run: &Run, letter: Fingerprint, outcome: Outcome) -> Result<Answer, LedgerError> {
    run.round(Round { outcomes: vec![(Item::Letter(letter.key), outcome)], ..Round::default() })
}

fn record(run: &Run, letter: Fingerprint, outcome: Outcome) {
    try_record(run, letter, outcome).unwrap();
}

fn state(ledger: &Ledger, letter: Fingerprint) -> Option<State> {
    ledger.standing(letter.key).unwrap().map(|standing| standing.state)
}

fn reply(code: u16, enhanced: &str, words: &str) -> KeptReply {
    KeptReply {
        code: Some(code),
        enhanced: Some(enhanced.to_owned()),
        words: words.to_owned(),
        relay: "smtp.example.org".to_owned(),
    }
}

fn accepted() -> Outcome {
    Outcome::Accepted(reply(250, "2.0.0", "Ok: queued as 4dXyZ12abc"))
}

/// Runs one of the ignored tests below as a process of its own, with the ledger in its environment.
fn child(test: &str, location: impl Into<Location>) -> std::process::Command {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .arg(format!("ledger::tests::{test}"))
        .env("LEDGER_OF_A_TEST", stage::told(&location.into()));
    command
}

/// The ledger that a child process works on; none when somebody runs all ignored tests.
fn path_of_the_parent() -> Option<PathBuf> {
    std::env::var_os("LEDGER_OF_A_TEST").map(PathBuf::from)
}

/// The same, in whatever it is kept.
fn ledger_of_the_parent() -> Option<Location> {
    std::env::var("LEDGER_OF_A_TEST").ok().map(|text| stage::location_told(&text))
}
