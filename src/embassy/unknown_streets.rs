//! The missions that letters on paper go to without a known street: what is not finished must not look so.

use std::collections::BTreeMap;

use super::Embassy;
use crate::wording::count;

/// Those that were met, each with the number of its letters.
#[derive(Debug, Default)]
pub(crate) struct UnknownStreets {
    letters: BTreeMap<String, u64>,
}

impl UnknownStreets {
    /// Whether this mission's street is not known; then it is remembered.
    pub(crate) fn look_at(&mut self, embassy: &Embassy) -> bool {
        if embassy.address.is_some() {
            return false;
        }
        *self.letters.entry(embassy.title()).or_default() += 1;
        true
    }

    /// Which they are; nothing where every street is known.
    pub(crate) fn in_words(&self) -> Option<String> {
        if self.letters.is_empty() {
            return None;
        }
        let each: Vec<String> = self
            .letters
            .iter()
            .map(|(title, letters)| format!("{title} ({})", count(*letters, "letter")))
            .collect();
        Some(format!("The street is not known of {}.", each.join("; ")))
    }
}
