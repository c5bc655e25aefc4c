//! How deep messages lie within messages. What is nested without end would otherwise exhaust the stack of whoever reads it.

use mail_parser::{Message, PartType};

/// A message that is nested deeper is counted, and not looked into.
const DEEPEST: usize = 20;
/// More parts than any message has that a person or a mail system wrote.
const MOST_PARTS: usize = 1_000;
/// An encoded message within a message is read by recursion, and its depth cannot be seen beforehand: only its size.
const LARGEST_ENCODED: usize = 1 << 16;

/// Whether the parser may be given these bytes: it holds what is nested in a chain whose links it undoes by recursion.
pub(super) fn may_be_parsed(bytes: &[u8]) -> bool {
    let (mut parts, mut has_digest, mut has_encoded) = (0, false, false);
    let mut header = Header::default();
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            has_encoded |= header.is_encoded && (header.is_message || !header.has_type);
            header = Header::default();
            continue;
        }
        parts += usize::from(header.take(line));
        has_digest |= header.is_digest;
        if parts > MOST_PARTS {
            return false;
        }
    }
    let is_message_encoded = has_encoded && (has_digest || contains(bytes, b"message/"));
    !is_message_encoded || bytes.len() <= LARGEST_ENCODED
}

/// What is known of the header that a line may belong to.
#[derive(Default)]
struct Header {
    has_type: bool,
    is_message: bool,
    is_digest: bool,
    is_encoded: bool,
}

impl Header {
    /// Looks at a line; whether it begins a `Content-Type`. A field's value may stand in the lines after it.
    fn take(&mut self, line: &[u8]) -> bool {
        if !line.starts_with(b"C")
            && !line.starts_with(b"c")
            && !line.starts_with(b" ")
            && !line.starts_with(b"\t")
        {
            return false;
        }
        let begins = line.get(..13).is_some_and(|name| name.eq_ignore_ascii_case(b"content-type:"));
        self.has_type |= begins;
        self.is_message |= contains(line, b"message/");
        self.is_digest |= contains(line, b"/digest");
        self.is_encoded |= contains(line, b"base64") || contains(line, b"quoted-printable");
        begins
    }
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

/// Whether messages and multiparts lie deeper in each other than [`DEEPEST`].
pub(super) fn is_too_deep(message: &Message<'_>) -> bool {
    let mut waiting = vec![(message, 0_u32, 1_usize)];
    while let Some((message, id, depth)) = waiting.pop() {
        if depth > DEEPEST {
            return true;
        }
        match message.part(id).map(|part| &part.body) {
            Some(PartType::Multipart(parts)) => {
                // A part that stood within itself would be a fault of the parser's; the depth bounds it too.
                waiting.extend(parts.iter().map(|part| (message, *part, depth + 1)));
            }
            Some(PartType::Message(inner)) => waiting.push((inner, 0, depth + 1)),
            _ => {}
        }
    }
    false
}

/// Takes a message apart link by link.
pub(super) fn dismantle(message: Message<'_>) {
    let mut waiting = vec![message];
    while let Some(message) = waiting.pop() {
        for part in message.parts {
            if let PartType::Message(inner) = part.body {
                waiting.push(inner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::bounce::notice::{Notice, recognize};

    fn nested(depth: usize) -> String {
        "Content-Type: message/rfc822\n\n".repeat(depth) + "Subject: innermost\n\nx\n"
    }

    #[test]
    fn what_is_nested_deeper_than_twenty_is_not_looked_into() {
        assert_eq!(recognize(nested(3).as_bytes()), Notice::Other);
        for depth in [25, 900, 5_000, 200_000] {
            assert_eq!(recognize(nested(depth).as_bytes()), Notice::TooDeep, "{depth}");
        }
        let digest = "Content-Type: multipart/digest; boundary=x\n\n--x\n\n".repeat(400);
        assert_eq!(recognize(digest.as_bytes()), Notice::TooDeep);
    }

    #[test]
    fn an_encoded_message_cannot_hide_its_depth() {
        use base64::Engine as _;
        let inner = base64::engine::general_purpose::STANDARD.encode(nested(100_000));
        let outer = format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n");
        assert_eq!(recognize(outer.as_bytes()), Notice::TooDeep);
    }
}
