//! A ledger in one of its two storages: a file of this machine, or a database that several machines share.
//!
//! What is decided is the same in both; here it is only chosen which of them is asked.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::doubt::{Doubt, Mended, Ruling, Settlement};
use super::error::LedgerError;
use super::key::{Keys, LetterKey, Mark};
use super::list::List;
use super::location::Location;
use super::lost::LostCommits;
#[cfg(feature = "postgres")]
use super::postgres::{self, DatabaseLedger};
use super::returned::{Bounce, Sent};
use super::sqlite::{self, FileLedger};
use super::standing::{Copies, Held, Standing, Tally};
use super::trace::{Elsewhere, Trace};
use crate::files;

/// An open ledger. One thread uses it; its [`Keys`] and a [`Run`](super::Run) can be shared by many.
#[derive(Debug)]
pub(crate) struct Ledger {
    location: Location,
    pub(super) storage: Storage,
}

/// What a ledger is kept in.
#[derive(Debug)]
pub(super) enum Storage {
    File(FileLedger),
    #[cfg(feature = "postgres")]
    Database(DatabaseLedger),
}

/// The letters of a ledger by their Message-IDs.
pub(crate) enum SentLetters {
    /// Of a file.
    File(sqlite::SentLetters),
    /// Of a database.
    #[cfg(feature = "postgres")]
    Database(postgres::SentLetters),
}

/// Asks the storage, whichever it is.
macro_rules! ask {
    ($ledger:expr, $storage:ident => $answer:expr) => {
        match $ledger.storage {
            Storage::File(ref $storage) => $answer,
            #[cfg(feature = "postgres")]
            Storage::Database(ref $storage) => $answer,
        }
    };
}

impl Ledger {
    /// Opens the ledger at `location`, or makes it: for the campaign `id` (default `dec2-YEAR`) and the protest day of
    /// `year`. An existing ledger keeps its own id and year; another `id` than its own is an error.
    pub(crate) fn open_or_create(
        location: impl Into<Location>,
        id: Option<&str>,
        year: i32,
        now: DateTime<Utc>,
    ) -> Result<Ledger, LedgerError> {
        match location.into() {
            Location::File(path) => Ok(Ledger::of(FileLedger::open_or_create(&path, id, year, now)?)),
            #[cfg(feature = "postgres")]
            Location::Shared(shared) => {
                Ok(Ledger::shared(DatabaseLedger::open_or_create(shared, id, year, now)?))
            }
            #[cfg(not(feature = "postgres"))]
            location => Err(LedgerError::WithoutDatabases(location)),
        }
    }

    /// Opens an existing ledger to write in it; one of an older release is brought up to date.
    pub(crate) fn open(location: impl Into<Location>, id: Option<&str>) -> Result<Ledger, LedgerError> {
        match location.into() {
            Location::File(path) => Ok(Ledger::of(FileLedger::open(&path, id)?)),
            #[cfg(feature = "postgres")]
            Location::Shared(shared) => Ok(Ledger::shared(DatabaseLedger::open(shared, id)?)),
            #[cfg(not(feature = "postgres"))]
            location => Err(LedgerError::WithoutDatabases(location)),
        }
    }

    /// Opens an existing ledger for `status` and `--dry-run`: nothing is written, no file is left behind.
    pub(crate) fn open_read_only(
        location: impl Into<Location>,
        id: Option<&str>,
    ) -> Result<Ledger, LedgerError> {
        match location.into() {
            Location::File(path) => Ok(Ledger::of(FileLedger::open_read_only(&path, id)?)),
            #[cfg(feature = "postgres")]
            Location::Shared(shared) => Ok(Ledger::shared(DatabaseLedger::open_read_only(shared, id)?)),
            #[cfg(not(feature = "postgres"))]
            location => Err(LedgerError::WithoutDatabases(location)),
        }
    }

    /// Opens the ledger to look at what is there; `None` where there is none yet.
    pub(crate) fn look_at(
        location: impl Into<Location>,
        id: Option<&str>,
    ) -> Result<Option<Ledger>, LedgerError> {
        match Ledger::open_read_only(location, id) {
            Ok(ledger) => Ok(Some(ledger)),
            Err(LedgerError::Absent(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A ledger in memory with a fresh secret: for a dry run before the first, and where none can be made.
    pub(crate) fn ephemeral(id: Option<&str>, year: i32) -> Result<Ledger, LedgerError> {
        Ok(Ledger::of(FileLedger::ephemeral(id, year)?))
    }

    fn of(file: FileLedger) -> Ledger {
        Ledger { location: file.path().into(), storage: Storage::File(file) }
    }

    #[cfg(feature = "postgres")]
    pub(super) fn shared(database: DatabaseLedger) -> Ledger {
        Ledger { location: database.location(), storage: Storage::Database(database) }
    }

    /// How many letters would be put in doubt by [`Ledger::mend`]; an error where nothing can be mended.
    pub(crate) fn letters_to_mend(path: &Path) -> Result<Option<u64>, LedgerError> {
        FileLedger::letters_to_mend(path)
    }

    /// Keeps the file as it is beside itself, puts the letters that were altered in doubt, and makes the indexes anew.
    pub(crate) fn mend(path: &Path, now: DateTime<Utc>) -> Result<Mended, LedgerError> {
        FileLedger::mend(path, now)
    }

    /// Where it lies: a file by the one path that every process knows it by.
    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// Whether an older release has written it, and none since.
    pub(crate) fn is_older(&self) -> bool {
        ask!(self, storage => storage.is_older())
    }

    /// The campaign's id.
    pub(crate) fn campaign_id(&self) -> &str {
        ask!(self, storage => storage.campaign_id())
    }

    /// The year of the campaign's protest day.
    pub(crate) fn year(&self) -> i32 {
        ask!(self, storage => storage.year())
    }

    /// What turns signers into keys and Message-IDs. A forgotten ledger has none.
    pub(crate) fn keys(&self) -> Result<Arc<Keys>, LedgerError> {
        ask!(self, storage => storage.keys())
    }

    /// The first run that has lost commits, whose letters are in doubt.
    pub(crate) fn lost_commits(&self) -> Option<LostCommits> {
        match &self.storage {
            Storage::File(file) => file.lost_commits(),
            // What a database has lost is known before it is opened, and nothing goes on with it.
            #[cfg(feature = "postgres")]
            Storage::Database(_) => None,
        }
    }

    /// Whether the ledger lies elsewhere than it was last sent with: then it may be a copy.
    pub(crate) fn elsewhere(&self) -> Result<Option<Elsewhere>, LedgerError> {
        match &self.storage {
            Storage::File(file) => file.elsewhere(),
            #[cfg(feature = "postgres")]
            Storage::Database(_) => Ok(None),
        }
    }

    /// An empty list of letters. A forgotten ledger takes none, nor does one that is not whole.
    pub(crate) fn list(&mut self) -> Result<List<'_>, LedgerError> {
        List::new(self)
    }

    /// The list's counts, also of a forgotten ledger.
    pub(crate) fn tally(&self) -> Result<Tally, LedgerError> {
        ask!(self, storage => storage.tally())
    }

    /// Those of the whole campaign: of a shared ledger all lists' letters.
    pub(crate) fn tally_of_all(&self) -> Result<Tally, LedgerError> {
        match &self.storage {
            Storage::File(file) => file.tally(),
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.tally_of_all(),
        }
    }

    /// On which days (UTC) letters left, and how many; none of a forgotten ledger, which keeps no times, and none of those
    /// that came back, of which it has the later day.
    pub(crate) fn days(&self) -> Result<Vec<(NaiveDate, u64)>, LedgerError> {
        ask!(self, storage => storage.days())
    }

    /// How a letter stands; `None` where the ledger does not know it.
    pub(crate) fn standing(&self, letter: LetterKey) -> Result<Option<Standing>, LedgerError> {
        ask!(self, storage => storage.standing(letter))
    }

    /// How many letters' standings to ask for at a time: in a file each when its turn comes, of a database that may be far away
    /// many at once.
    pub(crate) fn page(&self) -> usize {
        match &self.storage {
            Storage::File(_) => 1,
            #[cfg(feature = "postgres")]
            Storage::Database(_) => 256,
        }
    }

    /// How these letters stand; those that the ledger does not know are missing.
    pub(crate) fn standings(
        &self,
        letters: &[LetterKey],
    ) -> Result<HashMap<LetterKey, Standing>, LedgerError> {
        match &self.storage {
            Storage::File(file) => {
                let standings = letters.iter().map(|letter| Ok(Some(*letter).zip(file.standing(*letter)?)));
                standings.filter_map(Result::transpose).collect()
            }
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.standings(letters),
        }
    }

    /// The copies to signers that are owed, and those of which nobody knows.
    pub(crate) fn copies(&self) -> Result<Copies, LedgerError> {
        ask!(self, storage => storage.copies())
    }

    /// How many signers but this one have letters here: single letters are for a few people at one computer.
    pub(crate) fn signers_besides(&self, signer: Mark) -> Result<u64, LedgerError> {
        ask!(self, storage => storage.signers_besides(signer))
    }

    /// Addresses of embassies that are held after a 5.1.1, and how many letters wait for each.
    pub(crate) fn held(&self) -> Result<Vec<Held>, LedgerError> {
        ask!(self, storage => storage.held())
    }

    /// Records that the files of these letters are durable, all in one commit. Letters that are not pending or
    /// deferred stay as they are. Returns how many became `by_post`.
    pub(crate) fn by_post(&self, letters: &[LetterKey], now: DateTime<Utc>) -> Result<u64, LedgerError> {
        ask!(self, storage => storage.by_post(letters, now))
    }

    /// Remembers a file or folder that `forget` has to name, from whatever folder it is asked.
    pub(crate) fn remember(&self, path: &Path, trace: Trace) -> Result<(), LedgerError> {
        let path = files::one_path(path);
        ask!(self, storage => storage.remember(&path, trace))
    }

    /// All letters in doubt, in the order of their enrolment.
    pub(crate) fn in_doubt(&self) -> Result<Vec<Doubt>, LedgerError> {
        ask!(self, storage => storage.in_doubt())
    }

    /// Keeps the domain of a campaign's Message-IDs.
    pub(crate) fn keep_domain(&self, domain: &str) -> Result<(), LedgerError> {
        ask!(self, storage => storage.keep_domain(domain))
    }

    /// The domain of the list's Message-IDs, once letters of it were to be sent.
    pub(crate) fn domain(&self) -> Result<Option<String>, LedgerError> {
        ask!(self, storage => storage.domain())
    }

    /// The relay's words for all letters to this address that it took.
    pub(crate) fn answers_to(&self, address: &str) -> Result<Vec<String>, LedgerError> {
        ask!(self, storage => storage.answers_to(address))
    }

    /// Records rulings, in one transaction. A Message-ID may come with or without angle brackets and domain.
    /// The answers are in the rulings' order.
    pub(crate) fn settle(
        &self,
        rulings: &[(&str, Ruling<'_>)],
        now: DateTime<Utc>,
    ) -> Result<Vec<Settlement>, LedgerError> {
        ask!(self, storage => storage.settle(rulings, now))
    }

    /// All letters, to be looked up by their Message-IDs.
    pub(crate) fn sent_letters(&self) -> Result<SentLetters, LedgerError> {
        match &self.storage {
            Storage::File(file) => file.sent_letters().map(SentLetters::File),
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.sent_letters().map(SentLetters::Database),
        }
    }

    /// The letter with this Message-ID, with or without its domain. The letters are those of this ledger.
    pub(crate) fn sent(&self, letters: &SentLetters, message_id: &str) -> Result<Option<Sent>, LedgerError> {
        match (&self.storage, letters) {
            (Storage::File(file), SentLetters::File(letters)) => file.sent(letters, message_id),
            #[cfg(feature = "postgres")]
            (Storage::Database(database), SentLetters::Database(letters)) => {
                database.sent(letters, message_id)
            }
            #[cfg(feature = "postgres")]
            _ => Ok(None),
        }
    }

    /// Whether any letter goes, or went, to this address.
    pub(crate) fn writes_to(&self, address: &str) -> Result<bool, LedgerError> {
        ask!(self, storage => storage.writes_to(address))
    }

    /// Whether this notice was read before, and a letter recorded by it.
    pub(crate) fn knows_notice(&self, notice: Mark) -> Result<bool, LedgerError> {
        ask!(self, storage => storage.knows_notice(notice))
    }

    /// Whether the relay took a letter to this address after that time, and it has not come back.
    pub(crate) fn accepted_after(&self, address: &str, at: DateTime<Utc>) -> Result<bool, LedgerError> {
        ask!(self, storage => storage.accepted_after(address, at))
    }

    /// Whether letters to this address are held.
    pub(crate) fn is_held(&self, address: &str) -> Result<bool, LedgerError> {
        ask!(self, storage => storage.is_held(address))
    }

    /// Records letters as come back, and holds addresses, in one transaction. A letter that stands otherwise by now than
    /// accepted or in doubt is left as it is. How many were recorded.
    pub(crate) fn record_bounces(
        &self,
        bounces: &[Bounce],
        hold: &[String],
        now: DateTime<Utc>,
    ) -> Result<u64, LedgerError> {
        ask!(self, storage => storage.record_bounces(bounces, hold, now))
    }

    /// Erases secret and hashes; refused while a run lives. Doing it again finishes what an interruption left.
    pub(crate) fn forget(&mut self) -> Result<(), LedgerError> {
        match &mut self.storage {
            Storage::File(file) => file.forget(),
            #[cfg(feature = "postgres")]
            Storage::Database(database) => database.forget(),
        }
    }

    /// What the ledger knows to hold signers' names, and cannot reach.
    pub(crate) fn traces(&self) -> Result<Vec<PathBuf>, LedgerError> {
        ask!(self, storage => storage.traces())
    }

    /// Refuses a ledger that a run is at work with.
    pub(crate) fn must_rest(&self) -> Result<(), LedgerError> {
        ask!(self, storage => storage.must_rest())
    }

    /// The ledger's own connection, where it is a file.
    #[cfg(test)]
    pub(super) fn connection(&self) -> &rusqlite::Connection {
        match &self.storage {
            Storage::File(file) => &file.connection,
            #[cfg(feature = "postgres")]
            Storage::Database(_) => panic!("this ledger is no file"),
        }
    }

    /// Looks at the whole ledger, where it is a file.
    #[cfg(test)]
    pub(super) fn must_be_whole(&self) -> Result<(), LedgerError> {
        match &self.storage {
            Storage::File(file) => file.must_be_whole(),
            #[cfg(feature = "postgres")]
            Storage::Database(_) => Ok(()),
        }
    }
}
