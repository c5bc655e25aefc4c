//! A ledger of each release is kept under `tests/golden/ledgers/`, and read and written by this one.
//!
//! `schema-1.ledger` was left by a run that was killed: of twelve signers three letters were accepted, one was refused, one
//! went by post, one is in doubt, one was claimed when the run died, and five were not sent yet.

use super::{now, place};
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Counts, Enrolment, Identity, Ledger, LedgerError, Retry, State};
use crate::mailbox::Mailbox;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The oldest ledger beside the lock file that its dead run left, as that release wrote it.
fn schema_1() -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = place();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/ledgers/schema-1.ledger");
    std::fs::copy(golden, &path).unwrap();
    File::create(lock_file(&path)).unwrap();
    (folder, path)
}

/// The one after it, left in the same way: three letters were accepted, one was refused, one went by post, one was claimed
/// when the run died, and six were not sent yet.
fn schema_2() -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = place();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/ledgers");
    std::fs::copy(golden.join("schema-2.ledger"), &path).unwrap();
    std::fs::copy(golden.join("schema-2.lock"), path.with_extension("ledger.run-1.lock")).unwrap();
    (folder, path)
}

fn lock_file(path: &Path) -> PathBuf {
    path.with_extension("ledger.run-2.lock")
}

fn expected() -> Counts {
    Counts { accepted: 3, refused: 1, by_post: 1, in_doubt: 2, pending: 5, ..Counts::default() }
}

/// How the list that the ledger was sent with stands beside it: nothing is new.
fn new_letters(ledger: &mut Ledger) -> u64 {
    let keys = ledger.keys().unwrap();
    let mut list = ledger.list().unwrap();
    for row in 1..=12 {
        let email = Mailbox::parse(&format!("s{row}@example.org")).unwrap();
        let signer = Identity { name: &format!("Signer {row}"), email: Some(&email), city: None };
        let destination = match row {
            11 => "DE",
            row if row % 2 == 0 => "FR",
            _ => "JP",
        };
        let letter = keys.fingerprint(&signer, destination);
        list.add(&Enrolment { row, letter, destination, mail_address: None }).unwrap();
    }
    list.compare(Retry::default()).unwrap().new
}

#[test]
fn who_writes_brings_an_older_ledger_up_to_date_and_loses_nothing_of_it() {
    let (_folder, path) = schema_1();
    let mut ledger = Ledger::open_or_create(&path, Some("dec2-2026"), 2026, now()).unwrap();
    assert_eq!(ledger.tally().unwrap().all, expected());
    assert_eq!(ledger.in_doubt().unwrap().len(), 2);
    assert_eq!(new_letters(&mut ledger), 0);
    ledger.must_be_whole().unwrap();
    drop(ledger);
    assert_ne!(schema_in_the_header(&path), 1);
    let mut again = Ledger::open(&path, None).unwrap();
    assert_eq!(again.tally().unwrap().all, expected());
    again.forget().unwrap();
    assert_eq!(again.tally().unwrap().all, expected());
}

#[test]
fn a_ledger_of_the_second_schema_is_brought_up_to_date_too() {
    let (_folder, path) = schema_2();
    let expected =
        Counts { accepted: 3, refused: 1, by_post: 1, in_doubt: 1, pending: 6, ..Counts::default() };
    let mut reader = Ledger::open_read_only(&path, None).unwrap();
    assert_eq!(reader.tally().unwrap().all, expected);
    assert_eq!(new_letters(&mut reader), 0);
    drop(reader);
    let mut ledger = Ledger::open_or_create(&path, Some("dec2-2026"), 2026, now()).unwrap();
    assert_eq!(ledger.tally().unwrap().all, expected);
    assert_eq!(new_letters(&mut ledger), 0);
    drop(ledger);
    assert_eq!(schema_in_the_header(&path), 3);
}

#[test]
fn who_reads_leaves_an_older_ledger_as_it_is() {
    let (folder, path) = schema_1();
    let before = std::fs::read(&path).unwrap();
    let mut reader = Ledger::open_read_only(&path, None).unwrap();
    assert_eq!(reader.tally().unwrap().all, expected());
    assert_eq!(new_letters(&mut reader), 0);
    drop(reader);
    assert!(std::fs::read(&path).unwrap() == before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside it");
}

#[test]
fn an_older_ledger_is_not_brought_up_to_date_while_a_run_of_its_release_lives() {
    let (_folder, path) = schema_1();
    let before = std::fs::read(&path).unwrap();
    let run = File::open(lock_file(&path)).unwrap();
    run.lock().unwrap();
    let refused = Ledger::open(&path, None).unwrap_err();
    assert!(matches!(refused, LedgerError::OlderRunLives(_)), "{refused}");
    assert_eq!(refused.exit(), Exit::TemporaryFailure);
    assert_eq!(Ledger::open_read_only(&path, None).unwrap().tally().unwrap().all.pending, 6);
    assert!(std::fs::read(&path).unwrap() == before);
    run.unlock().unwrap();
    assert!(Ledger::open(&path, None).is_ok());
}

#[test]
fn an_older_release_that_was_started_before_writes_nothing_in_the_new_tables() {
    let (_folder, path) = schema_1();
    let older = rusqlite::Connection::open(&path).unwrap();
    drop(Ledger::open(&path, None).unwrap());
    let began = "INSERT INTO run (list, began_at) VALUES (x'00', 0)";
    assert!(older.execute(began, []).unwrap_err().to_string().contains("NOT NULL"));
}

#[test]
fn an_older_ledger_that_was_moved_without_its_lock_file_has_all_its_letters_in_doubt() {
    let (_folder, path) = schema_1();
    std::fs::remove_file(lock_file(&path)).unwrap();
    let counts = Ledger::open(&path, None).unwrap().tally().unwrap().all;
    assert_eq!(counts, Counts { in_doubt: 7, pending: 0, ..expected() });
}

#[test]
fn an_older_ledger_keeps_the_rules_of_its_keys() {
    let (_folder, path) = schema_1();
    let ledger = Ledger::open(&path, None).unwrap();
    let key = |name| {
        let email = Mailbox::parse("s1@example.org").unwrap();
        let signer = Identity { name, email: Some(&email), city: None };
        ledger.keys().unwrap().fingerprint(&signer, "JP").key
    };
    let state = |key| ledger.standing(key).unwrap().map(|standing| standing.state);
    assert_eq!(state(key("Signer 1")), Some(State::Accepted));
    assert_eq!(state(key("Sign\u{AD}er 1")), None, "two letters for this ledger, and one for a new one");
}

fn schema_in_the_header(path: &Path) -> u32 {
    let header = std::fs::read(path).unwrap();
    u32::from_be_bytes(header[60..64].try_into().unwrap())
}
