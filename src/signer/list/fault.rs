//! What is wrong in a signers' list, told so that it can be mended: file, line, column, value, what to write.
//!
//! All faulty rows are reported at once. What is wrong with several rows for the same reason is one paragraph: its lines,
//! and one example. Of a person no more is shown than the faulty cell's value.

use super::agreement;
use super::mapping::{toml_string, toml_strings};
use super::position::{Places, Position};
use crate::exit::{Exit, ExitCode};
use crate::wording::{grouped, grouped_count, quoted};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The list, and how its places are told.
    pub places: Arc<Places>,
    /// The file's line, counted from 1.
    pub line: u64,
    /// The column's number in the row, counted from 1.
    pub column: usize,
    /// In a word or two, what has to be mended: a column's name, or what else is wrong with the row.
    pub subject: String,
    /// What is wrong and what to do, for every row of which the same is to be said.
    pub sentence: String,
    /// This row's cell, where the sentence does not show it.
    pub value: Option<String>,
    /// What mends all rows of this kind at once.
    pub remedy: Option<Remedy>,
}

/// Lines for campaign.toml that mend a whole column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Which number of the dates is the day.
    DateOrder,
    /// Which words are a yes.
    Words,
    /// Which words are a yes beside those that were named.
    MoreWords,
}

impl Fault {
    fn example(&self) -> String {
        let Fault { places, line, column, sentence, value, .. } = self;
        let value = value.as_ref().map(|value| format!(": {}", quoted(value))).unwrap_or_default();
        format!("{}: {sentence}{value}", places.at(*line, *column))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.example())
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
        let sentence = |fault: &Fault| match &fault.value {
            Some(value) => format!("{}: {}", fault.sentence, quoted(value)),
            None => fault.sentence.clone(),
        };
        self.faults.iter().map(sentence).collect::<Vec<_>>().join("; ")
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

/// The faulty rows of a list by what is wrong with them: the first reasons in full, all rows counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults {
    reasons: Vec<Reason>,
    rows: u64,
    /// Rows whose reason is not among those in full, by their subject.
    others: BTreeMap<String, u64>,
}

/// What is wrong with several rows.
#[derive(Clone, Debug)]
struct Reason {
    first: Fault,
    /// The lines of the others.
    lines: Vec<u64>,
    /// How many others there are.
    others: u64,
    /// The different values, where a remedy names them.
    values: Vec<String>,
}

/// The most reasons that are told.
const REASONS: usize = 20;
/// The most lines that are named.
const LINES: usize = 12;
/// The most words that a remedy names.
const VALUES: usize = 6;

impl Faults {
    /// Adds a row.
    pub(crate) fn push(&mut self, row: RowFault) {
        self.rows += 1;
        for fault in row.faults {
            let same = |reason: &&mut Reason| {
                reason.first.column == fault.column && reason.first.sentence == fault.sentence
            };
            let told = self.reasons.len();
            match self.reasons.iter_mut().find(same) {
                Some(reason) => reason.add(&fault),
                None if told < REASONS => {
                    let values = fault.value.iter().cloned().collect();
                    self.reasons.push(Reason { first: fault, lines: Vec::new(), others: 0, values });
                }
                None => *self.others.entry(fault.subject).or_default() += 1,
            }
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

impl Reason {
    fn add(&mut self, fault: &Fault) {
        self.others += 1;
        if self.lines.len() < LINES {
            self.lines.push(fault.line);
        }
        let new = fault.value.as_ref().filter(|value| !self.values.contains(value));
        if let Some(value) = new.filter(|_| self.values.len() < VALUES) {
            self.values.push(value.clone());
        }
    }
}

impl Reason {
    /// How to say that words are a yes; of those that sound like another answer it is not said how.
    fn words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (yes, other): (Vec<&String>, Vec<&String>) =
            self.values.iter().partition(|value| agreement::may_be_one(value));
        if !other.is_empty() {
            write!(
                f,
                ". {} may be no yes: write yes or no there, or the day of the consent",
                toml_strings(&other)
            )?;
        }
        match self.first.remedy {
            _ if yes.is_empty() => Ok(()),
            Some(Remedy::MoreWords) => write!(
                f,
                ". If all who wrote so agreed, add these words to yes = […] under [columns] in campaign.toml: {}",
                toml_strings(&yes)
            ),
            _ => write!(
                f,
                ". If all who wrote so agreed, say it in campaign.toml, each word as it stands there:\n\n[columns]\n\
                 consent = {{ column = {}, yes = [{}] }}",
                toml_string(&self.first.subject),
                toml_strings(&yes)
            ),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first.example())?;
        if self.others > 0 {
            write!(f, "; the same in {}", self.first.places.lines(&self.lines, self.others))?;
        }
        match self.first.remedy {
            Some(Remedy::DateOrder) => f.write_str(
                ". Say it in campaign.toml, \"day-first\" or \"month-first\":\n\n[columns]\ndates = \"day-first\"",
            ),
            Some(Remedy::Words | Remedy::MoreWords) => self.words(f),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, reason) in self.reasons.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{reason}")?;
        }
        if !self.others.is_empty() {
            f.write_str("\n… and more of other kinds: ")?;
            for (index, (subject, count)) in self.others.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{subject} {}", grouped(*count))?;
            }
        }
        if self.rows > 1 {
            write!(f, "\n{} in all", grouped_count(self.rows, "faulty row"))?;
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
