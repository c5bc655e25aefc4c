//! What a page is called: a line of text without markup, which nobody means to be read.

use crate::plain_text::{self, PlainTextError};

/// Why a text is no title.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's sentence says what it is")]
pub(crate) enum NoTitle {
    #[error(transparent)]
    Text(#[from] PlainTextError),
    #[error(
        "\"{0}\" has markup in it, and a page shows its title as plain text: write it without tags and entities"
    )]
    Markup(String),
}

/// A title as it was written.
///
/// # Errors
/// Where it cannot stand in a page, or has a tag or an entity.
pub(crate) fn read(text: &str) -> Result<String, NoTitle> {
    let title = plain_text::line(text)?;
    if has_markup(&title) { Err(NoTitle::Markup(title)) } else { Ok(title) }
}

/// Whether a text has a tag or an entity: `a < b` and `Q&A` have none.
fn has_markup(text: &str) -> bool {
    let is_tag = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
    let is_entity = |rest: &str| {
        let (name, _) = rest.split_once(';').unwrap_or_default();
        let name = name.strip_prefix('#').unwrap_or(name);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    text.split('<').skip(1).any(is_tag) || text.split('&').skip(1).any(is_entity)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_title_is_text_and_one_with_markup_is_refused() {
        for markup in ["<b>x</b>", "</script>", "a<!--", "&lt;b&gt;", "&#60;", "&amp;"] {
            let refused = read(markup).unwrap_err().to_string();
            assert!(refused.contains("markup"), "{refused}");
        }
        for plain in ["a < b", "Q&A tea; cake", "5 > 3 & more", "<3", "Le 2 décembre"] {
            assert_eq!(read(plain).as_deref(), Ok(plain));
        }
    }
}
