//! What can go wrong with a ledger, each as a sentence with its next step and its exit code.
//!
//! The errors are values that can be cloned: one failed commit is the answer to every connection that waited
//! for it.

use std::path::{Path, PathBuf};

use super::location::Location;
#[cfg(feature = "postgres")]
use super::postgres::DatabaseFault;
use crate::exit::{Exit, ExitCode};

/// Why the ledger cannot do what was asked. After every one of them the file is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LedgerError {
    /// No file where one must be.
    #[error("{0}: there is no ledger here: name it with --ledger, or send first")]
    Absent(Location),
    /// None where there was one.
    #[error("{}: there is no ledger here, but {} is left of one, which was deleted or moved: it knows which letters were sent, and a new one would send them again. Bring it back, with all that stood beside it; if no letter was ever sent with it, take away what is left", .path.display(), .left.display())]
    Gone {
        /// Where it lay.
        path: PathBuf,
        /// What stood beside it.
        left: PathBuf,
    },
    /// Some other file, left as it was.
    #[error("{}: this file is no ledger of protest; it was left as it is. Name another with --ledger", .0.display())]
    NoLedger(PathBuf),
    /// Made by a later version of the program.
    #[error(
        "{location}: the ledger has schema {found}, this program knows schemas up to {known}: use a newer protest"
    )]
    Newer {
        /// The ledger.
        location: Location,
        /// Its schema.
        found: i64,
        /// The newest schema that this program reads.
        known: i64,
    },
    /// A ledger holds one campaign.
    #[error(
        "{location}: this ledger belongs to the campaign {found:?}, not to {wanted:?}: correct the id, or name another ledger with --ledger"
    )]
    OtherCampaign {
        /// The ledger.
        location: Location,
        /// The id in it.
        found: String,
        /// The id that was asked for.
        wanted: String,
    },
    /// Damaged.
    #[error("{}: the ledger is damaged ({words}), and nothing leaves. `protest settle --damaged` mends it where that can be done; where it cannot, restore it from a copy: without one nobody can tell which letters were sent", .path.display())]
    Corrupt {
        /// The ledger.
        path: PathBuf,
        /// What `SQLite` says.
        words: String,
    },
    /// A log that was put back without its ledger.
    #[error("{}: its log {} is older than the ledger itself: it was put back from a copy, was cut off, or is another ledger's. Nothing leaves with it. Put the log back that lay here; without one, move this one away: letters that may have left are in doubt then", .path.display(), .log.display())]
    OlderLog {
        /// The ledger.
        path: PathBuf,
        /// Its log.
        log: PathBuf,
    },
    /// A ledger that was put back without its log.
    #[error("{}: this ledger is older than its log {}: it was put back from a copy, and letters that left are missing in it. Nothing leaves with it. Put the ledger back that lay here; without the one that belongs to the log nobody can tell which letters were sent", .path.display(), .log.display())]
    OlderThanItsLog {
        /// The ledger.
        path: PathBuf,
        /// Its log.
        log: PathBuf,
    },
    /// Letters that are not as they were written.
    #[error(
        "{location}: the ledger was damaged or changed: {words}. Nothing leaves until `protest settle --damaged` has put these letters in doubt (it asks first, and keeps the file as it is now)"
    )]
    Disagrees {
        /// The ledger.
        location: Location,
        /// What does not agree.
        words: String,
    },
    /// Damaged where no repair can tell what stood there.
    #[error("{}: the ledger is damaged ({words}), and this cannot be mended: restore it from a copy; without one nobody can tell which letters were sent", .path.display())]
    BeyondRepair {
        /// The ledger.
        path: PathBuf,
        /// What is wrong.
        words: String,
    },
    /// Something in the file that no release of this program has put there.
    #[error("{}: this ledger holds a {object} that protest has not made; it may change what is written, and nothing is read or written with it", .path.display())]
    Stranger {
        /// The ledger.
        path: PathBuf,
        /// Kind and name of the object.
        object: String,
    },
    /// Two paths lead to it, and the log's name is made from the path.
    #[error("{}: this ledger has {names} names (hard links): each would have a log of its own, and letters would leave twice. Delete all names but one", .path.display())]
    SecondName {
        /// The ledger.
        path: PathBuf,
        /// How many.
        names: u64,
    },
    /// The file alone is mounted, without its folder.
    #[error("{}: this ledger is mounted as a single file: its log would lie elsewhere than that of the file itself, and letters would leave twice. Mount the folder that it lies in", .0.display())]
    MountPoint(PathBuf),
    /// Renamed, deleted or replaced while it was open.
    #[error("{}: the ledger was renamed, deleted or replaced meanwhile; nothing further leaves. What was recorded is in the file that lay here", .0.display())]
    Moved(PathBuf),
    /// A run lives that knows the file by another name.
    #[error("{}: a run is under way that knows this ledger by another name: wait until it has ended, then run the command again", .0.display())]
    LivesElsewhere(PathBuf),
    /// A run of an older release lives, which does not know what this one would write.
    #[error("{}: a run of an older protest is under way: wait until it has ended, then run the command again", .0.display())]
    OlderRunLives(PathBuf),
    /// A database, or what is asked of it.
    #[cfg(feature = "postgres")]
    #[error("{0}: {1}")]
    Database(Location, DatabaseFault),
    /// This program was built without the feature for it.
    #[cfg(not(feature = "postgres"))]
    #[error(
        "{0}: this protest was built without shared ledgers: use a package of it, or build it with `cargo install --path . --features postgres`"
    )]
    WithoutDatabases(Location),
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
    #[error("{location}: the ledger cannot be read or written: {words}")]
    Write {
        /// The ledger.
        location: Location,
        /// What the system says.
        words: String,
    },
    /// Another process held it for longer than we wait.
    #[error("{0}: another process holds the ledger: run the command again when it has ended")]
    Busy(Location),
    /// A live run carries out another list.
    #[error(
        "{0}: a run with another list of letters is under way: wait until it has ended, then run the command again"
    )]
    OtherList(Location),
    /// A run lives, and what was asked must wait for its end.
    #[error("{0}: a run is under way: wait until it has ended, then run the command again")]
    RunLives(Location),
    /// Its secret and hashes were erased.
    #[error("{0}: this ledger was forgotten: it answers status and results only. Name another with --ledger")]
    Forgotten(Location),
    /// Opened to be read, asked to write.
    #[error("{0}: the ledger was opened to be read only")]
    ReadOnly(Location),
    /// An outcome for a letter that this run has not claimed: recording it would overwrite another's word.
    #[error("{location}: this run holds no claim on the letter {letter}; its outcome was not recorded")]
    NoClaim {
        /// The ledger.
        location: Location,
        /// The local part of the letter's Message-ID.
        letter: String,
    },
}

impl LedgerError {
    /// An error of the operating system while writing beside the ledger at `path`.
    pub(super) fn io(path: &Path, error: &std::io::Error) -> LedgerError {
        LedgerError::Write { location: path.into(), words: error.to_string() }
    }
}

impl ExitCode for LedgerError {
    fn exit(&self) -> Exit {
        match self {
            LedgerError::Absent(_) => Exit::NoInput,
            #[cfg(not(feature = "postgres"))]
            LedgerError::WithoutDatabases(_) => Exit::Config,
            #[cfg(feature = "postgres")]
            LedgerError::Database(_, fault) => fault.exit(),
            LedgerError::NoLedger(_)
            | LedgerError::Gone { .. }
            | LedgerError::Newer { .. }
            | LedgerError::OtherCampaign { .. }
            | LedgerError::Corrupt { .. }
            | LedgerError::OlderLog { .. }
            | LedgerError::OlderThanItsLog { .. }
            | LedgerError::Disagrees { .. }
            | LedgerError::BeyondRepair { .. }
            | LedgerError::Stranger { .. }
            | LedgerError::SecondName { .. }
            | LedgerError::MountPoint(_)
            | LedgerError::RemoteFileSystem { .. }
            | LedgerError::Forgotten(_) => Exit::Config,
            LedgerError::Make { .. }
            | LedgerError::Write { .. }
            | LedgerError::ReadOnly(_)
            | LedgerError::Moved(_)
            | LedgerError::NoClaim { .. } => Exit::CannotCreate,
            LedgerError::Busy(_)
            | LedgerError::OtherList(_)
            | LedgerError::RunLives(_)
            | LedgerError::LivesElsewhere(_)
            | LedgerError::OlderRunLives(_) => Exit::TemporaryFailure,
        }
    }
}
