//! Claims and outcomes of one run, within one transaction.
//!
//! A claim is a compare-and-set: of all runs on this ledger one gets it. An outcome is recorded under the run's own
//! claim only; a letter whose envelope was refused before its claim is claimed and settled at once.

use std::collections::HashSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, params};

use super::{alive, schema};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{Keys, LetterKey, Purpose};
use crate::ledger::outcome::{Outcome, State, kept_words};
use crate::ledger::round::{Claimed, Item, Retry};

/// With code and enhanced code they fill the room of a row.
const MOST_WORDS_WITHIN_THE_ROOM: usize = 40;
const MOST_OF_A_RELAY_WITHIN_THE_ROOM: usize = 40;

/// A letter's row, as far as claims and outcomes go by it.
struct Row {
    id: i64,
    state: State,
    run: Option<i64>,
    address: Option<String>,
    has_moved: bool,
    /// The copy to its signer: owed, claimed, accepted or failed.
    copy: Option<String>,
}

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
        match item {
            Item::Letter(letter) | Item::LetterWithCopy(letter) => self.claim_letter(letter),
            Item::Copy(letter) => self.claim_copy(letter),
        }
    }

    fn claim_letter(&mut self, letter: LetterKey) -> Result<Claimed, LedgerError> {
        let Some(row) = self.row(letter)? else {
            return Ok(Claimed::NotEnrolled);
        };
        if !self.may_claim(&row) {
            return Ok(Claimed::No(row.state));
        }
        if self.is_held(row.address.as_deref())? {
            return Ok(Claimed::AddressHeld);
        }
        self.execute(
            "UPDATE letter SET before = state, state = 'claimed', run = ?2, at = ?3, attempts = attempts + 1,
                    room = iif(room IS NULL, NULL, zeroblob(?4)), seal = seal(key, 'claimed', ?2, code, copy)
             WHERE id = ?1",
            params![row.id, self.run, self.now.timestamp_millis(), schema::ROOM - schema::ROOM_OF_A_CLAIM],
        )?;
        Ok(Claimed::Yes)
    }

    fn claim_copy(&mut self, letter: LetterKey) -> Result<Claimed, LedgerError> {
        let Some(row) = self.row(letter)? else {
            return Ok(Claimed::NotEnrolled);
        };
        if row.state != State::Accepted || row.copy.as_deref() != Some("owed") {
            return Ok(Claimed::No(row.state));
        }
        self.set_copy(row.id, "claimed")?;
        Ok(Claimed::Yes)
    }

    pub(super) fn record(&mut self, item: Item, outcome: &Outcome) -> Result<(), LedgerError> {
        let (Item::Letter(letter) | Item::LetterWithCopy(letter) | Item::Copy(letter)) = item;
        let row = self.row(letter)?;
        match (item, row) {
            (Item::Copy(_), Some(row)) => self.record_copy(&row, outcome),
            (_, Some(row)) if row.state == State::Claimed && row.run == Some(self.run) => {
                self.record_letter(&row, outcome, 0)?;
                match (item, outcome) {
                    (Item::LetterWithCopy(_), Outcome::Accepted(_)) if row.copy.is_none() => {
                        self.set_copy(row.id, "owed")
                    }
                    _ => Ok(()),
                }
            }
            (_, Some(row)) if matches!(outcome, Outcome::TakenBack { .. }) => self.take_back(&row, outcome),
            // The envelope went ahead of the claim and was answered 4yz or 5yz: an attempt without a body.
            // Not claimable means that another run has it, and will hear an answer of its own.
            (_, Some(row)) if answers_the_envelope(outcome) && self.may_claim(&row) => {
                self.record_letter(&row, outcome, 1)
            }
            (_, None) if matches!(outcome, Outcome::TakenBack { .. }) => Ok(()),
            // Another run's, dropped from the list, or given up before its claim: no body of ours left.
            _ if answers_the_envelope(outcome) || *outcome == Outcome::Unsent => Ok(()),
            _ => Err(LedgerError::NoClaim {
                path: self.path.to_owned(),
                letter: self.keys.message_id_local_part(letter, Purpose::Letter),
            }),
        }
    }

    /// A copy that certainly did not go is owed still; one that nobody knows of stays claimed, and is not sent again.
    fn record_copy(&self, row: &Row, outcome: &Outcome) -> Result<(), LedgerError> {
        let copy = match outcome {
            Outcome::Accepted(_) => "accepted",
            Outcome::Unsent | Outcome::Deferred(_) | Outcome::TakenBack { .. } => "owed",
            Outcome::InDoubt(_) => "claimed",
            Outcome::Refused(_) | Outcome::NoSuchAddress(_) => "failed",
        };
        self.set_copy(row.id, copy)
    }

    /// A refusal of this run's that was not about the letter.
    fn take_back(&self, row: &Row, outcome: &Outcome) -> Result<(), LedgerError> {
        if row.state != State::Refused || row.run != Some(self.run) {
            return Ok(());
        }
        self.execute(
            "UPDATE letter SET state = 'pending', before = NULL, run = NULL, at = NULL, attempts = attempts - 1,
                    code = NULL, enhanced = NULL, words = NULL, relay = NULL, room = zeroblob(?2),
                    seal = seal(key, 'pending', NULL, NULL, copy)
             WHERE id = ?1",
            params![row.id, schema::ROOM],
        )?;
        match (outcome, &row.address) {
            (Outcome::TakenBack { hold: true }, Some(address)) => self.hold(address),
            _ => Ok(()),
        }
    }

    fn hold(&self, address: &str) -> Result<(), LedgerError> {
        self.execute(
            "INSERT OR REPLACE INTO held (address, at) VALUES (?1, ?2)",
            params![address, self.now.timestamp_millis()],
        )
    }

    fn record_letter(&self, row: &Row, outcome: &Outcome, attempts: i64) -> Result<(), LedgerError> {
        let Some(state) = outcome.state() else {
            // As before the claim, and free for any run.
            return self.execute(
                "UPDATE letter SET state = coalesce(before, state), before = NULL, run = NULL,
                        attempts = attempts - (state = 'claimed'), at = iif(before = 'pending', NULL, at),
                        seal = seal(key, coalesce(before, state), NULL, code, copy)
                 WHERE id = ?1",
                [row.id],
            );
        };
        let reply = outcome.reply();
        let (mut words, mut relay) = (kept_words(&reply.words, row.address.as_deref()), reply.relay);
        if self.brevity == Brevity::WithinTheRoom {
            words.truncate(words.floor_char_boundary(MOST_WORDS_WITHIN_THE_ROOM));
            relay.truncate(relay.floor_char_boundary(MOST_OF_A_RELAY_WITHIN_THE_ROOM));
        }
        self.execute(
            "UPDATE letter SET state = ?2, before = NULL, run = ?3, attempts = attempts + ?4, at = ?5,
                    code = ?6, enhanced = ?7, words = ?8, relay = ?9, room = NULL, sent_to = NULL,
                    seal = seal(key, ?2, ?3, ?6, copy)
             WHERE id = ?1",
            params![
                row.id,
                state,
                self.run,
                attempts,
                self.now.timestamp_millis(),
                reply.code,
                reply.enhanced,
                words,
                relay,
            ],
        )?;
        match (outcome, &row.address) {
            (Outcome::NoSuchAddress(_), Some(address)) => self.hold(address),
            _ => Ok(()),
        }
    }

    /// Whether this run may send the letter: pending; deferred, unless a live run will try it again; in doubt, refused or
    /// come back from an earlier run, where the user asked for it.
    fn may_claim(&self, row: &Row) -> bool {
        let is_mine = row.run == Some(self.run);
        match row.state {
            State::Pending => true,
            State::Deferred => is_mine || row.run.is_none_or(|run| self.ended.contains(&run)),
            State::InDoubt => self.retry.in_doubt && !is_mine,
            State::Refused => self.retry.refused && !is_mine,
            State::Bounced => self.retry.may_send(row.state, row.has_moved) && !is_mine,
            State::Claimed | State::Accepted | State::ByPost => false,
        }
    }

    /// The letter's row; where it belongs to another run, that run's end is looked into.
    fn row(&mut self, letter: LetterKey) -> Result<Option<Row>, LedgerError> {
        let row = self.select(letter).map_err(|error| self.error(&error))?;
        match row {
            Some(row) if matches!(row.state, State::Claimed | State::Deferred) => {
                let Some(other) = row.run.filter(|run| *run != self.run && !self.ended.contains(run)) else {
                    return Ok(Some(row));
                };
                if !self.has_ended(other)? {
                    return Ok(Some(row));
                }
                self.ended.insert(other);
                self.select(letter).map_err(|error| self.error(&error))
            }
            row => Ok(row),
        }
    }

    fn select(&self, letter: LetterKey) -> rusqlite::Result<Option<Row>> {
        self.transaction
            .prepare_cached(
                "SELECT id, state, run, address, copy,
                        sent_to IS NOT NULL AND sent_to <> coalesce(address, '') COLLATE NOCASE
                 FROM letter WHERE key = ?1",
            )?
            .query_one([letter.0], |row| {
                Ok(Row {
                    id: row.get(0)?,
                    state: row.get(1)?,
                    run: row.get(2)?,
                    address: row.get(3)?,
                    copy: row.get(4)?,
                    has_moved: row.get(5)?,
                })
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

    fn set_copy(&self, id: i64, copy: &str) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE letter SET copy = ?2, seal = seal(key, state, run, code, ?2) WHERE id = ?1",
            params![id, copy],
        )
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

/// Outcomes that a letter can have without its body having left.
fn answers_the_envelope(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Deferred(_) | Outcome::Refused(_) | Outcome::NoSuchAddress(_))
}
