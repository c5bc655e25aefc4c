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
        let begun: Vec<Territory> = table::rows()
            .filter(|row| super::fold::fold(row.name).starts_with(folded))
            .filter_map(|row| Territory::of_code(row.code))
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
    let Some(first) = folded.chars().next() else { return Vec::new() };
    let letters = Letters::of(folded);
    let mut found: Vec<(usize, Territory)> = Vec::new();
    for (name, codes) in table::names_from(first) {
        // Few names need the whole look: there are eighteen thousand.
        if letters.differ(name) > 2 * allowed {
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

/// How often each letter stands in a name, letters of other scripts by groups.
struct Letters([i8; 32]);

impl Letters {
    fn of(name: &str) -> Letters {
        let mut counts = Letters([0; 32]);
        name.chars().for_each(|c| counts.add(c, 1));
        counts
    }

    fn add(&mut self, c: char, by: i8) {
        let count = &mut self.0[c as usize % 32];
        *count = count.wrapping_add(by);
    }

    /// In how many letters another name differs at least: a slip adds one, leaves one out, puts one for another, which are
    /// two, or exchanges two, which are none.
    fn differ(&self, name: &str) -> usize {
        let mut rest = Letters(self.0);
        name.chars().for_each(|c| rest.add(c, -1));
        rest.0.iter().map(|count| usize::from(count.unsigned_abs())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Letters, table};

    #[test]
    fn no_name_that_is_near_is_passed_over_without_a_whole_look() {
        let names: Vec<&str> = table::names().map(|(name, _)| name).collect();
        for (number, name) in names.iter().enumerate().step_by(61) {
            let mut letters: Vec<char> = name.chars().collect();
            let at = number % letters.len();
            match number % 4 {
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, 'q'),
                2 => letters[at] = 'ж',
                _ => letters.swap(at, 0),
            }
            let Some(first) = letters.first().copied() else { continue };
            let slipped: String = letters.iter().collect();
            let counts = Letters::of(&slipped);
            let begun: Vec<&str> = table::names_from(first).map(|(name, _)| name).collect();
            for name in names.iter().filter(|name| name.starts_with(first)) {
                assert!(begun.contains(name), "{name}");
                let distance = strsim::damerau_levenshtein(name, &slipped);
                assert!(counts.differ(name) <= 2 * distance, "{name}, {slipped}");
            }
        }
    }
}
