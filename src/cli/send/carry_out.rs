//! What one letter and a list have in common: the run itself.

use chrono::{DateTime, Utc};

use super::progress::Progress;
use crate::campaign::settings::pace::Manner;
use crate::cli::failure::Failure;
use crate::delivery::interruption::Interruption;
use crate::delivery::outbox::Outbox;
use crate::delivery::run;
use crate::delivery::stop::Stop;
use crate::delivery::work::{Line, Work};
use crate::exit::Exit;
use crate::ledger;

/// Sends, and tells how it goes; gives why the run stopped early, if it did.
pub(super) fn carry_out(
    outbox: &dyn Outbox,
    ledger: &ledger::Run,
    line: &Line,
    manner: &Manner,
    clock: &(dyn Fn() -> DateTime<Utc> + Sync),
    interruption: &Interruption,
    progress: &Progress,
) -> Option<Stop> {
    let work = Work {
        outbox,
        ledger,
        line,
        manner,
        clock,
        interrupted: interruption.begin(),
        observer: &|event| progress.tell(event),
    };
    run::run(&work)
}

/// Hears Ctrl-C: before the run it ends the program at once.
pub(super) fn interruption() -> Result<Interruption, Failure> {
    Interruption::listen().map_err(|error| {
        Failure::new(Exit::Unavailable, format!("this system does not let the program hear Ctrl-C: {error}"))
    })
}
