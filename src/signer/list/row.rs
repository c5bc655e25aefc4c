//! What a row of a signers' file turns out to be.

use super::fault::RowFault;
use super::position::Position;
use crate::signer::person::Signer;
use crate::signer::wishes::Wishes;
use chrono::NaiveDate;

/// What a row has to satisfy, beyond being a signer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    /// The day on which consent is judged.
    pub today: NaiveDate,
    /// Whether each row must state its consent: sending needs it, a preview does not.
    pub consent_needed: bool,
}

/// One row of a signers' file.
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
    Withheld(Position),
    /// None that could be used.
    Faulty(RowFault),
}
