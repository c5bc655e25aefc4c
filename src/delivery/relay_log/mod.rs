//! What a relay's own log says of letters in doubt: which messages it took responsibility for.
//!
//! Postfix and Exim name the Message-ID. OpenSMTPD (seen: 6.8.0p2) names only its own id of a message, the envelope and
//! the size: a letter in doubt is found by its address and by what is left when every message whose id stands in an
//! answer that the ledger knows is put aside.
//!
//! A log holds words of strangers: a subject, a name in a greeting. So every line is taken apart from its beginning, and
//! nothing is looked for where a stranger could have written it.

mod exim;
mod opensmtpd;
mod postfix;

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, Read as _};

use opensmtpd::Envelope;
use postfix::Queues;

use crate::files;

/// What a log tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RelayLog {
    /// The Message-IDs that the relay queued: what stands before the `@`, in lower case.
    named: HashSet<String>,
    /// Messages that the log names by the relay's own ids.
    unnamed: HashMap<String, Envelope>,
    /// Lines that a relay of a known kind has written.
    lines: u64,
}

/// The longest line that is looked at; syslog's are shorter.
const LONGEST_LINE: u64 = 64 << 10;

impl RelayLog {
    /// Reads a log.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) fn read(mut log: impl BufRead) -> io::Result<RelayLog> {
        let mut found = RelayLog::default();
        let mut queues = Queues::default();
        let mut line = Vec::new();
        let mut is_first = true;
        loop {
            line.clear();
            if log.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
                return Ok(found);
            }
            // A message whose line is not known would be taken for one that the relay never had.
            let text = if std::mem::take(&mut is_first) { files::without_mark(&line) } else { &line };
            found.line(&String::from_utf8_lossy(text), &mut queues);
        }
    }

    fn line(&mut self, line: &str, queues: &mut Queues) {
        let line = line.trim_end();
        if let Some(said) = Said::of(line) {
            if let Some(taken) = queues.hear(&said) {
                self.named.extend(taken.map(local_part));
                self.lines += 1;
            } else if opensmtpd::wrote(&said) {
                self.unnamed.extend(opensmtpd::envelope(&said));
                self.lines += 1;
            }
        } else if let Some(arrival) = exim::arrival(line) {
            self.named.extend(arrival.map(local_part));
            self.lines += 1;
        }
    }

    /// Whether a relay of a known kind has written a line of it.
    pub(crate) fn is_known(&self) -> bool {
        self.lines > 0
    }

    /// Whether it names messages by their envelopes, and not by their Message-IDs.
    pub(crate) fn names_envelopes(&self) -> bool {
        !self.unnamed.is_empty()
    }

    /// Whether the relay queued the message with this Message-ID, of which the part before the `@` is enough.
    pub(crate) fn names(&self, message_id: &str) -> bool {
        self.named.contains(&local_part(message_id))
    }

    /// The messages from `from` to `to` that the relay queued and that no answer in `answers` accounts for: its own ids of
    /// them.
    pub(crate) fn unexplained<'a>(
        &self,
        from: &str,
        to: &str,
        answers: impl IntoIterator<Item = &'a str>,
    ) -> Vec<&str> {
        let mut ids: Vec<&str> = self
            .unnamed
            .iter()
            .filter(|(_, envelope)| {
                envelope.to.eq_ignore_ascii_case(to) && envelope.from.eq_ignore_ascii_case(from)
            })
            .map(|(id, _)| id.as_str())
            .collect();
        for answer in answers {
            ids.retain(|id| !answer.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == *id));
        }
        ids.sort_unstable();
        ids
    }
}

/// A line of syslog, taken apart: `Nov 24 12:00:00 host postfix/cleanup[7]: words`.
struct Said<'l> {
    host: &'l str,
    program: &'l str,
    words: &'l str,
}

impl<'l> Said<'l> {
    /// The program's tag is the first word of the line that ends in `[PID]:`; what stands behind it may be anybody's.
    fn of(line: &'l str) -> Option<Said<'l>> {
        let (head, words) = line.split_once("]: ")?;
        let (head, pid) = head.rsplit_once('[')?;
        let (before, program) = head.rsplit_once(' ')?;
        let host = before.rsplit(' ').next()?;
        // A timestamp and a host stand before it, and no more.
        let is_a_tag = pid.bytes().all(|b| b.is_ascii_digit()) && before.split_whitespace().count() <= 5;
        is_a_tag.then_some(Said { host, program, words })
    }
}

fn local_part(id: &str) -> String {
    id.split('@').next().unwrap_or_default().to_ascii_lowercase()
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
        assert!(found.names("abc") && !found.names("def") && found.is_known());
    }

    #[test]
    fn a_queue_id_that_is_used_again_names_the_later_message_alone() {
        for again in [
            "smtpd[9]: AB12: client=localhost[127.0.0.1]",
            "pickup[9]: AB12: uid=1000 from=<x>",
            "cleanup[9]: AB12: message-id=unbracketed@example.org",
            "cleanup[9]: AB12: milter-reject: END-OF-MESSAGE from localhost[127.0.0.1]: 5.7.1 no",
            "qmgr[3]: AB12: removed",
        ] {
            let log = format!(
                "Nov 24 12:00:01 host postfix/cleanup[7]: AB12: message-id=<abc@example.org>\n\
                 Nov 24 12:00:02 host postfix/{again}\n\
                 Nov 24 12:00:03 host postfix/qmgr[3]: AB12: from=<x@example.org>, size=9, nrcpt=1 (queue active)\n"
            );
            assert!(!read(&log).names("abc"), "{again}");
        }
        // Two machines that log into one file have queue ids of their own.
        let log = "\
Nov 24 12:00:01 one postfix/cleanup[7]: AB12: message-id=<abc@example.org>
Nov 24 12:00:02 two postfix/qmgr[3]: AB12: from=<x@example.org>, size=9, nrcpt=1 (queue active)
";
        assert!(!read(log).names("abc"));
    }

    #[test]
    fn what_a_header_carries_is_no_line_of_the_relays() {
        let log = "\
Nov 24 12:00:01 host postfix/cleanup[7]: AB12: message-id=<abc@example.org>
Nov 24 12:00:02 host postfix/cleanup[7]: CD34: warning: header Subject: host postfix/qmgr[3]: AB12: from=<>, size=9, nrcpt=1 (queue active)
Nov 24 12:00:03 host postfix/cleanup[7]: CD34: warning: header Subject: 1qABCD-000001-2x <= c@example.org id=abc@example.org
2026-12-02 12:00:00 1qABCD-000001-2x <= c@example.org H=(x) P=esmtp S=2345 T=\"about id=abc@example.org\"
2026-12-02 12:00:00 1qABCD-000002-2x <= c@example.org H=(x id=abc@example.org) [127.0.0.1] P=esmtp S=2345
2026-12-02 12:00:00 1qABCD-000003-2x <= \"a id=abc@example.org \"@example.org H=x [127.0.0.1] P=esmtp S=2345 T=\"a \\\" id=abc@example.org\"
2026-12-02 12:00:00 H=x [127.0.0.1] F=<c@example.org> rejected after DATA: 1qABCD-000001-2x <= c id=abc@example.org
";
        assert!(!read(log).names("abc"));
    }

    #[test]
    fn exim_names_the_id_where_it_takes_the_message() {
        for line in [
            "2026-12-02 12:00:00 1qABCD-000001-2x <= c@example.org H=(x) P=esmtp S=2345 id=abc@example.org",
            "2026-12-02 12:00:00.123 [77] 1qABCD-00000000001-2xYz <= c@example.org H=x (y) [::1]:25 P=esmtp S=1 id=abc@example.org T=\"x\" for z",
            "2026-12-02 12:00:00 +0100 1qABCD-000001-2x <= <> R=1qABCC-000001-2x U=exim P=local S=2 id=ABC@example.org",
        ] {
            assert!(read(line).names("abc"), "{line}");
            assert!(read(&format!("\u{feff}{line}")).names("abc"), "behind a byte order mark: {line}");
        }
    }

    #[test]
    fn of_opensmtpd_what_no_answer_accounts_for_is_left() {
        let log = "\
Nov 24 12:00:00 host smtpd[1]: 9518b868a08274c6 smtp message msgid=c7852d8b size=263 nrcpt=1 proto=ESMTP
Nov 24 12:00:00 host smtpd[1]: 9518b868a08274c6 smtp envelope evpid=c7852d8bc328cfe3 from=<c@example.org> to=<jp@embassy.example.org>
Nov 24 12:00:01 host smtpd[1]: 9518b868a08274c6 smtp envelope evpid=0a1b2c3d00000001 from=<c@example.org> to=<jp@embassy.example.org>
Nov 24 12:00:01 host smtpd[1]: 9518b868a08274c7 smtp envelope evpid=0a1b2c3e00000001 from=<x@example.org> to=<jp@embassy.example.org>
";
        let found = read(log);
        let left = |answers: &[&'static str]| {
            let left = found.unexplained("c@example.org", "JP@embassy.example.org", answers.iter().copied());
            left.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(left(&["c7852d8b Message accepted for delivery"]), ["0a1b2c3d"]);
        assert_eq!(left(&["settled: accepted (c7852d8b)"]), ["0a1b2c3d"]);
        assert_eq!(left(&["settled: accepted"]), ["0a1b2c3d", "c7852d8b"]);
        assert!(found.unexplained("c@example.org", "fr@embassy.example.org", []).is_empty());
    }

    #[test]
    fn a_log_of_another_program_is_told_from_one_that_says_nothing() {
        let log = "Nov 25 09:40:00 mail sm-mta[99]: 2AP9e0x1: from=<c@example.org>, size=26, msgid=<abc@example.org>\n";
        assert!(!read(log).is_known());
        assert!(!read("").is_known());
    }

    #[test]
    fn a_line_without_end_is_looked_at_in_pieces() {
        let endless = "x".repeat(200_000);
        let log = format!(
            "{endless}\nNov 24 12:00:00 host postfix/cleanup[7]: 4BqY5z: message-id=<abc@example.org>\n\
             Nov 24 12:00:00 host postfix/qmgr[3]: 4BqY5z: from=<c@example.org>, size=5, nrcpt=1 (queue active)"
        );
        assert!(read(&log).names("abc"));
    }
}
