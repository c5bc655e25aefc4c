//! Where the campaign and the own list stand: by outcome, by embassy, and for one letter. Reading writes nothing.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::alive;
use super::open::DatabaseLedger;
use crate::ledger::error::LedgerError;
use crate::ledger::key::{LetterKey, Mark};
use crate::ledger::outcome::{KeptReply, State};
use crate::ledger::standing::{Copies, Held, Standing, Tally};

/// A state as it is shown: a claim of a dead run is a doubt; `$1` are the dead runs.
pub(super) const SEEN: &str =
    "CASE WHEN letter.state = 'claimed' AND letter.run = ANY($1) THEN 'in_doubt' ELSE letter.state END";

/// The letters of the list `$2`: those that are in it, and that no other list has since a claim of its own.
const OF_LIST: &str =
    "EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $2)
     AND (letter.list IS NULL OR letter.list = $2)";

/// The same for whoever writes the number in.
fn of_list(list: i32) -> String {
    OF_LIST.replace("$2", &list.to_string())
}

/// A state by its word. One that no release knows is shown as a doubt: nobody can say that it may leave.
pub(super) fn state(word: &str) -> State {
    State::ALL.into_iter().find(|state| state.word() == word).unwrap_or(State::InDoubt)
}

pub(super) fn time(milliseconds: Option<i64>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds?)
}

pub(super) fn key(bytes: &[u8]) -> Option<LetterKey> {
    bytes.try_into().ok().map(LetterKey)
}

impl DatabaseLedger {
    /// The own list's counts.
    pub(in crate::ledger) fn tally(&self) -> Result<Tally, LedgerError> {
        match self.list_number()? {
            Some(list) => self.count(Some(list)),
            None => Ok(Tally { is_forgotten: self.keys.is_none(), ..Tally::default() }),
        }
    }

    /// Those of the whole campaign.
    pub(in crate::ledger) fn tally_of_all(&self) -> Result<Tally, LedgerError> {
        self.count(None)
    }

    fn count(&self, list: Option<i32>) -> Result<Tally, LedgerError> {
        let count = || {
            let mut session = self.session();
            let dead = alive::dead(&mut session)?;
            let mut tally = Tally { is_forgotten: self.keys.is_none(), ..Tally::default() };
            let rows = session.rows(
                &format!(
                    "SELECT destination, state, sum(letters)::bigint FROM (
                         SELECT destination, {SEEN} AS state, count(*) AS letters FROM protest.letter
                         WHERE $2::integer IS NULL OR {OF_LIST} GROUP BY 1, 2
                         UNION ALL
                         SELECT destination, state, letters FROM protest.forgotten WHERE $2::integer IS NULL OR list = $2
                     ) AS seen GROUP BY 1, 2 ORDER BY destination COLLATE \"C\""
                ),
                &[&dead, &list],
            )?;
            for row in rows {
                tally.add(row.get(0), state(row.get(1)), row.get::<_, i64>(2).unsigned_abs());
            }
            Ok(tally)
        };
        count().map_err(|error: tokio_postgres::Error| self.error(&error))
    }

    /// How many of the own list's letters another list has.
    pub(in crate::ledger) fn with_another_list(&self) -> Result<u64, LedgerError> {
        let Some(list) = self.list_number()? else { return Ok(0) };
        let sql = "SELECT count(*) FROM protest.listed JOIN protest.letter ON letter.id = listed.letter
                   WHERE listed.list = $1 AND letter.list <> $1";
        let row = self.session().row(sql, &[&list]).map_err(|error| self.error(&error))?;
        Ok(row.get::<_, i64>(0).unsigned_abs())
    }

    /// On which days (UTC) letters of the whole campaign left.
    pub(in crate::ledger) fn days(&self) -> Result<Vec<(NaiveDate, u64)>, LedgerError> {
        let rows = self
            .session()
            .rows(
                "SELECT at / 86400000, count(*) FROM protest.letter
                 WHERE state IN ('accepted', 'by_post') AND at IS NOT NULL GROUP BY 1 ORDER BY 1",
                &[],
            )
            .map_err(|error| self.error(&error))?;
        let date = |day: i64| DateTime::from_timestamp(day.checked_mul(86_400)?, 0).map(|at| at.date_naive());
        let day = |row: &tokio_postgres::Row| Some((date(row.get(0))?, row.get::<_, i64>(1).unsigned_abs()));
        Ok(rows.iter().filter_map(day).collect())
    }

    /// How a letter stands; `None` where neither this list has it nor another has sent it.
    pub(in crate::ledger) fn standing(&self, letter: LetterKey) -> Result<Option<Standing>, LedgerError> {
        Ok(self.standings(&[letter])?.remove(&letter))
    }

    /// The same of many letters, in one statement.
    pub(in crate::ledger) fn standings(
        &self,
        letters: &[LetterKey],
    ) -> Result<HashMap<LetterKey, Standing>, LedgerError> {
        let list = self.list_number()?.unwrap_or_default();
        let keys: Vec<&[u8]> = letters.iter().map(|letter| letter.0.as_slice()).collect();
        let read = || {
            let mut session = self.session();
            let dead = alive::dead(&mut session)?;
            session.rows(
                &format!(
                    "SELECT {SEEN}, code, enhanced, words, relay, at, copy IS NOT DISTINCT FROM 'owed',
                            CASE WHEN state IN ('pending', 'deferred', 'refused') THEN coalesce(listed.address, letter.address)
                                 ELSE coalesce(letter.address, listed.address) END,
                            letter.list IS NOT NULL AND letter.list <> $2, key
                     FROM protest.letter LEFT JOIN protest.listed ON listed.letter = letter.id AND listed.list = $2
                     WHERE key = ANY($3) AND (listed.letter IS NOT NULL OR letter.list IS NOT NULL)"
                ),
                &[&dead, &list, &keys],
            )
        };
        let rows = read().map_err(|error: tokio_postgres::Error| self.error(&error))?;
        let standing = |row: &tokio_postgres::Row| Standing {
            state: state(row.get(0)),
            reply: KeptReply {
                code: row.get::<_, Option<i32>>(1).and_then(|code| code.try_into().ok()),
                enhanced: row.get(2),
                words: row.get::<_, Option<String>>(3).unwrap_or_default(),
                relay: row.get::<_, Option<String>>(4).unwrap_or_default(),
            },
            at: time(row.get(5)),
            owes_copy: row.get(6),
            address: row.get(7),
            is_with_another_list: row.get(8),
        };
        Ok(rows.iter().filter_map(|row| Some((key(row.get(9))?, standing(row)))).collect())
    }

    /// The copies of the own list.
    pub(in crate::ledger) fn copies(&self) -> Result<Copies, LedgerError> {
        let list = self.list_number()?.unwrap_or_default();
        let row = self
            .session()
            .row(
                "SELECT count(*) FILTER (WHERE copy = 'owed'), count(*) FILTER (WHERE copy = 'claimed')
                 FROM protest.letter WHERE list = $1",
                &[&list],
            )
            .map_err(|error| self.error(&error))?;
        Ok(Copies {
            owed: row.get::<_, i64>(0).unsigned_abs(),
            in_doubt: row.get::<_, i64>(1).unsigned_abs(),
        })
    }

    /// How many signers but this one have letters here.
    pub(in crate::ledger) fn signers_besides(&self, signer: Mark) -> Result<u64, LedgerError> {
        let sql = "SELECT count(DISTINCT signer) FROM protest.letter WHERE signer <> $1";
        let row = self.session().row(sql, &[&signer.0]).map_err(|error| self.error(&error))?;
        Ok(row.get::<_, i64>(0).unsigned_abs())
    }

    /// Held addresses, and how many of the own list's letters wait for each.
    pub(in crate::ledger) fn held(&self) -> Result<Vec<Held>, LedgerError> {
        let list = self.list_number()?.unwrap_or_default();
        let rows = self
            .session()
            .rows(
                "SELECT held.address, count(*) FROM protest.held
                 JOIN protest.listed ON lower(listed.address) = held.address AND listed.list = $1
                 JOIN protest.letter ON letter.id = listed.letter AND (letter.list IS NULL OR letter.list = $1)
                 WHERE letter.state IN ('pending', 'deferred') GROUP BY 1 ORDER BY 1",
                &[&list],
            )
            .map_err(|error| self.error(&error))?;
        let held = |row: &tokio_postgres::Row| Held {
            address: row.get(0),
            waiting: row.get::<_, i64>(1).unsigned_abs(),
        };
        Ok(rows.iter().map(held).collect())
    }

    /// Letters of the list, as a condition of other statements.
    pub(super) fn own_letters(&self) -> Result<String, LedgerError> {
        Ok(of_list(self.list_number()?.unwrap_or_default()))
    }
}
