//! Letters that came back: found by their Message-IDs, and recorded.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::alive::{self, Fallen};
use super::open::FileLedger;
use super::{column, tally};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{LetterKey, Mark, Purpose};
use crate::ledger::outcome::kept_words;
use crate::ledger::returned::{Bounce, Sent};

/// The letters of a ledger by what stands before the `@` of their Message-IDs.
pub(crate) struct SentLetters {
    numbers: HashMap<[u8; 32], i64>,
    fallen: Fallen,
}

impl FileLedger {
    /// All letters, to be looked up by their Message-IDs.
    pub(crate) fn sent_letters(&self) -> Result<SentLetters, LedgerError> {
        let keys = self.keys()?;
        let fallen = alive::fallen(&self.path, &self.connection)?;
        let read = || {
            let mut numbers = HashMap::new();
            let mut statement = self.connection.prepare("SELECT id, key FROM letter")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let message_id = keys.message_id_local_part(LetterKey(row.get(1)?), Purpose::Letter);
                let number: i64 = row.get(0)?;
                numbers.extend(local_part(&message_id).map(|id| (id, number)));
            }
            Ok(numbers)
        };
        let numbers = read().map_err(|error| self.error(&error))?;
        Ok(SentLetters { numbers, fallen })
    }

    /// The letter with this Message-ID, with or without its domain.
    pub(crate) fn sent(&self, letters: &SentLetters, message_id: &str) -> Result<Option<Sent>, LedgerError> {
        let number = local_part(message_id).and_then(|id| letters.numbers.get(&id).copied());
        let Some(number) = number else { return Ok(None) };
        let fallen = &letters.fallen;
        let read = || {
            self.connection
                .prepare_cached(&format!(
                    "SELECT state, iif(state = 'claimed', run, NULL), {WAS_LOST}, destination, coalesce(sent_to, address), at
                     FROM letter WHERE id = ?2",
                    WAS_LOST = alive::WAS_LOST
                ))?
                .query_one(params![fallen.lost_runs(), number], |row| {
                    Ok(Sent {
                        number,
                        state: tally::seen(row.get(0)?, row.get(1)?, row.get(2)?, fallen),
                        destination: row.get(3)?,
                        address: row.get(4)?,
                        at: column::time(row.get(5)?),
                    })
                })
                .optional()
        };
        read().map_err(|error| self.error(&error))
    }

    /// Whether any letter goes, or went, to this address.
    pub(crate) fn writes_to(&self, address: &str) -> Result<bool, LedgerError> {
        self.exists(
            "SELECT 1 FROM letter WHERE address = ?1 COLLATE NOCASE OR sent_to = ?1 COLLATE NOCASE LIMIT 1",
            [address],
        )
    }

    /// Whether this notice was read before, and a letter recorded by it.
    pub(crate) fn knows_notice(&self, notice: Mark) -> Result<bool, LedgerError> {
        self.exists("SELECT 1 FROM notice WHERE mark = ?1", [notice.0])
    }

    /// Whether the relay took a letter to this address after that time, and it has not come back.
    pub(crate) fn accepted_after(&self, address: &str, at: DateTime<Utc>) -> Result<bool, LedgerError> {
        self.exists(
            "SELECT 1 FROM letter WHERE state = 'accepted' AND address = ?1 COLLATE NOCASE AND at > ?2 LIMIT 1",
            params![address, at.timestamp_millis()],
        )
    }

    /// Whether letters to this address are held.
    pub(crate) fn is_held(&self, address: &str) -> Result<bool, LedgerError> {
        self.exists("SELECT 1 FROM held WHERE address = ?1", [address])
    }

    fn exists(&self, sql: &str, values: impl rusqlite::Params) -> Result<bool, LedgerError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.exists(values))
            .map_err(|error| self.error(&error))
    }

    /// Records letters as come back, and holds addresses, in one transaction. A letter that stands otherwise by now than
    /// accepted or in doubt is left as it is. How many were recorded.
    pub(crate) fn record_bounces(
        &self,
        bounces: &[Bounce],
        hold: &[String],
        now: DateTime<Utc>,
    ) -> Result<u64, LedgerError> {
        let transaction = self.write()?;
        let fallen = alive::reap(&self.path, &transaction)?;
        let record = || {
            let mut recorded = 0;
            for bounce in bounces {
                let address: Option<String> = transaction
                    .prepare_cached("SELECT coalesce(sent_to, address) FROM letter WHERE id = ?1")?
                    .query_one([bounce.number], |row| row.get(0))?;
                // Who wrote to an address where it is not known is not asked for a copy of that.
                let changed = transaction
                    .prepare_cached(
                        "UPDATE letter SET state = 'bounced', at = ?2, code = ?3, enhanced = ?4, words = ?5, room = NULL,
                                copy = nullif(copy, 'owed'), seal = seal(key, 'bounced', run, ?3, nullif(copy, 'owed'))
                         WHERE id = ?1 AND state IN ('accepted', 'in_doubt')",
                    )?
                    .execute(params![
                        bounce.number,
                        bounce.at.timestamp_millis(),
                        bounce.code,
                        bounce.enhanced,
                        kept_words(&bounce.words, address.as_deref()),
                    ])?;
                transaction
                    .prepare_cached("INSERT OR IGNORE INTO notice (mark) VALUES (?1)")?
                    .execute([bounce.notice.0])?;
                recorded += changed as u64;
            }
            for address in hold {
                transaction.execute(
                    "INSERT OR IGNORE INTO held (address, at) VALUES (?1, ?2)",
                    params![address, now.timestamp_millis()],
                )?;
            }
            Ok(recorded)
        };
        let recorded = record().map_err(|error| self.error(&error))?;
        transaction.commit()?;
        self.empty_log()?;
        alive::clear_up(&self.path, &fallen);
        Ok(recorded)
    }
}

/// What stands before the `@` of one of our Message-IDs, in small letters; `None`: it is none of ours.
fn local_part(message_id: &str) -> Option<[u8; 32]> {
    let bare = message_id.split('@').next().unwrap_or_default();
    let mut local_part: [u8; 32] = bare.as_bytes().try_into().ok()?;
    local_part.make_ascii_lowercase();
    Some(local_part)
}
