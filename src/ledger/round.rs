//! One round of letters: the last outcome of each connection and its next claim, in one commit.
//!
//! The connections of a run queue for one desk. Whoever finds it free writes for all that wait, in one transaction,
//! and answers each when the commit is durable: one fsync for as many letters as there are connections, and no thread
//! to wait for where there is but one. A commit that fails is the answer to every round from then on.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::claim::Page;
use super::{Charge, Keys, LedgerError, LetterKey, Outcome, Pace, Retry, State, pace, run};

/// What a connection sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A letter to its embassy.
    Letter(LetterKey),
    /// The copy of an accepted letter to its signer: tried once, and without weight for the letter's outcome.
    Copy(LetterKey),
}

/// What one connection has to say and to ask between two bodies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// What became of the items claimed before. A letter refused or deferred at MAIL or RCPT, before its claim,
    /// is recorded too, unless another run has it.
    pub outcomes: Vec<(Item, Outcome)>,
    /// The item whose body is to leave next.
    pub claim: Option<Item>,
    /// The tokens for the letter after that one, whose envelope goes ahead; none for no pace.
    pub charges: Vec<Charge>,
}

/// Whether a body may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claimed {
    /// It may: the claim is durable and this run's.
    Yes,
    /// It must not: the letter stands so, or is another run's.
    No(State),
    /// It must not yet: the relay does not know the embassy's address (5.1.1). The letter stays pending.
    AddressHeld,
    /// The letter is no longer in the list.
    NotEnrolled,
}

/// The answer to a round that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// To the claim, if there was one.
    pub claim: Option<Claimed>,
    /// To the charges; granted where there was none.
    pub pace: Pace,
}

/// What a connection in the queue hears.
enum Word {
    /// Its round is durable, or never will be.
    Answer(Result<Answer, LedgerError>),
    /// The desk is free: write for all that wait.
    YourTurn,
}

/// The connections that wait for the desk.
#[derive(Default)]
struct Waiting {
    rounds: Vec<(Round, mpsc::Sender<Word>)>,
    /// Whether one of the connections is at the desk, or on its way to it.
    is_served: bool,
}

/// Where a run's rounds are written, shared by its connections.
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    desk: Mutex<Desk>,
}

impl Queue {
    pub(super) fn new(desk: Desk) -> Queue {
        Queue { waiting: Mutex::default(), desk: Mutex::new(desk) }
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
                // Only if another connection's thread panicked at the desk, with this round in its hands.
                Err(_) => return Err(self.desk().fail_for_good()),
            }
        }
    }

    /// Stands in line; true for who finds the desk free.
    fn join(&self, round: Round, word: mpsc::Sender<Word>) -> bool {
        let mut waiting = self.waiting();
        waiting.rounds.push((round, word));
        !std::mem::replace(&mut waiting.is_served, true)
    }

    /// Writes what waits, in one commit.
    fn write(&self) {
        let _turn = Turn(self);
        let mut desk = self.desk();
        let (rounds, words): (Vec<Round>, Vec<_>) =
            std::mem::take(&mut self.waiting().rounds).into_iter().unzip();
        let answers = desk.commit(&rounds);
        drop(desk);
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
        self.desk().end()
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a panic at the desk nobody knows what was written: then every round fails.
    fn desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(|poisoned| {
            let mut desk = poisoned.into_inner();
            desk.fail_for_good();
            desk
        })
    }
}

/// Hands the desk on when the one that wrote is done, however that came about.
struct Turn<'q>(&'q Queue);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        // One that no longer listens cannot take its turn; its round is written by the next.
        waiting.is_served = waiting.rounds.iter().any(|(_, word)| word.send(Word::YourTurn).is_ok());
    }
}

/// The connection to the ledger that a run writes with.
pub(super) struct Desk {
    path: PathBuf,
    connection: Connection,
    keys: Arc<Keys>,
    run: i64,
    retry: Retry,
    clock: Box<dyn Fn() -> Timestamp + Send>,
    /// Other runs that are known to have ended.
    ended: HashSet<i64>,
    /// Why no further round is granted.
    failure: Option<LedgerError>,
}

impl Desk {
    pub(super) fn new(
        path: &Path,
        connection: Connection,
        keys: Arc<Keys>,
        run: i64,
        retry: Retry,
        clock: Box<dyn Fn() -> Timestamp + Send>,
    ) -> Desk {
        Desk {
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
                pace: pace::take(&transaction, &round.charges, now).map_err(sqlite)?,
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
            run::bury(&transaction, self.run, (self.clock)())?;
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
