//! Which mission is meant: a country's own, or the one that `--mission` names.

use super::{AddressBook, Embassy, Kind};
use crate::country::{self, CountryError, Territory};
use crate::exit::{Exit, ExitCode};
use crate::suggestion;

/// Why there is no mission to write to, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum NoEmbassy {
    #[error(
        "there is no Chinese embassy in {country}: {note}. To write to another, add --mission with its country or city"
    )]
    None { country: String, note: String },
    #[error(
        "there is no Chinese embassy in {territory}, a territory of {state}: the one in {city} is in charge of it. To write to that one, add --mission {code}"
    )]
    Dependent { territory: String, state: String, city: String, code: &'static str },
    #[error(
        "the address book has no Chinese embassy in {country}. To write to another, add --mission with its country or city"
    )]
    NotInBook { country: String },
    #[error("--mission \"{query}\" may be {}: write one of them", .candidates.join(" or "))]
    Ambiguous { query: String, candidates: Vec<String> },
    #[error("--mission \"{query}\" is no Chinese mission; {}", did_you_mean(hint.as_deref()))]
    Unknown { query: String, hint: Option<String> },
    #[error("\"{query}\" is no country, and no city with a Chinese mission; {}", did_you_mean(hint.as_deref()))]
    UnknownPlace { query: String, hint: Option<String> },
    #[error("{0}")]
    Danger(String),
    #[error(transparent)]
    Country(#[from] CountryError),
}

fn did_you_mean(hint: Option<&str>) -> String {
    hint.map_or("`protest embassies` lists them".to_owned(), |hint| format!("did you mean {hint}?"))
}

impl ExitCode for NoEmbassy {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

impl AddressBook {
    /// The embassy in a country, or the office that stands in its place.
    ///
    /// # Errors
    /// [`NoEmbassy`]: why there is none, and what to do.
    pub(crate) fn for_country(&self, country: Territory) -> Result<&Embassy, NoEmbassy> {
        let of_kind = |kind| self.rows_of(country).find(|row| row.kind == kind);
        if let Some(embassy) = of_kind(Kind::Embassy).or_else(|| of_kind(Kind::Office)) {
            return Ok(embassy);
        }
        if let Some(none) = of_kind(Kind::None) {
            let note = none.note.clone().unwrap_or_default().trim_end_matches('.').to_owned();
            return Err(NoEmbassy::None { country: country.running_name(), note });
        }
        if let Some(state) = country.state()
            && let Ok(embassy) = self.for_country(state)
        {
            return Err(NoEmbassy::Dependent {
                territory: country.running_name(),
                state: state.running_name(),
                city: embassy.city.clone(),
                code: state.code(),
            });
        }
        Err(NoEmbassy::NotInBook { country: country.running_name() })
    }

    /// The mission that `query` names: a country, a city, or both, such as "JP Osaka" or "Osaka, Japan".
    ///
    /// # Errors
    /// [`NoEmbassy`] where there is none or more than one.
    pub(crate) fn mission(&self, query: &str) -> Result<&Embassy, NoEmbassy> {
        let wanted = plain(query);
        let missions = || self.missions().filter(|row| row.kind != Kind::None);
        let found: Vec<&Embassy> = missions().filter(|row| names(row).contains(&wanted)).collect();
        match found.as_slice() {
            [one] => return Ok(one),
            [] => {}
            several => {
                let candidates = several.iter().map(|row| format!("\"{}\"", full_name(row))).collect();
                return Err(NoEmbassy::Ambiguous { query: shown(query), candidates });
            }
        }
        match country::find(query) {
            Ok(country) => self.for_country(country),
            Err(error @ CountryError::Ambiguous { .. }) => Err(error.into()),
            Err(_) => Err(NoEmbassy::Unknown { query: shown(query), hint: self.nearest_city(query) }),
        }
    }

    fn nearest_city(&self, query: &str) -> Option<String> {
        let cities = self.missions().filter(|row| row.kind != Kind::None).map(|row| row.city.as_str());
        suggestion::nearest(query, cities).map(str::to_owned)
    }

    /// The rows that have to do with `query`: a country in any language, a code, a part of a city's name.
    pub(crate) fn search(&self, query: &str) -> Vec<&Embassy> {
        let wanted = plain(query);
        let country = country::find(query).ok();
        let fits = |row: &&Embassy| {
            Some(row.country) == country || !wanted.is_empty() && plain(&row.city).contains(&wanted)
        };
        let mut found: Vec<&Embassy> = self.missions().filter(fits).collect();
        // A country's own missions first, before cities that have its name or code in theirs.
        found.sort_by_key(|row| Some(row.country) != country);
        found
    }

    /// Why [`search`](Self::search) found nothing.
    pub(crate) fn why_nothing(&self, query: &str) -> NoEmbassy {
        match country::find(query) {
            Ok(country) => match (country.danger(), self.for_country(country)) {
                (Some(danger), _) => NoEmbassy::Danger(danger.to_string()),
                (None, Err(error)) => error,
                (None, Ok(_)) => NoEmbassy::NotInBook { country: country.running_name() },
            },
            Err(CountryError::Unknown { near, .. }) if near.is_empty() => {
                NoEmbassy::UnknownPlace { query: shown(query), hint: self.nearest_city(query) }
            }
            Err(error) => error.into(),
        }
    }
}

/// The ways in which a mission can be named beside its country alone.
fn names(row: &Embassy) -> [String; 5] {
    let (city, country, code, kind) = (&row.city, row.country.name(), row.country.code(), row.kind);
    [
        plain(city),
        plain(&format!("{code} {city}")),
        plain(&format!("{city} {country}")),
        plain(&full_name(row)),
        plain(&format!("{city} {kind}")),
    ]
}

/// What names a mission and no other.
fn full_name(row: &Embassy) -> String {
    format!("{} {} {}", row.country.code(), row.kind, row.city)
}

/// A query as an error shows it.
fn shown(query: &str) -> String {
    query.chars().filter(|c| !c.is_control()).take(60).collect()
}

fn plain(text: &str) -> String {
    country::fold(text)
}
