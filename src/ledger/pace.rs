//! How fast letters may leave, counted for all processes together.
//!
//! A token bucket lives in the ledger. It never holds more than one second's tokens, or one token
//! if that is more, and a clock that goes back counts as no time passed. Tokens are taken in the transaction that
//! claims the letter before ([`Round`](super::round::Round)), so that pacing costs no further fsync.

use chrono::{DateTime, TimeDelta, Utc};

/// The bucket that every letter of a sender takes from.
pub(crate) const ALL: &str = "all";

/// What one letter takes from one bucket.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Charge {
    /// Which bucket: all letters, those to one domain, those to one mailbox; named by the caller.
    pub bucket: String,
    /// Letters per second.
    pub rate: f64,
}

/// Whether the letter may leave now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// A token was taken from every bucket.
    Granted,
    /// None was taken; earlier than this there is no use in asking again.
    NotBefore(DateTime<Utc>),
}

/// Takes a token from each of the buckets, or from none; how many microseconds it is until there is one in each.
pub(super) fn take(filled: &mut [(f64, Bucket)]) -> i64 {
    let wait = filled.iter().map(|(rate, bucket)| bucket.wait(*rate)).max().unwrap_or(0);
    if wait == 0 {
        filled.iter_mut().for_each(|(_, bucket)| bucket.tokens -= 1.0);
    }
    wait
}

/// The answer to who has to wait so many microseconds.
pub(super) fn after(now: DateTime<Utc>, wait: i64) -> Pace {
    match wait {
        0 => Pace::Granted,
        wait => Pace::NotBefore(
            now.checked_add_signed(TimeDelta::microseconds(wait)).unwrap_or(DateTime::<Utc>::MAX_UTC),
        ),
    }
}

/// One bucket at one moment (microseconds since 1970).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bucket {
    pub(super) tokens: f64,
    pub(super) at: i64,
}

impl Bucket {
    /// The bucket at `now`: a new one is full.
    pub(super) fn filled(last: Option<Bucket>, rate: f64, now: i64) -> Bucket {
        let full = rate.max(1.0);
        let tokens = match last {
            None => full,
            Some(last) => {
                let passed = TimeDelta::microseconds(now.saturating_sub(last.at).max(0));
                (last.tokens + passed.as_seconds_f64() * rate).min(full)
            }
        };
        Bucket { tokens, at: now }
    }

    /// Microseconds until there is a whole token. A millionth of one may be lost in rounding, and is forgiven.
    #[allow(clippy::cast_possible_truncation)] // bounded to a day before the cast
    pub(super) fn wait(self, rate: f64) -> i64 {
        const DAY: f64 = 86_400e6;
        let missing = 1.0 - self.tokens;
        if missing <= 1e-6 {
            return 0;
        }
        let wait = (missing / rate * 1e6).ceil();
        // A rate of nothing, or none that is a number: ask again tomorrow.
        if wait < DAY { wait as i64 } else { DAY as i64 }
    }
}

#[cfg(test)]
mod tests {
    use super::Bucket;

    #[test]
    fn the_moment_named_is_the_moment_granted() {
        let last = Bucket { tokens: 0.0, at: 0 };
        for rate in [0.3, 0.5, 7.0, 1e-4, 1_000.0] {
            let wait = Bucket::filled(Some(last), rate, 0).wait(rate);
            assert_eq!(Bucket::filled(Some(last), rate, wait).wait(rate), 0, "{rate}");
        }
        assert_eq!(Bucket { tokens: 0.0, at: 0 }.wait(0.0), 86_400_000_000);
    }
}
