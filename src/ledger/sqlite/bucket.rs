//! The token buckets of the pace, shared by all processes on one ledger.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::ledger::pace::{self, Bucket, Charge, Pace};

/// Takes a token from each of the buckets, or from none.
pub(super) fn take(
    transaction: &Transaction<'_>,
    charges: &[Charge],
    now: DateTime<Utc>,
) -> rusqlite::Result<Pace> {
    let mut filled = Vec::with_capacity(charges.len());
    for charge in charges {
        let bucket = transaction
            .prepare_cached("SELECT tokens, at FROM bucket WHERE name = ?1")?
            .query_one([&charge.bucket], |row| Ok(Bucket { tokens: row.get(0)?, at: row.get(1)? }))
            .optional()?;
        filled.push((charge.rate, Bucket::filled(bucket, charge.rate, now.timestamp_micros())));
    }
    let wait = pace::take(&mut filled);
    for (charge, (_, bucket)) in charges.iter().zip(filled) {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO bucket (name, tokens, at) VALUES (?1, ?2, ?3)")?
            .execute(params![charge.bucket, bucket.tokens, bucket.at])?;
    }
    Ok(pace::after(now, wait))
}

#[cfg(test)]
mod tests {
    use super::{Charge, Pace, take};
    use crate::ledger::sqlite::FileLedger;
    use chrono::{DateTime, Utc};

    fn seconds(seconds: f64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + std::time::Duration::from_secs_f64(1_000_000.0 + seconds)
    }

    /// How many letters may leave at `moments`, of those that ask.
    fn granted(rate: f64, moments: impl IntoIterator<Item = f64>) -> usize {
        let ledger = FileLedger::ephemeral(None, 2026).unwrap();
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
    fn a_letter_takes_from_every_bucket_or_from_none() {
        let ledger = FileLedger::ephemeral(None, 2026).unwrap();
        let transaction = ledger.connection.unchecked_transaction().unwrap();
        let charge = |bucket: &str, rate| Charge { bucket: bucket.to_owned(), rate };
        let (all, embassy) = (charge("all", 1.0), charge("embassy:JP", 0.1));
        let ask = |charges: &[Charge], at| take(&transaction, charges, seconds(at)).unwrap();
        assert_eq!(ask(&[all.clone(), embassy.clone()], 0.0), Pace::Granted);
        assert_eq!(ask(&[all.clone(), embassy], 1.0), Pace::NotBefore(seconds(10.0)));
        assert_eq!(ask(&[all], 1.0), Pace::Granted);
    }
}
