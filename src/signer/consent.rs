//! Whether a signer agreed that a letter goes out under their name.
//!
//! A batch sends nothing for anyone without it. What cannot be read as a yes, a no or the day of a yes is an error:
//! consent is never guessed.

use crate::wording::quoted;
use chrono::NaiveDate;

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
        "consent: {} is no answer: write the day of the consent (YYYY-MM-DD) or yes; no leaves the row out",
        quoted(.0)
    )]
    Unclear(String),
    /// A day that is still to come.
    #[error("consent: {0} is in the future: write the day on which the consent was given")]
    Future(NaiveDate),
}

impl Consent {
    /// Reads `yes`, `true`, `1`, `no`, `false`, `0` in any case, or the day as `YYYY-MM-DD`, up to `today`.
    ///
    /// # Errors
    /// [`ConsentError`] says what to write.
    pub(crate) fn parse(text: &str, today: NaiveDate) -> Result<Consent, ConsentError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(ConsentError::Empty);
        }
        match yes_or_no(text) {
            Some(true) => return Ok(Consent::Given(None)),
            Some(false) => return Ok(Consent::Withheld),
            None => {}
        }
        let day = iso_date(text).ok_or_else(|| ConsentError::Unclear(text.to_owned()))?;
        if day > today {
            return Err(ConsentError::Future(day));
        }
        Ok(Consent::Given(Some(day)))
    }
}

/// `yes`, `true`, `1` and their opposites.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(["yes", "true", "1"]) {
        Some(true)
    } else if is_one_of(["no", "false", "0"]) {
        Some(false)
    } else {
        None
    }
}

/// `YYYY-MM-DD` and nothing else: 02/12/2026 is two days, depending on the reader.
fn iso_date(text: &str) -> Option<NaiveDate> {
    let shape = text
        .bytes()
        .enumerate()
        .all(|(index, b)| if index == 4 || index == 7 { b == b'-' } else { b.is_ascii_digit() });
    if text.len() != 10 || !shape {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Consent, ConsentError};
    use crate::zone::date;

    fn read(text: &str) -> Result<Consent, ConsentError> {
        Consent::parse(text, date(2026, 11, 24))
    }

    #[test]
    fn a_day_up_to_today_or_a_plain_yes_is_consent() {
        assert_eq!(read("2026-11-24"), Ok(Consent::Given(Some(date(2026, 11, 24)))));
        for yes in ["yes", "YES", " True ", "1"] {
            assert_eq!(read(yes), Ok(Consent::Given(None)), "{yes}");
        }
    }

    #[test]
    fn a_no_is_no_error() {
        for no in ["no", "False", "0"] {
            assert_eq!(read(no), Ok(Consent::Withheld), "{no}");
        }
    }

    #[test]
    fn tomorrow_is_faulty() {
        assert_eq!(read("2026-11-25"), Err(ConsentError::Future(date(2026, 11, 25))));
    }

    #[test]
    fn what_is_neither_is_faulty_and_says_what_to_write() {
        assert_eq!(read(" "), Err(ConsentError::Empty));
        for text in ["maybe", "24.11.2026", "20261124", "2026-02-30", "2026-11-24T10:00", "+026-11-24", "２"]
        {
            let error = read(text).unwrap_err();
            assert_eq!(error, ConsentError::Unclear(text.to_owned()));
            assert!(error.to_string().contains("YYYY-MM-DD"));
        }
    }
}
