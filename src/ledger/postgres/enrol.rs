//! Recording a list: what it has is enrolled, what it no longer has is dropped, and no other list's letter is touched.

use rusqlite::Connection;

use super::draft;
use super::letter::{COLUMNS, Letter};
use super::session::Session;
use crate::ledger::comparison::{Enrolled, Scope};
use crate::ledger::key::{Keys, LetterKey};
use crate::ledger::location::Terms;
use crate::ledger::round::{Again, Retry};

/// Why the letters could not be brought to the database.
pub(super) enum Unbrought {
    Rows(rusqlite::Error),
    Database(tokio_postgres::Error),
}

/// How many letters are sent at a time.
const AT_A_TIME: usize = 10_000;

/// Brings the letters of the plan into `pg_temp.list`, each with the check value that it has as a new one.
pub(super) fn bring(rows: &Connection, session: &mut Session, keys: &Keys) -> Result<(), Unbrought> {
    session.ahead_of_the_next(
        "DROP TABLE IF EXISTS pg_temp.list;
         CREATE TEMP TABLE list (
             row bigint PRIMARY KEY, key bytea NOT NULL UNIQUE,
             signer bigint NOT NULL, name_at_embassy bigint NOT NULL, email_at_embassy bigint,
             destination text NOT NULL, address text, seal bigint NOT NULL
         )",
    );
    let mut statement = rows.prepare("SELECT * FROM temp.list ORDER BY row").map_err(Unbrought::Rows)?;
    let mut rows = statement.query([]).map_err(Unbrought::Rows)?;
    let mut some = Batch::default();
    while let Some(row) = rows.next().map_err(Unbrought::Rows)? {
        some.take(row, keys).map_err(Unbrought::Rows)?;
        if some.rows.len() == AT_A_TIME {
            std::mem::take(&mut some).send(session).map_err(Unbrought::Database)?;
        }
    }
    some.send(session).map_err(Unbrought::Database)?;
    session.ahead_of_the_next("ANALYZE pg_temp.list");
    Ok(())
}

/// Letters on their way to the database, a column each.
#[derive(Default)]
struct Batch {
    rows: Vec<i64>,
    keys: Vec<Vec<u8>>,
    signers: Vec<i64>,
    names: Vec<i64>,
    emails: Vec<Option<i64>>,
    destinations: Vec<String>,
    addresses: Vec<Option<String>>,
    seals: Vec<i64>,
}

impl Batch {
    fn take(&mut self, row: &rusqlite::Row<'_>, keys: &Keys) -> rusqlite::Result<()> {
        self.rows.push(row.get(0)?);
        let key: [u8; 32] = row.get(1)?;
        self.seals.push(Letter::fresh(LetterKey(key)).seal(keys));
        self.keys.push(key.to_vec());
        self.signers.push(row.get(2)?);
        self.names.push(row.get(3)?);
        self.emails.push(row.get(4)?);
        self.destinations.push(row.get(5)?);
        self.addresses.push(row.get(6)?);
        Ok(())
    }

    fn send(self, session: &mut Session) -> Result<(), tokio_postgres::Error> {
        let Batch { rows, keys, signers, names, emails, destinations, addresses, seals } = &self;
        session
            .change(
                "INSERT INTO pg_temp.list SELECT * FROM unnest(
                     $1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[])",
                &[rows, keys, signers, names, emails, destinations, addresses, seals],
            )
            .map(drop)
    }
}

/// What a list agrees to when it begins: the first says what all must have alike; of the caps the smallest holds. False where a
/// run of the list lives that carries out another plan than that of this digest.
pub(super) fn agree(
    transaction: &mut Session,
    terms: &Terms,
    list: i32,
    digest: Option<&[u8]>,
    retry: Retry,
) -> Result<bool, tokio_postgres::Error> {
    let row = transaction.row(
        "WITH terms AS (
             INSERT INTO protest.term (name, value)
             SELECT name, value FROM unnest($1::text[], $2::text[]) AS new (name, value) WHERE value <> ''
             ON CONFLICT (name) DO NOTHING
         ), caps AS (
             INSERT INTO protest.cap (kind, rate)
             SELECT kind, rate FROM unnest($3::text[], $4::float8[]) AS new (kind, rate) WHERE rate IS NOT NULL
             ON CONFLICT (kind) DO UPDATE SET rate = least(cap.rate, excluded.rate)
         ), freed AS (
             DELETE FROM protest.held WHERE $5
         )
         SELECT $6::bytea IS NOT NULL AND EXISTS (
             SELECT FROM protest.run WHERE ended_at IS NULL AND list = $7 AND digest IS DISTINCT FROM $6)",
        &[
            &vec!["day", "letters"],
            &vec![&terms.day, &terms.letters],
            &vec!["domain", "embassy"],
            &vec![terms.per_domain, terms.per_embassy],
            &(retry.refused || retry.bounced == Again::All),
            &digest,
            &list,
        ],
    )?;
    Ok(!row.get::<_, bool>(0))
}

/// Enrols `pg_temp.list` for the list.
pub(super) fn enrol(
    transaction: &mut Session,
    list: i32,
    scope: Scope,
    keys: &Keys,
) -> Result<Enrolled, tokio_postgres::Error> {
    let dropped = match scope {
        Scope::Campaign => drop_others(transaction, list, keys)?,
        Scope::OneLetter => 0,
    };
    transaction.change(
        "INSERT INTO protest.letter (key, signer, name_at_embassy, email_at_embassy, destination, state, seal)
         SELECT key, signer, name_at_embassy, email_at_embassy, destination, 'pending', seal FROM pg_temp.list
         WHERE NOT EXISTS (SELECT FROM protest.letter WHERE letter.key = list.key) ORDER BY list.row",
        &[],
    )?;
    // A letter known already takes the embassy's address of today: one that was held may have changed. Where it may have been
    // sent to the former one, that stands in its own row. One that came back by mail does not go by post now.
    let row = transaction.row(
        "WITH added AS (
             INSERT INTO protest.listed (letter, list, address)
             SELECT letter.id, $1, list.address FROM pg_temp.list JOIN protest.letter USING (key)
             WHERE NOT EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $1)
             RETURNING letter
         ), moved AS (
             UPDATE protest.listed SET address = list.address FROM pg_temp.list JOIN protest.letter USING (key)
             WHERE listed.letter = letter.id AND listed.list = $1 AND listed.address IS DISTINCT FROM list.address
               AND (letter.state IN ('pending', 'deferred', 'refused', 'in_doubt')
                    OR letter.state = 'bounced' AND list.address IS NOT NULL)
         )
         SELECT (SELECT count(*) FROM added),
                -- As it was before this statement.
                (SELECT count(*) FROM protest.listed WHERE list = $1),
                (SELECT count(*) FROM protest.letter WHERE letter.list <> $1
                 AND (EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $1)
                      OR letter.id IN (SELECT letter FROM added)))",
        &[&list],
    )?;
    let (added, before, with_another): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
    Ok(Enrolled {
        added: added.unsigned_abs(),
        dropped,
        total: (before + added - with_another).unsigned_abs(),
    })
}

/// Drops what is pending or deferred and no longer in the list. Another list that has the letter too keeps it, as one that nobody
/// has tried.
fn drop_others(transaction: &mut Session, list: i32, keys: &Keys) -> Result<u64, tokio_postgres::Error> {
    // Those that another list has since its own claim were counted there.
    let row = transaction.row(
        "WITH gone AS (
             DELETE FROM protest.listed USING protest.letter
             WHERE listed.list = $1 AND listed.letter = letter.id
               AND NOT EXISTS (SELECT FROM pg_temp.list WHERE list.key = letter.key)
               AND (letter.list <> $1 OR letter.state IN ('pending', 'deferred'))
             RETURNING letter.list IS NULL OR letter.list = $1 AS is_own
         )
         SELECT count(*), count(*) FILTER (WHERE is_own) FROM gone",
        &[&list],
    )?;
    let (gone, dropped): (i64, i64) = (row.get(0), row.get(1));
    if gone == 0 {
        return Ok(0);
    }
    let sql = format!(
        "WITH nobodys AS (
             DELETE FROM protest.letter WHERE state IN ('pending', 'deferred')
             AND NOT EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id)
         )
         SELECT {COLUMNS} FROM protest.letter WHERE state = 'deferred' AND list = $1
         AND NOT EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $1)
         AND EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id) FOR UPDATE"
    );
    let deferred = transaction.rows(&sql, &[&list])?;
    let fresh: Vec<(i64, Letter)> = deferred
        .iter()
        .filter_map(|row| Letter::read(row, 0))
        .map(|letter| (letter.seal(keys), Letter::fresh(letter.key)))
        .collect();
    draft::rewrite(transaction, &fresh, keys)?;
    Ok(dropped.unsigned_abs())
}
