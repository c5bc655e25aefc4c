//! What comes back: notices of mail servers in a mailbox, read as streams, and what they say of letters.
//!
//! *Accepted* means that the relay took a letter. What the embassy's server said of it comes back later, in a dozen
//! dialects. Here a mailbox becomes messages, and a message a notice; what follows from it for a letter is the ledger's.

mod delivery_status;
mod depth;
mod dialect;
pub(crate) mod mailbox_file;
mod mbox;
pub(crate) mod notice;
mod original;
mod part;
pub(crate) mod reading;
pub(crate) mod report;
mod status;
mod window;
