//! How the ledger's values stand in `SQLite`'s columns.

use chrono::{DateTime, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::ledger::outcome::State;
use crate::ledger::rules::CopyState;

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.word().as_bytes())))
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<State> {
        let word = value.as_str()?;
        State::ALL.into_iter().find(|state| state.word() == word).ok_or(FromSqlError::InvalidType)
    }
}

impl FromSql for CopyState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<CopyState> {
        let word = value.as_str()?;
        CopyState::ALL.into_iter().find(|copy| copy.word() == word).ok_or(FromSqlError::InvalidType)
    }
}

/// A time as the ledger keeps it.
pub(super) fn time(milliseconds: Option<i64>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds?)
}

#[cfg(test)]
mod tests {
    use crate::ledger::outcome::State;

    #[test]
    fn every_state_is_read_back_from_its_word() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for state in State::ALL {
            let back: State = connection.query_one("SELECT ?1", [state], |row| row.get(0)).unwrap();
            assert_eq!(back, state);
        }
    }
}
