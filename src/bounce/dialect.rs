//! Notices in words of their own: of systems that do not write RFC 3464's fields, or did not when they were young.
//!
//! The words are data, each system's with its source (`dialects.toml`): a new one is a group there, and no code.

use std::sync::OnceLock;

use mail_parser::Message;
use serde::Deserialize;

use super::report::{Fate, Recipient, Report};
use super::{original, status};
use crate::mailbox::Mailbox;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dialect {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "who speaks so: for the reader of the table, and a test")
    )]
    name: String,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "where that is said: for the reader of the table, and a test")
    )]
    source: String,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "when it was looked at: for the reader of the table, and a test")
    )]
    checked: String,
    begins: Vec<String>,
    failed: Vec<String>,
    delayed: Vec<String>,
    recipient: Vec<String>,
    #[serde(default)]
    reason: Vec<String>,
    original: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    dialect: Vec<Dialect>,
}

fn all() -> &'static [Dialect] {
    static DIALECTS: OnceLock<Vec<Dialect>> = OnceLock::new();
    // A test reads it: what is compiled in is in order.
    DIALECTS.get_or_init(|| {
        toml::from_str::<Table>(include_str!("dialects.toml"))
            .map_or_else(|_| Vec::new(), |table| table.dialect)
    })
}

/// A notice's text is not read further than this: the returned message may be a long one.
const LONGEST: usize = 100_000;

/// What a mail system's message says, if it speaks one of the dialects.
pub(super) fn read(message: &Message<'_>) -> Option<Report> {
    let text = message.body_text(0)?;
    let text = text[..text.floor_char_boundary(LONGEST)].replace('\u{2019}', "'");
    let beginning = plain(&text[..text.floor_char_boundary(1_000)]);
    let dialect = all()
        .iter()
        .find(|dialect| dialect.begins.iter().any(|begins| beginning.starts_with(&plain(begins))))?;
    let (said, returned) = dialect.parted(&text);
    let fate = dialect.fate(said);
    let failed = message.header_raw("X-Failed-Recipients").unwrap_or_default();
    let failed = failed.split(',').filter_map(|address| Mailbox::parse(address.trim()).ok());
    let mut recipients = dialect.recipients(said);
    for address in failed.map(|address| address.folded()) {
        if !recipients.iter().any(|recipient| recipient.addresses.contains(&address)) {
            recipients.push(Recipient { addresses: vec![address], ..Recipient::default() });
        }
    }
    let reason = dialect.reason(said);
    for recipient in &mut recipients {
        if let Some(reason) = &reason {
            recipient.words.clone_from(reason);
        }
        recipient.fate = fate;
        recipient.status = status::enhanced(&recipient.words);
        recipient.code = status::reply_code(&recipient.words);
    }
    let mut message_ids = original::ids(original::fields(returned));
    message_ids.extend(original::returned_ids(message));
    Some(Report { message_ids, recipients, ..Report::default() })
}

impl Dialect {
    /// What the system says, and what follows of the returned message.
    fn parted<'t>(&self, text: &'t str) -> (&'t str, &'t str) {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let begins = plain(line);
            if self.original.iter().any(|marker| begins.starts_with(&plain(marker))) {
                return (&text[..at], &text[at + line.len()..]);
            }
            at += line.len();
        }
        (text, "")
    }

    fn fate(&self, said: &str) -> Option<Fate> {
        let said = plain(said);
        let says = |words: &[String]| words.iter().any(|word| said.contains(&plain(word)));
        if says(&self.delayed) { Some(Fate::Delayed) } else { says(&self.failed).then_some(Fate::Failed) }
    }

    /// The recipients that lines name, each with what follows up to an empty line, wherever it is named.
    fn recipients(&self, said: &str) -> Vec<Recipient> {
        let mut found: Vec<Recipient> = Vec::new();
        let mut named = None;
        for line in said.lines().map(str::trim) {
            if let Some(address) = self.recipient.iter().find_map(|pattern| address_in(line, pattern)) {
                let known = found.iter().position(|known| known.addresses.contains(&address));
                named = Some(known.unwrap_or(found.len()));
                if known.is_none() {
                    found.push(Recipient { addresses: vec![address], ..Recipient::default() });
                }
            } else if line.is_empty() {
                named = None;
            } else if let Some(recipient) = named.and_then(|at| found.get_mut(at)) {
                let space = if recipient.words.is_empty() { "" } else { " " };
                recipient.words.push_str(space);
                recipient.words.push_str(line);
            }
        }
        found
    }

    /// The other server's answer, behind the words that announce it.
    fn reason(&self, said: &str) -> Option<String> {
        let lower = said.to_ascii_lowercase();
        let begin = self.reason.iter().find_map(|words| {
            let words = words.to_ascii_lowercase();
            lower.find(&words).map(|at| at + words.len())
        })?;
        let paragraph = said[begin..].trim_start();
        let lines = paragraph.lines().map(str::trim).take_while(|line| !line.is_empty());
        let words = lines.collect::<Vec<_>>().join(" ");
        let words = words.trim_matches(|c: char| c.is_whitespace() || "'\":".contains(c));
        (!words.is_empty()).then(|| words.to_owned())
    }
}

/// The address that a line names in this form. Within a sentence it is a word, and what the sentence adds to it is not its.
fn address_in(line: &str, pattern: &str) -> Option<Mailbox> {
    let (before, after) = pattern.split_once("{}")?;
    let begin = line.get(..before.len())?;
    let rest = &line[before.len()..];
    let (word, behind) = if before.contains(' ') || !after.is_empty() {
        rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()))
    } else {
        (rest, "")
    };
    let (word, behind) = match word.strip_suffix(after.trim()) {
        Some(word) if !after.starts_with(' ') => (word, after),
        _ => (word, behind),
    };
    let is_so = begin.eq_ignore_ascii_case(before)
        && behind.get(..after.len()).is_some_and(|behind| behind.eq_ignore_ascii_case(after));
    let address = word.trim_end_matches([':', '.', ',']).trim_start_matches('<').trim_end_matches('>');
    Mailbox::parse(address).ok().filter(|_| is_so).map(|address| address.folded())
}

/// In small letters, with one space where there is white space.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{address_in, all};

    #[test]
    fn an_address_is_found_where_the_pattern_has_it() {
        let found = |line, pattern| address_in(line, pattern).map(|address| address.to_string());
        for (line, pattern) in [
            ("<A@example.org>:", "<{}>:"),
            ("a@example.org", "{}"),
            ("a@example.org:", "{}"),
            ("a@example.org (generated from b@example.org)", "{} (generated from"),
            (
                "Your message to a@example.org couldn't be delivered.",
                "Your message to {} couldn't be delivered",
            ),
            (
                "There was a problem delivering your message to a@example.org. See",
                "There was a problem delivering your message to {}",
            ),
            ("a@example.org on 12/2/2026 9:00 AM", "{} on "),
        ] {
            assert_eq!(found(line, pattern).as_deref(), Some("a@example.org"), "{line}");
        }
        for (line, pattern) in [
            ("a@example.org said", "{}"),
            ("> <a@example.org>:", "<{}>:"),
            ("a@example.org (x", "{} (generated from"),
        ] {
            assert_eq!(found(line, pattern), None, "{line}");
        }
    }

    #[test]
    fn each_dialect_has_its_words_and_its_source() {
        assert_eq!(all().len(), 6);
        for dialect in all() {
            assert!(!dialect.begins.is_empty() && !dialect.failed.is_empty(), "{}", dialect.name);
            assert!(
                dialect.recipient.iter().all(|pattern| pattern.matches("{}").count() == 1),
                "{}",
                dialect.name
            );
            assert!(!dialect.source.is_empty() && dialect.checked.len() >= 4 && !dialect.original.is_empty());
        }
    }
}
