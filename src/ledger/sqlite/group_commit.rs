//! One commit for the rounds of all connections.
//!
//! The connections of a run queue for one writer. Whoever finds it free writes for all that wait, in one transaction,
//! and answers each when the commit is durable: one fsync for as many letters as there are connections, and no thread
//! to wait for where there is but one. A commit that fails is the answer to every round from then on.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::claim::Page;
use super::{alive, bucket};
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
    path: PathBuf,
    connection: Connection,
    keys: Arc<Keys>,
    run: i64,
    retry: Retry,
    clock: Box<dyn Fn() -> DateTime<Utc> + Send>,
    /// Other runs that are known to have ended.
    ended: HashSet<i64>,
    /// Why no further round is granted.
    failure: Option<LedgerError>,
}

impl Writer {
    pub(super) fn new(
        path: &Path,
        connection: Connection,
        keys: Arc<Keys>,
        run: i64,
        retry: Retry,
        clock: Box<dyn Fn() -> DateTime<Utc> + Send>,
    ) -> Writer {
        Writer {
            path: path.to_owned(),
            connection,
            keys,
            run,
            retry,
            clock,
            ended: HashSet::new(),
            failure: None,
        }
    }

    fn commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError> {
        match &self.failure {
            Some(error) => Err(error.clone()),
            None => self.try_to_commit(rounds).inspect_err(|error| self.failure = Some(error.clone())),
        }
    }

    fn try_to_commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError> {
        let path = self.path.clone();
        let sqlite = |error: rusqlite::Error| LedgerError::of(&path, &error);
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).map_err(sqlite)?;
        // Asked within the transaction, so that time does not go back between processes.
        let now = (self.clock)();
        let mut page = Page {
            transaction: &transaction,
            path: &self.path,
            keys: &self.keys,
            run: self.run,
            retry: self.retry,
            ended: &mut self.ended,
            now,
        };
        let mut answers = Vec::with_capacity(rounds.len());
        for round in rounds {
            for (item, outcome) in &round.outcomes {
                page.record(*item, outcome)?;
            }
            answers.push(Answer {
                claim: round.claim.map(|item| page.claim(item)).transpose()?,
                pace: bucket::take(&transaction, &round.charges, now).map_err(sqlite)?,
            });
        }
        transaction.commit().map_err(sqlite)?;
        Ok(answers)
    }

    /// After a failure the end is not recorded: the run's claims are in doubt as soon as its lock is free.
    fn end(&mut self) -> Result<(), LedgerError> {
        if let Some(error) = &self.failure {
            return Err(error.clone());
        }
        let end = || {
            let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
            alive::bury(&transaction, self.run, (self.clock)())?;
            transaction.commit()
        };
        end().map_err(|error| LedgerError::of(&self.path, &error))
    }

    fn fail_for_good(&mut self) -> LedgerError {
        let failed = || LedgerError::Write {
            path: self.path.clone(),
            words: "the thread that wrote it has failed".to_owned(),
        };
        self.failure.get_or_insert_with(failed).clone()
    }
}
