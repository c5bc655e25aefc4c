//! What a database is asked when it is opened, in one statement: the campaign, the own list, and how much it knows of that.

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::fault::DatabaseFault;
use super::open::COMMITS;
use super::session::Session;
use super::steps;
use crate::ledger::error::LedgerError;
use crate::ledger::location::{Location, SharedLedger};

/// The campaign there, as its row has it.
pub(super) struct Found {
    pub(super) id: String,
    pub(super) year: i32,
    pub(super) key_rules: i32,
    /// The keys' check value; a forgotten ledger has none.
    pub(super) seal: Option<Vec<u8>>,
    /// By which the server knows itself; a question mark where this user must not ask.
    pub(super) server: String,
    /// The own list's number and sender, where it has recorded anything.
    pub(super) list: Option<(i32, String)>,
    /// The own list's commits.
    pub(super) commits: i64,
}

impl Found {
    /// Nothing where there is no campaign. One of another schema is refused.
    pub(super) fn read(
        session: &mut Session,
        shared: &SharedLedger,
        location: &Location,
    ) -> Result<Option<Found>, LedgerError> {
        let mut ask = |server: &str| {
            let sql = format!(
                "SELECT schema, campaign.id, year, key_rules, seal, {server}, own.id, own.sender, {COMMITS}
                 FROM protest.campaign LEFT JOIN protest.list AS own ON own.name = $1"
            );
            session.row_if_any(&sql, &[&shared.list])
        };
        let asked = match ask("(SELECT system_identifier::text FROM pg_control_system())") {
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => ask("'?'"),
            asked => asked,
        };
        let failed = |error: tokio_postgres::Error| DatabaseFault::of(&error).at(location);
        match asked {
            Ok(None) => Ok(None),
            Ok(Some(row)) => must_be_known(row.get(0), location).map(|()| Some(Found::of(&row))),
            // 42: there is no such table, or no such column in it; 3F: no such schema.
            Err(error) if error.code().is_some_and(|code| matches!(&code.code()[..2], "42" | "3F")) => {
                match steps::schema_of(session).map_err(failed)? {
                    None => Ok(None),
                    Some(schema) => must_be_known(schema, location).and_then(|()| Err(failed(error))),
                }
            }
            Err(error) => Err(failed(error)),
        }
    }

    fn of(row: &Row) -> Found {
        let list: (Option<i32>, Option<String>) = (row.get(6), row.get(7));
        Found {
            id: row.get(1),
            year: row.get(2),
            key_rules: row.get(3),
            seal: row.get(4),
            server: row.get(5),
            list: list.0.zip(list.1),
            commits: row.get(8),
        }
    }
}

fn must_be_known(schema: i32, location: &Location) -> Result<(), LedgerError> {
    let location = location.clone();
    match schema {
        newer if newer > steps::NEWEST => {
            Err(LedgerError::Newer { location, found: newer.into(), known: steps::NEWEST.into() })
        }
        older if older < steps::NEWEST => {
            Err(DatabaseFault::Older { found: older, known: steps::NEWEST }.at(&location))
        }
        _ => Ok(()),
    }
}
