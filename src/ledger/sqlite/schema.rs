//! The ledger's tables, and how a connection to them is set up.
//!
//! Every connection writes durably (WAL, `synchronous=FULL`), overwrites what it deletes, keeps a bounded cache
//! and waits a bounded time for other processes. A letter's row is made with room for its answer, so that
//! recording an outcome needs no new space on the disk.

use std::time::Duration;

use rusqlite::{Connection, params};

use crate::ledger::key::Secret;

/// "Dec2": marks an `SQLite` file as a ledger (`PRAGMA application_id`).
pub(super) const APPLICATION_ID: i64 = 0x4465_6332;
/// The schema below (`PRAGMA user_version`).
pub(super) const VERSION: i64 = 1;

/// The bytes held free in a letter's row for code, words and relay of its answer: a 250 with its queue id
/// takes 60 to 80.
pub(super) const ROOM: i64 = 128;

/// Waits for another process: 10,000 times 1 ms. Short naps, for a round of letters takes no longer.
const PATIENCE: i32 = 10_000;

const TABLES: &str = "
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

/// Fills an empty database.
pub(super) fn create(
    connection: &Connection,
    id: &str,
    year: i32,
    made_at: i64,
    secret: &Secret,
) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.execute(
        "INSERT INTO campaign (id, year, made_at, secret) VALUES (?1, ?2, ?3, ?4)",
        params![id, year, made_at, secret.bytes()],
    )?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// The same manners for every connection.
pub(super) fn set_up(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(|tries| {
        std::thread::sleep(Duration::from_millis(1));
        tries < PATIENCE
    }))?;
    // A negative cache size is in KiB. The log is carried over into the file every 1,000 pages (4 MB).
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA cache_size = -8192;
         PRAGMA wal_autocheckpoint = 1000;",
    )
}
