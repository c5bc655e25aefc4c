//! One run: the process that may send, and how others know whether it lives.
//!
//! A run is a row in the ledger and an OS lock on a small file beside it, which the kernel drops with the process,
//! however it ends. A claim names its run: it is in doubt only when that run's lock is free. Before the first claim
//! the run reserves room on the disk, so that outcomes can be recorded when the disk is full.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::alive::RunLock;
use super::file;
use super::group_commit::{Queue, Writer};
use super::open::Ledger;
use crate::ledger::error::LedgerError;
use crate::ledger::round::{Answer, Retry, Round};

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
        clock: impl Fn() -> DateTime<Utc> + Send + 'static,
    ) -> Result<Run, LedgerError> {
        let connection = file::connect(ledger.path())?;
        reserve(&connection).map_err(|error| ledger.error(&error))?;
        let writer = Writer::new(ledger.path(), connection, ledger.keys()?, id, retry, Box::new(clock));
        Ok(Run { queue: Queue::new(writer), is_ended: false, _lock: lock })
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
