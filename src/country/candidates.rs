//! The countries that a text as a whole may be, before anything is asked or taken apart.

use super::fold::fold_lightly;
use super::territory::Territory;
use super::{short, table};

/// The countries that a text as a whole may be.
pub(super) fn candidates(query: &str, folded: &str) -> Vec<Territory> {
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
    let written = query.trim();
    let letters = short::code(written).filter(|_| short::is_written_as_a_code(written));
    if let Some(territory) = letters
        && written.bytes().all(|b| b.is_ascii_uppercase())
    {
        return vec![territory];
    }
    if !short::may_be_a_short_name(written, folded) {
        return letters.into_iter().collect();
    }
    let mut found = called(folded);
    // With points between them initials are a short name, and may be meant as the code too.
    let code = letters.or_else(|| short::code(folded).filter(|_| !found.is_empty()));
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
