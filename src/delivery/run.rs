//! Carrying the plan out: connections side by side, one ledger, until nothing is left to do or something stops it.
//!
//! What happens is told through [`Event`](super::work::Event)s as it happens; how the run ended is its result.
//! Whatever the end, every letter's state is in the ledger.

use super::shared::Shared;
use super::stop::Stop;
use super::work::{Line, Work};
use super::worker;

/// Sends until nothing is left to do, or something stops it: then why.
pub(crate) fn run(work: &Work<'_>) -> Option<Stop> {
    let shared = Shared::new(work);
    std::thread::scope(|scope| {
        for number in 1..=work.manner.connections.max(1) {
            let serve = || match work.line {
                Line::Smtp(relay, access) => worker::work(&shared, relay, access),
                Line::Sendmail(program, patience) => {
                    worker::work_through_sendmail(&shared, program, *patience);
                }
            };
            // Where the system has no room for another thread, those that run do the work.
            if let Err(error) = std::thread::Builder::new().spawn_scoped(scope, serve) {
                shared.no_thread(number, &error);
                break;
            }
        }
    });
    worker::take_back(&shared);
    shared.into_stop()
}
