//! After the campaign: the hashes are erased, the counts stay. Of one list, or, with every list's word, of all.
//!
//! A list that forgets takes its letters out. When the last one has, the campaign's check value goes too. What backups of
//! the database keep is for those who run it.

use super::alive;
use super::beside;
use super::open::DatabaseLedger;
use crate::ledger::error::LedgerError;

impl DatabaseLedger {
    /// Erases the own list's letters, and what all share when no other list is left. Refused while a run of the list lives.
    pub(in crate::ledger) fn forget(&mut self) -> Result<(), LedgerError> {
        if self.keys.is_none() {
            return Ok(());
        }
        self.write(|transaction, list| {
            let failed = |error: tokio_postgres::Error| self.error(&error);
            if alive::one_lives(transaction, Some(list)).map_err(failed)? {
                return Err(LedgerError::RunLives(self.location.clone()));
            }
            transaction
                .change(
                    "INSERT INTO protest.forgotten SELECT $1, destination, state, count(*) FROM protest.letter
                     WHERE list = $1 OR list IS NULL AND EXISTS (
                         SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $1)
                         AND NOT EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list <> $1)
                     GROUP BY 2, 3",
                    &[&list],
                )
                .map_err(failed)?;
            let sql = "DELETE FROM protest.listed WHERE list = $1";
            transaction.change(sql, &[&list]).map_err(failed)?;
            // A letter that went with this list stays known as long as another list has its signer too: else it would leave
            // again.
            let sql = "DELETE FROM protest.letter WHERE (list IS NULL OR list = $1)
                       AND NOT EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id)";
            transaction.change(sql, &[&list]).map_err(failed)?;
            let sql = "UPDATE protest.list SET forgotten = true, domain = NULL WHERE id = $1";
            transaction.change(sql, &[&list]).map_err(failed)?;
            let sql = "UPDATE protest.run SET digest = NULL WHERE list = $1";
            transaction.change(sql, &[&list]).map_err(failed)?;
            let sql = "SELECT NOT EXISTS (SELECT FROM protest.list WHERE NOT forgotten)";
            if transaction.row(sql, &[]).map_err(failed)?.get(0) {
                transaction
                    .batch(
                        "UPDATE protest.campaign SET seal = NULL; DELETE FROM protest.letter; DELETE FROM protest.notice;
                         DELETE FROM protest.term",
                    )
                    .map_err(failed)?;
            }
            Ok(())
        })?;
        self.keys = None;
        // What was deleted is overwritten where the server writes the tables anew.
        for table in ["letter", "listed", "notice", "run"] {
            let sql = format!("VACUUM (FULL) protest.{table}");
            self.session().batch(&sql).map_err(|error| self.error(&error))?;
        }
        beside::remove(&beside::outcomes(&self.shared))?;
        beside::remove(&beside::traces(&self.shared))
    }

    /// Refuses a ledger that a run of the own list is at work with.
    pub(in crate::ledger) fn must_rest(&self) -> Result<(), LedgerError> {
        let Some(list) = self.list_number()? else { return Ok(()) };
        let lives = alive::one_lives(&mut self.session(), Some(list));
        if lives.map_err(|error| self.error(&error))? {
            return Err(LedgerError::RunLives(self.location.clone()));
        }
        Ok(())
    }

    /// The lists that have not forgotten, but for the own one: who forgets for all needs their word.
    pub(in crate::ledger) fn other_lists(&self) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT name FROM protest.list WHERE NOT forgotten AND name <> $1 ORDER BY name";
        let rows = self.session().rows(sql, &[&self.shared.list]).map_err(|error| self.error(&error))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
