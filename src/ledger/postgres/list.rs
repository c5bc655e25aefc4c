//! A plan's letters beside a shared ledger: they stand in a temporary table here, and in one of the session's there once they
//! are compared.

use std::cell::Cell;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::counter::{Count, Counter};
use super::draft::CAPS;
use super::fault::DatabaseFault;
use super::open::{COMMITS, DatabaseLedger};
use super::writer::{DatabaseWriter, Link};
use super::{alive, connection, enrol, outcomes, tally};
use crate::ledger::comparison::{
    Added, Comparison, Enrolled, Enrolment, LookAlike, LookAlikes, Scope, Shared, SharedEmails,
};
use crate::ledger::error::LedgerError;
use crate::ledger::key::Purpose;
use crate::ledger::listing;
use crate::ledger::round::Retry;
use crate::ledger::run::{Abroad, Caps, Living};

/// The letters of one plan.
pub(in crate::ledger) struct DatabaseList<'l> {
    ledger: &'l DatabaseLedger,
    rows: Connection,
    /// The session whose table there has them all.
    is_there: Cell<Option<u64>>,
}

impl DatabaseLedger {
    /// An empty list. A forgotten ledger takes none.
    pub(in crate::ledger) fn list(&self) -> Result<DatabaseList<'_>, LedgerError> {
        self.keys()?;
        // A file without a name: it goes when it is closed.
        let rows = Connection::open("").and_then(|rows| listing::make(&rows).map(|()| rows));
        let rows = rows.map_err(|error| self.of_rows(&error))?;
        Ok(DatabaseList { ledger: self, rows, is_there: Cell::new(None) })
    }

    fn of_rows(&self, error: &rusqlite::Error) -> LedgerError {
        LedgerError::Write { location: self.location.clone(), words: error.to_string() }
    }
}

impl DatabaseList<'_> {
    pub(in crate::ledger) fn add(&self, enrolment: &Enrolment<'_>) -> Result<Added, LedgerError> {
        self.is_there.set(None);
        listing::add(&self.rows, enrolment).map_err(|error| self.ledger.of_rows(&error))
    }

    pub(in crate::ledger) fn withdraw(&self, row: i64) -> Result<(), LedgerError> {
        self.is_there.set(None);
        listing::withdraw(&self.rows, row).map_err(|error| self.ledger.of_rows(&error))
    }

    pub(in crate::ledger) fn shared_emails(&self, first: usize) -> Result<SharedEmails, LedgerError> {
        listing::shared_emails(&self.rows, first).map_err(|error| self.ledger.of_rows(&error))
    }

    /// How the list stands beside the ledger. Letters that another list has are none of those to go.
    pub(in crate::ledger) fn compare(&self, retry: Retry) -> Result<Comparison, LedgerError> {
        self.bring()?;
        let list = self.ledger.list_number()?.unwrap_or_default();
        let compare = || {
            let mut session = self.ledger.session();
            let dead = alive::dead(&mut session)?;
            let mut found = Comparison::default();
            let rows = session.rows(
                &format!(
                    "WITH channel AS MATERIALIZED (
                         SELECT count(*) FILTER (WHERE listed.address IS NULL AND list.address IS NOT NULL) AS now_by_mail,
                                count(*) FILTER (WHERE listed.address IS NOT NULL AND list.address IS NULL) AS now_by_post
                         FROM pg_temp.list JOIN protest.letter USING (key)
                         JOIN protest.listed ON listed.letter = letter.id AND listed.list = $2
                         WHERE letter.state IN ('pending', 'deferred') AND (letter.list IS NULL OR letter.list = $2)
                     ), gone AS MATERIALIZED (
                         SELECT count(*) AS no_longer_listed FROM protest.listed JOIN protest.letter ON letter.id = listed.letter
                         WHERE listed.list = $2 AND letter.state IN ('pending', 'deferred') AND (letter.list IS NULL OR letter.list = $2)
                           AND NOT EXISTS (SELECT FROM pg_temp.list WHERE list.key = letter.key)
                     ), stands AS (
                         SELECT list.destination, {seen} AS state, letter.list IS NOT NULL AND letter.list <> $2 AS is_anothers,
                                letter.state = 'bounced' AND list.address IS NOT NULL
                                    AND lower(list.address) <> lower(coalesce(letter.address, '')) AS has_moved,
                                count(*) AS letters
                         FROM pg_temp.list LEFT JOIN protest.letter USING (key) GROUP BY 1, 2, 3, 4
                     )
                     SELECT * FROM stands CROSS JOIN channel CROSS JOIN gone",
                    seen = tally::SEEN
                ),
                &[&dead, &list],
            )?;
            for row in rows {
                let letters = row.get::<_, i64>(4).unsigned_abs();
                found.now_by_mail = row.get::<_, i64>(5).unsigned_abs();
                found.now_by_post = row.get::<_, i64>(6).unsigned_abs();
                found.no_longer_listed = row.get::<_, i64>(7).unsigned_abs();
                let has_moved = row.get::<_, Option<bool>>(3).unwrap_or_default();
                let state = row.get::<_, Option<&str>>(1).map(tally::state);
                if state.is_some() && row.get::<_, Option<bool>>(2).unwrap_or_default() {
                    found.with_another_list += letters;
                } else {
                    found.count(row.get(0), state, has_moved, letters, retry);
                }
            }
            Ok(found)
        };
        compare().map_err(|error: tokio_postgres::Error| self.ledger.error(&error))
    }

    pub(in crate::ledger) fn look_alikes(&self, first: usize) -> Result<LookAlikes, LedgerError> {
        self.bring()?;
        let keys = self.ledger.keys()?;
        let rows = self.ledger.session().rows(LOOK_ALIKES, &[]);
        let rows = rows.map_err(|error| self.ledger.error(&error))?;
        let first = rows.iter().take(first).map(|row| LookAlike {
            row: row.get(0),
            shared: Shared::of(row.get(1)),
            message_id: tally::key(row.get(2))
                .map(|key| keys.message_id_local_part(key, Purpose::Letter))
                .unwrap_or_default(),
            state: tally::state(row.get(3)),
            at: tally::time(row.get(4)),
        });
        Ok(LookAlikes { first: first.collect(), total: rows.len() as u64 })
    }

    /// Records the list and begins a run, in one transaction; what an earlier run could not record is recorded first.
    pub(in crate::ledger) fn start(
        &self,
        scope: Scope,
        retry: Retry,
        clock: impl Fn() -> DateTime<Utc> + Send + 'static,
    ) -> Result<(Enrolled, Living<DatabaseWriter>, Abroad), LedgerError> {
        let ledger = self.ledger;
        let keys = ledger.keys()?;
        self.bring()?;
        let digest = match scope {
            Scope::Campaign => Some(listing::digest(&self.rows).map_err(|error| ledger.of_rows(&error))?),
            Scope::OneLetter => None,
        };
        let failed = |error: tokio_postgres::Error| ledger.error(&error);
        let late = outcomes::kept(&ledger.shared, &ledger.location)?;
        // The run's own connection holds its lock before the run can be seen.
        let mut session = connection::connect(&ledger.shared, &ledger.location)?;
        let run = alive::number_and_lock(&mut session).map_err(failed)?;
        let now = clock();
        let mut session = Some(session);
        let (enrolled, list, link, before, caps) = ledger.write(|transaction, list| {
            // Asked while another session is in a transaction: behind a pooler this is another session now.
            let link = session.take().map(|session| Link::new(session, run)).transpose().map_err(failed)?;
            let Some(link) = link.flatten() else { return Err(DatabaseFault::Pooler.at(&ledger.location)) };
            outcomes::record(transaction, &late, &keys, list).map_err(failed)?;
            let digest = digest.as_ref().map(<[u8; 32]>::as_slice);
            if !enrol::agree(transaction, &ledger.shared.terms, list, digest, retry).map_err(failed)? {
                return Err(LedgerError::OtherList(ledger.location.clone()));
            }
            let enrolled = enrol::enrol(transaction, list, scope, &keys).map_err(failed)?;
            let sql = format!(
                "WITH begun AS (INSERT INTO protest.run (id, list, digest, began_at) VALUES ($2, $3, $4, $5))
                 SELECT {COMMITS}, {CAPS}"
            );
            let row = transaction
                .row(&sql, &[&ledger.shared.list, &run, &list, &digest, &now.timestamp_millis()])
                .map_err(failed)?;
            let caps = Caps { per_domain: row.get(1), per_embassy: row.get(2) };
            Ok((enrolled, list, link, row.get::<_, i64>(0), caps))
        })?;
        outcomes::forget(&ledger.shared)?;
        let count =
            Count { server: ledger.server.clone(), commits: before, list: ledger.shared.list.clone() };
        let counter = Counter::begin(&ledger.shared.counter, &count)?;
        let abroad = Abroad::default();
        if let Ok(mut known) = abroad.caps.lock() {
            *known = caps;
        }
        let writer = DatabaseWriter {
            shared: Arc::clone(&ledger.shared),
            location: ledger.location.clone(),
            link,
            keys,
            sender: ledger.sender(),
            run,
            list,
            retry,
            clock: Box::new(clock),
            ended: std::collections::HashSet::new(),
            letters: std::collections::HashMap::new(),
            buckets: std::collections::HashMap::new(),
            before,
            commits: 0,
            counter,
            contended: 0,
            caps: Arc::clone(&abroad.caps),
            interrupted: Arc::clone(&abroad.interrupted),
            failure: None,
        };
        Ok((enrolled, Living::new(writer), abroad))
    }

    /// Brings the letters to the database, into a table of this session's alone.
    fn bring(&self) -> Result<(), LedgerError> {
        let (mut session, number) = self.ledger.numbered_session();
        if self.is_there.get() == Some(number) {
            return Ok(());
        }
        let keys = self.ledger.keys()?;
        enrol::bring(&self.rows, &mut session, &keys).map_err(|error| match error {
            enrol::Unbrought::Rows(error) => self.ledger.of_rows(&error),
            enrol::Unbrought::Database(error) => self.ledger.error(&error),
        })?;
        self.is_there.set(Some(number));
        Ok(())
    }
}

impl Drop for DatabaseList<'_> {
    fn drop(&mut self) {
        // It goes with the session at the latest.
        self.ledger.session().ahead_of_the_next("DROP TABLE IF EXISTS pg_temp.list");
    }
}

/// Letters that were sent, or may have been; of several reasons for one row the nearest.
const LOOK_ALIKES: &str = "
WITH new AS MATERIALIZED (
         SELECT * FROM pg_temp.list WHERE NOT EXISTS (SELECT FROM protest.letter WHERE letter.key = list.key)),
     sent AS MATERIALIZED (
         SELECT key, signer, name_at_embassy, email_at_embassy, state, at FROM protest.letter
         WHERE state IN ('accepted', 'refused', 'in_doubt', 'by_post', 'claimed', 'bounced')),
     alike AS (
         SELECT row, 1 AS shared, sent.key, state, at FROM new JOIN sent USING (name_at_embassy)
         UNION ALL
         SELECT row, 2, sent.key, state, at FROM new JOIN sent USING (email_at_embassy)
         UNION ALL
         SELECT row, 3, sent.key, state, at FROM new JOIN sent USING (signer))
SELECT DISTINCT ON (row) row, shared, key, state, at FROM alike ORDER BY row, shared, at";
