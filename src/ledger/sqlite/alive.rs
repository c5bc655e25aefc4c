//! How others know whether a run lives, and of one that died, whether the ledger has all that it wrote.
//!
//! A run holds an OS lock on a small file beside the ledger, which the kernel drops with the process. In that file stands
//! the number of the ledger's commits as of the run's last one: written after the commit and before a body leaves, so
//! that it may lag and is never ahead. A run that has no end in the ledger, and whose file is missing or ahead, has lost
//! commits.
//!
//! The run also holds a lock on the ledger's file itself: a ledger that is renamed in mid-run is still the same file.

use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, params};

use super::held_file::HeldFile;
use crate::ledger::error::LedgerError;
use crate::ledger::lost::{LostCommits, Missing, with_ending};
use crate::unfinished;

/// What a run's lock file begins with, so that the file of another ledger's run is not taken for it. A run of an older
/// release has none.
pub(super) type Token = [u8; 8];

/// The lock of one run, on a file beside the ledger and on the ledger's own.
pub(super) struct RunLock {
    path: PathBuf,
    file: File,
    token: Token,
    _ledger: HeldFile,
}

impl RunLock {
    /// Takes the lock of a new run. A file of that name can only be left from a run that never sent, or from another
    /// ledger that lay here.
    pub(super) fn take(ledger: &Path, run: i64, token: Token, commits: i64) -> Result<RunLock, LedgerError> {
        let path = lock_path(ledger, run);
        let mut options = File::options();
        options.create(true).truncate(false).read(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let failed = |error: std::io::Error| LedgerError::io(&path, &error);
        let file = options.open(&path).map_err(failed)?;
        unfinished::is_its_owners(&file).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(LedgerError::io(&path, &error)),
            Err(TryLockError::WouldBlock) => return Err(LedgerError::Busy(ledger.into())),
        }
        let held = HeldFile::shared(ledger).map_err(|error| LedgerError::io(ledger, &error))?;
        let lock = RunLock { path: path.clone(), file, token, _ledger: held };
        lock.note(commits).map_err(failed)?;
        // After a power loss the file must be there: without it the run would have lost commits.
        lock.file.sync_all().map_err(failed)?;
        super::disk::sync_folder(&path).map_err(failed)?;
        Ok(lock)
    }

    /// Writes down how many commits the ledger has: over the same bytes, so that it needs no room.
    pub(super) fn note(&self, commits: i64) -> std::io::Result<()> {
        write_at_its_start(&self.file, line(self.token, commits).as_bytes())
    }

    /// The run has an end in the ledger. Before that the file stays, since it tells what the run has written.
    pub(super) fn remove(&self) {
        // One left behind is harmless: its run has ended.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn write_at_its_start(file: &File, bytes: &[u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, 0)
}

#[cfg(not(unix))]
fn write_at_its_start(mut file: &File, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::{Seek as _, Write as _};
    file.seek(std::io::SeekFrom::Start(0))?;
    file.write_all(bytes)
}

fn lock_path(ledger: &Path, run: i64) -> PathBuf {
    with_ending(ledger, &format!(".run-{run}.lock"))
}

/// How a run stands that has no end in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    /// Its process lives.
    Alive,
    /// Its process lives, and knows the ledger by another name.
    AliveElsewhere,
    /// It died; its lock file says this many commits.
    Dead { commits: i64 },
    /// It died or lies elsewhere, and there is no lock file of its own.
    Unknown,
}

fn life(ledger: &Path, run: i64, token: &[u8]) -> Result<Life, LedgerError> {
    let path = lock_path(ledger, run);
    let failed = |error: std::io::Error| LedgerError::io(&path, &error);
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return without_lock_file(ledger),
        Err(error) => return Err(failed(error)),
    };
    // Shared, so that two who ask at once do not take each other for the run.
    match file.try_lock_shared() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Life::Alive),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let mut text = String::new();
    // What is no text is no lock file of the run.
    match file.read_to_string(&mut text) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => text.clear(),
        Err(error) => return Err(failed(error)),
    }
    match commits_noted(&text, token) {
        Some(commits) => Ok(Life::Dead { commits }),
        None => without_lock_file(ledger),
    }
}

/// Without a lock file the run is dead, unless one lives that holds the ledger's own file.
fn without_lock_file(ledger: &Path) -> Result<Life, LedgerError> {
    match HeldFile::is_shared(ledger) {
        Ok(true) => Ok(Life::AliveElsewhere),
        Ok(false) => Ok(Life::Unknown),
        Err(error) => Err(LedgerError::io(ledger, &error)),
    }
}

/// What stands in a lock file: whose it is, how many commits, and a check value over both. It is as long for any number.
fn line(token: Token, commits: i64) -> String {
    let said = line_of_an_older_release(token, commits);
    let check = blake3::hash(said.as_bytes()).to_hex();
    format!("{said} {}\n", &check[..16])
}

/// The same without check value and line end.
fn line_of_an_older_release(token: Token, commits: i64) -> String {
    format!("{:016x} {commits:020}", u64::from_be_bytes(token))
}

/// What a lock file says; nothing if it is not this run's, was cut short or damaged: a smaller number would hide what is lost.
/// The first release's is empty and says nothing, the next one's has no check value.
fn commits_noted(text: &str, token: &[u8]) -> Option<i64> {
    if token.is_empty() {
        return text.is_empty().then_some(0);
    }
    let token = Token::try_from(token).ok()?;
    let said = text.strip_suffix('\n')?;
    let commits = said.split(' ').nth(1)?.parse().ok()?;
    (text == line(token, commits) || said == line_of_an_older_release(token, commits)).then_some(commits)
}

/// The runs that died without a word.
#[derive(Debug, Default)]
pub(super) struct Fallen {
    /// Their numbers: a claim seen later that names one of them is in doubt.
    pub(super) dead: Vec<i64>,
    /// Of these, the ones of which the ledger has not everything.
    pub(super) lost: Vec<(i64, LostCommits)>,
    /// Whether a run lives that knows the ledger by another name.
    elsewhere: bool,
}

impl Fallen {
    /// The runs that lost commits, as a list for SQL's `json_each`.
    pub(super) fn lost_runs(&self) -> String {
        let runs: Vec<String> = self.lost.iter().map(|(run, _)| run.to_string()).collect();
        format!("[{}]", runs.join(","))
    }
}

/// Looks after the runs that have no end in the ledger. Asked before letters are read.
pub(super) fn fallen(ledger: &Path, connection: &Connection) -> Result<Fallen, LedgerError> {
    let sqlite = |error: rusqlite::Error| LedgerError::of(ledger, &error);
    let mut fallen = Fallen::default();
    for (run, token) in without_end(connection).map_err(sqlite)? {
        let missing = match life(ledger, run, &token)? {
            Life::Alive => continue,
            Life::AliveElsewhere => {
                fallen.elsewhere = true;
                continue;
            }
            Life::Dead { commits } => {
                let more = commits.saturating_sub(commits_of(connection).map_err(sqlite)?);
                (more > 0).then(|| Missing::Log(more.unsigned_abs()))
            }
            Life::Unknown => Some(Missing::Lock(lock_path(ledger, run))),
        };
        // Meanwhile it may have ended, and taken its file with it.
        if missing.is_some() && has_end(connection, run).map_err(sqlite)? {
            continue;
        }
        fallen.dead.push(run);
        if let Some(missing) = missing {
            let place = place_of(connection).map_err(sqlite)?.filter(|place| place != ledger);
            let lost = LostCommits { ledger: ledger.to_owned(), missing, began_at: place };
            fallen.lost.push((run, lost));
        }
    }
    Ok(fallen)
}

/// Whether a run, of whatever release, lives on this ledger.
pub(super) fn one_lives(ledger: &Path, connection: &Connection) -> Result<bool, LedgerError> {
    let runs = connection
        .prepare("SELECT id FROM run WHERE ended_at IS NULL")
        .and_then(|mut runs| runs.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>())
        .map_err(|error| LedgerError::of(ledger, &error))?;
    for run in runs {
        if matches!(life(ledger, run, &[])?, Life::Alive | Life::AliveElsewhere) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a run has ended without a word; what lost commits mean for it, is for who starts the next run.
pub(super) fn is_dead(ledger: &Path, connection: &Connection, run: i64) -> Result<bool, LedgerError> {
    let token: Option<Vec<u8>> = connection
        .prepare_cached("SELECT token FROM run WHERE id = ?1 AND ended_at IS NULL")
        .and_then(|mut statement| {
            rusqlite::OptionalExtension::optional(statement.query_one([run], |row| row.get(0)))
        })
        .map_err(|error| LedgerError::of(ledger, &error))?;
    let Some(token) = token else { return Ok(true) };
    Ok(!matches!(life(ledger, run, &token)?, Life::Alive | Life::AliveElsewhere))
}

/// The runs that have not recorded their end, and what their lock files begin with: after [`reap`], those that live.
pub(super) fn without_end(connection: &Connection) -> rusqlite::Result<Vec<(i64, Vec<u8>)>> {
    connection
        .prepare("SELECT id, token FROM run WHERE ended_at IS NULL")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn has_end(connection: &Connection, run: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM run WHERE id = ?1 AND ended_at IS NOT NULL")?.exists([run])
}

pub(super) fn commits_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_one("SELECT commits FROM campaign", [], |row| row.get(0))
}

fn place_of(connection: &Connection) -> rusqlite::Result<Option<PathBuf>> {
    connection
        .query_one("SELECT place FROM campaign", [], |row| row.get::<_, Option<String>>(0))
        .map(|place| place.map(PathBuf::from))
}

/// Puts the claims of dead runs in doubt, once and for all; of those that lost commits, every letter without an outcome.
/// To be called before the transaction is counted, which would make up for a commit that is missing.
pub(super) fn reap(ledger: &Path, transaction: &Transaction<'_>) -> Result<Fallen, LedgerError> {
    let fallen = fallen(ledger, transaction)?;
    if fallen.elsewhere {
        return Err(LedgerError::LivesElsewhere(ledger.to_owned()));
    }
    let sqlite = |error: rusqlite::Error| LedgerError::of(ledger, &error);
    if !fallen.lost.is_empty() {
        doubt_all(transaction, &fallen.lost_runs()).map_err(sqlite)?;
    }
    for &run in &fallen.dead {
        bury(transaction, run, None).map_err(sqlite)?;
    }
    Ok(fallen)
}

/// Takes the lock files of runs away that have an end in the ledger: to be called when that is durable in its own file.
pub(super) fn clear_up(ledger: &Path, fallen: &Fallen) {
    for &run in &fallen.dead {
        let _ = std::fs::remove_file(lock_path(ledger, run));
    }
}

/// Of the letters that are not claimed: whether nobody knows if it left, since a run lost commits; `?1` are those runs.
pub(super) const WAS_LOST: &str = "EXISTS (
    SELECT 1 FROM run JOIN json_each(?1) ON run.id = json_each.value
    WHERE (run.letter IS NULL OR run.letter = letter.id)
      AND (letter.state IN ('pending', 'deferred')
           OR letter.state = 'refused' AND run.takes_refused AND letter.run IS NOT run.id
           OR letter.state = 'bounced' AND run.takes_bounced AND letter.run IS NOT run.id))";

fn doubt_all(transaction: &Transaction<'_>, lost_runs: &str) -> rusqlite::Result<()> {
    transaction.execute(
        &format!(
            "UPDATE letter SET state = 'in_doubt', before = NULL, code = NULL, enhanced = NULL, relay = NULL, room = NULL,
                    at = coalesce(at, (SELECT max(began_at) FROM run WHERE id IN (SELECT value FROM json_each(?1)))),
                    words = 'the ledger lost the end of its run', sent_to = NULL,
                    seal = seal(key, 'in_doubt', run, NULL, copy)
             WHERE {WAS_LOST}"
        ),
        [lost_runs],
    )?;
    Ok(())
}

/// Ends a run in the ledger; what it claimed and did not settle is in doubt, since the time of the claim. When one that died
/// has ended nobody knows: not before it began.
pub(super) fn bury(
    transaction: &Transaction<'_>,
    run: i64,
    ended_at: Option<DateTime<Utc>>,
) -> rusqlite::Result<()> {
    transaction.execute(
        "UPDATE letter SET state = 'in_doubt', before = NULL, code = NULL, enhanced = NULL, relay = NULL, room = NULL,
                words = 'the run ended before the reply was recorded', sent_to = NULL, seal = seal(key, 'in_doubt', run, NULL, copy)
         WHERE state = 'claimed' AND run = ?1",
        [run],
    )?;
    transaction.execute(
        "UPDATE run SET ended_at = coalesce(?2, began_at) WHERE id = ?1",
        params![run, ended_at.map(|at| at.timestamp_millis())],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_that_was_cut_short_or_damaged_says_nothing() {
        let (token, whole) = (7_u64.to_be_bytes(), line(7_u64.to_be_bytes(), 123));
        assert_eq!(commits_noted(&whole, &token), Some(123));
        assert_eq!(commits_noted(&whole, &8_u64.to_be_bytes()), None);
        let older = line_of_an_older_release(token, 123) + "\n";
        assert_eq!(commits_noted(&older, &token), Some(123));
        for end in 0..whole.len() {
            assert_eq!(commits_noted(&whole[..end], &token), None, "{end}");
        }
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone().into_bytes();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let said = std::str::from_utf8(&damaged).ok().and_then(|text| commits_noted(text, &token));
            assert_eq!(said, None, "{bit}");
        }
    }
}
