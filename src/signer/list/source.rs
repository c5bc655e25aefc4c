//! A signers' file: opened once, gone through as often as needed, asked for single rows while letters are sent.
//!
//! What is wrong with the file as a whole is told when it is opened, what is wrong with a row when the row is read.

use super::columns::missing_column;
use super::error::SourceError;
use super::fault::{Fault, RowFault};
use super::header::Header;
use super::layout::{self, Layout};
use super::notice::Notice;
use super::opened::{self, Opened};
use super::position::Position;
use super::reading;
use super::row::{Conditions, Entry};
use super::rows::Rows;
use crate::country;
use crate::signer::csv::encoding;
use crate::signer::csv::record::{MANY, Records};
use crate::signer::csv::spool::Spool;
use crate::signer::field::Field;
use encoding_rs::WINDOWS_1252;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A signers' file whose header is understood.
#[derive(Debug)]
pub(crate) struct Source {
    path: Option<PathBuf>,
    pub(super) opened: Opened,
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
            Err(pipe) => opened::copied(&file, pipe)?,
        };
        Source::of(file, Some(path.to_owned()), spool)
    }

    /// Reads all that `input` gives, under the name `name`.
    ///
    /// # Errors
    /// [`SourceError`] in words that name the file.
    pub(crate) fn read(name: &str, input: impl Read) -> Result<Source, SourceError> {
        let file: Arc<str> = name.into();
        let spool = opened::copied(&file, input)?;
        Source::of(file, None, spool)
    }

    fn of(file: Arc<str>, path: Option<PathBuf>, spool: Spool) -> Result<Source, SourceError> {
        let unreadable = |error| SourceError::Unreadable { file: file.clone(), error };
        let survey = encoding::survey(&spool).map_err(unreadable)?;
        let (spool, start) = opened::in_utf8(&file, spool, survey)?;
        let delimiter = opened::likeliest_delimiter(&spool, start).map_err(unreadable)?;
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
        Ok(Source { path, opened: Opened { spool, start, header }, layout, notices })
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
        if conditions.consent_needed && self.opened.header.column(Field::Consent).is_none() {
            return Err(SourceError::Header(vec![self.no_consent()]));
        }
        Ok(Rows::new(&self.opened, self.opened.records()?, conditions))
    }

    /// The row at a place that [`Rows`] gave.
    ///
    /// # Errors
    /// [`SourceError`] if the file cannot be read any more or was changed.
    pub(crate) fn row_at(&self, position: Position, conditions: Conditions) -> Result<Entry, SourceError> {
        let records = self.opened.records_at(position)?;
        let find = |text: &str| country::find(text).map_err(|error| error.to_string());
        Ok(reading::read(&self.opened.header, &records.record(), position, conditions, find))
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
        let records = self.opened.records_at(position)?;
        Ok(reading::fault(&self.opened.header, &records.record(), position, field, sentence))
    }

    fn no_consent(&self) -> Fault {
        let missing = missing_column(Field::Consent, &self.opened.header.names);
        Fault {
            file: self.opened.header.file.clone(),
            line: self.opened.header.line,
            column: 1,
            subject: "header".to_owned(),
            sentence: format!(
                "{missing}: nothing is sent for anyone who has not agreed; write the day of each consent there"
            ),
        }
    }
}
