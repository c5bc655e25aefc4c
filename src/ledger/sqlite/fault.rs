//! What `SQLite`'s errors mean for the ledger.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::ledger::error::LedgerError;

impl LedgerError {
    /// What `SQLite` answered, about the ledger at `path`.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> LedgerError {
        let path = path.to_owned();
        let words = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Busy(path.into()),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                LedgerError::Corrupt { path, words }
            }
            Some(_) => LedgerError::Write { location: path.into(), words },
            // No answer of SQLite's, but a column that does not hold what the schema says.
            None => LedgerError::Corrupt { path, words },
        }
    }
}
