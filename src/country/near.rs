//! The countries that a misspelled name most likely means: offered, never taken.
//!
//! A wrong neighbour is worse than none: a slip keeps the first letter, is short against the word, and a country from
//! which a letter would endanger its writer is offered to nobody.

use super::places;
use super::table;
use super::territory::Territory;

/// The most suggestions.
const MOST: usize = 3;

/// The countries that a nickname hints at, whose English name begins so, or whose name is a slip or two away.
pub(super) fn near(folded: &str) -> Vec<Territory> {
    let hinted = places::hinted(folded);
    if !hinted.is_empty() {
        return offered(hinted);
    }
    let length = folded.chars().count();
    if length >= 5 {
        let begun: Vec<Territory> = Territory::all()
            .filter(|territory| super::fold::fold(territory.name()).starts_with(folded))
            .collect();
        if (1..=MOST).contains(&begun.len()) {
            return offered(begun);
        }
    }
    offered(slips(folded, length))
}

fn offered(mut found: Vec<Territory>) -> Vec<Territory> {
    found.retain(|territory| territory.danger().is_none());
    found.truncate(MOST);
    found
}

fn slips(folded: &str, length: usize) -> Vec<Territory> {
    let allowed = match length {
        0..=3 => return Vec::new(),
        4..=7 => 1,
        8..=12 => 2,
        _ => 3,
    };
    let first = folded.chars().next();
    let mut found: Vec<(usize, Territory)> = Vec::new();
    for (name, codes) in table::names() {
        // A slip changes the length by one at most: most names need no look.
        if name.len().abs_diff(folded.len()) > allowed * 4 || name.chars().next() != first {
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
    found.iter().filter(|(distance, _)| *distance == nearest).map(|(_, territory)| *territory).collect()
}
