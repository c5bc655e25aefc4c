//! The letters of one plan, in a temporary table of this machine: a million of them need no more memory than ten thousand.

use rusqlite::{Connection, params};

use super::comparison::{Added, Enrolment, SharedEmail, SharedEmails};

/// Makes the table, which goes with the connection at the latest.
pub(super) fn make(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "DROP TABLE IF EXISTS temp.list;
         CREATE TEMP TABLE list (
             row INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE,
             signer INTEGER NOT NULL, name_at_embassy INTEGER NOT NULL, email_at_embassy INTEGER,
             destination TEXT NOT NULL, address TEXT
         ) STRICT;",
    )
}

/// Drops it.
pub(super) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("DROP TABLE IF EXISTS temp.list")
}

/// Adds the plan's next letter.
pub(super) fn add(connection: &Connection, enrolment: &Enrolment<'_>) -> rusqlite::Result<Added> {
    let letter = &enrolment.letter;
    let added = connection
        .prepare_cached(
            "INSERT INTO temp.list VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING",
        )?
        .execute(params![
            enrolment.row,
            letter.key.0,
            letter.signer.0,
            letter.name_at_embassy.0,
            letter.email_at_embassy.map(|mark| mark.0),
            enrolment.destination,
            enrolment.mail_address,
        ])?;
    if added == 1 {
        return Ok(Added::New);
    }
    connection
        .prepare_cached("SELECT row FROM temp.list WHERE key = ?1")?
        .query_one([letter.key.0], |row| row.get(0))
        .map(Added::Repeats)
}

/// Takes a row out again.
pub(super) fn withdraw(connection: &Connection, row: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM temp.list WHERE row = ?1")?.execute([row]).map(drop)
}

/// The same for the same letters, in whatever order the list has them.
pub(super) fn digest(connection: &Connection) -> rusqlite::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    let mut statement = connection.prepare("SELECT key FROM temp.list ORDER BY key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        hasher.update(&row.get::<_, [u8; 32]>(0)?);
    }
    Ok(*hasher.finalize().as_bytes())
}

/// E-mails that several signers gave; of two embassies they are counted at each.
pub(super) fn shared_emails(connection: &Connection, first: usize) -> rusqlite::Result<SharedEmails> {
    let mut found = SharedEmails::default();
    let mut statement = connection.prepare(
        "SELECT min(row), count(*) FROM temp.list WHERE email_at_embassy IS NOT NULL
         GROUP BY email_at_embassy HAVING count(*) > 1 ORDER BY 1",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found.total += 1;
        if found.first.len() < first {
            found.first.push(SharedEmail {
                first_row: row.get::<_, i64>(0)?.unsigned_abs(),
                signers: row.get::<_, i64>(1)?.unsigned_abs(),
            });
        }
    }
    Ok(found)
}
