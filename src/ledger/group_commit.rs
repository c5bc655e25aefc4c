//! One commit for the rounds of all connections.
//!
//! The connections of a run queue for one writer. Whoever finds it free writes for all that wait, in one transaction,
//! and answers each when the commit is durable: one fsync for as many letters as there are connections, and no thread
//! to wait for where there is but one. A commit that fails is the answer to every round from then on. What a commit is, the
//! storage knows.

use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};

use super::error::LedgerError;
use super::round::{Answer, Round};

/// The storage's side of a run.
pub(super) trait Writer {
    /// One commit for all rounds; the answers are in their order. After a failure every later commit fails as it did.
    fn commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError>;

    /// Records the end of the run.
    fn end(&mut self) -> Result<(), LedgerError>;

    /// Nobody knows what was written: the failure that every later commit is answered with.
    fn fail_for_good(&mut self) -> LedgerError;
}

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
pub(super) struct Queue<W: Writer> {
    waiting: Mutex<Waiting>,
    writer: Mutex<W>,
}

impl<W: Writer> Queue<W> {
    pub(super) fn new(writer: W) -> Queue<W> {
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

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a panic nobody knows what was written: then every round fails.
    fn writer(&self) -> MutexGuard<'_, W> {
        self.writer.lock().unwrap_or_else(|poisoned| {
            let mut writer = poisoned.into_inner();
            writer.fail_for_good();
            writer
        })
    }
}

/// Hands the writer on when the one that wrote is done, however that came about.
struct Turn<'q, W: Writer>(&'q Queue<W>);

impl<W: Writer> Drop for Turn<'_, W> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        // One that no longer listens cannot take its turn; its round is written by the next.
        waiting.is_served = waiting.rounds.iter().any(|(_, word)| word.send(Word::YourTurn).is_ok());
    }
}
