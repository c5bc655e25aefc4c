//! The address book as a whole.

use std::collections::HashMap;

use super::error::BookError;
use super::{Embassy, read};
use crate::mailbox::Mailbox;

/// Embassies, in the order of their file.
#[derive(Clone, Debug)]
pub(crate) struct AddressBook {
    pub(super) embassies: Vec<Embassy>,
}

const BUILTIN: &str = include_str!("../../embassies.csv");

impl AddressBook {
    /// The book built in.
    pub(crate) fn builtin() -> AddressBook {
        // A test reads it with every check: what is read here is in order.
        let embassies = read::read(BUILTIN.as_bytes(), "embassies.csv", false).unwrap_or_default();
        AddressBook { embassies }
    }

    /// The file of the book built in.
    pub(crate) fn builtin_bytes() -> &'static [u8] {
        BUILTIN.as_bytes()
    }

    /// A user's own book; `file` is what errors call it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub(crate) fn read(bytes: &[u8], file: &str) -> Result<AddressBook, BookError> {
        read::read(bytes, file, true).map(|embassies| AddressBook { embassies })
    }

    /// All missions, and the rows that say that there is none.
    pub(crate) fn missions(&self) -> impl Iterator<Item = &Embassy> {
        self.embassies.iter()
    }

    /// The place of each mission in the book: the order of the embassies.
    pub(crate) fn places(&self) -> HashMap<*const Embassy, usize> {
        self.missions().enumerate().map(|(place, mission)| (std::ptr::from_ref(mission), place)).collect()
    }

    /// Whether this is a mission's address: then it is nobody's own.
    pub(crate) fn is_a_missions(&self, address: &Mailbox) -> bool {
        let folded = address.folded();
        self.embassies
            .iter()
            .filter_map(|row| row.email.as_ref())
            .any(|email| email.mailbox.folded() == folded)
    }
}
