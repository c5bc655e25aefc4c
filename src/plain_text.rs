//! Text that may stand in a letter, a header field and a terminal alike.
//!
//! Whatever a signer, a CSV row or a template brings in passes through here once. What could break a header,
//! hide or reorder what the reader sees, or end a line unseen, is refused with its code point and place.

use std::borrow::Cow;
use std::fmt;

/// A character that has no place in a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forbidden {
    /// The character itself.
    pub character: char,
    /// Its place, counted in characters from 1.
    pub position: usize,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "U+{:04X} ({}) at character {}",
            u32::from(self.character),
            kind_of(self.character),
            self.position
        )
    }
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlainTextError {
    /// Nothing, or nothing but white space.
    #[error("it is empty")]
    Empty,
    /// Longer than the field may be.
    #[error("it has {length} characters; at most {limit} are allowed")]
    TooLong {
        /// Characters found.
        length: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// A character that must not stand there.
    #[error("it contains {0}, which may not stand in a letter")]
    Forbidden(Forbidden),
}

/// The most characters that a name, a city, an addressee or a subject may have.
pub(crate) const LINE_LIMIT: usize = 200;
/// The most characters that a personal note may have.
pub(crate) const NOTE_LIMIT: usize = 2_000;

/// Whether a word, which has no spaces in it, is one of those in a table's text, which single spaces divide.
pub(crate) fn has_word(words: &str, word: &str) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == b' ');
    let words = words.as_bytes();
    !word.is_empty()
        && memchr::memmem::find_iter(words, word).any(|at| {
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            is_end(before) && is_end(words.get(at + word.len()))
        })
}

/// One line of text: trimmed, 1 to [`LINE_LIMIT`] characters, no forbidden character.
///
/// # Errors
/// [`PlainTextError`] says what is wrong and where.
pub(crate) fn line(text: &str) -> Result<String, PlainTextError> {
    let seen = without_invisible(text);
    bounded(&joined_spaces(trimmed(&seen)), LINE_LIMIT)
}

/// White space of several characters as one space; a single one stays as it is.
fn joined_spaces(text: &str) -> Cow<'_, str> {
    let words = || text.split(|c: char| c.is_whitespace() && !is_forbidden(c));
    if words().any(str::is_empty) {
        return Cow::Owned(words().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
    }
    Cow::Borrowed(text)
}

/// The text without the characters that nobody sees, which come along with a copy from a web page: zero-width spaces, soft
/// hyphens, marks of direction. A joiner between letters that it shapes, as in Persian and in Hindi, stays.
pub(crate) fn without_invisible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_dropped) {
        return Cow::Borrowed(text);
    }
    let mut seen = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let joins = matches!(c, '\u{200C}' | '\u{200D}')
            && seen.chars().next_back().is_some_and(is_shaped)
            && chars.peek().copied().is_some_and(is_shaped);
        if joins || !is_dropped(c) {
            seen.push(c);
        }
    }
    Cow::Owned(seen)
}

fn is_dropped(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{180E}')
}

/// Letters whose form depends on their neighbours, and signs that are joined into one.
fn is_shaped(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0600..=0x08FF | 0x0900..=0x0DFF | 0x1000..=0x109F | 0x1780..=0x18AF | 0xFB50..=0xFEFC | 0x2600..=0x27BF | 0x1F000..=0x1FAFF
    )
}

/// A note: line breaks become spaces, then as [`line`], up to [`NOTE_LIMIT`] characters.
///
/// # Errors
/// [`PlainTextError`] says what is wrong and where.
pub(crate) fn note(text: &str) -> Result<String, PlainTextError> {
    let seen = without_invisible(text);
    let joined = seen.trim_matches(['\r', '\n', ' ']).replace("\r\n", " ").replace(['\n', '\r'], " ");
    bounded(trimmed(&joined), NOTE_LIMIT)
}

/// Without the spaces around it. A control character stays, and is refused: it was no slip of the space bar.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() && !is_forbidden(c))
}

fn bounded(text: &str, limit: usize) -> Result<String, PlainTextError> {
    if let Some(forbidden) = first_forbidden(text) {
        return Err(PlainTextError::Forbidden(forbidden));
    }
    let length = text.chars().count();
    if !text.chars().any(|c| !is_invisible(c)) {
        return Err(PlainTextError::Empty);
    }
    if length > limit {
        return Err(PlainTextError::TooLong { length, limit });
    }
    Ok(text.to_owned())
}

/// The first character of `text` that may not stand in a letter, if there is one.
pub(crate) fn first_forbidden(text: &str) -> Option<Forbidden> {
    // Most texts are, and the address book's thousands of cells are looked at on every start.
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return None;
    }
    text.chars()
        .enumerate()
        .find(|&(_, c)| is_forbidden(c))
        .map(|(index, character)| Forbidden { character, position: index + 1 })
}

/// C0 and C1 controls (RFC 5322 §2.2 gives them no place in a header field), the line and paragraph
/// separators, the bidi overrides, embeddings and isolates (UAX #9), and code points that are no characters.
pub(crate) fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
        || is_noncharacter(c)
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || (u32::from(c) & 0xFFFE) == 0xFFFE
}

/// White space and the zero-width characters: a name made of these alone would be no name.
fn is_invisible(c: char) -> bool {
    c.is_whitespace() || is_unseen(c)
}

/// The zero-width characters.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{3164}')
}

fn kind_of(c: char) -> &'static str {
    match c {
        '\n' => "a line feed",
        '\r' => "a carriage return",
        '\t' => "a tab",
        '\u{2028}' | '\u{2029}' => "a line or paragraph separator",
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => "a bidirectional control",
        '\u{FEFF}' => "a byte order mark",
        c if c.is_control() => "a control character",
        _ => "not a character",
    }
}

#[cfg(test)]
mod tests {
    use super::{Forbidden, PlainTextError, line, note};
    use proptest::prelude::*;

    #[test]
    fn a_name_in_any_script_passes_and_is_trimmed() {
        for name in ["Aiko Tanaka", "김하나", "José Ñandú", "مريم", "שרה", "สมชาย", "देवी", "a\u{0301}"]
        {
            assert_eq!(line(&format!("  {name} ")).unwrap(), name);
        }
    }

    #[test]
    fn what_could_break_a_header_or_hide_text_is_refused_with_its_place() {
        for c in ['\r', '\n', '\t', '\0', '\u{7f}', '\u{85}', '\u{2028}', '\u{202e}', '\u{2067}', '\u{feff}']
        {
            let refused = line(&format!("ab{c}cd")).unwrap_err();
            assert_eq!(refused, PlainTextError::Forbidden(Forbidden { character: c, position: 3 }));
        }
    }

    #[test]
    fn a_line_break_at_the_end_is_refused_too() {
        assert!(matches!(line("Aiko\n"), Err(PlainTextError::Forbidden(_))));
    }

    #[test]
    fn what_nobody_sees_does_not_make_two_names_of_one() {
        for name in [
            "Ada\u{200b} Example",
            "Ada\u{ad} Example",
            "Ada\u{200c} Example",
            "Ada  Example",
            "Ada \u{a0}Example",
        ] {
            assert_eq!(line(name).unwrap(), "Ada Example");
        }
        for name in ["علی\u{200c}رضا", "क\u{94d}\u{200d}ष", "Ada\u{a0}Example"] {
            assert_eq!(line(name).unwrap(), name);
        }
    }

    #[test]
    fn nothing_visible_is_empty() {
        for text in ["", "   ", "\u{200b}\u{200d}", "\u{3164}"] {
            assert_eq!(line(text).unwrap_err(), PlainTextError::Empty);
        }
    }

    #[test]
    fn a_note_may_be_longer_and_its_line_breaks_are_spaces() {
        assert_eq!(note("one\r\ntwo\nthree").unwrap(), "one two three");
        assert!(note(&"x".repeat(2_000)).is_ok());
        assert_eq!(
            note(&"x".repeat(2_001)).unwrap_err(),
            PlainTextError::TooLong { length: 2_001, limit: 2_000 }
        );
    }

    proptest! {
        #[test]
        fn what_passes_is_one_line(text in "\\PC*|.*") {
            if let Ok(line) = line(&text) {
                prop_assert!(!line.contains(['\r', '\n']) && line.chars().count() <= 200);
            }
        }
    }
}
