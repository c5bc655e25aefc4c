//! The address book as the page has it: whom a letter can go to, where, and how sure that is.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::embassy::{AddressBook, Embassy, Kind};

/// The missions.
#[derive(Serialize)]
pub(super) struct Missions<'a> {
    /// IANA time zones, which the rows name by their places here.
    zones: Vec<&'a str>,
    /// Official names of the kinds, as the first line of an address has them.
    kinds: BTreeMap<String, String>,
    rows: Vec<Value>,
    /// The newest check of an address.
    newest: String,
    /// Countries without a mission, and why.
    none: BTreeMap<&'static str, &'a str>,
}

impl<'a> Missions<'a> {
    /// Those of `book` that can be written to.
    pub(super) fn of(book: &'a AddressBook) -> Missions<'a> {
        let mut zones: Vec<&str> = Vec::new();
        let mut kinds = BTreeMap::new();
        let rows = written_to(book)
            .map(|row| {
                let known = zones.iter().position(|zone| *zone == row.zone_name());
                let zone = known.unwrap_or(zones.len());
                if known.is_none() {
                    zones.push(row.zone_name());
                }
                kinds.insert(row.kind.to_string(), row.kind.official_name().join(" "));
                mission(row, zone)
            })
            .collect();
        let none = book.missions().filter(|row| row.kind == Kind::None);
        let none = none.map(|row| (row.country.code(), row.note.as_deref().unwrap_or_default())).collect();
        Missions { zones, kinds, rows, newest: newest_check(book), none }
    }
}

/// The rows that name a mission.
pub(super) fn written_to(book: &AddressBook) -> impl Iterator<Item = &Embassy> {
    book.missions().filter(|row| row.kind != Kind::None)
}

/// The newest check of any address in the book.
pub(super) fn newest_check(book: &AddressBook) -> String {
    let checks = written_to(book).flat_map(|row| {
        [Some(row.checked.to_string()), row.email.as_ref().map(|email| email.checked.to_string())]
    });
    checks.flatten().max().unwrap_or_default()
}

/// The lines of a street address between the mission's name and the country's.
fn street(row: &Embassy) -> Vec<String> {
    let mut lines = row.post_lines();
    lines.pop();
    lines.drain(1..).collect()
}

fn mission(row: &Embassy, zone: usize) -> Value {
    let email = row.email.as_ref();
    let street = if row.address.is_some() { street(row) } else { Vec::new() };
    json!([
        row.country.code(),
        row.kind.to_string(),
        row.city,
        zone,
        street,
        row.checked.to_string(),
        row.confidence.to_string(),
        email.map(|email| email.mailbox.to_string()),
        email.map(|email| email.checked.to_string()),
        email.map(|email| email.confidence.to_string()),
        row.website,
        row.note.as_ref().filter(|_| row.note_warns),
    ])
}
