//! A list gone through once, before any of its rows is read: what only all of it can tell.
//!
//! Which number of its dates is the day; who said no in one row and yes in another; what is remarkable in its rows.

use super::error::SourceError;
use super::mapping::Instructions;
use super::notice::Notice;
use super::opened::Opened;
use super::remarks::{self, Remarks};
use super::withdrawals::Withdrawals;
use crate::country::{self, Found};
use crate::signer::consent::date::{self, Dated, Order};
use crate::signer::consent::words::Answer;
use crate::signer::consent::{Answers, ColumnOrder};
use crate::signer::csv::record::{Record, cell_text};
use crate::signer::field::Field;
use std::collections::HashMap;

/// What all of a list tells.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// How its answers are read.
    pub answers: Answers,
    /// Who said no.
    pub withdrawals: Withdrawals,
    /// What is remarkable in its rows.
    pub remarks: Vec<Notice>,
    /// How many rows there are.
    pub rows: u64,
}

/// Goes through a list.
pub(super) fn survey(opened: &Opened, said: &Instructions) -> Result<Survey, SourceError> {
    let mapping = &said.columns;
    let answers = mapping
        .consent
        .as_ref()
        .map_or_else(Answers::default, |consent| Answers::named(&consent.yes, &consent.no));
    let mut look = LookingThrough {
        opened,
        addressee: said.addressee.as_deref(),
        answers,
        withdrawals: Withdrawals::default(),
        remarks: Remarks::default(),
        day_first: None,
        month_first: None,
        countries: HashMap::new(),
    };
    let mut rows = 0;
    let mut records = opened.records()?;
    while records.advance().map_err(|error| opened.unreadable(error))? {
        let record = records.record();
        if opened.is_blank(&record) {
            continue;
        }
        if opened.repeats_header(&record) {
            look.remarks.repeated_heading();
            continue;
        }
        rows += 1;
        if record.trouble.is_none() {
            look.at(&record, records.record_line(), rows);
        }
    }
    Ok(look.finish(rows, mapping.dates))
}

struct LookingThrough<'a> {
    opened: &'a Opened,
    addressee: Option<&'a str>,
    answers: Answers,
    withdrawals: Withdrawals,
    remarks: Remarks,
    day_first: Option<u64>,
    month_first: Option<u64>,
    countries: HashMap<String, Option<Found>>,
}

/// The most different spellings of countries that are remembered.
const REMEMBERED: usize = 4_096;

impl LookingThrough<'_> {
    fn at(&mut self, record: &Record<'_>, line: u64, row: u64) {
        let fields = &self.opened.header.fields;
        let cell = |field| fields.column(field).map(|index| cell_text(record, index));
        let filled = |field| cell(field).filter(|cell| !cell.trim().is_empty());
        let name = self.opened.header.name(record);
        let country = filled(Field::Country).and_then(|text| self.country(&text));
        let territory = country.as_ref().map(|found| found.territory);
        let answer = filled(Field::Consent).unwrap_or_default();
        if self.answers.word(&answer) == Some(Answer::No) {
            let (email, city) = (filled(Field::Email), filled(Field::City));
            self.withdrawals.add(name.trim(), email.as_deref(), city.as_deref(), territory, row);
            return;
        }
        let day = fields.consent_date.map_or(answer, |index| cell_text(record, index));
        self.date(&day, line);
        self.remarks.name(row, &name);
        if filled(Field::Addressee).as_deref().or(self.addressee).is_some_and(|to| remarks::names(to, &name))
        {
            self.remarks.addressee(row, &name);
        }
        self.remarks.person(row, &name, filled(Field::Email).as_deref(), territory);
        if let Some(remark) = country.as_ref().and_then(|found| found.remark.as_ref()) {
            self.remarks.country(&remark.to_string());
        }
        if let Some(city) = filled(Field::City) {
            self.remarks.city(row, &city, territory);
        }
        if let Some(note) = filled(Field::Note) {
            self.remarks.note(row, &note);
        }
    }

    fn country(&mut self, text: &str) -> Option<Found> {
        if let Some(found) = self.countries.get(text) {
            return found.clone();
        }
        let found = country::read(text).ok();
        if self.countries.len() < REMEMBERED {
            self.countries.insert(text.to_owned(), found.clone());
        }
        found
    }

    fn date(&mut self, text: &str, line: u64) {
        if !text.contains(|c: char| c.is_numeric()) {
            return;
        }
        let Some(Dated::Numbers(numbers)) = date::read(text) else { return };
        match numbers.order() {
            Some(Order::DayFirst) => _ = self.day_first.get_or_insert(line),
            Some(Order::MonthFirst) => _ = self.month_first.get_or_insert(line),
            None => {}
        }
    }

    fn finish(mut self, rows: u64, said: Option<Order>) -> Survey {
        self.answers.order = match (said, self.day_first, self.month_first) {
            (Some(order), ..) => ColumnOrder::Known(order),
            (None, Some(day_first), Some(month_first)) => ColumnOrder::Both { day_first, month_first },
            (None, Some(_), None) => ColumnOrder::Known(Order::DayFirst),
            (None, None, Some(_)) => ColumnOrder::Known(Order::MonthFirst),
            (None, None, None) => ColumnOrder::Unknown,
        };
        self.withdrawals.sort();
        Survey {
            answers: self.answers,
            withdrawals: self.withdrawals,
            remarks: self.remarks.notices(rows),
            rows,
        }
    }
}
