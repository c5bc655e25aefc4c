//! Letters that came back: found by their Message-IDs, and recorded. A notice may name a letter of whatever list.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::letter::{COLUMNS, Letter};
use super::open::DatabaseLedger;
use super::value::Value;
use super::{alive, draft, tally};
use crate::ledger::doubt::local_part;
use crate::ledger::error::LedgerError;
use crate::ledger::key::{Mark, Purpose};
use crate::ledger::outcome::{State, kept_words};
use crate::ledger::returned::{Bounce, Sent};
use crate::ledger::rules::CopyState;

/// The letters of a ledger by what stands before the `@` of their Message-IDs.
pub(crate) struct SentLetters {
    numbers: HashMap<String, i64>,
    dead: Vec<i32>,
}

impl DatabaseLedger {
    /// All letters, to be looked up by their Message-IDs.
    pub(in crate::ledger) fn sent_letters(&self) -> Result<SentLetters, LedgerError> {
        let keys = self.keys()?;
        let mut session = self.session();
        let dead = alive::dead(&mut session).map_err(|error| self.error(&error))?;
        let rows = session.rows("SELECT id, key FROM protest.letter", &[]);
        let rows = rows.map_err(|error| self.error(&error))?;
        let number = |row: &tokio_postgres::Row| {
            let key = tally::key(row.get(1))?;
            Some((keys.message_id_local_part(key, Purpose::Letter), row.get(0)))
        };
        Ok(SentLetters { numbers: rows.iter().filter_map(number).collect(), dead })
    }

    /// The letter with this Message-ID, with or without its domain.
    pub(in crate::ledger) fn sent(
        &self,
        letters: &SentLetters,
        message_id: &str,
    ) -> Result<Option<Sent>, LedgerError> {
        let Some(number) = letters.numbers.get(&local_part(message_id)) else { return Ok(None) };
        let sql = format!(
            "SELECT {}, destination, letter.address, at FROM protest.letter WHERE id = $2",
            tally::SEEN
        );
        let row = self.session().row_if_any(&sql, &[&letters.dead, number]);
        let row = row.map_err(|error| self.error(&error))?;
        Ok(row.map(|row| Sent {
            number: *number,
            state: tally::state(row.get(0)),
            destination: row.get(1),
            address: row.get(2),
            at: tally::time(row.get(3)),
        }))
    }

    /// Whether any letter goes, or went, to this address.
    pub(in crate::ledger) fn writes_to(&self, address: &str) -> Result<bool, LedgerError> {
        self.exists(
            "SELECT EXISTS (SELECT FROM protest.letter WHERE lower(address) = lower($1))
                 OR EXISTS (SELECT FROM protest.listed WHERE lower(address) = lower($1))",
            &[&address],
        )
    }

    /// Whether this notice was read before, and a letter recorded by it.
    pub(in crate::ledger) fn knows_notice(&self, notice: Mark) -> Result<bool, LedgerError> {
        self.exists("SELECT EXISTS (SELECT FROM protest.notice WHERE mark = $1)", &[&notice.0])
    }

    /// Whether a relay took a letter to this address after that time, and it has not come back.
    pub(in crate::ledger) fn accepted_after(
        &self,
        address: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, LedgerError> {
        self.exists(
            "SELECT EXISTS (SELECT FROM protest.letter WHERE state = 'accepted' AND lower(address) = lower($1) AND at > $2)",
            &[&address, &at.timestamp_millis()],
        )
    }

    /// Whether letters to this address are held.
    pub(in crate::ledger) fn is_held(&self, address: &str) -> Result<bool, LedgerError> {
        self.exists("SELECT EXISTS (SELECT FROM protest.held WHERE address = lower($1))", &[&address])
    }

    fn exists(&self, sql: &str, values: &[&dyn Value]) -> Result<bool, LedgerError> {
        let row = self.session().row(sql, values).map_err(|error| self.error(&error))?;
        Ok(row.get(0))
    }

    /// Records letters as come back, and holds addresses, in one transaction.
    pub(in crate::ledger) fn record_bounces(
        &self,
        bounces: &[Bounce],
        hold: &[String],
        now: DateTime<Utc>,
    ) -> Result<u64, LedgerError> {
        let keys = self.keys()?;
        self.write(|transaction, _| {
            let failed = |error: tokio_postgres::Error| self.error(&error);
            let mut recorded = 0;
            for bounce in bounces {
                let sql = format!("SELECT {COLUMNS} FROM protest.letter WHERE id = $1 FOR UPDATE");
                let row = transaction.row_if_any(&sql, &[&bounce.number]).map_err(failed)?;
                let letter = row.and_then(|row| Letter::read(&row, 0));
                if let Some(letter) = letter
                    && matches!(letter.state, State::Accepted | State::InDoubt)
                {
                    let expected = letter.seal(&keys);
                    let words = kept_words(&bounce.words, letter.address.as_deref());
                    let returned = Letter {
                        state: State::Bounced,
                        before: None,
                        at: Some(bounce.at.timestamp_millis()),
                        code: bounce.code.map(i32::from),
                        enhanced: bounce.enhanced.clone(),
                        words: Some(words),
                        // Who wrote to an address where it is not known is not asked for a copy of that.
                        copy: letter.copy.filter(|copy| *copy != CopyState::Owed),
                        ..letter
                    };
                    recorded +=
                        draft::rewrite(transaction, &[(expected, returned)], &keys).map_err(failed)?;
                }
                let sql = "INSERT INTO protest.notice (mark) VALUES ($1) ON CONFLICT DO NOTHING";
                transaction.change(sql, &[&bounce.notice.0]).map_err(failed)?;
            }
            for address in hold {
                draft::hold(transaction, address, now.timestamp_millis()).map_err(failed)?;
            }
            Ok(recorded)
        })
    }
}
