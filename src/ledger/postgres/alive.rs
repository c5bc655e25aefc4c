//! How others know whether a run lives: its connection holds an advisory lock, which the server drops with it.
//!
//! The lock is held before the run can be seen by others, and shared, so that a run that comes back over a new connection need
//! not wait for the server to find out that the old one is dead.

use super::draft;
use super::letter::{COLUMNS, Letter};
use super::session::Session;
use crate::ledger::key::Keys;
use crate::ledger::outcome::State;

/// "Dec2": the first half of every lock's name; the second is the run's number.
const LOCKS: i32 = 0x4465_6332;

/// The locks of runs, whoever holds them, as a condition on `pg_locks`.
const OF_RUNS: &str = "pg_locks.locktype = 'advisory' AND pg_locks.granted AND pg_locks.objsubid = 2
     AND pg_locks.classid::bigint = 1147495218
     AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Begins the transaction of one who makes or enrols, alone until its end: it has the lock before its first statement looks.
/// Number 0 is nobody's run.
pub(super) const ENROL_ALONE: &str = "BEGIN; SELECT pg_advisory_xact_lock(1147495218, 0)";

/// The number of a new run, whose lock this connection has from now on.
pub(super) fn number_and_lock(session: &mut Session) -> Result<i32, tokio_postgres::Error> {
    let sql = "SELECT number, pg_advisory_lock_shared($1, number)
               FROM (SELECT nextval('protest.run_number')::integer AS number OFFSET 0) AS new";
    session.row(sql, &[&LOCKS]).map(|row| row.get(0))
}

/// Takes the lock of a run for this connection.
pub(super) fn take_lock(session: &mut Session, run: i32) -> Result<(), tokio_postgres::Error> {
    session.row("SELECT pg_advisory_lock_shared($1, $2)", &[&LOCKS, &run]).map(drop)
}

/// Whether this connection is the one that holds the lock of run `$1`, as a column: through a pooler it may be another.
pub(super) fn holds_lock() -> String {
    format!(
        "EXISTS (SELECT FROM pg_locks WHERE {OF_RUNS} AND pg_locks.objid::bigint = $1 AND pid = pg_backend_pid())"
    )
}

/// The runs that have no end in the ledger, and whose lock nobody holds. Asked before letters are read: a claim seen later
/// that names one of them is in doubt.
pub(super) fn dead(session: &mut Session) -> Result<Vec<i32>, tokio_postgres::Error> {
    let sql = format!(
        "SELECT run.id FROM protest.run WHERE ended_at IS NULL
         AND NOT EXISTS (SELECT FROM pg_locks WHERE {OF_RUNS} AND pg_locks.objid::bigint = run.id)"
    );
    let silent: Vec<i32> = session.rows(&sql, &[])?.iter().map(|row| row.get(0)).collect();
    if silent.is_empty() {
        return Ok(silent);
    }
    // Between the look at the runs and that at the locks one may have ended in order.
    let sql = "SELECT id FROM protest.run WHERE ended_at IS NULL AND id = ANY($1)";
    Ok(session.rows(sql, &[&silent])?.iter().map(|row| row.get(0)).collect())
}

/// Whether a run lives on this ledger; of one list, where one is given.
pub(super) fn one_lives(session: &mut Session, list: Option<i32>) -> Result<bool, tokio_postgres::Error> {
    let dead = dead(session)?;
    let sql = "SELECT EXISTS (SELECT FROM protest.run WHERE ended_at IS NULL AND id <> ALL($1)
               AND ($2::integer IS NULL OR list = $2))";
    session.row(sql, &[&dead, &list]).map(|row| row.get(0))
}

/// Ends the runs that have died; what they claimed and did not settle is in doubt, since the time of the claim. It can still
/// be settled by such a run that comes back, so the state before stays.
pub(super) fn bury(
    transaction: &mut Session,
    runs: &[i32],
    keys: &Keys,
    ended_at: Option<i64>,
) -> Result<(), tokio_postgres::Error> {
    if runs.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM protest.letter WHERE state = 'claimed' AND run = ANY($1) ORDER BY key FOR UPDATE"
    );
    let claimed = transaction.rows(&sql, &[&runs])?;
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
    transaction.change(sql, &[&runs, &ended_at]).map(drop)
}

/// Ends a run in order: by one statement where every claim of its has an outcome, else what has none is in doubt.
pub(super) fn end(
    session: &mut Session,
    run: i32,
    keys: &Keys,
    ended_at: i64,
) -> Result<(), tokio_postgres::Error> {
    let sql = "UPDATE protest.run SET ended_at = $2 WHERE id = $1
               AND NOT EXISTS (SELECT FROM protest.letter WHERE state = 'claimed' AND run = $1)";
    if session.change(sql, &[&run, &ended_at])? == 1 {
        return Ok(());
    }
    session.transaction(|transaction| bury(transaction, &[run], keys, Some(ended_at)))
}

/// Buries all that have died.
pub(super) fn reap(transaction: &mut Session, keys: &Keys) -> Result<(), tokio_postgres::Error> {
    let dead = dead(transaction)?;
    bury(transaction, &dead, keys, None)
}

#[cfg(test)]
mod tests {
    use super::{ENROL_ALONE, LOCKS, OF_RUNS};

    #[test]
    fn the_locks_that_are_looked_for_are_those_that_are_taken() {
        assert!(OF_RUNS.contains(&LOCKS.to_string()) && ENROL_ALONE.contains(&LOCKS.to_string()));
    }
}
