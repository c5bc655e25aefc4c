//! A plan's letters beside the ledger. Reading it changes nothing; [`List::start`] records it and begins the run, in one
//! transaction.

use chrono::{DateTime, Utc};

use super::comparison::{Added, Comparison, Enrolled, Enrolment, LookAlikes, Scope, SharedEmails};
use super::error::LedgerError;
#[cfg(feature = "postgres")]
use super::postgres::DatabaseList;
use super::round::Retry;
use super::run::{Kept, Run};
use super::sqlite::FileList;
use super::storage::{Ledger, Storage};

/// The letters of one plan. They are gone when it is dropped.
pub(crate) struct List<'l> {
    ledger: &'l Ledger,
    rows: Rows<'l>,
}

/// The list in the storage of its ledger.
enum Rows<'l> {
    File(FileList<'l>),
    #[cfg(feature = "postgres")]
    Database(DatabaseList<'l>),
}

/// Asks the list, whichever it is.
macro_rules! ask {
    ($list:expr, $rows:ident => $answer:expr) => {
        match $list.rows {
            Rows::File(ref $rows) => $answer,
            #[cfg(feature = "postgres")]
            Rows::Database(ref $rows) => $answer,
        }
    };
}

impl List<'_> {
    /// There is one list of a ledger at a time.
    pub(super) fn new(ledger: &mut Ledger) -> Result<List<'_>, LedgerError> {
        let rows = match &ledger.storage {
            Storage::File(file) => Rows::File(file.list()?),
            #[cfg(feature = "postgres")]
            Storage::Database(database) => Rows::Database(database.list()?),
        };
        Ok(List { ledger, rows })
    }

    /// Adds the plan's next letter.
    pub(crate) fn add(&mut self, enrolment: &Enrolment<'_>) -> Result<Added, LedgerError> {
        ask!(self, rows => rows.add(enrolment))
    }

    /// Takes a row out again.
    pub(crate) fn withdraw(&mut self, row: i64) -> Result<(), LedgerError> {
        ask!(self, rows => rows.withdraw(row))
    }

    /// All letters are added, and those that may not stand withdrawn.
    pub(crate) fn close(&mut self) -> Result<(), LedgerError> {
        match &self.rows {
            Rows::File(rows) => rows.close(),
            #[cfg(feature = "postgres")]
            Rows::Database(_) => Ok(()),
        }
    }

    /// The ledger that the list is compared with, for the standing of single letters.
    pub(crate) fn ledger(&self) -> &Ledger {
        self.ledger
    }

    /// How the list stands beside the ledger, if a run may send what `retry` says.
    pub(crate) fn compare(&self, retry: Retry) -> Result<Comparison, LedgerError> {
        ask!(self, rows => rows.compare(retry))
    }

    /// E-mails that several signers gave; of two embassies they are counted at each.
    pub(crate) fn shared_emails(&self, first: usize) -> Result<SharedEmails, LedgerError> {
        ask!(self, rows => rows.shared_emails(first))
    }

    /// New letters that share their signer, or name or e-mail at the embassy, with a letter already sent: a
    /// corrected typo would be a second letter.
    pub(crate) fn look_alikes(&self, first: usize) -> Result<LookAlikes, LedgerError> {
        ask!(self, rows => rows.look_alikes(first))
    }

    /// Records the list and begins a run, in one transaction: from here on every letter of the list is in the ledger.
    /// The clock is asked once for each commit.
    pub(crate) fn start(
        self,
        scope: Scope,
        retry: Retry,
        clock: impl Fn() -> DateTime<Utc> + Send + 'static,
    ) -> Result<(Enrolled, Run), LedgerError> {
        match self.rows {
            Rows::File(rows) => rows
                .start(scope, retry, clock)
                .map(|(enrolled, run)| (enrolled, Run(Kept::File(Box::new(run))))),
            #[cfg(feature = "postgres")]
            Rows::Database(rows) => {
                let (enrolled, run, abroad) = rows.start(scope, retry, clock)?;
                Ok((enrolled, Run(Kept::Database(Box::new(run), abroad))))
            }
        }
    }
}
