//! From a record to a signer, or to everything that has to be mended in its row.
//!
//! A row whose consent is a no is left out before anything else in it is looked at: nobody has to mend the data of one
//! who withdrew.

use super::columns::Role;
use super::fault::{Fault, Remedy, RowFault};
use super::header::Header;
use super::position::Position;
use super::row::{Conditions, Entry, Row, Withheld};
use super::survey::Survey;
use crate::country::Territory;
use crate::plain_text;
use crate::signer::consent::words::Answer;
use crate::signer::consent::{Consent, ConsentError};
use crate::signer::csv::record::{LONGEST_RECORD, Record, Trouble, cell_text};
use crate::signer::csv::scan::Flaw;
use crate::signer::extra::ExtraColumn;
use crate::signer::field::Field;
use crate::signer::person::{Particulars, Signer, SignerError};
use crate::signer::residue;
use crate::signer::wishes::{WishError, Wishes, reply_to, text};
use crate::wording::quoted;
use std::borrow::Cow;

/// What a row is read by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules<'a> {
    /// What it has to satisfy.
    pub conditions: Conditions,
    /// What all of the list tells.
    pub survey: &'a Survey,
}

/// Reads a record that is not blank.
pub(super) fn read(
    header: &Header,
    record: &Record<'_>,
    position: Position,
    rules: Rules<'_>,
    find: impl FnOnce(&str) -> Result<Territory, String>,
) -> Entry {
    let mut reading = Reading::new(header, record, position);
    if reading.has_its_shape()
        && let Some(entry) = reading.row(rules, find)
        && reading.faults.is_empty()
    {
        return entry;
    }
    Entry::Faulty(reading.into_fault())
}

/// The signer and wishes of a row that is left out for a no, where they can be read: a letter that left before has them.
pub(super) fn whose(
    header: &Header,
    record: &Record<'_>,
    position: Position,
    find: impl FnOnce(&str) -> Result<Territory, String>,
) -> Option<Row> {
    let mut reading = Reading::new(header, record, position);
    if !reading.has_its_shape() {
        return None;
    }
    let (signer, wishes) = (reading.signer(find), reading.wishes(Some(Consent::Withheld)));
    Some(Row { position, signer: signer?, wishes: wishes? })
}

/// The fault of a row's field, as one who knows more than the row finds it.
pub(super) fn fault(
    header: &Header,
    record: &Record<'_>,
    position: Position,
    field: Field,
    sentence: String,
) -> RowFault {
    let mut reading = Reading::new(header, record, position);
    reading.blame(header.column(field).unwrap_or(0), sentence, None);
    reading.into_fault()
}

/// How a quotation mark that belongs to the text is written (RFC 4180 §2).
const TWICE: &str = "a mark that belongs to the text is written twice, in a cell between quotation marks";

struct Reading<'a> {
    header: &'a Header,
    record: &'a Record<'a>,
    position: Position,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    fn new(header: &'a Header, record: &'a Record<'a>, position: Position) -> Reading<'a> {
        Reading { header, record, position, faults: Vec::new() }
    }

    fn into_fault(mut self) -> RowFault {
        self.faults.sort_by_key(|fault| fault.column);
        RowFault { position: self.position, faults: self.faults }
    }

    /// Whether the record has as many cells as the header, each of them text.
    fn has_its_shape(&mut self) -> bool {
        let (count, columns) = (self.record.count, self.header.roles.len());
        let last = self.record.cells.len().saturating_sub(1);
        match self.record.trouble {
            Some(Trouble::Flaw(Flaw::Unclosed { .. })) => {
                let sentence = format!("a quotation mark opens here and is not closed: close it; {TWICE}");
                self.fault(last, "quotation marks", sentence);
            }
            Some(Trouble::Flaw(Flaw::Stray)) => {
                let raw = self.record.raw(last);
                let sentence = if raw.windows(2).any(|pair| pair == b"\\\"") {
                    format!(
                        "quotation marks are written \\\" here, as MySQL and PHP scripts write them: {TWICE}; export the list again \
                         with \"\" for each"
                    )
                } else {
                    format!("text stands behind the closing quotation mark: {TWICE}")
                };
                self.fault(last, "quotation marks", sentence);
            }
            Some(Trouble::TooLong(complete)) => {
                let sentence =
                    format!("the row has more than {LONGEST_RECORD} bytes: is a quotation mark missing?");
                self.fault(complete, "length", sentence);
            }
            None if count < self.header.width() || self.has_surplus(columns) => {
                let sentence = format!(
                    "the row has {count} cells, the header {columns}: is a cell missing, or one with a {} in it without quotation marks?",
                    delimiter_name(self.header.delimiter)
                );
                let last_to_fit = count.min(columns + 1).saturating_sub(1);
                self.fault(last_to_fit, "number of cells", sentence);
            }
            None => self.look_for_lost_characters(),
        }
        self.faults.is_empty()
    }

    /// Whether something stands beyond the header's columns.
    fn has_surplus(&self, columns: usize) -> bool {
        self.record.count > self.record.cells.len()
            || (columns..self.record.count).any(|index| !cell_text(self.record, index).trim().is_empty())
    }

    fn look_for_lost_characters(&mut self) {
        let whole = std::str::from_utf8(self.record.bytes);
        if whole.is_ok_and(|text| !text.contains(char::REPLACEMENT_CHARACTER)) {
            return;
        }
        for index in self.header.own() {
            let raw = self.record.raw(index);
            let sentence = match std::str::from_utf8(raw) {
                Err(_) => {
                    "it is not UTF-8, as most of the file is (two encodings in one file): save each part as CSV UTF-8 before they are put together"
                }
                Ok(text) if text.contains(char::REPLACEMENT_CHARACTER) => {
                    "it contains U+FFFD, which stands where a character was lost: write the character again"
                }
                Ok(_) => continue,
            };
            let sentence = format!("{}: {sentence}", self.header.label(index));
            let value = cell_text(self.record, index).trim().to_owned();
            self.fault_of(index, "encoding", sentence, Some(value), None);
        }
    }

    /// The row, as far as it could be read; what is wrong with it is in `faults`.
    fn row(
        &mut self,
        rules: Rules<'_>,
        find: impl FnOnce(&str) -> Result<Territory, String>,
    ) -> Option<Entry> {
        let consent = self.consent(rules);
        if consent == Some(Consent::Withheld) {
            return Some(Entry::Withheld(Withheld { position: self.position, by_row: None }));
        }
        let signer = self.signer(find);
        if let Some(signer) = &signer
            && let Some(row) = rules.survey.withdrawals.of(signer)
        {
            self.faults.clear();
            return Some(Entry::Withheld(Withheld { position: self.position, by_row: Some(row) }));
        }
        let wishes = self.wishes(consent);
        Some(Entry::Row(Box::new(Row { position: self.position, signer: signer?, wishes: wishes? })))
    }

    fn wishes(&mut self, consent: Option<Consent>) -> Option<Wishes> {
        let lang = self.wish(Field::Lang, |cell| text(Field::Lang, cell));
        let letter = self.wish(Field::Letter, |cell| text(Field::Letter, cell));
        let addressee = self.wish(Field::Addressee, |cell| text(Field::Addressee, cell));
        let mission = self.wish(Field::Mission, |cell| text(Field::Mission, cell));
        let reply_to = self.wish(Field::ReplyTo, reply_to);
        Some(Wishes {
            lang: lang?,
            letter: letter?,
            addressee: addressee?,
            mission: mission?,
            reply_to: reply_to?,
            consent: consent?,
        })
    }

    fn consent(&mut self, rules: Rules<'_>) -> Option<Consent> {
        let conditions = rules.conditions;
        let Some(index) = self.header.column(Field::Consent) else { return Some(Consent::NotStated) };
        let cell = cell_text(self.record, index);
        let cell = plain_text::without_invisible(&cell);
        let date = self.header.fields.consent_date.map(|index| cell_text(self.record, index));
        let answer = rules.survey.answers.read(&cell, date.as_deref(), conditions.today);
        let error = match answer {
            Ok(consent) => return Some(consent),
            Err(ConsentError::Empty) if !conditions.consent_needed => return Some(Consent::NotStated),
            Err(error) => error,
        };
        let remedy = match error {
            ConsentError::DayOrMonth => Some(Remedy::DateOrder),
            ConsentError::Unclear => Some(Remedy::Words),
            ConsentError::NotNamed => Some(Remedy::MoreWords),
            _ => None,
        };
        // A word that is a yes leaves the day to be blamed.
        let of_date = rules.survey.answers.word(&cell) == Some(Answer::Yes);
        let at = self.header.fields.consent_date.filter(|_| of_date).unwrap_or(index);
        self.blame(at, error.to_string(), remedy);
        None
    }

    fn signer(&mut self, find: impl FnOnce(&str) -> Result<Territory, String>) -> Option<Signer> {
        let cell = |field| self.header.column(field).map(|index| cell_text(self.record, index));
        let name = self.header.name(self.record);
        let country = cell(Field::Country)?;
        let (city, email, note) = (cell(Field::City), cell(Field::Email), cell(Field::Note));
        let (city, email, note) = (filled(city.as_ref()), filled(email.as_ref()), filled(note.as_ref()));
        let leavings = [
            (Field::Name, Some(name.as_ref()), residue::of_name as fn(&str) -> Option<&'static str>),
            (Field::City, city, residue::of_city),
            (Field::Note, note, residue::of_note),
        ];
        let mut spoiled = Vec::new();
        for (field, cell, of) in leavings {
            if let Some(what) = cell.and_then(of) {
                spoiled.push(field);
                let index = self.header.column(field).unwrap_or(0);
                self.blame(index, format!("{field}: it looks like {what}"), None);
            }
        }
        let extra: Vec<(&ExtraColumn, Cow<'a, str>)> = self.extra().collect();
        let particulars = Particulars {
            name: &name,
            country: &country,
            city,
            email,
            note,
            extra: extra.iter().map(|(column, value)| ((*column).clone(), value.as_ref())).collect(),
        };
        match Signer::new(&particulars, find) {
            Ok(signer) if spoiled.is_empty() => return Some(signer),
            Ok(_) => {}
            Err(errors) => {
                let told =
                    |error: &&SignerError| !error.field().is_some_and(|field| spoiled.contains(&field));
                errors.iter().filter(told).for_each(|error| self.blame_signer(error));
            }
        }
        None
    }

    fn extra(&self) -> impl Iterator<Item = (&'a ExtraColumn, Cow<'a, str>)> {
        let (header, record) = (self.header, self.record);
        let columns = header.roles.iter().enumerate();
        columns.filter_map(move |(index, role)| match role {
            Role::Extra(column) => Some((column, cell_text(record, index))),
            _ => None,
        })
    }

    fn wish<T>(
        &mut self,
        field: Field,
        read: impl FnOnce(Option<&str>) -> Result<T, WishError>,
    ) -> Option<T> {
        let index = self.header.column(field);
        let cell = index.map(|index| cell_text(self.record, index));
        read(filled(cell.as_ref()))
            .map_err(|error| self.blame(index.unwrap_or(0), error.to_string(), None))
            .ok()
    }

    fn blame_signer(&mut self, error: &SignerError) {
        let index = match error {
            SignerError::Extra(column, _) => {
                let role = Role::Extra(column.clone());
                self.header.roles.iter().position(|other| *other == role)
            }
            _ => error.field().and_then(|field| self.header.column(field)),
        };
        self.blame(index.unwrap_or(0), error.to_string(), None);
    }

    /// A fault of the cell's value, which is shown unless the sentence shows it.
    fn blame(&mut self, index: usize, sentence: String, remedy: Option<Remedy>) {
        let value = if self.header.fields.name.first() == Some(&index) {
            self.header.name(self.record)
        } else {
            cell_text(self.record, index)
        };
        let value = plain_text::trimmed(&value).to_owned();
        let is_shown = value.trim().is_empty() || sentence.contains(&quoted(&value));
        let subject = match remedy {
            Some(_) => self.header.names.get(index).cloned().unwrap_or_default(),
            None => self.header.label(index).to_owned(),
        };
        self.fault_of(index, &subject, sentence, Some(value).filter(|_| !is_shown), remedy);
    }

    fn fault(&mut self, index: usize, subject: &str, sentence: String) {
        self.fault_of(index, subject, sentence, None, None);
    }

    fn fault_of(
        &mut self,
        index: usize,
        subject: &str,
        sentence: String,
        value: Option<String>,
        remedy: Option<Remedy>,
    ) {
        let lines = match self.header.places.sheet {
            Some(_) => 0,
            None => self.record.cells.get(index).map_or(0, |cell| cell.line),
        };
        self.faults.push(Fault {
            places: self.header.places.clone(),
            line: self.position.line + lines,
            column: index + 1,
            subject: subject.to_owned(),
            sentence,
            value,
            remedy,
        });
    }
}

/// A cell in which something stands, and not only the stroke of one who had to write something.
fn filled<'a>(cell: Option<&'a Cow<'_, str>>) -> Option<&'a str> {
    cell.map(AsRef::as_ref).filter(|text: &&str| !text.trim().is_empty() && !residue::says_nothing(text))
}

fn delimiter_name(delimiter: u8) -> &'static str {
    match delimiter {
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "stroke",
        _ => "comma",
    }
}
