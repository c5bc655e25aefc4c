//! Whether a file is a ledger in order: looked at when it is opened.
//!
//! Its pages hold together, it has a ledger's tables and no others, and what all keys depend on agrees with its check value.

use std::path::Path;

use rusqlite::Connection;

use super::schema::{self, Stranger};
use crate::ledger::error::LedgerError;
use crate::ledger::key::Keys;

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

/// All that `SQLite` finds wrong with the file, a line each.
pub(super) fn faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let rows: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let lines = rows.iter().flat_map(|row| row.lines());
    Ok(lines.filter(|line| *line != "ok" && !line.starts_with("***")).map(ToOwned::to_owned).collect())
}

/// Whether a fault, as [`faults`] has it, may be one of the list of free pages.
pub(super) fn is_of_free_pages(fault: &str) -> bool {
    fault.starts_with("Freelist: ") || fault.contains("never used") || fault.contains("2nd reference to page")
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
