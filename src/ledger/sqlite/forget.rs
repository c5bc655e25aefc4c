//! After the campaign: the secret and every hash are erased, the counts stay.
//!
//! Erased means overwritten in the file, by `SQLite`'s means: deleted cells are zeroed, the file is written anew,
//! the log is cut to nothing. What the disk itself keeps of overwritten blocks is beyond us.

use std::path::PathBuf;

use super::alive;
use super::open::FileLedger;
use crate::ledger::error::LedgerError;

impl FileLedger {
    /// Erases secret and hashes; refused while a run lives. Doing it again finishes what an interruption left.
    pub(crate) fn forget(&mut self) -> Result<(), LedgerError> {
        match self.write() {
            Ok(transaction) => {
                let living = alive::without_end(&transaction).map_err(|error| self.error(&error))?;
                if !living.is_empty() {
                    return Err(LedgerError::RunLives((&self.path).into()));
                }
                transaction
                    .execute_batch(
                        "INSERT INTO forgotten SELECT destination, state, count(*) FROM letter GROUP BY 1, 2;
                         UPDATE campaign SET secret = NULL, seal = NULL, domain = NULL, machine = NULL, place = NULL;
                         UPDATE run SET list = NULL, letter = NULL, token = x'';
                         DELETE FROM letter; DELETE FROM notice;",
                    )
                    .map_err(|error| self.error(&error))?;
                transaction.commit()?;
            }
            Err(LedgerError::Forgotten(_)) => {}
            Err(error) => return Err(error),
        }
        self.keys = None;
        self.erase()
    }

    /// Writes the file anew and cuts the log. Both wait for readers in other processes, and fail if they stay.
    fn erase(&self) -> Result<(), LedgerError> {
        let erase = || {
            self.connection.execute_batch("VACUUM")?;
            self.connection.query_one("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
        };
        match erase() {
            Ok(false) => Ok(()),
            Ok(true) => Err(LedgerError::Busy((&self.path).into())),
            Err(error) => Err(self.error(&error)),
        }
    }

    /// What the ledger knows to hold signers' names, and cannot reach.
    pub(crate) fn traces(&self) -> Result<Vec<PathBuf>, LedgerError> {
        let read = || {
            self.connection
                .prepare("SELECT path FROM trace ORDER BY path")?
                .query_map([], |row| row.get::<_, String>(0).map(PathBuf::from))?
                .collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.error(&error))
    }

    /// Refuses a ledger that a run is at work with.
    pub(crate) fn must_rest(&self) -> Result<(), LedgerError> {
        if alive::one_lives(&self.path, &self.connection)? {
            return Err(LedgerError::RunLives((&self.path).into()));
        }
        Ok(())
    }
}
