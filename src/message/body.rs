//! A letter's text in lines of at most 76 ASCII characters: as it stands, quoted-printable, or base64 (RFC 2045 §6).
//!
//! No line begins with `From `, which a mailbox file would change. Base64 is lettre's.

use lettre::message::Body;
use lettre::message::header::ContentTransferEncoding;
use memchr::memchr_iter;

use super::quoted_printable::{self, FROM, is_escaped};

const LINE_LIMIT: usize = 76;

/// The text, lines ended by CRLF, with the name of its encoding.
pub(super) fn encoded(text: &str) -> Body {
    let encoding = encoding(text);
    let bytes = match encoding {
        ContentTransferEncoding::QuotedPrintable => quoted_printable::encode(text),
        ContentTransferEncoding::Base64 => in_base64(text),
        _ => as_it_stands(text),
    };
    Body::dangerous_pre_encoded(bytes, encoding)
}

fn as_it_stands(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + text.len() / 32 + 2);
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

fn in_base64(text: &str) -> Vec<u8> {
    // Nothing is ever refused here: base64 takes any text.
    let body = Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::Base64);
    let mut bytes = body.unwrap_or_else(Body::new).into_vec();
    if !bytes.ends_with(b"\r\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// As it stands where it can be; quoted-printable, which stays readable, unless base64 is the shorter one by far.
fn encoding(text: &str) -> ContentTransferEncoding {
    let is_plain = |line: &str| {
        line.len() <= LINE_LIMIT
            && !line.ends_with(' ')
            && !line.starts_with(FROM)
            && line.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
    };
    let line_ends = memchr_iter(b'\n', text.as_bytes()).count();
    let escaped = || text.bytes().map(|b| usize::from(is_escaped(b))).sum::<usize>() - line_ends;
    if text.split('\n').all(is_plain) {
        ContentTransferEncoding::SevenBit
    } else if escaped() * 3 > text.len() + line_ends {
        ContentTransferEncoding::Base64
    } else {
        ContentTransferEncoding::QuotedPrintable
    }
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
        case("one = two\té\n", "quoted-printable", "one =3D two=09=C3=A9\r\n");
        case("북한 난민\n", "base64", "67aB7ZWcIOuCnOuvvA0K\r\n");
    }

    #[test]
    fn no_line_begins_as_a_mailbox_file_begins_a_message() {
        case("Dear,\nFrom 2006 on\n", "quoted-printable", "Dear,\r\n=46rom 2006 on\r\n");
        case("From\nFromage\n", "7bit", "From\r\nFromage\r\n");
        let full = format!("From {}\n", "x".repeat(71));
        case(&full, "quoted-printable", &format!("=46rom {}=\r\nxxx\r\n", "x".repeat(68)));
        let broken = format!("éé{}From here\n", "x".repeat(63));
        case(&broken, "quoted-printable", &format!("=C3=A9=C3=A9{}=\r\n=46rom here\r\n", "x".repeat(63)));
    }

    #[test]
    fn a_line_is_as_long_as_it_may_be_and_goes_on_after_an_equals_sign() {
        let x = |count| "x".repeat(count);
        case(&format!("é{}\n", x(70)), "quoted-printable", &format!("=C3=A9{}\r\n", x(70)));
        case(&format!("é{}\n", x(71)), "quoted-printable", &format!("=C3=A9{}=\r\nxx\r\n", x(69)));
        case(&format!("{}é\n", x(70)), "quoted-printable", &format!("{}=C3=A9\r\n", x(70)));
        case(&format!("{}é\n", x(71)), "quoted-printable", &format!("{}=C3=\r\n=A9\r\n", x(71)));
        case(&format!("é{} \n", x(69)), "quoted-printable", &format!("=C3=A9{}=\r\n=20\r\n", x(69)));
    }
}
