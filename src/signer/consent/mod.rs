//! Whether a signer agreed that a letter goes out under their name.
//!
//! A batch sends nothing for anyone without it. What cannot be read as a yes, a no or the day of a yes is an error:
//! consent is never guessed.

pub(crate) mod date;
pub(crate) mod words;

use crate::signer::residue::says_nothing;
use crate::wording::quoted;
use chrono::NaiveDate;
use date::{Dated, Order};
use words::Answer;

/// A signer's answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Consent {
    /// Yes, and the day on which it was given, where that is known.
    Given(Option<NaiveDate>),
    /// No: the letter is left out.
    Withheld,
    /// The file does not say, and what is done with it does not need it.
    #[default]
    NotStated,
}

/// Why a text is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConsentError {
    /// Nothing is written there.
    #[error("consent: it is empty: write the day of the consent (YYYY-MM-DD) or yes; no leaves the row out")]
    Empty,
    /// Neither yes nor no nor a day.
    #[error(
        "consent: it is no answer: write the day of the consent (YYYY-MM-DD) or yes; no leaves the row out"
    )]
    Unclear,
    /// Not one of the words that the organizer named.
    #[error("consent: it is none of the answers that [columns] names as a yes or a no")]
    NotNamed,
    /// A number.
    #[error(
        "consent: it is a bare number, as a spreadsheet or a program counts its days: have the column written as a date \
         (YYYY-MM-DD)"
    )]
    Number,
    /// The day on which a program's calendar begins.
    #[error("consent: it is the zero of a program's calendar, not a day of consent: write the day, or no")]
    Zero,
    /// A year of two digits that might be a day.
    #[error("consent: its year has two digits: write it with four")]
    ShortYear,
    /// A day that is still to come.
    #[error("consent: it is in the future: write the day on which the consent was given")]
    Future,
    /// A date that can be read in two ways, in a column that does not say which.
    #[error("consent: day or month first? No date of the column tells")]
    DayOrMonth,
    /// Dates of both orders stand in the column.
    #[error(
        "consent: the column holds both orders, the day first in line {day_first}, the month first in line {month_first}: write \
         them all in one (YYYY-MM-DD)"
    )]
    BothOrders {
        /// A line with the day first.
        day_first: u64,
        /// A line with the month first.
        month_first: u64,
    },
    /// A date that there is not.
    #[error("consent: there is no such day in the calendar")]
    NoSuchDay,
}

/// What the dates of a column have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ColumnOrder {
    /// None of them tells which number is the day.
    #[default]
    Unknown,
    /// All are in this order.
    Known(Order),
    /// One in this line has the day first, one in the other the month.
    Both {
        /// The day is first.
        day_first: u64,
        /// The month is first.
        month_first: u64,
    },
}

/// How the answers of a list are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answers {
    /// The words that are a yes, where the organizer named them: then no others are.
    yes: Vec<String>,
    /// Words that are a no beside the usual ones.
    no: Vec<String>,
    /// Which number of a date is the day.
    pub order: ColumnOrder,
}

impl Answers {
    /// The answers of a list whose organizer named these words.
    pub(crate) fn named(yes: &[String], no: &[String]) -> Answers {
        let keys = |words: &[String]| words.iter().map(|word| words::key(word)).collect();
        Answers { yes: keys(yes), no: keys(no), order: ColumnOrder::default() }
    }

    /// The answer as a word; none where it is none of those known.
    pub(crate) fn word(&self, cell: &str) -> Option<Answer> {
        let key = words::key(cell);
        if self.no.contains(&key) {
            Some(Answer::No)
        } else if self.yes.contains(&key) {
            Some(Answer::Yes)
        } else if self.yes.is_empty() {
            words::answer(&key)
        } else {
            words::answer(&key).filter(|answer| *answer == Answer::No)
        }
    }

    /// The answer in a cell, given up to `latest`; `date` is the cell that holds its day, where another one does.
    ///
    /// # Errors
    /// [`ConsentError`] says what to write.
    pub(crate) fn read(
        &self,
        cell: &str,
        date: Option<&str>,
        latest: NaiveDate,
    ) -> Result<Consent, ConsentError> {
        match self.word(cell) {
            Some(Answer::No) => return Ok(Consent::Withheld),
            Some(Answer::Yes) => {
                let day = date.filter(|date| !date.trim().is_empty());
                return Ok(Consent::Given(day.map(|date| self.day(date, latest)).transpose()?));
            }
            None if cell.trim().is_empty() || says_nothing(cell) => {
                return Err(ConsentError::Empty);
            }
            None if !self.yes.is_empty() => return Err(ConsentError::NotNamed),
            None => {}
        }
        self.day(cell, latest).map(|day| Consent::Given(Some(day)))
    }

    fn day(&self, text: &str, latest: NaiveDate) -> Result<NaiveDate, ConsentError> {
        let day = match (date::read(text).ok_or(ConsentError::Unclear)?, self.order) {
            (Dated::Number, _) => return Err(ConsentError::Number),
            (Dated::NoSuchDay, _) => return Err(ConsentError::NoSuchDay),
            (Dated::Day(day), _) => day,
            (Dated::Numbers(_), ColumnOrder::Both { day_first, month_first }) => {
                return Err(ConsentError::BothOrders { day_first, month_first });
            }
            (Dated::Numbers(numbers), ColumnOrder::Known(order)) => numbers.in_order(order)?,
            (Dated::Numbers(numbers), ColumnOrder::Unknown) => match numbers.order() {
                Some(order) => numbers.in_order(order)?,
                None => numbers.in_either_order().ok_or(ConsentError::DayOrMonth)?,
            },
        };
        if date::is_zero(day) {
            return Err(ConsentError::Zero);
        }
        if day > latest {
            return Err(ConsentError::Future);
        }
        Ok(day)
    }
}

/// `yes`, `true`, `1` and their opposites, and what the cell says where it is none of them.
pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    words::answer(&words::key(text)).map(|answer| answer == Answer::Yes).ok_or_else(|| quoted(text))
}

#[cfg(test)]
mod tests {
    use super::{Answers, ColumnOrder, Consent, ConsentError, Order};
    use crate::zone::date;

    fn read(text: &str) -> Result<Consent, ConsentError> {
        Answers::default().read(text, None, date(2026, 11, 24))
    }

    #[test]
    fn a_day_up_to_today_or_a_plain_yes_is_consent() {
        assert_eq!(read("2026-11-24"), Ok(Consent::Given(Some(date(2026, 11, 24)))));
        for yes in [
            "yes",
            "YES",
            " True ",
            "1",
            "on",
            "x",
            "checked",
            "I agree",
            "I agree.",
            "同意します",
            "J’accepte",
        ] {
            assert_eq!(read(yes), Ok(Consent::Given(None)), "{yes}");
        }
    }

    #[test]
    fn a_no_is_no_error() {
        for no in ["no", "False", "0", "off", "unchecked", "N", "いいえ", "nein"] {
            assert_eq!(read(no), Ok(Consent::Withheld), "{no}");
        }
    }

    #[test]
    fn tomorrow_is_faulty() {
        assert_eq!(read("2026-11-25"), Err(ConsentError::Future));
    }

    #[test]
    fn what_is_neither_is_faulty_and_says_what_to_write() {
        assert_eq!(read(" "), Err(ConsentError::Empty));
        for text in ["maybe", "+026-11-24", "soon", "12:30"] {
            let error = read(text).unwrap_err();
            assert_eq!(error, ConsentError::Unclear, "{text}");
            assert!(error.to_string().contains("YYYY-MM-DD"));
        }
        for number in ["20261124", "46347.34", "46346", "1795248884"] {
            assert_eq!(read(number), Err(ConsentError::Number), "{number}");
        }
        for zero in ["1970-01-01", "0001-01-01", "1899-12-30", "1900-01-01 00:00:00", "0000-00-00"] {
            assert_eq!(read(zero), Err(ConsentError::Zero), "{zero}");
        }
        assert_eq!(read("2026-02-30"), Err(ConsentError::NoSuchDay));
        assert_eq!(read("21/11/98"), Err(ConsentError::ShortYear));
    }

    #[test]
    fn a_date_of_numbers_is_read_as_its_column_is_and_else_asked_about() {
        assert_eq!(read("05/06/2026"), Err(ConsentError::DayOrMonth));
        assert_eq!(read("06/06/2026"), Ok(Consent::Given(Some(date(2026, 6, 6)))));
        assert_eq!(read("11/21/2026 8:14:44"), Ok(Consent::Given(Some(date(2026, 11, 21)))));
        let known = Answers { order: ColumnOrder::Known(Order::DayFirst), ..Answers::default() };
        let latest = date(2026, 11, 24);
        assert_eq!(known.read("05/06/2026", None, latest), Ok(Consent::Given(Some(date(2026, 6, 5)))));
        assert_eq!(known.read("11/21/2026", None, latest), Err(ConsentError::NoSuchDay));
    }

    #[test]
    fn the_words_that_an_organizer_names_are_the_only_yes() {
        let named = Answers::named(&["I agree that my name is used".to_owned()], &[String::new()]);
        let latest = date(2026, 11, 24);
        let read = |cell| named.read(cell, Some("2026-11-21 08:14"), latest);
        assert_eq!(read(" i AGREE that my name is used "), Ok(Consent::Given(Some(date(2026, 11, 21)))));
        assert_eq!(read(""), Ok(Consent::Withheld));
        assert_eq!(read("no"), Ok(Consent::Withheld));
        assert_eq!(read("yes"), Err(ConsentError::NotNamed));
    }
}
