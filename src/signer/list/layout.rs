//! The form of a signers' file, for one who writes another file in the same form: its own columns, byte for byte.
//!
//! "Own" are all columns but the seven that a report adds. A record that is not in order (too long, with a quotation mark
//! astray) is written anew; each has as many cells as the header has.

use super::header::Header;
use crate::signer::csv::record::{Record, cell_text, unquoted};
use crate::signer::csv::scan::{Cell, Scanner};

/// How a signers' file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Comma, semicolon or tab.
    pub delimiter: u8,
    /// Whether the file begins with a byte order mark, without which some spreadsheets do not know UTF-8.
    pub has_mark: bool,
    /// What ends a line.
    pub line_end: &'static str,
    /// The own columns of the header, as they stand there.
    pub header: Vec<u8>,
    /// The names of the own columns.
    pub names: Vec<String>,
}

impl Layout {
    /// The values in a record's own columns.
    pub(crate) fn values(&self, own_columns: &[u8]) -> Vec<String> {
        let mut scanner = Scanner::new(self.delimiter);
        if scanner.feed(own_columns).is_none() {
            scanner.finish();
        }
        let raw = |start: usize, end: usize| own_columns.get(start..end).unwrap_or_default();
        let value = |cell: &Cell| {
            let raw = raw(cell.start, cell.end);
            if cell.quoted { unquoted(raw).into_owned() } else { String::from_utf8_lossy(raw).into_owned() }
        };
        scanner.cells.iter().map(value).collect()
    }

    /// Appends a cell, between quotation marks where it needs them.
    pub(crate) fn push_cell(&self, line: &mut Vec<u8>, text: &str) {
        push_cell(line, text, self.delimiter);
    }
}

/// The own columns of a record, into `line`.
pub(super) fn own_columns(header: &Header, record: &Record<'_>, line: &mut Vec<u8>) {
    line.clear();
    let in_order = record.trouble.is_none();
    if in_order && record.count == header.roles.len() && header.is_all_own() {
        line.extend_from_slice(record.bytes);
        return;
    }
    for (nth, index) in header.own().enumerate() {
        if nth > 0 {
            line.push(header.delimiter);
        }
        if in_order {
            line.extend_from_slice(record.raw(index));
        } else {
            push_cell(line, &cell_text(record, index), header.delimiter);
        }
    }
}

fn push_cell(line: &mut Vec<u8>, text: &str, delimiter: u8) {
    let needs_marks = |b: u8| b == delimiter || matches!(b, b'"' | b'\r' | b'\n');
    if text.bytes().any(needs_marks) {
        line.push(b'"');
        line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        line.push(b'"');
    } else {
        line.extend_from_slice(text.as_bytes());
    }
}
