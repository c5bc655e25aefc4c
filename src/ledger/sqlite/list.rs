//! A plan's letters beside the ledger: what is new, what is known, what looks like a letter already sent.
//!
//! The list stands in a temporary table, so that a million letters need no more memory than ten thousand. Reading
//! it changes nothing; [`FileList::start`] records it and begins the run, in one transaction.

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, params};

use super::alive::{self, RunLock, Token};
use super::open::FileLedger;
use super::writer::FileWriter;
use super::{home, run, schema, tally};
use crate::ledger::comparison::{Added, Comparison, Enrolled, Enrolment, Scope};
use crate::ledger::error::LedgerError;
use crate::ledger::listing;
use crate::ledger::outcome::State;
use crate::ledger::round::{Again, Retry};
use crate::ledger::run::Living;

/// The letters of one plan. They are gone when it is dropped.
pub(crate) struct FileList<'l> {
    pub(super) ledger: &'l FileLedger,
}

impl FileLedger {
    /// An empty list. A forgotten ledger takes none, nor does one that is not whole: what its letters are compared with
    /// decides what leaves.
    pub(crate) fn list(&self) -> Result<FileList<'_>, LedgerError> {
        self.keys()?;
        self.must_be_whole()?;
        listing::make(&self.connection).map_err(|error| self.error(&error))?;
        Ok(FileList { ledger: self })
    }
}

impl FileList<'_> {
    /// Adds the plan's next letter. All are added in one transaction, of the temporary table alone: what else is in the
    /// ledger is neither read nor locked by it.
    pub(crate) fn add(&self, enrolment: &Enrolment<'_>) -> Result<Added, LedgerError> {
        let connection = &self.ledger.connection;
        let add = || {
            if connection.is_autocommit() {
                connection.execute_batch("BEGIN")?;
            }
            listing::add(connection, enrolment)
        };
        add().map_err(|error| self.ledger.error(&error))
    }

    /// The list is whole: from here on it is compared with what else is in the ledger.
    pub(crate) fn close(&self) -> Result<(), LedgerError> {
        self.end_adding().map_err(|error| self.ledger.error(&error))
    }

    fn end_adding(&self) -> rusqlite::Result<()> {
        let connection = &self.ledger.connection;
        if connection.is_autocommit() { Ok(()) } else { connection.execute_batch("COMMIT") }
    }

    /// Takes a row out again.
    pub(crate) fn withdraw(&self, row: i64) -> Result<(), LedgerError> {
        listing::withdraw(&self.ledger.connection, row).map_err(|error| self.ledger.error(&error))
    }

    /// How the list stands beside the ledger, if a run may send what `retry` says.
    pub(crate) fn compare(&self, retry: Retry) -> Result<Comparison, LedgerError> {
        self.close()?;
        let fallen = alive::fallen(&self.ledger.path, &self.ledger.connection)?;
        let count = || {
            let mut found = Comparison::default();
            let mut statement = self.ledger.connection.prepare(&format!(
                "SELECT list.destination, letter.state, iif(letter.state = 'claimed', letter.run, NULL), {WAS_LOST},
                        letter.state = 'bounced' AND list.address IS NOT NULL
                            AND list.address <> coalesce(letter.sent_to, letter.address, '') COLLATE NOCASE,
                        count(*)
                 FROM temp.list LEFT JOIN letter USING (key) GROUP BY 1, 2, 3, 4, 5",
                WAS_LOST = alive::WAS_LOST
            ))?;
            let mut rows = statement.query([fallen.lost_runs()])?;
            while let Some(row) = rows.next()? {
                let letters = row.get::<_, i64>(5)?.unsigned_abs();
                let has_moved = row.get::<_, Option<bool>>(4)?.unwrap_or_default();
                let state = match row.get::<_, Option<State>>(1)? {
                    Some(state) => Some(tally::seen(state, row.get(2)?, row.get(3)?, &fallen)),
                    None => None,
                };
                found.count(row.get(0)?, state, has_moved, letters, retry);
            }
            (found.now_by_mail, found.now_by_post) = self.ledger.connection.query_one(
                "SELECT count(*) FILTER (WHERE letter.address IS NULL AND list.address IS NOT NULL),
                        count(*) FILTER (WHERE letter.address IS NOT NULL AND list.address IS NULL)
                 FROM temp.list JOIN letter USING (key) WHERE letter.state IN ('pending', 'deferred')",
                [],
                |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs())),
            )?;
            found.no_longer_listed = self.ledger.connection.query_one(
                &format!(
                    "SELECT count(*) FROM letter
                     WHERE state IN ('pending', 'deferred') AND NOT {WAS_LOST}
                       AND NOT EXISTS (SELECT 1 FROM temp.list WHERE list.key = letter.key)",
                    WAS_LOST = alive::WAS_LOST
                ),
                [fallen.lost_runs()],
                |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()),
            )?;
            Ok(found)
        };
        count().map_err(|error| self.ledger.error(&error))
    }

    /// Records the list and begins a run, in one transaction: from here on every letter of the list is in the ledger.
    /// The clock is asked once for each commit.
    pub(crate) fn start(
        self,
        scope: Scope,
        retry: Retry,
        clock: impl Fn() -> DateTime<Utc> + Send + 'static,
    ) -> Result<(Enrolled, Living<FileWriter>), LedgerError> {
        self.close()?;
        let ledger = self.ledger;
        let now = clock();
        let token = fresh_token(&ledger.path)?;
        let keys = ledger.keys()?;
        let transaction = ledger.write()?;
        let digest = match scope {
            Scope::Campaign => {
                Some(listing::digest(&ledger.connection).map_err(|error| ledger.error(&error))?)
            }
            Scope::OneLetter => None,
        };
        if digest.is_some() && self.lives_another(digest).map_err(|error| ledger.error(&error))? {
            return Err(LedgerError::OtherList((&ledger.path).into()));
        }
        let enrolled = enrol(&transaction, scope, retry).map_err(|error| ledger.error(&error))?;
        let begin = || {
            let id = self.begin_run(&transaction, digest, retry, token, now)?;
            home::settle_in(&ledger.path, &transaction, &keys)?;
            Ok(id)
        };
        let id = begin().map_err(|error| ledger.error(&error))?;
        // Held before the run can be seen by others.
        let lock = RunLock::take(&ledger.path, id, token, transaction.commits - 1)?;
        transaction.commit()?;
        let run = run::begin(ledger, id, lock, retry, clock)?;
        Ok((enrolled, run))
    }

    fn lives_another(&self, digest: Option<[u8; 32]>) -> rusqlite::Result<bool> {
        self.ledger
            .connection
            .query_one(
                "SELECT 1 FROM run WHERE ended_at IS NULL AND list IS NOT ?1 LIMIT 1",
                [digest],
                |_| Ok(()),
            )
            .optional()
            .map(|found| found.is_some())
    }

    fn begin_run(
        &self,
        transaction: &Transaction<'_>,
        digest: Option<[u8; 32]>,
        retry: Retry,
        token: Token,
        now: DateTime<Utc>,
    ) -> rusqlite::Result<i64> {
        transaction.execute(
            "INSERT INTO run (list, letter, takes_refused, takes_bounced, token, began_at)
             VALUES (?1, iif(?1 IS NULL, (SELECT id FROM letter JOIN temp.list USING (key)), NULL), ?2, ?3, ?4, ?5)",
            params![digest, retry.refused, retry.bounced != Again::No, token, now.timestamp_millis()],
        )?;
        Ok(self.ledger.connection.last_insert_rowid())
    }
}

impl Drop for FileList<'_> {
    fn drop(&mut self) {
        // Temporary: it goes with the connection at the latest.
        let _ = listing::clear(&self.ledger.connection).and_then(|()| self.end_adding());
    }
}

fn fresh_token(path: &Path) -> Result<Token, LedgerError> {
    let mut token = Token::default();
    getrandom::fill(&mut token).map(|()| token).map_err(|error| LedgerError::Write {
        location: path.into(),
        words: format!("the system gives no random bytes: {error}"),
    })
}

fn enrol(transaction: &Transaction<'_>, scope: Scope, retry: Retry) -> rusqlite::Result<Enrolled> {
    let total = || -> rusqlite::Result<u64> {
        let letters: i64 = transaction.query_one("SELECT count(*) FROM letter", [], |row| row.get(0))?;
        Ok(letters.unsigned_abs())
    };
    let dropped = match scope {
        Scope::Campaign => transaction.execute(
            "DELETE FROM letter WHERE state IN ('pending', 'deferred')
             AND NOT EXISTS (SELECT 1 FROM temp.list WHERE list.key = letter.key)",
            [],
        )?,
        Scope::OneLetter => 0,
    };
    if retry.refused || retry.bounced == Again::All {
        transaction.execute("DELETE FROM held", [])?;
    }
    let before = total()?;
    // A letter known already takes the embassy's address of today: one that was held may have changed. Where it may have
    // been sent to the former one, that is kept: what comes back names it.
    transaction.execute(
        &format!(
            "INSERT INTO letter
                 (key, signer, name_at_embassy, email_at_embassy, destination, address, state, room, seal)
             SELECT key, signer, name_at_embassy, email_at_embassy, destination, address, 'pending', zeroblob({}),
                    seal(key, 'pending', NULL, NULL, NULL)
             FROM temp.list WHERE true ORDER BY row
             ON CONFLICT (key) DO UPDATE SET address = excluded.address,
                    sent_to = iif(state IN ('in_doubt', 'bounced'), coalesce(sent_to, address), NULL)
             WHERE address IS NOT excluded.address
               AND (state IN ('pending', 'deferred', 'refused', 'in_doubt')
                    OR state = 'bounced' AND excluded.address IS NOT NULL)",
            schema::ROOM
        ),
        [],
    )?;
    let total = total()?;
    Ok(Enrolled { added: total - before, dropped: dropped as u64, total })
}
