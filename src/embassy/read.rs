//! Reading embassies.csv: each row becomes an embassy or a list of what is wrong with it.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use csv::StringRecord;

use super::Embassy;
use super::error::{BookError, Fault};
use super::fact::{Checked, Confidence, Email, Kind};
use super::header::{self, Header, OPTIONAL};
use crate::country::{self, Territory};
use crate::mailbox::Mailbox;
use crate::plain_text;
use crate::zone::Zone;

/// What begins a note that whoever writes to the mission should see before the letter leaves.
const WARNING: &str = "! ";
/// Mailboxes of the consular sections: people in need write there.
const CONSULAR_DOMAIN: &str = "csm.mfa.gov.cn";

/// All embassies of a file, or everything that is wrong with it.
pub(super) fn read(bytes: &[u8], file: &str) -> Result<Vec<Embassy>, BookError> {
    match read_what_can_be(bytes, file)? {
        (embassies, faults) if faults.is_empty() => Ok(embassies),
        (_, faults) => Err(BookError { faults }),
    }
}

/// The embassies of the lines that are in order, and what is wrong with the others.
pub(super) fn read_what_can_be(bytes: &[u8], file: &str) -> Result<(Vec<Embassy>, Vec<Fault>), BookError> {
    let mut faults = Vec::new();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{FEFF}').unwrap_or(text),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count() as u64 + 1;
            let sentence = "this line is not UTF-8; save the file as UTF-8".to_owned();
            return Err(BookError {
                faults: vec![Fault { file: file.to_owned(), line, column: 1, sentence }],
            });
        }
    };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(header::delimiter(text))
        .from_reader(text.as_bytes());
    let header = header::read(&mut reader, file)?;
    let mut seen: HashMap<(Territory, Kind, String), u64> = HashMap::new();
    let mut embassies = Vec::new();
    let mut changed_dates = ChangedDates::default();
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                faults.push(Fault { file: file.to_owned(), line, column: 1, sentence: error.to_string() });
                break;
            }
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, |position| line_of(position, text));
        let mut row = Row {
            header: &header,
            record: &record,
            file,
            line,
            zones: Zones::LookedUp,
            faults: &mut faults,
            changed_dates: &mut changed_dates,
        };
        if let Some(embassy) = row.embassy() {
            let key = (embassy.country, embassy.kind, country::fold(&embassy.city));
            if let Some(first) = seen.get(&key) {
                row.fault("city", format!("this mission stands in line {first} already"));
            } else {
                seen.insert(key, line);
                embassies.push(embassy);
            }
        }
    }
    faults.extend(changed_dates.faults(&header, file));
    Ok((embassies, faults))
}

/// A line of the book built in, which has all columns in their order and no record that goes on in the next line: a test
/// reads it in both ways.
pub(super) fn builtin_line(text: &str, line: u64) -> Option<Embassy> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    reader.read_record(&mut record).ok().filter(|is_there| *is_there)?;
    let header = header::of_all_columns();
    let (mut faults, mut changed_dates) = (Vec::new(), ChangedDates::default());
    Row {
        header: &header,
        record: &record,
        file: "embassies.csv",
        line,
        zones: Zones::Known,
        faults: &mut faults,
        changed_dates: &mut changed_dates,
    }
    .embassy()
}

/// Whether the time zones of a book have been looked up before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zones {
    /// In the book built in, by a test.
    Known,
    /// They are looked up now.
    LookedUp,
}

/// Dates that a spreadsheet has rewritten, such as `Oct-26` for 2026-10: told once for each column.
#[derive(Default)]
struct ChangedDates(BTreeMap<&'static str, Vec<(u64, String)>>);

impl ChangedDates {
    /// Whether `cell` is a date as spreadsheets write them.
    fn is_one(cell: &str) -> bool {
        cell.contains(|c: char| c.is_ascii_digit())
            && (cell.contains(['/', '.', ' ']) || cell.contains(char::is_alphabetic))
            && cell.chars().all(|c| c.is_alphanumeric() || "-/. ,:".contains(c))
    }

    fn faults(&self, header: &Header, file: &str) -> Vec<Fault> {
        let fault = |(column, cells): (&&'static str, &Vec<(u64, String)>)| {
            let (line, cell) = cells.first()?;
            let more = match cells.len() - 1 {
                0 => String::new(),
                1 => ", and one more cell of this column".to_owned(),
                more => format!(", and {more} more cells of this column"),
            };
            Some(Fault {
                file: file.to_owned(),
                line: *line,
                column: header.get(column).map_or(1, |index| index + 1),
                sentence: format!(
                    "{column} {cell:?}{more}: a spreadsheet has changed these dates. Write 2026, 2026-10 or 2026-10-17, \
                     and open the file so that its columns are text"
                ),
            })
        };
        self.0.iter().filter_map(fault).collect()
    }
}

/// The line on which a row begins: the reader counts the empty lines before it to the row.
fn line_of(position: &csv::Position, text: &str) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or_default();
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    position.line() + empty.count() as u64
}

struct Row<'a> {
    header: &'a Header,
    record: &'a StringRecord,
    file: &'a str,
    line: u64,
    zones: Zones,
    faults: &'a mut Vec<Fault>,
    changed_dates: &'a mut ChangedDates,
}

impl<'a> Row<'a> {
    fn cell(&self, column: &str) -> &'a str {
        let record: &'a StringRecord = self.record;
        self.header.get(column).and_then(|index| record.get(*index)).unwrap_or_default().trim()
    }

    fn fault(&mut self, column: &str, sentence: String) {
        let column = self.header.get(column).map_or(1, |index| index + 1);
        self.faults.push(Fault { file: self.file.to_owned(), line: self.line, column, sentence });
    }

    /// The cell's text, which may be empty, without anything that a terminal or a header would obey.
    fn text(&mut self, column: &str) -> Option<String> {
        let cell = self.cell(column);
        match plain_text::first_forbidden(cell) {
            None => Some(cell.to_owned()),
            Some(forbidden) => {
                self.fault(column, format!("{column}: it contains {forbidden}; delete it"));
                None
            }
        }
    }

    /// The cell as one of a few words.
    fn word<T: Copy>(&mut self, column: &str, words: &[(&str, T)]) -> Option<T> {
        let cell = self.cell(column);
        let found = words.iter().find(|(word, _)| *word == cell).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.fault(column, format!("{column} {:?} is none of {}", shown(cell), words.join(", ")));
        }
        found
    }

    fn checked(&mut self, column: &'static str) -> Option<Checked> {
        let cell = self.cell(column);
        let checked = Checked::parse(cell);
        if checked.is_none() && ChangedDates::is_one(cell) {
            self.changed_dates.0.entry(column).or_default().push((self.line, shown(cell)));
        } else if checked.is_none() {
            self.fault(
                column,
                format!("{column} {:?} is no date: write 2024, 2024-05 or 2024-05-17", shown(cell)),
            );
        }
        checked
    }

    fn embassy(&mut self) -> Option<Embassy> {
        let before = self.faults.len();
        let columns = self.header.values().max().map_or(0, |last| last + 1);
        let surplus = self.record.iter().skip(columns).filter(|cell| !cell.trim().is_empty()).count();
        if self.record.len() < columns || surplus > 0 {
            let cells = self.record.len();
            self.fault("country_code", format!("this row has {cells} cells and the header {columns}: is a comma not within quotation marks?"));
            return None;
        }
        let country = self.country();
        let kind = self.word("kind", &Kind::ALL);
        let zone = self.zone();
        let source = self.text("source");
        let city = self.text("city");
        let address = self.text("address").filter(|text| !text.is_empty());
        let checked = self.checked("checked");
        let confidence = self.word("confidence", &Confidence::ALL);
        let email = self.email(source.as_deref(), checked, confidence);
        let [phone, website, note] =
            ["phone", "website", "note"].map(|column| self.text(column).filter(|text| !text.is_empty()));
        let warning = note.as_deref().and_then(|note| note.strip_prefix(WARNING));
        let (note_warns, note) = (warning.is_some(), warning.map(|note| note.trim().to_owned()).or(note));
        self.agree(kind, city.as_deref(), address.is_some() || email.is_some(), note.is_some());
        if source.as_deref() == Some("") {
            self.fault("source", "source: every fact needs one: write where it comes from".to_owned());
        }
        if self.faults.len() > before {
            return None;
        }
        Some(Embassy {
            line: self.line,
            country: country?,
            city: city?,
            kind: kind?,
            address,
            email,
            phone,
            website,
            zone: zone?,
            clock: OnceLock::new(),
            source: source?,
            checked: checked?,
            confidence: confidence?,
            note,
            note_warns,
        })
    }

    fn country(&mut self) -> Option<Territory> {
        let code = self.cell("country_code");
        let country = Territory::of_code(code);
        if country.is_none() {
            self.fault(
                "country_code",
                format!("country_code {:?} is no ISO 3166-1 alpha-2 code in capitals", shown(code)),
            );
        }
        country
    }

    fn zone(&mut self) -> Option<String> {
        let zone = self.cell("time_zone");
        if self.zones == Zones::LookedUp && Zone::named(zone).is_none() {
            self.fault(
                "time_zone",
                format!("time_zone {:?} is no IANA time zone such as Asia/Tokyo", shown(zone)),
            );
            return None;
        }
        Some(zone.to_owned())
    }

    fn email(
        &mut self,
        source: Option<&str>,
        checked: Option<Checked>,
        confidence: Option<Confidence>,
    ) -> Option<Email> {
        let cell = self.cell("email");
        if cell.is_empty() {
            return None;
        }
        let mailbox = match Mailbox::parse(cell) {
            Ok(mailbox) => mailbox,
            Err(error) => {
                self.fault("email", format!("email: {error}"));
                return None;
            }
        };
        if mailbox.domain() == CONSULAR_DOMAIN {
            self.fault("email", format!("email: {mailbox} is a consular section's mailbox, to which people in need write; leave it out"));
            return None;
        }
        // Without the three columns, or with all of them empty, the row speaks for the e-mail.
        let own: [&str; 3] = OPTIONAL.map(|column| self.cell(column));
        if own.iter().all(|cell| cell.is_empty()) {
            return Some(Email {
                mailbox,
                source: source?.to_owned(),
                checked: checked?,
                confidence: confidence?,
            });
        }
        let email_source = self.text("email_source");
        if email_source.as_deref() == Some("") {
            self.fault(
                "email_source",
                "email_source: the e-mail needs one: write where it comes from".to_owned(),
            );
        }
        let email_checked = self.checked("email_checked");
        let email_confidence = self.word("email_confidence", &Confidence::ALL);
        Some(Email { mailbox, source: email_source?, checked: email_checked?, confidence: email_confidence? })
    }

    /// What kind, city, addresses and note have to do with each other.
    fn agree(&mut self, kind: Option<Kind>, city: Option<&str>, has_address: bool, has_note: bool) {
        match kind {
            Some(Kind::None) => {
                if has_address {
                    self.fault(
                        "kind",
                        "kind none says that there is no mission, and yet there is an address".to_owned(),
                    );
                }
                if !has_note {
                    self.fault(
                        "note",
                        "note: a row of kind none says here why there is no mission".to_owned(),
                    );
                }
            }
            Some(_) if city == Some("") => self.fault("city", "city: a mission is in one".to_owned()),
            _ => {}
        }
    }
}

/// A cell's value as an error shows it.
fn shown(cell: &str) -> String {
    cell.chars().map(|c| if plain_text::is_forbidden(c) { ' ' } else { c }).take(80).collect()
}
