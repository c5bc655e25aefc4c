//! What is never in the file, and what is no longer in it after `forget`.

use super::stage::in_both;
use super::{claim, letter, now, open, place, record, reply, start, start_list};
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Identity, Ledger, LedgerError, Location, Outcome, Retry, Scope, Trace};
use crate::mailbox::Mailbox;
use std::path::Path;

in_both! {
    a_forgotten_ledger_answers_status_only,
    forgetting_waits_for_the_end_of_a_live_run,
}

/// The bytes of the ledger and of everything beside it.
fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read_dir(path.parent().unwrap())
        .unwrap()
        .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn no_name_and_no_address_of_a_signer_is_in_the_file() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    let letters = [1, 2].map(|row| letter(&ledger, row));
    let (_, run) = start(&mut ledger, &[1, 2]);
    for letter in letters {
        claim(&run, letter);
        let words = "<signer1@example.org>: sender not owned by you, for <embassy@example.net>";
        record(&run, letter, Outcome::Refused(reply(553, "5.7.1", words)));
    }
    let bytes = bytes(&path).to_ascii_lowercase();
    assert!(holds(&bytes, b"embassy@example.net"));
    for needle in ["signer number", "signer1@", "@example.org"] {
        assert!(!holds(&bytes, needle.as_bytes()), "{needle}");
    }
}

#[test]
fn forgetting_erases_secret_and_hashes_and_keeps_the_counts() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    let rows: Vec<i64> = (0..40).collect();
    let (_, run) = start(&mut ledger, &rows);
    claim(&run, letter(&ledger, 7));
    run.end().unwrap();
    ledger.remember(Path::new("/made/up/report.csv"), Trace::Report).unwrap();
    ledger.remember(Path::new("/made/up/post"), Trace::PostFolder).unwrap();
    let mut needles: Vec<Vec<u8>> = ledger
        .connection()
        .prepare("SELECT secret FROM campaign UNION ALL SELECT list FROM run")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for &row in &rows {
        let letter = letter(&ledger, row);
        needles.push(letter.key.0.to_vec());
        let marks = [Some(letter.signer), Some(letter.name_at_embassy), letter.email_at_embassy];
        needles.extend(marks.into_iter().flatten().map(|mark| mark.0.to_be_bytes().to_vec()));
    }
    let before = bytes(&path);
    assert!(needles.iter().all(|needle| holds(&before, needle)));

    let tally = ledger.tally().unwrap();
    ledger.forget().unwrap();
    assert_eq!(ledger.traces().unwrap(), [Path::new("/made/up/post"), Path::new("/made/up/report.csv")]);
    let after = bytes(&path);
    assert!(!needles.iter().any(|needle| holds(&after, needle)));
    let again = Ledger::open_read_only(&path, None).unwrap().tally().unwrap();
    assert!(again.is_forgotten);
    assert_eq!((again.all, again.by_destination), (tally.all, tally.by_destination));
}

fn a_forgotten_ledger_answers_status_only(path: &Location) {
    let mut ledger = open(path);
    let keys = ledger.keys().unwrap();
    let mut other = open(path);
    ledger.forget().unwrap();
    let email = Mailbox::parse("signer1@example.org").unwrap();
    let signer = Identity { name: "Signer Number 1", email: Some(&email), city: None };
    // Opened before it was forgotten: the keys are still in memory, but nothing is written any more.
    let late = other.by_post(&[keys.fingerprint(&signer, "JP").key], now()).unwrap_err();
    assert_eq!(late.exit(), Exit::Config);
    let late = start_list(&mut other, &[1], Scope::Campaign, Retry::default());
    assert!(matches!(late.err(), Some(LedgerError::Forgotten(_))));
    let mut again = open(path);
    assert!(matches!(again.keys().unwrap_err(), LedgerError::Forgotten(_)));
    assert!(again.list().is_err() && again.in_doubt().is_err());
    assert!(again.settle(&[], now()).is_err());
    again.forget().unwrap();
}

fn forgetting_waits_for_the_end_of_a_live_run(path: &Location) {
    let (mut ledger, mut other) = (open(path), open(path));
    let (_, run) = start(&mut ledger, &[1]);
    let refused = other.forget().unwrap_err();
    assert!(matches!(refused, LedgerError::RunLives(_)));
    assert_eq!(refused.exit(), Exit::TemporaryFailure);
    claim(&run, letter(&ledger, 1));
    run.end().unwrap();
    drop(ledger);
    other.forget().unwrap();
    assert_eq!(other.tally().unwrap().all.in_doubt, 1);
}
