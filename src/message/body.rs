//! A letter's text in lines of at most 76 ASCII characters: as it stands, quoted-printable, or base64 (RFC 2045 §6).
//!
//! lettre encodes. What is ours is the choice, and that no line begins with `From `, which a mailbox file would change.

use std::borrow::Cow;

use lettre::message::Body;
use lettre::message::header::ContentTransferEncoding;

const LINE_LIMIT: usize = 76;
/// How mailbox files know that a message begins; some write `>` before it where it stands in a text.
const FROM: &str = "From ";

/// The text, lines ended by CRLF, with the name of its encoding.
pub(super) fn encoded(text: &str) -> Body {
    let encoding = encoding(text);
    // Nothing is ever refused here: a text goes as it stands only where it may.
    let body = Body::new_with_encoding(text.to_owned(), encoding).unwrap_or_else(Body::new);
    let mut bytes = body.into_vec();
    if encoding == ContentTransferEncoding::QuotedPrintable
        && let Cow::Owned(changed) = without_from(&String::from_utf8_lossy(&bytes))
    {
        bytes = changed.into_bytes();
    }
    if !bytes.ends_with(b"\r\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    Body::dangerous_pre_encoded(bytes, encoding)
}

/// As it stands where it can be; quoted-printable, which stays readable, unless base64 is the shorter one by far.
fn encoding(text: &str) -> ContentTransferEncoding {
    let is_plain = |line: &str| {
        line.len() <= LINE_LIMIT
            && !line.ends_with(' ')
            && !line.starts_with(FROM)
            && line.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
    };
    let length = text.len() + text.matches('\n').count();
    let escaped =
        || text.bytes().filter(|b| !b.is_ascii_graphic() && !b" \n".contains(b) || *b == b'=').count();
    if text.split('\n').all(is_plain) {
        ContentTransferEncoding::SevenBit
    } else if escaped() * 3 > length {
        ContentTransferEncoding::Base64
    } else {
        ContentTransferEncoding::QuotedPrintable
    }
}

/// Quoted-printable lines of which none begins with `From `.
fn without_from(lines: &str) -> Cow<'_, str> {
    if !lines.split("\r\n").any(|line| line.starts_with(FROM)) {
        return Cow::Borrowed(lines);
    }
    let line = |line: &str| match line.strip_prefix('F').filter(|_| line.starts_with(FROM)) {
        None => line.to_owned(),
        Some(rest) if rest.len() + 3 <= LINE_LIMIT => format!("=46{rest}"),
        Some(rest) => format!("=46=\r\n{rest}"),
    };
    Cow::Owned(lines.split("\r\n").map(line).collect::<Vec<_>>().join("\r\n"))
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[track_caller]
    fn case(text: &str, encoding: &str, expected: &str) {
        let body = encoded(text);
        assert_eq!(body.encoding().to_string(), encoding);
        assert_eq!(String::from_utf8(body.into_vec()).unwrap(), expected);
    }

    #[test]
    fn a_plain_text_stands_as_it_is_and_others_are_encoded() {
        case("Hello.\n\nBye.", "7bit", "Hello.\r\n\r\nBye.\r\n");
        case("Café.\n", "quoted-printable", "Caf=C3=A9.\r\n");
        case("trailing \n", "quoted-printable", "trailing=20\r\n");
        case("북한 난민\n", "base64", "67aB7ZWcIOuCnOuvvA0K\r\n");
    }

    #[test]
    fn no_line_begins_as_a_mailbox_file_begins_a_message() {
        case("Dear,\nFrom 2006 on\n", "quoted-printable", "Dear,\r\n=46rom 2006 on\r\n");
        case("From\nFromage\n", "7bit", "From\r\nFromage\r\n");
        let full = format!("From {}\n", "x".repeat(71));
        case(&full, "quoted-printable", &format!("=46=\r\nrom {}\r\n", "x".repeat(71)));
        let broken = format!("éé{}From here\n", "x".repeat(63));
        case(&broken, "quoted-printable", &format!("=C3=A9=C3=A9{}=\r\n=46rom here\r\n", "x".repeat(63)));
    }
}
