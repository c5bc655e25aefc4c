//! The commits of a run: one transaction for the rounds of all connections that wait.
//!
//! The commit's number is in the run's lock file before anybody is told that a body may leave.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::alive::{self, RunLock};
use super::claim::{Brevity, Page};
use super::disk::{self, FileId};
use super::{bucket, open};
use crate::ledger::error::LedgerError;
use crate::ledger::group_commit::Writer;
use crate::ledger::key::Keys;
use crate::ledger::round::{Answer, Retry, Round};

/// The connection to the ledger that a run writes with.
pub(in crate::ledger) struct FileWriter {
    pub(super) path: PathBuf,
    /// The file that `path` led to when the run began.
    pub(super) file: Option<FileId>,
    pub(super) connection: Connection,
    pub(super) keys: Arc<Keys>,
    pub(super) run: i64,
    pub(super) lock: RunLock,
    pub(super) retry: Retry,
    pub(super) clock: Box<dyn Fn() -> DateTime<Utc> + Send>,
    /// Other runs that are known to have ended.
    pub(super) ended: HashSet<i64>,
    /// Why no further round is granted.
    pub(super) failure: Option<LedgerError>,
}

impl FileWriter {
    fn try_to_commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError> {
        // In a file that was renamed what is known is still recorded, but nothing further leaves.
        let is_in_place = disk::is_in_place(&self.path, self.file);
        let written = match self.write(rounds, is_in_place, Brevity::AsReceived) {
            // The disk is full, and the reserve is used up: words are cut to the room that each row has of its own.
            Err(LedgerError::Write { .. }) => self.write(rounds, is_in_place, Brevity::WithinTheRoom),
            written => written,
        };
        let (answers, commits) = written?;
        self.lock.note(commits).map_err(|error| LedgerError::io(&self.path, &error))?;
        if is_in_place { Ok(answers) } else { Err(LedgerError::Moved(self.path.clone())) }
    }

    /// One transaction for all rounds: the answers, and how many commits the ledger has with it.
    fn write(
        &mut self,
        rounds: &[Round],
        claims: bool,
        brevity: Brevity,
    ) -> Result<(Vec<Answer>, i64), LedgerError> {
        let path = self.path.clone();
        let sqlite = |error: rusqlite::Error| LedgerError::of(&path, &error);
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).map_err(sqlite)?;
        let commits = open::count_commit(&transaction).map_err(sqlite)?;
        let commits = commits.ok_or_else(|| LedgerError::Forgotten(path.as_path().into()))?;
        // Asked within the transaction, so that time does not go back between processes.
        let now = (self.clock)();
        let mut page = Page {
            transaction: &transaction,
            path: &self.path,
            keys: &self.keys,
            run: self.run,
            retry: self.retry,
            ended: &mut self.ended,
            brevity,
            now,
        };
        let mut answers = Vec::with_capacity(rounds.len());
        for round in rounds {
            for (item, outcome) in &round.outcomes {
                page.record(*item, outcome)?;
            }
            answers.push(Answer {
                claim: round.claim.filter(|_| claims).map(|item| page.claim(item)).transpose()?,
                pace: bucket::take(&transaction, &round.charges, now).map_err(sqlite)?,
            });
        }
        transaction.commit().map_err(sqlite)?;
        Ok((answers, commits))
    }
}

impl Writer for FileWriter {
    fn commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError> {
        match &self.failure {
            Some(error) => Err(error.clone()),
            None => self.try_to_commit(rounds).inspect_err(|error| self.failure = Some(error.clone())),
        }
    }

    /// After a failure the end is not recorded: the run's claims are in doubt as soon as its lock is free. Where only the
    /// file's name is another one, the end is recorded in it, so that it is whole without its log.
    fn end(&mut self) -> Result<(), LedgerError> {
        if let Some(error) = self.failure.as_ref().filter(|error| !matches!(error, LedgerError::Moved(_))) {
            return Err(error.clone());
        }
        let end = || {
            let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
            open::count_commit(&transaction)?;
            alive::bury(&transaction, self.run, Some((self.clock)()))?;
            transaction.commit()?;
            // The last run to end empties the log: without it the file is whole. Where somebody reads, who closes the
            // ledger last will do it.
            if alive::without_end(&self.connection)?.is_empty() {
                self.connection.query_one("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            }
            Ok(())
        };
        end().map_err(|error: rusqlite::Error| LedgerError::of(&self.path, &error))?;
        self.lock.remove();
        self.failure.clone().map_or(Ok(()), Err)
    }

    fn fail_for_good(&mut self) -> LedgerError {
        let failed = || LedgerError::Write {
            location: self.path.as_path().into(),
            words: "the thread that wrote it has failed".to_owned(),
        };
        self.failure.get_or_insert_with(failed).clone()
    }
}
