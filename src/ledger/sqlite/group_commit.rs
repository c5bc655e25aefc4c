//! One commit for the rounds of all connections.
//!
//! The connections of a run queue for one writer. Whoever finds it free writes for all that wait, in one transaction,
//! and answers each when the commit is durable: one fsync for as many letters as there are connections, and no thread
//! to wait for where there is but one. A commit that fails is the answer to every round from then on.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::alive::{self, RunLock};
use super::claim::{Brevity, Page};
use super::disk::{self, FileId};
use super::{bucket, open};
use crate::ledger::error::LedgerError;
use crate::ledger::key::Keys;
use crate::ledger::round::{Answer, Retry, Round};

/// What a connection in the queue hears.
enum Word {
    /// Its round is durable, or never will be.
    Answer(Result<Answer, LedgerError>),
    /// The writer is free: write for all that wait.
    YourTurn,
}

/// The connections that wait for the writer.
#[derive(Default)]
struct Waiting {
    rounds: Vec<(Round, mpsc::Sender<Word>)>,
    /// Whether one of the connections writes, or is about to.
    is_served: bool,
}

/// Where a run's rounds are written, shared by its connections.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    writer: Mutex<Writer>,
}

impl Queue {
    pub(super) fn new(writer: Writer) -> Queue {
        Queue { waiting: Mutex::default(), writer: Mutex::new(writer) }
    }

    /// Returns when the round is durable.
    pub(super) fn round(&self, round: Round) -> Result<Answer, LedgerError> {
        let (word, words) = mpsc::channel();
        if self.join(round, word) {
            self.write();
        }
        loop {
            match words.recv() {
                Ok(Word::Answer(answer)) => return answer,
                Ok(Word::YourTurn) => {
                    // Those just answered may come back with their next round: one commit for more of them.
                    std::thread::yield_now();
                    self.write();
                }
                // Only if another connection's thread panicked while it wrote, with this round in its hands.
                Err(_) => return Err(self.writer().fail_for_good()),
            }
        }
    }

    /// Stands in line; true for who finds the writer free.
    fn join(&self, round: Round, word: mpsc::Sender<Word>) -> bool {
        let mut waiting = self.waiting();
        waiting.rounds.push((round, word));
        !std::mem::replace(&mut waiting.is_served, true)
    }

    /// Writes what waits, in one commit.
    fn write(&self) {
        let _turn = Turn(self);
        let mut writer = self.writer();
        let (rounds, words): (Vec<Round>, Vec<_>) =
            std::mem::take(&mut self.waiting().rounds).into_iter().unzip();
        let answers = writer.commit(&rounds);
        drop(writer);
        // Who no longer listens has given its letter up: the claim will be in doubt at the end.
        match answers {
            Ok(answers) => words.iter().zip(answers).for_each(|(word, answer)| {
                let _ = word.send(Word::Answer(Ok(answer)));
            }),
            Err(error) => words.iter().for_each(|word| {
                let _ = word.send(Word::Answer(Err(error.clone())));
            }),
        }
    }

    /// Records the end of the run; afterwards no round is granted.
    pub(super) fn end(&self) -> Result<(), LedgerError> {
        self.writer().end()
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a panic nobody knows what was written: then every round fails.
    fn writer(&self) -> std::sync::MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(|poisoned| {
            let mut writer = poisoned.into_inner();
            writer.fail_for_good();
            writer
        })
    }
}

/// Hands the writer on when the one that wrote is done, however that came about.
struct Turn<'q>(&'q Queue);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        // One that no longer listens cannot take its turn; its round is written by the next.
        waiting.is_served = waiting.rounds.iter().any(|(_, word)| word.send(Word::YourTurn).is_ok());
    }
}

/// The connection to the ledger that a run writes with.
pub(super) struct Writer {
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

impl Writer {
    fn commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError> {
        match &self.failure {
            Some(error) => Err(error.clone()),
            None => self.try_to_commit(rounds).inspect_err(|error| self.failure = Some(error.clone())),
        }
    }

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
        let commits = commits.ok_or_else(|| LedgerError::Forgotten(path.clone()))?;
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
            path: self.path.clone(),
            words: "the thread that wrote it has failed".to_owned(),
        };
        self.failure.get_or_insert_with(failed).clone()
    }
}
