//! The ledger's file: made whole or not at all, and opened only if it is what it should be.
//!
//! Whatever is refused here is left untouched, byte for byte: a file is first looked at without locks and
//! without a log beside it, and only a ledger of ours is opened for good.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{connection, disk, gone, schema, steps};
use crate::ledger::error::LedgerError;
use crate::ledger::lost::with_ending;
use crate::ledger::secret::Secret;
use crate::unfinished::{self, Readers};

/// Makes the ledger under another name, and gives it `path` when it is complete and on the disk. A ledger that
/// another process has put there meanwhile is not replaced.
pub(super) fn make(
    path: &Path,
    id: &str,
    year: i32,
    made_at: i64,
    secret: Secret,
) -> Result<(), LedgerError> {
    disk::must_be_local(path)?;
    let failed = |words: String| LedgerError::Make { path: path.to_owned(), words };
    let folder = path.parent().unwrap_or(Path::new("/"));
    // SQLite gives the files beside a database its mode. One that was left by a program that was killed is taken away.
    let file = unfinished::file_in(Readers::Owner, folder).map_err(|error| failed(error.to_string()))?;
    fill(file.path(), id, year, made_at, secret).map_err(|error| failed(error.to_string()))?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        Err(taken) if taken.error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(other) => return Err(failed(other.error.to_string())),
    }
    // The new name is durable when its folder is.
    disk::sync_folder(path).map_err(|error| failed(error.to_string()))
}

fn fill(path: &Path, id: &str, year: i32, made_at: i64, secret: Secret) -> rusqlite::Result<()> {
    let mut connection = Connection::open_with_flags(path, FLAGS)?;
    connection::set_up(&mut connection)?;
    schema::create(&connection, id, year, made_at, secret)?;
    connection.query_one("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)
}

/// No URI, so that a file may have any name; no CREATE, so that nothing comes into being by a slip.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// A connection to an existing ledger that writes.
pub(super) fn connect(path: &Path) -> Result<Connection, LedgerError> {
    try_to_connect(path).map_err(|error| LedgerError::of(path, &error))
}

fn try_to_connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_with_flags(path, FLAGS)?;
    connection::set_up(&mut connection)?;
    Ok(connection)
}

/// A connection to an existing ledger that only reads, and leaves the folder as it found it.
///
/// `SQLite` removes log and index when the last connection closes, unless it may not write: so this one may,
/// and does not. Where a log was left by a crash, it stays for the next run to carry over.
pub(super) fn connect_to_read(path: &Path) -> Result<Connection, LedgerError> {
    let has_log = with_ending(path, "-wal").exists();
    // Who may not write in it would leave an index behind that nobody may write in either.
    let connection =
        if !has_log && !disk::may_write(path) { connect_unlocked(path) } else { try_to_connect(path) };
    let connection = match connection {
        // No log can be made in this folder, or on this full disk: then nobody writes, if there is none.
        Err(error)
            if !has_log
                && matches!(
                    error.sqlite_error_code(),
                    Some(
                        ErrorCode::CannotOpen
                            | ErrorCode::ReadOnly
                            | ErrorCode::PermissionDenied
                            | ErrorCode::DiskFull
                            | ErrorCode::SystemIoFailure
                    )
                ) =>
        {
            connect_unlocked(path)
        }
        connection => connection,
    };
    connection
        .and_then(|connection| {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
            Ok(connection)
        })
        .map_err(|error| LedgerError::of(path, &error))
}

/// Looks at the file as it lies there: no lock, no log, no recovery.
fn connect_unlocked(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = "file:".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push_str("?immutable=1");
    Connection::open_with_flags(
        PathBuf::from(uri),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
}

/// Whether there is a file at `path`; an error when it is there and no ledger that this program may open.
pub(super) fn is_a_ledger(path: &Path) -> Result<bool, LedgerError> {
    match std::fs::metadata(path) {
        Ok(file) if !file.is_file() => return Err(LedgerError::NoLedger(path.to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(LedgerError::io(path, &error)),
    }
    disk::must_be_local(path)?;
    disk::must_have_one_name(path)?;
    let header = connect_unlocked(path).and_then(|connection| {
        // While another process carries its log over, the file may be shorter than its first page says.
        connection.pragma_update(None, "writable_schema", true)?;
        let cookie = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        Ok((cookie("application_id")?, cookie("user_version")?))
    });
    match header {
        Ok((schema::APPLICATION_ID, 1..=steps::NEWEST)) => Ok(true),
        Ok((schema::APPLICATION_ID, found)) => Err(newer(path, found)),
        Err(error) if error.sqlite_error_code() != Some(ErrorCode::NotADatabase) => {
            Err(LedgerError::of(path, &error))
        }
        _ => Err(LedgerError::NoLedger(path.to_owned())),
    }
}

/// A schema that this program does not know.
pub(super) fn newer(path: &Path, found: i64) -> LedgerError {
    LedgerError::Newer { location: path.into(), found, known: steps::NEWEST }
}

/// The one path of a ledger that is there.
pub(super) fn existing(path: &Path) -> Result<PathBuf, LedgerError> {
    let absent =
        |path: &Path| gone::must_be_new(path).err().unwrap_or_else(|| LedgerError::Absent(path.into()));
    let resolved = path.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => absent(path),
        _ => LedgerError::io(path, &error),
    })?;
    if is_a_ledger(&resolved)? { Ok(resolved) } else { Err(absent(&resolved)) }
}
