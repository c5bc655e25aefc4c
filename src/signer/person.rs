//! One signer, and what keeps a person from being one.
//!
//! A [`Signer`] holds only what may stand in a letter, and is nobody whom a letter would endanger; past
//! [`Signer::new`] no one checks a name again. Which embassy is written to, and with which letter, is left to others.

use super::extra::{self, ExtraColumn};
use super::field::Field;
use crate::country::Territory;
use crate::exit::{Exit, ExitCode};
use crate::mailbox::{Mailbox, MailboxError};
use crate::plain_text::{self, PlainTextError};
use std::fmt::Display;

/// The person whose name stands under the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signer {
    name: String,
    country: Territory,
    city: Option<String>,
    email: Option<Mailbox>,
    note: Option<String>,
    extra: Vec<(ExtraColumn, String)>,
}

/// What a person tells about themselves, as typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Particulars<'a> {
    /// The name, which need not be a legal name.
    pub name: &'a str,
    /// The country, in any of the ways in which it can be named.
    pub country: &'a str,
    /// The city, if it is given.
    pub city: Option<&'a str>,
    /// The e-mail address, if it is given.
    pub email: Option<&'a str>,
    /// The personal note, if there is one.
    pub note: Option<&'a str>,
    /// Further columns, in their order.
    pub extra: Vec<(ExtraColumn, &'a str)>,
}

/// Why a text is no e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressError {
    /// It is none.
    #[error(transparent)]
    NotOne(MailboxError),
    /// Something stands beside one.
    #[error("write only the address itself: {0}")]
    MoreThanAnAddress(String),
}

/// What is wrong with one of the particulars.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignerError {
    /// The name cannot stand in a letter.
    #[error("name: {0}")]
    Name(PlainTextError),
    /// The country cannot be a country's name at all.
    #[error("country: {0}")]
    CountryText(PlainTextError),
    /// No country, or more than one, is called that.
    #[error("{0}")]
    Country(String),
    /// A letter from there would endanger its writer.
    #[error("{0}")]
    Danger(String),
    /// The city cannot stand in a letter.
    #[error("city: {0}")]
    City(PlainTextError),
    /// The e-mail address is none.
    #[error("email: {0}")]
    Email(AddressError),
    /// The note cannot stand in a letter.
    #[error("note: {0}")]
    Note(PlainTextError),
    /// Another column's value cannot stand in a letter.
    #[error("{0}: {1}")]
    Extra(ExtraColumn, PlainTextError),
}

impl SignerError {
    /// The field that has to be mended, or none where it is an extra column.
    pub(crate) fn field(&self) -> Option<Field> {
        match self {
            SignerError::Name(_) => Some(Field::Name),
            SignerError::CountryText(_) | SignerError::Country(_) | SignerError::Danger(_) => {
                Some(Field::Country)
            }
            SignerError::City(_) => Some(Field::City),
            SignerError::Email(_) => Some(Field::Email),
            SignerError::Note(_) => Some(Field::Note),
            SignerError::Extra(..) => None,
        }
    }
}

impl ExitCode for SignerError {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

impl Signer {
    /// A signer, or everything that keeps these particulars from standing in a letter.
    ///
    /// `find` looks a country up: [`crate::country::find`], or a reader's memory of its answers.
    ///
    /// # Errors
    /// One [`SignerError`] for each field that has to be mended.
    pub(crate) fn new<E: Display>(
        particulars: &Particulars<'_>,
        find: impl FnOnce(&str) -> Result<Territory, E>,
    ) -> Result<Signer, Vec<SignerError>> {
        let mut errors = Vec::new();
        let mut keep = |error| errors.push(error);
        let name = taken(plain_text::line(particulars.name).map_err(SignerError::Name), &mut keep);
        let country = taken(country(particulars.country, find), &mut keep);
        let city = particulars.city.map(|city| plain_text::line(city).map_err(SignerError::City));
        let city = taken(city.transpose(), &mut keep).flatten();
        let email = particulars.email.map(|email| email_address(email).map_err(SignerError::Email));
        let email = taken(email.transpose(), &mut keep).flatten();
        let note = particulars.note.map(|note| plain_text::note(note).map_err(SignerError::Note));
        let note = taken(note.transpose(), &mut keep).flatten();
        let mut extra = Vec::with_capacity(particulars.extra.len());
        for (column, value) in &particulars.extra {
            let value = extra::value(value).map_err(|error| SignerError::Extra(column.clone(), error));
            extra.extend(taken(value, &mut keep).map(|value| (column.clone(), value)));
        }
        match (name, country) {
            (Some(name), Some(country)) if errors.is_empty() => {
                let city = city.map(|city| without_country(city, country));
                Ok(Signer { name, country, city, email, note, extra })
            }
            _ => Err(errors),
        }
    }

    /// The signer who writes from the account `from`: it is the e-mail of one who gave no other.
    #[must_use]
    pub(crate) fn writing_from(mut self, from: &Mailbox) -> Signer {
        self.email.get_or_insert_with(|| from.clone());
        self
    }

    /// The name as it stands under the letter.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The country that the signer writes from.
    pub(crate) fn country(&self) -> Territory {
        self.country
    }

    /// The city, if it was given.
    pub(crate) fn city(&self) -> Option<&str> {
        self.city.as_deref()
    }

    /// The signer's own e-mail address, if it was given.
    pub(crate) fn email(&self) -> Option<&Mailbox> {
        self.email.as_ref()
    }

    /// The personal note: one line of text, however long.
    pub(crate) fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The further columns in their order; an empty cell is an empty text.
    pub(crate) fn extra(&self) -> impl Iterator<Item = (&ExtraColumn, &str)> {
        self.extra.iter().map(|(column, value)| (column, value.as_str()))
    }
}

fn country<E: Display>(
    text: &str,
    find: impl FnOnce(&str) -> Result<Territory, E>,
) -> Result<Territory, SignerError> {
    let text = plain_text::line(text).map_err(SignerError::CountryText)?;
    let country = find(&text).map_err(|error| SignerError::Country(error.to_string()))?;
    match country.danger() {
        Some(danger) => Err(SignerError::Danger(danger.to_string())),
        None => Ok(country),
    }
}

fn email_address(text: &str) -> Result<Mailbox, AddressError> {
    let seen = plain_text::without_invisible(text);
    let text = plain_text::trimmed(&seen);
    let alone = text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
    let alone = alone.or_else(|| text.strip_prefix("mailto:"));
    if let Some(Ok(address)) = alone.map(|address| Mailbox::parse(address.trim())) {
        return Err(AddressError::MoreThanAnAddress(address.to_string()));
    }
    Mailbox::parse(text).map_err(AddressError::NotOne)
}

/// `Osaka, Japan` is Osaka where the country is Japan: it stands behind the city anyway.
fn without_country(city: String, country: Territory) -> String {
    match city.rsplit_once(',') {
        Some((before, behind))
            if crate::country::named(behind.trim()) == Some(country) && !before.trim().is_empty() =>
        {
            before.trim().to_owned()
        }
        _ => city,
    }
}

/// The value; or none, and the error handed on.
fn taken<T, E>(value: Result<T, E>, keep: &mut impl FnMut(E)) -> Option<T> {
    value.map_err(keep).ok()
}
