//! A signers' file opened and its columns understood: where its records are, from any place on.
//!
//! A file in UTF-8 is read where it lies; standard input and files in other encodings are copied to an unnamed file
//! first. A file that is changed meanwhile ends the reading.

use super::error::SourceError;
use super::header::Header;
use super::position::Position;
use crate::signer::csv::encoding::{self, Survey};
use crate::signer::csv::record::{MANY, ONE, Records};
use crate::signer::csv::spool::Spool;
use encoding_rs::UTF_8;
use std::io::{self, Read};
use std::sync::Arc;

/// An open file whose header is understood.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) spool: Spool,
    pub(super) start: u64,
    pub(super) header: Header,
}

impl Opened {
    /// The records below the header.
    pub(super) fn records(&self) -> Result<Records<'_>, SourceError> {
        let mut records = Records::new(&self.spool, self.header.delimiter, self.start, 1, MANY);
        records.advance().map_err(|error| self.unreadable(error))?;
        Ok(records)
    }

    /// The record at a place.
    pub(super) fn records_at(&self, position: Position) -> Result<Records<'_>, SourceError> {
        let mut records =
            Records::new(&self.spool, self.header.delimiter, position.offset, position.line, ONE);
        let found = records.advance().map_err(|error| self.unreadable(error))?;
        if !found || self.spool.has_changed().map_err(|error| self.unreadable(error))? {
            return Err(SourceError::Changed(self.header.file.clone()));
        }
        Ok(records)
    }

    /// An error if the file was written to since it was opened.
    pub(super) fn unchanged(&self) -> Result<(), SourceError> {
        match self.spool.has_changed() {
            Ok(false) => Ok(()),
            Ok(true) => Err(SourceError::Changed(self.header.file.clone())),
            Err(error) => Err(self.unreadable(error)),
        }
    }

    pub(super) fn unreadable(&self, error: io::Error) -> SourceError {
        SourceError::Unreadable { file: self.header.file.clone(), error }
    }
}

pub(super) fn copied(file: &Arc<str>, mut input: impl Read) -> Result<Spool, SourceError> {
    Spool::unnamed(|out| io::copy(&mut input, out).map(drop))
        .map_err(|error| SourceError::NoRoom { file: file.clone(), error })
}

/// The spool itself if it is UTF-8, else a copy in UTF-8; and where its text begins.
pub(super) fn in_utf8(file: &Arc<str>, spool: Spool, survey: Survey) -> Result<(Spool, u64), SourceError> {
    if survey.encoding == UTF_8 {
        return Ok((spool, survey.start));
    }
    let copy = Spool::unnamed(|out| encoding::transcode(spool.reader(), survey, out))
        .map_err(|error| SourceError::NoRoom { file: file.clone(), error })?;
    Ok((copy, 0))
}

/// The delimiter under which the first record names most of the known columns.
pub(super) fn likeliest_delimiter(spool: &Spool, start: u64) -> io::Result<u8> {
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
