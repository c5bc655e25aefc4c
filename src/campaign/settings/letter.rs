//! Which letter, in which language, to whom: what campaign.toml says of it.

use std::path::Path;

use crate::keyed_toml::{KeyedToml, Set};
use crate::plain_text;

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
