//! The address book as a whole.
//!
//! A user's own book is read to its last cell before anything is done with it. Of the book built in, which a test holds to
//! the same rules, a line is read when somebody asks for it: one letter needs one embassy, and not three hundred.

use std::collections::HashMap;
use std::sync::OnceLock;

use memchr::memchr_iter;

use super::error::BookError;
use super::{Embassy, read};
use crate::country::Territory;
use crate::mailbox::Mailbox;

/// Embassies, in the order of their file.
#[derive(Debug)]
pub(crate) struct AddressBook {
    lines: Vec<Line>,
}

/// A line of a book.
#[derive(Debug)]
struct Line {
    /// What stands there, in the book built in.
    text: &'static str,
    /// Counted from 1.
    number: u64,
    /// What it says, once it has been read.
    embassy: OnceLock<Option<Box<Embassy>>>,
}

const BUILTIN: &str = include_str!("../../embassies.csv");

impl Line {
    fn embassy(&self) -> Option<&Embassy> {
        let read = || read::builtin_line(self.text, self.number).map(Box::new);
        self.embassy.get_or_init(read).as_deref()
    }

    /// Whether it is about this country.
    fn is_of(&self, country: Territory) -> bool {
        match self.embassy.get() {
            Some(read) => read.as_ref().is_some_and(|embassy| embassy.country == country),
            None => self.text.strip_prefix(country.code()).is_some_and(|rest| rest.starts_with(',')),
        }
    }
}

impl AddressBook {
    /// The book built in.
    pub(crate) fn builtin() -> AddressBook {
        let ends = memchr_iter(b'\n', BUILTIN.as_bytes()).map(|end| end + 1);
        let texts = ends.scan(0, |begin, end| Some(BUILTIN[std::mem::replace(begin, end)..end].trim_end()));
        let line = |(number, text)| Line { text, number, embassy: OnceLock::new() };
        AddressBook { lines: (1..).zip(texts).skip(1).map(line).collect() }
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
        let line = |embassy: Embassy| Line {
            text: "",
            number: embassy.line,
            embassy: OnceLock::from(Some(Box::new(embassy))),
        };
        Ok(AddressBook { lines: read::read(bytes, file)?.into_iter().map(line).collect() })
    }

    /// All missions, and the rows that say that there is none.
    pub(crate) fn missions(&self) -> impl Iterator<Item = &Embassy> {
        self.lines.iter().filter_map(Line::embassy)
    }

    /// The rows of one country.
    pub(super) fn rows_of(&self, country: Territory) -> impl Iterator<Item = &Embassy> {
        self.lines.iter().filter(move |line| line.is_of(country)).filter_map(Line::embassy)
    }

    /// The place of each mission in the book: the order of the embassies.
    pub(crate) fn places(&self) -> HashMap<*const Embassy, usize> {
        self.missions().enumerate().map(|(place, mission)| (std::ptr::from_ref(mission), place)).collect()
    }

    /// Whether this is a mission's address: then it is nobody's own.
    pub(crate) fn is_a_missions(&self, address: &Mailbox) -> bool {
        let folded = address.folded();
        self.missions().filter_map(|row| row.email.as_ref()).any(|email| email.mailbox.folded() == folded)
    }
}
