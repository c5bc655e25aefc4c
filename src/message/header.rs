//! Header fields in ASCII lines of at most 76 characters (RFC 5322 §2.2.3, RFC 2047).
//!
//! lettre writes the fields whose values need no care. A person's name and a subject are encoded here, by email-encoding,
//! and handed over as they are to stand: lettre's own encoder leaves a word that is longer than a line whole, and takes a
//! text that looks like an encoded word for one.

use std::fmt::{self, Write as _};

use email_encoding::headers::rfc2047;
use email_encoding::headers::writer::EmailWriter;
use lettre::message::header::{HeaderName, HeaderValue};

use crate::mailbox::Mailbox;

/// RFC 2047 §2: no line of a header field with an encoded word is longer.
const LINE_LIMIT: usize = 76;

/// `Subject`, with any text as its value.
pub(super) fn subject(text: &str) -> HeaderValue {
    const NAME: HeaderName = HeaderName::new_from_ascii_str("Subject");
    encoded(NAME, |line| {
        if is_foldable(text, NAME.len() + 2) {
            line.folding().write_str(text)
        } else {
            rfc2047::encode(text, line)
        }
    })
}

/// `From`, with the person's name before the address if there is one.
pub(super) fn from(display_name: Option<&str>, mailbox: &Mailbox) -> HeaderValue {
    const NAME: HeaderName = HeaderName::new_from_ascii_str("From");
    encoded(NAME, |line| {
        let Some(display_name) = display_name else { return write!(line, "{mailbox}") };
        match quoted(display_name, LINE_LIMIT - NAME.len() - 2) {
            Some(quoted) => line.write_str(&quoted)?,
            None => rfc2047::encode(display_name, line)?,
        }
        line.space();
        line.folding().write_str(&format!("<{mailbox}>"))
    })
}

/// `X-Unsent`: mail programs open a message that has it for editing.
pub(super) fn unsent() -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str("X-Unsent"), "1".to_owned())
}

fn encoded(name: HeaderName, write: impl FnOnce(&mut EmailWriter<'_>) -> fmt::Result) -> HeaderValue {
    let mut value = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut EmailWriter::new(&mut value, name.len() + 2, 0, false));
    HeaderValue::dangerous_new_pre_encoded(name, String::new(), value)
}

/// Whether the words of `text` can stand as they are: ASCII, one space between them, none too long for its line, none that
/// a reader would take for an encoded word.
fn is_foldable(text: &str, name_length: usize) -> bool {
    let mut words = text.split(' ');
    let first_fits = words.clone().next().is_some_and(|word| name_length + word.len() <= LINE_LIMIT);
    is_plain(text) && first_fits && words.all(|word| !word.is_empty() && word.len() < LINE_LIMIT)
}

/// A display name as RFC 5322 atoms or quoted-string, if it is ASCII and fits on its line.
fn quoted(name: &str, room: usize) -> Option<String> {
    let is_atoms = !name.contains("  ")
        && name
            .bytes()
            .all(|b| b == b' ' || b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b));
    let quoted = if is_atoms {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    };
    (is_plain(name) && quoted.len() <= room).then_some(quoted)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) && !text.contains("=?")
}

#[cfg(test)]
mod tests {
    use super::{from, subject};
    use crate::mailbox::Mailbox;
    use lettre::message::header::{HeaderValue, Headers};
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    fn field(value: HeaderValue) -> String {
        let mut headers = Headers::new();
        headers.insert_raw(value);
        headers.to_string()
    }

    fn from_aiko(name: &str) -> String {
        field(from(Some(name), &Mailbox::parse("aiko@example.org").unwrap()))
    }

    #[test]
    fn a_plain_name_stays_readable_and_a_comma_is_quoted() {
        assert_eq!(from_aiko("Aiko Tanaka"), "From: Aiko Tanaka <aiko@example.org>\r\n");
        assert_eq!(from_aiko("Doe, John \"J\""), "From: \"Doe, John \\\"J\\\"\" <aiko@example.org>\r\n");
        assert_eq!(from_aiko("Doe, Jóhn"), "From: =?utf-8?b?RG9lLCBKw7Nobg==?= <aiko@example.org>\r\n");
        assert_eq!(from_aiko("김하나"), "From: =?utf-8?b?6rmA7ZWY64KY?= <aiko@example.org>\r\n");
        assert_eq!(field(from(None, &Mailbox::parse("a@example.org").unwrap())), "From: a@example.org\r\n");
    }

    #[test]
    fn a_long_subject_is_folded_between_words() {
        let long = "Please stop arresting and repatriating North Korean refugees without any delay at all";
        assert_eq!(
            field(subject(long)),
            "Subject: Please stop arresting and repatriating North Korean refugees\r\n without any delay at all\r\n"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]
        #[test]
        fn any_text_comes_back_and_no_line_is_too_long(
            text in "[!-~é漢😀]([ -~é漢\u{301}😀]{0,198}[!-~é漢])?|[a-z]{100,200}|=\\?[a-z]{1,9}\\?q\\?[a-z]{1,9}\\?=( =\\?x)?"
        ) {
            let headers = format!("{}{}\r\nx", from_aiko(&text), field(subject(&text)));
            prop_assert!(headers.is_ascii());
            prop_assert!(headers.split("\r\n").all(|line| line.len() <= 76), "{}", headers);
            let message = MessageParser::default().parse(headers.as_bytes()).unwrap();
            prop_assert_eq!(message.subject(), Some(text.as_str()));
            let name = message.from().and_then(|from| from.first()).and_then(|from| from.name());
            prop_assert_eq!(name, Some(text.as_str()));
        }
    }
}
