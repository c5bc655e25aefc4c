//! Claims and outcomes of one run, within one transaction: reads a letter's row, lets the rules decide, writes the change.

use std::collections::HashSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, params};

use super::{alive, schema};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{Keys, LetterKey, Purpose};
use crate::ledger::outcome::{KeptReply, Outcome, State};
use crate::ledger::round::{Claimed, Item, Retry};
use crate::ledger::rules::{Change, Claimant, CopyState, Row};

/// With code and enhanced code they fill the room of a row.
const MOST_WORDS_WITHIN_THE_ROOM: usize = 40;
const MOST_OF_A_RELAY_WITHIN_THE_ROOM: usize = 40;

/// How many of a relay's words are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brevity {
    /// As many as the ledger keeps.
    AsReceived,
    /// No more than fit into the room of the letter's row: the disk is full.
    WithinTheRoom,
}

/// The one transaction that a group of rounds is written in.
pub(super) struct Page<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) path: &'a Path,
    pub(super) keys: &'a Keys,
    pub(super) run: i64,
    pub(super) retry: Retry,
    pub(super) ended: &'a mut HashSet<i64>,
    pub(super) brevity: Brevity,
    pub(super) now: DateTime<Utc>,
}

impl Page<'_> {
    pub(super) fn claim(&mut self, item: Item) -> Result<Claimed, LedgerError> {
        let found = self.row(item.letter())?;
        let row = found.as_ref().map(|(_, row)| row);
        let (claimed, change) = self.claimant().claim(item, row, |address| self.is_held(address))?;
        if let (Some((id, _)), Some(change)) = (&found, change) {
            self.write(*id, change)?;
        }
        Ok(claimed)
    }

    pub(super) fn record(&mut self, item: Item, outcome: &Outcome) -> Result<(), LedgerError> {
        let found = self.row(item.letter())?;
        let row = found.as_ref().map(|(_, row)| row);
        let recording = self.claimant().record(item, outcome, row).map_err(|_| LedgerError::NoClaim {
            location: self.path.into(),
            letter: self.keys.message_id_local_part(item.letter(), Purpose::Letter),
        })?;
        let Some((id, row)) = found else { return Ok(()) };
        if let Some(change) = recording.change {
            self.write(id, change)?;
        }
        if recording.owes_copy {
            self.write(id, Change::Copy(CopyState::Owed))?;
        }
        match row.address {
            Some(address) if recording.holds => self.hold(&address),
            _ => Ok(()),
        }
    }

    fn claimant(&self) -> Claimant<'_> {
        Claimant { run: self.run, retry: self.retry, ended: self.ended }
    }

    fn write(&self, id: i64, change: Change) -> Result<(), LedgerError> {
        match change {
            Change::Claim => self.execute(
                "UPDATE letter SET before = state, state = 'claimed', run = ?2, at = ?3, attempts = attempts + 1,
                        room = iif(room IS NULL, NULL, zeroblob(?4)), seal = seal(key, 'claimed', ?2, code, copy)
                 WHERE id = ?1",
                params![id, self.run, self.now.timestamp_millis(), schema::ROOM - schema::ROOM_OF_A_CLAIM],
            ),
            Change::Settle { state, reply, attempts } => self.settle(id, state, reply, attempts),
            Change::GiveBack => self.execute(
                "UPDATE letter SET state = coalesce(before, state), before = NULL, run = NULL,
                        attempts = attempts - (state = 'claimed'), at = iif(before = 'pending', NULL, at),
                        seal = seal(key, coalesce(before, state), NULL, code, copy)
                 WHERE id = ?1",
                [id],
            ),
            Change::TakeBack => self.execute(
                "UPDATE letter SET state = 'pending', before = NULL, run = NULL, at = NULL, attempts = attempts - 1,
                        code = NULL, enhanced = NULL, words = NULL, relay = NULL, room = zeroblob(?2),
                        seal = seal(key, 'pending', NULL, NULL, copy)
                 WHERE id = ?1",
                params![id, schema::ROOM],
            ),
            Change::Copy(copy) => self.execute(
                "UPDATE letter SET copy = ?2, seal = seal(key, state, run, code, ?2) WHERE id = ?1",
                params![id, copy.word()],
            ),
        }
    }

    fn settle(&self, id: i64, state: State, mut reply: KeptReply, attempts: i64) -> Result<(), LedgerError> {
        if self.brevity == Brevity::WithinTheRoom {
            let KeptReply { words, relay, .. } = &mut reply;
            words.truncate(words.floor_char_boundary(MOST_WORDS_WITHIN_THE_ROOM));
            relay.truncate(relay.floor_char_boundary(MOST_OF_A_RELAY_WITHIN_THE_ROOM));
        }
        self.execute(
            "UPDATE letter SET state = ?2, before = NULL, run = ?3, attempts = attempts + ?4, at = ?5,
                    code = ?6, enhanced = ?7, words = ?8, relay = ?9, room = NULL, sent_to = NULL,
                    seal = seal(key, ?2, ?3, ?6, copy)
             WHERE id = ?1",
            params![
                id,
                state,
                self.run,
                attempts,
                self.now.timestamp_millis(),
                reply.code,
                reply.enhanced,
                reply.words,
                reply.relay,
            ],
        )
    }

    fn hold(&self, address: &str) -> Result<(), LedgerError> {
        self.execute(
            "INSERT OR REPLACE INTO held (address, at) VALUES (?1, ?2)",
            params![address, self.now.timestamp_millis()],
        )
    }

    /// The letter's number and row; where it belongs to another run, that run's end is looked into.
    fn row(&mut self, letter: LetterKey) -> Result<Option<(i64, Row)>, LedgerError> {
        let found = self.select(letter).map_err(|error| self.error(&error))?;
        let Some(other) = found.as_ref().and_then(|(_, row)| self.claimant().depends_on(row)) else {
            return Ok(found);
        };
        if !self.has_ended(other)? {
            return Ok(found);
        }
        self.ended.insert(other);
        self.select(letter).map_err(|error| self.error(&error))
    }

    fn select(&self, letter: LetterKey) -> rusqlite::Result<Option<(i64, Row)>> {
        self.transaction
            .prepare_cached(
                "SELECT id, state, run, address, copy,
                        sent_to IS NOT NULL AND sent_to <> coalesce(address, '') COLLATE NOCASE
                 FROM letter WHERE key = ?1",
            )?
            .query_one([letter.0], |row| {
                let letter = Row {
                    state: row.get(1)?,
                    run: row.get(2)?,
                    address: row.get(3)?,
                    copy: row.get(4)?,
                    has_moved: row.get(5)?,
                    is_anothers: false,
                };
                Ok((row.get(0)?, letter))
            })
            .optional()
    }

    /// Whether another run has ended, be it without a word: then its claims are put in doubt here and now.
    fn has_ended(&self, other: i64) -> Result<bool, LedgerError> {
        let recorded = self
            .transaction
            .prepare_cached("SELECT 1 FROM run WHERE id = ?1 AND ended_at IS NOT NULL")
            .and_then(|mut statement| statement.exists([other]))
            .map_err(|error| self.error(&error))?;
        if recorded {
            return Ok(true);
        }
        if !alive::is_dead(self.path, self.transaction, other)? {
            return Ok(false);
        }
        alive::bury(self.transaction, other, None).map_err(|error| self.error(&error))?;
        Ok(true)
    }

    fn is_held(&self, address: Option<&str>) -> Result<bool, LedgerError> {
        self.transaction
            .prepare_cached("SELECT 1 FROM held WHERE address = ?1")
            .and_then(|mut statement| statement.exists([address]))
            .map_err(|error| self.error(&error))
    }

    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), LedgerError> {
        self.transaction
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .map(|_| ())
            .map_err(|error| self.error(&error))
    }

    fn error(&self, error: &rusqlite::Error) -> LedgerError {
        LedgerError::of(self.path, error)
    }
}
