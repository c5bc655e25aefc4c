//! What only a shared ledger is asked: its lists, what they must have alike, and what a database has forgotten.

#![cfg_attr(
    not(feature = "postgres"),
    allow(clippy::unnecessary_wraps, reason = "a file has no answer that could fail")
)]

use chrono::{DateTime, Utc};

use super::error::LedgerError;
use super::location::{Location, Terms};
#[cfg(feature = "postgres")]
use super::postgres::DatabaseLedger;
use super::storage::{Ledger, Storage};

impl Ledger {
    /// The own list's name, where the ledger is shared.
    pub(crate) fn list_name(&self) -> Option<&str> {
        match &self.storage {
            Storage::File(_) => None,
            #[cfg(feature = "postgres")]
            Storage::Database(database) => Some(database.list_name()),
        }
    }

    /// What all lists of a shared campaign must have alike, and the caps that hold for all: empty where nobody has said it yet.
    pub(crate) fn terms(&self) -> Result<Option<Terms>, LedgerError> {
        match &self.storage {
            Storage::File(_) => Ok(None),
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.terms().map(Some),
        }
    }

    /// How many of the list's letters another list of a shared ledger has, since a claim of its own: they are in no count here.
    pub(crate) fn with_another_list(&self) -> Result<u64, LedgerError> {
        match &self.storage {
            Storage::File(_) => Ok(0),
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.with_another_list(),
        }
    }

    /// The other lists of a shared ledger that have not forgotten.
    pub(crate) fn other_lists(&self) -> Result<Vec<String>, LedgerError> {
        match &self.storage {
            Storage::File(_) => Ok(Vec::new()),
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.other_lists(),
        }
    }

    /// Whether there is no ledger yet; an error where this user must not make one. Asked before anything is made for it elsewhere.
    pub(crate) fn is_free(location: &Location) -> Result<bool, LedgerError> {
        match location {
            Location::File(path) => Ok(!path.exists()),
            #[cfg(feature = "postgres")]
            Location::Shared(shared) => DatabaseLedger::is_free(shared),
            #[cfg(not(feature = "postgres"))]
            Location::Shared(_) => Err(LedgerError::WithoutDatabases(location.clone())),
        }
    }

    /// Opens a shared ledger that has forgotten commits of this list, as one does that was restored from an old backup.
    pub(crate) fn open_behind_counter(
        location: impl Into<Location>,
        id: Option<&str>,
    ) -> Result<Ledger, LedgerError> {
        match location.into() {
            #[cfg(feature = "postgres")]
            Location::Shared(shared) => Ok(Ledger::shared(DatabaseLedger::open_behind_counter(shared, id)?)),
            location => Ledger::open(location, id),
        }
    }

    /// How many letters [`Ledger::doubt_by_counter`] would put in doubt; `None` where nothing was forgotten.
    pub(crate) fn letters_behind_counter(&self) -> Result<Option<u64>, LedgerError> {
        match &self.storage {
            Storage::File(_) => Ok(None),
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.letters_behind_counter(),
        }
    }

    /// Puts the list's letters without an outcome in doubt, where the database has forgotten commits of the list.
    pub(crate) fn doubt_by_counter(&self, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        match &self.storage {
            Storage::File(_) => {
                let _ = now;
                Ok(0)
            }
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.doubt_by_counter(now),
        }
    }
}
