//! A signers' file: opened once, gone through as often as needed, asked for single rows while letters are sent.
//!
//! A file in UTF-8 is read where it lies; standard input and files in other encodings are copied to an unnamed file
//! first. A file that is changed meanwhile ends the reading.

use super::columns::missing_column;
use super::encoding::{self, Survey};
use super::error::SourceError;
use super::fault::{Fault, RowFault};
use super::header::Header;
use super::layout::{self, Layout};
use super::notice::Notice;
use super::reading;
use super::record::{MANY, ONE, Position, Records};
use super::row::{Conditions, Entry};
use super::rows::Rows;
use super::spool::Spool;
use crate::country;
use crate::signer::Field;
use encoding_rs::{UTF_8, WINDOWS_1252};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A signers' file whose header is understood.
#[derive(Debug)]
pub(crate) struct Source {
    path: Option<PathBuf>,
    pub(super) spool: Spool,
    start: u64,
    pub(super) header: Header,
    layout: Layout,
    notices: Vec<Notice>,
}

impl Source {
    /// Opens the file at `path`; `-` is standard input.
    ///
    /// # Errors
    /// [`SourceError`] in words that name the file.
    pub(crate) fn open(path: &Path) -> Result<Source, SourceError> {
        if path.as_os_str() == "-" {
            return Source::read("standard input", io::stdin().lock());
        }
        let file: Arc<str> = path.display().to_string().into();
        let unreadable = |error| SourceError::Unreadable { file: file.clone(), error };
        let opened = File::open(path).map_err(unreadable)?;
        if opened.metadata().map_err(unreadable)?.is_dir() {
            return Err(unreadable(io::ErrorKind::IsADirectory.into()));
        }
        let spool = match Spool::in_place(opened).map_err(unreadable)? {
            Ok(spool) => spool,
            Err(pipe) => copied(&file, pipe)?,
        };
        Source::of(file, Some(path.to_owned()), spool)
    }

    /// Reads all that `input` gives, under the name `name`.
    ///
    /// # Errors
    /// [`SourceError`] in words that name the file.
    pub(crate) fn read(name: &str, input: impl Read) -> Result<Source, SourceError> {
        let file: Arc<str> = name.into();
        let spool = copied(&file, input)?;
        Source::of(file, None, spool)
    }

    fn of(file: Arc<str>, path: Option<PathBuf>, spool: Spool) -> Result<Source, SourceError> {
        let unreadable = |error| SourceError::Unreadable { file: file.clone(), error };
        let survey = encoding::survey(&spool).map_err(unreadable)?;
        let (spool, start) = in_utf8(&file, spool, survey)?;
        let delimiter = likeliest_delimiter(&spool, start).map_err(unreadable)?;
        let mut records = Records::new(&spool, delimiter, start, 1, MANY);
        if !records.advance().map_err(unreadable)? {
            return Err(SourceError::Empty(file));
        }
        let record = records.record();
        let (header, mut notices) =
            Header::read(&file, delimiter, records.record_line(), &record).map_err(SourceError::Header)?;
        if survey.encoding == WINDOWS_1252 {
            notices.insert(0, Notice::Windows1252);
        }
        let mut own = Vec::new();
        layout::own_columns(&header, &record, &mut own);
        let mut line_end = [0; 2];
        spool
            .read_at(&mut line_end, records.record_offset() + record.bytes.len() as u64)
            .map_err(unreadable)?;
        let layout = Layout {
            delimiter,
            has_mark: survey.start > 0,
            line_end: if line_end == *b"\r\n" { "\r\n" } else { "\n" },
            header: own,
            names: header.own().map(|index| header.names[index].clone()).collect(),
        };
        Ok(Source { path, spool, start, header, layout, notices })
    }

    /// What the user should know about how the file is read.
    pub(crate) fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The file's path; none for standard input.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The form in which the file is written.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// All rows from the first on.
    ///
    /// # Errors
    /// [`SourceError::Header`] if consent is needed and no column states it.
    pub(crate) fn rows(&self, conditions: Conditions) -> Result<Rows<'_>, SourceError> {
        if conditions.consent_needed && self.header.column(Field::Consent).is_none() {
            return Err(SourceError::Header(vec![self.no_consent()]));
        }
        let mut records = Records::new(&self.spool, self.header.delimiter, self.start, 1, MANY);
        records.advance().map_err(|error| self.unreadable(error))?;
        Ok(Rows::new(self, records, conditions))
    }

    /// The row at a place that [`Rows`] gave.
    ///
    /// # Errors
    /// [`SourceError`] if the file cannot be read any more or was changed.
    pub(crate) fn row_at(&self, position: Position, conditions: Conditions) -> Result<Entry, SourceError> {
        let records = self.records_at(position)?;
        let find = |text: &str| country::find(text).map_err(|error| error.to_string());
        Ok(reading::read(&self.header, &records.record(), position, conditions, find))
    }

    /// What is wrong with a field of a row, found by one who knows more than the row: a country without a mission,
    /// a letter that does not exist.
    ///
    /// # Errors
    /// [`SourceError`] if the file cannot be read any more or was changed.
    pub(crate) fn fault(
        &self,
        position: Position,
        field: Field,
        sentence: String,
    ) -> Result<RowFault, SourceError> {
        let records = self.records_at(position)?;
        Ok(reading::fault(&self.header, &records.record(), position, field, sentence))
    }

    fn records_at(&self, position: Position) -> Result<Records<'_>, SourceError> {
        let mut records =
            Records::new(&self.spool, self.header.delimiter, position.offset, position.line, ONE);
        let found = records.advance().map_err(|error| self.unreadable(error))?;
        if !found || self.spool.has_changed().map_err(|error| self.unreadable(error))? {
            return Err(SourceError::Changed(self.header.file.clone()));
        }
        Ok(records)
    }

    fn no_consent(&self) -> Fault {
        let missing = missing_column(Field::Consent, &self.header.names);
        Fault {
            file: self.header.file.clone(),
            line: self.header.line,
            column: 1,
            subject: "header".to_owned(),
            sentence: format!(
                "{missing}: nothing is sent for anyone who has not agreed; write the day of each consent there"
            ),
        }
    }

    pub(super) fn unreadable(&self, error: io::Error) -> SourceError {
        SourceError::Unreadable { file: self.header.file.clone(), error }
    }
}

fn copied(file: &Arc<str>, mut input: impl Read) -> Result<Spool, SourceError> {
    Spool::unnamed(|out| io::copy(&mut input, out).map(drop))
        .map_err(|error| SourceError::NoRoom { file: file.clone(), error })
}

/// The spool itself if it is UTF-8, else a copy in UTF-8; and where its text begins.
fn in_utf8(file: &Arc<str>, spool: Spool, survey: Survey) -> Result<(Spool, u64), SourceError> {
    if survey.encoding == UTF_8 {
        return Ok((spool, survey.start));
    }
    let copy = Spool::unnamed(|out| encoding::transcode(spool.reader(), survey, out))
        .map_err(|error| SourceError::NoRoom { file: file.clone(), error })?;
    Ok((copy, 0))
}

/// The delimiter under which the first record names most of the known columns.
fn likeliest_delimiter(spool: &Spool, start: u64) -> io::Result<u8> {
    let mut likeliest = (b',', (0, 0));
    for delimiter in *b",;\t" {
        let mut records = Records::new(spool, delimiter, start, 1, MANY);
        records.advance()?;
        let likelihood = Header::likelihood(&records.record());
        if likelihood > likeliest.1 {
            likeliest = (delimiter, likelihood);
        }
    }
    Ok(likeliest.0)
}
