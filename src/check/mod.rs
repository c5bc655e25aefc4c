//! Judging a plan before the day: everything that could go wrong, each with what to do about it.
//!
//! One file per subject, each of which gives [`Finding`]s. No letter is sent and no file is made; the relay is spoken
//! to as far as its log-in, and no further.

pub(crate) mod addresses;
mod finding;
pub(crate) mod letters;
pub(crate) mod pace;
pub(crate) mod relay;
pub(crate) mod rows;
pub(crate) mod sender;
pub(crate) mod shared;

pub(crate) use finding::{Finding, Verdict, exit};
