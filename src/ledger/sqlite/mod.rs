//! The store of one machine: a ledger in an `SQLite` file.
//!
//! One row a letter, no cursor. What a claim or an outcome may change is decided in `ledger/rules.rs`; here is the
//! SQL, the file, its log, and the locks that tell a live run from a dead one.

mod alive;
mod bucket;
mod claim;
mod column;
mod connection;
mod disk;
mod fault;
mod file;
mod forget;
mod gone;
mod held_file;
mod home;
mod list;
mod log;
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
mod writer;

pub(super) use list::FileList;
pub(super) use open::FileLedger;
pub(super) use returned::SentLetters;
pub(super) use writer::FileWriter;
