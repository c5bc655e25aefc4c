//! The steps by which the tables have grown, as in a file: a new database goes through all of them, an older one through those
//! that it lacks, in one transaction. **A step that was released is never changed; a new one is added at the end.**

use super::fault::DatabaseFault;
use super::session::Session;

/// From an empty schema to the newest tables.
const STEPS: [&str; 1] = [FIRST];

/// The schema that this program writes: the number of the steps.
pub(super) const NEWEST: i32 = 1;

const FIRST: &str = "
-- One row. Without a check value the ledger is forgotten. The secret itself is with those who send.
CREATE TABLE protest.campaign (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    schema integer NOT NULL,
    id text NOT NULL, year integer NOT NULL, made_at bigint NOT NULL, key_rules integer NOT NULL, seal bytea
);
-- What every list must have alike: the protest day, a hash of the letter's texts.
CREATE TABLE protest.term (name text PRIMARY KEY, value text NOT NULL);
-- The smallest cap that anyone set, in letters a second.
CREATE TABLE protest.cap (kind text PRIMARY KEY, rate double precision NOT NULL);
-- Each organization's letters. The list belongs to the first address that sent with it.
CREATE TABLE protest.list (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE, sender text NOT NULL, domain text, forgotten boolean NOT NULL DEFAULT false,
    commits bigint NOT NULL DEFAULT 0 -- those besides its runs'
);
-- A run without an end lives as long as its advisory lock is held.
CREATE TABLE protest.run (
    id integer PRIMARY KEY,
    list integer NOT NULL REFERENCES protest.list,
    digest bytea,            -- of its letters' keys; a run of a single letter has none
    commits bigint NOT NULL DEFAULT 0,
    began_at bigint NOT NULL, ended_at bigint
);
CREATE SEQUENCE protest.run_number AS integer;
-- Room is left on each page, so that a claim and an outcome are written beside the row and in no index.
CREATE TABLE protest.letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key bytea NOT NULL UNIQUE,
    signer bigint NOT NULL, name_at_embassy bigint NOT NULL, email_at_embassy bigint,
    destination text NOT NULL,
    state text NOT NULL,     -- the words of State
    before text,             -- of a claimed letter: the state that the claim replaced
    run integer,             -- the last run that claimed it
    list integer,            -- whose it is since that claim
    address text,            -- the embassy's e-mail that it went to
    attempts integer NOT NULL DEFAULT 0,
    at bigint,               -- of the last change, in milliseconds since 1970
    code integer, enhanced text, words text, relay text,
    copy text,               -- the copy to the signer: owed, claimed, accepted or failed
    seal bigint NOT NULL     -- the check value over key, state, run, code and copy
) WITH (fillfactor = 60);
-- Which list has which letter, and the embassy's e-mail in its address book; without one it goes by post.
CREATE TABLE protest.listed (
    letter bigint NOT NULL REFERENCES protest.letter ON DELETE CASCADE,
    list integer NOT NULL REFERENCES protest.list, address text,
    PRIMARY KEY (letter, list)
);
CREATE TABLE protest.bucket (name text PRIMARY KEY, tokens double precision NOT NULL, at bigint NOT NULL)
    WITH (fillfactor = 20);
-- Embassies' addresses that a relay does not know (5.1.1), in small letters.
CREATE TABLE protest.held (address text PRIMARY KEY, at bigint NOT NULL);
-- The notices by which letters were found to have come back (hashes).
CREATE TABLE protest.notice (mark bigint PRIMARY KEY);
-- What is left of the letters of forgotten lists.
CREATE TABLE protest.forgotten (list integer NOT NULL, destination text NOT NULL, state text NOT NULL, letters bigint NOT NULL);
";

/// The schema of the tables that are there; none where there are none.
pub(super) fn schema_of(session: &mut Session) -> Result<Option<i32>, tokio_postgres::Error> {
    let is_there: bool = session.row("SELECT to_regclass('protest.campaign') IS NOT NULL", &[])?.get(0);
    if !is_there {
        return Ok(None);
    }
    Ok(session.row_if_any("SELECT schema FROM protest.campaign", &[])?.map(|row| row.get(0)))
}

/// Whether this user may make the tables.
pub(super) fn may_take_all(session: &mut Session) -> Result<(), DatabaseFault> {
    let sql = "SELECT CASE WHEN to_regnamespace('protest') IS NULL THEN has_database_privilege(current_database(), 'CREATE')
                      ELSE has_schema_privilege(to_regnamespace('protest'), 'CREATE') END, current_database()::text";
    let row = session.row(sql, &[]).map_err(|error| DatabaseFault::of(&error))?;
    if row.get(0) {
        return Ok(());
    }
    Err(DatabaseFault::NoRight(format!("permission denied for database {}", row.get::<_, String>(1))))
}

/// Makes the tables, in a schema that whoever runs the database may have made before.
pub(super) fn take_all(transaction: &mut Session) -> Result<(), tokio_postgres::Error> {
    let has_schema = transaction.row("SELECT to_regnamespace('protest') IS NOT NULL", &[])?.get::<_, bool>(0);
    if !has_schema {
        transaction.batch("CREATE SCHEMA protest")?;
    }
    STEPS.into_iter().try_for_each(|step| transaction.batch(step))
}

#[cfg(test)]
mod tests {
    use super::{NEWEST, STEPS};

    #[test]
    fn the_newest_schema_has_all_steps_behind_it() {
        assert_eq!(usize::try_from(NEWEST).unwrap(), STEPS.len());
    }
}
