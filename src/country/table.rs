//! The tables of names, searched line by line where they lie in the program.

use memchr::{memchr, memrchr};

use crate::language;

/// A row of territories.tsv.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) alpha3: &'static str,
    pub(super) name: &'static str,
    pub(super) has_article: bool,
}

const TERRITORIES: &str = include_str!("territories.tsv");
const NAMES: &str = include_str!("names.tsv");
const SPOKEN: &str = include_str!("spoken.tsv");
const DISPLAY: &str = include_str!("display.tsv");

/// The territory with this alpha-2 code.
pub(super) fn territory(code: &str) -> Option<Row> {
    search(TERRITORIES, code).and_then(row)
}

/// Every territory's row.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    TERRITORIES.lines().filter_map(row)
}

/// The codes of the territories that go by this folded name.
pub(super) fn named(folded: &str) -> impl Iterator<Item = &'static str> {
    let codes = search(NAMES, folded).and_then(|line| line.split('\t').nth(1)).unwrap_or_default();
    codes.split(' ').filter(|code| !code.is_empty())
}

/// The name of a territory in a language that letters are written in.
pub(super) fn display_name(code: &str, language: &str) -> Option<&'static str> {
    let (header, rows) = DISPLAY.split_once('\n')?;
    let tag = language::choose(language, header.split('\t').skip(1))?;
    let column = header.split('\t').position(|known| known == tag)?;
    search(rows, code)?.split('\t').nth(column)
}

fn row(line: &'static str) -> Option<Row> {
    let mut cells = line.split('\t');
    Some(Row {
        code: cells.next()?,
        alpha3: cells.next()?,
        name: cells.next()?,
        has_article: cells.next() == Some("the"),
    })
}

/// The line of a sorted table that begins with this cell: a binary search over bytes.
fn search(table: &'static str, wanted: &str) -> Option<&'static str> {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr(b'\n', &bytes[middle..]).map_or(bytes.len(), |at| middle + at);
        let line = &bytes[start..end];
        let first_cell = &line[..memchr(b'\t', line).unwrap_or(line.len())];
        match first_cell.cmp(wanted.as_bytes()) {
            std::cmp::Ordering::Equal => return table.get(start..end),
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// The folded names of names.tsv that begin with this letter, for suggestions.
pub(super) fn names_from(first: char) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut letter = [0; 4];
    let letter = first.encode_utf8(&mut letter).as_bytes().to_vec();
    let (mut low, mut high) = (0, NAMES.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memrchr(b'\n', &NAMES.as_bytes()[..middle]).map_or(0, |at| at + 1);
        if &NAMES.as_bytes()[start..] < letter.as_slice() {
            low = memchr(b'\n', &NAMES.as_bytes()[middle..]).map_or(NAMES.len(), |at| middle + at + 1);
        } else {
            high = start;
        }
    }
    let lines = NAMES.get(low..).unwrap_or_default().lines();
    lines.take_while(move |line| line.starts_with(first)).filter_map(|line| line.split_once('\t'))
}

/// Every folded name of names.tsv, for tests.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMES.lines().filter_map(|line| line.split_once('\t'))
}

/// The folded names that are said in a language, with their codes.
pub(super) fn spoken(tag: &str) -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    let keys = SPOKEN.lines().filter_map(|line| line.split_once('\t')).find(|(known, _)| *known == tag);
    let keys = keys.map_or("", |(_, keys)| keys);
    keys.split('|').filter(|key| !key.is_empty()).map(|key| (key, named(key).collect()))
}
