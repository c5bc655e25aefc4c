//! Letters in doubt, and what is ruled about them.

use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::outcome::State;

/// A letter that was sent, perhaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    /// Its Message-ID, to be looked for in the relay's log; without the domain, where the ledger does not know it.
    pub message_id: String,
    /// The embassy.
    pub destination: String,
    /// Its e-mail.
    pub address: Option<String>,
    /// When it was sent, if it was.
    pub at: Option<DateTime<Utc>>,
}

/// What the relay's log says of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ruling<'a> {
    /// The relay took it.
    Accepted,
    /// The same, as the message with this id of the relay's own, or as another of those settled with it.
    AcceptedAs(&'a str),
    /// The relay never had it: it is pending again.
    NotSent,
}

/// What a letter has for words that was settled as accepted, with the relay's id of it in brackets where one is known.
pub(crate) const SETTLED_AS_ACCEPTED: &str = "settled: accepted";

/// What became of a ruling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settlement {
    /// It is recorded.
    Settled,
    /// The letter is in no doubt; it stands so, and was left as it is.
    NoDoubt(State),
    /// The ledger has no letter with this Message-ID.
    Unknown,
}

/// What became of a damaged ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mended {
    /// Letters that are in doubt now.
    pub letters: u64,
    /// The ledger as it was before.
    pub kept: PathBuf,
}

/// What stands before the `@` of a Message-ID, with or without angle brackets and domain, in small letters.
pub(super) fn local_part(message_id: &str) -> String {
    let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
    bare.split_once('@').map_or(bare, |(local_part, _)| local_part).to_ascii_lowercase()
}
