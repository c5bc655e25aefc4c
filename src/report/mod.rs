//! Telling what became of every signer's letter: a CSV or a JSON file beside the signers' own.
//!
//! The signers' own columns come first, byte for byte, so that the report can be sorted, mended and fed back as a
//! signers' file. It takes the former report's place whole or not at all, and never the signers' file's. What to tell
//! is the caller's business.

pub(crate) mod campaign;
mod csv;
mod fate;
mod json;
pub(crate) mod results;

use self::fate::Fate;
use crate::exit::{Exit, ExitCode};
use crate::files;
use crate::signer::list::Layout;
use crate::unfinished::{self, Readers};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReportError {
    /// The file's ending names no format.
    #[error("{}: a report's name ends in .csv or .json", .0.display())]
    Ending(PathBuf),
    /// The signers' file would be overwritten.
    #[error("{} is the signers' file itself: give the report another name", .0.display())]
    SignersFile(PathBuf),
    /// There is no folder to put it into.
    #[error("{}: there is no folder for this report: make it first", .0.display())]
    NoFolder(PathBuf),
    /// It cannot be written.
    #[error("{} cannot be written: {error}; a former report there is as it was", path.display())]
    Write {
        /// The report's path.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
}

impl ExitCode for ReportError {
    fn exit(&self) -> Exit {
        match self {
            ReportError::Ending(_) | ReportError::SignersFile(_) => Exit::Usage,
            ReportError::NoFolder(_) | ReportError::Write { .. } => Exit::CannotCreate,
        }
    }
}

/// Where a report goes, known to be possible before a letter is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    path: PathBuf,
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
}

impl Destination {
    /// A report at `path` about the signers in the file `signers`, if they come from a file.
    ///
    /// # Errors
    /// All but [`ReportError::Write`].
    pub(crate) fn new(path: &Path, signers: Option<&Path>) -> Result<Destination, ReportError> {
        let ending = path.extension().unwrap_or_default();
        let format = if ending.eq_ignore_ascii_case("csv") {
            Format::Csv
        } else if ending.eq_ignore_ascii_case("json") {
            Format::Json
        } else {
            return Err(ReportError::Ending(path.to_owned()));
        };
        if signers.is_some_and(|signers| files::is_same(path, signers)) {
            return Err(ReportError::SignersFile(path.to_owned()));
        }
        let destination = Destination { path: path.to_owned(), format };
        if !destination.folder().is_dir() {
            return Err(ReportError::NoFolder(path.to_owned()));
        }
        Ok(destination)
    }

    /// Where the report will be.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Begins the report; nothing is seen of it before [`Report::finish`].
    ///
    /// # Errors
    /// [`ReportError::Write`].
    pub(crate) fn create<'a>(&'a self, layout: &'a Layout) -> Result<Report<'a>, ReportError> {
        let begun = unfinished::file_in(Readers::Owner, self.folder());
        let file = begun.map_err(|error| self.unwritable(error))?;
        let mut report =
            Report { destination: self, layout, file: BufWriter::with_capacity(1 << 16, file), rows: 0 };
        let begun = match self.format {
            Format::Csv => csv::begin(&mut report.file, layout),
            Format::Json => json::begin(&mut report.file),
        };
        begun.map_err(|error| self.unwritable(error))?;
        Ok(report)
    }

    fn folder(&self) -> &Path {
        files::folder_of(&self.path)
    }

    fn unwritable(&self, error: io::Error) -> ReportError {
        ReportError::Write { path: self.path.clone(), error }
    }
}

/// A report that is being written.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    destination: &'a Destination,
    layout: &'a Layout,
    file: BufWriter<NamedTempFile>,
    rows: u64,
}

impl Report<'_> {
    /// Tells of one row; `own_columns` are its bytes as the signers' file has them.
    ///
    /// # Errors
    /// [`ReportError::Write`].
    pub(crate) fn row(&mut self, own_columns: &[u8], fate: &Fate<'_>) -> Result<(), ReportError> {
        let first = self.rows == 0;
        self.rows += 1;
        let written = match self.destination.format {
            Format::Csv => csv::row(&mut self.file, self.layout, own_columns, fate),
            Format::Json => json::row(&mut self.file, self.layout, own_columns, fate, first),
        };
        written.map_err(|error| self.destination.unwritable(error))
    }

    /// Ends the report and puts it, durable and whole, in the former one's place.
    ///
    /// # Errors
    /// [`ReportError::Write`].
    pub(crate) fn finish(mut self) -> Result<(), ReportError> {
        let destination = self.destination;
        let ended = match destination.format {
            Format::Csv => Ok(()),
            Format::Json => json::end(&mut self.file),
        };
        ended
            .and_then(|()| put_in_place(self.file, destination))
            .map_err(|error| destination.unwritable(error))
    }
}

fn put_in_place(file: BufWriter<NamedTempFile>, destination: &Destination) -> io::Result<()> {
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(&destination.path).map_err(|error| error.error)?;
    // The name is durable when its folder is; where a folder cannot be opened as a file, the system sees to it.
    if cfg!(unix) {
        File::open(destination.folder())?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
