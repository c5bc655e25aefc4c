//! Why a workbook cannot be read, and what to do.

use crate::exit::{Exit, ExitCode};
use crate::suggestion;
use crate::wording::quoted;
use std::io;
use std::sync::Arc;

/// Why a workbook cannot be read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum WorkbookError {
    #[error(
        "{file}: this workbook cannot be read ({why}): open it in a spreadsheet and save it as CSV UTF-8"
    )]
    Broken { file: Arc<str>, why: String },
    #[error("{file}: this is {what}")]
    Other { file: Arc<str>, what: &'static str },
    #[error("{file}: this workbook {why}: save it as CSV UTF-8")]
    TooBig { file: Arc<str>, why: String },
    #[error("{0}: no sheet of this workbook that is not hidden has cells: --worksheet names a hidden one")]
    Empty(Arc<str>),
    #[error("{file}: which sheet holds the list? Add --worksheet with one of {}", listed(sheets))]
    WhichSheet { file: Arc<str>, sheets: Vec<String> },
    #[error("{file}: there is no sheet {}{}", quoted(name), did_you_mean(name, sheets))]
    NoSuchSheet { file: Arc<str>, name: String, sheets: Vec<String> },
    #[error("{file} cannot be copied to a temporary file: {error}; TMPDIR can name a folder with more room")]
    NoRoom { file: Arc<str>, error: io::Error },
}

fn listed(sheets: &[String]) -> String {
    sheets.iter().take(20).map(|sheet| quoted(sheet)).collect::<Vec<_>>().join(", ")
}

fn did_you_mean(name: &str, sheets: &[String]) -> String {
    match suggestion::nearest(name, sheets.iter().map(String::as_str)) {
        Some(near) => format!("; did you mean {}?", quoted(near)),
        None => format!("; it has {}", listed(sheets)),
    }
}

impl ExitCode for WorkbookError {
    fn exit(&self) -> Exit {
        match self {
            WorkbookError::WhichSheet { .. } => Exit::Usage,
            WorkbookError::NoRoom { .. } => Exit::CannotCreate,
            _ => Exit::Data,
        }
    }
}
