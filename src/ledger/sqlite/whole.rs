//! Whether every letter is as it was written: looked at before anything is sent with the ledger.
//!
//! A flipped bit can make a letter that was accepted a pending one, and no structure of the file tells. So each letter has
//! a check value over what decides whether it leaves. What else stands beside it, as an address or the relay's words, must be of its kind.

use rusqlite::Connection;

use super::open::FileLedger;
use super::sound;
use crate::ledger::error::LedgerError;
use crate::ledger::outcome::State;

/// How many faults an error names.
const NAMED: usize = 5;

/// Whether the values of a letter's row that have no check value are what they should be.
const IS_READABLE: &str = "legible(destination, address, sent_to, before, enhanced, words, relay)
    AND typeof(signer) = 'integer' AND typeof(name_at_embassy) = 'integer'
    AND typeof(email_at_embassy) IN ('integer', 'null')
    AND typeof(attempts) = 'integer' AND typeof(at) IN ('integer', 'null') AND typeof(room) IN ('blob', 'null')";

/// A letter that does not agree with its check value, or of which a value cannot be read.
pub(super) struct Altered {
    pub(super) id: i64,
    words: String,
}

/// All letters that do not agree, read from the table and not through an index.
pub(super) fn altered(connection: &Connection) -> rusqlite::Result<Vec<Altered>> {
    connection
        .prepare(&format!(
            "SELECT id, destination, state, is_readable
             FROM (SELECT *, {IS_READABLE} AS is_readable FROM letter NOT INDEXED)
             WHERE NOT is_readable OR seal IS NOT seal(key, state, run, code, copy)"
        ))?
        .query_map([], |row| {
            let id = row.get(0)?;
            let destination: String = row.get(1).unwrap_or_default();
            let state = row.get::<_, State>(2).map_or("in no state", State::word);
            let value = if row.get(3)? { "" } else { ", a value of it cannot be read" };
            Ok(Altered { id, words: format!("number {id} (to {destination}, {state}{value})") })
        })?
        .collect()
}

impl FileLedger {
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
            return Err(LedgerError::Disagrees { location: path.into(), words });
        }
        match sound::verdict(&self.path, &self.connection, "integrity_check")? {
            None => Ok(()),
            Some(words) => Err(LedgerError::Corrupt { path, words }),
        }
    }
}
