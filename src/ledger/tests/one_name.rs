//! A ledger has one name, one place, and nothing in it that protest has not made.
#![cfg(unix)]

use super::{accepted, claim, letter, open, place, start, state, try_record};
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Claimed, Ledger, LedgerError, State};

#[test]
fn a_ledger_with_a_second_name_or_a_trigger_in_it_is_refused() {
    let (_folder, path) = place();
    drop(open(&path));
    let other = path.with_extension("other");
    std::fs::hard_link(&path, &other).unwrap();
    for name in [&path, &other] {
        for refused in [Ledger::open(name, None), Ledger::open_read_only(name, None)] {
            let refused = refused.unwrap_err();
            assert!(matches!(refused, LedgerError::SecondName { names: 2, .. }), "{refused}");
            assert_eq!(refused.exit(), Exit::Config);
        }
    }
    std::fs::remove_file(&other).unwrap();
    for object in [
        "CREATE TRIGGER t AFTER UPDATE ON letter BEGIN UPDATE letter SET state = 'pending'; END",
        "CREATE VIEW v AS SELECT * FROM letter",
        "CREATE TABLE t (x)",
        "CREATE INDEX i ON letter (state)",
    ] {
        let (_folder, path) = place();
        drop(open(&path));
        rusqlite::Connection::open(&path).unwrap().execute_batch(object).unwrap();
        let refused = Ledger::open(&path, None).unwrap_err();
        assert!(matches!(refused, LedgerError::Stranger { .. }), "{refused}");
        assert_eq!(refused.exit(), Exit::Config);
    }
}

#[test]
fn a_run_whose_ledger_is_renamed_records_what_it_knows_and_sends_nothing_further() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    let [first, second] = [1, 2].map(|row| letter(&ledger, row));
    let (_, run) = start(&mut ledger, &[1, 2]);
    assert_eq!(claim(&run, first), Claimed::Yes);
    let moved = path.with_extension("moved");
    std::fs::rename(&path, &moved).unwrap();
    let error = try_record(&run, first, accepted()).unwrap_err();
    assert!(matches!(error, LedgerError::Moved(_)), "{error}");
    assert_eq!(run.end().unwrap_err(), error);
    drop(ledger);
    let log = std::fs::metadata(path.with_extension("ledger-wal"));
    assert!(log.is_err() || log.is_ok_and(|log| log.len() == 0), "it is whole without its log");
    let ledger = Ledger::open(&moved, None).unwrap();
    assert_eq!(
        (state(&ledger, first), state(&ledger, second)),
        (Some(State::Accepted), Some(State::Pending))
    );
    assert!(ledger.lost_commits().is_none());
}

#[test]
fn a_run_whose_ledger_is_deleted_sends_nothing_further() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    let first = letter(&ledger, 1);
    let (_, run) = start(&mut ledger, &[1]);
    assert_eq!(claim(&run, first), Claimed::Yes);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(try_record(&run, first, accepted()).unwrap_err().exit(), Exit::CannotCreate);
}

#[test]
fn a_copy_is_told_from_the_file_that_was_sent_with() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    start(&mut ledger, &[1]).1.end().unwrap();
    assert_eq!(ledger.elsewhere().unwrap(), None);
    drop(ledger);
    let copy = path.with_extension("copy");
    std::fs::copy(&path, &copy).unwrap();
    let mut copy = Ledger::open(&copy, None).unwrap();
    let elsewhere = copy.elsewhere().unwrap().unwrap();
    assert_eq!((elsewhere.was_at.as_deref(), elsewhere.on_another_machine), (Some(&*path), false));
    // Said once: from then on it is at home here.
    start(&mut copy, &[1]).1.end().unwrap();
    assert_eq!(copy.elsewhere().unwrap(), None);
    assert_eq!(Ledger::open(&path, None).unwrap().elsewhere().unwrap(), None);
}
