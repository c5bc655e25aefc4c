//! Room on the disk for everything that a run will write, taken before its first claim.
//!
//! Each letter's row already has room for its answer. What else a commit needs is space in the log, and some free pages in
//! the file for answers longer than their room. Zeros as long as that, written and deleted, provide both; afterwards the
//! log begins anew at its start, and keeps its length.

use std::time::{Duration, Instant};

use rusqlite::Connection;

/// The log is carried over into the file when it has so many pages: 4 MB.
const LONGEST_LOG: i64 = 1_000;
/// For a short list it is carried over sooner, and so needs less room.
const SHORTEST_LOG: i64 = 64;
/// Pages of the log for each letter in between: the longer the log, the less often it is carried over.
const LOG_OF_A_LETTER: i64 = 2;
const PAGE: i64 = 4_096;

/// Reserves the room for so many letters. The log may grow to twice the length at which it is carried over: while one
/// process does that, others write on.
pub(super) fn take(connection: &Connection, letters: i64) -> rusqlite::Result<()> {
    let log = letters.saturating_mul(LOG_OF_A_LETTER).clamp(SHORTEST_LOG, LONGEST_LOG);
    connection.pragma_update(None, "wal_autocheckpoint", log)?;
    // Zeros need no overwriting: without it their pages are only entered in the free list. The first DELETE is for
    // a run that was killed between the other two.
    connection.pragma_update(None, "secure_delete", false)?;
    connection.execute("DELETE FROM reserve", [])?;
    connection.execute("INSERT INTO reserve (zeros) VALUES (zeroblob(?1))", [2 * log * PAGE])?;
    connection.execute("DELETE FROM reserve", [])?;
    connection.pragma_update(None, "secure_delete", true)
}

/// How long it is tried to carry the log over, while other processes do the same or read.
const PATIENCE: Duration = Duration::from_secs(30);

/// Carries the log over into the file, durably, and lets it begin anew. False if others kept it from that.
pub(super) fn carry_log_over(connection: &Connection) -> rusqlite::Result<bool> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        // Of two that do this at a time one is turned away at once, without the patience that it has for locks.
        if !connection.query_one("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get::<_, bool>(0))? {
            return Ok(true);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(false)
}
