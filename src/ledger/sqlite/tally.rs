//! Where the campaign stands: by outcome, by embassy, and for one letter.
//!
//! Reading writes nothing. A claim whose run is dead is shown in doubt even before the next run records it so; a
//! live run's claims count as pending.

use chrono::{DateTime, NaiveDate};
use rusqlite::{OptionalExtension, params};

use super::alive::{self, Fallen};
use super::column::time;
use super::open::FileLedger;
use crate::ledger::error::LedgerError;
use crate::ledger::key::{LetterKey, Mark};
use crate::ledger::outcome::{KeptReply, State};
use crate::ledger::standing::{Copies, Held, Standing, Tally};

impl FileLedger {
    /// The counts of `status`, also of a forgotten ledger.
    pub(crate) fn tally(&self) -> Result<Tally, LedgerError> {
        let fallen = alive::fallen(&self.path, &self.connection)?;
        let count = || {
            let mut tally = Tally { is_forgotten: self.keys.is_none(), ..Tally::default() };
            let mut statement = self.connection.prepare(&format!(
                "SELECT destination, state, iif(state = 'claimed', run, NULL), {WAS_LOST}, count(*)
                 FROM letter GROUP BY 1, 2, 3, 4
                 UNION ALL SELECT destination, state, NULL, 0, letters FROM forgotten
                 ORDER BY 1",
                WAS_LOST = alive::WAS_LOST
            ))?;
            let mut rows = statement.query([fallen.lost_runs()])?;
            while let Some(row) = rows.next()? {
                let state = seen(row.get(1)?, row.get(2)?, row.get(3)?, &fallen);
                tally.add(row.get(0)?, state, row.get::<_, i64>(4)?.unsigned_abs());
            }
            Ok(tally)
        };
        count().map_err(|error| self.error(&error))
    }

    /// On which days (UTC) letters left, and how many; none of a forgotten ledger, which keeps no times, and none of those that
    /// came back, of which it has the later day.
    pub(crate) fn days(&self) -> Result<Vec<(NaiveDate, u64)>, LedgerError> {
        let read = || {
            self.connection
                .prepare(
                    "SELECT at / 86400000, count(*) FROM letter
                     WHERE state IN ('accepted', 'by_post') AND at IS NOT NULL GROUP BY 1 ORDER BY 1",
                )?
                .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        let days = read().map_err(|error| self.error(&error))?;
        let date = |day: i64| DateTime::from_timestamp(day.checked_mul(86_400)?, 0).map(|at| at.date_naive());
        Ok(days.into_iter().filter_map(|(day, letters)| Some((date(day)?, letters))).collect())
    }

    /// How a letter stands; `None` where the ledger does not know it.
    pub(crate) fn standing(&self, letter: LetterKey) -> Result<Option<Standing>, LedgerError> {
        let lost_runs = self.fallen.borrow().lost_runs();
        let read = || {
            self.connection
                .prepare_cached(&format!(
                    "SELECT state, iif(state = 'claimed', run, NULL), code, enhanced, words, relay, at, copy IS 'owed',
                            {WAS_LOST}, coalesce(sent_to, address)
                     FROM letter WHERE key = ?2",
                    WAS_LOST = alive::WAS_LOST
                ))?
                .query_one(params![lost_runs, letter.0], |row| {
                    let state = row.get(0)?;
                    let was_lost: bool = row.get(8)?;
                    let standing = Standing {
                        state: if was_lost { State::InDoubt } else { state },
                        reply: KeptReply {
                            code: row.get(2)?,
                            enhanced: row.get(3)?,
                            words: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
                            relay: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                        },
                        at: time(row.get(6)?),
                        owes_copy: row.get(7)?,
                        address: row.get(9)?,
                        is_with_another_list: false,
                    };
                    Ok((standing, row.get::<_, Option<i64>>(1)?))
                })
                .optional()
        };
        let found = read().map_err(|error| self.error(&error))?;
        let Some((standing, Some(claimed_by))) = found else {
            return Ok(found.map(|(standing, _)| standing));
        };
        if !alive::is_dead(&self.path, &self.connection, claimed_by)? {
            return Ok(Some(standing));
        }
        // The run may have settled it just before it ended: read once more.
        let again = read().map_err(|error| self.error(&error))?;
        Ok(again.map(|(mut standing, claimed_by)| {
            if claimed_by.is_some() {
                standing.state = State::InDoubt;
            }
            standing
        }))
    }

    /// The copies to signers that are owed, and those of which nobody knows.
    pub(crate) fn copies(&self) -> Result<Copies, LedgerError> {
        let count = || {
            self.connection.query_one(
                "SELECT count(*) FILTER (WHERE copy = 'owed'), count(*) FILTER (WHERE copy = 'claimed') FROM letter",
                [],
                |row| {
                    Ok(Copies {
                        owed: row.get::<_, i64>(0)?.unsigned_abs(),
                        in_doubt: row.get::<_, i64>(1)?.unsigned_abs(),
                    })
                },
            )
        };
        count().map_err(|error| self.error(&error))
    }

    /// How many signers but this one have letters here: single letters are for a few people at one computer.
    pub(crate) fn signers_besides(&self, signer: Mark) -> Result<u64, LedgerError> {
        self.connection
            .query_one("SELECT count(DISTINCT signer) FROM letter WHERE signer <> ?1", [signer.0], |row| {
                row.get::<_, i64>(0)
            })
            .map(i64::unsigned_abs)
            .map_err(|error| self.error(&error))
    }

    /// Addresses of embassies that are held after a 5.1.1, and how many letters wait for each.
    pub(crate) fn held(&self) -> Result<Vec<Held>, LedgerError> {
        let read = || {
            self.connection
                .prepare(
                    "SELECT held.address, count(*) FROM held JOIN letter ON letter.address = held.address COLLATE NOCASE
                     WHERE state IN ('pending', 'deferred') GROUP BY held.address",
                )?
                .query_map([], |row| {
                    Ok(Held {
                        address: row.get(0)?,
                        waiting: row.get::<_, i64>(1)?.unsigned_abs(),
                    })
                })?
                .collect::<rusqlite::Result<_>>()
        };
        read().map_err(|error| self.error(&error))
    }
}

/// A state as it is shown: a claim of a dead run is a doubt, and so is what a run may have sent whose commits are lost.
pub(super) fn seen(state: State, claimed_by: Option<i64>, was_lost: bool, fallen: &Fallen) -> State {
    match claimed_by {
        Some(run) if fallen.dead.contains(&run) => State::InDoubt,
        None if was_lost => State::InDoubt,
        _ => state,
    }
}
