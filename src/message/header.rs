//! Header fields in ASCII lines of at most 76 characters (RFC 5322 §2.2.3, RFC 2047).
//!
//! Own code, since the libraries tried (lettre 0.11 among them) leave words longer than a line whole, lose a
//! space between encoded words, and let a subject that looks like an encoded word change its sense.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::mailbox::Mailbox;

/// RFC 2047 §2: no line of a header field with an encoded word is longer.
const LINE_LIMIT: usize = 76;
/// RFC 2047 §2: no encoded word is longer.
const WORD_LIMIT: usize = 75;

/// A header field with any text as its value.
pub(super) fn unstructured(out: &mut Vec<u8>, name: &str, text: &str) {
    let mut line = Line::begin(out, name);
    match foldable(text, name.len() + 2) {
        Some(pieces) => pieces.for_each(|piece| line.push(piece)),
        None => encoded_words(text, name.len() + 2).iter().for_each(|word| line.push(word)),
    }
    line.end();
}

/// A header field that names one address, with the person's name before it if there is one.
pub(super) fn address(out: &mut Vec<u8>, name: &str, display_name: Option<&str>, mailbox: &Mailbox) {
    let mut line = Line::begin(out, name);
    match display_name {
        None => line.push(&mailbox.to_string()),
        Some(display_name) => {
            match quoted(display_name, LINE_LIMIT - name.len() - 2) {
                Some(quoted) => line.push(&quoted),
                None => {
                    encoded_words(display_name, name.len() + 2).iter().for_each(|word| line.push(word));
                }
            }
            line.push(&format!("<{mailbox}>"));
        }
    }
    line.end();
}

/// A header field whose value is ASCII, short, and needs no care.
pub(super) fn token(out: &mut Vec<u8>, name: &str, value: &str) {
    let mut line = Line::begin(out, name);
    line.push(value);
    line.end();
}

/// Pieces with one space between them, folded where a line would grow too long.
struct Line<'a> {
    out: &'a mut Vec<u8>,
    length: usize,
    is_empty: bool,
}

impl Line<'_> {
    fn begin<'a>(out: &'a mut Vec<u8>, name: &str) -> Line<'a> {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        Line { out, length: name.len() + 1, is_empty: true }
    }

    fn push(&mut self, piece: &str) {
        if !self.is_empty && self.length + 1 + piece.len() > LINE_LIMIT {
            self.out.extend_from_slice(b"\r\n");
            self.length = 0;
        }
        self.out.push(b' ');
        self.out.extend_from_slice(piece.as_bytes());
        self.length += 1 + piece.len();
        self.is_empty = false;
    }

    fn end(self) {
        self.out.extend_from_slice(b"\r\n");
    }
}

/// The words of `text`, if they can stand as they are: ASCII, one space between them, none too long for its
/// line, none that a reader would take for an encoded word.
fn foldable(text: &str, name_length: usize) -> Option<impl Iterator<Item = &str>> {
    let is_plain = text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) && !text.contains("=?");
    let mut words = text.split(' ');
    let first_fits = words.clone().next().is_some_and(|word| name_length + word.len() <= LINE_LIMIT);
    let each_fits = words.all(|word| !word.is_empty() && word.len() < LINE_LIMIT);
    (is_plain && first_fits && each_fits).then(|| text.split(' '))
}

/// A display name as RFC 5322 atoms or quoted-string, if it is ASCII and fits on its line.
fn quoted(name: &str, room: usize) -> Option<String> {
    let is_plain = name.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) && !name.contains("=?");
    let is_atoms = !name.contains("  ")
        && name
            .bytes()
            .all(|b| b == b' ' || b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b));
    let quoted = if is_atoms {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    };
    (is_plain && quoted.len() <= room).then_some(quoted)
}

/// RFC 2047 encoded words, each a whole number of characters; in B or Q, whichever is shorter.
fn encoded_words(text: &str, name_length: usize) -> Vec<String> {
    let encode = |encoding: Encoding| {
        let mut words = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let room = if words.is_empty() { LINE_LIMIT - name_length } else { WORD_LIMIT };
            let (word, length) = encoding.word(rest, room.min(WORD_LIMIT));
            words.push(word);
            rest = &rest[length..];
        }
        words
    };
    let total = |words: &Vec<String>| words.iter().map(String::len).sum::<usize>();
    let (b, q) = (encode(Encoding::B), encode(Encoding::Q));
    if total(&q) < total(&b) { q } else { b }
}

#[derive(Clone, Copy)]
enum Encoding {
    B,
    Q,
}

impl Encoding {
    /// An encoded word of at most `limit` characters, and how many bytes of `text` it holds.
    fn word(self, text: &str, limit: usize) -> (String, usize) {
        let (prefix, suffix) = (if matches!(self, Encoding::B) { "=?utf-8?B?" } else { "=?utf-8?Q?" }, "?=");
        let room = limit - prefix.len() - suffix.len();
        let mut length = 0;
        let mut encoded_length = 0;
        for c in text.chars() {
            let grown = match self {
                Encoding::B => (length + c.len_utf8()).div_ceil(3) * 4,
                Encoding::Q => encoded_length + q_length(c),
            };
            if grown > room {
                break;
            }
            length += c.len_utf8();
            encoded_length = grown;
        }
        let piece = &text[..length];
        let encoded = match self {
            Encoding::B => STANDARD.encode(piece),
            Encoding::Q => piece.chars().map(q_encoded).collect(),
        };
        (format!("{prefix}{encoded}{suffix}"), length)
    }
}

fn q_length(c: char) -> usize {
    if c == ' ' || is_q_plain(c) { 1 } else { 3 * c.len_utf8() }
}

fn q_encoded(c: char) -> String {
    match c {
        ' ' => "_".to_owned(),
        c if is_q_plain(c) => c.to_string(),
        c => c.to_string().bytes().map(|byte| format!("={byte:02X}")).collect(),
    }
}

/// RFC 2047 §5 (3): what may stand in an encoded word within a phrase.
fn is_q_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '!' | '*' | '+' | '-' | '/')
}

#[cfg(test)]
mod tests {
    use super::{address, unstructured};
    use crate::mailbox::Mailbox;
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    fn from(name: &str) -> String {
        let mut out = Vec::new();
        address(&mut out, "From", Some(name), &Mailbox::parse("aiko@example.org").unwrap());
        String::from_utf8(out).unwrap()
    }

    fn subject(text: &str) -> String {
        let mut out = Vec::new();
        unstructured(&mut out, "Subject", text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_plain_name_stays_readable_and_a_comma_is_quoted() {
        assert_eq!(from("Aiko Tanaka"), "From: Aiko Tanaka <aiko@example.org>\r\n");
        assert_eq!(from("Doe, John \"J\""), "From: \"Doe, John \\\"J\\\"\" <aiko@example.org>\r\n");
        assert_eq!(from("Doe, Jóhn"), "From: =?utf-8?B?RG9lLCBKw7Nobg==?= <aiko@example.org>\r\n");
        assert_eq!(from("김하나"), "From: =?utf-8?B?6rmA7ZWY64KY?= <aiko@example.org>\r\n");
    }

    #[test]
    fn a_long_subject_is_folded_between_words() {
        let long = "Please stop arresting and repatriating North Korean refugees without any delay at all";
        assert_eq!(
            subject(long),
            "Subject: Please stop arresting and repatriating North Korean refugees\r\n without any delay at all\r\n"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_no_line_is_too_long(
            text in "[!-~é漢😀]([ -~é漢\u{301}😀]{0,198}[!-~é漢])?|[a-z]{100,200}|=\\?[a-z]{1,9}\\?q\\?[a-z]{1,9}\\?=( =\\?x)?"
        ) {
            let headers = format!("{}{}\r\nx", from(&text), subject(&text));
            prop_assert!(headers.is_ascii());
            prop_assert!(headers.split("\r\n").all(|line| line.len() <= 76), "{}", headers);
            let message = MessageParser::default().parse(headers.as_bytes()).unwrap();
            prop_assert_eq!(message.subject(), Some(text.as_str()));
            let name = message.from().and_then(|from| from.first()).and_then(|from| from.name());
            prop_assert_eq!(name, Some(text.as_str()));
        }
    }
}
