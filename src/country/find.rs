//! Looking a country up, the way people and their address lists write it.
//!
//! A name as a whole comes first; then its parts, where it has several (`South Korea (KR)`, `California, USA`); then its
//! abbreviations written out. What is found is certain, else it is asked about.

use super::candidates::candidates;
use super::error::CountryError;
use super::fold::{fold, fold_lightly};
use super::found::{Found, Remark};
use super::places::{self, What};
use super::territory::Territory;
use super::{abbreviations, near, parts, short, state, table};

/// The longest text that is looked up.
const LONGEST: usize = 200;

/// The country called `query`.
///
/// # Errors
/// As those of [`read`].
pub(crate) fn find(query: &str) -> Result<Territory, CountryError> {
    read(query).map(|found| found.territory)
}

/// The country called `query`: an ISO 3166-1 code, a name in one of CLDR's languages, a formal or a common name, or one
/// of these with a part of the country, a code or a second name beside it.
///
/// # Errors
/// Where none is called that, or more than one; with what to write instead.
pub(crate) fn read(query: &str) -> Result<Found, CountryError> {
    let query = query.trim();
    let shown = || query.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
    if query.chars().count() > LONGEST {
        return Err(CountryError::TooLong(shown()));
    }
    if short::says_nothing(query) {
        return Err(CountryError::Empty);
    }
    let folded = fold(query);
    if folded.is_empty() {
        return Err(CountryError::Unknown { query: shown(), near: Vec::new() });
    }
    // "EU" is the United States in Portuguese, but not to one who writes it here; with its accent "É.-U." is.
    if let Some(what) = state::no_country(&folded).filter(|_| fold_lightly(query) == folded) {
        return Err(CountryError::NoCountry { query: shown(), what });
    }
    match candidates(query, &folded).as_slice() {
        [one] => return Ok(Found { territory: *one, remark: remark(query, &folded, *one) }),
        [] => {}
        several => return Err(CountryError::Ambiguous { query: shown(), candidates: several.to_vec() }),
    }
    if let Some(place) = places::named(&folded) {
        return of_place(shown(), place);
    }
    if let Some(found) = parts::read(query, &shown())? {
        return Ok(found);
    }
    for spelled_out in abbreviations::spelled_out(query) {
        let folded = fold(&spelled_out);
        if let [one] = candidates(&spelled_out, &folded).as_slice() {
            return Ok(Found { territory: *one, remark: remark(query, &folded, *one) });
        }
    }
    Err(unknown(query, &folded, shown()))
}

/// The one country called `name`, without a look at what else might be meant.
pub(crate) fn named(name: &str) -> Option<Territory> {
    match candidates(name, &fold(name)).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

fn of_place(query: String, place: places::Place) -> Result<Found, CountryError> {
    let territory = place.country;
    match place.what {
        What::Inside => Ok(territory.into()),
        What::Exile => Err(CountryError::Where { query, territory }),
        What::State => Err(CountryError::Part { query, territory }),
    }
}

fn remark(query: &str, folded: &str, territory: Territory) -> Option<Remark> {
    let query = || query.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
    if places::is_part_of_the_united_kingdom(folded) {
        return Some(Remark::Part { query: query(), read_as: territory });
    }
    (folded == "guinea").then(|| Remark::State { query: query(), read_as: territory })
}

fn unknown(query: &str, folded: &str, shown: String) -> CountryError {
    if let Some(territory) =
        places::of_short_state(folded).filter(|_| query.bytes().all(|b| b.is_ascii_alphabetic() || b == b'.'))
    {
        return CountryError::ShortState {
            query: shown,
            territory,
            code: short::code(query).filter(|_| !query.contains('.')),
        };
    }
    if let Some(territory) = short::code(query) {
        return CountryError::Word { query: shown, territory };
    }
    CountryError::Unknown { query: shown, near: near::near(folded) }
}

/// The folded names by which people who speak the language call countries, each with those that it may mean; English has
/// the common aliases too.
pub(crate) fn names_in(tag: &str) -> impl Iterator<Item = (&'static str, Vec<Territory>)> {
    table::spoken(tag)
        .map(|(name, codes)| (name, codes.into_iter().filter_map(Territory::of_code).collect::<Vec<_>>()))
}
