//! The rows that a round is judged by, read and locked in one statement.

use std::collections::{HashMap, HashSet};

use super::letter::{COLUMNS, Letter};
use super::round::{Listed, Seen};
use super::session::Session;
use crate::ledger::key::LetterKey;
use crate::ledger::pace::Bucket;

/// What was found; the rows of letters and buckets are locked.
pub(super) struct Found {
    pub(super) letters: HashMap<LetterKey, Seen>,
    pub(super) buckets: HashMap<String, Bucket>,
    /// Addresses that are held.
    pub(super) held: HashSet<String>,
    /// The database's clock, in microseconds since 1970; none of a forgotten ledger.
    pub(super) now: Option<i64>,
}

/// Reads and locks letters, with what the list has of them, and buckets. Each kind is locked in the order of its names, the
/// letters before the buckets, as they are written.
pub(super) fn read(
    session: &mut Session,
    keys: &[LetterKey],
    names: &[String],
    list: i32,
) -> Result<Found, tokio_postgres::Error> {
    let sql = format!(
        "WITH found AS MATERIALIZED (
             SELECT letter.seal AS seen, listed.letter IS NOT NULL AS is_listed, listed.address AS book, {COLUMNS}
             FROM protest.letter LEFT JOIN protest.listed ON listed.letter = letter.id AND listed.list = $2
             WHERE letter.key = ANY($1) ORDER BY letter.key FOR UPDATE OF letter
         ), filled AS MATERIALIZED (
             SELECT name, tokens, at FROM protest.bucket
             WHERE name = ANY($3) AND (SELECT count(*) FROM found) >= 0 ORDER BY name FOR UPDATE
         ), once AS MATERIALIZED (
             SELECT array_agg(name) AS names, array_agg(tokens) AS tokens, array_agg(at) AS ats,
                    (SELECT array_agg(address) FROM protest.held) AS held FROM filled
         )
         SELECT names, tokens, ats, held,
                (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM protest.campaign WHERE seal IS NOT NULL),
                found.*
         FROM once LEFT JOIN found ON true"
    );
    let bytes: Vec<&[u8]> = keys.iter().map(|key| key.0.as_slice()).collect();
    let rows = session.rows(&sql, &[&bytes, &list, &names])?;
    let mut found =
        Found { letters: HashMap::new(), buckets: HashMap::new(), held: HashSet::new(), now: None };
    if let Some(row) = rows.first() {
        found.now = row.get(4);
        found.held = row.get::<_, Option<Vec<String>>>(3).unwrap_or_default().into_iter().collect();
        let names = row.get::<_, Option<Vec<String>>>(0).unwrap_or_default();
        let tokens = row.get::<_, Option<Vec<f64>>>(1).unwrap_or_default();
        let ats = row.get::<_, Option<Vec<i64>>>(2).unwrap_or_default();
        let buckets = tokens.into_iter().zip(ats).map(|(tokens, at)| Bucket { tokens, at });
        found.buckets = names.into_iter().zip(buckets).collect();
    }
    for row in &rows {
        // Without a letter there is a row of nothing.
        let Some(seal) = row.get(5) else { continue };
        let Some(letter) = Letter::read(row, 8) else { continue };
        let listed = if row.get(6) { Listed::Yes(row.get(7)) } else { Listed::No };
        found.letters.insert(letter.key, Seen { letter, seal, listed });
    }
    Ok(found)
}

/// Letters alone.
pub(super) fn letters(
    session: &mut Session,
    keys: &[LetterKey],
    list: i32,
) -> Result<HashMap<LetterKey, Seen>, tokio_postgres::Error> {
    read(session, keys, &[], list).map(|found| found.letters)
}
