//! What fails: a commit, a disk, a lock that another process keeps.

use super::{accepted, child, claim, letter, open, place, start, state, try_record};
use crate::exit::{Exit, ExitCode};
use crate::ledger::lost::with_ending;
use crate::ledger::{Claimed, Enrolment, Item, Ledger, LedgerError, Retry, Round, Run, Scope, State};
use std::path::Path;
use std::process::Command;

#[test]
fn after_a_commit_that_failed_no_further_claim_is_granted() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    let [first, second] = [1, 2].map(|row| letter(&ledger, row));
    let (_, run) = start(&mut ledger, &[1, 2]);
    assert_eq!(claim(&run, first), Claimed::Yes);
    // Stands for a disk that fails once and recovers.
    ledger.connection().execute_batch("ALTER TABLE letter RENAME TO gone").unwrap();
    let error = try_record(&run, first, accepted()).unwrap_err();
    ledger.connection().execute_batch("ALTER TABLE gone RENAME TO letter").unwrap();
    let round = Round { claim: Some(Item::Letter(second.key)), ..Round::default() };
    assert_eq!(run.round(round).unwrap_err(), error);
    assert_eq!(run.end().unwrap_err(), error);
    assert_eq!(state(&ledger, first), Some(State::InDoubt));
    assert_eq!(state(&ledger, second), Some(State::Pending));
}

#[test]
fn a_thread_that_panics_while_it_writes_ends_the_claims_of_all() {
    let (_folder, path) = place();
    let mut ledger = open(&path);
    let first = letter(&ledger, 1);
    let mut list = ledger.list().unwrap();
    list.add(&Enrolment { row: 1, letter: first, destination: "JP", mail_address: None }).unwrap();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let clock = move || match asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => super::now(),
        _ => panic!("a clock that fails"),
    };
    let (_, run) = list.start(Scope::OneLetter, Retry::default(), clock).unwrap();
    std::thread::scope(|scope| assert!(scope.spawn(|| claim(&run, first)).join().is_err()));
    let error = try_record(&run, first, accepted()).unwrap_err();
    assert_eq!(error.exit(), Exit::CannotCreate);
    drop(run);
    assert_eq!(state(&ledger, first), Some(State::Pending));
}

#[test]
fn a_ledger_that_another_process_keeps_locked_is_busy() {
    let (_folder, path) = place();
    let ledger = open(&path);
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = ledger.by_post(&[letter(&ledger, 1).key], super::now()).unwrap_err();
    assert!(matches!(error, LedgerError::Busy(_)));
    assert_eq!(error.exit(), Exit::TemporaryFailure);
}

/// Sends every letter of the list; the first error ends it.
fn send(ledger: &Ledger, run: &Run, rows: &[i64]) -> Result<(), LedgerError> {
    let mut outcomes = Vec::new();
    for &row in rows {
        let item = Item::Letter(letter(ledger, row).key);
        run.round(Round { outcomes: std::mem::take(&mut outcomes), claim: Some(item), ..Round::default() })?;
        outcomes.push((item, accepted()));
    }
    run.round(Round { outcomes, ..Round::default() })?;
    Ok(())
}

/// Writes until the disk is full.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    for size in [1 << 20, 4_096, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

#[test]
#[ignore = "a child process on a small disk"]
fn child_sends_on_a_full_disk() {
    if let Some(path) = super::path_of_the_parent() {
        let rows: Vec<i64> = (0..5_000).collect();
        let mut ledger = open(&path);
        let (_, run) = start(&mut ledger, &rows);
        // All but 128 KiB of the free pages: more would be needed if the letters' rows had no room of their own.
        let taken = "INSERT INTO reserve (zeros) VALUES (zeroblob(8257536))";
        ledger.connection().execute(taken, []).unwrap();
        fill(&path.with_extension("filler"));
        send(&ledger, &run, &rows).unwrap();
        run.end().unwrap();
        assert_eq!(ledger.tally().unwrap().all.accepted, 5_000);
    }
}

#[test]
#[ignore = "a child process on a disk that is too small"]
fn child_finds_no_room() {
    if let Some(path) = super::path_of_the_parent() {
        let mut ledger = open(&path);
        let before = std::fs::read(&path).unwrap();
        let filler = path.with_extension("filler");
        fill(&filler);
        let rows: Vec<i64> = (0..5_000).collect();
        let refused = super::start_list(&mut ledger, &rows, Scope::Campaign, Retry::default());
        assert_eq!(refused.err().unwrap().exit(), Exit::CannotCreate);
        let error = Ledger::open_or_create(path.with_extension("new"), None, 2026, super::now()).unwrap_err();
        assert_eq!(error.exit(), Exit::CannotCreate);
        std::fs::remove_file(filler).unwrap();
        assert_eq!(ledger.tally().unwrap().all.total(), 0);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[test]
#[ignore = "a child process on a disk that becomes read-only"]
fn child_reads_a_read_only_disk() {
    if let Some(path) = super::path_of_the_parent() {
        let mut ledger = open(&path);
        start(&mut ledger, &[1]).1.end().unwrap();
        drop(ledger);
        let remount = Command::new("mount").args(["-o", "remount,ro"]).arg(path.parent().unwrap()).status();
        assert!(remount.unwrap().success());
        let reader = Ledger::open_read_only(&path, None).unwrap();
        assert_eq!(reader.tally().unwrap().all.pending, 1);
        let refused = open_to_write(&path).unwrap_err();
        assert_eq!(refused.exit(), Exit::CannotCreate, "{refused}");
        let refused =
            Ledger::open_or_create(path.with_extension("new"), None, 2026, super::now()).unwrap_err();
        assert_eq!(refused.exit(), Exit::CannotCreate, "{refused}");
    }
}

#[test]
#[ignore = "a child process that may not write in the ledger"]
fn child_may_not_write() {
    if let Some(path) = super::path_of_the_parent() {
        assert_eq!(Ledger::open_read_only(&path, None).unwrap().tally().unwrap().all.pending, 1);
        for refused in [Ledger::open(&path, None), Ledger::open_or_create(&path, None, 2026, super::now())] {
            let refused = refused.unwrap_err();
            assert_eq!(refused.exit(), Exit::CannotCreate);
            assert!(refused.to_string().contains("this user may not write in"), "{refused}");
        }
    }
}

/// The child test is root's, if this one is, but without root's power to write in what is read only.
#[test]
#[cfg(target_os = "linux")]
fn a_ledger_that_may_not_be_written_answers_status_and_nothing_is_left_beside_it() {
    use std::os::unix::fs::PermissionsExt as _;
    // Such a log is what SQLite makes beside a ledger that is read only.
    for beside in ["", "-wal", "-shm"] {
        let (folder, path) = place();
        let mut ledger = open(&path);
        let (_, run) = start(&mut ledger, &[1]);
        if beside.is_empty() {
            run.end().unwrap();
            drop(ledger);
        } else {
            // As a kill leaves it: with its log.
            std::mem::forget((run, ledger));
        }
        std::fs::set_permissions(with_ending(&path, beside), std::fs::Permissions::from_mode(0o400)).unwrap();
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        let test = child("faults::child_may_not_write", &path);
        let mut command = Command::new("setpriv");
        command.arg("--bounding-set=-all").arg(test.get_program()).args(test.get_args());
        if !rustix::process::geteuid().is_root() {
            command = test;
        }
        let output = command.env("LEDGER_OF_A_TEST", &path).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && told.contains("1 passed"), "{beside}: {told}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), files, "{beside}");
    }
}

fn open_to_write(path: &Path) -> Result<u64, LedgerError> {
    let ledger = Ledger::open(path, None)?;
    ledger.by_post(&[letter(&ledger, 1).key], super::now())
}

/// Runs a child test on a disk of 24 MB in a mount namespace of its own; where the kernel gives none, not at all.
fn on_a_small_disk(test: &str) {
    let (folder, _) = place();
    let path = folder.path().join("disk").join("dec2-2026.ledger");
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    let in_namespace = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]);
        command.arg(path.parent().unwrap());
        command
    };
    let mount = "mount -t tmpfs -o size=24m tmpfs \"$1\"";
    if !in_namespace(mount).output().is_ok_and(|output| output.status.success()) {
        eprintln!("no mount namespace here: not tested");
        return;
    }
    let test = child(test, &path);
    let mut command = in_namespace(&format!("{mount} && shift && exec \"$@\""));
    command.arg(test.get_program()).args(test.get_args()).env("LEDGER_OF_A_TEST", &path);
    let output = command.stderr(std::process::Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[test]
fn when_the_disk_fills_after_the_start_every_outcome_still_fits() {
    on_a_small_disk("faults::child_sends_on_a_full_disk");
}

#[test]
fn a_ledger_on_a_read_only_disk_answers_status_and_takes_nothing() {
    on_a_small_disk("faults::child_reads_a_read_only_disk");
}

#[test]
fn when_the_disk_is_full_at_the_start_nothing_is_recorded_and_nothing_leaves() {
    on_a_small_disk("faults::child_finds_no_room");
}
