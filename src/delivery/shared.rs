//! What the connections of a run share: which letter is next, how fast, and whether the run is to end.
//!
//! A letter is composed without holding the state, and only connections that wait are woken.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::breaker::Breaker;
use super::lane::{Errand, Spread};
use super::outbox::Parcel;
use super::same_words::SameWords;
use super::schedule::{Next, Schedule};
use super::stop::Stop;
use super::throttle::Throttle;
use super::work::{Event, Work};
use crate::campaign::letters::OutboxError;
use crate::campaign::settings::pace::Early;
use crate::ledger::{Pace, Round};

/// What the connections of a run share.
pub(super) struct Shared<'a> {
    pub(super) work: &'a Work<'a>,
    state: Mutex<RunState>,
    changed: Condvar,
    /// How often the state has changed, so that a connection that looked at it before does not wait in vain.
    changes: AtomicU64,
    /// How many connections wait for a change: mostly none, and then nobody is woken.
    waiting: AtomicUsize,
    pub(super) stopping: AtomicBool,
    /// Set when no letter is left: nobody needs another connection then.
    pub(super) finished: AtomicBool,
    /// How many sessions are open.
    pub(super) sessions: AtomicUsize,
    /// Whether the user has heard that the run goes on with fewer connections than were asked for.
    pub(super) told_fewer: AtomicBool,
}

pub(super) struct RunState {
    pub(super) schedule: Schedule,
    pub(super) throttle: Throttle,
    pub(super) stop: Option<Stop>,
    pub(super) breaker: Breaker,
    pub(super) same_words: SameWords,
    /// Since when, and how often in a row, the relay takes no log-in.
    pub(super) no_log_in: Option<(DateTime<Utc>, u32)>,
    pub(super) jitter: u64,
    pub(super) told_wait: Option<DateTime<Utc>>,
}

/// How long a wait goes on before the user's wish to stop is looked at again.
pub(super) const TICK: Duration = Duration::from_millis(100);
/// How long a connection is kept open without a letter: relays give up after five minutes (RFC 5321 §4.5.3.2.7), some
/// sooner.
const LONGEST_IDLE: TimeDelta = TimeDelta::minutes(1);

impl<'a> Shared<'a> {
    pub(super) fn new(work: &'a Work<'a>) -> Shared<'a> {
        let manner = work.manner;
        let now = (work.clock)();
        let spread = match manner.early {
            Early::Waits => Spread::TheRest,
            Early::Stays => Spread::TheWhole,
        };
        let mut schedule = Schedule::new(
            work.outbox.lanes(),
            manner.limit,
            manner.retry_for,
            manner.after_window,
            spread,
            now,
        );
        for ticket in work.outbox.owed_copies() {
            schedule.owe_copy(*ticket);
        }
        let state = RunState {
            schedule,
            throttle: Throttle::new(manner.paces),
            stop: None,
            breaker: Breaker::default(),
            same_words: SameWords::default(),
            no_log_in: None,
            jitter: u64::from_le_bytes(now.timestamp_micros().to_le_bytes()),
            told_wait: None,
        };
        Shared {
            work,
            state: Mutex::new(state),
            changed: Condvar::new(),
            changes: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            finished: AtomicBool::new(false),
            sessions: AtomicUsize::new(0),
            told_fewer: AtomicBool::new(false),
        }
    }

    pub(super) fn into_stop(self) -> Option<Stop> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let interrupted = self.work.interrupted.load(Ordering::Relaxed).then_some(Stop::Interrupted);
        state.stop.or(interrupted)
    }

    /// Tells the connections that wait that the state has changed. Not to be called by who holds it.
    pub(super) fn announce(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        if self.waiting.load(Ordering::SeqCst) > 0 {
            // One that is about to wait holds the state until it does.
            drop(self.state());
            self.changed.notify_all();
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, RunState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.work.clock)()
    }

    /// Whether no further body may leave.
    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire) || self.work.interrupted.load(Ordering::Relaxed)
    }

    /// Whether the body of a letter that has its 354 may leave still: time has passed since it was handed out.
    pub(super) fn may_leave(&self, errand: Errand) -> bool {
        !self.is_stopping() && self.state().schedule.may_leave(errand, self.now())
    }

    /// Whether the letter that is under way is the last of this run, as far as can be seen.
    pub(super) fn is_last(&self) -> bool {
        self.state().schedule.is_last()
    }

    /// Ends the run, for the first reason given.
    pub(super) fn stop(&self, reason: Stop) {
        self.state().stop.get_or_insert(reason);
        self.stopping.store(true, Ordering::Release);
        self.announce();
    }

    /// The next letter, once it may leave: its pace token is taken. Nothing when there is nothing more to do. Before
    /// a long wait `rest` is called: a relay does not keep an idle connection open for long.
    pub(super) fn next_letter(&self, mut rest: impl FnMut()) -> Option<(Errand, Parcel)> {
        loop {
            if self.is_stopping() {
                return None;
            }
            let seen = self.changes.load(Ordering::SeqCst);
            match self.look() {
                Found::Letter(errand, parcel) => match self.take_tokens(errand) {
                    Some(Tokens::Taken) => return Some((errand.paid(), *parcel)),
                    Some(Tokens::NotYet) => {}
                    None => return None,
                },
                Found::Wait { paced, scheduled } => {
                    let scheduled = scheduled.filter(|_| self.work.manner.early == Early::Waits);
                    let until = paced.into_iter().chain(scheduled).min()?;
                    if (until - self.now()) > LONGEST_IDLE {
                        rest();
                    }
                    self.tell_waiting(until);
                    self.wait(Some(until), seen);
                }
                Found::WaitForOthers => self.wait(None, seen),
                Found::Nothing => {
                    self.finished.store(true, Ordering::Release);
                    self.announce();
                    return None;
                }
            }
        }
    }

    /// A letter that could leave at once but for its pace, and what it takes from the buckets.
    pub(super) fn letter_at_once(&self) -> Option<(Errand, Parcel)> {
        if self.is_stopping() {
            return None;
        }
        match self.look() {
            Found::Letter(errand, parcel) => Some((errand, *parcel)),
            _ => None,
        }
    }

    /// What a letter takes from which bucket.
    pub(super) fn charges(&self, errand: Errand) -> Vec<crate::ledger::Charge> {
        if errand.is_paid {
            return Vec::new();
        }
        let mut state = self.state();
        let RunState { schedule, throttle, .. } = &mut *state;
        let lane = (!errand.is_copy).then(|| schedule.lane(errand.ticket));
        throttle.charges(lane, self.work.ledger.caps(), self.now())
    }

    /// The pace has no token for it yet.
    pub(super) fn hold_back(&self, errand: Errand, until: DateTime<Utc>) {
        let mut state = self.state();
        let for_lane = state.throttle.has_caps(self.work.ledger.caps());
        state.schedule.hold_back(errand, until, for_lane);
        drop(state);
        self.announce();
    }

    /// The letter did not leave.
    pub(super) fn put_back(&self, errand: Errand) {
        self.state().schedule.put_back(errand);
        self.announce();
    }

    /// The relay does not know the letter's address, as another run found out: nothing leaves for it.
    pub(super) fn hold_address(&self, errand: Errand) {
        self.state().schedule.hold_address(errand);
        self.skip(errand);
    }

    /// The letter needs nothing more, as its claim has shown: another run is at work on this list.
    pub(super) fn skip_contested(&self, errand: Errand) {
        self.work.outbox.expect_others();
        self.skip(errand);
    }

    /// The letter needs nothing more: somebody else settled it.
    pub(super) fn skip(&self, errand: Errand) {
        self.state().schedule.skip(errand);
        self.announce();
    }

    fn look(&self) -> Found {
        let outbox = self.work.outbox;
        loop {
            let next = self.state().schedule.next(self.now(), |ticket| outbox.row(ticket));
            let errand = match next {
                Ok(Next::Send(errand)) => errand,
                Ok(Next::Wait { paced, scheduled }) => return Found::Wait { paced, scheduled },
                Ok(Next::WaitForOthers) => return Found::WaitForOthers,
                Ok(Next::Nothing) => return Found::Nothing,
                Err(error) => return self.give_up(error),
            };
            // Composed without the state, which the other connections need meanwhile.
            match outbox.parcel(errand.ticket, errand.is_copy) {
                Ok(Some(parcel)) => return Found::Letter(errand, Box::new(parcel)),
                Ok(None) => self.skip(errand),
                Err(error) => return self.give_up(error),
            }
        }
    }

    fn give_up(&self, error: OutboxError) -> Found {
        self.stop(Stop::Outbox(error));
        Found::Nothing
    }

    /// Takes a letter's tokens; nothing when the ledger fails.
    fn take_tokens(&self, errand: Errand) -> Option<Tokens> {
        let charges = self.charges(errand);
        if charges.is_empty() {
            return Some(Tokens::Taken);
        }
        match self.work.ledger.round(Round { charges, ..Round::default() }) {
            Ok(answer) => match answer.pace {
                Pace::Granted => Some(Tokens::Taken),
                Pace::NotBefore(until) => {
                    self.hold_back(errand, until);
                    Some(Tokens::NotYet)
                }
            },
            Err(error) => {
                self.put_back(errand);
                self.stop(Stop::Ledger(error));
                None
            }
        }
    }

    fn tell_waiting(&self, until: DateTime<Utc>) {
        // Waits of the pace are too short to be worth a word.
        let is_long = (until - self.now()) > TimeDelta::minutes(1);
        if is_long && self.state().told_wait.replace(until) != Some(until) {
            (self.work.observer)(&Event::Waiting(until));
        }
    }

    /// Waits until then, or until something has changed since `seen`.
    fn wait(&self, until: Option<DateTime<Utc>>, seen: u64) {
        let left = until.map(|until| (until - self.now()).to_std().unwrap_or_default());
        let state = self.state();
        self.waiting.fetch_add(1, Ordering::SeqCst);
        if self.changes.load(Ordering::SeqCst) == seen {
            // Woken without cause or too early, the caller looks again.
            let left = left.unwrap_or(TICK).clamp(Duration::from_micros(200), TICK);
            drop(self.changed.wait_timeout(state, left));
        }
        self.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether the pace lets a letter leave.
enum Tokens {
    /// It does, and has counted it.
    Taken,
    /// Later.
    NotYet,
}

enum Found {
    Letter(Errand, Box<Parcel>),
    Wait { paced: Option<DateTime<Utc>>, scheduled: Option<DateTime<Utc>> },
    WaitForOthers,
    Nothing,
}
