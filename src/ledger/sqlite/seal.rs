//! The check value of a letter's row, and whether its texts can be read, as functions that SQL can call.

use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

use crate::ledger::key::{Checked, Keys};

/// Gives the connection `seal(key, state, run, code, copy)`. Values of a wrong type, as a damaged row has them, have a
/// check value of their own. And `legible(text, …)`: whether each of its values is a text in UTF-8 or none, as a damaged one may not be.
pub(super) fn teach(connection: &Connection, keys: &Arc<Keys>) -> rusqlite::Result<()> {
    let keys = Arc::clone(keys);
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("seal", 5, flags, move |context| {
        Ok(keys.check_value((0..context.len()).map(|column| context.get_raw(column))))
    })?;
    connection.create_scalar_function("legible", -1, flags, |context| {
        Ok((0..context.len()).all(|column| match context.get_raw(column) {
            ValueRef::Text(text) => std::str::from_utf8(text).is_ok(),
            value => value == ValueRef::Null,
        }))
    })
}

impl Checked for ValueRef<'_> {
    fn with_bytes(&self, read: impl FnOnce(u8, &[u8])) {
        match self {
            ValueRef::Null => read(0, &[]),
            ValueRef::Integer(number) => read(1, &number.to_le_bytes()),
            ValueRef::Real(number) => read(2, &number.to_le_bytes()),
            ValueRef::Text(text) => read(3, text),
            ValueRef::Blob(bytes) => read(4, bytes),
        }
    }
}
