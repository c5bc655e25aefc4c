//! Letters by post, and the files that the ledger knows of but cannot reach.

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::open::FileLedger;
use crate::ledger::error::LedgerError;
use crate::ledger::key::LetterKey;
use crate::ledger::trace::Trace;

impl FileLedger {
    /// Records that the files of these letters are durable, all in one commit. Letters that are not pending or
    /// deferred stay as they are. Returns how many became `by_post`.
    pub(crate) fn by_post(&self, letters: &[LetterKey], now: DateTime<Utc>) -> Result<u64, LedgerError> {
        let transaction = self.write()?;
        let record = || {
            let mut statement = transaction.prepare_cached(
                "UPDATE letter SET state = 'by_post', at = ?2, room = NULL, seal = seal(key, 'by_post', run, code, copy)
                 WHERE key = ?1 AND state IN ('pending', 'deferred')",
            )?;
            let mut posted = 0;
            for letter in letters {
                posted += statement.execute(params![letter.0, now.timestamp_millis()])? as u64;
            }
            Ok(posted)
        };
        let posted = record().map_err(|error| self.error(&error))?;
        transaction.commit()?;
        Ok(posted)
    }

    /// Remembers a file or folder that `forget` has to name.
    pub(crate) fn remember(&self, path: &Path, trace: Trace) -> Result<(), LedgerError> {
        let transaction = self.write()?;
        transaction
            .execute(
                "INSERT OR REPLACE INTO trace (path, kind) VALUES (?1, ?2)",
                params![path.to_string_lossy(), trace.word()],
            )
            .map_err(|error| self.error(&error))?;
        transaction.commit()
    }
}
