//! How a connection to a ledger is set up, whoever makes it.
//!
//! Every connection writes durably (WAL, `synchronous=FULL`), overwrites what it deletes, keeps a bounded cache
//! and waits a bounded time for other processes.

use std::time::Duration;

use rusqlite::Connection;

/// Waits for another process: 10,000 times 1 ms. Short naps, for a round of letters takes no longer.
const PATIENCE: i32 = 10_000;

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
