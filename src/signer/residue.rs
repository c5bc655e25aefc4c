//! What other programs leave in the cells of a list: the word of a database for nothing, a formula's error, marks of HTML,
//! the field of a mail merge, characters that were read in the wrong encoding.
//!
//! None of it is anybody's name, city or words. `Null`, `Nan` and `None` are names where they stand beside another one.

mod code;
mod spoiled;

use super::consent::date::{self, Dated};
use crate::plain_text;
use code::{has_encoded_word, has_entity, has_escape, has_merge_field, has_tag};
use spoiled::is_spoiled;

/// Why a name is none, in words that follow "it looks like".
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    let text = looked_at(name)?;
    of_text(text).or_else(|| {
        if text.contains('@') && !text.contains(' ') {
            Some("an e-mail address")
        } else if matches!(date::read(text), Some(Dated::Day(_) | Dated::Numbers(_) | Dated::NoSuchDay)) {
            Some("a date")
        } else if is_telephone_number(text) {
            Some("a telephone number")
        } else if !text.chars().any(char::is_alphabetic) {
            Some("no name, since no letter stands in it")
        } else if is_placeholder(text) {
            Some("an example's placeholder")
        } else {
            None
        }
    })
}

/// Why a city is none, in words that follow "it looks like".
pub(super) fn of_city(city: &str) -> Option<&'static str> {
    let text = looked_at(city)?;
    of_text(text).or_else(|| {
        if text.contains('@') && !text.contains(' ') {
            Some("an e-mail address")
        } else if is_telephone_number(text) {
            Some("a telephone number")
        } else {
            None
        }
    })
}

/// Why a note is none of the signer's own words, in words that follow "it looks like".
pub(super) fn of_note(note: &str) -> Option<&'static str> {
    let text = looked_at(note)?;
    of_whole(text).or_else(|| of_any(text)).or_else(|| {
        if has_lost_character(text, |before, after| before.is_lowercase() && after.is_lowercase()) {
            Some("a text whose characters were lost: a question mark stands between letters")
        } else {
            None
        }
    })
}

/// The text, unless it is too long for any cell, which is told by another sentence.
fn looked_at(text: &str) -> Option<&str> {
    const LONGEST: usize = 4 * plain_text::NOTE_LIMIT;
    Some(text.trim()).filter(|text| text.len() <= LONGEST)
}

/// Whether an optional cell says that there is nothing in it, as people and forms do who must fill it.
pub(super) fn says_nothing(text: &str) -> bool {
    let text = text.trim();
    matches!(
        text,
        "-" | "--" | "---" | "–" | "—" | "." | "/" | "N/A" | "n/a" | "N.A." | "n.a." | "#N/A" | "N/a"
    )
}

fn of_text(text: &str) -> Option<&'static str> {
    of_whole(text).or_else(|| of_any(text)).or_else(|| {
        let bytes = text.as_bytes();
        if is_between_marks(text) {
            Some("a text that was quoted twice: write it without quotation marks")
        } else if bytes.first() == Some(&b'=') {
            Some("a formula that was not worked out")
        } else if text
            .strip_prefix('\'')
            .is_some_and(|rest| rest.chars().next().is_some_and(char::is_uppercase))
        {
            Some("a spreadsheet's mark for text: write it without the apostrophe before it")
        } else if has_lost_character(text, |before, after| before.is_alphabetic() && after.is_alphabetic()) {
            Some("a text whose characters were lost: a question mark stands between letters")
        } else if text.contains("http://") || text.contains("https://") || text.starts_with("www.") {
            Some("a link")
        } else {
            None
        }
    })
}

/// What a text is as a whole.
fn of_whole(text: &str) -> Option<&'static str> {
    let small = text.to_lowercase();
    let word = |words: &[&str]| words.contains(&small.as_str());
    if word(&[
        "null",
        "(null)",
        "[null]",
        "<null>",
        "\\n",
        "\\\\n",
        "nil",
        "none",
        "undefined",
        "<na>",
        "nat",
        "[object object]",
    ]) || matches!(text, "nan" | "NaN" | "NAN" | "-nan" | "#NULL")
    {
        Some("a program's word for nothing")
    } else if word(&[
        "#n/a",
        "#ref!",
        "#name?",
        "#value!",
        "#div/0!",
        "#num!",
        "#null!",
        "#spill!",
        "#calc!",
        "#getting_data",
        "#error!",
        "#err",
        "#####",
    ]) || small.starts_with("err:5")
    {
        Some("a spreadsheet's error")
    } else if word(&["n/a", "n.a.", "n/a.", "not available", "not applicable"]) {
        Some("\"not available\"")
    } else if matches!(text, "TRUE" | "FALSE" | "true" | "false") {
        Some("a spreadsheet's yes or no")
    } else {
        None
    }
}

/// What stands in a text, at whatever place.
fn of_any(text: &str) -> Option<&'static str> {
    if is_plain(text) {
        return None;
    }
    if has_entity(text) {
        Some("HTML, whose characters are written in code (&…;)")
    } else if has_tag(text) {
        Some("HTML, with its marks (<…>)")
    } else if has_merge_field(text) {
        Some("the field of a mail merge that was not filled")
    } else if has_encoded_word(text) {
        Some("a coded mail header: write the name itself")
    } else if has_escape(text) {
        Some("a program's code for a character")
    } else if text.contains(char::REPLACEMENT_CHARACTER) {
        // U+FFFD is told with the row, whatever the cell.
        None
    } else if is_spoiled(text) {
        Some("a text in UTF-8 that was read in another encoding: export the list again, as CSV UTF-8")
    } else {
        None
    }
}

/// Most texts are: letters and the signs of sentences.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(b, b' ' | b'.' | b',' | b'-' | b'\'' | b'!' | b'?' | b':' | b';')
    })
}

fn is_between_marks(text: &str) -> bool {
    let pair = |mark| text.len() > 1 && text.starts_with(mark) && text.ends_with(mark);
    pair('"') || pair('\'') || (text.starts_with('“') && text.ends_with('”'))
}

fn has_lost_character(text: &str, is_between: impl Fn(char, char) -> bool) -> bool {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '?' && chars.peek().is_some_and(|&after| is_between(before, after)) {
            return true;
        }
        before = c;
    }
    text.contains("??") && !text.chars().any(char::is_alphabetic)
}

fn is_telephone_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '/' | '.'))
}

/// `Your Name`, and its like: what examples and forms have where nobody wrote anything.
fn is_placeholder(text: &str) -> bool {
    let key: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    [
        "yourname",
        "yourfullname",
        "fullname",
        "firstnamelastname",
        "firstlast",
        "namehere",
        "yournamehere",
        "entername",
        "nameofsigner",
    ]
    .contains(&key.as_str())
}

#[cfg(test)]
mod tests {
    use super::{of_city, of_name, of_note};

    #[test]
    fn what_programs_leave_is_no_name() {
        for name in [
            "NULL",
            "null",
            "\\N",
            "nan",
            "NaN",
            "None",
            "none",
            "N/A",
            "#N/A",
            "#REF!",
            "#NAME?",
            "undefined",
            "O&#39;Hara",
            "M&uuml;ller",
            "Ada &amp; Bo",
            "<b>Ada</b>",
            "\"Ada Example\"",
            "'Smith",
            "=\"Ada Example\"",
            "ada@example.org",
            "+81 90 0000 0000",
            "2026-11-21",
            "MÃ¼ller",
            "JosÃ©",
            "Ð˜Ð²Ð°Ð½",
            "Dvo?ák",
            "*|FNAME|*",
            "{{name}}",
            "[First Name]",
            "«Name»",
            "=?UTF-8?Q?Zo=C3=AB_Exemple?=",
            "Zo=C3=AB",
            "Ada_x000D_",
            "Jos\\u00e9",
            "Jos%C3%A9",
            "12345",
            "---",
            "Your Name",
            "TRUE",
            "???",
            "https://example.org",
        ] {
            assert!(of_name(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_of_people_are_names() {
        for name in [
            "Ada Null",
            "Nan Sample",
            "Sam None",
            "Jean-Null Exemple",
            "O'Test",
            "Ng",
            "Nan",
            "'t Hooft",
            "Ada & Bo Example",
            "JOÃO",
            "Åsa",
            "D’Arcy",
            "Ada \"Bo\" Example",
            "李",
            "E. E. Example",
            "Ada Example (Bo)",
            "Null Example",
            "Łucja",
            "Ö",
            "José Ñandú",
            "CAMÕES",
            "АННА",
            "Сёмин",
            "小小",
            "Ada Example, Dr.",
            "Jr.",
            "X Æ",
        ] {
            assert_eq!(of_name(name), None, "{name}");
        }
        for city in [
            "'s-Hertogenbosch",
            "Osaka",
            "St. John's",
            "Å",
            "Washington, D.C.",
            "大阪",
            "Saint-Louis-du-Ha! Ha!",
        ] {
            assert_eq!(of_city(city), None, "{city}");
        }
    }

    #[test]
    fn a_note_is_the_signers_words_and_not_a_programs() {
        for note in [
            "NULL",
            "<p>My own words</p>",
            "First line_x000D_ second line",
            "caf? au lait, d?j? vu",
            "JosÃ© wrote",
        ] {
            assert!(of_note(note).is_some(), "{note}");
        }
        for note in [
            "Why? Because I care.",
            "LIBERTÉ”",
            "My uncle said \"no\".",
            "3 < 4 and 5 > 4",
            "R&D; and so on",
            "Really?!",
            "50 % of all",
        ] {
            assert_eq!(of_note(note), None, "{note}");
        }
    }
}
