//! The Message-ID in what was returned of a letter.

use mail_parser::{Message, MessagePart, PartType};

use super::part::{is_of, text_of};

/// Where relays that write a Message-ID of their own keep the one they were given.
const FIELDS: [&str; 4] =
    ["message-id", "x-microsoft-original-message-id", "x-google-original-message-id", "origin-messageid"];

/// The Message-IDs of the messages and headers that are attached to a notice.
pub(super) fn returned_ids(message: &Message<'_>) -> Vec<String> {
    message.parts.iter().skip(1).flat_map(ids_of).collect()
}

/// The Message-IDs of a returned message, or of its header alone.
pub(super) fn ids_of(part: &MessagePart<'_>) -> Vec<String> {
    match &part.body {
        PartType::Message(inner) => ids(inner.headers_raw()),
        _ if is_of(part, "text", "rfc822-headers")
            || is_of(part, "message", "global-headers")
            || is_of(part, "message", "rfc822") =>
        {
            let text = text_of(part);
            ids(fields(&text))
        }
        _ => Vec::new(),
    }
}

/// The Message-IDs in these header fields, without angle brackets, whatever folding did to them.
pub(super) fn ids<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let of_interest = |name: &str| FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name.trim()));
    fields.into_iter().filter(|(name, _)| of_interest(name)).filter_map(|(_, value)| id(value)).collect()
}

fn id(value: &str) -> Option<String> {
    let joined: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = joined.split_once('<').map_or(joined.as_str(), |(_, rest)| rest);
    let bare = bare.split('>').next().unwrap_or_default();
    (bare.len() <= 998 && bare.contains('@')).then(|| bare.to_owned())
}

/// The fields of a header that stands in a text, each with the lines that are folded into it.
pub(super) fn fields(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(['\r', '\n']);
    while !rest.is_empty() {
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            if end > 0 && !line.starts_with([' ', '\t']) {
                break;
            }
            end += line.len();
        }
        let (field, after) = rest.split_at(end);
        if field.trim().is_empty() {
            break;
        }
        found.extend(field.split_once(':'));
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{fields, ids};

    #[track_caller]
    fn case(header: &str, expected: &[&str]) {
        assert_eq!(ids(fields(header)), expected, "{header}");
    }

    #[test]
    fn a_message_id_is_found_however_it_is_folded() {
        case(
            "Message-ID: <abc@example.org>\r\nSubject: x\r\n\r\nMessage-ID: <body@example.org>\r\n",
            &["abc@example.org"],
        );
        case("Subject: x\nMESSAGE-ID:\n <abc@example.org>\n", &["abc@example.org"]);
        case("Message-Id: <ab\r\n\tc@example.org\r\n >\r\n", &["abc@example.org"]);
        case("message-id : abc@example.org (a comment)\n", &["abc@example.org(acomment)"]);
        case(
            "Message-ID: <new@relay>\nX-Microsoft-Original-Message-ID:\n <abc@example.org>\n",
            &["new@relay", "abc@example.org"],
        );
        case("X-Message-ID: <abc@example.org>\nMessage-ID: none\n", &[]);
    }
}
