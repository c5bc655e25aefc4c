//! What a round changes, and the one statement that makes it so: every row is expected to be as it was seen, or nothing at all
//! is written.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::{Row, Statement};

use super::letter::{By, Letter};
use super::session::Session;
use super::value::Value;
use crate::ledger::key::{Keys, LetterKey};
use crate::ledger::outcome::State;
use crate::ledger::pace::Bucket;
use crate::ledger::rules::CopyState;

/// How a change hangs on the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tie {
    /// Not at all.
    None = 0,
    /// The letter must be in the list, whose address it takes.
    Listed = 1,
    /// And that address must not be held.
    Free = 2,
}

/// A letter that is to be written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// The check value that it is expected to have.
    pub(super) expected: i64,
    pub(super) tie: Tie,
    pub(super) letter: Letter,
}

/// What a round, or those of several connections, change. Letters go in the order of their keys, buckets in that of their names, so
/// that two who write at once do not wait for each other crosswise.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) letters: BTreeMap<LetterKey, Written>,
    pub(super) buckets: BTreeMap<String, (Option<Bucket>, Bucket)>,
    pub(super) holds: BTreeSet<String>,
}

impl Draft {
    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty() && self.buckets.is_empty() && self.holds.is_empty()
    }
}

/// Whose round it is.
pub(super) struct Stamp<'a> {
    pub(super) keys: &'a Keys,
    pub(super) by: By,
    /// Which of the run's commits it is.
    pub(super) commit: i64,
}

/// What the database says to it.
#[derive(Debug)]
pub(super) struct Verdict {
    /// The addresses of the letters that were written.
    pub(super) addresses: Vec<(LetterKey, Option<String>)>,
    /// Its clock, in microseconds since 1970.
    pub(super) now: i64,
    /// The caps of the campaign, in letters a second.
    pub(super) per_domain: Option<f64>,
    pub(super) per_embassy: Option<f64>,
    /// The server's process that did it.
    pub(super) process: i32,
}

const WANTED: &str = "
    unnest($1::bytea[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::integer[], $7::integer[], $8::text[],
           $9::integer[], $10::bigint[], $11::integer[], $12::text[], $13::text[], $14::text[], $15::text[], $16::bigint[])
        AS want (key, expected, tie, state, before, run, list, address, attempts, at, code, enhanced, words, relay, copy, seal)";

const SET: &str = "
    state = want.state, before = want.before, run = want.run, list = want.list, attempts = want.attempts, at = want.at,
    code = want.code, enhanced = want.enhanced, words = want.words, relay = want.relay, copy = want.copy, seal = want.seal";

/// The caps of the campaign as columns of a statement: to one domain, to one mailbox.
pub(super) const CAPS: &str = "(SELECT rate FROM protest.cap WHERE kind = 'domain'), (SELECT rate FROM protest.cap WHERE kind = 'embassy')";

/// The statement of a round.
pub(super) fn prepare(client: &mut Session) -> Result<Statement, tokio_postgres::Error> {
    client.prepare(&format!(
        "WITH changed AS (
             UPDATE protest.letter SET {SET},
                 address = CASE WHEN want.tie = 0 THEN want.address ELSE (
                     SELECT listed.address FROM protest.listed
                     WHERE listed.letter = letter.id AND listed.list = $17::integer) END
             FROM {WANTED}
             WHERE letter.key = want.key AND letter.seal = want.expected
               AND (want.tie = 0 OR EXISTS (
                   SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $17
                   AND (want.tie = 1 OR NOT EXISTS (
                       SELECT FROM protest.held WHERE held.address = lower(listed.address)))))
             RETURNING letter.key, letter.address
         ), held AS (
             INSERT INTO protest.held SELECT address, $18::bigint FROM unnest($19::text[]) AS wrong (address)
             ON CONFLICT (address) DO UPDATE SET at = excluded.at
         ), charge AS MATERIALIZED (
             SELECT * FROM unnest($20::text[], $21::float8[], $22::bigint[], $23::float8[], $24::bigint[])
                 AS charge (name, had_tokens, had_at, tokens, at)
         ), paid AS (
             UPDATE protest.bucket SET tokens = charge.tokens, at = charge.at FROM charge
             WHERE bucket.name = charge.name AND bucket.tokens = charge.had_tokens AND bucket.at = charge.had_at
             RETURNING 1
         ), opened AS (
             INSERT INTO protest.bucket SELECT name, tokens, at FROM charge WHERE had_at IS NULL
             ON CONFLICT DO NOTHING RETURNING 1
         ), counted AS (
             UPDATE protest.run SET commits = $25::bigint WHERE id = $26::integer AND commits = $25::bigint - 1 AND ended_at IS NULL RETURNING 1
         )
         SELECT (SELECT array_agg(key) FROM changed), (SELECT array_agg(address) FROM changed),
                (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
                {CAPS}, pg_backend_pid(),
                -- Not as expected: nothing of it is written.
                1 / (CASE WHEN (SELECT count(*) FROM changed) = $27::bigint
                          AND (SELECT count(*) FROM paid) + (SELECT count(*) FROM opened) = $28::bigint
                          AND EXISTS (SELECT FROM counted)
                          AND EXISTS (SELECT FROM protest.campaign WHERE seal IS NOT NULL) THEN 1 ELSE 0 END)"
    ))
}

/// Whether a draft is written by itself, or as the last of a transaction, which is over with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    ByItself,
    Last,
}

/// Writes a draft, or fails with `division_by_zero` and writes nothing, where something is not as it was seen.
pub(super) fn write(
    session: &mut Session,
    statement: &Statement,
    draft: &Draft,
    stamp: &Stamp<'_>,
    place: Place,
) -> Result<Verdict, tokio_postgres::Error> {
    let letters: Vec<(i64, Tie, &Letter)> =
        draft.letters.values().map(|written| (written.expected, written.tie, &written.letter)).collect();
    let columns = Columns::of(&letters, stamp.keys);
    let holds: Vec<&str> = draft.holds.iter().map(String::as_str).collect();
    let names: Vec<&str> = draft.buckets.keys().map(String::as_str).collect();
    let had = |of: fn(&Bucket) -> f64| -> Vec<Option<f64>> {
        draft.buckets.values().map(|(had, _)| had.as_ref().map(of)).collect()
    };
    let had_tokens = had(|bucket| bucket.tokens);
    let had_at: Vec<Option<i64>> =
        draft.buckets.values().map(|(had, _)| had.map(|bucket| bucket.at)).collect();
    let tokens: Vec<f64> = draft.buckets.values().map(|(_, bucket)| bucket.tokens).collect();
    let at: Vec<i64> = draft.buckets.values().map(|(_, bucket)| bucket.at).collect();
    let (count, paid) = (as_count(letters.len()), as_count(names.len()));
    let mut values = columns.values();
    values.extend([
        &stamp.by.list as &dyn Value,
        &stamp.by.at,
        &holds,
        &names,
        &had_tokens,
        &had_at,
        &tokens,
        &at,
        &stamp.commit,
        &stamp.by.run,
        &count,
        &paid,
    ]);
    let row = match place {
        Place::ByItself => session.prepared(statement, &values),
        Place::Last => session.prepared_as_the_last(statement, &values),
    };
    row.map(|row| Verdict::read(&row))
}

impl Verdict {
    fn read(row: &Row) -> Verdict {
        let keys: Vec<&[u8]> = row.get::<_, Option<_>>(0).unwrap_or_default();
        let addresses: Vec<Option<String>> = row.get::<_, Option<_>>(1).unwrap_or_default();
        let key = |bytes: &[u8]| bytes.try_into().ok().map(LetterKey);
        Verdict {
            addresses: keys
                .into_iter()
                .zip(addresses)
                .filter_map(|(bytes, address)| Some((key(bytes)?, address)))
                .collect(),
            now: row.get(2),
            per_domain: row.get(3),
            per_embassy: row.get(4),
            process: row.get(5),
        }
    }
}

/// Holds an address, unless it is held.
pub(super) fn hold(transaction: &mut Session, address: &str, at: i64) -> Result<(), tokio_postgres::Error> {
    let sql = "INSERT INTO protest.held (address, at) VALUES (lower($1), $2) ON CONFLICT DO NOTHING";
    transaction.change(sql, &[&address, &at]).map(drop)
}

/// Writes letters in a transaction that has locked them. How many were as expected.
pub(super) fn rewrite(
    transaction: &mut Session,
    letters: &[(i64, Letter)],
    keys: &Keys,
) -> Result<u64, tokio_postgres::Error> {
    /// As many as are sent at a time.
    const AT_A_TIME: usize = 5_000;
    let sql = format!(
        "UPDATE protest.letter SET {SET}, address = want.address FROM {WANTED}
         WHERE letter.key = want.key AND letter.seal = want.expected"
    );
    let mut written = 0;
    for some in letters.chunks(AT_A_TIME) {
        let some: Vec<_> = some.iter().map(|(expected, letter)| (*expected, Tie::None, letter)).collect();
        written += transaction.change(&sql, &Columns::of(&some, keys).values())?;
    }
    Ok(written)
}

/// Letters as arrays, one for each column.
struct Columns<'a> {
    keys: Vec<&'a [u8]>,
    expected: Vec<i64>,
    ties: Vec<i32>,
    states: Vec<&'static str>,
    befores: Vec<Option<&'static str>>,
    runs: Vec<Option<i32>>,
    lists: Vec<Option<i32>>,
    addresses: Vec<Option<&'a str>>,
    attempts: Vec<i32>,
    ats: Vec<Option<i64>>,
    codes: Vec<Option<i32>>,
    enhanced: Vec<Option<&'a str>>,
    words: Vec<Option<&'a str>>,
    relays: Vec<Option<&'a str>>,
    copies: Vec<Option<&'static str>>,
    seals: Vec<i64>,
}

impl<'a> Columns<'a> {
    fn of(letters: &[(i64, Tie, &'a Letter)], keys: &Keys) -> Columns<'a> {
        fn column<'a, T>(letters: &[(i64, Tie, &'a Letter)], of: impl Fn(&'a Letter) -> T) -> Vec<T> {
            letters.iter().map(|(_, _, letter)| of(letter)).collect()
        }
        Columns {
            keys: column(letters, |letter| letter.key.0.as_slice()),
            expected: letters.iter().map(|(expected, ..)| *expected).collect(),
            ties: letters.iter().map(|(_, tie, _)| *tie as i32).collect(),
            states: column(letters, |letter| letter.state.word()),
            befores: column(letters, |letter| letter.before.map(State::word)),
            runs: column(letters, |letter| letter.run),
            lists: column(letters, |letter| letter.list),
            addresses: column(letters, |letter| letter.address.as_deref()),
            attempts: column(letters, |letter| letter.attempts),
            ats: column(letters, |letter| letter.at),
            codes: column(letters, |letter| letter.code),
            enhanced: column(letters, |letter| letter.enhanced.as_deref()),
            words: column(letters, |letter| letter.words.as_deref()),
            relays: column(letters, |letter| letter.relay.as_deref()),
            copies: column(letters, |letter| letter.copy.map(CopyState::word)),
            seals: column(letters, |letter| letter.seal(keys)),
        }
    }

    fn values(&self) -> Vec<&dyn Value> {
        vec![
            &self.keys,
            &self.expected,
            &self.ties,
            &self.states,
            &self.befores,
            &self.runs,
            &self.lists,
            &self.addresses,
            &self.attempts,
            &self.ats,
            &self.codes,
            &self.enhanced,
            &self.words,
            &self.relays,
            &self.copies,
            &self.seals,
        ]
    }
}

fn as_count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
