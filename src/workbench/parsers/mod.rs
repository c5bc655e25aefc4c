//! The parsers that read what strangers write: any bytes go in, and what comes out can be held to its promise.
//!
//! Errors are the sentences that a user would read; the file that they name is the one given here.

pub mod addresses;
pub mod campaign;
pub mod ledger;
pub mod letter;
pub mod lists;
pub mod relay;
pub mod returned;

use crate::plain_text;

/// Whether a text holds a character that may not stand in a letter, a header or on a terminal (names: controls, line and
/// paragraph separators, bidi overrides and isolates).
pub fn is_forbidden(text: &str) -> bool {
    plain_text::first_forbidden(text).is_some()
}
