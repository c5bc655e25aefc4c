//! The content of DATA (RFC 5321 §4.5.2): lines ended by CRLF, a dot before a leading dot, a dot alone at the end.
//!
//! Whatever the bytes were, no bare CR or LF and no unstuffed dot can leave through here.

use memchr::memchr2;

/// A message ready to follow a 354.
#[derive(Clone, Debug)]
pub(crate) struct Dotted {
    bytes: Vec<u8>,
    size: usize,
}

impl Dotted {
    /// Prepares a message. A bare CR or LF becomes a whole line end.
    pub(crate) fn new(message: &[u8]) -> Dotted {
        let mut bytes = Vec::with_capacity(message.len() + 64);
        let mut rest = message;
        while !rest.is_empty() {
            let end = memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            let (line, after) = rest.split_at(end);
            if line.first() == Some(&b'.') {
                bytes.push(b'.');
            }
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(b"\r\n");
            rest = match after {
                [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
                [] => after,
            };
        }
        let size = bytes.len();
        bytes.extend_from_slice(b".\r\n");
        Dotted { bytes, size }
    }

    /// The octets of the message without the final dot, for `SIZE=` (RFC 1870).
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The message and its final dot.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Dotted;
    use proptest::prelude::*;

    /// What a server keeps: lines until a dot alone, a leading dot removed.
    fn received(bytes: &[u8]) -> Vec<u8> {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let mut kept = String::new();
        let mut lines = text.split("\r\n");
        for line in &mut lines {
            assert!(!line.contains(['\r', '\n']), "a bare line end");
            if line == "." {
                break;
            }
            kept.push_str(line.strip_prefix('.').unwrap_or(line));
            kept.push_str("\r\n");
        }
        assert_eq!(lines.collect::<String>(), "", "something follows the final dot");
        kept.into_bytes()
    }

    #[test]
    fn a_dot_in_the_text_does_not_end_it() {
        assert_eq!(Dotted::new(b"a\r\n.\r\n..b\r\n").as_bytes(), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(Dotted::new(b"no line end").as_bytes(), b"no line end\r\n.\r\n");
    }

    proptest! {
        #[test]
        fn what_the_server_keeps_is_the_message(lines in proptest::collection::vec("[ -~]{0,20}|\\.{1,3}", 0..20)) {
            let message: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            prop_assert_eq!(received(Dotted::new(message.as_bytes()).as_bytes()), message.into_bytes());
        }

        #[test]
        fn nothing_smuggles_a_bare_line_end(text in "[a.\r\n]{0,40}") {
            received(Dotted::new(text.as_bytes()).as_bytes());
        }
    }
}
