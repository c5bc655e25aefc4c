//! A part of a message: what kind it is of, and its text.

use mail_parser::{MessagePart, MimeHeaders as _};

/// What stands in it, as text.
pub(super) fn text_of(part: &MessagePart<'_>) -> String {
    String::from_utf8_lossy(part.contents()).into_owned()
}

/// Whether its content is of this type.
pub(super) fn is_of(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|found| {
        found.ctype().eq_ignore_ascii_case(kind)
            && found.subtype().is_some_and(|name| name.eq_ignore_ascii_case(subtype))
    })
}
