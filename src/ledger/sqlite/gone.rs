//! Whether a ledger lay where none is: what stood beside it is still there.
//!
//! A ledger that was deleted or moved while its log or a lock file stayed has sent letters that a new one would know
//! nothing of, and send again.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::files::folder_of;
use crate::ledger::error::LedgerError;
use crate::ledger::lost::with_ending;

/// Refuses a place without a ledger that had one: to be asked where none was found.
pub(super) fn must_be_new(path: &Path) -> Result<(), LedgerError> {
    match left_behind(path) {
        // Another process may have made it just now.
        Some(left) if !path.exists() => Err(LedgerError::Gone { path: path.to_owned(), left }),
        _ => Ok(()),
    }
}

/// A file that only a ledger at `path` has beside it.
fn left_behind(path: &Path) -> Option<PathBuf> {
    let log = with_ending(path, "-wal");
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        return Some(log);
    }
    let folder = folder_of(path);
    let of_a_run = |name: &OsStr| is_lock_of_a_run(name, path.file_name().unwrap_or_default());
    let mut names = folder.read_dir().ok()?.flatten().map(|entry| entry.file_name());
    names.find(|name| of_a_run(name)).map(|name| folder.join(name))
}

fn is_lock_of_a_run(name: &OsStr, ledger: &OsStr) -> bool {
    let rest = name.as_encoded_bytes().strip_prefix(ledger.as_encoded_bytes());
    let run = rest.and_then(|rest| rest.strip_prefix(b".run-")?.strip_suffix(b".lock"));
    run.is_some_and(|run| !run.is_empty() && run.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::is_lock_of_a_run;

    #[test]
    fn only_the_lock_of_a_run_of_this_ledger_is_one() {
        let is_one = |name: &str| is_lock_of_a_run(name.as_ref(), "d.ledger".as_ref());
        assert!(is_one("d.ledger.run-1.lock") && is_one("d.ledger.run-20.lock"));
        for other in ["d.ledger.run-.lock", "d.ledger.run-1.lock.bak", "dd.ledger.run-1.lock", "d.ledger"] {
            assert!(!is_one(other), "{other}");
        }
    }
}
