//! What one letter and a list have in common: the run itself.

use std::sync::atomic::AtomicBool;

use jiff::Timestamp;

use super::progress::Progress;
use crate::cli::failure::Failure;
use crate::delivery::outbox::Outbox;
use crate::delivery::run::{self, Line, Manner, Setting, Stop};
use crate::exit::Exit;
use crate::ledger;

/// Sends, and tells how it goes; gives why the run stopped early, if it did.
pub(super) fn carry_out(
    outbox: &dyn Outbox,
    ledger: &ledger::Run,
    line: &Line,
    manner: &Manner,
    interrupted: &AtomicBool,
    progress: &Progress,
) -> Option<Stop> {
    let setting = Setting {
        outbox,
        ledger,
        line,
        manner,
        clock: &Timestamp::now,
        interrupted,
        observer: &|event| progress.tell(event),
    };
    run::run(&setting)
}

/// The flag that Ctrl-C sets.
pub(super) fn interruption() -> Result<std::sync::Arc<AtomicBool>, Failure> {
    run::interruption().map_err(|error| {
        Failure::new(Exit::Unavailable, format!("this system does not let the program hear Ctrl-C: {error}"))
    })
}
