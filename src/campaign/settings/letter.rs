//! Which letter, in which language, to whom: the options, the keys, and what follows from them.

use std::path::Path;

use chrono::NaiveDate;
use clap::Args;

use super::error::SettingsError;
use crate::exit::Exit;
use crate::keyed_toml::{KeyedToml, Set};
use crate::place::Place;
use crate::plain_text;
use crate::signer::Wishes;
use crate::wording::quoted;

/// Which letter, to which embassy.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct LetterOptions {
    /// The letter: an id from `protest letters`, or a file of your own ending in .md
    #[arg(long, value_name = "ID|FILE.md", help_heading = "The letter")]
    pub letter: Option<String>,
    /// The letter's language, such as ja, zh-TW or French (`protest letters` lists them) [default: English]
    #[arg(long, value_name = "TAG", help_heading = "The letter")]
    pub lang: Option<String>,
    /// Put the English text under a translation
    #[arg(long, help_heading = "The letter")]
    pub bilingual: bool,
    /// Whom the letter addresses: a name with its title, as you would address the person [default: the sitting president of China]
    #[arg(long, value_name = "TEXT", help_heading = "The letter")]
    pub addressee: Option<String>,
    /// The date on the letter [default: today at the embassy]
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "The letter")]
    pub date: Option<String>,
    /// The Chinese mission to write to, where it is not your country's embassy: a country or a city
    #[arg(long, value_name = "QUERY", help_heading = "The letter")]
    pub mission: Option<String>,
}

/// A choice, and where in campaign.toml it stands; on the command line it has no place.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub value: String,
    pub place: Option<Place>,
}

impl Choice {
    /// What the option says, else the key.
    fn of(option: Option<&String>, key: Option<&Set<String>>) -> Option<Choice> {
        let given = option.map(|value| Choice { value: value.clone(), place: None });
        given.or_else(|| key.map(|set| Choice { value: set.value.clone(), place: Some(set.place.clone()) }))
    }
}

/// Whether the English text stands under a translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum English {
    /// It does.
    UnderTranslations,
    /// Each letter is in one language.
    LeftOut,
}

/// Whether a translation that no native speaker has reviewed may stand under the names of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreviewed {
    /// The organizer says so.
    Taken,
    /// Not unasked.
    Refused,
}

/// What a letter is unless its row says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct LetterSettings {
    pub(super) letter: Option<Choice>,
    pub(super) lang: Option<Choice>,
    addressee: Option<String>,
    pub(super) mission: Option<String>,
    /// The date on it; nothing for the embassy's own of the day.
    pub date: Option<NaiveDate>,
    /// Whether the English text stands under it.
    pub english: English,
    /// Whether translations may be used that nobody has reviewed.
    pub unreviewed: Unreviewed,
}

impl LetterSettings {
    pub(super) fn judge(
        options: &LetterOptions,
        takes_unreviewed: bool,
        keys: &LetterKeys,
        errors: &mut Vec<SettingsError>,
    ) -> LetterSettings {
        let mut wrong = |problem: String| errors.push(SettingsError::new("letter", Exit::Data, problem));
        let date = options.date.as_deref().and_then(|text| {
            let date = text.parse().ok();
            if date.is_none() {
                let text = quoted(text);
                wrong(format!("--date {text} is no date: write it as YYYY-MM-DD, such as 2026-12-02"));
            }
            date
        });
        let addressee = options.addressee.as_deref().and_then(|text| {
            let line = plain_text::line(text);
            line.map_err(|problem| wrong(format!("addressee: {problem}"))).ok()
        });
        let is_set = |key: &Option<Set<bool>>| key.as_ref().is_some_and(|set| set.value);
        LetterSettings {
            letter: Choice::of(options.letter.as_ref(), keys.letter.as_ref()),
            lang: Choice::of(options.lang.as_ref(), keys.lang.as_ref()),
            addressee: addressee.or_else(|| keys.addressee.as_ref().map(|set| set.value.clone())),
            mission: options.mission.clone(),
            date,
            english: if options.bilingual || is_set(&keys.bilingual) {
                English::UnderTranslations
            } else {
                English::LeftOut
            },
            unreviewed: if takes_unreviewed || is_set(&keys.unreviewed) {
                Unreviewed::Taken
            } else {
                Unreviewed::Refused
            },
        }
    }

    /// The letter that is meant: an id, or a file.
    pub(crate) fn letter(&self) -> Option<&str> {
        self.letter.as_ref().map(|letter| letter.value.as_str())
    }

    /// Whom it addresses, unless its row says otherwise.
    pub(crate) fn addressee(&self) -> Option<&str> {
        self.addressee.as_deref()
    }

    /// What a signer wishes who says nothing.
    pub(super) fn wishes(&self) -> Wishes {
        let value = |choice: &Option<Choice>| choice.as_ref().map(|choice| choice.value.clone());
        Wishes {
            letter: value(&self.letter),
            lang: value(&self.lang),
            addressee: self.addressee.clone(),
            mission: self.mission.clone(),
            ..Wishes::default()
        }
    }
}

/// What campaign.toml says of the letter.
#[derive(Clone, Debug, Default)]
pub(crate) struct LetterKeys {
    /// `letter`: an id, or a file of one's own.
    pub letter: Option<Set<String>>,
    /// `lang`
    pub lang: Option<Set<String>>,
    /// `addressee`
    pub addressee: Option<Set<String>>,
    /// `bilingual`
    pub bilingual: Option<Set<bool>>,
    /// `unreviewed`
    pub unreviewed: Option<Set<bool>>,
}

impl LetterKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path) -> LetterKeys {
        LetterKeys {
            letter: toml.text("letter", |text| plain_text::line(text).map(|letter| beside(&letter, home))),
            lang: toml.text("lang", plain_text::line),
            addressee: toml.text("addressee", plain_text::line),
            bilingual: toml.switch("bilingual"),
            unreviewed: toml.switch("unreviewed"),
        }
    }
}

/// A file of one's own is named by its ending, and lies beside campaign.toml; an id is looked up among the templates.
pub(super) fn beside(letter: &str, home: &Path) -> String {
    match letter.strip_suffix(".md") {
        Some(_) => home.join(letter).display().to_string(),
        None => letter.to_owned(),
    }
}
