//! Files that are being written, beside the place where they will be.
//!
//! They may hold names, and a program that is killed leaves them behind. So each is locked while its process lives, and who
//! writes into the same folder next takes away those that nobody holds. All begin with [`PREFIX`], which is what a campaign
//! folder's .gitignore leaves out and `protest forget` names.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::{Builder, NamedTempFile, TempDir};

/// What the names of unfinished files begin with.
pub(crate) const PREFIX: &str = ".protest-";

/// The letters that tempfile puts behind it.
const RANDOM: usize = 6;

/// Folders that this process has cleared already: a list of letters is written into one folder.
static CLEARED: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);

/// Who may read a file when it is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner alone: it may hold names.
    Owner,
    /// Whomever the umask lets.
    World,
}

/// A new unfinished file in `folder`, which its owner can read whatever the umask takes away.
///
/// # Errors
/// Where it cannot be made.
pub(crate) fn file_in(readers: Readers, folder: &Path) -> io::Result<NamedTempFile> {
    clear_once(folder);
    // tempfile makes it with mode 0600 unless it is told otherwise; the umask is taken off either.
    let mut builder = builder();
    #[cfg(unix)]
    if readers == Readers::World {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    }
    loop {
        let file = builder.tempfile_in(folder)?;
        let _ = file.as_file().try_lock();
        // Another process may have taken it for one that nobody holds, in the moment before it was locked.
        if file.path().symlink_metadata().is_ok() {
            is_its_owners(file.as_file())?;
            return Ok(file);
        }
    }
}

/// A new folder for unfinished files in `folder`, its owner's alone. It is held as long as the file is open.
///
/// # Errors
/// Where it cannot be made.
pub(crate) fn folder_in(folder: &Path) -> io::Result<(TempDir, Option<File>)> {
    clear_once(folder);
    let made = builder().tempdir_in(folder)?;
    let held = File::open(made.path()).ok().filter(|held| held.try_lock().is_ok());
    Ok((made, held))
}

fn builder() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).rand_bytes(RANDOM);
    builder
}

/// Sees to it that the owner of a new file can read it: a umask may take that away.
///
/// # Errors
/// Where its mode cannot be changed.
pub(crate) fn is_its_owners(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata()?.permissions().mode();
        if mode & 0o600 != 0o600 {
            file.set_permissions(std::fs::Permissions::from_mode(mode & 0o777 | 0o600))?;
        }
    }
    Ok(())
}

fn clear_once(folder: &Path) {
    let mut cleared = CLEARED.lock().unwrap_or_else(PoisonError::into_inner);
    if cleared.get_or_insert_default().insert(folder.to_owned()) {
        clear(folder);
    }
}

/// Takes away what processes that are gone have left in `folder`. What cannot be taken away stays.
pub(crate) fn clear(folder: &Path) {
    for path in left_in(folder) {
        let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
    }
}

/// What processes that are gone have left in `folder`.
pub(crate) fn left_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| is_left(folder, &entry.file_name())).map(|entry| entry.path()).collect()
}

/// Whether it is an unfinished file, or one that SQLite has made beside it, and nobody holds it.
fn is_left(folder: &Path, name: &OsStr) -> bool {
    let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else { return false };
    let Some((random, beside)) = rest.split_at_checked(RANDOM) else { return false };
    if !random.bytes().all(|b| b.is_ascii_alphanumeric()) || !(beside.is_empty() || beside.starts_with('-')) {
        return false;
    }
    match File::open(folder.join(format!("{PREFIX}{random}"))) {
        Ok(file) => file.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::{PREFIX, Readers, clear, file_in, folder_in, left_in};

    #[test]
    fn what_a_process_left_is_taken_away_and_what_one_holds_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for left in [".protest-abc123", ".protest-abc124-wal", ".protest-abc125"] {
            std::fs::write(path(left), "a name").unwrap();
        }
        std::fs::create_dir(path(".protest-abc126")).unwrap();
        for other in [".protest-notes", ".tmpabc123", "letter.txt", ".protest-abc12é"] {
            std::fs::write(path(other), "").unwrap();
        }
        let (file, (made, _held)) =
            (file_in(Readers::Owner, folder.path()).unwrap(), folder_in(folder.path()).unwrap());
        assert!(file.path().file_name().unwrap().to_str().unwrap().starts_with(PREFIX));
        clear(folder.path());
        assert_eq!(left_in(folder.path()).len(), 0);
        assert!(file.path().is_file() && made.path().is_dir());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 6);
    }
}
