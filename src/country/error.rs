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
    #[error("\"{query}\" may be {}: write one of them", in_words(candidates, "or"))]
    Ambiguous { query: String, candidates: Vec<Territory> },
    #[error("\"{query}\" names {}: write one of them", in_words(named, "and"))]
    Several { query: String, named: Vec<Territory> },
    #[error("\"{query}\" is not known as a country{}", hint(near))]
    Unknown { query: String, near: Vec<Territory> },
    #[error("\"{query}\" is {what}: write the country you live in")]
    NoCountry { query: String, what: &'static str },
    #[error("\"{query}\" is a part of {}: write {} ({})", territory.running_name(), territory.name(), territory.code())]
    Part { query: String, territory: Territory },
    #[error("\"{query}\" looks like an abbreviated state{}: write {}", or_code(*code), or_names(*territory, *code))]
    ShortState { query: String, territory: Territory, code: Option<Territory> },
    #[error(
        "\"{query}\" is a word, or the code of {} ({}): write the country's name",
        territory.name(),
        territory.code()
    )]
    Word { query: String, territory: Territory },
    #[error(
        "\"{query}\" is more than a country: did you mean {} ({})? A city has a place of its own",
        territory.name(),
        territory.code()
    )]
    MoreThanACountry { query: String, territory: Territory },
    #[error(
        "\"{query}\": write the country you live in; a letter from inside {} would endanger its writer",
        territory.name()
    )]
    Where { query: String, territory: Territory },
}

impl ExitCode for CountryError {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

fn in_words(territories: &[Territory], last_word: &str) -> String {
    let names: Vec<String> =
        territories.iter().map(|territory| format!("{} ({})", territory.name(), territory.code())).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} {last_word} {last}", first.join(", ")),
        _ => names.concat(),
    }
}

fn or_code(code: Option<Territory>) -> String {
    code.map_or_else(String::new, |code| format!(", or like the code of {} ({})", code.name(), code.code()))
}

fn or_names(territory: Territory, code: Option<Territory>) -> String {
    code.map_or_else(
        || territory.name().to_owned(),
        |code| format!("{} or {}", territory.name(), code.name()),
    )
}

fn hint(near: &[Territory]) -> String {
    if near.is_empty() {
        "; write its English name or its ISO code (`protest embassies` lists them)".to_owned()
    } else {
        format!("; did you mean {}?", in_words(near, "or"))
    }
}
