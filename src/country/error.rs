//! Why a text is no country, and what to write instead.

use super::territory::Territory;
use crate::exit::{Exit, ExitCode};

/// Why a text is no country.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum CountryError {
    #[error("no country was given: write a name or an ISO code, such as Japan or JP")]
    Empty,
    #[error("\"{0}…\" is too long for a country: write a name or an ISO code, such as Japan or JP")]
    TooLong(String),
    #[error("\"{query}\" may be {}: write one of them", in_words(candidates))]
    Ambiguous { query: String, candidates: Vec<Territory> },
    #[error("\"{query}\" is not known as a country{}", hint(near))]
    Unknown { query: String, near: Vec<Territory> },
    #[error("\"{query}\" is {what}: write the country you live in")]
    NoCountry { query: String, what: &'static str },
}

impl ExitCode for CountryError {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

fn in_words(territories: &[Territory]) -> String {
    let names: Vec<String> =
        territories.iter().map(|territory| format!("{} ({})", territory.name(), territory.code())).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}

fn hint(near: &[Territory]) -> String {
    if near.is_empty() {
        "; write its English name or its ISO code (`protest embassies` lists them)".to_owned()
    } else {
        format!("; did you mean {}?", in_words(near))
    }
}
