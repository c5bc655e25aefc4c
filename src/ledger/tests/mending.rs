//! `settle --damaged`: what a flipped bit did to a letter's key is undone, or the ledger needs a copy; no key is taken that was not
//! there before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{accepted, claim, letter, now, open, place, record, start, start_list, state};
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Ledger, LedgerError, Retry, Scope, State};

/// A ledger with an accepted letter and two that are pending.
fn ledger_of_three() -> (tempfile::TempDir, std::path::PathBuf) {
    let (folder, path) = place();
    let mut ledger = open(&path);
    let first = letter(&ledger, 1);
    let (_, run) = start(&mut ledger, &[1, 2, 3]);
    claim(&run, first);
    record(&run, first, accepted());
    run.end().unwrap();
    (folder, path)
}

fn keys(path: &Path) -> BTreeSet<Vec<u8>> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection.prepare("SELECT key FROM letter NOT INDEXED").unwrap();
    let keys = statement.query_map([], |row| row.get(0)).unwrap();
    keys.map(Result::unwrap).collect()
}

/// Every place in the file at which one of these stands.
fn places(bytes: &[u8], keys: &BTreeSet<Vec<u8>>) -> Vec<usize> {
    let of_key = |key| bytes.windows(32).enumerate().filter(move |(_, window)| *window == key);
    keys.iter().flat_map(|key| of_key(key.as_slice())).map(|(at, _)| at).collect()
}

#[test]
fn a_flipped_bit_in_a_key_is_undone_in_the_table_and_in_the_index() {
    let (folder, path) = ledger_of_three();
    let (sound, before) = (std::fs::read(&path).unwrap(), keys(&path));
    let places = places(&sound, &before);
    assert!(places.len() >= 2 * before.len(), "{places:?}");
    for (number, at) in places.into_iter().flat_map(|at| (at..at + 32).step_by(5)).enumerate() {
        let mut damaged = sound.clone();
        damaged[at] ^= 1 << (number % 8);
        std::fs::write(&path, damaged).unwrap();
        let letters = Ledger::letters_to_mend(&path).unwrap().expect("it is damaged");
        assert!(letters <= 1, "{at}");
        assert_eq!(Ledger::mend(&path, now()).unwrap().letters, letters);
        assert_eq!(keys(&path), before, "{at}");
        assert_eq!(Ledger::letters_to_mend(&path).unwrap(), None, "{at}");
        // None of them leaves that had left, and no more are in doubt than were altered.
        let ledger = open(&path);
        let states = [1, 2, 3].map(|row| state(&ledger, letter(&ledger, row)).unwrap());
        assert_ne!(states[0], State::Pending);
        assert_eq!(states.iter().filter(|state| **state == State::InDoubt).count() as u64, letters);
    }
    drop(folder);
}

/// What lies beside the ledger.
fn beside(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path.parent().unwrap()).unwrap();
    entries.map(|entry| entry.unwrap().path()).filter(|other| other != path).collect()
}

#[test]
fn whatever_bit_is_flipped_the_ledger_is_mended_to_the_end_or_left_as_it_was() {
    const PAGE: usize = 4096;
    let (_folder, path) = ledger_of_three();
    let (sound, before) = (std::fs::read(&path).unwrap(), keys(&path));
    let left = letter(&open(&path), 1);
    let places = places(&sound, &before);
    // Before a row's key stands of which kind its values are.
    let of_kinds = places.iter().take(2).flat_map(|key| key - 26..*key).map(|at| (at, 0)).collect::<Vec<_>>();
    // The pages of the letters and of their index: the beginnings, and what is written in them.
    let pages: BTreeSet<usize> = places.into_iter().map(|at| at / PAGE * PAGE).collect();
    let is_written = |at: &usize| at % PAGE < 20 || sound[*at] != 0;
    let written = |page: usize| (page..page + PAGE).filter(is_written);
    let in_pages = pages.into_iter().flat_map(written).flat_map(|at| (0..8).map(move |bit| (at, bit)));
    // In the file's header, where the free pages begin and how many there are.
    let of_free_pages = (32..40).map(|at| (at, at % 8));
    let (mut mended, mut refused) = (0, 0);
    for (at, bit) in of_free_pages.chain(of_kinds).chain(in_pages.step_by(41)) {
        beside(&path).iter().for_each(|other| std::fs::remove_file(other).unwrap());
        let mut damaged = sound.clone();
        damaged[at] ^= 1 << bit;
        std::fs::write(&path, &damaged).unwrap();
        match Ledger::letters_to_mend(&path) {
            Ok(None) => {}
            Ok(Some(letters)) if Ledger::mend(&path, now()).is_ok_and(|mended| mended.letters == letters) => {
                mended += 1;
                assert!(matches!(Ledger::letters_to_mend(&path), Ok(None)), "{at}.{bit}");
            }
            // It may not have come to a letter before.
            Ok(Some(_)) | Err(_) => {
                refused += 1;
                assert!(
                    Ledger::mend(&path, now()).is_err_and(|error| error.exit() == Exit::Config),
                    "{at}.{bit}"
                );
                assert!(std::fs::read(&path).unwrap() == damaged, "{at}.{bit} was changed");
                assert_eq!(beside(&path), [""; 0].map(PathBuf::from), "{at}.{bit}");
                continue;
            }
        }
        assert_eq!(keys(&path), before, "{at}.{bit}");
        let state = state(&open(&path), left);
        assert!(matches!(state, Some(State::Accepted | State::InDoubt)), "{at}.{bit}: {state:?}");
    }
    // How many of which kind depends on the keys, which are others each time.
    assert!(mended > refused, "{mended} mended, {refused} refused");
}

#[test]
fn who_mends_does_not_send_for_mending() {
    let (_folder, path) = ledger_of_three();
    let mut bytes = std::fs::read(&path).unwrap();
    let schema = bytes.windows(19).position(|window| window == b"CREATE TABLE letter").unwrap();
    bytes[schema] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    for refused in [Ledger::letters_to_mend(&path).map(drop), Ledger::mend(&path, now()).map(drop)] {
        assert!(matches!(refused, Err(LedgerError::BeyondRepair { .. })), "{refused:?}");
    }
}

#[test]
fn a_letter_whose_key_nothing_tells_is_beyond_repair_and_no_copy_is_left() {
    let (folder, path) = ledger_of_three();
    let (mut bytes, before) = (std::fs::read(&path).unwrap(), keys(&path));
    let key = before.first().unwrap();
    // The same letter's key in the table and in the index, in another bit each.
    for (number, at) in places(&bytes, &BTreeSet::from([key.clone()])).into_iter().enumerate() {
        bytes[at + number] ^= 1;
    }
    std::fs::write(&path, &bytes).unwrap();
    for refused in [Ledger::letters_to_mend(&path).map(drop), Ledger::mend(&path, now()).map(drop)] {
        let error = refused.unwrap_err();
        assert!(error.to_string().contains("cannot be told"), "{error}");
        assert_eq!(error.exit(), Exit::Config);
    }
    assert!(std::fs::read(&path).unwrap() == bytes);
    let beside = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(beside, 1, "a copy was left");
}

#[test]
fn a_forgotten_ledger_is_not_mended() {
    let (_folder, path) = ledger_of_three();
    open(&path).forget().unwrap();
    for refused in [Ledger::letters_to_mend(&path).map(drop), Ledger::mend(&path, now()).map(drop)] {
        assert!(matches!(refused, Err(LedgerError::Forgotten(_))), "{refused:?}");
    }
}

#[test]
fn a_ledger_that_is_gone_is_not_begun_anew_while_something_of_it_is_left() {
    for left in ["-wal", ".run-3.lock"] {
        let (folder, path) = ledger_of_three();
        let beside = folder.path().join(format!("dec2-2026.ledger{left}"));
        std::fs::write(&beside, "what a run left").unwrap();
        std::fs::remove_file(&path).unwrap();
        for refused in [
            Ledger::open_or_create(&path, None, 2026, now()).map(drop),
            Ledger::open(&path, None).map(drop),
            Ledger::look_at(&path, None).map(drop),
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.exit(), Exit::Config, "{error}");
            assert!(error.to_string().contains(left), "{error}");
        }
        assert!(!path.exists());
        std::fs::remove_file(beside).unwrap();
        assert!(matches!(Ledger::open(&path, None), Err(LedgerError::Absent(_))));
        let mut new = open(&path);
        start_list(&mut new, &[1], Scope::Campaign, Retry::default()).unwrap().1.end().unwrap();
    }
}
