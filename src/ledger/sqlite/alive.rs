//! How others know whether a run lives.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, params};

use crate::ledger::error::LedgerError;

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
pub(super) fn reap(
    ledger: &Path,
    transaction: &Transaction<'_>,
    now: DateTime<Utc>,
) -> Result<(), LedgerError> {
    for run in dead(ledger, transaction)? {
        bury(transaction, run, now).map_err(|error| LedgerError::of(ledger, &error))?;
        let _ = std::fs::remove_file(lock_path(ledger, run));
    }
    Ok(())
}

/// Ends a run in the ledger; what it claimed and did not settle is in doubt, since the time of the claim.
pub(super) fn bury(transaction: &Transaction<'_>, run: i64, now: DateTime<Utc>) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE letter SET state = 'in_doubt', before = NULL, code = NULL, enhanced = NULL, relay = NULL, room = NULL,
                words = 'the run ended before the reply was recorded'
         WHERE state = 'claimed' AND run = ?1",
        [run],
    )?;
    transaction
        .execute("UPDATE run SET ended_at = ?2 WHERE id = ?1", params![run, now.timestamp_millis()])?;
    Ok(())
}
