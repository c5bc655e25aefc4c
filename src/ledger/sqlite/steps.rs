//! The steps by which the ledger's schema has grown, and a ledger of an older release brought up to date.
//!
//! A new ledger goes through all of them, an older one through those that it lacks, in one transaction: so both have the
//! same tables, word for word. **A step that was released is never changed; a new one is added at the end**, with a
//! ledger of the release before it under `tests/golden/ledgers/`.
//!
//! Only who writes brings a ledger up to date, and never while a run lives that does not know the new tables. Who reads
//! looks at a copy that was brought up to date, and leaves the file as it is.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{alive, connection, seal};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{KeyRules, Keys};
use crate::ledger::secret::Secret;

/// From an empty file to the newest schema. The schema's number (`PRAGMA user_version`) counts the steps taken.
const STEPS: [&str; 3] = [FIRST, WHOLENESS, RETURNED];

/// The schema that this program writes: the number of the steps.
pub(super) const NEWEST: i64 = 3;

/// The first schema whose letters have check values.
const WITH_CHECK_VALUES: i64 = 2;

const FIRST: &str = "
-- One row. Without a secret the ledger is forgotten. The domain is that of a campaign's own address, for its
-- Message-IDs; a ledger of single letters has none, since there it would be a part of signers' addresses.
CREATE TABLE campaign (
    id TEXT NOT NULL, year INTEGER NOT NULL, made_at INTEGER NOT NULL, secret BLOB, domain TEXT
) STRICT;
-- In the list's order, so that the letters of one round lie on one page.
CREATE TABLE letter (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    signer INTEGER NOT NULL, name_at_embassy INTEGER NOT NULL, email_at_embassy INTEGER,
    destination TEXT NOT NULL,
    address TEXT,            -- the embassy's e-mail; without one the letter goes by post
    state TEXT NOT NULL,     -- the words of State
    before TEXT,             -- of a claimed letter: the state that the claim replaced
    run INTEGER,             -- the last run that claimed it
    attempts INTEGER NOT NULL DEFAULT 0,
    at INTEGER,              -- of the last change, in milliseconds since 1970
    code INTEGER, enhanced TEXT, words TEXT, relay TEXT,
    copy TEXT,               -- the copy to the signer: claimed, accepted or failed
    room BLOB                -- zeros, until the answer takes their place
) STRICT;
-- A run without an end lives as long as its lock is held. The list is a digest of its letters' keys.
CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, list BLOB, began_at INTEGER NOT NULL, ended_at INTEGER) STRICT;
CREATE TABLE bucket (name TEXT PRIMARY KEY, tokens REAL NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Embassies' addresses that a relay does not know (5.1.1).
CREATE TABLE held (address TEXT PRIMARY KEY COLLATE NOCASE, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- Files with signers' names in them, which `forget` cannot reach and lists.
CREATE TABLE trace (path TEXT PRIMARY KEY, kind TEXT NOT NULL) STRICT, WITHOUT ROWID;
-- Empty but for a moment at the start of a run, which reserves room on the disk with it.
CREATE TABLE reserve (zeros BLOB NOT NULL) STRICT;
-- What is left of the letters of a forgotten ledger.
CREATE TABLE forgotten (destination TEXT NOT NULL, state TEXT NOT NULL, letters INTEGER NOT NULL) STRICT;
";

/// What tells a whole ledger from one that lost commits, was damaged, or lies elsewhere than it did.
const WHOLENESS: &str = "
ALTER TABLE campaign ADD COLUMN key_rules INTEGER NOT NULL DEFAULT 1;
-- Over secret, id, year and key rules.
ALTER TABLE campaign ADD COLUMN seal BLOB;
-- How many transactions have written in the ledger.
ALTER TABLE campaign ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
-- Where the ledger lay when it was last sent with, and on which machine (a hash).
ALTER TABLE campaign ADD COLUMN device INTEGER;
ALTER TABLE campaign ADD COLUMN inode INTEGER;
ALTER TABLE campaign ADD COLUMN machine BLOB;
ALTER TABLE campaign ADD COLUMN place TEXT;
-- The check value over key, state, run, code and copy: whoever changes one of them writes it anew, with seal().
-- A copy is also owed now: from the commit that records its letter as accepted until it is claimed.
ALTER TABLE letter ADD COLUMN seal INTEGER NOT NULL DEFAULT 0;
-- What an older release that was started before would insert here lacks the token, and fails: it writes no letter
-- without a check value.
ALTER TABLE run RENAME TO older_run;
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    list BLOB,               -- a digest of its letters' keys; a run of a single letter has none
    letter INTEGER,          -- that single letter
    takes_refused INTEGER NOT NULL, -- whether it claims letters that were refused
    token BLOB NOT NULL,     -- by which its lock file is known to be its own
    began_at INTEGER NOT NULL,
    ended_at INTEGER         -- without one it lives as long as its lock is held
) STRICT;
INSERT INTO run SELECT id, list, NULL, 0, x'', began_at, ended_at FROM older_run;
DROP TABLE older_run;
";

/// What came back.
const RETURNED: &str = "
-- The state of a letter can be bounced too.
-- The address that it was sent to, where the book has given its embassy another one since.
ALTER TABLE letter ADD COLUMN sent_to TEXT;
-- Whether it claims letters that came back.
ALTER TABLE run ADD COLUMN takes_bounced INTEGER NOT NULL DEFAULT 0;
-- The notices by which letters were found to have come back (hashes): one that is read again, after the letter was
-- sent again, is no news.
CREATE TABLE notice (mark INTEGER PRIMARY KEY) STRICT;
";

/// Takes the steps from one schema to another, of tables alone.
pub(super) fn take(connection: &Connection, from: i64, to: i64) -> rusqlite::Result<()> {
    let number = |schema: i64| usize::try_from(schema).unwrap_or_default().min(STEPS.len());
    for step in STEPS.get(number(from)..number(to)).unwrap_or_default() {
        connection.execute_batch(step)?;
    }
    connection.pragma_update(None, "user_version", to)
}

/// The schema of an open ledger, as its log says.
pub(super) fn schema_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the ledger itself up to date. A run of an older release that lives is waited for by the user.
pub(super) fn bring_up_to_date(path: &Path, connection: &Connection) -> Result<(), LedgerError> {
    let sqlite = |error: rusqlite::Error| LedgerError::of(path, &error);
    let transaction =
        Transaction::new_unchecked(connection, TransactionBehavior::Immediate).map_err(sqlite)?;
    let from = schema_of(&transaction).map_err(sqlite)?;
    // Another process may have been quicker, with a newer release even: who asks looks again.
    if from >= NEWEST {
        return Ok(());
    }
    if alive::one_lives(path, &transaction)? {
        return Err(LedgerError::OlderRunLives(path.to_owned()));
    }
    step_up(&transaction, from).map_err(sqlite)?;
    transaction.commit().map_err(sqlite)
}

/// A copy that was brought up to date, in a file without a name: the ledger itself stays as it is.
pub(super) fn copy_up_to_date(path: &Path, older: &Connection) -> Result<Connection, LedgerError> {
    let copy = || {
        let mut copy = Connection::open("")?;
        Backup::new(older, &mut copy)?.run_to_completion(1_000, Duration::ZERO, None)?;
        connection::set_up(&mut copy)?;
        let transaction = copy.unchecked_transaction()?;
        step_up(&transaction, schema_of(&transaction)?)?;
        transaction.commit()?;
        Ok(copy)
    };
    copy().map_err(|error| LedgerError::of(path, &error))
}

/// The steps that are missing, and what they leave to be computed.
fn step_up(transaction: &Transaction<'_>, from: i64) -> rusqlite::Result<()> {
    take(transaction, from, NEWEST)?;
    if from < WITH_CHECK_VALUES {
        seal_all(transaction)?;
    }
    Ok(())
}

/// Gives check values to a ledger that had none. It keeps the rules of its keys.
fn seal_all(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let (id, year, secret) = transaction.query_one("SELECT id, year, secret FROM campaign", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i32>(1)?, row.get::<_, Option<[u8; 32]>>(2)?))
    })?;
    // A forgotten ledger has no letters, and nothing to check them by.
    let Some(secret) = secret else { return Ok(()) };
    let keys = Arc::new(Keys::new(Secret::of(secret), &id, KeyRules::First));
    transaction.execute("UPDATE campaign SET seal = ?1", [keys.own_check_value(year)])?;
    seal::teach(transaction, &keys)?;
    transaction.execute("UPDATE letter SET seal = seal(key, state, run, code, copy)", [])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{NEWEST, STEPS};

    #[test]
    fn the_newest_schema_has_all_steps_behind_it() {
        assert_eq!(usize::try_from(NEWEST).unwrap(), STEPS.len());
    }
}
