//! Quoted-printable (RFC 2045 §6.7), in one pass over the text: every letter of a campaign goes through here.
//!
//! No line begins with `From `, which a mailbox file would change.

/// The longest line, with the `=` at the end of one that goes on.
const LINE_LIMIT: usize = 76;
/// How mailbox files know that a message begins; some write `>` before it where it stands in a text.
pub(super) const FROM: &str = "From ";

/// The lines of a text, ended by CRLF.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(text.len() + text.len() / 2 + 2);
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        encode_line(line.as_bytes(), &mut encoded);
    }
    encoded
}

/// Whether a byte is written as `=` and its two figures, wherever it stands.
pub(super) fn is_escaped(byte: u8) -> bool {
    ESCAPED[usize::from(byte)]
}

const ESCAPED: [bool; 256] = {
    let mut escaped = [true; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        escaped[byte as usize] = byte == b'=';
        byte += 1;
    }
    escaped
};

fn encode_line(line: &[u8], encoded: &mut Vec<u8>) {
    let mut column = 0;
    let mut rest = line;
    while let Some((&first, behind)) = rest.split_first() {
        let must_be_escaped = is_escaped(first)
            // A space at the end of a line might be taken away on the way.
            || first == b' ' && behind.is_empty()
            || column == 0 && rest.starts_with(FROM.as_bytes());
        let width = if must_be_escaped { 3 } else { 1 };
        let room = if behind.is_empty() { LINE_LIMIT } else { LINE_LIMIT - 1 };
        if column + width > room {
            encoded.extend_from_slice(b"=\r\n");
            column = 0;
            // Looked at again: it may begin a line with `From ` now.
            continue;
        }
        if must_be_escaped {
            const FIGURES: &[u8; 16] = b"0123456789ABCDEF";
            encoded.extend([b'=', FIGURES[usize::from(first >> 4)], FIGURES[usize::from(first & 15)]]);
            (column, rest) = (column + 3, behind);
            continue;
        }
        // As many as may stand as they are; the line's last byte is looked at by itself.
        let most = behind.len().min(room - column).max(1);
        let run = rest[..most].iter().position(|byte| is_escaped(*byte)).unwrap_or(most);
        encoded.extend_from_slice(&rest[..run]);
        (column, rest) = (column + run, &rest[run..]);
    }
    encoded.extend_from_slice(b"\r\n");
}
