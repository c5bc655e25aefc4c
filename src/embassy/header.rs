//! The first line of an address book: which columns there are, where, and what separates their cells.

use std::collections::HashMap;

use super::error::{BookError, Fault};
use crate::suggestion;

const COLUMNS: [&str; 16] = [
    "country_code",
    "country",
    "city",
    "kind",
    "address",
    "email",
    "phone",
    "website",
    "time_zone",
    "source",
    "checked",
    "confidence",
    "email_source",
    "email_checked",
    "email_confidence",
    "note",
];
/// A user's own file need not have these: the row's source, checked and confidence then speak for the e-mail.
pub(super) const OPTIONAL: [&str; 3] = ["email_source", "email_checked", "email_confidence"];

/// For each column its place in a row.
pub(super) type Header = HashMap<&'static str, usize>;

/// The header of a book that has every column in the usual order, as the one built in has.
pub(super) fn of_all_columns() -> Header {
    COLUMNS.iter().copied().zip(0..).collect()
}

/// What separates the cells: a comma, or what spreadsheets write in its place where the comma is in numbers.
pub(super) fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    b",;\t".iter().copied().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// Reads it.
pub(super) fn read(reader: &mut csv::Reader<&[u8]>, file: &str) -> Result<Header, BookError> {
    let mut faults = Vec::new();
    let mut header = Header::new();
    let names = reader.headers().cloned().unwrap_or_default();
    let mut fault = |column: usize, sentence: String| {
        faults.push(Fault { file: file.to_owned(), line: 1, column, sentence });
    };
    // A spreadsheet writes commas for columns in which there once was something.
    for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.trim().is_empty()) {
        let name = name.trim();
        match COLUMNS.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            Some(known) if header.insert(known, index).is_none() => {}
            Some(known) => fault(index + 1, format!("there are two columns {known}")),
            None => {
                let hint = suggestion::nearest(name, COLUMNS).map(|known| format!("; did you mean {known}?"));
                let hint = hint.unwrap_or_else(|| format!("; the columns are {}", COLUMNS.join(", ")));
                let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
                fault(index + 1, format!("unknown column \"{name}\"{hint}"));
            }
        }
    }
    for missing in COLUMNS.iter().filter(|name| !OPTIONAL.contains(name) && !header.contains_key(*name)) {
        fault(1, format!("the column {missing} is missing"));
    }
    if faults.is_empty() { Ok(header) } else { Err(BookError { faults }) }
}
