//! What is wrong in a signers' file, told so that it can be mended: file, line, column, value, what to write.
//!
//! All faulty rows are reported at once; of a flood the first ones and the sum. Of a person no more is shown than the
//! faulty cell's value.

use super::position::Position;
use crate::exit::{Exit, ExitCode};
use crate::wording::grouped;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The file's line, counted from 1.
    pub line: u64,
    /// The column's number in the row, counted from 1.
    pub column: usize,
    /// In a word or two, what has to be mended: a column's name, or what else is wrong with the row.
    pub subject: String,
    /// What is wrong and what to do.
    pub sentence: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { file, line, column, sentence, .. } = self;
        write!(f, "{file}:{line}:{column}: {sentence}")
    }
}

/// A row that gives no signer, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowFault {
    /// Where the row stands.
    pub position: Position,
    /// Everything that is wrong with it, from left to right; at least one.
    pub faults: Vec<Fault>,
}

impl RowFault {
    /// The reasons in one line, without their places.
    pub(crate) fn reasons(&self) -> String {
        let sentences = self.faults.iter().map(|fault| fault.sentence.as_str());
        sentences.collect::<Vec<_>>().join("; ")
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RowFault {}

impl ExitCode for RowFault {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

/// The faulty rows of a file: the first of them in full, all of them counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    first: Vec<RowFault>,
    rows: u64,
    tally: BTreeMap<String, u64>,
}

/// The most rows that are shown.
const SHOWN: usize = 20;

impl Faults {
    /// Adds a row.
    pub(crate) fn push(&mut self, row: RowFault) {
        self.rows += 1;
        if let Some(fault) = row.faults.first() {
            match self.tally.get_mut(&fault.subject) {
                Some(count) => *count += 1,
                None => drop(self.tally.insert(fault.subject.clone(), 1)),
            }
        }
        if self.first.len() < SHOWN {
            self.first.push(row);
        }
    }

    /// How many rows are faulty.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether no row is.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, row) in self.first.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{row}")?;
        }
        let more = self.rows - self.first.len() as u64;
        if more > 0 {
            write!(f, "\n… and {} more; {} faulty rows in all: ", grouped(more), grouped(self.rows))?;
            for (index, (subject, count)) in self.tally.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{subject} {}", grouped(*count))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

impl ExitCode for Faults {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}
