//! What is wrong in an address book: every faulty cell, with its place and what to write.

use std::fmt;

use crate::exit::{Exit, ExitCode};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// The cell's number in its row, counted from 1.
    pub column: usize,
    /// What is wrong, and what to write.
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.sentence)
    }
}

/// Why an address book cannot be used: everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BookError {
    /// At least one.
    pub faults: Vec<Fault>,
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.faults.iter().map(Fault::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for BookError {}

impl ExitCode for BookError {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}
