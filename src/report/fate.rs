//! What the report tells of one row.

use std::fmt;

use chrono::{DateTime, Utc};

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Outcome {
    /// It has not left yet.
    Pending,
    /// The relay took responsibility.
    Accepted,
    /// The relay asked for a later try.
    Deferred,
    /// The relay refused it.
    Refused,
    /// It may have been accepted: the reply was lost.
    InDoubt,
    /// It was written for the post.
    ByPost,
    /// It was accepted, and came back.
    Bounced,
    /// Another row is the same signer's.
    Duplicate,
    /// The row is faulty.
    Invalid,
    /// It was not to be sent.
    LeftOut,
}

impl Outcome {
    /// The word in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Outcome::Pending => "pending",
            Outcome::Accepted => "accepted",
            Outcome::Deferred => "deferred",
            Outcome::Refused => "refused",
            Outcome::InDoubt => "in_doubt",
            Outcome::ByPost => "by_post",
            Outcome::Bounced => "bounced",
            Outcome::Duplicate => "duplicate",
            Outcome::Invalid => "invalid",
            Outcome::LeftOut => "left_out",
        }
    }
}

/// The code of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplyCode<'a> {
    /// That of RFC 5321, as relays answer.
    Reply(u16),
    /// That of RFC 3463, by which a letter came back.
    Enhanced(&'a str),
}

impl fmt::Display for ReplyCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReplyCode::Reply(code) => code.fmt(f),
            ReplyCode::Enhanced(code) => f.write_str(code),
        }
    }
}

/// What the report tells of one row: the seven columns of
/// [`REPORT_COLUMNS`](crate::signer::list::REPORT_COLUMNS).
#[derive(Clone, Debug)]
pub(crate) struct Fate<'a> {
    /// The embassy written to; empty where there is none.
    pub embassy: &'a str,
    /// How the letter travels, where it does.
    pub channel: Option<&'a str>,
    /// What became of it.
    pub outcome: Outcome,
    /// The code of the reply, where there was one.
    pub reply_code: Option<ReplyCode<'a>>,
    /// The relay's words, or the reason.
    pub reply: &'a str,
    /// The message's id; empty where there is none.
    pub message_id: &'a str,
    /// When that became of it.
    pub at: Option<DateTime<Utc>>,
}
