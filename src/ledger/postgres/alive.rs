//! How others know whether a run lives: its connection holds an advisory lock, which the server drops with it.
//!
//! The lock is held before the run can be seen by others, and shared, so that a run that comes back over a new connection need
//! not wait for the server to find out that the old one is dead.

use postgres::{Client, GenericClient, Transaction};

use super::draft;
use super::letter::{COLUMNS, Letter};
use crate::ledger::key::Keys;
use crate::ledger::outcome::State;

/// "Dec2": the first half of every lock's name; the second is the run's number.
const LOCKS: i32 = 0x4465_6332;

/// Number 0 is nobody's run: held by who makes or enrols, so that they do not meet.
const ENROLLING: i32 = 0;

/// The locks of runs, whoever holds them, as a condition on `pg_locks`.
const OF_RUNS: &str = "pg_locks.locktype = 'advisory' AND pg_locks.granted AND pg_locks.objsubid = 2
     AND pg_locks.classid::bigint = 1147495218
     AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Takes the lock of a run for this connection.
pub(super) fn take_lock(client: &mut Client, run: i32) -> Result<(), postgres::Error> {
    client.query_one("SELECT pg_advisory_lock_shared($1, $2)", &[&LOCKS, &run]).map(drop)
}

/// Whether this connection, in a transaction of its own, is the one that holds the lock: through a pooler it may be another.
pub(super) fn holds_lock(client: &mut Client, run: i32) -> Result<bool, postgres::Error> {
    let sql = format!(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE {OF_RUNS} AND pg_locks.objid::bigint = $1 AND pid = pg_backend_pid())"
    );
    client.query_one(&sql, &[&i64::from(run)]).map(|row| row.get(0))
}

/// Waits until nobody else makes or enrols, until the transaction's end.
pub(super) fn enrol_alone(transaction: &mut Transaction<'_>) -> Result<(), postgres::Error> {
    transaction.query_one("SELECT pg_advisory_xact_lock($1, $2)", &[&LOCKS, &ENROLLING]).map(drop)
}

/// The runs that have no end in the ledger, and whose lock nobody holds. Asked before letters are read: a claim seen later
/// that names one of them is in doubt.
pub(super) fn dead(client: &mut impl GenericClient) -> Result<Vec<i32>, postgres::Error> {
    let sql = format!(
        "SELECT run.id FROM protest.run WHERE ended_at IS NULL
         AND NOT EXISTS (SELECT FROM pg_locks WHERE {OF_RUNS} AND pg_locks.objid::bigint = run.id)"
    );
    let silent: Vec<i32> = client.query(&sql, &[])?.iter().map(|row| row.get(0)).collect();
    if silent.is_empty() {
        return Ok(silent);
    }
    // Between the look at the runs and that at the locks one may have ended in order.
    let sql = "SELECT id FROM protest.run WHERE ended_at IS NULL AND id = ANY($1)";
    Ok(client.query(sql, &[&silent])?.iter().map(|row| row.get(0)).collect())
}

/// Whether a run lives on this ledger; of one list, where one is given.
pub(super) fn one_lives(client: &mut impl GenericClient, list: Option<i32>) -> Result<bool, postgres::Error> {
    let dead = dead(client)?;
    let sql = "SELECT EXISTS (SELECT FROM protest.run WHERE ended_at IS NULL AND id <> ALL($1)
               AND ($2::integer IS NULL OR list = $2))";
    client.query_one(sql, &[&dead, &list]).map(|row| row.get(0))
}

/// Ends the runs that have died; what they claimed and did not settle is in doubt, since the time of the claim. It can still
/// be settled by such a run that comes back, so the state before stays.
pub(super) fn bury(
    transaction: &mut Transaction<'_>,
    runs: &[i32],
    keys: &Keys,
    ended_at: Option<i64>,
) -> Result<(), postgres::Error> {
    if runs.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM protest.letter WHERE state = 'claimed' AND run = ANY($1) ORDER BY key FOR UPDATE"
    );
    let claimed = transaction.query(&sql, &[&runs])?;
    let doubted = claimed.iter().filter_map(|row| Letter::read(row, 0)).map(|letter| {
        let expected = letter.seal(keys);
        let doubted = Letter {
            state: State::InDoubt,
            code: None,
            enhanced: None,
            relay: None,
            words: Some("the run ended before the reply was recorded".to_owned()),
            ..letter
        };
        (expected, doubted)
    });
    draft::rewrite(transaction, &doubted.collect::<Vec<_>>(), keys)?;
    let sql = "UPDATE protest.run SET ended_at = coalesce($2, began_at) WHERE id = ANY($1)";
    transaction.execute(sql, &[&runs, &ended_at]).map(drop)
}

/// Buries all that have died.
pub(super) fn reap(transaction: &mut Transaction<'_>, keys: &Keys) -> Result<(), postgres::Error> {
    let dead = dead(transaction)?;
    bury(transaction, &dead, keys, None)
}

#[cfg(test)]
mod tests {
    use super::{LOCKS, OF_RUNS};

    #[test]
    fn the_locks_that_are_looked_for_are_those_that_are_taken() {
        assert!(OF_RUNS.contains(&LOCKS.to_string()));
    }
}
