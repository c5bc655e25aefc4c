//! Many signers: reading them from a CSV as spreadsheets and form services write it.
//!
//! [`Source::open`] finds out encoding, delimiter and columns; [`Rows`] goes through the file in a few megabytes,
//! however long it is, and gives a [`Row`] or what is wrong with it; [`Source::row_at`] finds a row again. Rows count
//! from 1 without the header; what is wrong is told with the file's line and the row's column.
//!
//! | module | does |
//! |---|---|
//! | `encoding`, `spool` | bytes to UTF-8 that can be read at any place |
//! | `scan`, `record` | where records and cells begin and end |
//! | `synonyms`, `columns`, `header` | which column means what |
//! | `reading`, `row`, `layout` | record to signer, and to the beginning of a report's line |
//! | `source`, `rows` | the file as a whole |
//! | `fault`, `error`, `notice` | what is wrong; what the user should know |

mod columns;
mod encoding;
mod error;
mod fault;
mod header;
mod layout;
mod notice;
mod reading;
mod record;
mod row;
mod rows;
mod scan;
mod source;
mod spool;
mod synonyms;

pub(crate) use error::SourceError;
pub(crate) use fault::Faults;
pub(crate) use header::REPORT_COLUMNS;
pub(crate) use layout::Layout;
pub(crate) use notice::Notice;
pub(crate) use record::Position;
pub(crate) use row::{Conditions, Entry, Row};
pub(crate) use source::Source;

use record::Record;
use std::borrow::Cow;

/// A cell's text, without its quotation marks; bytes that are not UTF-8 are U+FFFD.
fn cell_text<'a>(record: &Record<'a>, index: usize) -> Cow<'a, str> {
    let raw = record.raw(index);
    if record.cells.get(index).is_some_and(|cell| cell.quoted) {
        unquoted(raw)
    } else {
        String::from_utf8_lossy(raw)
    }
}

/// The text between quotation marks; the whole text where they are not in order.
fn unquoted(raw: &[u8]) -> Cow<'_, str> {
    let closed = raw.trim_ascii_end().strip_suffix(b"\"");
    let inner = closed.and_then(|raw| raw.strip_prefix(b"\""));
    let text = String::from_utf8_lossy(inner.unwrap_or(raw));
    if inner.is_some() && text.contains("\"\"") {
        return Cow::Owned(text.replace("\"\"", "\""));
    }
    text
}

#[cfg(test)]
mod tests;
