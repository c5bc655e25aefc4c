//! Letters that came back after they were accepted: what a notice of a mail server changes.

use chrono::{DateTime, Utc};

use super::key::Mark;
use super::outcome::State;

/// A letter that a returned message names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Its number in this ledger.
    pub number: i64,
    /// How it stands.
    pub state: State,
    /// The embassy.
    pub destination: String,
    /// The address that it went to.
    pub address: Option<String>,
    /// When its state came about.
    pub at: Option<DateTime<Utc>>,
}

/// A letter that is to be recorded as come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bounce {
    /// Its number in this ledger.
    pub number: i64,
    /// The notice that says so.
    pub notice: Mark,
    /// When it came back.
    pub at: DateTime<Utc>,
    /// The reply code of RFC 5321, if one is told.
    pub code: Option<u16>,
    /// The enhanced status code of RFC 3463, if one is told.
    pub enhanced: Option<String>,
    /// The words, as received.
    pub words: String,
}
