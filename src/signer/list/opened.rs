//! A signers' list opened and its columns understood: where its records are, from any place on.
//!
//! A file in UTF-8 is read where it lies; standard input, files in other encodings and workbooks are copied to an unnamed
//! file first. A file that is changed meanwhile ends the reading.

use super::columns::{self, Columns};
use super::error::SourceError;
use super::fault::Fault;
use super::header::{self, Header};
use super::in_utf8;
use super::layout::{self, Layout};
use super::looks::{self, Column};
use super::mapping::{Instructions, Mapping};
use super::not_a_list;
use super::notice::Notice;
use super::position::{Places, Position};
use super::proposal::{self, Known, Proposal};
use super::text::{Text, after_separator_line, likeliest_delimiter, records};
use crate::signer::csv::record::{Lines, ONE, Record, Records, cell_text};
use crate::signer::csv::spool::Spool;
use crate::signer::workbook;
use std::io::{self, Read};
use std::sync::Arc;

/// An open list whose header is understood.
#[derive(Debug)]
pub(super) struct Opened {
    spool: Spool,
    text: Text,
    pub(super) header: Header,
}

/// What came of opening a list.
pub(super) struct Opening {
    pub opened: Opened,
    pub layout: Layout,
    pub notices: Vec<Notice>,
    /// `[columns]` as it may be meant.
    pub proposal: Proposal,
}

impl Opened {
    /// Opens what lies in `spool`.
    pub(super) fn open(
        file: Arc<str>,
        mut spool: Spool,
        said: &Instructions,
    ) -> Result<Opening, SourceError> {
        let unreadable = |error| SourceError::Unreadable { file: file.clone(), error };
        let mut first = [0; 1024];
        let count = spool.read_at(&mut first, 0).map_err(unreadable)?;
        if workbook::is_one(&first[..count]) {
            if said.encoding.is_some() {
                return Err(SourceError::EncodingOfWorkbook(file));
            }
            let sheet = workbook::read(&file, spool.file().map_err(unreadable)?, said.worksheet.as_deref())?;
            let places = Places { file, sheet: Some(sheet.name) };
            let text = Text { start: 0, line: 1, lines: Lines::RowsOfSheet, has_mark: true };
            return Opened::understand(places, sheet.text, text, Some(b','), said);
        }
        if said.worksheet.is_some() {
            return Err(SourceError::WorksheetOfText(file));
        }
        if let Some(what) = not_a_list::what(&first[..count]) {
            return Err(SourceError::NotAList { file, what });
        }
        spool.end_before_marks().map_err(unreadable)?;
        let (spool, start, has_mark) = in_utf8::in_utf8(&file, spool, said)?;
        let (start, line, delimiter) = after_separator_line(&spool, start).map_err(unreadable)?;
        let text = Text { start, line, lines: Lines::OfFile, has_mark };
        Opened::understand(Places { file, sheet: None }, spool, text, delimiter, said)
    }

    fn understand(
        places: Places,
        spool: Spool,
        text: Text,
        delimiter: Option<u8>,
        said: &Instructions,
    ) -> Result<Opening, SourceError> {
        let file = places.file.clone();
        let unreadable = |error| SourceError::Unreadable { file: file.clone(), error };
        let mapping = &said.columns;
        let delimiter = match delimiter {
            Some(delimiter) => delimiter,
            None => likeliest_delimiter(&spool, text, mapping).map_err(unreadable)?,
        };
        let mut records = records(&spool, text, delimiter);
        if !records.advance().map_err(unreadable)? {
            return Err(SourceError::Empty(file));
        }
        let line = records.record_line();
        let places = Arc::new(places);
        let fault = |column: usize, sentence: String| Fault {
            places: places.clone(),
            line,
            column: column + 1,
            subject: "header".to_owned(),
            sentence,
            value: None,
            remedy: None,
        };
        let alone = |fault: Fault| SourceError::Header {
            faults: vec![fault],
            block: String::new(),
            proposal: Box::default(),
        };
        let record = records.record();
        if let Some(sentence) = header::unreadable(&record) {
            return Err(alone(fault(record.cells.len().saturating_sub(1), sentence)));
        }
        let names = header::names(&record);
        let mut own_names = Vec::new();
        let layout_line =
            line_end(&spool, records.record_offset() + record.bytes.len() as u64).map_err(unreadable)?;
        let record_bytes = record.bytes.to_vec();
        let known = header::likelihood(&record, mapping).0;
        let (sample, below) = sample(&mut records, names.len(), known, mapping).map_err(unreadable)?;
        let columns = Columns::of(&names, &sample, mapping);
        if !columns.missing.is_empty() && mapping.name.is_empty() {
            if let Some(below) = below {
                let what = places.what();
                return Err(alone(fault(
                    0,
                    format!("the headings seem to stand in {what} {below}: delete what is above them"),
                )));
            }
            if let Some(headings) = headings_for(&names, known, delimiter) {
                let what = places.what();
                return Err(alone(fault(
                    0,
                    format!(
                        "the first {what} looks like a signer, not like headings: write one above it that names the columns: {headings}"
                    ),
                )));
            }
        }
        let proposal = proposal::proposal(
            &Known { names: &names, roles: &columns.roles, fields: &columns.fields, sample: &sample },
            mapping,
        );
        let Columns { roles, fields, faults, missing, notices, .. } = columns;
        if !faults.is_empty() || !missing.is_empty() {
            let mut faults: Vec<Fault> =
                faults.into_iter().map(|(column, sentence)| fault(column, sentence)).collect();
            let needs_block = !missing.is_empty() && faults.is_empty();
            faults.extend(missing.iter().map(|field| fault(0, columns::missing_column(*field, &names))));
            let block = if needs_block { block(&proposal) } else { String::new() };
            return Err(SourceError::Header { faults, block, proposal: Box::new(proposal) });
        }
        let header = Header { places, line, delimiter, names, roles, fields };
        let opened = Opened { spool, text, header };
        let mut records = opened.records_from_start();
        records.advance().map_err(unreadable)?;
        layout::own_columns(&opened.header, &records.record(), &mut own_names);
        debug_assert_eq!(records.record().bytes, record_bytes);
        let layout = Layout {
            delimiter,
            has_mark: text.has_mark,
            line_end: layout_line,
            header: own_names,
            names: opened.header.own().map(|index| opened.header.names[index].clone()).collect(),
        };
        drop(records);
        Ok(Opening { opened, layout, notices, proposal })
    }

    fn records_from_start(&self) -> Records<'_> {
        records(&self.spool, self.text, self.header.delimiter)
    }

    /// The records below the header.
    pub(super) fn records(&self) -> Result<Records<'_>, SourceError> {
        let mut records = self.records_from_start();
        records.advance().map_err(|error| self.unreadable(error))?;
        Ok(records)
    }

    /// The record at a place.
    pub(super) fn records_at(&self, position: Position) -> Result<Records<'_>, SourceError> {
        let mut records =
            Records::new(&self.spool, self.header.delimiter, position.offset, position.line, ONE)
                .counting(self.text.lines);
        let found = records.advance().map_err(|error| self.unreadable(error))?;
        if !found || self.spool.has_changed().map_err(|error| self.unreadable(error))? {
            return Err(SourceError::Changed(self.header.places.file.clone()));
        }
        Ok(records)
    }

    /// An error if the file was written to since it was opened.
    pub(super) fn unchanged(&self) -> Result<(), SourceError> {
        match self.spool.has_changed() {
            Ok(false) => Ok(()),
            Ok(true) => Err(SourceError::Changed(self.header.places.file.clone())),
            Err(error) => Err(self.unreadable(error)),
        }
    }

    pub(super) fn unreadable(&self, error: io::Error) -> SourceError {
        SourceError::Unreadable { file: self.header.places.file.clone(), error }
    }

    /// Whether nothing stands in any cell, as below the last line of a spreadsheet.
    pub(super) fn is_blank(&self, record: &Record<'_>) -> bool {
        record.trouble.is_none()
            && record.bytes.iter().all(|&b| b == self.header.delimiter || matches!(b, b' ' | b'"' | b'\t'))
    }

    /// Whether a record is the header again, as where lists were put together.
    pub(super) fn repeats_header(&self, record: &Record<'_>) -> bool {
        let names = &self.header.names;
        let same = |index: usize| cell_text(record, index).trim() == names[index];
        let has_name = |index: &usize| !names[*index].is_empty();
        record.trouble.is_none()
            && record.cells.len() >= self.header.width()
            && (0..self.header.width()).filter(has_name).all(same)
    }
}

/// The lines of campaign.toml to paste.
pub(super) fn block(proposal: &Proposal) -> String {
    if proposal.is_empty() {
        return String::new();
    }
    format!("\n\nIf the columns are these, say so in campaign.toml:\n\n{}", proposal.block().trim_end())
}

/// A copy of all that `input` gives.
pub(super) fn copied(file: &Arc<str>, mut input: impl Read) -> Result<Spool, SourceError> {
    Spool::unnamed(|out| io::copy(&mut input, out).map(drop))
        .map_err(|error| SourceError::NoRoom { file: file.clone(), error })
}

/// What ends the lines.
fn line_end(spool: &Spool, at: u64) -> io::Result<&'static str> {
    let mut line_end = [0; 2];
    spool.read_at(&mut line_end, at)?;
    Ok(if line_end == *b"\r\n" { "\r\n" } else { "\n" })
}

/// The first lines' cells by column; and the line in which the headings stand, where it is not the first.
fn sample(
    records: &mut Records<'_>,
    columns: usize,
    known: usize,
    mapping: &Mapping,
) -> io::Result<(Vec<Column>, Option<u64>)> {
    const LOOKED_AT: usize = 20;
    let mut sample = vec![Column::default(); columns];
    let mut below = None;
    for nth in 0..looks::SAMPLE {
        if !records.advance()? {
            break;
        }
        let record = records.record();
        if record.trouble.is_some() {
            continue;
        }
        if nth < LOOKED_AT && below.is_none() {
            let named = header::likelihood(&record, mapping).0;
            if named >= 2 && named > known {
                below = Some(records.record_line());
            }
        }
        for (index, column) in sample.iter_mut().enumerate() {
            column.add(&cell_text(&record, index));
        }
    }
    Ok((sample, below))
}

/// The headings that a line without them wants, where it looks like a signer's.
fn headings_for(names: &[String], known: usize, delimiter: u8) -> Option<String> {
    let looks: Vec<Option<looks::Look>> = names
        .iter()
        .map(|name| {
            let mut column = Column::default();
            column.add(name);
            column.look("")
        })
        .collect();
    // Two letters are a country's code, and the heading "id".
    let is_of_a_signer = |(name, look): (&String, &Option<looks::Look>)| match look {
        Some(looks::Look::Emails) => true,
        Some(looks::Look::Countries) => name.chars().count() > 3,
        _ => false,
    };
    let looks_like_a_signer = names.iter().zip(&looks).any(is_of_a_signer);
    if known > 0 || !looks_like_a_signer {
        return None;
    }
    let mut has_name = false;
    let headings: Vec<&str> = looks
        .iter()
        .map(|look| match look {
            Some(looks::Look::Emails) => "email",
            Some(looks::Look::Countries) => "country",
            Some(looks::Look::Dates | looks::Look::Answers) => "consent",
            None if !has_name => {
                has_name = true;
                "name"
            }
            None => "…",
        })
        .collect();
    Some(headings.join(&char::from(delimiter).to_string()))
}
