//! What a row of a signers' list turns out to be.

use super::fault::RowFault;
use super::position::Position;
use crate::signer::person::Signer;
use crate::signer::wishes::Wishes;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// What a row has to satisfy, beyond being a signer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    /// The last day on which a consent can have been given.
    pub today: NaiveDate,
    /// Whether each row must state its consent: sending needs it, a preview does not.
    pub consent_needed: bool,
}

impl Conditions {
    /// What holds at an instant: a consent may be of today wherever on earth it is the latest (UTC+14).
    pub(crate) fn at(now: DateTime<Utc>, consent_needed: bool) -> Conditions {
        Conditions { today: (now + TimeDelta::hours(14)).date_naive(), consent_needed }
    }
}

/// One row of a signers' list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Where it stands.
    pub position: Position,
    /// Who signs.
    pub signer: Signer,
    /// What the row chooses.
    pub wishes: Wishes,
}

/// What a row turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A signer.
    Row(Box<Row>),
    /// One who said no: left out, counted, no error.
    Withheld(Withheld),
    /// None that could be used.
    Faulty(RowFault),
}

/// A row whose letter is not to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Withheld {
    /// Where it stands.
    pub position: Position,
    /// The other row in which the same signer said no, where this one says yes.
    pub by_row: Option<u64>,
}

impl Withheld {
    /// Why, in a few words.
    pub(crate) fn reason(&self) -> String {
        match self.by_row {
            None => "the signer said no".to_owned(),
            Some(row) => format!("the same signer said no in row {row}"),
        }
    }
}
