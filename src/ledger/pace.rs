//! How fast letters may leave, counted for all processes together.
//!
//! A token bucket lives in the ledger's table `bucket`. It never holds more than one second's tokens, or one token
//! if that is more, and a clock that goes back counts as no time passed. Tokens are taken in the transaction that
//! claims the letter before ([`Round`](super::Round)), so that pacing costs no further fsync.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Transaction, params};

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
    NotBefore(Timestamp),
}

/// Takes a token from each of the buckets, or from none.
pub(super) fn take(
    transaction: &Transaction<'_>,
    charges: &[Charge],
    now: Timestamp,
) -> rusqlite::Result<Pace> {
    let mut filled = Vec::with_capacity(charges.len());
    for charge in charges {
        let bucket = transaction
            .prepare_cached("SELECT tokens, at FROM bucket WHERE name = ?1")?
            .query_one([&charge.bucket], |row| Ok(Bucket { tokens: row.get(0)?, at: row.get(1)? }))
            .optional()?;
        filled.push((charge, Bucket::filled(bucket, charge.rate, now.as_microsecond())));
    }
    let wait = filled.iter().map(|(charge, bucket)| bucket.wait(charge.rate)).max().unwrap_or(0);
    for (charge, bucket) in filled {
        let tokens = if wait == 0 { bucket.tokens - 1.0 } else { bucket.tokens };
        transaction
            .prepare_cached("INSERT OR REPLACE INTO bucket (name, tokens, at) VALUES (?1, ?2, ?3)")?
            .execute(params![charge.bucket, tokens, bucket.at])?;
    }
    Ok(match wait {
        0 => Pace::Granted,
        wait => Pace::NotBefore(now.checked_add(SignedDuration::from_micros(wait)).unwrap_or(Timestamp::MAX)),
    })
}

/// One bucket at one moment (microseconds since 1970).
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    tokens: f64,
    at: i64,
}

impl Bucket {
    /// The bucket at `now`: a new one is full.
    fn filled(last: Option<Bucket>, rate: f64, now: i64) -> Bucket {
        let full = rate.max(1.0);
        let tokens = match last {
            None => full,
            Some(last) => {
                let passed = SignedDuration::from_micros(now.saturating_sub(last.at).max(0));
                (last.tokens + passed.as_secs_f64() * rate).min(full)
            }
        };
        Bucket { tokens, at: now }
    }

    /// Microseconds until there is a whole token. A millionth of one may be lost in rounding, and is forgiven.
    #[allow(clippy::cast_possible_truncation)] // bounded to a day before the cast
    fn wait(self, rate: f64) -> i64 {
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
    use super::{Bucket, Charge, Pace, take};
    use crate::ledger::Ledger;
    use jiff::{SignedDuration, Timestamp};

    fn seconds(seconds: f64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs_f64(1_000_000.0 + seconds)
    }

    /// How many letters may leave at `moments`, of those that ask.
    fn granted(rate: f64, moments: impl IntoIterator<Item = f64>) -> usize {
        let ledger = Ledger::ephemeral(None, 2026).unwrap();
        let transaction = ledger.connection.unchecked_transaction().unwrap();
        let charge = [Charge { bucket: "all".to_owned(), rate }];
        moments
            .into_iter()
            .filter(|&at| take(&transaction, &charge, seconds(at)).unwrap() == Pace::Granted)
            .count()
    }

    #[test]
    fn thirty_a_minute_is_one_every_two_seconds_and_a_night_saves_up_nothing() {
        assert_eq!(granted(0.5, [0.0, 0.1, 1.9, 2.0, 3.0, 4.0]), 3);
        assert_eq!(granted(0.5, [0.0, 30_000.0, 30_000.1, 30_001.0]), 2);
    }

    #[test]
    fn ten_a_second_may_come_in_one_burst_and_no_eleventh() {
        assert_eq!(granted(10.0, std::iter::repeat_n(0.0, 20)), 10);
        assert_eq!(granted(10.0, (0..1_000).map(|step| f64::from(step) / 100.0)), 109);
    }

    #[test]
    fn a_clock_that_goes_back_counts_as_no_time_passed_and_then_runs_on() {
        assert_eq!(granted(0.5, [7_200.0, 0.0, 1.0, 1.9]), 1);
        assert_eq!(granted(0.5, [7_200.0, 0.0, 2.0, 4.0]), 3);
    }

    #[test]
    fn the_moment_named_is_the_moment_granted() {
        let last = Bucket { tokens: 0.0, at: 0 };
        for rate in [0.3, 0.5, 7.0, 1e-4, 1_000.0] {
            let wait = Bucket::filled(Some(last), rate, 0).wait(rate);
            assert_eq!(Bucket::filled(Some(last), rate, wait).wait(rate), 0, "{rate}");
        }
        assert_eq!(Bucket { tokens: 0.0, at: 0 }.wait(0.0), 86_400_000_000);
    }

    #[test]
    fn a_letter_takes_from_every_bucket_or_from_none() {
        let ledger = Ledger::ephemeral(None, 2026).unwrap();
        let transaction = ledger.connection.unchecked_transaction().unwrap();
        let charge = |bucket: &str, rate| Charge { bucket: bucket.to_owned(), rate };
        let (all, embassy) = (charge("all", 1.0), charge("embassy:JP", 0.1));
        let ask = |charges: &[Charge], at| take(&transaction, charges, seconds(at)).unwrap();
        assert_eq!(ask(&[all.clone(), embassy.clone()], 0.0), Pace::Granted);
        assert_eq!(ask(&[all.clone(), embassy], 1.0), Pace::NotBefore(seconds(10.0)));
        assert_eq!(ask(&[all], 1.0), Pace::Granted);
    }
}
