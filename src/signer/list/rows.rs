//! The rows of a signers' list, one after another, in the same memory for ten and for a million.

use super::error::SourceError;
use super::layout;
use super::opened::Opened;
use super::position::Position;
use super::reading::{self, Rules};
use super::row::{Conditions, Entry, Row, Withheld};
use super::survey::Survey;
use crate::country::{self, Territory};
use crate::signer::csv::record::Records;
use std::collections::HashMap;

/// The rows of a signers' list, one after another.
#[derive(Debug)]
pub(crate) struct Rows<'s> {
    opened: &'s Opened,
    survey: &'s Survey,
    records: Records<'s>,
    conditions: Conditions,
    number: u64,
    ended: bool,
    countries: HashMap<String, Result<Territory, String>>,
}

/// The most different spellings of countries that are remembered.
const REMEMBERED: usize = 4_096;

impl<'s> Rows<'s> {
    pub(super) fn new(
        opened: &'s Opened,
        survey: &'s Survey,
        records: Records<'s>,
        conditions: Conditions,
    ) -> Rows<'s> {
        Rows { opened, survey, records, conditions, number: 0, ended: false, countries: HashMap::new() }
    }

    /// The own columns of the row that came last, byte for byte; a row that is not in order is written anew.
    pub(crate) fn own_columns(&self, line: &mut Vec<u8>) {
        layout::own_columns(&self.opened.header, &self.records.record(), line);
    }

    /// The row that came last, whose signer said no, as far as it can be read.
    pub(crate) fn whose(&mut self, withheld: &Withheld) -> Option<Row> {
        let find = |text: &str| remembered(&mut self.countries, text);
        reading::whose(&self.opened.header, &self.records.record(), withheld.position, find)
    }

    fn read_next(&mut self) -> Result<Option<Entry>, SourceError> {
        loop {
            if !self.records.advance().map_err(|error| self.opened.unreadable(error))? {
                return Ok(None);
            }
            let record = self.records.record();
            if self.opened.is_blank(&record) || self.opened.repeats_header(&record) {
                continue;
            }
            self.number += 1;
            let position = Position {
                offset: self.records.record_offset(),
                line: self.records.record_line(),
                number: self.number,
            };
            let find = |text: &str| remembered(&mut self.countries, text);
            let rules = Rules { conditions: self.conditions, survey: self.survey };
            return Ok(Some(reading::read(&self.opened.header, &record, position, rules, find)));
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Entry, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let entry = self.read_next();
        self.ended = !matches!(entry, Ok(Some(_)));
        match entry.transpose() {
            None => self.opened.unchanged().err().map(Err),
            entry => entry,
        }
    }
}

/// A look-up whose answers are kept, since most rows name one of a few countries.
fn remembered(
    countries: &mut HashMap<String, Result<Territory, String>>,
    text: &str,
) -> Result<Territory, String> {
    if let Some(answer) = countries.get(text) {
        return answer.clone();
    }
    let answer = country::find(text).map_err(|error| error.to_string());
    if countries.len() < REMEMBERED {
        countries.insert(text.to_owned(), answer.clone());
    }
    answer
}
