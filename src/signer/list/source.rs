//! A signers' list: opened once, gone through as often as needed, asked for single rows while letters are sent.
//!
//! What is wrong with the file as a whole is told when it is opened, what is wrong with a row when the row is read.

use super::columns::missing_column;
use super::error::SourceError;
use super::fault::{Fault, RowFault};
use super::layout::Layout;
use super::mapping::Instructions;
use super::notice::Notice;
use super::opened::{self, Opened, Opening};
use super::position::Position;
use super::proposal::Proposal;
use super::reading::{self, Rules};
use super::row::{Conditions, Entry};
use super::rows::Rows;
use super::survey::{self, Survey};
use crate::country;
use crate::signer::csv::spool::Spool;
use crate::signer::field::Field;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A signers' list whose header is understood.
#[derive(Debug)]
pub(crate) struct Source {
    path: Option<PathBuf>,
    opened: Opened,
    layout: Layout,
    notices: Vec<Notice>,
    survey: Survey,
    proposal: Proposal,
}

impl Source {
    /// Opens the list at `path`, of which its organizer says this; `-` is standard input.
    ///
    /// # Errors
    /// [`SourceError`] in words that name the file.
    pub(crate) fn open(path: &Path, said: &Instructions) -> Result<Source, SourceError> {
        if path.as_os_str() == "-" {
            return Source::read("standard input", io::stdin().lock(), said);
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
        Source::of(file, Some(path.to_owned()), spool, said)
    }

    /// Reads all that `input` gives, under the name `name`.
    ///
    /// # Errors
    /// [`SourceError`] in words that name the file.
    pub(crate) fn read(name: &str, input: impl Read, said: &Instructions) -> Result<Source, SourceError> {
        let file: Arc<str> = name.into();
        let spool = opened::copied(&file, input)?;
        Source::of(file, None, spool, said)
    }

    fn of(
        file: Arc<str>,
        path: Option<PathBuf>,
        spool: Spool,
        said: &Instructions,
    ) -> Result<Source, SourceError> {
        let Opening { opened, layout, notices, proposal } = Opened::open(file, spool, said)?;
        let survey = survey::survey(&opened, said)?;
        Ok(Source { path, opened, layout, notices, survey, proposal })
    }

    /// `[columns]` of the list at `path`, as far as its headings and cells suggest it, and what of it is doubtful.
    ///
    /// # Errors
    /// Where it cannot be read at all.
    pub(crate) fn proposal(path: &Path) -> Result<Proposal, SourceError> {
        match Source::open(path, &Instructions::default()) {
            Ok(source) => Ok(source.proposal),
            Err(SourceError::Header { proposal, .. }) if !proposal.is_empty() => Ok(*proposal),
            Err(error) => Err(error),
        }
    }

    /// What the user should know about how the list's columns are read.
    pub(crate) fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// What the user should know about its rows.
    pub(crate) fn remarks(&self) -> &[Notice] {
        &self.survey.remarks
    }

    /// How many rows it has.
    pub(crate) fn count(&self) -> u64 {
        self.survey.rows
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
            let (block, proposal) = (opened::block(&self.proposal), Box::new(self.proposal.clone()));
            return Err(SourceError::Header { faults: vec![self.no_consent()], block, proposal });
        }
        Ok(Rows::new(&self.opened, &self.survey, self.opened.records()?, conditions))
    }

    /// The row at a place that [`Rows`] gave.
    ///
    /// # Errors
    /// [`SourceError`] if the file cannot be read any more or was changed.
    pub(crate) fn row_at(&self, position: Position, conditions: Conditions) -> Result<Entry, SourceError> {
        let records = self.opened.records_at(position)?;
        let find = |text: &str| country::find(text).map_err(|error| error.to_string());
        let rules = Rules { conditions, survey: &self.survey };
        Ok(reading::read(&self.opened.header, &records.record(), position, rules, find))
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
            places: self.opened.header.places.clone(),
            line: self.opened.header.line,
            column: 1,
            subject: "header".to_owned(),
            value: None,
            remedy: None,
            sentence: format!(
                "{missing}: nothing is sent for anyone who has not agreed; write the day of each consent there"
            ),
        }
    }
}
