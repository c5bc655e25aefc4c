//! What is remarkable in the rows of a list, though none of it is wrong: the organizer looks before the letters leave.
//!
//! Test entries, two people in one row, an address where a city should be, contact data in words that a government reads.
//! Only the first rows of each kind are named; memory does not grow with the list.

use super::notice::Notice;
use crate::country::{self, Territory};
use crate::ledger::KeyRules;
use crate::signer::residue;
use crate::wording::{grouped, quoted};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The most rows that are named.
const NAMED: usize = 10;

/// Rows of one kind, the first with what stands there.
#[derive(Debug, Default)]
struct Rows {
    first: Vec<(u64, String)>,
    total: u64,
}

impl Rows {
    fn add(&mut self, row: u64, shown: &str) {
        self.total += 1;
        if self.first.len() < NAMED {
            self.first.push((row, shown.trim().to_owned()));
        }
    }

    fn named(&self) -> String {
        let rows: Vec<String> =
            self.first.iter().map(|(row, shown)| format!("row {row} {}", quoted(shown))).collect();
        let more = self.total - self.first.len() as u64;
        let more = if more > 0 { format!(" and {} more", grouped(more)) } else { String::new() };
        format!("{}{more}", rows.join(", "))
    }
}

/// What was seen in the rows so far.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    tests: Rows,
    addressees: Rows,
    several: Rows,
    addresses: Rows,
    contacts: Rows,
    countries: BTreeMap<String, u64>,
    repeated_headings: u64,
    /// Names and e-mails with their countries, by hashes, and their rows.
    names: Vec<(u64, u64)>,
    emails: Vec<(u64, u64)>,
    /// Notes by hashes: the first row, and how many.
    notes: HashMap<u64, (u64, u64)>,
}

/// The most rows that are compared with each other, and notes that are.
const COMPARED: usize = 200_000;
const NOTES: usize = 10_000;

impl Remarks {
    /// Looks at a row's name.
    pub(super) fn name(&mut self, row: u64, name: &str) {
        let rows = if is_a_test(name) {
            &mut self.tests
        } else if is_of_several(name) {
            &mut self.several
        } else {
            return;
        };
        // What another program left is told as a fault.
        if residue::of_name(name).is_none() {
            rows.add(row, name);
        }
    }

    /// A row whose signer has the name of the one whom the letter addresses.
    pub(super) fn addressee(&mut self, row: u64, name: &str) {
        self.addressees.add(row, name);
    }

    /// Keeps in mind who a row is, to find those who may be written twice.
    pub(super) fn person(&mut self, row: u64, name: &str, email: Option<&str>, country: Option<Territory>) {
        if self.names.len() < COMPARED {
            self.names.push((hash(&[name, country.map_or("", Territory::code)]), row));
            let email = email.map(|email| hash(&[email, country.map_or("", Territory::code)]));
            self.emails.extend(email.map(|email| (email, row)));
        }
    }

    /// Looks at a row's city.
    pub(super) fn city(&mut self, row: u64, city: &str, country: Option<Territory>) {
        let names_country =
            || city.rsplit(',').next().filter(|_| city.contains(',')).and_then(country::named) == country;
        if city.bytes().any(|b| b.is_ascii_digit()) || (country.is_some() && names_country()) {
            self.addresses.add(row, city);
        }
    }

    /// Looks at a row's note.
    pub(super) fn note(&mut self, row: u64, note: &str) {
        if has_contact(note) {
            self.contacts.add(row, note);
        }
        let note = hash(&[note]);
        if let Some((_, count)) = self.notes.get_mut(&note) {
            *count += 1;
        } else if self.notes.len() < NOTES {
            self.notes.insert(note, (row, 1));
        }
    }

    /// How a country's cell was read, where that is worth a word.
    pub(super) fn country(&mut self, sentence: &str) {
        if let Some(count) = self.countries.get_mut(sentence) {
            *count += 1;
        } else if self.countries.len() < NAMED {
            self.countries.insert(sentence.to_owned(), 1);
        }
    }

    /// A line that repeats the headings.
    pub(super) fn repeated_heading(&mut self) {
        self.repeated_headings += 1;
    }

    /// All of it in sentences.
    pub(super) fn notices(&mut self, rows: u64) -> Vec<Notice> {
        let mut sentences = Vec::new();
        if rows == 0 {
            sentences.push("no signer is in this list: only its headings".to_owned());
        }
        for (rows, what) in [
            (&self.tests, ["name looks like a test entry", "names look like test entries"]),
            (
                &self.addressees,
                [
                    "signer is named like the one whom the letter addresses",
                    "signers are named like the one whom their letter addresses",
                ],
            ),
            (
                &self.several,
                [
                    "name looks like more than one person (each needs a row and a consent of their own)",
                    "names look like more than one person (each needs a row and a consent of their own)",
                ],
            ),
            (
                &self.addresses,
                [
                    "cell of cities holds more than a city (a country in it is not said twice)",
                    "cells of cities hold more than a city (a country in them is not said twice)",
                ],
            ),
        ] {
            if rows.total > 0 {
                let what = what[usize::from(rows.total > 1)];
                sentences.push(format!("{} {what}: {}", grouped(rows.total), rows.named()));
            }
        }
        if self.contacts.total > 0 {
            let numbers: Vec<String> = self.contacts.first.iter().map(|(row, _)| row.to_string()).collect();
            let more = if self.contacts.total > NAMED as u64 { ", …" } else { "" };
            let (notes, hold, they) = if self.contacts.total == 1 {
                ("note", "holds", "it goes")
            } else {
                ("notes", "hold", "they go")
            };
            sentences.push(format!(
                "{} {notes} {hold} an e-mail address, a telephone number or a link, and {they} to the embassy: row {}{more}",
                grouped(self.contacts.total),
                numbers.join(", ")
            ));
        }
        for (what, seen) in [("name", &mut self.names), ("e-mail", &mut self.emails)] {
            let pairs = pairs(seen);
            if !pairs.is_empty() {
                let named: Vec<String> =
                    pairs.iter().take(NAMED).map(|(one, other)| format!("rows {one} and {other}")).collect();
                let more = if pairs.len() > NAMED { ", …" } else { "" };
                sentences.push(format!(
                    "the same {what} and country, and perhaps one person twice: {}{more}",
                    named.join(", ")
                ));
            }
        }
        let mut notes: Vec<(u64, u64)> =
            self.notes.values().filter(|(_, count)| *count > 1).copied().collect();
        notes.sort_unstable();
        if let Some((first, count)) = notes.first() {
            sentences.push(format!(
                "the same note stands in {} rows, first in row {first}: is it the form's own words?",
                grouped(*count)
            ));
        }
        for (sentence, count) in &self.countries {
            let rows = if *count == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(*count)) };
            sentences.push(format!("{sentence} ({rows})"));
        }
        if self.repeated_headings > 0 {
            let lines = match self.repeated_headings {
                1 => "a line that repeats the headings".to_owned(),
                more => format!("{} lines that repeat the headings", grouped(more)),
            };
            sentences.push(format!("passed over: {lines}"));
        }
        sentences.into_iter().map(Notice::Rows).collect()
    }
}

/// The rows that share a hash with the first that has it.
fn pairs(seen: &mut [(u64, u64)]) -> Vec<(u64, u64)> {
    seen.sort_unstable();
    let mut pairs = Vec::new();
    let mut first = None;
    for &(hash, row) in seen.iter() {
        match first {
            Some((known, one)) if known == hash => pairs.push((one, row)),
            _ => first = Some((hash, row)),
        }
    }
    pairs.sort_unstable();
    pairs
}

fn hash(parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.iter().for_each(|part| KeyRules::WithoutTheUnseen.folded(part).hash(&mut hasher));
    hasher.finish()
}

fn is_a_test(name: &str) -> bool {
    if name.len() > 40 {
        return false;
    }
    let key: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let letters = || key.chars().collect::<Vec<char>>();
    let all_one = key.len() > 2 && letters().windows(2).all(|pair| pair[0] == pair[1]) && key.is_ascii();
    let first_word = name.split_whitespace().next().unwrap_or_default().to_lowercase();
    all_one || matches!(first_word.as_str(), "test" | "testing" | "tester") || TESTS.contains(&key.as_str())
}

const TESTS: [&str; 29] = [
    "asdf",
    "asdfasdf",
    "asdfgh",
    "qwerty",
    "qwert",
    "foo",
    "foobar",
    "bar",
    "baz",
    "abc",
    "abcd",
    "abc123",
    "dummy",
    "dummyuser",
    "lorem",
    "loremipsum",
    "noname",
    "testtest",
    "usertest",
    "mytest",
    "mickeymouse",
    "donaldduck",
    "johndoe",
    "janedoe",
    "maxmustermann",
    "erikamustermann",
    "jandejong",
    "mariorossi",
    "anonymousanonymous",
];

/// Whether an addressee, who has a title before the name, is named `name`.
pub(super) fn names(addressee: &str, name: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_lowercase).collect::<Vec<String>>();
    let name = words(name);
    name.len() > 1 && words(addressee).ends_with(&name)
}

fn is_of_several(name: &str) -> bool {
    name.contains(['&', ';', '/', '+', '＆'])
        || name
            .split_whitespace()
            .any(|word| matches!(word, "and" | "AND" | "und" | "UND" | "et" | "och" | "и"))
}

fn has_contact(note: &str) -> bool {
    let digits_together = || {
        let mut digits = 0;
        note.chars().any(|c| {
            digits = match c {
                c if c.is_ascii_digit() => digits + 1,
                ' ' | '-' | '/' | '(' | ')' | '+' | '.' => digits,
                _ => 0,
            };
            digits >= 8
        })
    };
    let is_address = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric())
            .split_once('@')
            .is_some_and(|(_, domain)| domain.contains('.'))
    };
    note.contains("http://")
        || note.contains("https://")
        || note.contains("www.")
        || note.split_whitespace().any(is_address)
        || digits_together()
}

#[cfg(test)]
mod tests {
    use super::{has_contact, is_a_test, is_of_several, names};

    #[test]
    fn a_title_before_the_name_does_not_hide_that_a_signer_is_named_like_the_addressee() {
        assert!(names("President Example Person", "example  person"));
        for name in ["Person", "Another Person", "President", ""] {
            assert!(!names("President Example Person", name), "{name}");
        }
    }

    #[test]
    fn test_entries_are_told_from_names() {
        for name in ["test test", "Test User", "asdf", "xxx", "Mickey Mouse"] {
            assert!(is_a_test(name), "{name}");
        }
        for name in ["Ada Example", "Testa Rossi", "Xu Xx", "Bo", "An Li"] {
            assert!(!is_a_test(name), "{name}");
        }
    }

    #[test]
    fn two_people_and_contact_data_are_seen() {
        assert!(is_of_several("Ada & Bo Example") && is_of_several("Cy Example; Di Example"));
        assert!(!is_of_several("Sandy Anderson"));
        assert!(has_contact("Please call me: +81 90 0000 0000") && has_contact("write to ada@example.org."));
        assert!(!has_contact("In 1950, 1953 and 2006 we hoped.") && !has_contact("Meet me @ noon"));
    }
}
