//! What the cells of a column look like, whatever its heading says.
//!
//! A sample of the first rows is enough to tell e-mail addresses, countries, dates and answers from each other. A column
//! that looks like one of them and is not used is announced: nobody's e-mail shall be missing for a heading's sake.

use super::agreement;
use crate::country;
use crate::mailbox::Mailbox;
use crate::signer::consent::{date, words};

/// The rows that are looked at.
pub(super) const SAMPLE: usize = 200;
/// The most different cells of a column that are looked at.
const DIFFERENT: usize = 40;

/// The most bytes of a cell that is looked at.
const LONGEST: usize = 400;

/// What a column looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// E-mail addresses.
    Emails,
    /// Countries.
    Countries,
    /// Days.
    Dates,
    /// Answers: yes, no, or one sentence that somebody agrees.
    Answers,
}

/// The different cells of a column, as far as they were looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// The different texts, in their order.
    pub cells: Vec<String>,
    /// Whether some cell is empty.
    pub has_empty: bool,
    /// Whether some text stands in more than one cell.
    pub has_repeats: bool,
    /// Whether some cell is too long to be looked at.
    has_long: bool,
}

impl Column {
    /// Takes a cell into the sample.
    pub(super) fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            self.has_empty = true;
        } else if cell.len() > LONGEST {
            self.has_long = true;
        } else if self.cells.iter().any(|known| known == cell) {
            self.has_repeats = true;
        } else if self.cells.len() < DIFFERENT {
            self.cells.push(cell.to_owned());
        }
    }

    /// What nearly all of the cells look like.
    pub(super) fn look(&self, heading: &str) -> Option<Look> {
        let most = |is: &dyn Fn(&str) -> bool| {
            let fitting = self.cells.iter().filter(|cell| is(cell)).count();
            !self.has_long && fitting > 0 && fitting * 10 >= self.cells.len() * 8
        };
        if most(&is_email) {
            Some(Look::Emails)
        } else if most(&|cell| {
            matches!(date::read(cell), Some(date::Dated::Day(_) | date::Dated::Numbers(_)))
        }) {
            Some(Look::Dates)
        } else if most(&|cell| words::answer(&words::key(cell)).is_some()) || self.is_one_sentence_of(heading)
        {
            Some(Look::Answers)
        } else if most(&|cell| country::named(cell).is_some()) {
            Some(Look::Countries)
        } else {
            None
        }
    }

    /// Whether the cells repeat the heading, or begin as an agreement does, as a form's box to tick is exported.
    fn is_one_sentence_of(&self, heading: &str) -> bool {
        let heading = words::key(heading);
        let agrees = |cell: &String| {
            let key = words::key(cell);
            key == heading || agreement::begins_as_one(&key)
        };
        !self.cells.is_empty() && self.cells.len() <= 3 && self.cells.iter().any(agrees)
    }
}

/// An address, and not a name beside one.
pub(super) fn is_email(cell: &str) -> bool {
    cell.contains('@') && Mailbox::parse(cell.trim()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Column, Look};

    fn look(heading: &str, cells: &[&str]) -> Option<Look> {
        let mut column = Column::default();
        cells.iter().for_each(|cell| column.add(cell));
        column.look(heading)
    }

    #[test]
    fn a_column_is_known_by_its_cells() {
        assert_eq!(look("Kontakt", &["ada@example.org", "", "bo@example.org"]), Some(Look::Emails));
        assert_eq!(look("Where from?", &["Japan", "France", "KR"]), Some(Look::Countries));
        assert_eq!(look("Timestamp", &["11/21/2026 8:14:44", "11/20/2026 20:00:01"]), Some(Look::Dates));
        assert_eq!(look("acceptance-1", &["1"]), Some(Look::Answers));
        assert_eq!(look("Do you agree?", &["I agree that my name is shown"]), Some(Look::Answers));
        assert_eq!(look("Names", &["Ada Example", "Bo Example"]), None);
        assert_eq!(look("Empty", &["", ""]), None);
    }
}
