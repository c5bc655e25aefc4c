//! Letters in doubt: which they are, and what the relay's log says of them.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::params;

use super::{Ledger, LedgerError, LetterKey, Purpose, State, run, tally};

/// A letter that was sent, perhaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// Its Message-ID, to be looked for in the relay's log; without the domain, where the ledger does not know it.
    pub message_id: String,
    /// The embassy.
    pub destination: String,
    /// Its e-mail.
    pub address: Option<String>,
    /// When it was sent, if it was.
    pub at: Option<Timestamp>,
}

/// What the relay's log says of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The relay took it.
    Accepted,
    /// The relay never had it: it is pending again.
    NotSent,
}

/// What became of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settlement {
    /// It is recorded.
    Settled,
    /// The letter is in no doubt; it stands so, and was left as it is.
    NoDoubt(State),
    /// The ledger has no letter with this Message-ID.
    Unknown,
}

impl Ledger {
    /// All letters in doubt, in the order of their enrolment.
    pub(crate) fn in_doubt(&self) -> Result<Vec<Doubt>, LedgerError> {
        let keys = self.keys()?;
        let dead = run::dead(&self.path, &self.connection)?;
        let read = || {
            let domain: Option<String> =
                self.connection.query_one("SELECT domain FROM campaign", [], |row| row.get(0))?;
            let domain = domain.map(|domain| format!("@{domain}")).unwrap_or_default();
            let mut doubts = Vec::new();
            let mut statement = self.connection.prepare(
                "SELECT state, iif(state = 'claimed', run, NULL), key, destination, at, address FROM letter
                 WHERE state IN ('in_doubt', 'claimed') ORDER BY id",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if tally::seen(row.get(0)?, row.get(1)?, &dead) == State::InDoubt {
                    let local_part = keys.message_id_local_part(LetterKey(row.get(2)?), Purpose::Letter);
                    doubts.push(Doubt {
                        message_id: format!("{local_part}{domain}"),
                        destination: row.get(3)?,
                        at: tally::time(row.get(4)?),
                        address: row.get(5)?,
                    });
                }
            }
            Ok(doubts)
        };
        read().map_err(|error| self.error(&error))
    }

    /// Keeps the domain of a campaign's Message-IDs.
    pub(crate) fn keep_domain(&self, domain: &str) -> Result<(), LedgerError> {
        let transaction = self.write()?;
        transaction
            .execute("UPDATE campaign SET domain = ?1", [domain])
            .and_then(|_| transaction.commit())
            .map_err(|error| self.error(&error))
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

    /// Records verdicts, in one transaction. A Message-ID may come with or without angle brackets and domain.
    /// The answers are in the verdicts' order.
    pub(crate) fn settle(
        &self,
        verdicts: &[(&str, Verdict)],
        now: Timestamp,
    ) -> Result<Vec<Settlement>, LedgerError> {
        let keys = self.keys()?;
        let transaction = self.write()?;
        run::reap(&self.path, &transaction, now)?;
        let settle = || {
            let wanted: HashMap<String, usize> = verdicts
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
            let mut settlements = Vec::with_capacity(verdicts.len());
            for (message_id, verdict) in verdicts {
                let message_id = local_part(message_id);
                settlements.push(match found.get_mut(&message_id) {
                    None => Settlement::Unknown,
                    Some((id, state @ State::InDoubt)) => {
                        let words;
                        (*state, words) = match verdict {
                            Verdict::Accepted => (State::Accepted, "settled: accepted"),
                            Verdict::NotSent => (State::Pending, "settled: not sent"),
                        };
                        transaction.execute(
                            "UPDATE letter SET state = ?2, at = ?3, words = ?4 WHERE id = ?1",
                            params![*id, *state, now.as_millisecond(), words],
                        )?;
                        Settlement::Settled
                    }
                    Some((_, state)) => Settlement::NoDoubt(*state),
                });
            }
            Ok(settlements)
        };
        let settlements = settle().map_err(|error| self.error(&error))?;
        transaction.commit().map_err(|error| self.error(&error))?;
        Ok(settlements)
    }
}

fn local_part(message_id: &str) -> String {
    let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
    bare.split_once('@').map_or(bare, |(local_part, _)| local_part).to_ascii_lowercase()
}
