//! A letter's row in the database, and how it looks after a change.

use crate::ledger::key::{Checked, Keys, LetterKey};
use crate::ledger::outcome::State;
use crate::ledger::rules::{Change, CopyState, Row};

/// All of a letter's row that can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) key: LetterKey,
    pub(super) state: State,
    pub(super) before: Option<State>,
    pub(super) run: Option<i32>,
    /// The list whose it is, since a claim.
    pub(super) list: Option<i32>,
    /// The address that it went to.
    pub(super) address: Option<String>,
    pub(super) attempts: i32,
    pub(super) at: Option<i64>,
    pub(super) code: Option<i32>,
    pub(super) enhanced: Option<String>,
    pub(super) words: Option<String>,
    pub(super) relay: Option<String>,
    pub(super) copy: Option<CopyState>,
}

/// Whose change it is, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct By {
    pub(super) run: i32,
    pub(super) list: i32,
    pub(super) at: i64,
}

impl Letter {
    /// One that nobody has tried yet.
    pub(super) fn fresh(key: LetterKey) -> Letter {
        Letter {
            key,
            state: State::Pending,
            before: None,
            run: None,
            list: None,
            address: None,
            attempts: 0,
            at: None,
            code: None,
            enhanced: None,
            words: None,
            relay: None,
            copy: None,
        }
    }

    /// Read from a row with [`COLUMNS`], the first of which is number `first`.
    pub(super) fn read(row: &tokio_postgres::Row, first: usize) -> Option<Letter> {
        let state = |word: &str| State::ALL.into_iter().find(|state| state.word() == word);
        Some(Letter {
            key: LetterKey(row.get::<_, &[u8]>(first).try_into().ok()?),
            state: state(row.get(first + 1))?,
            before: row.get::<_, Option<&str>>(first + 2).and_then(state),
            run: row.get(first + 3),
            list: row.get(first + 4),
            address: row.get(first + 5),
            attempts: row.get(first + 6),
            at: row.get(first + 7),
            code: row.get(first + 8),
            enhanced: row.get(first + 9),
            words: row.get(first + 10),
            relay: row.get(first + 11),
            copy: row
                .get::<_, Option<&str>>(first + 12)
                .and_then(|word| CopyState::ALL.into_iter().find(|copy| copy.word() == word)),
        })
    }

    /// As the rules see it, for the list with this address of the embassy.
    pub(super) fn row(&self, list: i32, listed: Option<&str>) -> Row {
        // What was not sent yet goes to the address of today.
        let waits = matches!(self.state, State::Pending | State::Deferred | State::Refused);
        let address =
            if waits { listed.or(self.address.as_deref()) } else { self.address.as_deref().or(listed) };
        let differs = |was: &str| listed.is_some_and(|now| !was.eq_ignore_ascii_case(now));
        Row {
            state: self.state,
            run: self.run.map(i64::from),
            address: address.map(ToOwned::to_owned),
            has_moved: self.address.as_deref().is_some_and(differs),
            copy: self.copy,
            is_anothers: self.list.is_some_and(|owner| owner != list),
        }
    }

    /// The row after a change.
    pub(super) fn after(mut self, change: Change, by: By) -> Letter {
        match change {
            Change::Claim => {
                self.before = Some(self.state);
                (self.state, self.run, self.list) = (State::Claimed, Some(by.run), Some(by.list));
                self.at = Some(by.at);
                self.attempts += 1;
            }
            Change::Settle { state, reply, attempts } => {
                (self.state, self.before) = (state, None);
                (self.run, self.list, self.at) = (Some(by.run), Some(by.list), Some(by.at));
                self.attempts += i32::try_from(attempts).unwrap_or_default();
                self.code = reply.code.map(i32::from);
                self.enhanced = reply.enhanced;
                (self.words, self.relay) = (Some(reply.words), Some(reply.relay));
            }
            Change::GiveBack => {
                self.attempts -= i32::from(self.state == State::Claimed);
                if self.before == Some(State::Pending) {
                    self.at = None;
                }
                self.state = self.before.take().unwrap_or(self.state);
                self.run = None;
                // One that nobody has an answer for is any list's again.
                if self.state == State::Pending {
                    self.list = None;
                }
            }
            Change::TakeBack => {
                self = Letter { attempts: self.attempts - 1, copy: self.copy, ..Letter::fresh(self.key) };
            }
            Change::Copy(copy) => self.copy = Some(copy),
        }
        self
    }

    /// Its check value: by which a change expects to find it.
    pub(super) fn seal(&self, keys: &Keys) -> i64 {
        seal(keys, self.key, self.state, self.run, self.code, self.copy)
    }
}

/// The columns of a [`Letter`], of the table named `letter`.
pub(super) const COLUMNS: &str = "letter.key, letter.state, letter.before, letter.run, letter.list, letter.address, \
     letter.attempts, letter.at, letter.code, letter.enhanced, letter.words, letter.relay, letter.copy";

/// The check value over what decides whether a letter leaves: the same as in a file.
pub(super) fn seal(
    keys: &Keys,
    key: LetterKey,
    state: State,
    run: Option<i32>,
    code: Option<i32>,
    copy: Option<CopyState>,
) -> i64 {
    let integer = |number: Option<i32>| number.map_or(Value::Null, |number| Value::Integer(number.into()));
    keys.check_value(
        [
            Value::Bytes(&key.0),
            Value::Text(state.word()),
            integer(run),
            integer(code),
            copy.map_or(Value::Null, |copy| Value::Text(copy.word())),
        ]
        .into_iter(),
    )
}

enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl Checked for Value<'_> {
    fn with_bytes(&self, read: impl FnOnce(u8, &[u8])) {
        match self {
            Value::Null => read(0, &[]),
            Value::Integer(number) => read(1, &number.to_le_bytes()),
            Value::Text(text) => read(3, text.as_bytes()),
            Value::Bytes(bytes) => read(4, bytes),
        }
    }
}
