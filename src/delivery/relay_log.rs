//! What a relay's own log says of letters in doubt: which Message-IDs it took responsibility for.
//!
//! Postfix and Exim name the Message-ID in their logs; OpenSMTPD does not, so its log settles nothing.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead};

/// The Message-IDs, without angle brackets, that the relay queued.
///
/// # Errors
/// Where the log cannot be read.
pub fn accepted(log: impl BufRead) -> io::Result<HashSet<String>> {
    let mut accepted = HashSet::new();
    // Postfix tells the id first, and then by the queue's name that the message is in it.
    let mut named: HashMap<String, String> = HashMap::new();
    for line in log.split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        if let Some((queue, id)) = postfix_cleanup(&line) {
            named.insert(queue.to_owned(), id.to_owned());
        } else if let Some(queue) = postfix_queued(&line) {
            accepted.extend(named.remove(queue));
        } else if let Some(id) = exim_arrival(&line) {
            accepted.insert(id.to_owned());
        }
    }
    Ok(accepted)
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

#[cfg(test)]
mod tests {
    use super::accepted;

    #[test]
    fn postfix_took_what_came_into_its_queue_and_not_what_broke_off() {
        let log = "\
Nov 24 12:00:00 host postfix/cleanup[7]: 4BqY5z: message-id=<abc@example.org>
Nov 24 12:00:00 host postfix/qmgr[3]: 4BqY5z: from=<c@example.org>, size=2345, nrcpt=1 (queue active)
Nov 24 12:00:01 host postfix/cleanup[7]: 4BqY60: message-id=<def@example.org>
";
        let found = accepted(log.as_bytes()).unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["abc@example.org"]);
    }

    #[test]
    fn exim_names_the_id_where_it_takes_the_message() {
        let log =
            "2026-12-02 12:00:00 1qABCD-000001-2x <= c@example.org H=(x) P=esmtp S=2345 id=abc@example.org\n";
        assert!(accepted(log.as_bytes()).unwrap().contains("abc@example.org"));
    }
}
