//! Looking a country up, the way people write it.

use super::error::CountryError;
use super::fold::{fold, fold_lightly};
use super::territory::Territory;
use super::{state, table};

/// The longest text that is looked up.
const LONGEST: usize = 200;

/// The country called `query`: an ISO 3166-1 code, a name in one of CLDR's languages, a formal or a common name.
///
/// # Errors
/// Where none is called that, or more than one; with what to write instead.
pub(crate) fn find(query: &str) -> Result<Territory, CountryError> {
    let shown = || query.trim().chars().filter(|c| !c.is_control()).take(60).collect::<String>();
    if query.chars().count() > LONGEST {
        return Err(CountryError::TooLong(shown()));
    }
    let folded = fold(query);
    if folded.is_empty() {
        return Err(CountryError::Empty);
    }
    // "EU" is the United States in Portuguese, but not to one who writes it here; with its accent "É.-U." is.
    if let Some(what) = state::no_country(&folded).filter(|_| fold_lightly(query) == folded) {
        return Err(CountryError::NoCountry { query: shown(), what });
    }
    match candidates(query, &folded).as_slice() {
        [one] => Ok(*one),
        [] => Err(CountryError::Unknown { query: shown(), near: near(&folded) }),
        several => Err(CountryError::Ambiguous { query: shown(), candidates: several.to_vec() }),
    }
}

/// The one country called `name`, without a look at what else might be meant.
pub(crate) fn named(name: &str) -> Option<Territory> {
    match candidates(name, &fold(name)).as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

fn candidates(query: &str, folded: &str) -> Vec<Territory> {
    let called = |name: &str| {
        let found: Vec<Territory> = table::named(name).filter_map(Territory::of_code).collect();
        found
    };
    // With its accents a short name is sure where without them it would be another country's code.
    let light = fold_lightly(query);
    if light != folded {
        let found = called(&light);
        if !found.is_empty() {
            return found;
        }
    }
    let code = of_code(folded);
    if let Some(territory) = code
        && query.trim().bytes().all(|b| b.is_ascii_uppercase())
    {
        return vec![territory];
    }
    let mut found = called(folded);
    if found.is_empty() && code.is_none() {
        let bare = folded.strip_prefix("the").or(folded.strip_suffix("the"));
        found = bare.map(called).unwrap_or_default();
    }
    if let Some(territory) = code.filter(|territory| !found.contains(territory)) {
        found.push(territory);
    }
    // Where a letter can be written from stands first.
    found.sort_by_key(|territory| (territory.danger().is_some(), territory.name()));
    found
}

/// The territory whose alpha-2 or alpha-3 code this is.
fn of_code(folded: &str) -> Option<Territory> {
    if !folded.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let upper = folded.to_ascii_uppercase();
    match upper.len() {
        2 => Territory::of_code(&upper),
        3 => {
            let row = table::rows().find(|row| row.alpha3 == upper)?;
            Territory::of_code(row.code)
        }
        _ => None,
    }
}

/// The most suggestions.
const MOST: usize = 3;

/// The names that are one or two slips away, the nearest first.
fn near(folded: &str) -> Vec<Territory> {
    let length = folded.chars().count();
    let allowed = match length {
        0..=3 => return Vec::new(),
        4..=6 => 1,
        7..=11 => 2,
        _ => 3,
    };
    let mut found: Vec<(usize, Territory)> = Vec::new();
    for (name, codes) in table::names() {
        // A slip changes the length by one at most: most names need no look.
        if name.len().abs_diff(folded.len()) > allowed * 4 {
            continue;
        }
        let distance = strsim::damerau_levenshtein(name, folded);
        if distance <= allowed {
            for territory in codes.split(' ').filter_map(Territory::of_code) {
                match found.iter_mut().find(|(_, known)| *known == territory) {
                    Some((known, _)) => *known = distance.min(*known),
                    None => found.push((distance, territory)),
                }
            }
        }
    }
    found.sort_by_key(|(distance, territory)| (*distance, territory.name()));
    let nearest = found.first().map_or(0, |(distance, _)| *distance);
    let mut near: Vec<Territory> = found.iter().filter(|(d, _)| *d == nearest).map(|(_, t)| *t).collect();
    near.truncate(MOST);
    near
}
