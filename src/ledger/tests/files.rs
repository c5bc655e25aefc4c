//! The file: made private and whole, refused untouched, read without a trace.

use super::{claim, letter, now, open, place, start};
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Ledger, LedgerError, Retry, Scope, State};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

/// Every file in the folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name(), std::fs::read(entry.path()).unwrap_or_default()))
        .collect()
}

/// Opening the file in every way fails so, and leaves the folder as it was.
#[track_caller]
fn is_refused(path: &Path, exit: Exit, words: &str) {
    let before = contents(path.parent().unwrap());
    for refused in [
        Ledger::open_or_create(path, None, 2026, now()),
        Ledger::open(path, None),
        Ledger::open_read_only(path, None),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.exit(), exit, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(before == contents(path.parent().unwrap()), "the folder has changed");
}

#[test]
fn a_ledger_keeps_its_id_and_year_and_is_its_owners_alone() {
    let (folder, path) = place();
    let made = Ledger::open_or_create(&path, Some("tokyo"), 2026, now()).unwrap();
    let again = Ledger::open_or_create(&path, None, 2031, now()).unwrap();
    assert_eq!((again.campaign_id(), again.year()), ("tokyo", 2026));
    assert_eq!(letter(&made, 1), letter(&again, 1));
    #[cfg(unix)]
    for name in contents(folder.path()).keys() {
        use std::os::unix::fs::PermissionsExt;
        let permissions = std::fs::metadata(folder.path().join(name)).unwrap().permissions();
        assert_eq!(permissions.mode() & 0o777, 0o600, "{name:?}");
    }
    drop((made, again));
    assert_eq!(contents(folder.path()).len(), 1, "nothing is left beside it");
}

#[test]
fn every_ledger_has_a_secret_of_its_own() {
    let ((_a, one), (_b, other)) = (place(), place());
    assert_ne!(letter(&open(&one), 1), letter(&open(&other), 1));
}

#[test]
fn a_file_that_is_no_ledger_is_left_byte_for_byte() {
    let (_folder, path) = place();
    for bytes in [&b""[..], b"name,country\nAiko,Japan\n", &[b'x'; 8_192]] {
        std::fs::write(&path, bytes).unwrap();
        is_refused(&path, Exit::Config, "no ledger");
    }
    std::fs::remove_file(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x)").unwrap();
    other.close().unwrap();
    is_refused(&path, Exit::Config, "no ledger");
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    is_refused(&path, Exit::Config, "no ledger");
}

#[test]
fn a_newer_ledger_is_refused() {
    let (_folder, path) = place();
    open(&path);
    let newer = Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    newer.close().unwrap();
    is_refused(&path, Exit::Config, "schema 99");
}

#[test]
fn a_damaged_ledger_is_refused() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    start(&mut ledger, &(0..200).collect::<Vec<_>>()).1.end().unwrap();
    drop(ledger);
    let sound = std::fs::read(&path).unwrap();
    let mut damaged = sound.clone();
    damaged[20_000..40_000].fill(0xA5);
    std::fs::write(&path, damaged).unwrap();
    is_refused(&path, Exit::Config, "damaged");
    std::fs::write(&path, &sound[..sound.len() / 2]).unwrap();
    is_refused(&path, Exit::Config, "damaged");
    std::fs::write(&path, &sound[..4_096]).unwrap();
    is_refused(&path, Exit::Config, "damaged");
}

#[test]
fn another_campaigns_ledger_is_refused() {
    let (_folder, path) = place();
    open(&path);
    let error = Ledger::open_or_create(&path, Some("seoul"), 2026, now()).unwrap_err();
    assert_eq!(error.exit(), Exit::Config);
    assert!(matches!(error, LedgerError::OtherCampaign { found, .. } if found == "dec2-2026"));
}

#[test]
fn an_absent_ledger_is_no_input_and_one_that_cannot_be_made_says_where() {
    let (folder, path) = place();
    for absent in [Ledger::open(&path, None), Ledger::open_read_only(&path, None)] {
        assert_eq!(absent.unwrap_err().exit(), Exit::NoInput);
    }
    let error = Ledger::open_or_create(path.join("x"), None, 2026, now()).unwrap_err();
    assert_eq!(error.exit(), Exit::CannotCreate);
    assert!(error.to_string().contains("dec2-2026.ledger/x"), "{error}");
    assert!(contents(folder.path()).is_empty());
}

#[test]
fn reading_leaves_no_file_behind_and_sees_what_a_live_run_has_written() {
    let (folder, path) = place();
    let mut ledger = open(&path);
    let first = letter(&ledger, 1);
    start(&mut ledger, &[1]).1.end().unwrap();
    drop(ledger);
    let before = contents(folder.path());
    let mut reader = Ledger::open_read_only(&path, None).unwrap();
    assert_eq!(super::state(&reader, first), Some(State::Pending));
    reader.list().unwrap().compare(Retry::default()).unwrap();
    drop(reader);
    assert!(before == contents(folder.path()));

    let mut writer = open(&path);
    let (_, run) = start(&mut writer, &[1]);
    claim(&run, first);
    let during = contents(folder.path());
    let reader = Ledger::open_read_only(&path, None).unwrap();
    assert_eq!(super::state(&reader, first), Some(State::Claimed));
    drop(reader);
    assert!(during.keys().eq(contents(folder.path()).keys()));
}

#[test]
fn a_ledger_opened_to_be_read_and_one_in_memory_write_nothing() {
    let (_folder, path) = place();
    open(&path);
    for mut ledger in [Ledger::open_read_only(&path, None).unwrap(), Ledger::ephemeral(None, 2026).unwrap()] {
        let refused = super::start_list(&mut ledger, &[1], Scope::Campaign, Retry::default());
        assert!(matches!(refused.err(), Some(LedgerError::ReadOnly(_))));
    }
}

#[test]
fn a_path_may_hold_any_character() {
    let (folder, _) = place();
    for name in ["file:a?mode=memory#x%20.ledger", "한 글.ledger"] {
        let path = folder.path().join(name);
        drop(open(&path));
        assert!(Ledger::open_read_only(&path, None).is_ok(), "{name}");
    }
}
