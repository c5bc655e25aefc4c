//! The address book: Chinese diplomatic missions, each fact with its source and the date of its last check.
//!
//! Past [`AddressBook::read`] there are only embassies that can be written to as they stand. What is not known is
//! not there: no address is inferred, and no letter is redirected by itself.

mod book;
mod error;
mod fact;
mod header;
mod look_up;
pub(crate) mod postal;
mod read;
pub(crate) mod unknown_streets;
pub(crate) mod upkeep;

use std::sync::OnceLock;

use crate::country::Territory;
use crate::zone::Zone;

pub(crate) use book::AddressBook;
pub(crate) use error::{BookError, Fault};
pub(crate) use fact::{Checked, Confidence, Email, Kind};
pub(crate) use look_up::NoEmbassy;

/// An address that nobody has looked at for this long is called old.
pub(crate) const OLD_AFTER_YEARS: i32 = 3;

/// A Chinese diplomatic mission, or the statement that a country has none.
#[derive(Clone, Debug)]
pub(crate) struct Embassy {
    /// Its line in the address book's file.
    pub line: u64,
    /// In which country.
    pub country: Territory,
    /// In which city; empty for kind none.
    pub city: String,
    /// What it is.
    pub kind: Kind,
    /// The street address, as it is written there.
    pub address: Option<String>,
    /// The e-mail address.
    pub email: Option<Email>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The website.
    pub website: Option<String>,
    /// Its IANA time zone.
    zone: String,
    /// The zone, read when a letter first asks what day it is there.
    clock: OnceLock<Zone>,
    /// Where the facts come from.
    pub source: String,
    /// When they were last checked.
    pub checked: Checked,
    /// How sure they are.
    pub confidence: Confidence,
    /// What else is to be known.
    pub note: Option<String>,
    /// Whether the note is for whoever writes there, and not only for whoever keeps the book.
    pub note_warns: bool,
}

impl Embassy {
    /// Its name in a sentence: "the Chinese embassy in Tokyo, Japan".
    pub(crate) fn title(&self) -> String {
        match self.kind {
            Kind::None => format!("a Chinese embassy in {}", self.country.running_name()),
            kind => format!("the Chinese {kind} in {}, {}", self.city, self.country.running_name()),
        }
    }

    /// What the ledger calls it: one signer writes to it once. Embassy and office of a country are one.
    pub(crate) fn destination(&self) -> String {
        let code = self.country.code();
        match self.kind {
            Kind::Embassy | Kind::Office | Kind::None => code.to_owned(),
            kind => format!("{code} {kind} {}", self.city),
        }
    }

    /// The IANA name of its time zone.
    pub(crate) fn zone_name(&self) -> &str {
        &self.zone
    }

    /// Its time zone.
    pub(crate) fn time_zone(&self) -> &Zone {
        // Known to be there since the row was read.
        self.clock.get_or_init(|| Zone::named(&self.zone).unwrap_or_else(Zone::utc))
    }
}

impl serde::Serialize for Embassy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut row = serializer.serialize_struct("Embassy", 16)?;
        row.serialize_field("country_code", self.country.code())?;
        row.serialize_field("country", self.country.name())?;
        row.serialize_field("city", &Some(&self.city).filter(|city| !city.is_empty()))?;
        row.serialize_field("kind", &self.kind.to_string())?;
        row.serialize_field("address", &self.address)?;
        row.serialize_field("email", &self.email.as_ref().map(|email| email.mailbox.to_string()))?;
        row.serialize_field("phone", &self.phone)?;
        row.serialize_field("website", &self.website)?;
        row.serialize_field("time_zone", &self.zone)?;
        row.serialize_field("source", &self.source)?;
        row.serialize_field("checked", &self.checked.to_string())?;
        row.serialize_field("confidence", &self.confidence.to_string())?;
        row.serialize_field("email_source", &self.email.as_ref().map(|email| &email.source))?;
        row.serialize_field("email_checked", &self.email.as_ref().map(|email| email.checked.to_string()))?;
        row.serialize_field(
            "email_confidence",
            &self.email.as_ref().map(|email| email.confidence.to_string()),
        )?;
        row.serialize_field("note", &self.note)?;
        row.end()
    }
}

#[cfg(test)]
mod tests;
