//! Codes in what mail systems write: `550`, `5.1.1`.

use super::report::Fate;

/// The first enhanced status code (RFC 3463) in a text.
pub(super) fn enhanced(text: &str) -> Option<String> {
    words(text).find(|word| is_enhanced(word)).map(str::to_owned)
}

fn is_enhanced(word: &str) -> bool {
    let mut parts = word.split('.');
    let is_number =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(|class| matches!(class, "2" | "4" | "5"))
        && parts.next().is_some_and(is_number)
        && parts.next().is_some_and(is_number)
        && parts.next().is_none()
}

/// The first reply code (RFC 5321) of a failure in a text.
pub(super) fn reply_code(text: &str) -> Option<u16> {
    let is_code = |word: &&str| word.len() == 3 && word.starts_with(['4', '5']) && word.as_bytes()[1] <= b'5';
    words(text).filter(is_code).find_map(|word| word.parse().ok())
}

/// What the first digit of a status means where nothing else is said.
pub(super) fn fate(status: &str) -> Option<Fate> {
    match status.chars().next()? {
        '5' => Some(Fate::Failed),
        '4' => Some(Fate::Delayed),
        '2' => Some(Fate::Delivered),
        _ => None,
    }
}

/// The runs of digits and points in a text that stand alone: `5.1.1`, not the end of `10.5.1.1` or a part of `v5.1.1x`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '.')).map(|word| word.trim_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::{enhanced, reply_code};

    #[test]
    fn codes_are_found_where_they_stand_alone() {
        for (text, status, code) in [
            ("550 5.1.1 <a@example.org>: unknown", Some("5.1.1"), Some(550)),
            ("550-5.7.26 This mail", Some("5.7.26"), Some(550)),
            ("#5.1.10#", Some("5.1.10"), None),
            ("#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##", Some("5.1.1"), Some(550)),
            ("host mx.example.org [192.0.2.5]: 552 5.2.2 full.", Some("5.2.2"), Some(552)),
            ("from 5.1.1.1 and v5.1.1x, port 587", None, None),
            ("3.1.1, 5.1, 5.1.1234", None, None),
            ("", None, None),
        ] {
            assert_eq!((enhanced(text).as_deref(), reply_code(text)), (status, code), "{text}");
        }
    }
}
