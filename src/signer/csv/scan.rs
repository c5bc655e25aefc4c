//! Where a record's cells begin and end: RFC 4180 with comma, semicolon, tab or stroke, one byte at a time.
//!
//! White space before a quotation mark that opens a cell is no part of it, as some programs write it behind each comma.
//!
//! The scanner is fed piece by piece and keeps places only, no bytes. It takes a quotation mark inside a bare cell as
//! it stands, and calls a flaw what a reader could only guess at: a quotation mark that is never closed, or one that
//! is closed with more of the cell behind it.

/// The most cells of one record whose places are kept; the rest are counted.
pub(in crate::signer) const MOST_CELLS: usize = 10_000;

/// A cell's place in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::signer) struct Cell {
    /// Its first byte, quotation mark included, from the record's first.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Line ends before it in the record.
    pub line: u64,
    /// Whether it is written between quotation marks.
    pub quoted: bool,
}

/// Why a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::signer) enum Flaw {
    /// The last cell's quotation mark is not closed: the record is given up, and ends before `resume`.
    Unclosed {
        /// The line end after which reading goes on, from the record's first byte.
        resume: usize,
    },
    /// Behind the last cell's closing quotation mark stands more text.
    Stray,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before a cell's first byte.
    Start,
    /// In the spaces before a cell's first byte.
    Leading,
    /// In a cell without quotation marks.
    Bare,
    /// Between quotation marks.
    Quoted,
    /// After a quotation mark that closes the cell, if no second one follows.
    Closed,
    /// In the spaces behind a closed cell.
    Padding,
    /// In the rest of a line that has a stray text.
    Stray,
}

/// The scanner of one record after another.
#[derive(Debug)]
pub(in crate::signer) struct Scanner {
    delimiter: u8,
    state: State,
    scanned: usize,
    cell: Cell,
    after_cr: bool,
    lines: u64,
    first_line_end: Option<usize>,
    /// The places of the cells, the first [`MOST_CELLS`] of them.
    pub cells: Vec<Cell>,
    /// How many cells there are.
    pub count: usize,
    /// What is wrong with the record.
    pub flaw: Option<Flaw>,
}

impl Scanner {
    pub(in crate::signer) fn new(delimiter: u8) -> Scanner {
        let cell = Cell { start: 0, end: 0, line: 0, quoted: false };
        Scanner {
            delimiter,
            state: State::Start,
            scanned: 0,
            cell,
            after_cr: false,
            lines: 0,
            first_line_end: None,
            cells: Vec::new(),
            count: 0,
            flaw: None,
        }
    }

    /// Makes ready for the next record.
    pub(in crate::signer) fn reset(&mut self) {
        let mut cells = std::mem::take(&mut self.cells);
        cells.clear();
        *self = Scanner { cells, ..Scanner::new(self.delimiter) };
    }

    /// Line ends within the record so far.
    pub(in crate::signer) fn lines(&self) -> u64 {
        self.lines
    }

    /// Goes on with the next bytes; the record's length, once its end is among them.
    pub(in crate::signer) fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        for &b in bytes {
            if self.step(b) {
                return Some(self.finish());
            }
            self.scanned += 1;
        }
        None
    }

    /// Takes a byte; true if the record ends before it.
    #[inline]
    fn step(&mut self, b: u8) -> bool {
        match self.state {
            State::Bare if b > b',' && b != self.delimiter => {}
            State::Start | State::Leading if b == b'"' => self.open(),
            State::Quoted if b == b'"' => {
                self.state = State::Closed;
                self.after_cr = false;
            }
            State::Quoted => self.note_line_end(b),
            State::Closed if b == b'"' => self.state = State::Quoted,
            State::Stray if b != b'\r' && b != b'\n' => {}
            _ if b == b'\r' || b == b'\n' => return true,
            _ if b == self.delimiter => self.close(),
            State::Start | State::Leading if b == b' ' => self.state = State::Leading,
            State::Start | State::Leading | State::Bare => self.state = State::Bare,
            State::Closed | State::Padding if b == b' ' => self.state = State::Padding,
            // The cell swallowed lines: its end was forgotten, and this mark opens another.
            State::Closed | State::Padding if self.first_line_end.is_some() => {
                self.state = State::Quoted;
                return true;
            }
            State::Closed | State::Padding => {
                self.flaw = Some(Flaw::Stray);
                self.state = State::Stray;
            }
            State::Stray => {}
        }
        false
    }

    fn open(&mut self) {
        self.state = State::Quoted;
        self.cell.quoted = true;
        self.after_cr = false;
        self.first_line_end = None;
    }

    fn note_line_end(&mut self, b: u8) {
        if b == b'\r' || b == b'\n' {
            self.first_line_end.get_or_insert(self.scanned);
            self.lines += u64::from(b == b'\r' || !self.after_cr);
        }
        self.after_cr = b == b'\r';
    }

    fn close(&mut self) {
        self.cell.end = self.scanned;
        self.keep_cell();
        self.cell = Cell { start: self.scanned + 1, end: 0, line: self.lines, quoted: false };
        self.state = State::Start;
    }

    /// Ends the record where the scanner stands; its length.
    pub(in crate::signer) fn finish(&mut self) -> usize {
        let mut length = self.scanned;
        if self.state == State::Quoted {
            length = self.first_line_end.unwrap_or(self.scanned);
            self.flaw = Some(Flaw::Unclosed { resume: length });
            self.lines = self.cell.line;
        }
        self.cell.end = length;
        self.keep_cell();
        length
    }

    fn keep_cell(&mut self) {
        self.count += 1;
        if self.cells.len() < MOST_CELLS {
            self.cells.push(self.cell);
        }
    }
}
