//! One run: the process that may send, and how others know whether it lives.
//!
//! A run is a row in the ledger and an OS lock on a small file beside it, which the kernel drops with the process,
//! however it ends. A claim names its run: it is in doubt only when that run's lock is free. Before the first claim
//! the run reserves room on the disk, so that outcomes can be recorded when the disk is full.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::alive::RunLock;
use super::group_commit::{Queue, Writer};
use super::open::Ledger;
use super::{file, reserve, seal};
use crate::ledger::error::LedgerError;
use crate::ledger::round::{Answer, Retry, Round};

/// A run that lives: it holds its lock until it is ended or dropped. Its connections share it by reference.
pub(crate) struct Run {
    queue: Queue,
    is_ended: bool,
}

impl Run {
    /// The run `id`, whose row is durable. From here on the file itself says that the run has begun, without its log: what
    /// is lost of the log later is noticed.
    pub(super) fn begin(
        ledger: &Ledger,
        id: i64,
        lock: RunLock,
        retry: Retry,
        clock: impl Fn() -> DateTime<Utc> + Send + 'static,
    ) -> Result<Run, LedgerError> {
        let connection = file::connect(ledger.path())?;
        let keys = ledger.keys()?;
        let begin = || {
            seal::teach(&connection, &keys)?;
            let letters =
                connection
                    .query_one("SELECT count(*) FROM letter WHERE room IS NOT NULL", [], |row| row.get(0))?;
            reserve::take(&connection, letters)?;
            reserve::carry_log_over(&connection)
        };
        let is_carried_over = begin().map_err(|error| ledger.error(&error))?;
        let writer = Writer {
            path: ledger.path().to_owned(),
            file: ledger.file,
            connection,
            keys,
            run: id,
            lock,
            retry,
            clock: Box::new(clock),
            ended: HashSet::new(),
            failure: None,
        };
        let run = Run { queue: Queue::new(writer), is_ended: false };
        // Dropped here, it records its end.
        if is_carried_over { Ok(run) } else { Err(LedgerError::Busy(ledger.path().to_owned())) }
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
