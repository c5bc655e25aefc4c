//! Recording a list: what it has is enrolled, what it no longer has is dropped, and no other list's letter is touched.

use postgres::{Client, Transaction};
use rusqlite::Connection;

use super::alive;
use super::draft;
use super::letter::{COLUMNS, Letter, seal};
use crate::ledger::comparison::{Enrolled, Scope};
use crate::ledger::key::{Keys, LetterKey};
use crate::ledger::location::Terms;
use crate::ledger::outcome::State;
use crate::ledger::round::{Again, Retry};

/// Why the letters could not be brought to the database.
pub(super) enum Unbrought {
    Rows(rusqlite::Error),
    Database(postgres::Error),
}

/// How many letters are sent at a time.
const AT_A_TIME: usize = 10_000;

/// Brings the letters of the plan into `pg_temp.list`.
pub(super) fn bring(rows: &Connection, client: &mut Client) -> Result<(), Unbrought> {
    client
        .batch_execute(
            "DROP TABLE IF EXISTS pg_temp.list;
             CREATE TEMP TABLE list (
                 row bigint PRIMARY KEY, key bytea NOT NULL UNIQUE,
                 signer bigint NOT NULL, name_at_embassy bigint NOT NULL, email_at_embassy bigint,
                 destination text NOT NULL, address text
             )",
        )
        .map_err(Unbrought::Database)?;
    let insert = client
        .prepare(
            "INSERT INTO pg_temp.list
             SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[])",
        )
        .map_err(Unbrought::Database)?;
    let mut statement = rows.prepare("SELECT * FROM temp.list ORDER BY row").map_err(Unbrought::Rows)?;
    let mut rows = statement.query([]).map_err(Unbrought::Rows)?;
    let mut some = Batch::default();
    while let Some(row) = rows.next().map_err(Unbrought::Rows)? {
        some.take(row).map_err(Unbrought::Rows)?;
        if some.rows.len() == AT_A_TIME {
            std::mem::take(&mut some).send(client, &insert).map_err(Unbrought::Database)?;
        }
    }
    some.send(client, &insert).map_err(Unbrought::Database)?;
    client.batch_execute("ANALYZE pg_temp.list").map_err(Unbrought::Database)
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
}

impl Batch {
    fn take(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
        self.rows.push(row.get(0)?);
        self.keys.push(row.get(1)?);
        self.signers.push(row.get(2)?);
        self.names.push(row.get(3)?);
        self.emails.push(row.get(4)?);
        self.destinations.push(row.get(5)?);
        self.addresses.push(row.get(6)?);
        Ok(())
    }

    fn send(self, client: &mut Client, insert: &postgres::Statement) -> Result<(), postgres::Error> {
        let Batch { rows, keys, signers, names, emails, destinations, addresses } = &self;
        client.execute(insert, &[rows, keys, signers, names, emails, destinations, addresses]).map(drop)
    }
}

/// Whether a run of the list lives that carries out another plan.
pub(super) fn lives_another(
    transaction: &mut Transaction<'_>,
    list: i32,
    digest: &[u8; 32],
) -> Result<bool, postgres::Error> {
    let dead = alive::dead(transaction)?;
    let sql = "SELECT EXISTS (SELECT FROM protest.run WHERE ended_at IS NULL AND id <> ALL($1) AND list = $2
               AND digest IS DISTINCT FROM $3)";
    transaction.query_one(sql, &[&dead, &list, &digest.as_slice()]).map(|row| row.get(0))
}

/// The first list says what all must have alike; of the caps the smallest holds.
pub(super) fn keep_terms(transaction: &mut Transaction<'_>, terms: &Terms) -> Result<(), postgres::Error> {
    for (name, value) in [("day", &terms.day), ("letters", &terms.letters)] {
        let sql = "INSERT INTO protest.term (name, value) SELECT $1, $2 WHERE $2 <> '' ON CONFLICT (name) DO NOTHING";
        transaction.execute(sql, &[&name, value])?;
    }
    for (kind, rate) in [("domain", terms.per_domain), ("embassy", terms.per_embassy)] {
        let sql = "INSERT INTO protest.cap (kind, rate) SELECT $1, $2 WHERE $2::float8 IS NOT NULL
                   ON CONFLICT (kind) DO UPDATE SET rate = least(cap.rate, excluded.rate)";
        transaction.execute(sql, &[&kind, &rate])?;
    }
    Ok(())
}

/// Enrols `pg_temp.list` for the list.
pub(super) fn enrol(
    transaction: &mut Transaction<'_>,
    list: i32,
    scope: Scope,
    retry: Retry,
    keys: &Keys,
) -> Result<Enrolled, postgres::Error> {
    let dropped = match scope {
        Scope::Campaign => drop_others(transaction, list, keys)?,
        Scope::OneLetter => 0,
    };
    if retry.refused || retry.bounced == Again::All {
        transaction.execute("DELETE FROM protest.held", &[])?;
    }
    add_new(transaction, keys)?;
    let added = transaction.execute(
        "INSERT INTO protest.listed (letter, list, address)
         SELECT letter.id, $1, list.address FROM pg_temp.list JOIN protest.letter USING (key)
         WHERE NOT EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $1)",
        &[&list],
    )?;
    // A letter known already takes the embassy's address of today: one that was held may have changed. Where it may have been
    // sent to the former one, that stands in its own row. One that came back by mail does not go by post now.
    transaction.execute(
        "UPDATE protest.listed SET address = list.address FROM pg_temp.list JOIN protest.letter USING (key)
         WHERE listed.letter = letter.id AND listed.list = $1 AND listed.address IS DISTINCT FROM list.address
           AND (letter.state IN ('pending', 'deferred', 'refused', 'in_doubt')
                OR letter.state = 'bounced' AND list.address IS NOT NULL)",
        &[&list],
    )?;
    let sql = "SELECT count(*), count(*) FILTER (WHERE letter.list <> $1) FROM protest.listed
               JOIN protest.letter ON letter.id = listed.letter WHERE listed.list = $1";
    let row = transaction.query_one(sql, &[&list])?;
    let (all, with_another): (i64, i64) = (row.get(0), row.get(1));
    Ok(Enrolled { added, dropped, total: (all - with_another).unsigned_abs() })
}

/// The letters that nobody knows yet, with the check values that they begin with.
fn add_new(transaction: &mut Transaction<'_>, keys: &Keys) -> Result<(), postgres::Error> {
    let sql = "SELECT key FROM pg_temp.list
               WHERE NOT EXISTS (SELECT FROM protest.letter WHERE letter.key = list.key) ORDER BY row";
    let new = transaction.query(sql, &[])?;
    let new: Vec<&[u8]> = new.iter().map(|row| row.get(0)).collect();
    for some in new.chunks(AT_A_TIME) {
        let seals: Vec<i64> = some
            .iter()
            .map(|key| {
                let key = LetterKey((*key).try_into().unwrap_or_default());
                seal(keys, key, State::Pending, None, None, None)
            })
            .collect();
        transaction.execute(
            "INSERT INTO protest.letter (key, signer, name_at_embassy, email_at_embassy, destination, state, seal)
             SELECT key, signer, name_at_embassy, email_at_embassy, destination, 'pending', new.seal
             FROM unnest($1::bytea[], $2::bigint[]) AS new (key, seal) JOIN pg_temp.list USING (key) ORDER BY list.row",
            &[&some, &seals],
        )?;
    }
    Ok(())
}

/// Drops what is pending or deferred and no longer in the list. Another list that has the letter too keeps it, as one that nobody
/// has tried.
fn drop_others(transaction: &mut Transaction<'_>, list: i32, keys: &Keys) -> Result<u64, postgres::Error> {
    const GONE: &str = "listed.list = $1 AND listed.letter = letter.id
         AND NOT EXISTS (SELECT FROM pg_temp.list WHERE list.key = letter.key)";
    // Those that another list has since its own claim were counted there.
    let sql = format!("DELETE FROM protest.listed USING protest.letter WHERE {GONE} AND letter.list <> $1");
    transaction.execute(&sql, &[&list])?;
    let sql = format!(
        "DELETE FROM protest.listed USING protest.letter WHERE {GONE} AND letter.state IN ('pending', 'deferred')"
    );
    let dropped = transaction.execute(&sql, &[&list])?;
    let sql = format!(
        "SELECT {COLUMNS} FROM protest.letter WHERE state = 'deferred' AND list = $1
         AND NOT EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id AND listed.list = $1) FOR UPDATE"
    );
    let deferred = transaction.query(&sql, &[&list])?;
    let fresh: Vec<(i64, Letter)> = deferred
        .iter()
        .filter_map(|row| Letter::read(row, 0))
        .map(|letter| (letter.seal(keys), Letter::fresh(letter.key)))
        .collect();
    draft::rewrite(transaction, &fresh, keys)?;
    let sql = "DELETE FROM protest.letter WHERE state IN ('pending', 'deferred')
               AND NOT EXISTS (SELECT FROM protest.listed WHERE listed.letter = letter.id)";
    transaction.execute(sql, &[])?;
    Ok(dropped)
}
