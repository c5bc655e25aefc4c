//! Why a signers' file cannot be read at all, as against what is wrong with one of its rows.

use super::fault::Fault;
use crate::exit::{Exit, ExitCode};
use std::io;
use std::sync::Arc;

/// Why a signers' file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// It is not there, or not to be read.
    #[error("{file} cannot be read: {error}")]
    Unreadable {
        /// The file.
        file: Arc<str>,
        /// The system's words.
        error: io::Error,
    },
    /// There is no room for a copy of it.
    #[error("{file} cannot be copied to a temporary file: {error}; TMPDIR can name a folder with more room")]
    NoRoom {
        /// The file.
        file: Arc<str>,
        /// The system's words.
        error: io::Error,
    },
    /// Nothing is in it.
    #[error("{0} is empty: its first line has to name the columns, name and country at least")]
    Empty(Arc<str>),
    /// The header does not say what is needed.
    #[error("{}", .0.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"))]
    Header(Vec<Fault>),
    /// It was written to while it was read.
    #[error("{0} was changed while it was read: run the command again")]
    Changed(Arc<str>),
}

impl ExitCode for SourceError {
    fn exit(&self) -> Exit {
        match self {
            SourceError::Unreadable { .. } => Exit::NoInput,
            SourceError::NoRoom { .. } => Exit::CannotCreate,
            SourceError::Empty(_) | SourceError::Header(_) => Exit::Data,
            SourceError::Changed(_) => Exit::TemporaryFailure,
        }
    }
}
