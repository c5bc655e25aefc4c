//! Carrying the plan out: connections side by side, one ledger, until nothing is left to do or something stops it.
//!
//! What happens is told through [`Event`](super::setting::Event)s as it happens; how the run ended is its result.
//! Whatever the end, every letter's state is in the ledger.

use super::floor::Floor;
use super::setting::{Line, Setting, Stop};
use super::worker;

/// Sends until nothing is left to do, or something stops it: then why.
pub(crate) fn run(setting: &Setting<'_>) -> Option<Stop> {
    let floor = Floor::new(setting);
    std::thread::scope(|scope| {
        for _ in 0..setting.manner.connections.max(1) {
            scope.spawn(|| match setting.line {
                Line::Smtp(relay, access) => worker::work(&floor, relay, access),
                Line::Sendmail(program) => worker::work_through_sendmail(&floor, program),
            });
        }
    });
    floor.into_stop()
}
