//! Which column means what: the first record of a signers' list.
//!
//! The delimiter is the one under which the header names most of the known columns. The seven columns that a report
//! adds are reserved: they are not the signers' own, and a report can be read as a signers' list again.

use super::columns::{Fields, Role};
use super::mapping::Mapping;
use super::position::Places;
use super::synonyms;
use crate::plain_text;
use crate::signer::csv::record::{LONGEST_RECORD, Record, Trouble, cell_text};
use crate::signer::field::Field;
use std::borrow::Cow;
use std::sync::Arc;

/// The columns of a signers' list.
#[derive(Debug)]
pub(super) struct Header {
    pub places: Arc<Places>,
    pub line: u64,
    pub delimiter: u8,
    /// The names as written, trimmed.
    pub names: Vec<String>,
    pub roles: Vec<Role>,
    pub fields: Fields,
}

impl Header {
    /// The column of a field, counted from 0.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.fields.column(field)
    }

    /// What a column is called in a sentence.
    pub(super) fn label(&self, index: usize) -> &str {
        match self.roles.get(index) {
            Some(Role::Field(field)) => field.name(),
            Some(Role::Extra(column)) => column.spelling(),
            Some(Role::Reserved | Role::Unnamed) | None => "cell",
        }
    }

    /// The cells that a row has to have: as many as there are columns up to the last that has a name.
    pub(super) fn width(&self) -> usize {
        self.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1)
    }

    /// Whether the signers' own columns are all the columns.
    pub(super) fn is_all_own(&self) -> bool {
        !self.roles.contains(&Role::Reserved)
    }

    /// The columns that are the signers' own, counted from 0.
    pub(super) fn own(&self) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(|(_, role)| **role != Role::Reserved).map(|(index, _)| index)
    }

    /// The name in a record, out of one cell or several.
    pub(super) fn name<'r>(&self, record: &Record<'r>) -> Cow<'r, str> {
        match self.fields.name.as_slice() {
            [] => self.column(Field::Name).map(|index| cell_text(record, index)).unwrap_or_default(),
            parts => {
                let cells = parts.iter().map(|&index| cell_text(record, index).trim().to_owned());
                Cow::Owned(cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// The most bytes of a heading that is looked at: a form's question and the paragraph under it.
const LONGEST_HEADING: usize = 2_000;

/// How many known columns a record names, and how many cells it has.
pub(super) fn likelihood(record: &Record<'_>, mapping: &Mapping) -> (usize, usize) {
    let mapped: Vec<String> = mapped_names(mapping).map(synonyms::key).collect();
    let known = |index: &usize| {
        if record.raw(*index).len() > LONGEST_HEADING {
            return false;
        }
        let cell = cell_text(record, *index);
        synonyms::field(&cell).is_some()
            || synonyms::part_of_a_name(&cell).is_some()
            || mapped.contains(&synonyms::key(&cell))
    };
    ((0..record.cells.len()).filter(known).count(), record.count)
}

fn mapped_names(mapping: &Mapping) -> impl Iterator<Item = &str> {
    let consent = mapping.consent.iter().flat_map(|consent| consent.date.iter().chain([&consent.column]));
    mapping.name.iter().chain(mapping.fields.iter().map(|(_, name)| name)).chain(consent).map(String::as_str)
}

/// The cells of a header, trimmed and without what nobody sees.
pub(super) fn names(record: &Record<'_>) -> Vec<String> {
    let name = |index| plain_text::without_invisible(cell_text(record, index).trim()).trim().to_owned();
    (0..record.cells.len()).map(name).collect()
}

/// Why a record cannot be a header at all.
pub(super) fn unreadable(record: &Record<'_>) -> Option<String> {
    if record.bytes.contains(&0) {
        return Some(
            "the header has NUL bytes, as UTF-16 has without its byte order mark: say --encoding utf-16le, or save the \
             list as CSV UTF-8"
                .into(),
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
    let forbidden = plain_text::first_forbidden(text.trim_matches(['\t', ' ', '\u{FEFF}']))
        .filter(|forbidden| !matches!(forbidden.character, '\t' | '\n' | '\r' | '\u{FEFF}'));
    forbidden.map(|forbidden| format!("the header contains {forbidden}: name the columns without it"))
}
