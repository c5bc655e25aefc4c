//! The store of one machine: a ledger in an `SQLite` file.
//!
//! One row a letter, no cursor. What a claim or an outcome may change is decided by the values in `ledger/`; here is
//! the SQL, the file, its log, and the locks that tell a live run from a dead one.

mod alive;
mod bucket;
mod claim;
mod column;
mod connection;
mod disk;
mod fault;
mod file;
mod forget;
mod group_commit;
mod held_file;
mod home;
mod list;
mod look_alikes;
mod mend;
mod open;
mod post;
mod reserve;
mod returned;
mod run;
mod schema;
mod seal;
mod settle;
mod sound;
mod steps;
mod tally;
mod whole;

pub(crate) use list::List;
pub(crate) use open::Ledger;
pub(crate) use returned::SentLetters;
pub(crate) use run::Run;
