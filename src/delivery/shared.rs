//! What the connections of a run share: which letter is next, how fast, and whether the run is to end.
//!
//! A letter is composed without holding the state, and only connections that wait are woken.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::breaker::{BETWEEN_CONNECTIONS, Breaker};
use super::lane::{Errand, Spread};
use super::outbox::Parcel;
use super::same_words::{SameWords, Subject, TakeBack};
use super::schedule::{FIRST_RETRY, Next, Schedule};
use super::session::error::SessionError;
use super::stop::Stop;
use super::throttle::Throttle;
use super::work::{Event, Work};
use crate::campaign::letters::OutboxError;
use crate::campaign::settings::pace::Early;
use crate::exit::{Exit, ExitCode as _};
use crate::ledger::{Outcome, Pace, Round};

/// What the connections of a run share.
pub(super) struct Shared<'a> {
    pub(super) work: &'a Work<'a>,
    state: Mutex<RunState>,
    changed: Condvar,
    /// How often the state has changed, so that a connection that looked at it before does not wait in vain.
    changes: AtomicU64,
    /// How many connections wait for a change: mostly none, and then nobody is woken.
    waiting: AtomicUsize,
    stopping: AtomicBool,
    /// Set when no letter is left: nobody needs another connection then.
    finished: AtomicBool,
    /// How many sessions are open.
    pub(super) sessions: AtomicUsize,
    /// Whether the user has heard that the run goes on with fewer connections than were asked for.
    told_fewer: AtomicBool,
}

struct RunState {
    schedule: Schedule,
    throttle: Throttle,
    stop: Option<Stop>,
    breaker: Breaker,
    same_words: SameWords,
    /// Since when, and how often in a row, the relay takes no log-in.
    no_log_in: Option<(DateTime<Utc>, u32)>,
    jitter: u64,
    told_wait: Option<DateTime<Utc>>,
}

/// How long a wait goes on before the user's wish to stop is looked at again.
const TICK: Duration = Duration::from_millis(100);
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
    fn announce(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        if self.waiting.load(Ordering::SeqCst) > 0 {
            // One that is about to wait holds the state until it does.
            drop(self.state());
            self.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, RunState> {
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
        throttle.charges(lane, self.now())
    }

    /// The pace has no token for it yet.
    pub(super) fn hold_back(&self, errand: Errand, until: DateTime<Utc>) {
        let mut state = self.state();
        let for_lane = state.throttle.has_caps();
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

    /// A letter's answer: what follows from it for the others. It is not durable yet.
    pub(super) fn weigh(&self, errand: Errand, parcel: &Parcel, outcome: &Outcome) {
        let mut state = self.state();
        let now = self.now();
        match outcome {
            Outcome::Deferred(_) => {
                state.jitter = state.jitter.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let jitter =
                    f64::from(u32::try_from(state.jitter >> 32).unwrap_or_default()) / f64::from(u32::MAX);
                state.schedule.defer(errand, now, jitter);
            }
            Outcome::Unsent | Outcome::TakenBack { .. } => state.schedule.put_back(errand),
            // Its copy may go as soon as this is durable: see `tell`.
            Outcome::Accepted(_) if parcel.copy.is_some() && !errand.is_copy => {}
            _ => state.schedule.done(),
        }
        if !errand.is_copy {
            self.weigh_for_others(&mut state, errand, parcel, outcome, now);
        }
        drop(state);
        self.announce();
    }

    fn weigh_for_others(
        &self,
        state: &mut RunState,
        errand: Errand,
        parcel: &Parcel,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) {
        match outcome {
            Outcome::Accepted(_) => {
                state.breaker.accepted();
                state.throttle.departed(now);
                state.same_words.broken();
            }
            Outcome::Refused(reply) => {
                let stop = state.breaker.refused(&reply.to_string());
                if reply.is_about_the_address() {
                    state.same_words.broken();
                } else {
                    let address = &parcel.letter.envelope.forward_path;
                    match state.same_words.refused(parcel.key, address, reply) {
                        Some(Subject::Account) => {
                            self.stop_with(state, Some(Stop::SameWords(reply.to_string())));
                        }
                        Some(Subject::Address) => {
                            state.schedule.hold_address(errand);
                            (self.work.observer)(&Event::AddressHeld {
                                address: &address.to_string(),
                                reply,
                            });
                        }
                        None => {}
                    }
                }
                self.stop_with(state, stop);
            }
            Outcome::NoSuchAddress(reply) => {
                state.schedule.hold_address(errand);
                state.same_words.broken();
                let stop = state.breaker.refused(&reply.to_string());
                self.stop_with(state, stop);
            }
            Outcome::InDoubt(why) => {
                state.same_words.broken();
                let stop = state.breaker.refused(why);
                self.stop_with(state, stop);
            }
            Outcome::Deferred(_) => state.same_words.broken(),
            Outcome::Unsent | Outcome::TakenBack { .. } => {}
        }
    }

    fn stop_with(&self, state: &mut RunState, stop: Option<Stop>) {
        if let Some(stop) = stop {
            state.stop.get_or_insert(stop);
            self.stopping.store(true, Ordering::Release);
        }
    }

    /// Letters whose refusals were not about them, to be put back to pending in the next round.
    pub(super) fn to_take_back(&self) -> Vec<TakeBack> {
        self.state().same_words.due()
    }

    /// There is no thread for connection `number`.
    pub(super) fn no_thread(&self, number: u16, error: &std::io::Error) {
        let problem = format!("this system gives no more than {} threads: {error}", number - 1);
        if number == 1 {
            self.stop(Stop::Session(problem, Exit::Unavailable));
        } else {
            (self.work.observer)(&Event::FewerConnections(&problem));
        }
    }

    /// The relay complained of the pace.
    pub(super) fn brake(&self) {
        let braked = self.state().throttle.brake(self.now());
        if let Some(rate) = braked {
            (self.work.observer)(&Event::Braked(rate));
        }
    }

    /// A connection is gone. Where the relay took no MAIL on it, it counts towards a dead relay; where no letter went
    /// over it, there is a pause before the next.
    pub(super) fn connection_lost(&self, why: &str, mail_taken: bool, letter_sent: bool) {
        let too_many = self.state().breaker.connection_lost(why, mail_taken, letter_sent);
        if let Some(stop) = too_many {
            return self.stop(stop);
        }
        if letter_sent {
            return;
        }
        (self.work.observer)(&Event::Reconnecting(why));
        self.pause(BETWEEN_CONNECTIONS);
    }

    fn pause(&self, mut left: Duration) {
        while !left.is_zero() && !self.is_stopping() && !self.finished.load(Ordering::Acquire) {
            std::thread::sleep(TICK.min(left));
            left = left.saturating_sub(TICK);
        }
    }

    /// A session is open: the relay lets us in.
    pub(super) fn session_opened(&self) {
        self.state().no_log_in = None;
    }

    /// A session could not be opened, `failures` times in a row on this connection: the end of the run, or a pause before
    /// the next try.
    pub(super) fn session_failed(&self, error: &SessionError, failures: u32) {
        match error.exit() {
            // A certificate or a log-in is no better the second time.
            exit @ (Exit::NoPermission | Exit::Config | Exit::Data | Exit::NoInput) => {
                self.stop(Stop::Session(error.to_string(), exit));
            }
            _ if self.sessions.load(Ordering::SeqCst) > 0 => self.do_without(&error.to_string(), failures),
            Exit::TemporaryFailure => self.wait_for_log_in(error),
            _ => self.connection_lost(&error.to_string(), false, false),
        }
    }

    /// The relay serves other connections of this run, and not this one: it is tried again now and then.
    fn do_without(&self, why: &str, failures: u32) {
        const LONGEST: Duration = Duration::from_secs(60);
        if !self.told_fewer.swap(true, Ordering::Relaxed) {
            (self.work.observer)(&Event::FewerConnections(why));
        }
        self.pause(BETWEEN_CONNECTIONS.saturating_mul(1 << failures.min(5)).min(LONGEST));
    }

    /// The relay takes no log-in at the moment: it is asked again as a deferred letter is sent again.
    fn wait_for_log_in(&self, error: &SessionError) {
        let now = self.now();
        let mut state = self.state();
        let (since, tries) = state.no_log_in.unwrap_or((now, 0));
        state.no_log_in = Some((since, tries + 1));
        drop(state);
        let wait = FIRST_RETRY * (1 << tries.min(16));
        let until = since.checked_add_signed(self.work.manner.retry_for).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if now + wait >= until {
            let problem = format!("{error}. Run the same command again later");
            return self.stop(Stop::Session(problem, Exit::TemporaryFailure));
        }
        (self.work.observer)(&Event::Reconnecting(&error.to_string()));
        self.pause(wait);
    }

    /// What may be wrong while a session is waited for.
    pub(super) fn hint(&self, text: &str) {
        (self.work.observer)(&Event::Hint(text));
    }

    /// Tells of a letter whose outcome is durable, or could not be made so; after an acceptance its copy may go.
    pub(super) fn tell(&self, errand: Errand, parcel: &Parcel, outcome: &Outcome, is_durable: bool) {
        if errand.is_copy || matches!(outcome, Outcome::Unsent | Outcome::TakenBack { .. }) {
            return;
        }
        let message_id = parcel.letter.message_id.as_str();
        if !is_durable {
            (self.work.observer)(&Event::Unrecorded { message_id, outcome });
            return;
        }
        let lane = &self.work.outbox.lanes()[errand.ticket.lane];
        (self.work.observer)(&Event::Letter { row: parcel.row, lane, message_id, outcome });
        match outcome {
            Outcome::Accepted(_) if parcel.copy.is_some() => {
                self.state().schedule.add_copy(errand);
                self.announce();
            }
            Outcome::Refused(_) => self.state().same_words.is_durable(parcel.key),
            _ => {}
        }
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
