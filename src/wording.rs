//! Counts, rows and quoted values, as sentences have them. Whatever the program says of how many and of which, it says
//! through these, so that it is said in one way.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::plain_text;

/// A number and what is counted, in the right number: "1 letter", "12 letters".
pub(crate) fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", ending(number))
}

/// As [`count`], with commas between the thousands.
pub(crate) fn grouped_count(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), ending(number))
}

fn ending(number: u64) -> &'static str {
    if number == 1 { "" } else { "s" }
}

/// A number with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// "is" or "are".
pub(crate) fn is_or_are(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// Rows, as a sentence names them: "row 3", "rows 3, 7 and 12 more".
pub(crate) fn rows_named(numbers: &[u64], total: u64) -> String {
    let shown: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let more = total.saturating_sub(numbers.len() as u64);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("row{} {}{more}", ending(total), shown.join(", "))
}

/// A moment as RFC 3339 writes it, in UTC and whole seconds.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A value between quotation marks for an error's sentence: 80 characters at most, and none that a terminal obeys.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 80;
    let mut shown = String::from("\"");
    for (index, c) in text.chars().enumerate() {
        if index == MOST {
            shown.push('…');
            break;
        }
        push_harmless(&mut shown, c);
    }
    shown.push('"');
    shown
}

/// A text as a terminal may have it: whatever it came from, nothing in it moves the cursor, changes colours or turns the
/// order of what follows. Lines, tabs and form feeds stay.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |c: char| !matches!(c, '\n' | '\t' | '\u{c}') && plain_text::is_forbidden(c);
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) { push_harmless(&mut shown, c) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

/// The character, or its code point in words where a terminal would obey it.
fn push_harmless(shown: &mut String, c: char) {
    if plain_text::is_forbidden(c) {
        // Writing to a String cannot fail.
        let _ = write!(shown, "<U+{:04X}>", u32::from(c));
    } else {
        shown.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::{count, grouped, grouped_count, harmless, instant, quoted, rows_named};

    #[test]
    fn one_is_told_from_many() {
        assert_eq!([count(0, "row"), count(1, "row"), count(2, "row")], ["0 rows", "1 row", "2 rows"]);
        assert_eq!(grouped_count(20_000, "letter"), "20,000 letters");
        assert_eq!(rows_named(&[3], 1), "row 3");
        assert_eq!(rows_named(&[3, 7], 14), "rows 3, 7 and 12 more");
    }

    #[test]
    fn thousands_are_told_apart_by_commas() {
        assert_eq!([7, 999, 14_400, 1_000_000].map(grouped), ["7", "999", "14,400", "1,000,000"]);
    }

    #[test]
    fn a_moment_is_shown_in_whole_seconds() {
        assert_eq!(instant("2026-12-02T08:59:59.987Z".parse().unwrap()), "2026-12-02T08:59:59Z");
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_by_its_code_point() {
        assert_eq!(quoted("a\u{1b}[2Jb"), "\"a<U+001B>[2Jb\"");
        assert_eq!(quoted(&"x".repeat(90)).chars().count(), 83);
    }

    #[test]
    fn what_is_printed_moves_no_cursor_and_keeps_its_lines() {
        assert_eq!(harmless("two\nlines\tand مرحبا\u{200f}"), "two\nlines\tand مرحبا\u{200f}");
        assert_eq!(harmless("a\u{1b}[2J\u{9b}b\r\u{202e}"), "a<U+001B>[2J<U+009B>b<U+000D><U+202E>");
    }
}
