//! What became of every letter.
//!
//! A ledger is kept for one campaign: a state per letter, no cursor. It guarantees that a letter is claimed before its
//! body leaves and never by two, that an outcome once reported is durable, and that no signer's name or address is in
//! it. Who sends, and when, it leaves to the run that carries the plan out. The values stand here, and what a claim or an
//! outcome may change (`rules.rs`); how that is stored on one machine, in `sqlite/`, and how where several share it, in `postgres/`.

mod comparison;
mod doubt;
mod error;
mod group_commit;
mod key;
mod list;
mod listing;
#[cfg_attr(
    not(feature = "postgres"),
    allow(dead_code, reason = "only a program with shared ledgers reads all of it")
)]
mod location;
mod lost;
mod outcome;
mod pace;
#[cfg(feature = "postgres")]
mod postgres;
mod returned;
mod round;
mod rules;
mod run;
mod secret;
mod shared;
mod sqlite;
mod standing;
mod storage;
#[cfg(test)]
mod tests;
mod trace;

pub(crate) use comparison::{
    Added, Comparison, Enrolment, LookAlike, LookAlikes, Scope, Shared, SharedEmails,
};
pub(crate) use doubt::{Doubt, Ruling, SETTLED_AS_ACCEPTED, Settlement};
pub(crate) use error::LedgerError;
pub(crate) use key::{Fingerprint, Identity, KeyRules, Keys, LetterKey, Purpose};
pub(crate) use list::List;
pub(crate) use location::{Location, SharedLedger, Terms};
pub(crate) use outcome::{KeptReply, Outcome, State};
pub(crate) use pace::{ALL, Charge, Pace};
pub(crate) use returned::{Bounce, Sent};
pub(crate) use round::{Again, Answer, Claimed, Item, Retry, Round};
#[cfg(test)]
pub(crate) use rules::{Change, Claimant, Row};
pub(crate) use run::{Caps, Run};
pub(crate) use secret::Secret;
pub(crate) use standing::{Copies, Counts, Held, Standing, Tally};
pub(crate) use storage::{Ledger, SentLetters};
pub(crate) use trace::{Elsewhere, Trace};
