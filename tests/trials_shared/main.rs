//! Senders, server and network of a shared ledger killed, cut off and filled up: none lost, none twice, caps held over all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]
#![cfg(all(unix, feature = "postgres"))]

#[path = "../support/mod.rs"]
mod support;

mod backup;
mod clocks;
mod cut;
mod groups;
mod killed;
mod no_room;
mod power;
mod tally;
