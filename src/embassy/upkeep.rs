//! Keeping an address book true: which facts are old or unsure, which lines do not go together, and a form on which
//! anybody can send in a correction. Nothing of any signer is in it.

use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::Serialize;

use super::read::read_what_can_be;
use super::{AddressBook, BookError, Checked, Confidence, Embassy, Fault, Kind, NoEmbassy};
use crate::mailbox::Mailbox;

/// A fact that should be looked at again.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Stale<'b> {
    /// The file's line.
    pub line: u64,
    /// The mission's country, as its code.
    pub country_code: &'b str,
    /// Its city.
    pub city: &'b str,
    /// `e-mail`, `street address` or, where it has neither, `mission`.
    pub fact: &'static str,
    /// The fact.
    pub value: Option<String>,
    /// When it was last looked at.
    pub checked: String,
    /// How sure it is.
    pub confidence: String,
    /// Where it comes from.
    pub source: &'b str,
}

/// The facts that are older than `years`, or of low confidence, in the book's order.
pub(crate) fn stale<'b>(
    embassies: impl IntoIterator<Item = &'b Embassy>,
    years: i32,
    today: NaiveDate,
) -> Vec<Stale<'b>> {
    let is_stale = |checked: Checked, confidence: Confidence| {
        checked.years_before(today) >= years || confidence == Confidence::Low
    };
    let mut found = Vec::new();
    for embassy in embassies {
        let mut tell = |fact, value, checked: Checked, confidence: Confidence, source| {
            if is_stale(checked, confidence) {
                found.push(Stale {
                    line: embassy.line,
                    country_code: embassy.country.code(),
                    city: &embassy.city,
                    fact,
                    value,
                    checked: checked.to_string(),
                    confidence: confidence.to_string(),
                    source,
                });
            }
        };
        if let Some(email) = &embassy.email {
            tell("e-mail", Some(email.mailbox.to_string()), email.checked, email.confidence, &email.source);
        }
        match &embassy.address {
            Some(address) => tell(
                "street address",
                Some(address.clone()),
                embassy.checked,
                embassy.confidence,
                &embassy.source,
            ),
            None if embassy.email.is_none() => {
                tell("mission", None, embassy.checked, embassy.confidence, &embassy.source);
            }
            None => {}
        }
    }
    found
}

/// What a book's file is like.
#[derive(Debug)]
pub(crate) struct Inspection {
    /// Lines that are in order.
    pub embassies: Vec<Embassy>,
    /// What is wrong: malformed cells, missions that stand there twice, days that are still to come.
    pub faults: Vec<Fault>,
    /// What is not wrong and should be looked at.
    pub remarks: Vec<Fault>,
}

/// Goes through the whole file, whatever is wrong in it. Facts older than `years` are remarked on.
///
/// # Errors
/// Where the file cannot be read at all: its header, its encoding.
pub(crate) fn inspect(
    bytes: &[u8],
    file: &str,
    years: i32,
    today: NaiveDate,
) -> Result<Inspection, BookError> {
    let (embassies, mut faults) = read_what_can_be(bytes, file)?;
    let mut remarks = Vec::new();
    let said = |embassy: &Embassy, sentence: String| Fault {
        file: file.to_owned(),
        line: embassy.line,
        column: 1,
        sentence,
    };
    let mut seats: HashMap<&str, u64> = HashMap::new();
    let mut mailboxes: HashMap<Mailbox, u64> = HashMap::new();
    for embassy in &embassies {
        if embassy.kind == Kind::Embassy
            && let Some(first) = seats.insert(embassy.country.code(), embassy.line)
        {
            let country = embassy.country.name();
            faults.push(said(
                embassy,
                format!("{country} has an embassy in line {first} already: letters go to that one"),
            ));
        }
        let checked = [
            Some(("checked", embassy.checked)),
            embassy.email.as_ref().map(|email| ("email_checked", email.checked)),
        ];
        for (column, checked) in checked.into_iter().flatten() {
            if checked.is_after(today) {
                faults.push(said(
                    embassy,
                    format!("{column} {checked} is in the future: write the day of the look"),
                ));
            }
        }
        if let Some(email) = &embassy.email
            && is_of_a_section(&email.mailbox)
        {
            remarks.push(said(
                embassy,
                format!("{}: is it a consular, visa or education section's? People in need write there: leave it out", email.mailbox),
            ));
        }
        if let Some(email) = &embassy.email
            && let Some(first) = mailboxes.insert(email.mailbox.folded(), embassy.line)
        {
            remarks.push(said(
                embassy,
                format!("{} stands in line {first} too: is it the mailbox of both?", email.mailbox),
            ));
        }
    }
    for stale in stale(&embassies, years, today) {
        let (what, city) = (stale.fact, if stale.city.is_empty() { stale.country_code } else { stale.city });
        let value = stale.value.map(|value| format!(" {value}")).unwrap_or_default();
        remarks.push(Fault {
            file: file.to_owned(),
            line: stale.line,
            column: 1,
            sentence: format!(
                "{what} of {city}{value}: last checked {}, {} confidence: look at it again",
                stale.checked, stale.confidence
            ),
        });
    }
    faults.sort_by_key(|fault| (fault.line, fault.column));
    remarks.sort_by_key(|remark| remark.line);
    Ok(Inspection { embassies, faults, remarks })
}

/// Whether a mailbox sounds like one to which people write for a passport, a visa or a place to study.
fn is_of_a_section(mailbox: &Mailbox) -> bool {
    let mailbox = mailbox.to_string().to_lowercase();
    let local = mailbox.split('@').next().unwrap_or_default();
    ["consul", "konsul", "visa", "passport", "edu"].iter().any(|word| local.contains(word))
}

/// A form on which a correction of one line can be sent in.
pub(crate) fn correction(embassy: &Embassy, file: &str, today: NaiveDate) -> String {
    let mut form = format!(
        "A correction of protest's address book (protest {}, {today})\n\nThe line: {file}:{}\n\n",
        env!("CARGO_PKG_VERSION"),
        embassy.line
    );
    let email = embassy.email.as_ref();
    let fields = [
        ("country_code", Some(embassy.country.code().to_owned())),
        ("country", Some(embassy.country.name().to_owned())),
        ("city", Some(embassy.city.clone())),
        ("kind", Some(embassy.kind.to_string())),
        ("address", embassy.address.clone()),
        ("email", email.map(|email| email.mailbox.to_string())),
        ("phone", embassy.phone.clone()),
        ("website", embassy.website.clone()),
        ("time_zone", Some(embassy.zone.clone())),
        ("source", Some(embassy.source.clone())),
        ("checked", Some(embassy.checked.to_string())),
        ("confidence", Some(embassy.confidence.to_string())),
        ("email_source", email.map(|email| email.source.clone())),
        ("email_checked", email.map(|email| email.checked.to_string())),
        ("email_confidence", email.map(|email| email.confidence.to_string())),
        ("note", embassy.note.clone()),
    ];
    for (name, value) in fields {
        // Writing to a String cannot fail.
        let _ = writeln!(
            form,
            "  {:<17} {}",
            format!("{name}:"),
            value.as_deref().filter(|text| !text.is_empty()).unwrap_or("-")
        );
    }
    form.push_str("\nWhat is right (leave out what does not change):\n\n");
    for name in ["city:", "address:", "email:", "phone:", "website:"] {
        let _ = writeln!(form, "  {name}");
    }
    form.push_str(
        "\nWhere it is written (the mission's own website, a diplomatic list):\nOn which day you looked (YYYY-MM-DD):\n\
         How sure it is (high, medium or low):\n\nNothing about you, or about anybody who signs a letter, belongs on this form.\n",
    );
    form
}

impl AddressBook {
    /// The line that a correction is about: a mission, or the line that says that a country has none.
    ///
    /// # Errors
    /// [`NoEmbassy`] where there is none or more than one.
    pub(crate) fn line_of(&self, query: &str) -> Result<&Embassy, NoEmbassy> {
        self.mission(query).or_else(|error| {
            let mut none = self.search(query).into_iter().filter(|row| row.kind == Kind::None);
            none.next().ok_or_else(|| match error {
                NoEmbassy::Unknown { .. } => self.why_nothing(query),
                error => error,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{correction, inspect, stale};
    use crate::embassy::AddressBook;
    use crate::zone::date;
    use chrono::NaiveDate;

    const TODAY: NaiveDate = date(2026, 11, 24);
    const HEADER: &str = "country_code,country,city,kind,address,email,phone,website,time_zone,source,checked,confidence,email_source,email_checked,email_confidence,note\n";

    #[test]
    fn the_book_built_in_is_in_order_and_says_what_is_to_be_looked_at() {
        let inspection = inspect(include_bytes!("../../embassies.csv"), "embassies.csv", 3, TODAY).unwrap();
        assert!(inspection.faults.is_empty(), "{:#?}", inspection.faults);
        assert!(inspection.remarks.len() > 20);
        let of_sections =
            inspection.remarks.iter().filter(|remark| remark.sentence.contains("People in need"));
        assert_eq!(of_sections.count(), 0);
    }

    #[test]
    fn malformed_double_and_future_lines_are_all_told_and_old_ones_remarked_on() {
        let rows = "\
JP,Japan,Tokyo,embassy,1 Street,jp@example.org,,,Asia/Tokyo,own,2026-10,high,,,,
JP,Japan,tokyo,embassy,1 Street,,,,Asia/Tokyo,own,2026-10,high,,,,
FR,France,Paris,ambassy,,,,,Europe/Paris,own,2026-10,high,,,,
FR,France,Lyon,consulate-general,,visa_fr@example.org,,,Europe/Paris,own,2026-10,high,,,,
JP,Japan,Kyoto,embassy,2 Street,jp@example.org,,,Asia/Tokyo,own,2027,high,,,,
IT,Italy,Rome,embassy,3 Street,it@example.org,,,Europe/Rome,own,2026-10,high,own,2012,medium,
DE,Germany,Berlin,embassy,4 Street,,,,Europe/Berlin,own,2026-10,low,,,,
";
        let inspection = inspect(format!("{HEADER}{rows}").as_bytes(), "my.csv", 3, TODAY).unwrap();
        let told = |faults: &[super::Fault]| faults.iter().map(ToString::to_string).collect::<Vec<_>>();
        let faults = told(&inspection.faults);
        let expected = [
            "my.csv:3:3: this mission stands in line 2 already",
            "my.csv:4:4: kind \"ambassy\"",
            "my.csv:6:1: Japan has an embassy in line 2 already",
            "my.csv:6:1: checked 2027 is in the future",
        ];
        assert_eq!(faults.len(), expected.len() + 1, "{faults:#?}");
        for expected in expected {
            assert!(faults.iter().any(|fault| fault.starts_with(expected)), "{expected}: {faults:#?}");
        }
        let remarks = told(&inspection.remarks);
        let expected = [
            "my.csv:5:1: visa_fr@example.org: is it a consular, visa or education section's?",
            "my.csv:6:1: jp@example.org stands in line 2 too",
            "my.csv:7:1: e-mail of Rome it@example.org: last checked 2012, medium confidence",
            "my.csv:8:1: street address of Berlin 4 Street: last checked 2026-10, low confidence",
        ];
        assert_eq!(remarks.len(), expected.len(), "{remarks:#?}");
        for (remark, expected) in remarks.iter().zip(expected) {
            assert!(remark.starts_with(expected), "{remark}");
        }
    }

    #[test]
    fn what_is_young_and_sure_is_not_stale() {
        let rows =
            "JP,Japan,Tokyo,embassy,1 Street,jp@example.org,,,Asia/Tokyo,own,2026-10,high,own,2020,high,\n";
        let book = AddressBook::read(format!("{HEADER}{rows}").as_bytes(), "my.csv").unwrap();
        let found = stale(book.missions(), 3, TODAY);
        assert_eq!(found.iter().map(|stale| stale.fact).collect::<Vec<_>>(), ["e-mail"]);
        assert!(stale(book.missions(), 7, TODAY).is_empty());
    }

    #[test]
    fn a_correction_shows_the_line_and_leaves_room_for_what_is_right() {
        let book = AddressBook::builtin();
        let form = correction(book.line_of("JP").unwrap(), "embassies.csv", TODAY);
        for part in ["Tokyo", "email_checked:", "What is right", "On which day you looked"] {
            assert!(form.contains(part), "{form}");
        }
        assert_eq!(book.line_of("Bhutan").unwrap().country.code(), "BT");
        assert!(book.line_of("xyzzy").is_err());
    }
}
