//! `settle --damaged`: what can be mended in a damaged ledger, so that the day can go on.
//!
//! A letter that does not agree with its check value is in doubt afterwards, since nobody knows whether it left. Indexes
//! are made anew. Where the table of letters may have lost a row nothing is mended: that letter would leave again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, ErrorCode, params};

use super::open::{FileLedger, Writing};
use super::{alive, disk, file, seal, sound, whole};
use crate::files::folder_of;
use crate::ledger::doubt::Mended;
use crate::ledger::error::LedgerError;
use crate::ledger::lost::with_ending;
use crate::unfinished;

/// A letter's key: the hash that it is known by.
type Key = [u8; 32];

/// What is in doubt, and nothing else is done: the letters' numbers, and their keys as they were.
struct Diagnosis {
    altered: Vec<(i64, Key)>,
    /// What SQLite finds wrong with the file.
    faults: Vec<String>,
}

impl Diagnosis {
    /// Makes the indexes anew and puts the letters in doubt; gives what is wrong still.
    fn mend(&self, connection: &Connection, now: DateTime<Utc>) -> rusqlite::Result<Option<String>> {
        // First, since a row cannot be changed whose entry in an index is another.
        connection.execute_batch("REINDEX")?;
        for (id, key) in &self.altered {
            put_in_doubt(connection, *id, key, now)?;
        }
        connection.execute_batch("REINDEX")?;
        Ok(sound::faults(connection)?.into_iter().next())
    }
}

impl FileLedger {
    /// How many letters would be put in doubt by [`FileLedger::mend`]; an error where nothing can be mended.
    pub(crate) fn letters_to_mend(path: &Path) -> Result<Option<u64>, LedgerError> {
        let diagnosed = FileLedger::open_to_mend(path).and_then(|ledger| ledger.diagnosis());
        let diagnosis = diagnosed.map_err(told_by_who_mends)?;
        let letters = diagnosis.altered.len() as u64;
        Ok((letters > 0 || !diagnosis.faults.is_empty()).then_some(letters))
    }

    /// Keeps the file as it is beside itself, puts the letters that were altered in doubt, and makes the indexes anew.
    pub(crate) fn mend(path: &Path, now: DateTime<Utc>) -> Result<Mended, LedgerError> {
        // Before it is opened: closing a file that SQLite has open would drop its locks.
        let path = file::existing(path)?;
        let kept = keep(&path)?;
        let mended = FileLedger::open_to_mend(&path).and_then(|mut ledger| ledger.mend_in_place(now));
        if mended.is_err() && is_as_kept(&path, &kept) {
            // Nothing was changed, so that the copy is one too many.
            let _ = std::fs::remove_file(&kept);
            let _ = std::fs::remove_file(with_ending(&kept, "-wal"));
        }
        Ok(Mended { letters: mended.map_err(told_by_who_mends)?, kept })
    }

    /// All of it or nothing: what cannot be mended to the end stays as it is.
    fn mend_in_place(&mut self, now: DateTime<Utc>) -> Result<u64, LedgerError> {
        let transaction = self.write_while_it_rests()?;
        let diagnosis = self.diagnosis()?;
        let letters = diagnosis.altered.len() as u64;
        // Nothing is written on a page that is called free and may not be.
        let is_writable = !diagnosis.faults.iter().any(|fault| sound::is_of_free_pages(fault));
        if is_writable && matches!(diagnosis.mend(&transaction, now), Ok(None)) {
            transaction.commit()?;
        } else {
            drop(transaction);
            self.mend_written_anew(&diagnosis, now)?;
        }
        self.empty_log()?;
        Ok(letters)
    }

    /// What is wrong with the room between rows, or with the list of free pages, is left behind where the file is written
    /// anew. Whether that is all, a copy tells.
    fn mend_written_anew(&self, diagnosis: &Diagnosis, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let unmendable = |error: rusqlite::Error| self.unmendable(&error);
        let mend = |connection: &Connection| match diagnosis.mend(connection, now) {
            Ok(None) => Ok(()),
            Ok(Some(left)) => Err(self.beyond_repair(&left)),
            Err(error) => Err(self.unmendable(&error)),
        };
        let (workshop, _held) = unfinished::folder_in(folder_of(&self.path))
            .map_err(|error| LedgerError::io(&self.path, &error))?;
        let copy = workshop.path().join("ledger");
        self.connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).map_err(unmendable)?;
        let trial = Connection::open(&copy).map_err(unmendable)?;
        if let Some(keys) = &self.keys {
            seal::teach(&trial, keys).map_err(unmendable)?;
        }
        mend(&trial)?;
        self.connection.execute_batch("VACUUM").map_err(unmendable)?;
        let transaction = self.write_while_it_rests()?;
        mend(&transaction)?;
        transaction.commit()
    }

    fn write_while_it_rests(&self) -> Result<Writing<'_>, LedgerError> {
        let transaction = self.write()?;
        let living = alive::without_end(&transaction).map_err(|error| self.error(&error))?;
        if living.is_empty() { Ok(transaction) } else { Err(LedgerError::RunLives((&self.path).into())) }
    }

    /// Which letters do not agree. A letter that the index knows and the table does not has left no trace of its state.
    fn diagnosis(&self) -> Result<Diagnosis, LedgerError> {
        let unreadable = |error: rusqlite::Error| self.beyond_repair(&error.to_string());
        let altered = whole::altered(&self.connection).map_err(unreadable)?;
        let rows: i64 = self
            .connection
            .query_one("SELECT count(id) FROM letter NOT INDEXED WHERE typeof(state) <> 'null'", [], |row| {
                row.get(0)
            })
            .map_err(unreadable)?;
        // An index that cannot be read has nothing to say, and is made anew.
        let index = keys_in_index(&self.connection).unwrap_or_default();
        if index.len() as u64 > rows.unsigned_abs() {
            return Err(self.beyond_repair("a letter is missing in its table"));
        }
        let mut with_keys = Vec::new();
        for letter in altered {
            let key = self.key_as_it_was(letter.id, index.get(&letter.id)).map_err(unreadable)?.ok_or_else(
                || self.beyond_repair(&format!("the key of letter number {} cannot be told", letter.id)),
            )?;
            with_keys.push((letter.id, key));
        }
        // Where SQLite stops looking, as at an index that cannot be followed, that is the fault.
        let faults = sound::faults(&self.connection).unwrap_or_else(|error| vec![error.to_string()]);
        Ok(Diagnosis { altered: with_keys, faults })
    }

    /// The key that a letter had before it was altered; nothing where that is not certain. The letter with a wrong one would
    /// be another's, and its own would leave again.
    fn key_as_it_was(&self, id: i64, in_index: Option<&Key>) -> rusqlite::Result<Option<Key>> {
        let (key, agrees, agrees_with_index): (Option<Key>, bool, bool) = self.connection.query_one(
            "SELECT key, seal IS seal(key, state, run, code, copy), seal IS seal(?2, state, run, code, copy)
             FROM letter NOT INDEXED WHERE id = ?1",
            params![id, in_index],
            |row| Ok((row.get(0).ok(), row.get(1)?, row.get(2)?)),
        )?;
        if agrees {
            return Ok(key);
        }
        Ok(in_index.filter(|in_index| agrees_with_index || key.as_ref() == Some(*in_index)).copied())
    }

    /// What came of mending: the disk's fault, or the ledger's.
    fn unmendable(&self, error: &rusqlite::Error) -> LedgerError {
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::DatabaseBusy
                | ErrorCode::OutOfMemory,
            ) => self.error(error),
            _ => self.beyond_repair(&error.to_string()),
        }
    }

    fn beyond_repair(&self, words: &str) -> LedgerError {
        LedgerError::BeyondRepair { path: self.path.clone(), words: words.to_owned() }
    }
}

/// That `settle --damaged` may mend it is no word of its own.
fn told_by_who_mends(error: LedgerError) -> LedgerError {
    match error {
        LedgerError::Corrupt { path, words } => LedgerError::BeyondRepair { path, words },
        error => error,
    }
}

/// Gives the letter the key that it had; nobody knows whether it left.
fn put_in_doubt(connection: &Connection, id: i64, key: &Key, now: DateTime<Utc>) -> rusqlite::Result<()> {
    connection.execute("UPDATE letter SET key = ?2 WHERE id = ?1 AND key IS NOT ?2", params![id, key])?;
    connection.execute(
        "UPDATE letter SET state = 'in_doubt', before = NULL, run = NULL, code = NULL, enhanced = NULL,
                relay = NULL, room = NULL, copy = NULL, at = ?2, words = 'the ledger was damaged here',
                destination = iif(legible(destination), destination, '?'),
                address = iif(legible(address), address, NULL),
                sent_to = iif(legible(sent_to), sent_to, NULL),
                signer = iif(typeof(signer) = 'integer', signer, 0),
                name_at_embassy = iif(typeof(name_at_embassy) = 'integer', name_at_embassy, 0),
                email_at_embassy = iif(typeof(email_at_embassy) = 'integer', email_at_embassy, NULL),
                attempts = iif(typeof(attempts) = 'integer', attempts, 1),
                seal = seal(key, 'in_doubt', NULL, NULL, NULL)
         WHERE id = ?1",
        params![id, now.timestamp_millis()],
    )?;
    Ok(())
}

/// The keys of the letters as their index has them, read from the index alone.
fn keys_in_index(connection: &Connection) -> rusqlite::Result<HashMap<i64, Key>> {
    connection
        .prepare("SELECT id, key FROM letter INDEXED BY sqlite_autoindex_letter_1 ORDER BY key")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Whether the ledger is, byte for byte, the copy that was made of it.
fn is_as_kept(path: &Path, kept: &Path) -> bool {
    let same = |ending: &str| {
        let [now, then] =
            [path, kept].map(|path| std::fs::read(with_ending(path, ending)).unwrap_or_default());
        now == then
    };
    same("") && same("-wal")
}

/// Copies the file and its log beside themselves, durably and not over an earlier copy.
fn keep(path: &Path) -> Result<PathBuf, LedgerError> {
    let mut kept = with_ending(path, ".damaged");
    for number in 2.. {
        if !kept.exists() {
            break;
        }
        kept = with_ending(path, &format!(".damaged-{number}"));
    }
    let copy = |ending: &str| {
        let from = with_ending(path, ending);
        if !from.exists() {
            return Ok(());
        }
        let to = with_ending(&kept, ending);
        std::fs::copy(&from, &to)?;
        std::fs::File::open(&to)?.sync_all()
    };
    copy("")
        .and_then(|()| copy("-wal"))
        .and_then(|()| disk::sync_folder(&kept))
        .map_err(|error| LedgerError::io(&kept, &error))?;
    Ok(kept)
}
