//! What is too short to be a country's name: codes, words that only happen to be one, cells in which nothing stands.
//!
//! A code counts in capitals or in small letters, alone and without points. `No`, `Mr` or `in` in a column of countries
//! is more often a cell that slipped than Norway, Mauritania or India: it is asked about.

use super::table;
use super::territory::Territory;

/// Whether a text says that there is no answer.
pub(crate) fn says_nothing(query: &str) -> bool {
    let bare = query.trim().to_lowercase();
    !bare.chars().any(char::is_alphanumeric) || NOTHING.contains(&bare.as_str())
}

const NOTHING: [&str; 31] = [
    "n/a",
    "#n/a",
    "n.a.",
    "n.a",
    "n/a.",
    "n\\a",
    "#na",
    "<na>",
    "(n/a)",
    "[n/a]",
    "null",
    "(null)",
    "\\n",
    "none",
    "nil",
    "nan",
    "undefined",
    "unknown",
    "not available",
    "not applicable",
    "not specified",
    "not set",
    "no answer",
    "no country",
    "other",
    "select",
    "select country",
    "select a country",
    "please select",
    "choose",
    "choose a country",
];

/// The territory whose alpha-2 or alpha-3 code these letters are, whatever their case.
pub(super) fn code(letters: &str) -> Option<Territory> {
    if !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let upper = letters.to_ascii_uppercase();
    match upper.len() {
        2 => Territory::of_code(&upper),
        3 => {
            let row = table::rows().find(|row| row.alpha3 == upper)?;
            Territory::of_code(row.code)
        }
        _ => None,
    }
}

/// Whether a text is written as codes are, and is no word besides.
pub(super) fn is_written_as_a_code(text: &str) -> bool {
    let capitals = text.bytes().all(|b| b.is_ascii_uppercase());
    let small = text.bytes().all(|b| b.is_ascii_lowercase());
    capitals || small && !WORDS.split(' ').any(|word| word == text)
}

/// Codes in small letters that are words of a language in which people answer forms.
const WORDS: &str = "am and are as at be by can do he in is it me mr ms my no nor per si so to";

/// Whether a short name of the table may be meant by this text: in capitals, points and hyphens between them, or one
/// of those that people write in any way.
pub(super) fn may_be_a_short_name(query: &str, folded: &str) -> bool {
    if folded.len() > 3 || !folded.is_ascii() || !query.is_ascii() {
        return true;
    }
    let as_initials = query.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '.' | ' ' | '-' | 'i'));
    let between = |c: char| c.is_alphabetic() || matches!(c, '.' | ' ' | '-');
    let well_known = "us uk usa uae ksa png drc prc roc rok frg lao fsm man tai nga fas sin";
    as_initials || query.chars().all(between) && well_known.split(' ').any(|known| known == folded)
}

#[cfg(test)]
mod tests {
    use super::{code, is_written_as_a_code, says_nothing};

    #[test]
    fn a_code_is_in_capitals_or_small_and_no_word() {
        for text in ["JP", "jp", "NA", "NO", "DEU", "deu", "kr"] {
            assert!(code(text).is_some() && is_written_as_a_code(text), "{text}");
        }
        for text in ["Jp", "No", "no", "me", "in", "si", "mr", "am", "Mr", "and"] {
            assert!(!is_written_as_a_code(text), "{text}");
        }
    }

    #[test]
    fn a_cell_that_says_that_nothing_is_known_is_empty() {
        for text in ["N/A", "#N/A", "n/a", "-", " — ", "null", "", "..."] {
            assert!(says_nothing(text), "{text}");
        }
        assert!(!says_nothing("NA") && !says_nothing("Namibia"));
    }
}
