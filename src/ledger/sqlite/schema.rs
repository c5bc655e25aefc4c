//! How a ledger is filled, and what it may hold.
//!
//! A letter's row is made with room for its answer, so that recording an outcome needs no new space on the disk.

use rusqlite::{Connection, params};

use super::steps;
use crate::ledger::key::{KeyRules, Keys};
use crate::ledger::secret::Secret;

/// "Dec2": marks an `SQLite` file as a ledger (`PRAGMA application_id`).
pub(super) const APPLICATION_ID: i64 = 0x4465_6332;

/// The bytes held free in a letter's row for code, words and relay of its answer: a 250 with its queue id
/// takes 60 to 80.
pub(super) const ROOM: i64 = 128;

/// The part of it that a claim takes: the row names its run, the time and the state before.
pub(super) const ROOM_OF_A_CLAIM: i64 = 32;

/// Fills an empty database.
pub(super) fn create(
    connection: &Connection,
    id: &str,
    year: i32,
    made_at: i64,
    secret: Secret,
) -> rusqlite::Result<()> {
    let keys = Keys::new(secret, id, KeyRules::NEWEST);
    let transaction = connection.unchecked_transaction()?;
    steps::take(&transaction, 0, steps::NEWEST)?;
    transaction.execute(
        "INSERT INTO campaign (id, year, made_at, secret, key_rules, seal) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            id,
            year,
            made_at,
            keys.secret().bytes(),
            KeyRules::NEWEST.number(),
            keys.own_check_value(year)
        ],
    )?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()
}

/// An object of the schema: its kind, its name, its table, and its definition.
pub(super) type Object = (String, String, String, Option<String>);

/// All that the database holds besides rows.
fn objects(connection: &Connection) -> rusqlite::Result<Vec<Object>> {
    connection
        .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect()
}

/// The first object that a ledger of this schema does not have, or has otherwise. A trigger, say, would write what no
/// release of this program writes.
pub(super) fn first_stranger(connection: &Connection, schema: i64) -> rusqlite::Result<Option<Stranger>> {
    let model = Connection::open_in_memory()?;
    steps::take(&model, 0, schema)?;
    let (expected, found) = (objects(&model)?, objects(connection)?);
    let named = |(kind, name, ..): &Object| format!("{kind} {name}");
    let unknown = found.iter().find(|found| !expected.iter().any(|known| known.1 == found.1));
    if let Some(unknown) = unknown {
        return Ok(Some(Stranger::Unknown(named(unknown))));
    }
    Ok(expected.iter().find(|expected| !found.contains(expected)).map(|lost| Stranger::Changed(named(lost))))
}

/// What is wrong with an object of the schema.
pub(super) enum Stranger {
    /// No release has made it.
    Unknown(String),
    /// It is not there, or not as it was made.
    Changed(String),
}
