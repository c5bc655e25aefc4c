//! The December 2 letter to the Chinese embassies: filled, previewed, written, sent.
//!
//! Data flows one way: *signer + embassy + template → letter → (text | HTML | message) → (stdout | file | relay)
//! → ledger → report*. A module knows the ones before it in this list, never those after.

pub mod exit;
mod suggestion;
pub mod plain_text;
pub mod mailbox;
pub mod country;
pub mod embassy;
pub mod signer;
pub mod letter;
pub mod message;
pub mod ledger;
pub mod campaign;
pub mod delivery;
pub mod report;

