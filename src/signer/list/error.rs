//! Why a signers' list cannot be read at all, as against what is wrong with one of its rows.

use super::fault::Fault;
use super::proposal::Proposal;
use crate::exit::{Exit, ExitCode};
use crate::signer::workbook::WorkbookError;
use crate::wording::quoted;
use std::io;
use std::sync::Arc;

/// Why a signers' list cannot be read.
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
    /// It is no list.
    #[error("{file}: this is {what}")]
    NotAList {
        /// The file.
        file: Arc<str>,
        /// What it is instead, and what to do.
        what: &'static str,
    },
    /// The encoding that was said is none.
    #[error("--encoding {}: there is no such encoding{}", quoted(.name), did_you_mean(*.nearest))]
    UnknownEncoding {
        /// As it was said.
        name: String,
        /// The nearest name.
        nearest: Option<&'static str>,
    },
    /// What the file says of itself is not what was said.
    #[error(
        "{file}: its byte order mark says that it is {mark}, and --encoding says {said}: leave --encoding out"
    )]
    Contradicted {
        /// The file.
        file: Arc<str>,
        /// By its mark.
        mark: &'static str,
        /// By the option.
        said: &'static str,
    },
    /// It is not UTF-8, and nobody said what it is.
    #[error("{place}: this file is not UTF-8{likely}")]
    NotUtf8 {
        /// The first line that is not.
        place: String,
        /// What it is likely to be, and what to say.
        likely: String,
    },
    /// Some of it is UTF-8.
    #[error("{file}: {utf8} {} UTF-8, and {others} {} not: two encodings in one file; save each part as CSV UTF-8 before they are put together", is(.utf8), is(.others))]
    TwoEncodings {
        /// The file.
        file: Arc<str>,
        /// The lines that are UTF-8.
        utf8: String,
        /// The lines that are not.
        others: String,
    },
    /// The header does not say what is needed.
    #[error("{}{}", .faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n"), .block)]
    Header {
        /// What is wrong with it.
        faults: Vec<Fault>,
        /// The lines of campaign.toml that mend it; empty where there are none.
        block: String,
        /// `[columns]` as it may be meant.
        proposal: Box<Proposal>,
    },
    /// A workbook that cannot be read.
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
    /// `--encoding` with a workbook.
    #[error(
        "--encoding: {0} is a workbook, which says itself how its characters are written: leave --encoding out"
    )]
    EncodingOfWorkbook(Arc<str>),
    /// `--worksheet` without one.
    #[error("--worksheet: {0} is no workbook, and has no sheets: leave --worksheet out")]
    WorksheetOfText(Arc<str>),
    /// It was written to while it was read.
    #[error("{0} was changed while it was read: run the command again")]
    Changed(Arc<str>),
}

fn did_you_mean(name: Option<&'static str>) -> String {
    match name {
        Some(name) => format!("; did you mean {name}?"),
        None => {
            "; such as utf-8, windows-1252, shift_jis, euc-kr, gb18030, big5, windows-1251, macintosh, cp850"
                .to_owned()
        }
    }
}

fn is(lines: &str) -> &'static str {
    if lines.starts_with("line ") || lines.starts_with("row ") { "is" } else { "are" }
}

impl ExitCode for SourceError {
    fn exit(&self) -> Exit {
        match self {
            SourceError::Unreadable { .. } => Exit::NoInput,
            SourceError::NoRoom { .. } => Exit::CannotCreate,
            SourceError::Changed(_) => Exit::TemporaryFailure,
            SourceError::EncodingOfWorkbook(_) | SourceError::WorksheetOfText(_) => Exit::Usage,
            SourceError::Workbook(error) => error.exit(),
            _ => Exit::Data,
        }
    }
}
