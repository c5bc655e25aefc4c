//! The December 2 letter to the Chinese embassies: filled, previewed, written, sent.
//!
//! Data flows one way: *signer + embassy + template → letter → (text | HTML | PDF | message) → (stdout | file | relay)
//! → ledger → report*. A module knows the ones before it in this list, never those after.

pub mod campaign;
pub mod check;
pub mod country;
pub mod delivery;
pub mod embassy;
pub mod exit;
pub mod language;
pub mod ledger;
pub mod letter;
pub mod mailbox;
pub mod message;
pub mod plain_text;
pub mod provider;
pub mod report;
pub mod signer;
mod suggestion;

pub mod cli;
