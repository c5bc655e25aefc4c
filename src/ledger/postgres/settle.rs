//! Letters in doubt of the own list: which they are, and what the relay's log says of them. And, where the database has
//! forgotten commits, the letters of which nobody knows.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::letter::{COLUMNS, Letter};
use super::open::DatabaseLedger;
use super::session::Session;
use super::{alive, draft, tally};
use crate::ledger::doubt::{Doubt, Ruling, SETTLED_AS_ACCEPTED, Settlement, local_part};
use crate::ledger::error::LedgerError;
use crate::ledger::key::Purpose;
use crate::ledger::outcome::State;

impl DatabaseLedger {
    /// The own list's letters in doubt, in the order of their enrolment.
    pub(in crate::ledger) fn in_doubt(&self) -> Result<Vec<Doubt>, LedgerError> {
        let keys = self.keys()?;
        let own = self.own_letters()?;
        let read = || {
            let mut session = self.session();
            let dead = alive::dead(&mut session)?;
            let domain = self.read_domain(&mut session)?;
            let rows = session.rows(
                &format!(
                    "SELECT key, destination, at, coalesce(letter.address, listed.address)
                     FROM protest.letter LEFT JOIN protest.listed ON listed.letter = letter.id AND listed.list = letter.list
                     WHERE {} = 'in_doubt' AND {own} ORDER BY id",
                    tally::SEEN
                ),
                &[&dead],
            )?;
            Ok((domain, rows))
        };
        let (domain, rows) = read().map_err(|error: tokio_postgres::Error| self.error(&error))?;
        let domain = domain.map(|domain| format!("@{domain}")).unwrap_or_default();
        let doubt = |row: &tokio_postgres::Row| {
            let local_part = keys.message_id_local_part(tally::key(row.get(0))?, Purpose::Letter);
            Some(Doubt {
                message_id: format!("{local_part}{domain}"),
                destination: row.get(1),
                at: tally::time(row.get(2)),
                address: row.get(3),
            })
        };
        Ok(rows.iter().filter_map(doubt).collect())
    }

    /// The domain of the list's Message-IDs, once letters of it were to be sent.
    pub(in crate::ledger) fn domain(&self) -> Result<Option<String>, LedgerError> {
        let read = || self.read_domain(&mut self.session());
        read().map_err(|error: tokio_postgres::Error| self.error(&error))
    }

    fn read_domain(&self, session: &mut Session) -> Result<Option<String>, tokio_postgres::Error> {
        let row =
            session.row_if_any("SELECT domain FROM protest.list WHERE name = $1", &[&self.shared.list])?;
        Ok(row.and_then(|row| row.get::<_, Option<String>>(0)))
    }

    /// Keeps the domain of the list's Message-IDs.
    pub(in crate::ledger) fn keep_domain(&self, domain: &str) -> Result<(), LedgerError> {
        if self.has_domain(domain) {
            return Ok(());
        }
        self.write(|transaction, list| {
            let sql = "UPDATE protest.list SET domain = $2 WHERE id = $1";
            transaction.change(sql, &[&list, &domain]).map(drop).map_err(|error| self.error(&error))
        })
    }

    /// The relays' words for all letters to this address that they took.
    pub(in crate::ledger) fn answers_to(&self, address: &str) -> Result<Vec<String>, LedgerError> {
        let sql = "SELECT words FROM protest.letter WHERE address = $1 AND state = 'accepted' AND words IS NOT NULL";
        let rows = self.session().rows(sql, &[&address]).map_err(|error| self.error(&error))?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Records rulings on the own list's letters, in one transaction.
    pub(in crate::ledger) fn settle(
        &self,
        rulings: &[(&str, Ruling<'_>)],
        now: DateTime<Utc>,
    ) -> Result<Vec<Settlement>, LedgerError> {
        let keys = self.keys()?;
        let wanted: Vec<String> = rulings.iter().map(|(message_id, _)| local_part(message_id)).collect();
        self.write(|transaction, list| {
            let failed = |error: tokio_postgres::Error| self.error(&error);
            let sql = format!(
                "SELECT {COLUMNS} FROM protest.letter
                 WHERE EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $1)
                   AND (letter.list IS NULL OR letter.list = $1) ORDER BY key FOR UPDATE"
            );
            let mut found: HashMap<String, Letter> = HashMap::new();
            for letter in transaction.rows(&sql, &[&list]).map_err(failed)?.iter().filter_map(|row| Letter::read(row, 0)) {
                let message_id = keys.message_id_local_part(letter.key, Purpose::Letter);
                if wanted.contains(&message_id) {
                    found.insert(message_id, letter);
                }
            }
            let mut settlements = Vec::with_capacity(rulings.len());
            let mut changed = Vec::new();
            for ((_, ruling), message_id) in rulings.iter().zip(&wanted) {
                settlements.push(match found.get_mut(message_id) {
                    None => Settlement::Unknown,
                    Some(letter) if letter.state == State::InDoubt => {
                        let expected = letter.seal(&keys);
                        (letter.state, letter.words) = match ruling {
                            Ruling::Accepted => (State::Accepted, Some(SETTLED_AS_ACCEPTED.to_owned())),
                            Ruling::AcceptedAs(id) => {
                                (State::Accepted, Some(format!("{SETTLED_AS_ACCEPTED} ({id})")))
                            }
                            Ruling::NotSent => (State::Pending, Some("settled: not sent".to_owned())),
                        };
                        (letter.before, letter.at) = (None, Some(now.timestamp_millis()));
                        changed.push((expected, letter.clone()));
                        Settlement::Settled
                    }
                    Some(letter) => Settlement::NoDoubt(letter.state),
                });
            }
            draft::rewrite(transaction, &changed, &keys).map_err(failed)?;
            Ok(settlements)
        })
    }

    /// How many of the list's letters have no outcome, where the database has forgotten commits of the list.
    pub(in crate::ledger) fn letters_behind_counter(&self) -> Result<Option<u64>, LedgerError> {
        if self.behind()?.is_none() {
            return Ok(None);
        }
        let own = self.own_letters()?;
        let sql = format!("SELECT count(*) FROM protest.letter WHERE {WITHOUT_OUTCOME} AND {own}");
        let row = self.session().row(&sql, &[]).map_err(|error| self.error(&error))?;
        Ok(Some(row.get::<_, i64>(0).unsigned_abs()))
    }

    /// Puts them in doubt: any of them may have left. From then on the database counts as knowing what this machine does.
    pub(in crate::ledger) fn doubt_by_counter(&self, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        let keys = self.keys()?;
        let Some((count, found)) = self.behind()? else { return Ok(0) };
        self.write(|transaction, list| {
            let failed = |error: tokio_postgres::Error| self.error(&error);
            let sql = format!(
                "SELECT {COLUMNS} FROM protest.letter WHERE {WITHOUT_OUTCOME}
                 AND EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $1)
                 AND (letter.list IS NULL OR letter.list = $1) ORDER BY key FOR UPDATE"
            );
            let letters = transaction.rows(&sql, &[&list]).map_err(failed)?;
            let doubted: Vec<(i64, Letter)> = letters
                .iter()
                .filter_map(|row| Letter::read(row, 0))
                .map(|letter| {
                    let expected = letter.seal(&keys);
                    let doubted = Letter {
                        state: State::InDoubt,
                        before: None,
                        list: Some(list),
                        code: None,
                        enhanced: None,
                        relay: None,
                        words: Some("the database lost the end of its run".to_owned()),
                        at: letter.at.or(Some(now.timestamp_millis())),
                        ..letter
                    };
                    (expected, doubted)
                })
                .collect();
            draft::rewrite(transaction, &doubted, &keys).map_err(failed)?;
            let sql = "UPDATE protest.list SET commits = commits + $2 WHERE id = $1";
            transaction.change(sql, &[&list, &(count.commits - found)]).map_err(failed)?;
            Ok(doubted.len() as u64)
        })
    }
}

/// Letters of which a database that has forgotten something cannot say whether they left.
const WITHOUT_OUTCOME: &str = "letter.state IN ('pending', 'deferred', 'claimed')";
