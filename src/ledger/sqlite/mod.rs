//! The store of one machine: a ledger in an `SQLite` file.
//!
//! One row a letter, no cursor. What a claim or an outcome may change is decided by the values in `ledger/`; here is
//! the SQL, the file, its log, and the locks that tell a live run from a dead one.

mod alive;
mod bucket;
mod claim;
mod column;
mod disk;
mod fault;
mod file;
mod forget;
mod group_commit;
mod list;
mod look_alikes;
mod open;
mod post;
mod run;
mod schema;
mod settle;
mod tally;

pub(crate) use list::List;
pub(crate) use open::Ledger;
pub(crate) use run::Run;
