//! One connection's work: a letter's body and the next letter's envelope in one write, and between two bodies one
//! round with the ledger, which makes the last outcome and the next claim durable together.
//!
//! The order of these steps is what "at most once" stands on (SENDING.md): claim durable, body, reply, outcome
//! durable, next body.

use super::outbox::Parcel;
use super::reply::{Stage, Verdict};
use super::run::{Floor, Stop};
use super::session::{Begun, Delivery, DotOutcome, Next, Session};
use super::dispatch::Errand;
use super::dotted::Dotted;
use crate::ledger::{Answer, Claimed, Item, Outcome, Pace, Reply as Answered, Round};

/// A letter with its 354, or about to get it.
struct Job {
    errand: Errand,
    parcel: Parcel,
    data: Dotted,
}

impl Job {
    fn new(errand: Errand, parcel: Parcel) -> Job {
        let composed = if errand.is_copy { parcel.copy.as_ref().unwrap_or(&parcel.letter) } else { &parcel.letter };
        let data = Dotted::new(&composed.bytes);
        Job { errand, parcel, data }
    }

    fn composed(&self) -> &super::compose::Composed {
        match &self.parcel.copy {
            Some(copy) if self.errand.is_copy => copy,
            _ => &self.parcel.letter,
        }
    }

    fn item(&self) -> Item {
        if self.errand.is_copy { Item::Copy(self.parcel.key) } else { Item::Letter(self.parcel.key) }
    }
}

/// Works until there is nothing left to do.
pub(super) fn work(floor: &Floor<'_>) {
    let mut worker = Worker { floor, session: None, sent: 0 };
    while let Some((errand, parcel)) = floor.next_letter() {
        worker.begin(Job::new(errand, parcel));
    }
    if let Some(session) = worker.session {
        session.quit();
    }
}

struct Worker<'f, 'a> {
    floor: &'f Floor<'a>,
    session: Option<Session>,
    /// Letters whose body went over this connection.
    sent: u32,
}

impl Worker<'_, '_> {
    /// Opens a transaction for `job`, and goes on while letters follow each other.
    fn begin(&mut self, job: Job) {
        let Some(mut session) = self.session() else {
            self.floor.put_back(job.errand);
            return;
        };
        let begun = session.begin(&job.composed().envelope, job.data.len());
        match self.after_envelope(job, begun, session, Vec::new()) {
            Some((job, session)) => self.carry_on(job, session),
            None => {}
        }
    }

    /// The open session, or a new one.
    fn session(&mut self) -> Option<Session> {
        if let Some(session) = self.session.take() {
            return Some(session);
        }
        loop {
            if self.floor.is_stopping() {
                return None;
            }
            self.sent = 0;
            match Session::open(self.floor.setting.relay, self.floor.setting.opening) {
                Ok(session) => return Some(session),
                Err(error) => {
                    if !self.floor.session_failed(&error) {
                        return None;
                    }
                }
            }
        }
    }

    /// What follows from the answer to an envelope. A letter that has its 354 comes back; of any other the outcome
    /// is recorded here, together with those of the round before.
    fn after_envelope(
        &mut self,
        job: Job,
        begun: Begun,
        mut session: Session,
        mut outcomes: Vec<(Job, Outcome)>,
    ) -> Option<(Job, Session)> {
        match begun {
            Begun::Ready => {
                self.floor.connection_works();
                return Some((job, session)).filter(|_| outcomes.is_empty() || self.record(outcomes));
            }
            Begun::Refused { stage, reply } => {
                if stage != Stage::Mail {
                    self.floor.connection_works();
                }
                let outcome = self.judge(&job, stage, &reply);
                if outcome == Outcome::Unsent {
                    self.floor.put_back(job.errand);
                    // 421 before a body, or a stop: no attempt is counted, another connection is tried.
                    drop(session);
                    if stage == Stage::Mail && !self.floor.is_stopping() {
                        self.floor.connection_failed(&reply.to_string());
                    }
                } else {
                    self.floor.weigh(job.errand, &job.parcel, &outcome);
                    outcomes.push((job, outcome));
                    if session.reset().is_ok() {
                        self.session = Some(session);
                    }
                }
            }
            Begun::ReadyButRefused { reply } => {
                self.floor.connection_works();
                session.abandon();
                let outcome = self.judge(&job, Stage::Rcpt, &reply);
                self.floor.weigh(job.errand, &job.parcel, &outcome);
                outcomes.push((job, outcome));
            }
            Begun::Lost(why) => {
                self.floor.put_back(job.errand);
                session.abandon();
                self.floor.connection_failed(&why);
            }
        }
        self.record(outcomes);
        None
    }

    /// From one letter that has its 354 to the next, until none may follow at once.
    fn carry_on(&mut self, mut job: Job, mut session: Session) {
        let mut outcomes: Vec<(Job, Outcome)> = Vec::new();
        loop {
            let candidate = self.may_pipeline(&session).then(|| self.floor.letter_at_once()).flatten();
            let charges = candidate.as_ref().map(|(errand, _)| self.floor.charges(*errand)).unwrap_or_default();
            let answer = self.round(outcomes, Some(&job), charges);
            let Some(answer) = answer.filter(|answer| answer.claim == Some(Claimed::Yes) && !self.floor.is_stopping())
            else {
                if let Some((errand, _)) = candidate {
                    self.floor.put_back(errand);
                }
                session.abandon();
                self.give_up(job, answer);
                return;
            };
            let next = self.granted(candidate, answer).map(|(errand, parcel)| Job::new(errand, parcel));
            self.sent += 1;
            let then = match &next {
                Some(next) => Next::Envelope(&next.composed().envelope, next.data.len()),
                None if self.is_last(&session) => Next::Quit,
                None => Next::Nothing,
            };
            let closes = matches!(then, Next::Quit);
            let Delivery { outcome, next: begun } = session.deliver(&job.data, then);
            let lost = !matches!(outcome, DotOutcome::Answered(_));
            let outcome = self.judge_dot(&job, outcome);
            self.floor.weigh(job.errand, &job.parcel, &outcome);
            outcomes = vec![(job, outcome)];
            match (next, begun) {
                (Some(next), Some(begun)) => match self.after_next(next, begun, session, &mut outcomes) {
                    Some((next, open)) => (job, session) = (next, open),
                    None => return,
                },
                (next, _) => {
                    if let Some(next) = next {
                        self.floor.put_back(next.errand);
                    }
                    self.record(outcomes);
                    if !closes && !lost {
                        self.session = Some(session);
                    }
                    return;
                }
            }
        }
    }

    /// The answer to an envelope that went out behind a body, whose outcome is still to be recorded.
    fn after_next(
        &mut self,
        next: Job,
        begun: Begun,
        session: Session,
        outcomes: &mut Vec<(Job, Outcome)>,
    ) -> Option<(Job, Session)> {
        if matches!(begun, Begun::Ready) {
            self.floor.connection_works();
            return Some((next, session));
        }
        self.after_envelope(next, begun, session, std::mem::take(outcomes))
    }

    fn may_pipeline(&self, session: &Session) -> bool {
        session.pipelining() && !self.is_full(self.sent + 1)
    }

    /// Whether the letter that is about to leave is the last of this connection.
    fn is_last(&self, _session: &Session) -> bool {
        self.is_full(self.sent)
    }

    fn is_full(&self, sent: u32) -> bool {
        self.floor.setting.manner.per_connection.is_some_and(|most| sent >= most)
    }

    fn granted(&self, candidate: Option<(Errand, Parcel)>, answer: Answer) -> Option<(Errand, Parcel)> {
        let (errand, parcel) = candidate?;
        match answer.pace {
            Pace::Granted => Some((errand, parcel)),
            Pace::NotBefore(until) => {
                self.floor.hold_back(errand, until);
                None
            }
        }
    }

    /// A letter that has its 354 and must not leave.
    fn give_up(&self, job: Job, answer: Option<Answer>) {
        match answer.and_then(|answer| answer.claim) {
            // Claimed, and then the user or the relay wanted an end: the claim is taken back.
            Some(Claimed::Yes) => {
                self.floor.weigh(job.errand, &job.parcel, &Outcome::Unsent);
                self.record(vec![(job, Outcome::Unsent)]);
            }
            Some(Claimed::No(_) | Claimed::AddressHeld | Claimed::NotEnrolled) => self.floor.skip(job.errand),
            None => self.floor.put_back(job.errand),
        }
    }

    /// One round with the ledger; nothing when it failed, and then no further body leaves.
    fn round(
        &self,
        outcomes: Vec<(Job, Outcome)>,
        claim: Option<&Job>,
        charges: Vec<crate::ledger::Charge>,
    ) -> Option<Answer> {
        let items = outcomes.iter().map(|(job, outcome)| (job.item(), outcome.clone())).collect();
        let answer = self.floor.setting.ledger.round(Round { outcomes: items, claim: claim.map(Job::item), charges });
        for (job, outcome) in &outcomes {
            self.floor.tell(job.errand, &job.parcel, outcome, answer.is_ok());
        }
        answer.map_err(|error| self.floor.stop(Stop::Ledger(error))).ok()
    }

    fn record(&self, outcomes: Vec<(Job, Outcome)>) -> bool {
        outcomes.is_empty() || self.round(outcomes, None, Vec::new()).is_some()
    }

    fn judge_dot(&self, job: &Job, outcome: DotOutcome) -> Outcome {
        match outcome {
            DotOutcome::Answered(reply) => self.judge(job, Stage::Dot, &reply),
            DotOutcome::NotSent(why) => {
                self.floor.connection_failed(&why);
                Outcome::Unsent
            }
            DotOutcome::InDoubt(why) => Outcome::InDoubt(why),
        }
    }

    /// What a reply means for its letter, and what follows from it for the run.
    fn judge(&self, job: &Job, stage: Stage, reply: &super::reply::Reply) -> Outcome {
        let answered = Answered {
            code: Some(reply.code()),
            enhanced: reply.enhanced().map(|enhanced| enhanced.to_string()),
            words: reply.text(),
            relay: self.floor.setting.relay.to_string(),
        };
        let _ = job;
        match reply.verdict(stage) {
            Verdict::Accepted => Outcome::Accepted(answered),
            Verdict::ServiceClosing if stage != Stage::Dot => Outcome::Unsent,
            Verdict::Deferred | Verdict::ServiceClosing => Outcome::Deferred(answered),
            Verdict::Throttled => {
                self.floor.brake();
                Outcome::Deferred(answered)
            }
            Verdict::Refused => Outcome::Refused(answered),
            Verdict::MailboxUnknown => Outcome::NoSuchAddress(answered),
            Verdict::AccountLevel => {
                self.floor.stop(Stop::Account(reply.to_string()));
                Outcome::Unsent
            }
            Verdict::LogInNeeded => {
                self.floor.stop(Stop::LogIn(reply.to_string()));
                Outcome::Unsent
            }
        }
    }
}
