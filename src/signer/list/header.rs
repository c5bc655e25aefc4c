//! Which column means what: the first record of a signers' file.
//!
//! The delimiter is the one under which the header names most of the known columns. The seven columns that a report
//! adds are reserved: they are not the signers' own, and a report can be read as a signers' file again.

use super::columns::{Columns, Role};
use super::fault::Fault;
use super::notice::Notice;
use super::synonyms;
use crate::plain_text;
use crate::signer::csv::record::{LONGEST_RECORD, Record, Trouble, cell_text};
use crate::signer::field::Field;
use std::sync::Arc;

/// The columns of a signers' file.
#[derive(Debug)]
pub(super) struct Header {
    pub file: Arc<str>,
    pub line: u64,
    pub delimiter: u8,
    /// The names as written, trimmed.
    pub names: Vec<String>,
    pub roles: Vec<Role>,
    fields: [Option<usize>; Field::ALL.len()],
}

impl Header {
    /// The column of a field, counted from 0.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.fields[field as usize]
    }

    /// What a column is called in a sentence.
    pub(super) fn label(&self, index: usize) -> &str {
        match self.roles.get(index) {
            Some(Role::Field(field)) => field.name(),
            Some(Role::Extra(column)) => column.spelling(),
            Some(Role::Reserved | Role::Unnamed) | None => "cell",
        }
    }

    /// Whether the signers' own columns are all the columns.
    pub(super) fn is_all_own(&self) -> bool {
        !self.roles.contains(&Role::Reserved)
    }

    /// The columns that are the signers' own, counted from 0.
    pub(super) fn own(&self) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(|(_, role)| **role != Role::Reserved).map(|(index, _)| index)
    }

    /// How many known columns a record names, and how many cells it has.
    pub(super) fn likelihood(record: &Record<'_>) -> (usize, usize) {
        let known = |index: &usize| synonyms::field(&synonyms::key(&cell_text(record, *index))).is_some();
        ((0..record.cells.len()).filter(known).count(), record.count)
    }

    /// Reads the header; the notices are what its author should know.
    pub(super) fn read(
        file: &Arc<str>,
        delimiter: u8,
        line: u64,
        record: &Record<'_>,
    ) -> Result<(Header, Vec<Notice>), Vec<Fault>> {
        let fault = |column: usize, sentence: String| Fault {
            file: file.clone(),
            line,
            column: column + 1,
            subject: "header".to_owned(),
            sentence,
        };
        if let Some(sentence) = unreadable(record) {
            return Err(vec![fault(record.cells.len().saturating_sub(1), sentence)]);
        }
        let names: Vec<String> =
            (0..record.cells.len()).map(|index| cell_text(record, index).trim().to_owned()).collect();
        let Columns { roles, fields, faults, notices, .. } = Columns::of(&names);
        if !faults.is_empty() {
            return Err(faults.into_iter().map(|(column, sentence)| fault(column, sentence)).collect());
        }
        Ok((Header { file: file.clone(), line, delimiter, names, roles, fields }, notices))
    }
}

/// Why a record cannot be a header at all.
fn unreadable(record: &Record<'_>) -> Option<String> {
    if record.bytes.contains(&0) {
        return Some(
            "the header has NUL bytes, as UTF-16 has without its byte order mark: save the file as CSV in UTF-8".into(),
        );
    }
    match record.trouble {
        Some(Trouble::TooLong(_)) => {
            return Some(format!(
                "the header has more than {LONGEST_RECORD} bytes: this is no list of signers"
            ));
        }
        Some(Trouble::Flaw(_)) => {
            return Some(
                "the header has a quotation mark that is not closed, or not at its cell's end".into(),
            );
        }
        None if record.count > record.cells.len() => {
            return Some(format!("the header has {} columns: this is no list of signers", record.count));
        }
        None => {}
    }
    let text = String::from_utf8_lossy(record.bytes);
    let forbidden = plain_text::first_forbidden(text.trim_matches(['\t', ' ']))
        .filter(|forbidden| !matches!(forbidden.character, '\t' | '\n' | '\r'));
    forbidden.map(|forbidden| format!("the header contains {forbidden}: name the columns without it"))
}
