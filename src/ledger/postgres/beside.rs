//! The small files beside campaign.toml in which this machine keeps what a shared ledger's database may lose, or may not know.
//!
//! They are their owner's alone, written whole, and on the disk before anybody is told.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::files::folder_of;
use crate::ledger::error::LedgerError;
use crate::ledger::location::SharedLedger;

/// Outcomes that came when the database was away.
pub(super) fn outcomes(shared: &SharedLedger) -> PathBuf {
    shared.counter.with_extension("outcomes")
}

/// Where signers' names lie that `forget` cannot reach: the database need not know the paths of this machine.
pub(super) fn traces(shared: &SharedLedger) -> PathBuf {
    shared.counter.with_extension("traces")
}

/// What stands in such a file; nothing if there is none.
pub(super) fn read(path: &Path) -> Result<String, LedgerError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(LedgerError::io(path, &error)),
    }
}

/// Writes it anew, whole and durably.
pub(super) fn write(path: &Path, text: &str) -> Result<(), LedgerError> {
    let folder = folder_of(path);
    let write = || {
        // tempfile makes it 0600.
        let mut file = tempfile::Builder::new().prefix(".protest-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        sync_folder(folder)
    };
    write().map_err(|error| LedgerError::io(path, &error))
}

/// Takes it away, durably.
pub(super) fn remove(path: &Path) -> Result<(), LedgerError> {
    match std::fs::remove_file(path) {
        Ok(()) => sync_folder(folder_of(path)).map_err(|error| LedgerError::io(path, &error)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(LedgerError::io(path, &error)),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
