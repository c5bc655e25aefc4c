//! A country's name in several parts: with its code or a second name in brackets, or with a state of it before or behind.
//!
//! It is taken where every part names the same country, or a part of it. Where the parts name different ones, or one of
//! them names nothing known, it is asked about.

use super::candidates::candidates;
use super::error::CountryError;
use super::fold::fold;
use super::found::{Found, Remark};
use super::places;
use super::territory::Territory;
use super::{abbreviations, short};

/// The most parts of a name.
const MOST: usize = 5;

/// The country that the parts of a text name together; none where it has only one part.
pub(super) fn read(query: &str, shown: &str) -> Result<Option<Found>, CountryError> {
    let parts = parts(query);
    if parts.len() < 2 || parts.len() > MOST {
        return Ok(None);
    }
    let meanings: Vec<Meaning> = parts.iter().map(|part| Meaning::of(part)).collect();
    let known = || meanings.iter().filter(|meaning| !meaning.countries.is_empty());
    let Some(first) = known().next() else { return Ok(None) };
    let mut common = first.countries.clone();
    for meaning in known() {
        common.retain(|territory| meaning.countries.contains(territory));
    }
    let unknown = known().count() < meanings.len();
    match common.as_slice() {
        [one] if !unknown || one.danger().is_some() => {
            let says_more = meanings.iter().any(|meaning| !meaning.named.contains(one));
            let remark = says_more.then(|| Remark::Part { query: shown.to_owned(), read_as: *one });
            Ok(Some(Found { territory: *one, remark }))
        }
        [one] => Err(CountryError::MoreThanACountry { query: shown.to_owned(), territory: *one }),
        [] => {
            let mut named: Vec<Territory> = known().flat_map(|meaning| meaning.countries.clone()).collect();
            named.dedup();
            Err(CountryError::Several { query: shown.to_owned(), named })
        }
        several => Err(CountryError::Ambiguous { query: shown.to_owned(), candidates: several.to_vec() }),
    }
}

/// What a part may stand for.
struct Meaning {
    /// The countries that it names, or a part of which it is.
    countries: Vec<Territory>,
    /// Those that it names as a whole.
    named: Vec<Territory>,
}

impl Meaning {
    fn of(part: &str) -> Meaning {
        let folded = fold(part);
        let mut countries = candidates(part, &folded);
        for spelled_out in abbreviations::spelled_out(part) {
            if countries.is_empty() {
                countries = candidates(&spelled_out, &fold(&spelled_out));
            }
        }
        let whole = !places::is_part_of_the_united_kingdom(&folded);
        let named = if whole { countries.clone() } else { Vec::new() };
        let written_short = part.bytes().all(|b| b.is_ascii_uppercase() || b == b'.');
        let short =
            || places::of_short_state(&folded).filter(|_| written_short || short::code(part).is_none());
        let place = places::named(&folded).map(|place| place.country).or_else(short);
        countries.extend(place.filter(|territory| !countries.contains(territory)));
        Meaning { countries, named }
    }
}

/// The texts between brackets, commas, strokes and the like; a hyphen divides only between spaces.
fn parts(query: &str) -> Vec<&str> {
    let divides = |c: char| {
        matches!(
            c,
            ',' | ';'
                | '/'
                | '|'
                | '('
                | ')'
                | '['
                | ']'
                | '（'
                | '）'
                | '，'
                | '、'
                | '；'
                | '／'
                | '「'
                | '」'
        )
    };
    query
        .split(divides)
        .flat_map(|part| part.split(" - "))
        .flat_map(|part| part.split(" – "))
        .flat_map(|part| part.split(" — "))
        .map(str::trim)
        .filter(|part| part.chars().any(char::is_alphanumeric))
        .collect()
}
