//! What the action page and the results are called, and which languages they speak: what campaign.toml says of it.

use std::path::Path;

use super::letter::beside;
use crate::keyed_toml::KeyedToml;
use crate::mailbox::Mailbox;
use crate::page::title;
use crate::plain_text;

/// `[page]`; a key that is not there is `None`, or empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageKeys {
    /// What the page is called.
    pub title: Option<String>,
    /// Who answers for it.
    pub contact: Option<Mailbox>,
    /// Its languages, that in which it opens first.
    pub lang: Vec<String>,
    /// Its letter.
    pub letter: Option<String>,
}

impl PageKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path) -> PageKeys {
        let letter = |text: &str| plain_text::line(text).map(|letter| beside(&letter, home));
        PageKeys {
            title: toml.text("title", title::read).map(|title| title.value),
            contact: toml.text("contact", Mailbox::parse).map(|contact| contact.value),
            lang: toml
                .text_or_words("lang", "lang = [\"de\", \"fr\"]")
                .map_or_else(Vec::new, |lang| lang.value),
            letter: toml.text("letter", letter).map(|letter| letter.value),
        }
    }
}
