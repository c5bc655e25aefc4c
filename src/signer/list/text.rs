//! Where a list's text lies in its spool, and what divides it.

use super::header;
use super::mapping::Mapping;
use crate::signer::csv::record::{Lines, MANY, Records};
use crate::signer::csv::spool::Spool;
use std::io;

/// Where the text of a list begins, and what its lines are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub(super) start: u64,
    pub(super) line: u64,
    pub(super) lines: Lines,
    pub(super) has_mark: bool,
}

impl Text {
    /// All of a spool, without a mark.
    pub(super) const WHOLE: Text = Text { start: 0, line: 1, lines: Lines::OfFile, has_mark: false };
}

/// Its records, from the first on.
pub(super) fn records(spool: &Spool, text: Text, delimiter: u8) -> Records<'_> {
    Records::new(spool, delimiter, text.start, text.line, MANY).counting(text.lines)
}

/// Where the text begins behind a line `sep=;`, with which Excel is told the delimiter; its line, and the delimiter.
pub(super) fn after_separator_line(spool: &Spool, start: u64) -> io::Result<(u64, u64, Option<u8>)> {
    let mut first = [0; 10];
    let count = spool.read_at(&mut first, start)?;
    let line = first[..count].split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or_default();
    let bare = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let lower = bare.to_ascii_lowercase();
    let Some([delimiter @ (b',' | b';' | b'\t' | b'|')]) = lower.strip_prefix(b"sep=") else {
        return Ok((start, 1, None));
    };
    let behind = &first[line.len()..count];
    let line_end = if behind.starts_with(b"\r\n") { 2 } else { 1 };
    Ok((start + (line.len() + line_end) as u64, 2, Some(*delimiter)))
}

/// The delimiter under which the first record names most of the known columns.
pub(super) fn likeliest_delimiter(spool: &Spool, text: Text, mapping: &Mapping) -> io::Result<u8> {
    let mut likeliest = (b',', (0, 0));
    for delimiter in *b",;\t|" {
        let mut records = records(spool, text, delimiter);
        records.advance()?;
        let likelihood = header::likelihood(&records.record(), mapping);
        if likelihood > likeliest.1 {
            likeliest = (delimiter, likelihood);
        }
    }
    Ok(likeliest.0)
}
