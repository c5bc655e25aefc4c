//! Letters in doubt: which they are, and what the relay's log says of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::open::FileLedger;
use super::{alive, column, tally};
use crate::ledger::doubt::{Doubt, Ruling, SETTLED_AS_ACCEPTED, Settlement, local_part};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{LetterKey, Purpose};
use crate::ledger::outcome::State;

impl FileLedger {
    /// All letters in doubt, in the order of their enrolment.
    pub(crate) fn in_doubt(&self) -> Result<Vec<Doubt>, LedgerError> {
        let keys = self.keys()?;
        let fallen = alive::fallen(&self.path, &self.connection)?;
        let read = || {
            let domain = self.read_domain()?;
            let domain = domain.map(|domain| format!("@{domain}")).unwrap_or_default();
            let mut doubts = Vec::new();
            let mut statement = self.connection.prepare(&format!(
                "SELECT state, iif(state = 'claimed', run, NULL), key, destination, at, address, {WAS_LOST} AS was_lost
                 FROM letter WHERE state IN ('in_doubt', 'claimed') OR was_lost ORDER BY id",
                WAS_LOST = alive::WAS_LOST
            ))?;
            let mut rows = statement.query([fallen.lost_runs()])?;
            while let Some(row) = rows.next()? {
                if tally::seen(row.get(0)?, row.get(1)?, row.get(6)?, &fallen) == State::InDoubt {
                    let local_part = keys.message_id_local_part(LetterKey(row.get(2)?), Purpose::Letter);
                    doubts.push(Doubt {
                        message_id: format!("{local_part}{domain}"),
                        destination: row.get(3)?,
                        at: column::time(row.get(4)?),
                        address: row.get(5)?,
                    });
                }
            }
            Ok(doubts)
        };
        read().map_err(|error| self.error(&error))
    }

    /// The domain of a campaign's Message-IDs, once letters of it were to be sent.
    pub(crate) fn domain(&self) -> Result<Option<String>, LedgerError> {
        self.read_domain().map_err(|error| self.error(&error))
    }

    fn read_domain(&self) -> rusqlite::Result<Option<String>> {
        self.connection.query_one("SELECT domain FROM campaign", [], |row| row.get(0))
    }

    /// Keeps the domain of a campaign's Message-IDs.
    pub(crate) fn keep_domain(&self, domain: &str) -> Result<(), LedgerError> {
        let transaction = self.write()?;
        transaction
            .execute("UPDATE campaign SET domain = ?1", [domain])
            .map_err(|error| self.error(&error))?;
        transaction.commit()
    }

    /// The relay's words for all letters to this address that it took.
    pub(crate) fn answers_to(&self, address: &str) -> Result<Vec<String>, LedgerError> {
        let read = || {
            self.connection
                .prepare("SELECT words FROM letter WHERE address = ?1 AND state = 'accepted' AND words IS NOT NULL")?
                .query_map([address], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<String>>>()
        };
        read().map_err(|error| self.error(&error))
    }

    /// Records rulings, in one transaction. A Message-ID may come with or without angle brackets and domain.
    /// The answers are in the rulings' order.
    pub(crate) fn settle(
        &self,
        rulings: &[(&str, Ruling<'_>)],
        now: DateTime<Utc>,
    ) -> Result<Vec<Settlement>, LedgerError> {
        let keys = self.keys()?;
        let transaction = self.write()?;
        let settle = || {
            let wanted: HashMap<String, usize> = rulings
                .iter()
                .enumerate()
                .map(|(at, (message_id, _))| (local_part(message_id), at))
                .collect();
            let mut found = HashMap::new();
            let mut statement = transaction.prepare("SELECT id, key, state FROM letter")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let message_id = keys.message_id_local_part(LetterKey(row.get(1)?), Purpose::Letter);
                if wanted.contains_key(&message_id) {
                    found.insert(message_id, (row.get::<_, i64>(0)?, row.get::<_, State>(2)?));
                }
            }
            let mut settlements = Vec::with_capacity(rulings.len());
            for (message_id, ruling) in rulings {
                let message_id = local_part(message_id);
                settlements.push(match found.get_mut(&message_id) {
                    None => Settlement::Unknown,
                    Some((id, state @ State::InDoubt)) => {
                        let words;
                        (*state, words) = match ruling {
                            Ruling::Accepted => (State::Accepted, SETTLED_AS_ACCEPTED.to_owned()),
                            Ruling::AcceptedAs(id) => (State::Accepted, format!("{SETTLED_AS_ACCEPTED} ({id})")),
                            Ruling::NotSent => (State::Pending, "settled: not sent".to_owned()),
                        };
                        transaction.execute(
                            "UPDATE letter SET state = ?2, at = ?3, words = ?4, seal = seal(key, ?2, run, code, copy) WHERE id = ?1",
                            params![*id, *state, now.timestamp_millis(), words],
                        )?;
                        Settlement::Settled
                    }
                    Some((_, state)) => Settlement::NoDoubt(*state),
                });
            }
            Ok(settlements)
        };
        let settlements = settle().map_err(|error| self.error(&error))?;
        transaction.commit()?;
        Ok(settlements)
    }
}
