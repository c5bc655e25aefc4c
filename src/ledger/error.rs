//! What can go wrong with a ledger, each as a sentence with its next step and its exit code.
//!
//! The errors are values that can be cloned: one failed commit is the answer to every connection that waited
//! for it.

use std::path::{Path, PathBuf};

use crate::exit::{Exit, ExitCode};

/// Why the ledger cannot do what was asked. After every one of them the file is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LedgerError {
    /// No file where one must be.
    #[error("{}: there is no ledger here: name it with --ledger, or send first", .0.display())]
    Absent(PathBuf),
    /// Some other file, left as it was.
    #[error("{}: this file is no ledger of protest; it was left as it is. Name another with --ledger", .0.display())]
    NoLedger(PathBuf),
    /// Made by a later version of the program.
    #[error("{}: the ledger has schema {found}, this program knows schemas up to {known}: use a newer protest", .path.display())]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that this program reads.
        known: i64,
    },
    /// A ledger holds one campaign.
    #[error("{}: this ledger belongs to the campaign {found:?}, not to {wanted:?}: correct the id, or name another ledger with --ledger", .path.display())]
    OtherCampaign {
        /// The ledger.
        path: PathBuf,
        /// The id in it.
        found: String,
        /// The id that was asked for.
        wanted: String,
    },
    /// Damaged.
    #[error("{}: the ledger is damaged ({words}): restore it from a copy; without one nobody can tell which letters were sent", .path.display())]
    Corrupt {
        /// The ledger.
        path: PathBuf,
        /// What `SQLite` says.
        words: String,
    },
    /// A file system whose locks cannot be relied upon.
    #[error("{}: a ledger must lie on a disk of this machine, and this is a file system of type {kind}: name a place on a local disk with --ledger", .path.display())]
    RemoteFileSystem {
        /// The ledger.
        path: PathBuf,
        /// The type, as the kernel names it.
        kind: String,
    },
    /// It could not be made.
    #[error("{}: the ledger cannot be made: {words}", .path.display())]
    Make {
        /// The ledger.
        path: PathBuf,
        /// What the system says.
        words: String,
    },
    /// It could not be read or written: disk full, I/O error, no permission.
    #[error("{}: the ledger cannot be read or written: {words}", .path.display())]
    Write {
        /// The ledger.
        path: PathBuf,
        /// What the system says.
        words: String,
    },
    /// Another process held it for longer than we wait.
    #[error("{}: another process holds the ledger: run the command again when it has ended", .0.display())]
    Busy(PathBuf),
    /// A live run carries out another list.
    #[error("{}: a run with another list of letters is under way: wait until it has ended, then run the command again", .0.display())]
    OtherList(PathBuf),
    /// A run lives, and what was asked must wait for its end.
    #[error("{}: a run is under way: wait until it has ended, then run the command again", .0.display())]
    RunLives(PathBuf),
    /// Its secret and hashes were erased.
    #[error("{}: this ledger was forgotten: it answers status only. Name another with --ledger", .0.display())]
    Forgotten(PathBuf),
    /// Opened to be read, asked to write.
    #[error("{}: the ledger was opened to be read only", .0.display())]
    ReadOnly(PathBuf),
    /// An outcome for a letter that this run has not claimed: recording it would overwrite another's word.
    #[error("{}: this run holds no claim on the letter {letter}; its outcome was not recorded", .path.display())]
    NoClaim {
        /// The ledger.
        path: PathBuf,
        /// The local part of the letter's Message-ID.
        letter: String,
    },
}

impl LedgerError {
    /// An error of the operating system while writing beside the ledger at `path`.
    pub(super) fn io(path: &Path, error: &std::io::Error) -> LedgerError {
        LedgerError::Write { path: path.to_owned(), words: error.to_string() }
    }
}

impl ExitCode for LedgerError {
    fn exit(&self) -> Exit {
        match self {
            LedgerError::Absent(_) => Exit::NoInput,
            LedgerError::NoLedger(_)
            | LedgerError::Newer { .. }
            | LedgerError::OtherCampaign { .. }
            | LedgerError::Corrupt { .. }
            | LedgerError::RemoteFileSystem { .. }
            | LedgerError::Forgotten(_) => Exit::Config,
            LedgerError::Make { .. }
            | LedgerError::Write { .. }
            | LedgerError::ReadOnly(_)
            | LedgerError::NoClaim { .. } => Exit::CannotCreate,
            LedgerError::Busy(_) | LedgerError::OtherList(_) | LedgerError::RunLives(_) => {
                Exit::TemporaryFailure
            }
        }
    }
}
