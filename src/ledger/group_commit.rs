//! One commit for the rounds of all connections.
//!
//! The connections of a run queue for one writer. Whoever finds it free writes for all that wait, in one transaction,
//! and answers each when the commit is durable: one fsync for as many letters as there are connections, and no thread
//! to wait for where there is but one. Who writes waits a moment for those that were answered just now: a commit costs the
//! same for one letter as for many. A commit that fails is the answer to every round from then on. What a commit is, the
//! storage knows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

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
    rounds: Vec<(Round, mpsc::SyncSender<Word>)>,
    /// Whether one of the connections writes, or is about to.
    is_served: bool,
}

/// The longest that a commit waits for more rounds: about what it takes itself, on a good disk.
const LONGEST_GATHERING: Duration = Duration::from_micros(100);
/// How many commits do not wait after one that waited for nobody: the relay takes its time then.
const WITHOUT_GATHERING: usize = 8;

/// Where a run's rounds are written, shared by its connections.
pub(super) struct Queue<W: Writer> {
    waiting: Mutex<Waiting>,
    writer: Mutex<W>,
    /// How many of those that the last commit answered have not come back.
    missing: AtomicUsize,
    /// How many commits from now on do not wait for them.
    hurried: AtomicUsize,
}

impl<W: Writer> Queue<W> {
    pub(super) fn new(writer: W) -> Queue<W> {
        Queue {
            waiting: Mutex::default(),
            writer: Mutex::new(writer),
            missing: AtomicUsize::new(0),
            hurried: AtomicUsize::new(0),
        }
    }

    /// Returns when the round is durable. Where another connection writes, `meanwhile` is done first.
    pub(super) fn round(&self, round: Round, meanwhile: impl FnOnce()) -> Result<Answer, LedgerError> {
        // Room for all that is ever said to one round.
        let (word, words) = mpsc::sync_channel(2);
        if self.join(round, word) {
            self.gather();
            self.write();
        } else {
            meanwhile();
        }
        loop {
            match words.recv() {
                Ok(Word::Answer(answer)) => return answer,
                Ok(Word::YourTurn) => {
                    self.gather();
                    self.write();
                }
                // Only if another connection's thread panicked while it wrote, with this round in its hands.
                Err(_) => return Err(self.writer().fail_for_good()),
            }
        }
    }

    /// Those just answered may come back with their next round: one commit for more of them. It holds no lock, so that
    /// they can.
    fn gather(&self) {
        let missing = self.missing.load(Ordering::Relaxed);
        if missing == 0 {
            return;
        }
        if one_less(&self.hurried) {
            return std::thread::yield_now();
        }
        let begun = Instant::now();
        while self.missing.load(Ordering::Relaxed) > 0 {
            if begun.elapsed() >= LONGEST_GATHERING {
                if self.missing.load(Ordering::Relaxed) == missing {
                    self.hurried.store(WITHOUT_GATHERING, Ordering::Relaxed);
                }
                return;
            }
            std::thread::yield_now();
        }
    }

    /// Stands in line; true for who finds the writer free.
    fn join(&self, round: Round, word: mpsc::SyncSender<Word>) -> bool {
        let mut waiting = self.waiting();
        waiting.rounds.push((round, word));
        one_less(&self.missing);
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
        self.missing.store(words.len(), Ordering::Relaxed);
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

/// Counts down; false where there is nothing left.
fn one_less(count: &AtomicUsize) -> bool {
    count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

/// Hands the writer on when the one that wrote is done, however that came about.
struct Turn<'q, W: Writer>(&'q Queue<W>);

impl<W: Writer> Drop for Turn<'_, W> {
    fn drop(&mut self) {
        // Nobody is told while the queue is locked: who is woken joins it, or may run in this thread's place.
        for place in 0.. {
            let mut waiting = self.0.waiting();
            let Some((_, word)) = waiting.rounds.get(place) else {
                waiting.is_served = false;
                return;
            };
            let word = word.clone();
            drop(waiting);
            // One that no longer listens cannot take its turn; its round is written by the next.
            if word.send(Word::YourTurn).is_ok() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::{Answer, LedgerError, Queue, Round, Writer};
    use crate::ledger::pace::Pace;

    /// Tells how many rounds a commit has, and waits until it may be durable.
    struct Slow {
        sizes: mpsc::Sender<usize>,
        durable: mpsc::Receiver<()>,
    }

    impl Writer for Slow {
        fn commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError> {
            self.sizes.send(rounds.len()).unwrap();
            self.durable.recv().unwrap();
            Ok(rounds.iter().map(|_| Answer { claim: None, pace: Pace::Granted }).collect())
        }

        fn end(&mut self) -> Result<(), LedgerError> {
            Ok(())
        }

        fn fail_for_good(&mut self) -> LedgerError {
            LedgerError::Forgotten(std::path::Path::new("x.ledger").into())
        }
    }

    #[test]
    fn who_comes_while_another_writes_does_something_else_and_is_written_with_the_others() {
        let ((sizes, told), (allow, durable)) = (mpsc::channel(), mpsc::channel());
        let queue = Queue::new(Slow { sizes, durable });
        let (busy, is_busy) = mpsc::channel();
        let done_meanwhile = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let one = || {
                let meanwhile = || {
                    done_meanwhile.fetch_add(1, Ordering::Relaxed);
                    busy.send(()).unwrap();
                };
                queue.round(Round::default(), meanwhile).unwrap();
            };
            scope.spawn(one);
            assert_eq!(told.recv().unwrap(), 1);
            (0..3).for_each(|_| drop(scope.spawn(one)));
            (0..3).for_each(|_| is_busy.recv().unwrap());
            allow.send(()).unwrap();
            assert_eq!(told.recv().unwrap(), 3);
            allow.send(()).unwrap();
        });
        assert_eq!(done_meanwhile.into_inner(), 3);
    }

    #[test]
    fn one_that_no_longer_listens_does_not_keep_the_others_waiting() {
        let ((sizes, told), (allow, durable)) = (mpsc::channel(), mpsc::channel());
        let queue = Queue::new(Slow { sizes, durable });
        std::thread::scope(|scope| {
            scope.spawn(|| queue.round(Round::default(), || {}).unwrap());
            assert_eq!(told.recv().unwrap(), 1);
            let (word, words) = mpsc::sync_channel(2);
            assert!(!queue.join(Round::default(), word));
            drop(words);
            let (joined, has_joined) = mpsc::channel();
            scope.spawn(|| queue.round(Round::default(), move || joined.send(()).unwrap()).unwrap());
            has_joined.recv().unwrap();
            allow.send(()).unwrap();
            assert_eq!(told.recv().unwrap(), 2);
            allow.send(()).unwrap();
        });
    }
}
