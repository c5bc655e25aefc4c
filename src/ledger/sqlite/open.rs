//! An open ledger: the file of one campaign, found, made or refused.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::alive::{self, Fallen};
use super::disk::{self, FileId};
use super::{connection, file, gone, home, log, schema, seal, sound, steps};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{KeyRules, Keys};
use crate::ledger::lost::LostCommits;
use crate::ledger::secret::Secret;
use crate::ledger::trace::Elsewhere;

/// What may be done with a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Write,
    Read,
    /// Written, although it is damaged.
    Mend,
}

/// An open ledger. One thread uses it; its [`Keys`] and a [`Run`](super::run::Run) can be shared by many.
#[derive(Debug)]
pub(crate) struct FileLedger {
    pub(super) path: PathBuf,
    access: Access,
    pub(in crate::ledger) connection: Connection,
    /// The file that `path` led to when it was opened.
    pub(super) file: Option<FileId>,
    campaign_id: String,
    year: i32,
    pub(super) keys: Option<Arc<Keys>>,
    /// Whether it is of an older release, and what is read is a copy that was brought up to date.
    is_older: bool,
    /// The runs that had died when the ledger was opened, until that is recorded.
    pub(super) fallen: RefCell<Fallen>,
}

impl FileLedger {
    /// Opens the ledger at `path`, or makes it: for the campaign `id` (default `dec2-YEAR`) and the protest day of
    /// `year`. An existing ledger keeps its own id and year; another `id` than its own is an error.
    pub(crate) fn open_or_create(
        path: &Path,
        id: Option<&str>,
        year: i32,
        now: DateTime<Utc>,
    ) -> Result<FileLedger, LedgerError> {
        let resolved = disk::resolved(path)?;
        if file::is_a_ledger(&resolved)? {
            return FileLedger::open(&resolved, id);
        }
        gone::must_be_new(&resolved)?;
        let id_made = id.map_or_else(|| default_id(year), ToOwned::to_owned);
        let secret = fresh_secret(&resolved)?;
        file::make(&resolved, &id_made, year, now.timestamp_millis(), secret)?;
        let ledger = FileLedger::open(&resolved, id)?;
        let keys = ledger.keys()?;
        let transaction = ledger.write()?;
        home::settle_in(&ledger.path, &transaction, keys.as_ref()).map_err(|error| ledger.error(&error))?;
        transaction.commit()?;
        Ok(ledger)
    }

    /// Opens an existing ledger to write in it; one of an older release is brought up to date.
    pub(crate) fn open(path: &Path, id: Option<&str>) -> Result<FileLedger, LedgerError> {
        let path = file::existing(path)?;
        disk::must_be_writable(&path)?;
        let file = file_at(&path)?;
        let connection = file::connect(&path)?;
        FileLedger::new(path, file, Access::Write, connection, id)
    }

    /// Opens an existing ledger for `status` and `--dry-run`: nothing is written, no file is left behind.
    pub(crate) fn open_read_only(path: &Path, id: Option<&str>) -> Result<FileLedger, LedgerError> {
        let path = file::existing(path)?;
        let file = file_at(&path)?;
        let connection = file::connect_to_read(&path)?;
        FileLedger::new(path, file, Access::Read, connection, id)
    }

    /// Opens a ledger that may be damaged, to be mended.
    pub(super) fn open_to_mend(path: &Path) -> Result<FileLedger, LedgerError> {
        let path = file::existing(path)?;
        disk::must_be_writable(&path)?;
        let file = file_at(&path)?;
        let connection = file::connect(&path)?;
        FileLedger::new(path, file, Access::Mend, connection, None)
    }

    /// A ledger in memory with a fresh secret: for a dry run before the first, and where none can be made.
    pub(crate) fn ephemeral(id: Option<&str>, year: i32) -> Result<FileLedger, LedgerError> {
        let path = PathBuf::from("(in memory)");
        let sqlite = |error: rusqlite::Error| LedgerError::of(&path, &error);
        let secret = fresh_secret(&path)?;
        let id = id.map_or_else(|| default_id(year), ToOwned::to_owned);
        let mut connection = Connection::open_in_memory().map_err(sqlite)?;
        connection::set_up(&mut connection).map_err(sqlite)?;
        schema::create(&connection, &id, year, 0, secret).map_err(sqlite)?;
        FileLedger::new(path, None, Access::Read, connection, None)
    }

    fn new(
        path: PathBuf,
        file: Option<FileId>,
        access: Access,
        connection: Connection,
        id: Option<&str>,
    ) -> Result<FileLedger, LedgerError> {
        log::must_be_of_its_ledger(&path, &connection)?;
        if access != Access::Mend {
            sound::must_be_sound(&path, &connection)?;
        }
        let (connection, is_older) = up_to_date(&path, access, connection)?;
        let sqlite = |error: rusqlite::Error| LedgerError::of(&path, &error);
        let campaign = Campaign::read(&connection).map_err(sqlite)?;
        let keys = match (campaign.secret, KeyRules::of(campaign.key_rules)) {
            (None, _) => None,
            (Some(secret), Some(rules)) => Some(Arc::new(Keys::new(secret, &campaign.id, rules))),
            (Some(_), None) => {
                let words = format!("no release knows its key rules {}", campaign.key_rules);
                return Err(LedgerError::BeyondRepair { path, words });
            }
        };
        sound::must_have_its_own_secret(&path, campaign.seal.as_deref(), keys.as_deref(), campaign.year)?;
        if access == Access::Mend && keys.is_none() {
            return Err(LedgerError::Forgotten(path.into()));
        }
        if let Some(wanted) = id.filter(|wanted| *wanted != campaign.id) {
            let wanted = wanted.to_owned();
            return Err(LedgerError::OtherCampaign { location: path.into(), found: campaign.id, wanted });
        }
        if let Some(keys) = &keys {
            seal::teach(&connection, keys).map_err(sqlite)?;
        }
        let fallen = alive::fallen(&path, &connection)?;
        let ledger = FileLedger {
            path,
            access,
            connection,
            file,
            campaign_id: campaign.id,
            year: campaign.year,
            keys,
            is_older,
            fallen: RefCell::new(fallen),
        };
        // After a run that did not end the file is looked at whole, whoever writes in it next.
        if access == Access::Write && !ledger.fallen.borrow().dead.is_empty() {
            ledger.must_be_whole()?;
        }
        Ok(ledger)
    }

    /// The file, by the one path that every process knows it by.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether an older release has written it, and none since.
    pub(crate) fn is_older(&self) -> bool {
        self.is_older
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
        self.keys.clone().ok_or_else(|| LedgerError::Forgotten((&self.path).into()))
    }

    /// The first run that has lost commits, whose letters are in doubt.
    pub(crate) fn lost_commits(&self) -> Option<LostCommits> {
        self.fallen.borrow().lost.first().map(|(_, lost)| lost.clone())
    }

    /// Whether the ledger lies elsewhere than it was last sent with: then it may be a copy.
    pub(crate) fn elsewhere(&self) -> Result<Option<Elsewhere>, LedgerError> {
        match &self.keys {
            Some(keys) if self.file.is_some() => {
                home::elsewhere(&self.path, &self.connection, keys).map_err(|error| self.error(&error))
            }
            _ => Ok(None),
        }
    }

    /// A transaction that writes, on a ledger that may be written, lies where it lay, and was not forgotten or brought up
    /// to a newer schema, even just now by another process. It first looks after runs that died, and counts as one of
    /// the ledger's commits.
    pub(super) fn write(&self) -> Result<Writing<'_>, LedgerError> {
        if self.access == Access::Read {
            return Err(LedgerError::ReadOnly((&self.path).into()));
        }
        if !disk::is_in_place(&self.path, self.file) {
            return Err(LedgerError::Moved(self.path.clone()));
        }
        let sqlite = |error: rusqlite::Error| self.error(&error);
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        let transaction = transaction.map_err(sqlite)?;
        let schema = steps::schema_of(&transaction).map_err(sqlite)?;
        if schema > steps::NEWEST {
            return Err(file::newer(&self.path, schema));
        }
        let fallen = match &self.keys {
            Some(_) => alive::reap(&self.path, &transaction)?,
            // Forgotten: it has no runs that could have died.
            None => Fallen::default(),
        };
        match count_commit(&transaction).map_err(sqlite)? {
            Some(commits) => Ok(Writing { ledger: self, transaction, fallen, commits }),
            None => Err(LedgerError::Forgotten((&self.path).into())),
        }
    }

    /// Carries the log over into the file and empties it. Where readers in other processes keep it, it stays: whoever
    /// closes the ledger last does it.
    pub(super) fn empty_log(&self) -> Result<(), LedgerError> {
        self.connection
            .query_one("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|error| self.error(&error))
    }

    pub(super) fn error(&self, error: &rusqlite::Error) -> LedgerError {
        LedgerError::of(&self.path, error)
    }
}

/// A transaction on the ledger. What is not committed is rolled back.
pub(super) struct Writing<'l> {
    ledger: &'l FileLedger,
    transaction: Transaction<'l>,
    /// The runs that died, and have their end in the ledger with this commit.
    fallen: Fallen,
    /// How many commits the ledger has with this one.
    pub(super) commits: i64,
}

impl Writing<'_> {
    /// Makes it durable. Where runs had died, it is carried over into the ledger's own file before their lock files go.
    pub(super) fn commit(self) -> Result<(), LedgerError> {
        let Writing { ledger, transaction, fallen, .. } = self;
        transaction.commit().map_err(|error| ledger.error(&error))?;
        if !fallen.dead.is_empty() {
            ledger.fallen.take();
            ledger.empty_log()?;
            alive::clear_up(&ledger.path, &fallen);
        }
        Ok(())
    }
}

impl<'l> std::ops::Deref for Writing<'l> {
    type Target = Transaction<'l>;

    fn deref(&self) -> &Transaction<'l> {
        &self.transaction
    }
}

/// Counts a transaction as one of the ledger's commits, and says how many that makes; nothing if it was forgotten.
pub(super) fn count_commit(transaction: &Transaction<'_>) -> rusqlite::Result<Option<i64>> {
    // Two statements: what RETURNING gives goes through a table of its own, which costs ten times as much.
    let counted = transaction
        .prepare_cached("UPDATE campaign SET commits = commits + 1 WHERE secret IS NOT NULL")?
        .execute([])?;
    if counted == 0 {
        return Ok(None);
    }
    transaction.prepare_cached("SELECT commits FROM campaign")?.query_one([], |row| row.get(0)).map(Some)
}

/// The one row that everything else depends on.
struct Campaign {
    id: String,
    year: i32,
    secret: Option<Secret>,
    key_rules: i64,
    seal: Option<Vec<u8>>,
}

impl Campaign {
    fn read(connection: &Connection) -> rusqlite::Result<Campaign> {
        connection.query_one("SELECT id, year, secret, key_rules, seal FROM campaign", [], |row| {
            Ok(Campaign {
                id: row.get(0)?,
                year: row.get(1)?,
                secret: row.get::<_, Option<[u8; 32]>>(2)?.map(Secret::of),
                key_rules: row.get(3)?,
                seal: row.get(4)?,
            })
        })
    }
}

/// The connection, once the ledger holds what it should, in the newest schema: who writes brings the ledger itself up to
/// date, who reads looks at a copy. True if that is so.
fn up_to_date(
    path: &Path,
    access: Access,
    connection: Connection,
) -> Result<(Connection, bool), LedgerError> {
    let schema = steps::schema_of(&connection).map_err(|error| LedgerError::of(path, &error))?;
    if schema > steps::NEWEST {
        return Err(file::newer(path, schema));
    }
    sound::must_hold_a_ledger_alone(path, &connection, schema)?;
    match (schema, access) {
        (steps::NEWEST, _) => Ok((connection, false)),
        (_, Access::Read) => Ok((steps::copy_up_to_date(path, &connection)?, true)),
        _ => {
            steps::bring_up_to_date(path, &connection)?;
            // Again, since another process may have been quicker with a newer release.
            up_to_date(path, access, connection)
        }
    }
}

fn file_at(path: &Path) -> Result<Option<FileId>, LedgerError> {
    disk::file_at(path).map_err(|error| LedgerError::io(path, &error))
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
