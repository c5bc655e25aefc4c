//! Countries, mailboxes, and the address book.

use crate::country::{self, Territory};
use crate::embassy::AddressBook;
use crate::mailbox::Mailbox;

/// The ISO 3166-1 alpha-2 code of the country that a text names.
///
/// # Errors
/// What is said instead.
pub fn country(text: &str) -> Result<&'static str, String> {
    country::find(text).map(Territory::code).map_err(|error| error.to_string())
}

/// An e-mail address as the envelope carries it (RFC 5321 §4.1.2, the domain as A-labels).
pub fn mailbox(text: &str) -> Option<String> {
    Mailbox::parse(text).ok().map(|mailbox| mailbox.to_string())
}

/// The missions of an address book (CSV, the columns of embassies.csv): of each the country's code, and the lines of its
/// postal address.
///
/// # Errors
/// Everything that is wrong with it, a line each.
pub fn book(file: &str, bytes: &[u8]) -> Result<Vec<(&'static str, Vec<String>)>, String> {
    let book = AddressBook::read(bytes, file).map_err(|error| error.to_string())?;
    Ok(book.missions().map(|mission| (mission.country.code(), mission.post_lines())).collect())
}
