//! A lock on the ledger's own file, which goes with the file and not with its name.
//!
//! `SQLite` locks parts of the file with fcntl, and POSIX drops all such locks of a process when it closes any descriptor
//! of that file. So a descriptor that is opened here stays open as long as the process lives; its lock (flock, which is of
//! another kind) is given back without closing. Elsewhere than on Unix a file that is open keeps its name.

#[cfg(not(unix))]
use std::path::Path;

#[cfg(unix)]
pub(super) use unix::HeldFile;

#[cfg(unix)]
mod unix {
    use std::fs::{File, TryLockError};
    use std::os::unix::fs::MetadataExt as _;
    use std::path::Path;
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    /// The ledger's file, locked by a run that lives.
    pub(in crate::ledger::sqlite) struct HeldFile(&'static File);

    /// Descriptors to ask with, one a file.
    static ASKING: Mutex<Vec<(u64, u64, &'static File)>> = Mutex::new(Vec::new());

    impl HeldFile {
        /// Takes the lock, as every run on this file does.
        pub(in crate::ledger::sqlite) fn shared(ledger: &Path) -> std::io::Result<HeldFile> {
            let file: &'static File = Box::leak(Box::new(File::open(ledger)?));
            file.lock_shared()?;
            Ok(HeldFile(file))
        }

        /// Whether a run has the lock, by whatever name it knows the file.
        pub(in crate::ledger::sqlite) fn is_shared(ledger: &Path) -> std::io::Result<bool> {
            let file = asking(ledger)?;
            // Another process may be asking just now.
            for _ in 0..5 {
                match file.try_lock() {
                    Ok(()) => {
                        file.unlock()?;
                        return Ok(false);
                    }
                    Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
                    Err(TryLockError::Error(error)) => return Err(error),
                }
            }
            Ok(true)
        }
    }

    impl Drop for HeldFile {
        fn drop(&mut self) {
            let _ = self.0.unlock();
        }
    }

    fn asking(ledger: &Path) -> std::io::Result<&'static File> {
        let mut open = ASKING.lock().unwrap_or_else(PoisonError::into_inner);
        let file = std::fs::metadata(ledger)?;
        let known = open.iter().find(|(device, inode, _)| (*device, *inode) == (file.dev(), file.ino()));
        if let Some((.., known)) = known {
            return Ok(known);
        }
        let opened: &'static File = Box::leak(Box::new(File::open(ledger)?));
        let file = opened.metadata()?;
        open.push((file.dev(), file.ino(), opened));
        Ok(opened)
    }
}

#[cfg(not(unix))]
pub(super) struct HeldFile;

#[cfg(not(unix))]
impl HeldFile {
    pub(super) fn shared(_ledger: &Path) -> std::io::Result<HeldFile> {
        Ok(HeldFile)
    }

    pub(super) fn is_shared(_ledger: &Path) -> std::io::Result<bool> {
        Ok(false)
    }
}
