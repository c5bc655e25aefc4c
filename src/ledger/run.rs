//! One run: the process that may send. Its connections share it by reference.
//!
//! Whether it lives, others see by a lock that goes with its process or its connection, however it ends; which lock that is,
//! the storage knows.

use super::error::LedgerError;
use super::group_commit::{Queue, Writer};
#[cfg(feature = "postgres")]
use super::postgres::DatabaseWriter;
use super::round::{Answer, Round};
use super::sqlite::FileWriter;

/// A run that lives: it holds its lock until it is ended or dropped.
pub(crate) struct Run(pub(super) Kept);

/// The run in the storage of its ledger.
pub(super) enum Kept {
    File(Living<FileWriter>),
    #[cfg(feature = "postgres")]
    Database(Living<DatabaseWriter>),
}

impl Run {
    /// Records outcomes, claims the next letter, takes tokens: all in one commit, shared with the other connections'
    /// rounds. Returns when it is durable. After an error every later round fails with the same error, so that no
    /// further body leaves.
    pub(crate) fn round(&self, round: Round) -> Result<Answer, LedgerError> {
        match &self.0 {
            Kept::File(run) => run.queue.round(round),
            #[cfg(feature = "postgres")]
            Kept::Database(run) => run.queue.round(round),
        }
    }

    /// Ends the run: claims left without an outcome are in doubt from now on.
    pub(crate) fn end(self) -> Result<(), LedgerError> {
        match self.0 {
            Kept::File(run) => run.end(),
            #[cfg(feature = "postgres")]
            Kept::Database(run) => run.end(),
        }
    }
}

/// A run by the writer of its storage.
pub(super) struct Living<W: Writer> {
    queue: Queue<W>,
    is_ended: bool,
}

impl<W: Writer> Living<W> {
    pub(super) fn new(writer: W) -> Living<W> {
        Living { queue: Queue::new(writer), is_ended: false }
    }

    fn end(mut self) -> Result<(), LedgerError> {
        self.is_ended = true;
        self.queue.end()
    }
}

impl<W: Writer> Drop for Living<W> {
    fn drop(&mut self) {
        if !self.is_ended {
            // Who wants to know how it ended calls `end`. A run that could not end is dead when its lock is free.
            let _ = self.queue.end();
        }
    }
}
