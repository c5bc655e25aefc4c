//! One run: the process that may send. Its connections share it by reference.
//!
//! Whether it lives, others see by a lock that goes with its process or its connection, however it ends; which lock that is,
//! the storage knows.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
#[cfg(feature = "postgres")]
use std::sync::{Mutex, OnceLock, PoisonError};

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
    File(Box<Living<FileWriter>>),
    #[cfg(feature = "postgres")]
    Database(Box<Living<DatabaseWriter>>, Abroad),
}

/// What a run on a shared ledger hears from outside: the campaign's caps, and that the user wants an end.
#[cfg(feature = "postgres")]
#[derive(Clone, Default)]
pub(super) struct Abroad {
    pub(super) caps: Arc<Mutex<Caps>>,
    pub(super) interrupted: Arc<OnceLock<Arc<AtomicBool>>>,
}

/// The smallest caps that any list of a shared campaign has set, in letters a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Caps {
    /// To one domain.
    pub per_domain: Option<f64>,
    /// To one mailbox.
    pub per_embassy: Option<f64>,
}

impl Run {
    /// Records outcomes, claims the next letter, takes tokens: all in one commit, shared with the other connections'
    /// rounds. Returns when it is durable. After an error every later round fails with the same error, so that no
    /// further body leaves.
    pub(crate) fn round(&self, round: Round) -> Result<Answer, LedgerError> {
        self.round_and_meanwhile(round, || {})
    }

    /// The same; while another connection writes, `meanwhile` is done.
    pub(crate) fn round_and_meanwhile(
        &self,
        round: Round,
        meanwhile: impl FnOnce(),
    ) -> Result<Answer, LedgerError> {
        match &self.0 {
            Kept::File(run) => run.queue.round(round, meanwhile),
            #[cfg(feature = "postgres")]
            Kept::Database(run, _) => run.queue.round(round, meanwhile),
        }
    }

    /// The caps that hold beside the run's own; nothing where the ledger is not shared.
    pub(crate) fn caps(&self) -> Option<Caps> {
        match &self.0 {
            Kept::File(_) => None,
            #[cfg(feature = "postgres")]
            Kept::Database(_, abroad) => Some(*abroad.caps.lock().unwrap_or_else(PoisonError::into_inner)),
        }
    }

    /// When this is set the user wants an end, and a database that is away is not waited for.
    pub(crate) fn heed(&self, interrupted: Arc<AtomicBool>) {
        match &self.0 {
            Kept::File(_) => drop(interrupted),
            #[cfg(feature = "postgres")]
            Kept::Database(_, abroad) => drop(abroad.interrupted.set(interrupted)),
        }
    }

    /// Ends the run: claims left without an outcome are in doubt from now on.
    pub(crate) fn end(self) -> Result<(), LedgerError> {
        match self.0 {
            Kept::File(run) => run.end(),
            #[cfg(feature = "postgres")]
            Kept::Database(run, _) => run.end(),
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
