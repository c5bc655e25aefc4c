//! What two spellings of one name have in common: no case, no accents, no punctuation, no white space.
//!
//! Only the marks of Latin, Greek and Cyrillic, Hebrew points and Arabic vowel signs are dropped: in other scripts a
//! mark makes another letter. `scripts/country_names.py` folds the names of `names.tsv` in the same way.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A name as it is looked up.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    fold_any(text)
}

fn fold_any(text: &str) -> String {
    let decomposed: String = text.nfkd().collect();
    let folded: String = caseless::default_case_fold_str(&decomposed).nfkd().collect();
    let mut plain = String::with_capacity(folded.len());
    for c in folded.chars().filter(|c| !is_dropped_mark(*c) && is_kept(*c)) {
        match plain_letter(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    plain.nfc().collect()
}

/// A name with its accents.
pub(super) fn fold_lightly(text: &str) -> String {
    let composed: String = text.nfkc().collect();
    caseless::default_case_fold_str(&composed).chars().filter(|c| is_kept(*c)).nfc().collect()
}

fn is_dropped_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

fn is_kept(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Letters that Unicode does not take apart, as people without them on the keyboard write them.
fn plain_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'æ' => "ae",
        'œ' => "oe",
        'ı' => "i",
        'ħ' => "h",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_any, fold_lightly};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_name_in_ascii_is_folded_like_any_other(name in "[ -~]{0,40}") {
            prop_assert_eq!(fold(&name), fold_any(&name));
        }
    }

    #[test]
    fn case_accents_and_punctuation_make_no_difference() {
        assert_eq!(fold("Côte d’Ivoire"), "cotedivoire");
        assert_eq!(fold("COTE D'IVOIRE "), "cotedivoire");
        assert_eq!(fold("Россия"), "россия");
        assert_eq!(fold("Åland Islands"), "alandislands");
        assert_eq!(fold_lightly("Áo"), "áo");
    }

    #[test]
    fn marks_that_make_another_letter_stay() {
        assert_ne!(fold("ハ"), fold("バ"));
        assert_ne!(fold("भारत"), fold("भरत"));
        assert_eq!(fold("대한민국"), "대한민국");
    }
}
