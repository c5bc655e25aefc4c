//! When a run gives a relay up: letters refused in a row, connections that come to nothing.
//!
//! It is told what happened and says whether that was enough; it keeps no lock and stops nothing itself.

use std::time::{Duration, Instant};

use super::stop::Stop;

/// Letters in a row that may be refused or left in doubt.
const MOST_REFUSALS: u32 = 20;
/// Connections in a row on which the relay takes no MAIL.
const MOST_FAILED_CONNECTIONS: u32 = 3;
/// A relay that says 250 to MAIL and then never takes a letter would be tried for ever.
const MOST_FRUITLESS_CONNECTIONS: u32 = 10;
/// The pause after a connection that came to nothing.
pub(super) const BETWEEN_CONNECTIONS: Duration = Duration::from_secs(2);

/// What went wrong in a row.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    refusals: u32,
    failed_connections: u32,
    last_failure: Option<Instant>,
    fruitless_connections: u32,
}

impl Breaker {
    /// A letter was accepted.
    pub(super) fn accepted(&mut self) {
        self.refusals = 0;
    }

    /// A letter was refused or left in doubt: whether it was one too many.
    pub(super) fn refused(&mut self, words: &str) -> Option<Stop> {
        self.refusals += 1;
        (self.refusals >= MOST_REFUSALS).then(|| Stop::Refusals(words.to_owned()))
    }

    /// A connection is gone. Where the relay took no MAIL on it, it counts towards a dead relay.
    pub(super) fn connection_lost(&mut self, why: &str, mail_taken: bool, letter_sent: bool) -> Option<Stop> {
        if mail_taken {
            self.failed_connections = 0;
        } else if self.last_failure.is_none_or(|last| last.elapsed() >= BETWEEN_CONNECTIONS) {
            // Connections side by side that fail together are one failure.
            self.failed_connections += 1;
            self.last_failure = Some(Instant::now());
        }
        self.fruitless_connections = if letter_sent { 0 } else { self.fruitless_connections + 1 };
        let is_enough = self.failed_connections >= MOST_FAILED_CONNECTIONS
            || self.fruitless_connections >= MOST_FRUITLESS_CONNECTIONS;
        is_enough.then(|| Stop::DeadRelay(why.to_owned()))
    }
}
