//! What a relay's own log says of letters in doubt: which messages it took responsibility for.
//!
//! Postfix and Exim name the Message-ID. OpenSMTPD (seen: 6.8.0p2) names only its own id of a message, the envelope and
//! the size: a letter in doubt is found by its address and by what is left when every message whose id stands in an
//! answer that the ledger knows is put aside.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead};

/// What a log tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RelayLog {
    /// The Message-IDs that the relay queued: what stands before the `@`, in lower case.
    named: HashSet<String>,
    /// Messages that the log names by the relay's own ids.
    unnamed: HashMap<String, Envelope>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Envelope {
    from: String,
    to: String,
}

impl RelayLog {
    /// Reads a log.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn read(log: impl BufRead) -> io::Result<RelayLog> {
        let mut found = RelayLog::default();
        // Postfix tells the id first, and then by the queue's name that the message is in it.
        let mut cleaned: HashMap<String, String> = HashMap::new();
        for line in log.split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            if let Some((queue, id)) = postfix_cleanup(&line) {
                cleaned.insert(queue.to_owned(), local_part(id));
            } else if let Some(queue) = postfix_queued(&line) {
                found.named.extend(cleaned.remove(queue));
            } else if let Some(id) = exim_arrival(&line) {
                found.named.insert(local_part(id));
            } else if let Some((id, envelope)) = opensmtpd_envelope(&line) {
                found.unnamed.insert(id.to_owned(), envelope);
            }
        }
        Ok(found)
    }

    /// Whether the relay queued the message with this Message-ID, of which the part before the `@` is enough.
    pub(crate) fn names(&self, message_id: &str) -> bool {
        self.named.contains(&local_part(message_id))
    }

    /// How many messages from `from` (from anybody, where that is not known) to `to` the relay queued that no answer in
    /// `answers` accounts for.
    pub(crate) fn unexplained<'a>(
        &self,
        from: Option<&str>,
        to: &str,
        answers: impl IntoIterator<Item = &'a str>,
    ) -> usize {
        let mut ids: HashSet<&str> = self
            .unnamed
            .iter()
            .filter(|(_, envelope)| {
                envelope.to.eq_ignore_ascii_case(to)
                    && from.is_none_or(|from| envelope.from.eq_ignore_ascii_case(from))
            })
            .map(|(id, _)| id.as_str())
            .collect();
        for answer in answers {
            for word in answer.split_ascii_whitespace() {
                ids.remove(word);
            }
        }
        ids.len()
    }
}

fn local_part(id: &str) -> String {
    id.split('@').next().unwrap_or_default().to_ascii_lowercase()
}

/// `… postfix/cleanup[1]: 4BqY5z: message-id=<id>`
fn postfix_cleanup(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("/cleanup[")?;
    let (_, rest) = rest.split_once("]: ")?;
    let (queue, rest) = rest.split_once(": message-id=<")?;
    Some((queue, rest.split_once('>')?.0))
}

/// `… postfix/qmgr[1]: 4BqY5z: from=<…>, size=1, nrcpt=1 (queue active)`
fn postfix_queued(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("/qmgr[")?;
    let (_, rest) = rest.split_once("]: ")?;
    let (queue, rest) = rest.split_once(": from=<")?;
    rest.contains("(queue active)").then_some(queue)
}

/// `… 1qABCD-000001-2x <= sender H=… id=local@domain`
fn exim_arrival(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(" <= ")?;
    let (_, id) = rest.split_once(" id=")?;
    id.split_ascii_whitespace().next()
}

/// `… 9518b868 smtp envelope evpid=c7852d8bc328cfe3 from=<…> to=<…>`: the first half of an envelope's id is the
/// message's, which the answer `250 2.0.0 c7852d8b Message accepted for delivery` named.
fn opensmtpd_envelope(line: &str) -> Option<(&str, Envelope)> {
    let (_, rest) = line.split_once(" smtp envelope evpid=")?;
    let (id, rest) = rest.split_at_checked(8)?;
    let bracketed = |key: &str| {
        let (_, rest) = rest.split_once(key)?;
        Some(rest.split_once('>')?.0.to_owned())
    };
    let envelope = Envelope { from: bracketed(" from=<")?, to: bracketed(" to=<")? };
    id.bytes().all(|b| b.is_ascii_hexdigit()).then_some((id, envelope))
}

#[cfg(test)]
mod tests {
    use super::RelayLog;

    fn read(log: &str) -> RelayLog {
        RelayLog::read(log.as_bytes()).unwrap()
    }

    #[test]
    fn postfix_took_what_came_into_its_queue_and_not_what_broke_off() {
        let log = "\
Nov 24 12:00:00 host postfix/cleanup[7]: 4BqY5z: message-id=<abc@example.org>
Nov 24 12:00:00 host postfix/qmgr[3]: 4BqY5z: from=<c@example.org>, size=2345, nrcpt=1 (queue active)
Nov 24 12:00:01 host postfix/cleanup[7]: 4BqY60: message-id=<def@example.org>
";
        let found = read(log);
        assert!(found.names("abc") && !found.names("def"));
    }

    #[test]
    fn exim_names_the_id_where_it_takes_the_message() {
        let log =
            "2026-12-02 12:00:00 1qABCD-000001-2x <= c@example.org H=(x) P=esmtp S=2345 id=abc@example.org\n";
        assert!(read(log).names("abc"));
    }

    #[test]
    fn of_opensmtpd_what_no_answer_accounts_for_is_left() {
        let log = "\
Nov 24 12:00:00 host smtpd[1]: 9518b868a08274c6 smtp message msgid=c7852d8b size=263 nrcpt=1 proto=ESMTP
Nov 24 12:00:00 host smtpd[1]: 9518b868a08274c6 smtp envelope evpid=c7852d8bc328cfe3 from=<c@example.org> to=<jp@embassy.example.org>
Nov 24 12:00:01 host smtpd[1]: 9518b868a08274c6 smtp envelope evpid=0a1b2c3d00000001 from=<c@example.org> to=<jp@embassy.example.org>
Nov 24 12:00:01 host smtpd[1]: 9518b868a08274c7 smtp envelope evpid=0a1b2c3e00000001 from=<x@example.org> to=<jp@embassy.example.org>
";
        let answers = ["c7852d8b Message accepted for delivery"];
        let found = read(log);
        let count = |from, to| found.unexplained(from, to, answers);
        assert_eq!(count(Some("c@example.org"), "jp@embassy.example.org"), 1);
        assert_eq!(count(None, "JP@embassy.example.org"), 2);
        assert_eq!(count(None, "fr@embassy.example.org"), 0);
    }
}
