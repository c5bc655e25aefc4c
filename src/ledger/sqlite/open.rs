//! An open ledger: the file of one campaign, found, made or refused.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::{disk, file, schema};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{Keys, Secret};

/// What may be done with a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Write,
    Read,
}

/// An open ledger. One thread uses it; its [`Keys`] and a [`Run`] can be shared by many.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(super) path: PathBuf,
    access: Access,
    pub(in crate::ledger) connection: Connection,
    campaign_id: String,
    year: i32,
    pub(super) keys: Option<Arc<Keys>>,
}

impl Ledger {
    /// Opens the ledger at `path`, or makes it: for the campaign `id` (default `dec2-YEAR`) and the protest day of
    /// `year`. An existing ledger keeps its own id and year; another `id` than its own is an error.
    pub(crate) fn open_or_create(
        path: &Path,
        id: Option<&str>,
        year: i32,
        now: DateTime<Utc>,
    ) -> Result<Ledger, LedgerError> {
        let resolved = disk::resolved(path)?;
        if !file::is_a_ledger(&resolved)? {
            let id_made = id.map_or_else(|| default_id(year), ToOwned::to_owned);
            let secret = fresh_secret(&resolved)?;
            file::make(&resolved, &id_made, year, now.timestamp_millis(), &secret)?;
        }
        Ledger::open(&resolved, id)
    }

    /// Opens an existing ledger to write in it.
    pub(crate) fn open(path: &Path, id: Option<&str>) -> Result<Ledger, LedgerError> {
        let path = existing(path)?;
        let connection = file::connect(&path)?;
        Ledger::new(path, Access::Write, connection, id)
    }

    /// Opens an existing ledger for `status` and `--dry-run`: nothing is written, no file is left behind.
    pub(crate) fn open_read_only(path: &Path, id: Option<&str>) -> Result<Ledger, LedgerError> {
        let path = existing(path)?;
        let connection = file::connect_to_read(&path)?;
        Ledger::new(path, Access::Read, connection, id)
    }

    /// A ledger in memory with a fresh secret: for a dry run before the first, and where none can be made.
    pub(crate) fn ephemeral(id: Option<&str>, year: i32) -> Result<Ledger, LedgerError> {
        let path = PathBuf::from("(in memory)");
        let sqlite = |error: rusqlite::Error| LedgerError::of(&path, &error);
        let secret = fresh_secret(&path)?;
        let id = id.map_or_else(|| default_id(year), ToOwned::to_owned);
        let mut connection = Connection::open_in_memory().map_err(sqlite)?;
        schema::set_up(&mut connection).map_err(sqlite)?;
        schema::create(&connection, &id, year, 0, &secret).map_err(sqlite)?;
        Ledger::new(path, Access::Read, connection, None)
    }

    fn new(
        path: PathBuf,
        access: Access,
        connection: Connection,
        id: Option<&str>,
    ) -> Result<Ledger, LedgerError> {
        file::must_be_sound(&path, &connection)?;
        let (campaign_id, year, secret) = connection
            .query_one("SELECT id, year, secret FROM campaign", [], |row| {
                let secret: Option<[u8; 32]> = row.get(2)?;
                Ok((row.get::<_, String>(0)?, row.get(1)?, secret.map(Secret::from_ledger)))
            })
            .map_err(|error| LedgerError::of(&path, &error))?;
        match id {
            Some(wanted) if wanted != campaign_id => {
                Err(LedgerError::OtherCampaign { path, found: campaign_id, wanted: wanted.to_owned() })
            }
            _ => Ok(Ledger {
                keys: secret.map(|secret| Arc::new(Keys::new(secret, &campaign_id))),
                path,
                access,
                connection,
                campaign_id,
                year,
            }),
        }
    }

    /// The file, by the one path that every process knows it by.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The campaign's id.
    pub(crate) fn campaign_id(&self) -> &str {
        &self.campaign_id
    }

    /// The year of the campaign's protest day.
    pub(crate) fn year(&self) -> i32 {
        self.year
    }

    /// What turns signers into keys and Message-IDs. A forgotten ledger has none.
    pub(crate) fn keys(&self) -> Result<Arc<Keys>, LedgerError> {
        self.keys.clone().ok_or_else(|| LedgerError::Forgotten(self.path.clone()))
    }

    /// A transaction that writes, on a ledger that may be written and was not forgotten, even just now by
    /// another process.
    pub(super) fn write(&self) -> Result<Transaction<'_>, LedgerError> {
        if self.access == Access::Read {
            return Err(LedgerError::ReadOnly(self.path.clone()));
        }
        let begin = || {
            let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
            let secret: Option<Option<i64>> = transaction
                .prepare_cached("SELECT 1 FROM campaign WHERE secret IS NOT NULL")?
                .query_one([], |row| row.get(0))
                .optional()?;
            Ok((transaction, secret.is_some()))
        };
        match begin().map_err(|error| self.error(&error))? {
            (transaction, true) => Ok(transaction),
            (_, false) => Err(LedgerError::Forgotten(self.path.clone())),
        }
    }

    pub(super) fn error(&self, error: &rusqlite::Error) -> LedgerError {
        LedgerError::of(&self.path, error)
    }
}

fn existing(path: &Path) -> Result<PathBuf, LedgerError> {
    let resolved = path.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => LedgerError::Absent(path.to_owned()),
        _ => LedgerError::io(path, &error),
    })?;
    if file::is_a_ledger(&resolved)? { Ok(resolved) } else { Err(LedgerError::Absent(resolved)) }
}

fn default_id(year: i32) -> String {
    format!("dec2-{year}")
}

fn fresh_secret(path: &Path) -> Result<Secret, LedgerError> {
    Secret::fresh().map_err(|error| LedgerError::Make {
        path: path.to_owned(),
        words: format!("the system gives no random bytes: {error}"),
    })
}
