//! One run: the process that may send, and how others know whether it lives.
//!
//! A run is a row in the ledger and an OS lock on a small file beside it, which the kernel drops with the process,
//! however it ends. A claim names its run: it is in doubt only when that run's lock is free. Before the first claim
//! the run reserves room on the disk, so that outcomes can be recorded when the disk is full.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::round::{Answer, Desk, Queue, Round};
use super::{Ledger, LedgerError, State, file};

/// Which letters a run may claim besides those pending and deferred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retry {
    /// Letters in doubt: at the risk that they arrive twice.
    pub in_doubt: bool,
    /// Refused letters; addresses held after a 5.1.1 are tried again too.
    pub refused: bool,
}

impl Retry {
    /// Whether a letter in this state is still to be sent.
    pub(crate) fn may_send(self, state: State) -> bool {
        match state {
            State::Pending | State::Claimed | State::Deferred => true,
            State::InDoubt => self.in_doubt,
            State::Refused => self.refused,
            State::Accepted | State::ByPost => false,
        }
    }
}

/// A run that lives: it holds its lock until it is ended or dropped. Its connections share it by reference.
pub(crate) struct Run {
    queue: Queue,
    is_ended: bool,
    _lock: RunLock,
}

impl Run {
    /// The run `id`, whose row is durable.
    pub(super) fn begin(
        ledger: &Ledger,
        id: i64,
        lock: RunLock,
        retry: Retry,
        clock: impl Fn() -> Timestamp + Send + 'static,
    ) -> Result<Run, LedgerError> {
        let connection = file::connect(ledger.path())?;
        reserve(&connection).map_err(|error| ledger.error(&error))?;
        let desk = Desk::new(ledger.path(), connection, ledger.keys()?, id, retry, Box::new(clock));
        Ok(Run { queue: Queue::new(desk), is_ended: false, _lock: lock })
    }

    /// Records outcomes, claims the next letter, takes tokens: all in one commit, shared with the other connections'
    /// rounds. Returns when it is durable. After an error every later round fails with the same error, so that no
    /// further body leaves.
    pub(crate) fn round(&self, round: Round) -> Result<Answer, LedgerError> {
        self.queue.round(round)
    }

    /// Ends the run: claims left without an outcome are in doubt from now on.
    pub(crate) fn end(mut self) -> Result<(), LedgerError> {
        self.is_ended = true;
        self.queue.end()
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if !self.is_ended {
            // Who wants to know how it ended calls `end`. A run that could not end is dead when its lock is free.
            let _ = self.queue.end();
        }
    }
}

/// The OS lock of one run, on a file beside the ledger that goes with it.
pub(super) struct RunLock {
    path: PathBuf,
    _file: File,
}

impl RunLock {
    /// Takes the lock of a new run. A file of that name can only be left from a start that was never committed.
    pub(super) fn take(ledger: &Path, run: i64) -> Result<RunLock, LedgerError> {
        let path = lock_path(ledger, run);
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| LedgerError::io(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(RunLock { path, _file: file }),
            Err(TryLockError::Error(error)) => Err(LedgerError::io(&path, &error)),
            Err(TryLockError::WouldBlock) => Err(LedgerError::Busy(ledger.to_owned())),
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // A file left behind is harmless: nobody holds its lock.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn lock_path(ledger: &Path, run: i64) -> PathBuf {
    let mut path = ledger.as_os_str().to_owned();
    path.push(format!(".run-{run}.lock"));
    path.into()
}

/// Whether nobody holds the lock of a run that has no end in the ledger.
pub(super) fn is_dead(ledger: &Path, run: i64) -> Result<bool, LedgerError> {
    let path = lock_path(ledger, run);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(LedgerError::io(&path, &error)),
    };
    // Shared, so that two who ask at once do not take each other for the run.
    match file.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(LedgerError::io(&path, &error)),
    }
}

/// Runs without an end whose lock is free. Asked before letters are read: a claim seen later that names one of
/// them is in doubt.
pub(super) fn dead(ledger: &Path, connection: &Connection) -> Result<Vec<i64>, LedgerError> {
    let mut dead = without_end(connection).map_err(|error| LedgerError::of(ledger, &error))?;
    let mut failure = None;
    dead.retain(|&run| {
        is_dead(ledger, run).unwrap_or_else(|error| {
            failure = Some(error);
            false
        })
    });
    failure.map_or(Ok(dead), Err)
}

/// The runs that have not recorded their end: after [`reap`], those that live.
pub(super) fn without_end(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare("SELECT id FROM run WHERE ended_at IS NULL")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Puts the claims of dead runs in doubt, once and for all.
pub(super) fn reap(ledger: &Path, transaction: &Transaction<'_>, now: Timestamp) -> Result<(), LedgerError> {
    for run in dead(ledger, transaction)? {
        bury(transaction, run, now).map_err(|error| LedgerError::of(ledger, &error))?;
        let _ = std::fs::remove_file(lock_path(ledger, run));
    }
    Ok(())
}

/// Ends a run in the ledger; what it claimed and did not settle is in doubt, since the time of the claim.
pub(super) fn bury(transaction: &Transaction<'_>, run: i64, now: Timestamp) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE letter SET state = 'in_doubt', before = NULL, code = NULL, enhanced = NULL, relay = NULL, room = NULL,
                words = 'the run ended before the reply was recorded'
         WHERE state = 'claimed' AND run = ?1",
        [run],
    )?;
    transaction.execute("UPDATE run SET ended_at = ?2 WHERE id = ?1", params![run, now.as_millisecond()])?;
    Ok(())
}

/// Makes sure that this run's outcomes fit when the disk is full.
///
/// Each letter's row already has room for its answer. What else a commit needs is space in the log, which is written
/// over from its start every 1,000 pages and so never needs more than twice that, and some free pages in the file for
/// answers longer than their room. Zeros as long as that log, written and deleted, provide both.
fn reserve(connection: &Connection) -> rusqlite::Result<()> {
    const MOST: i64 = 8 << 20;
    const PER_LETTER: i64 = 64 << 10;
    let letters: i64 =
        connection.query_one("SELECT count(*) FROM letter WHERE room IS NOT NULL", [], |row| row.get(0))?;
    let zeros = letters.saturating_add(1).saturating_mul(PER_LETTER).min(MOST);
    // Zeros need no overwriting: without it their pages are only entered in the free list. The first DELETE is for
    // a run that was killed between the other two.
    connection.pragma_update(None, "secure_delete", false)?;
    connection.execute("DELETE FROM reserve", [])?;
    connection.execute("INSERT INTO reserve (zeros) VALUES (zeroblob(?1))", [zeros])?;
    connection.execute("DELETE FROM reserve", [])?;
    connection.pragma_update(None, "secure_delete", true)
}
