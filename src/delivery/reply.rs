//! What the relay answers (RFC 5321 §4.2, RFC 3463), and what each answer means for a letter.

use std::fmt;

use super::words;
use crate::ledger::{KeptReply, Outcome};
use crate::provider::replies::{self, About};

/// A reply: its code, and its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    code: u16,
    lines: Vec<String>,
}

/// Where in a transaction a reply was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// To MAIL.
    Mail,
    /// To RCPT.
    Rcpt,
    /// To DATA.
    Data,
    /// To the final dot.
    Dot,
}

/// What a reply means (docs/sending.md, "Replies").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// 2yz.
    Accepted,
    /// 4yz.
    Deferred,
    /// 4.7.x: the relay wants fewer letters in the same time.
    Throttled,
    /// 421: the relay closes the connection.
    ServiceClosing,
    /// 4.5.3 to MAIL: the relay takes no more letters on this connection, if it took any.
    SessionFull,
    /// 5yz.
    Refused,
    /// 5.1.1 or 5.1.10: there is no such mailbox.
    MailboxUnknown,
    /// Another 5.1.z: a word about the address.
    AddressRefused,
    /// A 5yz that is about the account and not about the letter.
    AccountLevel(About),
    /// 530, 534, 535, 538, or words that say so: the relay wants a log-in, or another one.
    LogInNeeded,
}

/// A line of a reply, or why it is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReplyLine {
    pub(super) code: u16,
    pub(super) is_last: bool,
    pub(super) text: String,
}

/// Words of a 4.7.x that ask for another try later and not for a slower pace (Postgrey, milter-greylist, rspamd).
const GREYLISTING: [&str; 3] = ["greylist", "graylist", "grey-list"];

impl Reply {
    pub(super) fn of(lines: Vec<ReplyLine>) -> Option<Reply> {
        let code = lines.last()?.code;
        Some(Reply { code, lines: lines.into_iter().map(|line| line.text).collect() })
    }

    /// The reply code.
    pub(crate) fn code(&self) -> u16 {
        self.code
    }

    /// The lines without the code.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Whether it is 2yz or 3yz.
    pub(crate) fn is_positive(&self) -> bool {
        (200..400).contains(&self.code)
    }

    /// The enhanced status code (RFC 3463), if it begins with one of the reply code's class.
    pub(crate) fn enhanced(&self) -> Option<&str> {
        let first = self.lines.first()?.split(' ').next()?;
        let mut parts = first.split('.');
        let class = parts.next()?;
        let is_number =
            |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let is_code = class == (self.code / 100).to_string()
            && parts.next().is_some_and(is_number)
            && parts.next().is_some_and(is_number)
            && parts.next().is_none();
        is_code.then_some(first)
    }

    /// The words without codes, in one line.
    pub(crate) fn text(&self) -> String {
        let enhanced = self.enhanced();
        let words = self.lines.iter().map(|line| {
            let line = enhanced.and_then(|code| line.strip_prefix(code)).unwrap_or(line);
            line.trim()
        });
        words.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What it means at `stage`.
    pub(crate) fn meaning(&self, stage: Stage) -> Meaning {
        let words = self.text();
        let enhanced = self.enhanced();
        match self.code {
            200..400 => return Meaning::Accepted,
            421 => return Meaning::ServiceClosing,
            _ if self.is_about_the_log_in() => return Meaning::LogInNeeded,
            _ => {}
        }
        let about = replies::about_the_account(self.code, enhanced, &words);
        // The fifth kind of status code is about the system or the address: of the latter 7 and 8 about the sender's.
        let of_address = enhanced
            .and_then(|code| code.strip_prefix("5.1."))
            .filter(|detail| !matches!(*detail, "7" | "8"));
        match (self.code, about) {
            (_, Some(About::LogIn)) => Meaning::LogInNeeded,
            (400..500, _) => {
                let is_policy = enhanced.is_some_and(|code| code.starts_with("4.7."));
                let words = words.to_lowercase();
                // OpenSMTPD 6.8 after `limit session max-mails` (100 unless set otherwise): "452 4.5.3 Too many
                // messages sent".
                if stage == Stage::Mail && enhanced == Some("4.5.3") {
                    Meaning::SessionFull
                } else if is_policy && !GREYLISTING.iter().any(|word| words.contains(word)) {
                    Meaning::Throttled
                } else {
                    Meaning::Deferred
                }
            }
            (_, Some(about)) => Meaning::AccountLevel(about),
            _ => match of_address.filter(|_| matches!(stage, Stage::Rcpt | Stage::Dot)) {
                Some("1" | "10") => Meaning::MailboxUnknown,
                Some(_) => Meaning::AddressRefused,
                None => Meaning::Refused,
            },
        }
    }

    /// The relay wants a log-in, or another one.
    pub(crate) fn is_about_the_log_in(&self) -> bool {
        matches!(self.code, 530 | 534 | 535 | 538)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.lines.join(" "))
    }
}

impl ReplyLine {
    /// Reads a line without its line end.
    pub(super) fn parse(line: &[u8]) -> Option<ReplyLine> {
        let (code, rest) = line.split_at_checked(3)?;
        if !code.iter().all(u8::is_ascii_digit) || !(b'2'..=b'5').contains(&code[0]) {
            return None;
        }
        let code = code.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        let is_last = match rest.first() {
            None | Some(b' ') => true,
            Some(b'-') => false,
            Some(_) => return None,
        };
        let text = String::from_utf8_lossy(rest.get(1..).unwrap_or_default());
        // What a terminal would obey is shown and not passed on.
        Some(ReplyLine { code, is_last, text: words::shown(&text) })
    }
}

/// What a reply at `stage` means for its letter; `kept` are its words as they may be kept.
pub(super) fn outcome_of(reply: &Reply, stage: Stage, relay: &str, kept: String) -> Outcome {
    let answered = KeptReply {
        code: Some(reply.code()),
        enhanced: reply.enhanced().map(str::to_owned),
        words: kept,
        relay: relay.to_owned(),
    };
    match reply.meaning(stage) {
        Meaning::Accepted => Outcome::Accepted(answered),
        // Before the body it is no attempt; to the final dot it is an answer.
        Meaning::ServiceClosing if stage != Stage::Dot => Outcome::Unsent,
        Meaning::Deferred | Meaning::Throttled | Meaning::ServiceClosing | Meaning::SessionFull => {
            Outcome::Deferred(answered)
        }
        Meaning::Refused | Meaning::AddressRefused => Outcome::Refused(answered),
        Meaning::MailboxUnknown => Outcome::NoSuchAddress(answered),
        // About the account and not about the letter, which stays pending.
        Meaning::AccountLevel(_) | Meaning::LogInNeeded => Outcome::Unsent,
    }
}

#[cfg(test)]
mod tests {
    use super::{About, Meaning, Reply, ReplyLine, Stage};

    fn reply(lines: &[&str]) -> Reply {
        Reply::of(lines.iter().map(|line| ReplyLine::parse(line.as_bytes()).unwrap()).collect()).unwrap()
    }

    #[track_caller]
    fn case(line: &str, stage: Stage, verdict: Meaning) {
        assert_eq!(reply(&[line]).meaning(stage), verdict, "{line}");
    }

    #[test]
    fn each_kind_of_reply_has_its_meaning() {
        case("250 2.0.0 Ok: queued as 1234", Stage::Dot, Meaning::Accepted);
        case("451 4.3.0 try later", Stage::Dot, Meaning::Deferred);
        case("450 4.7.1 Greylisted, try again in 300 seconds", Stage::Rcpt, Meaning::Deferred);
        case("450 4.7.1 Error: too much mail from 192.0.2.1", Stage::Mail, Meaning::Throttled);
        case("421 4.7.0 Too many messages", Stage::Mail, Meaning::ServiceClosing);
        case("452 4.5.3 Too many recipients: Too many messages sent", Stage::Mail, Meaning::SessionFull);
        case("452 4.5.3 Too many recipients", Stage::Rcpt, Meaning::Deferred);
        case("550 5.1.1 User unknown", Stage::Rcpt, Meaning::MailboxUnknown);
        case("550 5.1.1 Sender unknown", Stage::Mail, Meaning::Refused);
        case("550 5.1.10 Recipient not found", Stage::Dot, Meaning::MailboxUnknown);
        case("550 5.1.2 bad destination system", Stage::Rcpt, Meaning::AddressRefused);
        case("550 5.1.8 Sender address rejected", Stage::Rcpt, Meaning::AccountLevel(About::Sender));
        case("421 4.7.0 Authentication required", Stage::Mail, Meaning::ServiceClosing);
        case("550 5.7.1 Authentication required", Stage::Mail, Meaning::LogInNeeded);
        case(
            "550 5.1.1 quota of 50 messages per day exceeded",
            Stage::Dot,
            Meaning::AccountLevel(About::Quota),
        );
        case("550 no such user", Stage::Rcpt, Meaning::Refused);
        case("550 5.4.5 Daily user sending limit exceeded.", Stage::Dot, Meaning::AccountLevel(About::Quota));
        case(
            "554 5.2.0 STOREDRV.Submission; SubmissionQuotaExceededException",
            Stage::Dot,
            Meaning::AccountLevel(About::Quota),
        );
        case("554 5.2.0 mailbox full", Stage::Dot, Meaning::Refused);
        case("530 5.7.0 Must issue a STARTTLS command first", Stage::Mail, Meaning::LogInNeeded);
        case("535 5.7.8 bad credentials", Stage::Mail, Meaning::LogInNeeded);
    }

    #[test]
    fn several_lines_are_one_text_without_their_codes() {
        let reply = reply(&["550-5.7.1 first", "550 5.7.1 second"]);
        assert_eq!(
            (reply.code(), reply.enhanced(), reply.text().as_str()),
            (550, Some("5.7.1"), "first second")
        );
    }

    #[test]
    fn bytes_that_are_no_reply_are_none_and_terminal_controls_are_not_passed_on() {
        for line in ["", "25", "abc", "250x", "150 no", "650 no", "HTTP/1.1 400"] {
            assert_eq!(ReplyLine::parse(line.as_bytes()), None, "{line}");
        }
        assert_eq!(ReplyLine::parse(b"250 a\x1b[31mb").unwrap().text, "a␛[31mb");
        assert!(ReplyLine::parse(b"250").unwrap().is_last);
    }
}
