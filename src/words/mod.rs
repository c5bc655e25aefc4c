//! What the dialogue and the pages say to their readers, in the languages that letters are written in: one flat file a language.
//!
//! A sentence is found by its key and may hold `{values}`; a test sees to it that every language has every key with the same
//! values. No native speaker has read the translations yet: each file says so of itself.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::language;

/// A language's sentences by their keys.
#[derive(Debug)]
pub(crate) struct Words {
    tag: &'static str,
    sentences: BTreeMap<String, String>,
}

macro_rules! languages {
    ($($tag:literal)*) => {
        [$(($tag, include_str!(concat!($tag, ".toml")))),*]
    };
}

/// The files, English first.
const FILES: [(&str, &str); 22] = languages! {
    "en"
    "ar" "cs" "de" "es" "fr" "hi" "id" "it" "ja" "ko" "mn" "nl" "pl" "pt" "ru" "sv" "th" "uk" "vi" "zh-Hans" "zh-Hant"
};

/// The key under which a file says how sure it is: `original`, `unreviewed` or `reviewed`.
const TRANSLATION: &str = "translation";

impl Words {
    /// The sentences in the language that `tag` means; in English where there are none.
    pub(crate) fn of(tag: &str) -> &'static Words {
        static READ: [OnceLock<Words>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
        let known = language::choose(tag, FILES.iter().map(|(known, _)| *known));
        let place = FILES.iter().position(|(tag, _)| Some(*tag) == known).unwrap_or_default();
        let (tag, text) = FILES[place];
        // A test reads every file: what is read here is in order.
        READ[place].get_or_init(|| Words { tag, sentences: toml::from_str(text).unwrap_or_default() })
    }

    /// The language that they are in.
    pub(crate) fn tag(&self) -> &'static str {
        self.tag
    }

    /// Whether no native speaker has read them yet.
    pub(crate) fn is_unreviewed(&self) -> bool {
        self.sentences.get(TRANSLATION).is_some_and(|state| state == "unreviewed")
    }

    /// The sentence under `key`, which is one of en.toml.
    pub(crate) fn sentence(&self, key: &str) -> &str {
        self.sentences.get(key).map_or("", String::as_str)
    }

    /// The sentence under `key` with `{name}` replaced by each value. A value is text: braces in it stay as they are.
    pub(crate) fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut told = String::new();
        let mut rest = self.sentence(key);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            told.push_str(before);
            told.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
            rest = behind;
        }
        told.push_str(rest);
        told
    }

    /// The keys that begin with `prefix`, each with its sentence.
    pub(crate) fn beginning_with<'w>(
        &'w self,
        prefix: &'w str,
    ) -> impl Iterator<Item = (&'w str, &'w str)> + 'w {
        let all = self.sentences.iter().map(|(key, sentence)| (key.as_str(), sentence.as_str()));
        all.filter(move |(key, _)| key.starts_with(prefix))
    }
}

/// The languages that there are sentences in, English first.
pub(crate) fn tags() -> impl Iterator<Item = &'static str> + Clone {
    FILES.iter().map(|(tag, _)| *tag)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{FILES, TRANSLATION, Words};

    fn read(text: &str) -> BTreeMap<String, String> {
        toml::from_str(text).unwrap()
    }

    /// The values that a sentence holds.
    fn values(sentence: &str) -> BTreeSet<&str> {
        sentence.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_language_has_every_sentence_with_the_same_values() {
        let english = read(FILES[0].1);
        for (tag, text) in FILES {
            let sentences = read(text);
            let keys = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<BTreeSet<_>>();
            let (ours, theirs) = (keys(&english), keys(&sentences));
            assert_eq!(
                ours.symmetric_difference(&theirs).collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "{tag}"
            );
            for (key, sentence) in &sentences {
                assert!(!sentence.trim().is_empty(), "{tag}: {key} is empty");
                assert_eq!(values(sentence), values(&english[key]), "{tag}: {key}");
                assert!(!sentence.contains(['<', '\n']), "{tag}: {key}");
            }
        }
    }

    #[test]
    fn a_file_says_how_sure_it_is_and_english_alone_is_the_original() {
        for (tag, text) in FILES {
            let state = &read(text)[TRANSLATION];
            let known = if tag == "en" { &["original"][..] } else { &["unreviewed", "reviewed"] };
            assert!(known.contains(&state.as_str()), "{tag}: {state}");
            assert_eq!(Words::of(tag).is_unreviewed(), state == "unreviewed");
        }
    }

    #[test]
    fn a_languages_usual_tags_find_it_and_an_unknown_one_gets_english() {
        for (asked, found) in [("de-AT", "de"), ("zh_TW", "zh-Hant"), ("tlh", "en"), ("", "en")] {
            assert_eq!(Words::of(asked).tag(), found);
        }
    }

    #[test]
    fn a_value_is_text_whatever_is_in_it() {
        let told = Words::of("en").with("page_checked", &[("date", "{date} {x}")]);
        assert_eq!(told, "last checked: {date} {x}");
    }
}
