//! Whether the ledger is as it was written: looked at before anything is sent with it.
//!
//! A flipped bit can make a letter that was accepted a pending one, and no structure of the file tells. So each letter has
//! a check value over what decides whether it leaves, and what all keys depend on has one too.

use std::path::Path;

use rusqlite::Connection;

use super::open::Ledger;
use super::schema::{self, Stranger};
use crate::ledger::error::LedgerError;
use crate::ledger::key::Keys;
use crate::ledger::outcome::State;

/// How many faults an error names.
const NAMED: usize = 5;

/// Reads every page once, so that damage is found before a letter leaves and not in mid-run.
pub(super) fn must_be_sound(path: &Path, connection: &Connection) -> Result<(), LedgerError> {
    verdict(path, connection, "quick_check").and_then(|words| match words {
        None => Ok(()),
        Some(words) => Err(LedgerError::Corrupt { path: path.to_owned(), words }),
    })
}

/// What `SQLite` finds wrong with the file; nothing if it is in order.
pub(super) fn verdict(
    path: &Path,
    connection: &Connection,
    check: &str,
) -> Result<Option<String>, LedgerError> {
    let verdict: String = connection
        .query_one(&format!("PRAGMA {check}(1)"), [], |row| row.get(0))
        .map_err(|error| LedgerError::of(path, &error))?;
    // Several lines, of which the last says what it is.
    Ok((verdict != "ok").then(|| verdict.lines().last().unwrap_or_default().to_owned()))
}

/// Refuses a file that holds anything but a ledger's tables, as they were made.
pub(super) fn must_hold_a_ledger_alone(
    path: &Path,
    connection: &Connection,
    schema: i64,
) -> Result<(), LedgerError> {
    let stranger =
        schema::first_stranger(connection, schema).map_err(|error| LedgerError::of(path, &error))?;
    let path = path.to_owned();
    match stranger {
        None => Ok(()),
        Some(Stranger::Unknown(object)) => Err(LedgerError::Stranger { path, object }),
        Some(Stranger::Changed(object)) => {
            Err(LedgerError::BeyondRepair { path, words: format!("its {object} is not as it was made") })
        }
    }
}

/// Refuses a ledger whose secret, id, year or key rules have changed: every signer would be a new one.
pub(super) fn must_have_its_own_secret(
    path: &Path,
    kept: Option<&[u8]>,
    keys: Option<&Keys>,
    year: i32,
) -> Result<(), LedgerError> {
    let agrees = match (kept, keys) {
        (Some(kept), Some(keys)) => kept == keys.own_check_value(year),
        // Forgotten: neither is left.
        (None, None) => true,
        _ => false,
    };
    if agrees {
        return Ok(());
    }
    let words = "its secret, id or year does not agree with its check value".to_owned();
    Err(LedgerError::BeyondRepair { path: path.to_owned(), words })
}

/// A letter that does not agree with its check value.
pub(super) struct Altered {
    pub(super) id: i64,
    words: String,
}

/// All letters that do not agree, read from the table and not through an index.
pub(super) fn altered(connection: &Connection) -> rusqlite::Result<Vec<Altered>> {
    connection
        .prepare(
            "SELECT id, destination, state FROM letter NOT INDEXED WHERE seal IS NOT seal(key, state, run, code, copy)",
        )?
        .query_map([], |row| {
            let id = row.get(0)?;
            let destination: String = row.get(1).unwrap_or_default();
            let state = row.get::<_, State>(2).map_or("in no state", State::word);
            Ok(Altered { id, words: format!("number {id} (to {destination}, {state})") })
        })?
        .collect()
}

impl Ledger {
    /// Looks at the whole ledger: pages, indexes, and every letter. What does not agree is named.
    pub(in crate::ledger) fn must_be_whole(&self) -> Result<(), LedgerError> {
        let path = self.path.clone();
        let altered = altered(&self.connection).map_err(|error| self.error(&error))?;
        if !altered.is_empty() {
            let mut words = match altered.len() {
                1 => "1 letter does not agree with its check value: ".to_owned(),
                letters => format!("{letters} letters do not agree with their check values: "),
            };
            let named: Vec<&str> = altered.iter().take(NAMED).map(|letter| letter.words.as_str()).collect();
            words.push_str(&named.join(", "));
            if altered.len() > NAMED {
                words.push_str(" …");
            }
            return Err(LedgerError::Disagrees { path, words });
        }
        match verdict(&self.path, &self.connection, "integrity_check")? {
            None => Ok(()),
            Some(words) => Err(LedgerError::Corrupt { path, words }),
        }
    }
}
