//! One record after another out of a spool, with the place of each, in bounded memory.
//!
//! Empty lines are passed over; LF, CRLF and CR end a line. A record of more than [`LONGEST_RECORD`] bytes is read
//! over without being kept. After a record whose quotation mark is never closed, reading goes on in the line below the
//! mark, so that one slip does not swallow the rest of the file.

use super::scan::{Cell, Flaw, Scanner};
use super::spool::Spool;
use std::borrow::Cow;
use std::io;

/// The most bytes of a record: a note of 2,000 characters has at most a hundredth of it.
pub(in crate::signer) const LONGEST_RECORD: usize = 1_000_000;
/// How much is read at once where one record follows another.
pub(in crate::signer) const MANY: usize = 1 << 16;
/// How much is read at once for a single record.
pub(in crate::signer) const ONE: usize = 1 << 12;

/// A record as it was found.
#[derive(Clone, Copy, Debug)]
pub(in crate::signer) struct Record<'a> {
    /// Its bytes without the line end; none if it is too long.
    pub(in crate::signer) bytes: &'a [u8],
    /// Its cells' places, of a record that is too long too.
    pub(in crate::signer) cells: &'a [Cell],
    /// How many cells it has.
    pub(in crate::signer) count: usize,
    /// What keeps it from being read.
    pub(in crate::signer) trouble: Option<Trouble>,
}

/// What keeps a record from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::signer) enum Trouble {
    /// It is not written as a record is.
    Flaw(Flaw),
    /// It has more than [`LONGEST_RECORD`] bytes; how many cells were complete before.
    TooLong(usize),
}

impl<'a> Record<'a> {
    /// The bytes of a cell, quotation marks included.
    pub(in crate::signer) fn raw(&self, index: usize) -> &'a [u8] {
        let place = self.cells.get(index).map(|cell| cell.start..cell.end);
        place.and_then(|place| self.bytes.get(place)).unwrap_or_default()
    }
}

/// What the lines of a spool are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::signer) enum Lines {
    /// Lines of the file: a cell may hold several.
    OfFile,
    /// Rows of a worksheet: each record is one, whatever its cells hold.
    RowsOfSheet,
}

/// A reader of records.
#[derive(Debug)]
pub(in crate::signer) struct Records<'s> {
    spool: &'s Spool,
    chunk: usize,
    scanner: Scanner,
    window: Vec<u8>,
    /// The spool's offset of the window's first byte.
    window_offset: u64,
    /// The next byte to read, in the window.
    at: usize,
    lines: Lines,
    line: u64,
    after_cr: bool,
    start: usize,
    end: usize,
    record_offset: u64,
    record_line: u64,
    too_long: Option<usize>,
}

impl<'s> Records<'s> {
    /// Records from `offset` on, which is in `line`, read in pieces of `chunk` bytes.
    pub(in crate::signer) fn new(
        spool: &'s Spool,
        delimiter: u8,
        offset: u64,
        line: u64,
        chunk: usize,
    ) -> Records<'s> {
        Records {
            spool,
            chunk,
            scanner: Scanner::new(delimiter),
            window: Vec::new(),
            window_offset: offset,
            at: 0,
            lines: Lines::OfFile,
            line,
            after_cr: false,
            start: 0,
            end: 0,
            record_offset: offset,
            record_line: line,
            too_long: None,
        }
    }

    /// The same records, whose lines are counted so.
    #[must_use]
    pub(in crate::signer) fn counting(mut self, lines: Lines) -> Records<'s> {
        self.lines = lines;
        self
    }

    fn count_lines(&mut self) {
        if self.lines == Lines::OfFile {
            self.line += self.scanner.lines();
        }
    }

    /// Goes on to the next record; false at the end.
    pub(in crate::signer) fn advance(&mut self) -> io::Result<bool> {
        if !self.pass_line_ends()? {
            return Ok(false);
        }
        self.scanner.reset();
        self.too_long = None;
        self.start = self.at;
        self.record_offset = self.window_offset + self.at as u64;
        self.record_line = self.line;
        let mut fed = self.start;
        let length = loop {
            if let Some(length) = self.scanner.feed(&self.window[fed..]) {
                break length;
            }
            if self.window.len() - self.start > LONGEST_RECORD {
                return self.pass_over();
            }
            self.window.drain(..self.start);
            self.window_offset += self.start as u64;
            self.start = 0;
            fed = self.window.len();
            if self.refill()? == 0 {
                break self.scanner.finish();
            }
        };
        self.end = self.start + length;
        self.at = self.end;
        self.count_lines();
        Ok(true)
    }

    /// The record that was found last.
    pub(in crate::signer) fn record(&self) -> Record<'_> {
        let long = self.too_long.map(Trouble::TooLong);
        Record {
            bytes: &self.window[self.start..self.end],
            cells: &self.scanner.cells,
            count: self.scanner.count,
            trouble: self.scanner.flaw.map(Trouble::Flaw).or(long),
        }
    }

    /// The offset of the record that was found last.
    pub(in crate::signer) fn record_offset(&self) -> u64 {
        self.record_offset
    }

    /// The first line of the record that was found last.
    pub(in crate::signer) fn record_line(&self) -> u64 {
        self.record_line
    }

    /// Goes to the first byte that ends no line; false if there is none.
    fn pass_line_ends(&mut self) -> io::Result<bool> {
        loop {
            while let Some(&b) = self.window.get(self.at) {
                match b {
                    b'\n' if self.after_cr => {}
                    b'\n' | b'\r' => self.line += 1,
                    _ => {
                        self.after_cr = false;
                        return Ok(true);
                    }
                }
                self.after_cr = b == b'\r';
                self.at += 1;
            }
            self.window_offset += self.window.len() as u64;
            self.window.clear();
            self.at = 0;
            if self.refill()? == 0 {
                (self.start, self.end) = (0, 0);
                return Ok(false);
            }
        }
    }

    /// Reads on to the end of a record without keeping it.
    fn pass_over(&mut self) -> io::Result<bool> {
        self.too_long = Some(self.scanner.count);
        let length = loop {
            self.window_offset += self.window.len() as u64;
            self.window.clear();
            if self.refill()? == 0 {
                break self.scanner.finish();
            }
            if let Some(length) = self.scanner.feed(&self.window) {
                break length;
            }
        };
        self.window.clear();
        self.window_offset = self.record_offset + length as u64;
        (self.start, self.end, self.at) = (0, 0, 0);
        self.count_lines();
        Ok(true)
    }

    /// Reads the next chunk behind the window; how much there was.
    fn refill(&mut self) -> io::Result<usize> {
        let kept = self.window.len();
        self.window.resize(kept + self.chunk, 0);
        let count = self.spool.read_at(&mut self.window[kept..], self.window_offset + kept as u64)?;
        self.window.truncate(kept + count);
        Ok(count)
    }
}

/// A cell's text, without its quotation marks; bytes that are not UTF-8 are U+FFFD.
pub(in crate::signer) fn cell_text<'a>(record: &Record<'a>, index: usize) -> Cow<'a, str> {
    let raw = record.raw(index);
    if record.cells.get(index).is_some_and(|cell| cell.quoted) {
        unquoted(raw)
    } else {
        String::from_utf8_lossy(raw)
    }
}

/// The text between quotation marks; the whole text where they are not in order.
pub(in crate::signer) fn unquoted(raw: &[u8]) -> Cow<'_, str> {
    let closed = raw.trim_ascii().strip_suffix(b"\"");
    let inner = closed.and_then(|raw| raw.strip_prefix(b"\""));
    let text = String::from_utf8_lossy(inner.unwrap_or(raw));
    if inner.is_some() && text.contains("\"\"") {
        return Cow::Owned(text.replace("\"\"", "\""));
    }
    text
}
