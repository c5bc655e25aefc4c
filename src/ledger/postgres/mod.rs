//! The store of several machines: a ledger in a `PostgreSQL` database.
//!
//! The same rows and the same rules as in a file; what differs is here. Letters are enrolled by lists, one for each
//! organization, and belong to the list whose claim came first. A run lives as long as its connection holds an advisory lock.
//! One statement and one commit serve all connections that wait. What the machine knows that the database may lose, or may
//! not know, lies beside campaign.toml: the secret, the number of commits, outcomes that came too late.

mod alive;
mod beside;
mod connection;
mod counter;
mod draft;
mod enrol;
mod fault;
mod forget;
mod found;
mod letter;
mod list;
mod lost;
mod open;
mod outcomes;
mod post;
mod returned;
mod round;
mod rows;
mod session;
mod settle;
mod steps;
mod tally;
mod value;
mod writer;

pub(super) use fault::DatabaseFault;
pub(super) use list::DatabaseList;
pub(super) use open::DatabaseLedger;
pub(super) use returned::SentLetters;
pub(super) use writer::DatabaseWriter;
