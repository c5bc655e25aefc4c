//! What became of a letter: where it stands, and what the relay answered.
//!
//! A relay's words are kept in a form that the ledger may hold: one line of bounded length, and without any
//! address but the embassy's own, since relays quote the sender's.

use std::fmt;

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum State {
    /// Not sent yet.
    Pending,
    /// A live run is about to send it, or has just done so: counts as pending, and is that run's alone.
    Claimed,
    /// The relay took responsibility.
    Accepted,
    /// A 4yz: to be tried again.
    Deferred,
    /// A 5yz.
    Refused,
    /// Sent, perhaps; nobody heard the answer.
    InDoubt,
    /// Its file for the printer is durable.
    ByPost,
    /// The relay took it, and it came back.
    Bounced,
}

impl State {
    pub(super) const ALL: [State; 8] = [
        State::Pending,
        State::Claimed,
        State::Accepted,
        State::Deferred,
        State::Refused,
        State::InDoubt,
        State::ByPost,
        State::Bounced,
    ];

    /// The word in the ledger's file, in reports and in `status --json`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Claimed => "claimed",
            State::Accepted => "accepted",
            State::Deferred => "deferred",
            State::Refused => "refused",
            State::InDoubt => "in_doubt",
            State::ByPost => "by_post",
            State::Bounced => "bounced",
        }
    }
}

/// What a relay answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct KeptReply {
    /// The reply code of RFC 5321; a local `sendmail` has none.
    pub code: Option<u16>,
    /// The enhanced status code of RFC 3463, such as `5.1.1`.
    pub enhanced: Option<String>,
    /// The words behind the codes, as received.
    pub words: String,
    /// The relay's host.
    pub relay: String,
}

impl KeptReply {
    /// Whether it is a 5.1.z about the address that the letter went to; 5.1.7 and 5.1.8 are about the sender's.
    pub(crate) fn is_about_the_address(&self) -> bool {
        let detail = self.enhanced.as_deref().and_then(|code| code.strip_prefix("5.1."));
        detail.is_some_and(|detail| !matches!(detail, "7" | "8"))
    }
}

impl fmt::Display for KeptReply {
    /// Codes and words, as far as there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map(|code| code.to_string());
        let parts = [code.as_deref(), self.enhanced.as_deref(), Some(self.words.as_str())];
        let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        f.write_str(&parts.join(" "))
    }
}

/// How one attempt to send a letter, or a copy, ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 250 after the final dot.
    Accepted(KeptReply),
    /// 4yz.
    Deferred(KeptReply),
    /// 5yz.
    Refused(KeptReply),
    /// 5.1.1 at RCPT or the final dot: refused, and the other letters to that address are held.
    NoSuchAddress(KeptReply),
    /// The final dot left and no reply came; why, in words.
    InDoubt(String),
    /// The body did not leave, or its final dot did not: the claim is taken back, no attempt is counted.
    Unsent,
    /// Refused by this run, in words that were not about the letter: it is pending again.
    TakenBack {
        /// Whether its address is held: the words were about that.
        hold: bool,
    },
}

impl Outcome {
    /// The same, with the relay's words as `kept` gives them.
    pub(crate) fn with_words(mut self, kept: impl FnOnce(&str) -> String) -> Outcome {
        match &mut self {
            Outcome::Accepted(reply)
            | Outcome::Deferred(reply)
            | Outcome::Refused(reply)
            | Outcome::NoSuchAddress(reply) => reply.words = kept(&reply.words),
            Outcome::InDoubt(words) => *words = kept(words),
            Outcome::Unsent | Outcome::TakenBack { .. } => {}
        }
        self
    }

    /// Where the letter stands after it; `None`: where it stood before.
    pub(super) fn state(&self) -> Option<State> {
        match self {
            Outcome::Accepted(_) => Some(State::Accepted),
            Outcome::Deferred(_) => Some(State::Deferred),
            Outcome::Refused(_) | Outcome::NoSuchAddress(_) => Some(State::Refused),
            Outcome::InDoubt(_) => Some(State::InDoubt),
            Outcome::Unsent | Outcome::TakenBack { .. } => None,
        }
    }

    /// What the relay said; of a letter in doubt, why there is none.
    pub(super) fn reply(&self) -> KeptReply {
        match self {
            Outcome::Accepted(reply)
            | Outcome::Deferred(reply)
            | Outcome::Refused(reply)
            | Outcome::NoSuchAddress(reply) => reply.clone(),
            Outcome::InDoubt(words) => KeptReply { words: words.clone(), ..KeptReply::default() },
            Outcome::Unsent | Outcome::TakenBack { .. } => KeptReply::default(),
        }
    }
}

/// The most characters of a relay's words that the ledger keeps.
const WORDS_LIMIT: usize = 500;

/// The relay's words as the ledger keeps them: on one line, bounded, and every address replaced but `embassy`.
pub(super) fn kept_words(words: &str, embassy: Option<&str>) -> String {
    let mut kept = String::new();
    for piece in words.split_inclusive(ends_an_address) {
        let (word, end) = match piece.char_indices().next_back() {
            Some((at, last)) if ends_an_address(last) => piece.split_at(at),
            _ => (piece, ""),
        };
        let is_the_embassys = embassy.is_some_and(|address| address.eq_ignore_ascii_case(word));
        let shown = if word.contains('@') && !is_the_embassys { "…" } else { word };
        kept.push_str(shown);
        kept.extend(end.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    if let Some((end, _)) = kept.char_indices().nth(WORDS_LIMIT) {
        kept.truncate(end);
    }
    kept
}

/// What cannot stand in an unquoted address, and so ends it.
fn ends_an_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "<>()[],;:\"'".contains(c)
}

#[cfg(test)]
mod tests {
    use super::kept_words;

    #[test]
    fn the_senders_address_is_not_kept_and_the_embassys_is() {
        let kept = kept_words(
            "<aiko@example.org>: not owned by 'Aiko@Example.org', for <Embassy@example.net>",
            Some("embassy@example.net"),
        );
        assert_eq!(kept, "<…>: not owned by '…', for <Embassy@example.net>");
    }

    #[test]
    fn words_are_one_line_of_bounded_length() {
        assert_eq!(kept_words("a\r\nb\u{7}c", None), "a  b c");
        let long = kept_words(&"한".repeat(1_000), None);
        assert_eq!(long.chars().count(), 500);
    }
}
