//! A country or territory: its code, its names, and whether a letter from it would endanger its writer.

use super::{state, table};
use std::fmt;

/// A territory of CLDR that has an ISO 3166-1 code, or Kosovo.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Territory {
    code: &'static str,
}

/// Why no letter is written from a place: its writer would be in danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Danger(Territory);

impl Territory {
    /// The territory with this ISO 3166-1 alpha-2 code, in capitals.
    pub(crate) fn of_code(code: &str) -> Option<Territory> {
        table::territory(code).map(|row| Territory { code: row.code })
    }

    /// ISO 3166-1 alpha-2.
    pub(crate) fn code(self) -> &'static str {
        self.code
    }

    /// ISO 3166-1 alpha-3, or nothing where there is none.
    pub(crate) fn alpha3(self) -> &'static str {
        table::territory(self.code()).map_or("", |row| row.alpha3)
    }

    /// The English name as it stands alone: "Netherlands".
    pub(crate) fn name(self) -> &'static str {
        table::territory(self.code()).map_or("", |row| row.name)
    }

    /// The English name as it stands in a sentence: "the Netherlands".
    pub(crate) fn running_name(self) -> String {
        match table::territory(self.code()) {
            Some(row) if row.has_article => format!("the {}", row.name),
            _ => self.name().to_owned(),
        }
    }

    /// The last line of a postal address.
    pub(crate) fn capitals(self) -> String {
        self.name().to_uppercase()
    }

    /// The name in a letter's language; in English where there is no letter in that language.
    pub(crate) fn name_in(self, language: &str) -> &'static str {
        table::display_name(self.code(), language).unwrap_or_else(|| self.name())
    }

    /// Why a letter from here would endanger its writer.
    pub(crate) fn danger(self) -> Option<Danger> {
        matches!(self.code(), "KP" | "CN" | "HK" | "MO").then_some(Danger(self))
    }

    /// The state that a territory without an embassy of its own belongs to.
    pub(crate) fn state(self) -> Option<Territory> {
        state::of(self.code()).and_then(Territory::of_code)
    }

    /// All territories, by code.
    pub(crate) fn all() -> impl Iterator<Item = Territory> {
        table::rows().map(|row| Territory { code: row.code })
    }
}

impl fmt::Debug for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Danger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.code() == "KP" {
            f.write_str("did you mean South Korea (KR)? ")?;
        }
        write!(f, "A letter from inside {} would endanger its writer", self.0.name())
    }
}
