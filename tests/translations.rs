//! Every translation of the December 2 letter is the same letter: nothing added, nothing dropped, nothing left
//! in English. Whether it reads well is for native speakers to say; what can be counted is counted here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use support::Place;

const LANGUAGES: [&str; 22] = [
    "ar", "cs", "de", "en", "es", "fr", "hi", "id", "it", "ja", "ko", "mn", "nl", "pl", "pt", "ru", "sv",
    "th", "uk", "vi", "zh-Hans", "zh-Hant",
];

/// Languages that are not written in Latin letters.
const OTHER_SCRIPTS: [&str; 10] = ["ar", "hi", "ja", "ko", "mn", "ru", "th", "uk", "zh-Hans", "zh-Hant"];

/// Languages whose letter a native speaker has read: `translation = "reviewed"`.
const REVIEWED: [&str; 0] = [];

/// What a language of another script leaves in Latin letters.
const LATIN_NAMES: [&str; 1] = ["unhcr"];

#[derive(Debug)]
struct Source {
    language: String,
    head: toml::Table,
    body: String,
}

impl Source {
    fn read(language: &str) -> Source {
        let text = std::fs::read_to_string(folder().join(format!("dec2.{language}.md"))).unwrap();
        let (head, body) = text.strip_prefix("+++\n").unwrap().split_once("\n+++\n").unwrap();
        Source { language: language.to_owned(), head: head.parse().unwrap(), body: body.to_owned() }
    }

    fn head(&self, key: &str) -> &str {
        self.head.get(key).and_then(toml::Value::as_str).unwrap_or_else(|| panic!("{}: {key}", self.language))
    }

    /// What a reader reads: subject, title, and the text without its fields.
    fn prose(&self) -> String {
        let body = self.body.split("{{").map(|part| part.split_once("}}").map_or(part, |(_, after)| after));
        [self.head("title"), self.head("subject")].into_iter().chain(body).collect::<Vec<_>>().join("\n")
    }

    fn blocks(&self) -> Vec<&str> {
        self.body.trim_matches('\n').split("\n\n").collect()
    }

    /// The blocks that are nothing but text, up to the demands.
    fn paragraphs(&self) -> Vec<&str> {
        self.blocks().into_iter().filter(|block| skeleton(block) == "…").collect()
    }

    /// What is left of each block when the words are taken away.
    fn skeleton(&self) -> Vec<String> {
        self.blocks().into_iter().map(skeleton).collect()
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("letters")
}

fn letters() -> Vec<Source> {
    LANGUAGES.into_iter().map(Source::read).collect()
}

/// `{{salutation}}` of `{{salutation}},`; `1. …` of a demand; `…` of a line without fields.
fn skeleton(block: &str) -> String {
    let lines: Vec<String> = block.lines().map(bones).collect();
    match lines.as_slice() {
        // Chinese, Japanese and Korean put the place above the name.
        [place, name] if name == "{{signer.name}}" => {
            format!("{name}\\\n{}", place.trim_end_matches('\\'))
        }
        lines => lines.join("\n"),
    }
}

fn bones(line: &str) -> String {
    if let Some((number, text)) = line.split_once(". ")
        && number.parse::<u32>().is_ok()
    {
        return format!("{number}. {}", bones(text));
    }
    let fields: String = line
        .split("{{")
        .skip(1)
        .filter_map(|part| Some(format!("{{{{{}}}}}", part.split_once("}}")?.0)))
        .collect();
    let end = if line.ends_with('\\') { "\\" } else { "" };
    match fields.as_str() {
        "" => format!("…{end}"),
        // From the large to the small, as Chinese, Japanese and Korean name a place.
        "{{signer.country}}{{#if signer.city}}{{signer.city}}{{/if}}" => {
            format!("{{{{#if signer.city}}}}{{{{signer.city}}}}{{{{/if}}}}{{{{signer.country}}}}{end}")
        }
        fields => format!("{fields}{end}"),
    }
}

/// How many sentences end in `paragraph`. A dot next to a numeral ends none: `Dec. 2`, `2. Dezember`.
fn sentences(paragraph: &str) -> usize {
    let characters: Vec<char> = paragraph.chars().filter(|c| !c.is_whitespace()).collect();
    let numeral = |place: usize| characters.get(place).is_some_and(char::is_ascii_digit);
    let ends = |place: usize| match characters[place] {
        '。' | '।' => true,
        '.' | '!' | '?' | '؟' => !numeral(place.wrapping_sub(1)) && !numeral(place + 1),
        _ => false,
    };
    (0..characters.len()).filter(|&place| ends(place)).count()
}

/// The words of `text` in small letters; an empty one stands for each that is not ASCII.
fn ascii_words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| if word.is_ascii() { word.to_lowercase() } else { String::new() }).collect()
}

#[test]
fn the_folder_holds_the_letter_in_each_of_the_languages() {
    let names =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> =
        names.filter_map(|name| Some(name.strip_prefix("dec2.")?.strip_suffix(".md")?.to_owned())).collect();
    assert_eq!(found, LANGUAGES.into_iter().map(str::to_owned).collect());
}

#[test]
fn the_head_of_each_says_what_it_is_and_where_it_comes_from() {
    let original = Source::read("en");
    for letter in letters() {
        let language = letter.language.as_str();
        assert_eq!(letter.head("language"), language);
        let translation = match language {
            "en" => "original",
            _ if REVIEWED.contains(&language) => "reviewed",
            _ => "unreviewed",
        };
        assert_eq!(letter.head("translation"), translation, "{language}");
        for key in ["protest_day", "source", "published"] {
            assert_eq!(letter.head(key), original.head(key), "{language}");
        }
        assert!(letter.head.keys().eq(original.head.keys()), "{language}: {:?}", letter.head);
        for key in ["title", "subject", "addressee", "salutation", "salutation_to"] {
            assert!((1..=200).contains(&letter.head(key).chars().count()), "{language}: {key}");
            assert!(language == "en" || letter.head(key) != original.head(key), "{language}: {key}");
            assert_eq!(letter.head(key).contains("{{addressee}}"), key == "salutation_to", "{language}");
        }
    }
}

#[test]
fn each_has_the_five_paragraphs_the_note_the_three_demands_and_the_fields_of_the_original() {
    let original = Source::read("en");
    let demands = original.skeleton().into_iter().find(|block| block.starts_with("1. ")).unwrap();
    assert_eq!((original.paragraphs().len(), demands.as_str()), (5, "1. …\n2. …\n3. …"));
    for letter in letters() {
        assert_eq!(letter.skeleton(), original.skeleton(), "{}", letter.language);
    }
}

#[test]
fn each_paragraph_has_as_many_sentences_as_in_the_original() {
    let counts = |letter: &Source| letter.paragraphs().into_iter().map(sentences).collect::<Vec<_>>();
    let original = counts(&Source::read("en"));
    assert_eq!(original, [1, 2, 2, 3, 2]);
    // Thai sets no mark at the end of a sentence.
    for letter in letters().iter().filter(|letter| letter.language != "th") {
        assert_eq!(counts(letter), original, "{}", letter.language);
    }
}

#[test]
fn nothing_in_a_translation_is_read_as_markup() {
    for letter in letters() {
        let markup = letter
            .prose()
            .replace("\\\n", "\n")
            .find(['*', '_', '`', '<', '>', '[', ']', '#', '&', '\\', '~']);
        assert_eq!(markup, None, "{}", letter.language);
        let untidy = letter.body.lines().find(|line| line.trim() != *line || line.contains("  "));
        assert_eq!(untidy, None, "{}", letter.language);
    }
}

#[test]
fn no_translation_has_english_left_in_it() {
    let vocabulary: BTreeSet<String> = ascii_words(&Source::read("en").prose()).into_iter().collect();
    let english = |words: &[String]| words.iter().all(|word| !word.is_empty() && vocabulary.contains(word));
    for letter in letters().iter().filter(|letter| letter.language != "en") {
        let words = ascii_words(&letter.prose());
        let left = words.windows(3).find(|words| english(words));
        assert_eq!(left, None, "{}", letter.language);
        if OTHER_SCRIPTS.contains(&letter.language.as_str()) {
            let heads = ["addressee", "salutation", "salutation_to"].map(|key| letter.head(key));
            let text = format!("{}\n{}", heads.join("\n").replace("{{addressee}}", ""), letter.prose());
            let latin: Vec<&str> = text.split(|c: char| !c.is_ascii_alphabetic()).collect();
            let unknown = latin
                .iter()
                .find(|word| !word.is_empty() && !LATIN_NAMES.contains(&word.to_lowercase().as_str()));
            assert_eq!(unknown, None, "{}", letter.language);
        }
    }
}

/// The letter of Aiko Tanaka in this language, as the program shows it.
fn letter_in(place: &Place, language: &str, more: &[&str]) -> String {
    let folder = folder();
    let mut arguments =
        vec!["preview", "--name", "Aiko Tanaka", "--country", "Japan", "--embassies", "e.csv"];
    arguments.extend(["--letters", folder.to_str().unwrap(), "--lang", language]);
    arguments.extend(more);
    let ran = place.run_with(&arguments);
    ran.done().stdout.split_once("\n\n").unwrap().1.to_owned()
}

#[test]
fn the_program_reads_each_and_writes_the_signer_under_it() {
    let place = Place::with_signers("");
    for language in LANGUAGES {
        let letter = letter_in(&place, language, &["--city", "Osaka", "--note", "Own words."]);
        assert!(letter.contains("\n\nOwn words.\n\n"), "{language}: {letter}");
        let (_, signature) = letter.rsplit_once("\n\n").unwrap();
        let lines: Vec<&str> = signature.lines().collect();
        let (name, place) = match lines[..] {
            [place, name] if ["ja", "ko", "zh-Hans", "zh-Hant"].contains(&language) => (name, place),
            [name, place] => (name, place),
            _ => panic!("{language}: {signature}"),
        };
        assert!(name.contains("Aiko Tanaka") && place.contains("Osaka"), "{language}: {signature}");
    }
}

#[test]
fn each_greets_the_president_in_the_polite_form_and_anybody_else_in_one_that_fits() {
    let place = Place::with_signers("");
    for language in LANGUAGES {
        let source = Source::read(language);
        let start = |letter: &str, greeting: &str| {
            let greeting = greeting.replace("\\\n", "\n");
            assert!(letter.starts_with(&greeting), "{language}: {greeting}\n{letter}");
        };
        let own = source.head("salutation");
        start(&letter_in(&place, language, &[]), own);
        start(&letter_in(&place, language, &["--addressee", source.head("addressee")]), own);
        let to = source.head("salutation_to").replace("{{addressee}}", "Ambassador *Wu*");
        start(&letter_in(&place, language, &["--addressee", "Ambassador *Wu*"]), &to);
    }
}

#[test]
fn a_city_that_has_its_countrys_name_is_named_once() {
    let place = Place::new();
    let signed = |language: &str, city: &str| {
        let letter =
            ["preview", "-q", "--name", "A", "--country", "Singapore", "--city", city, "--lang", language];
        let ran = place.run_with(&letter);
        ran.done().stdout.trim_end().rsplit("\n\n").next().unwrap().to_owned()
    };
    assert_eq!(signed("en", "Singapore"), "A\nSingapore");
    assert_eq!(signed("zh-Hans", "新加坡"), "新加坡\nA 敬上");
    assert_eq!(signed("en", "Jurong"), "A\nJurong, Singapore");
}
