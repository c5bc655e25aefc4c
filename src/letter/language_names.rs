//! Which language a word means: its tag, its name in English or at home, a three-letter code; and what was probably
//! meant by a word that is none of these, such as a country's code.

use super::languages;
use crate::{country, suggestion};

/// What a word says of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meant {
    /// This language's tag.
    Tag(&'static str),
    /// None for certain; probably one of these.
    Perhaps(Vec<&'static str>),
}

/// The tag of the language that `word` means, which is itself no tag of a letter's language.
pub(crate) fn meant(word: &str) -> Meant {
    let folded = country::fold(word);
    for language in languages::all() {
        if language.names().any(|name| country::fold(name) == folded)
            || language.codes().any(|code| code.eq_ignore_ascii_case(word.trim()))
        {
            return Meant::Tag(language.tag);
        }
    }
    if let Some((_, tags)) = SPOKEN.iter().find(|(words, _)| words.split(' ').any(|known| known == folded)) {
        return Meant::Perhaps(tags.to_vec());
    }
    let names: Vec<(&str, &'static str)> = languages::all()
        .flat_map(|language| language.names().map(move |name| (name, language.tag)))
        .collect();
    let near = suggestion::nearest(word.trim(), names.iter().map(|(name, _)| *name));
    let tag = names.iter().find(|(name, _)| Some(*name) == near).map(|(_, tag)| *tag);
    Meant::Perhaps(tag.filter(|_| word.trim().chars().count() > 3).into_iter().collect())
}

/// Codes of countries, and names that more than one language has, with what is spoken there: a hint, never an answer.
const SPOKEN: [(&str, &[&str]); 16] = [
    ("jp", &["ja"]),
    ("kr kp", &["ko"]),
    ("cn sg", &["zh-Hans"]),
    ("tw hk mo", &["zh-Hant"]),
    ("chinese 中文 汉语 漢語 mandarin", &["zh-Hans", "zh-Hant"]),
    ("cz", &["cs"]),
    ("ua", &["uk"]),
    ("se", &["sv"]),
    ("vn", &["vi"]),
    ("br", &["pt"]),
    ("at ch", &["de"]),
    ("us gb au ca nz", &["en"]),
    ("mx ar", &["es"]),
    ("eg sa sy jo", &["ar"]),
    ("be", &["nl", "fr"]),
    ("in", &["hi", "id"]),
];

#[cfg(test)]
mod tests {
    use super::{Meant, meant};

    #[test]
    fn a_language_is_found_by_its_names_and_codes_and_a_countrys_code_is_asked_about() {
        for (word, tag) in [
            ("french", "fr"),
            ("Français", "fr"),
            ("日本語", "ja"),
            ("deu", "de"),
            ("GER", "de"),
            ("繁體中文", "zh-Hant"),
            ("Traditional Chinese", "zh-Hant"),
            ("bahasa indonesia", "id"),
            ("العربية", "ar"),
        ] {
            assert_eq!(meant(word), Meant::Tag(tag), "{word}");
        }
        assert_eq!(meant("jp"), Meant::Perhaps(vec!["ja"]));
        assert_eq!(meant("Chinese"), Meant::Perhaps(vec!["zh-Hans", "zh-Hant"]));
        assert_eq!(meant("Frensh"), Meant::Perhaps(vec!["fr"]));
        assert_eq!(meant("Klingon"), Meant::Perhaps(vec![]));
    }
}
