//! How fast letters may leave at this moment: the pace asked for, less what the relay has complained about.
//!
//! A 4.7.x halves the pace, at most once a minute and never under one a minute; five quiet minutes double it, up to
//! the pace asked for. Where none was asked for, half of what left in the last minute is the first brake.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use super::outbox::Lane;
use crate::campaign::amount::{Paces, Rate};
use crate::ledger::{ALL, Caps, Charge};

/// The pace as it is now.
#[derive(Debug)]
pub(crate) struct Throttle {
    paces: Paces,
    /// Letters a second, while the relay is to be spared.
    braked: Option<f64>,
    changed: Option<DateTime<Utc>>,
    /// When the letters of the last minute left; kept only where no pace was asked for.
    departures: VecDeque<DateTime<Utc>>,
}

const SLOWEST: f64 = 1.0 / 60.0;
const MINUTE: TimeDelta = TimeDelta::minutes(1);
const QUIET: TimeDelta = TimeDelta::minutes(5);

impl Throttle {
    /// At the paces asked for.
    pub(crate) fn new(paces: Paces) -> Throttle {
        Throttle { paces, braked: None, changed: None, departures: VecDeque::new() }
    }

    /// What the next letter of `lane` takes from which bucket. On a shared ledger the `caps` of all lists hold too.
    pub(crate) fn charges(
        &mut self,
        lane: Option<&Lane>,
        caps: Option<Caps>,
        now: DateTime<Utc>,
    ) -> Vec<Charge> {
        self.release(now);
        let caps = caps.unwrap_or_default();
        let smaller = |own: Option<f64>, cap: Option<f64>| own.into_iter().chain(cap).reduce(f64::min);
        let mut charges = Vec::new();
        let mut charge = |bucket: String, rate: Option<f64>| {
            charges.extend(rate.map(|rate| Charge { bucket, rate }));
        };
        charge(ALL.to_owned(), self.braked.or(self.paces.rate.per_second()));
        if let Some(lane) = lane {
            let domain = lane.forward_path.domain();
            charge(format!("domain:{domain}"), smaller(self.paces.per_domain.per_second(), caps.per_domain));
            let per_embassy = smaller(self.paces.per_embassy.per_second(), caps.per_embassy);
            charge(format!("embassy:{}", lane.forward_path), per_embassy);
        }
        charges
    }

    /// Whether one lane may have to wait while another need not.
    pub(crate) fn has_caps(&self, caps: Option<Caps>) -> bool {
        let is_capped = |caps: Caps| caps.per_domain.is_some() || caps.per_embassy.is_some();
        self.paces.per_domain.per_second().is_some()
            || self.paces.per_embassy.per_second().is_some()
            || caps.is_some_and(is_capped)
    }

    /// A letter left.
    pub(crate) fn departed(&mut self, now: DateTime<Utc>) {
        if self.paces.rate.per_second().is_none() && self.braked.is_none() {
            // A million a minute would be 16 MB; what matters is only how many there were.
            const MOST: usize = 100_000;
            self.forget_before(now);
            if self.departures.len() < MOST {
                self.departures.push_back(now);
            }
        }
    }

    /// The relay asked to be spared: the new pace, if it changed.
    pub(crate) fn brake(&mut self, now: DateTime<Utc>) -> Option<Rate> {
        if self.changed.is_some_and(|changed| now - changed < MINUTE) {
            return None;
        }
        self.forget_before(now);
        let last_minute = f64::from(u32::try_from(self.departures.len()).unwrap_or(u32::MAX)) / 60.0;
        let before = self.braked.or(self.paces.rate.per_second()).unwrap_or(last_minute);
        // A pace that was slower from the start stays so; where no letter has left yet there is none to halve.
        let slowest = self.paces.rate.per_second().map_or(SLOWEST, |asked| asked.min(SLOWEST));
        let after = (before / 2.0).max(slowest);
        self.braked = Some(after);
        self.changed = Some(now);
        Some(Rate::PerSecond(after))
    }

    fn release(&mut self, now: DateTime<Utc>) {
        let Some(braked) = self.braked else { return };
        if self.changed.is_some_and(|changed| now - changed < QUIET) {
            return;
        }
        let doubled = braked * 2.0;
        self.changed = Some(now);
        // Where no pace was asked for, a thousand a second is as good as none.
        let full = self.paces.rate.per_second().unwrap_or(1000.0);
        self.braked = (doubled < full).then_some(doubled);
    }

    fn forget_before(&mut self, now: DateTime<Utc>) {
        while self.departures.front().is_some_and(|left| now - *left > MINUTE) {
            self.departures.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Throttle;
    use crate::campaign::amount::{Paces, Rate};
    use chrono::{DateTime, Utc};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000 + second, 0).unwrap()
    }

    fn throttle(rate: Rate) -> Throttle {
        Throttle::new(Paces { rate, per_domain: Rate::Unlimited, per_embassy: Rate::Unlimited })
    }

    fn a_minute(throttle: &mut Throttle, second: i64) -> Option<f64> {
        throttle.charges(None, None, at(second)).first().map(|charge| charge.rate * 60.0)
    }

    #[test]
    fn the_pace_halves_at_most_once_a_minute_and_doubles_after_five_quiet_ones() {
        let mut throttle = throttle(Rate::per_minute(30.0));
        assert!(throttle.brake(at(0)).is_some());
        assert!(throttle.brake(at(59)).is_none());
        assert_eq!(a_minute(&mut throttle, 59), Some(15.0));
        throttle.brake(at(60));
        assert_eq!(a_minute(&mut throttle, 359), Some(7.5));
        assert_eq!(a_minute(&mut throttle, 360), Some(15.0));
        assert_eq!(a_minute(&mut throttle, 660), Some(30.0));
        assert_eq!(a_minute(&mut throttle, 960), Some(30.0));
    }

    #[test]
    fn it_never_falls_under_one_a_minute() {
        let mut throttle = throttle(Rate::per_minute(1.5));
        throttle.brake(at(0));
        throttle.brake(at(60));
        assert_eq!(a_minute(&mut throttle, 60), Some(1.0));
    }

    #[test]
    fn a_relay_that_complains_before_any_letter_left_gets_one_a_minute() {
        for rate in [Rate::Unlimited, Rate::per_minute(1.0)] {
            let mut throttle = throttle(rate);
            throttle.brake(at(0));
            assert_eq!(a_minute(&mut throttle, 0), Some(1.0));
            throttle.brake(at(70));
            assert_eq!(a_minute(&mut throttle, 70), Some(1.0));
        }
        let mut slower = throttle(Rate::per_minute(0.5));
        slower.brake(at(0));
        assert_eq!(a_minute(&mut slower, 0), Some(0.5));
    }

    #[test]
    fn without_a_pace_half_of_the_last_minute_is_the_first_brake() {
        let mut throttle = throttle(Rate::Unlimited);
        assert_eq!(a_minute(&mut throttle, 0), None);
        (0..120).for_each(|second| throttle.departed(at(second)));
        throttle.brake(at(119));
        let pace = a_minute(&mut throttle, 119).unwrap();
        assert!((30.0..=31.0).contains(&pace), "{pace}");
    }
}
