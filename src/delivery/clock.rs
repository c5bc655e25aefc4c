//! The time of a run: the system's, but never going back. A clock that is set back in mid-run would make every wait
//! begun before it as much longer.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the time; many may ask.
pub(crate) struct SteadyClock<W> {
    wall: W,
    last: Mutex<(DateTime<Utc>, Instant)>,
}

impl<W: Fn() -> DateTime<Utc>> SteadyClock<W> {
    /// By the clock on the wall, from now on.
    pub(crate) fn new(wall: W) -> SteadyClock<W> {
        let last = Mutex::new((wall(), Instant::now()));
        SteadyClock { wall, last }
    }

    /// The time: the wall's, or what has passed since the last look, if that is later. So a clock that is set back is not
    /// followed until it has caught up; one that is set forward, or a machine that slept, is followed at once.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let wall = (self.wall)();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = Instant::now();
        let passed = TimeDelta::from_std(moment.duration_since(last.1)).unwrap_or(TimeDelta::MAX);
        let now = last.0.checked_add_signed(passed).map_or(wall, |steady| steady.max(wall));
        *last = (now, moment);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::SteadyClock;
    use chrono::{DateTime, TimeDelta, Utc};
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn a_clock_that_is_set_back_stands_still_for_nobody_and_one_set_forward_is_followed() {
        let second = AtomicI64::new(1_000_000);
        let clock =
            SteadyClock::new(|| DateTime::<Utc>::from_timestamp(second.load(Ordering::Relaxed), 0).unwrap());
        let first = clock.now();
        second.store(1_000_000 - 3600, Ordering::Relaxed);
        std::thread::sleep(std::time::Duration::from_millis(20));
        let after = clock.now();
        assert!(after >= first + TimeDelta::milliseconds(20) && after < first + TimeDelta::minutes(1));
        second.store(1_000_000 + 7201, Ordering::Relaxed);
        assert!(clock.now() >= first + TimeDelta::hours(2));
    }
}
