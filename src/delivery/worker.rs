//! One connection's work: a letter's body and the next letter's envelope in one write, and between two bodies one
//! round with the ledger, which makes the last outcome and the next claim durable together.
//!
//! The order of these steps is what "at most once" stands on (docs/sending.md, "Claims"): claim durable, body, reply, outcome
//! durable, next body.

use super::dotted::Dotted;
use super::lane::Errand;
use super::outbox::Parcel;
use super::reply::{Meaning, Reply, Stage, outcome_of};
use super::sendmail;
use super::session::transaction::{Begun, Behind, Delivery, DotOutcome};
use super::session::{Access, Session, Watch};
use super::shared::Shared;
use super::stop::Stop;
use super::words;
use crate::relay::SmtpRelay;
use std::path::Path;
use std::time::Duration;

use crate::ledger::{Answer, Charge, Claimed, Item, Outcome, Pace, Round};

/// A letter with its 354, or about to get it.
struct Job {
    errand: Errand,
    parcel: Parcel,
    data: Dotted,
}

impl Job {
    fn new(errand: Errand, parcel: Parcel) -> Job {
        let composed =
            if errand.is_copy { parcel.copy.as_ref().unwrap_or(&parcel.letter) } else { &parcel.letter };
        let data = Dotted::new(&composed.bytes);
        Job { errand, parcel, data }
    }

    fn composed(&self) -> &crate::message::compose::Composed {
        match &self.parcel.copy {
            Some(copy) if self.errand.is_copy => copy,
            _ => &self.parcel.letter,
        }
    }

    fn item(&self) -> Item {
        match &self.parcel.copy {
            _ if self.errand.is_copy => Item::Copy(self.parcel.key),
            Some(_) => Item::LetterWithCopy(self.parcel.key),
            None => Item::Letter(self.parcel.key),
        }
    }

    /// The relay's words as they may be kept and shown.
    fn kept(&self, words: &str) -> String {
        words::kept(words, &self.parcel.signer, &self.parcel.letter.envelope.forward_path.to_string())
    }
}

/// Works until there is nothing left to do.
pub(super) fn work(shared: &Shared<'_>, relay: &SmtpRelay, access: &Access) {
    let is_stopping = || shared.is_stopping();
    let hint = |text: &str| shared.hint(text);
    let watch = Watch { give_up: &is_stopping, tell: &hint };
    let mut worker =
        Worker { shared, relay, access, watch, session: None, sent: 0, mail_taken: false, failures: 0 };
    while let Some((errand, parcel)) = shared.next_letter(|| worker.rest()) {
        worker.begin(Job::new(errand, parcel));
    }
    worker.rest();
}

/// Works through the sendmail program: a claim, a message, an outcome, one letter after the other.
pub(super) fn work_through_sendmail(shared: &Shared<'_>, program: &Path, patience: Duration) {
    while let Some((errand, parcel)) = shared.next_letter(|| {}) {
        let job = Job::new(errand, parcel);
        let claimed =
            round(shared, Vec::new(), Some(&job), Vec::new(), || {}).and_then(|answer| answer.claim);
        match claimed {
            Some(Claimed::Yes) => {
                let outcome = match sendmail::deliver(program, job.composed(), patience) {
                    sendmail::Handed::Settled(outcome) => outcome.with_words(|words| job.kept(words)),
                    sendmail::Handed::Impossible(words) => {
                        shared.stop(Stop::Sendmail(job.kept(&words)));
                        Outcome::Unsent
                    }
                };
                shared.weigh(job.errand, &job.parcel, &outcome);
                round(shared, vec![(job, outcome)], None, Vec::new(), || {});
            }
            Some(Claimed::AddressHeld) => shared.hold_address(job.errand),
            Some(_) => shared.skip(job.errand),
            None => shared.put_back(job.errand),
        }
    }
}

/// Puts back to pending, at the end of the run, the letters whose refusal was not about them.
pub(super) fn take_back(shared: &Shared<'_>) {
    round(shared, Vec::new(), None, Vec::new(), || {});
}

/// One round with the ledger; nothing when it failed, and then no further body leaves. While another connection writes,
/// `meanwhile` is done.
fn round(
    shared: &Shared<'_>,
    outcomes: Vec<(Job, Outcome)>,
    claim: Option<&Job>,
    charges: Vec<Charge>,
    meanwhile: impl FnOnce(),
) -> Option<Answer> {
    let mut items: Vec<(Item, Outcome)> =
        outcomes.iter().map(|(job, outcome)| (job.item(), outcome.clone())).collect();
    let back = shared.to_take_back().into_iter();
    items.extend(back.map(|back| (Item::Letter(back.letter), Outcome::TakenBack { hold: back.hold })));
    if items.is_empty() && claim.is_none() && charges.is_empty() {
        return Some(Answer { claim: None, pace: Pace::Granted });
    }
    let round = Round { outcomes: items, claim: claim.map(Job::item), charges };
    let answer = shared.work.ledger.round_and_meanwhile(round, meanwhile);
    for (job, outcome) in &outcomes {
        shared.tell(job.errand, &job.parcel, outcome, answer.is_ok());
    }
    answer.map_err(|error| shared.stop(Stop::Ledger(error))).ok()
}

struct Worker<'f, 'a> {
    shared: &'f Shared<'a>,
    relay: &'f SmtpRelay,
    access: &'f Access,
    /// Whether the run ends, and nobody has to wait for the relay's answers any more.
    watch: Watch<'f>,
    session: Option<Session<'f>>,
    /// Letters whose body went over this connection.
    sent: u32,
    /// Whether the relay said 250 to a MAIL on it.
    mail_taken: bool,
    /// Sessions in a row that could not be opened.
    failures: u32,
}

impl<'f> Worker<'f, '_> {
    /// Opens a transaction for `job`, and goes on while letters follow each other.
    fn begin(&mut self, job: Job) {
        let opened = match self.session.take() {
            Some(session) => Ok(session),
            None => Session::open(self.relay, self.access, self.watch),
        };
        let mut session = match opened {
            Ok(session) => session,
            Err(error) => {
                // Others may send it while this connection waits.
                self.shared.put_back(job.errand);
                if !self.shared.is_stopping() {
                    self.shared.session_failed(&error, self.failures);
                }
                self.failures += 1;
                return;
            }
        };
        if session.count_in(&self.shared.sessions) {
            (self.sent, self.mail_taken, self.failures) = (0, false, 0);
            self.shared.session_opened();
        }
        let begun = session.begin(&job.composed().envelope, job.data.size());
        if let Some((job, session)) = self.after_envelope(job, begun, session, Vec::new()) {
            self.carry_on(job, session);
        }
    }

    /// Takes leave of the relay.
    fn rest(&mut self) {
        if let Some(session) = self.session.take() {
            session.quit();
        }
    }

    /// What follows from the answer to an envelope. A letter that has its 354 comes back; of any other the outcome
    /// is recorded here, together with that of the letter before.
    fn after_envelope(
        &mut self,
        job: Job,
        begun: Begun,
        mut session: Session<'f>,
        mut outcomes: Vec<(Job, Outcome)>,
    ) -> Option<(Job, Session<'f>)> {
        self.mail_taken |= match &begun {
            Begun::Ready => true,
            Begun::Refused { stage, .. } | Begun::ReadyButRefused { stage, .. } => *stage != Stage::Mail,
            Begun::Lost(_) => false,
        };
        let (outcome, lost) = match begun {
            Begun::Ready => return Some((job, session)),
            Begun::Lost(why) => (Outcome::Unsent, Some(job.kept(&why))),
            Begun::Refused { stage, reply } => match self.judge(stage, &reply, &job) {
                // 421, a full session, or the end of the run: no attempt is counted.
                Outcome::Unsent => (Outcome::Unsent, Some(job.kept(&reply.to_string()))),
                outcome => (outcome, session.reset().err()),
            },
            Begun::ReadyButRefused { stage, reply } => {
                let why = format!("it answered 354 after {}", job.kept(&reply.to_string()));
                (self.judge(stage, &reply, &job), Some(why))
            }
        };
        if outcome == Outcome::Unsent {
            // Nothing of it is claimed.
            self.shared.put_back(job.errand);
        } else {
            self.shared.weigh(job.errand, &job.parcel, &outcome);
            outcomes.push((job, outcome));
        }
        self.record(outcomes);
        match lost {
            None => self.session = Some(session),
            Some(why) => {
                session.abandon();
                self.lost(&why);
            }
        }
        None
    }

    /// A connection is gone: another will be tried.
    fn lost(&mut self, why: &str) {
        if !self.shared.is_stopping() {
            self.shared.connection_lost(why, self.mail_taken, self.sent > 0);
        }
    }

    /// From one letter that has its 354 to the next, until none may follow at once. The letter after the next is composed
    /// while another connection writes the ledger, or else while the relay has the last one.
    fn carry_on(&mut self, mut job: Job, mut session: Session<'f>) {
        let mut outcomes: Vec<(Job, Outcome)> = Vec::new();
        let mut composed: Option<(Errand, Parcel)> = None;
        loop {
            let candidate = self.candidate(&session, composed.take());
            let charges =
                candidate.as_ref().map(|(errand, _)| self.shared.charges(*errand)).unwrap_or_default();
            let shared = self.shared;
            let may_go_on = candidate.is_some() && !self.is_full(self.sent + 2);
            let answer = round(shared, outcomes, Some(&job), charges, || {
                composed = may_go_on.then(|| shared.letter_at_once()).flatten();
            });
            let Some(answer) = answer
                .filter(|answer| answer.claim == Some(Claimed::Yes) && self.shared.may_leave(job.errand))
            else {
                self.put_back(composed);
                self.put_back(candidate);
                session.abandon();
                self.give_up(job, answer);
                return;
            };
            let next = self.granted(candidate, answer).map(|(errand, parcel)| Job::new(errand, parcel));
            self.sent += 1;
            let then = match &next {
                Some(next) => Behind::Envelope(&next.composed().envelope, next.data.size()),
                None if session.pipelining() && self.is_last(&job) => Behind::Quit,
                None => Behind::Nothing,
            };
            let has_quit = matches!(then, Behind::Quit);
            let goes_on = next.is_some() && self.may_pipeline(&session);
            if !goes_on {
                self.put_back(composed.take());
            }
            let Delivery { outcome, next: begun, over } = session.deliver(&job.data, then, || {
                if goes_on && composed.is_none() {
                    composed = shared.letter_at_once();
                }
            });
            if matches!(outcome, DotOutcome::NotSent(_)) {
                self.sent -= 1;
            }
            let lost = over.map(|why| job.kept(&why));
            let outcome = self.judge_dot(outcome, &job);
            self.shared.weigh(job.errand, &job.parcel, &outcome);
            outcomes = vec![(job, outcome)];
            match (next, begun) {
                (Some(next), Some(Begun::Ready)) => {
                    self.mail_taken = true;
                    job = next;
                }
                (Some(next), Some(begun)) => {
                    self.put_back(composed);
                    self.after_envelope(next, begun, session, outcomes);
                    return;
                }
                _ => {
                    self.put_back(composed);
                    self.record(outcomes);
                    match lost {
                        Some(why) => self.lost(&why),
                        None if has_quit => session.leave(),
                        None if self.is_full(self.sent) => session.quit(),
                        None => self.session = Some(session),
                    }
                    return;
                }
            }
        }
    }

    /// A letter that may leave at once but for its pace: the one that is composed already, if its window is open still.
    fn candidate(
        &self,
        session: &Session<'_>,
        composed: Option<(Errand, Parcel)>,
    ) -> Option<(Errand, Parcel)> {
        match composed {
            Some((errand, _)) if self.shared.may_leave(errand) => composed,
            _ => {
                self.put_back(composed);
                self.may_pipeline(session).then(|| self.shared.letter_at_once()).flatten()
            }
        }
    }

    fn put_back(&self, letter: Option<(Errand, Parcel)>) {
        if let Some((errand, _)) = letter {
            self.shared.put_back(errand);
        }
    }

    fn may_pipeline(&self, session: &Session<'_>) -> bool {
        session.pipelining() && !self.is_full(self.sent + 1)
    }

    fn is_full(&self, sent: u32) -> bool {
        self.shared.work.manner.per_connection.is_some_and(|most| sent >= most)
    }

    /// Whether nothing will follow `job` on this connection.
    fn is_last(&self, job: &Job) -> bool {
        self.is_full(self.sent) || (job.parcel.copy.is_none() && self.shared.is_last())
    }

    fn granted(&self, candidate: Option<(Errand, Parcel)>, answer: Answer) -> Option<(Errand, Parcel)> {
        let (errand, parcel) = candidate?;
        match answer.pace {
            Pace::Granted => Some((errand.paid(), parcel)),
            Pace::NotBefore(until) => {
                self.shared.hold_back(errand, until);
                None
            }
        }
    }

    /// A letter that has its 354 and must not leave.
    fn give_up(&self, job: Job, answer: Option<Answer>) {
        match answer.and_then(|answer| answer.claim) {
            // Claimed, and then the user or the relay wanted an end: the claim is taken back.
            Some(Claimed::Yes) => {
                self.shared.weigh(job.errand, &job.parcel, &Outcome::Unsent);
                self.record(vec![(job, Outcome::Unsent)]);
            }
            Some(Claimed::AddressHeld) => self.shared.hold_address(job.errand),
            Some(Claimed::No(_) | Claimed::NotEnrolled) => self.shared.skip_contested(job.errand),
            None => self.shared.put_back(job.errand),
        }
    }

    fn record(&self, outcomes: Vec<(Job, Outcome)>) -> bool {
        outcomes.is_empty() || round(self.shared, outcomes, None, Vec::new(), || {}).is_some()
    }

    fn judge_dot(&self, outcome: DotOutcome, job: &Job) -> Outcome {
        match outcome {
            DotOutcome::Answered(reply) => self.judge(Stage::Dot, &reply, job),
            DotOutcome::NotSent(_) => Outcome::Unsent,
            DotOutcome::InDoubt(why) => Outcome::InDoubt(job.kept(&why)),
        }
    }

    /// What a reply means for its letter, and what follows from it for the run.
    fn judge(&self, stage: Stage, reply: &Reply, job: &Job) -> Outcome {
        let all = || job.kept(&reply.to_string());
        match reply.meaning(stage) {
            Meaning::Throttled => self.shared.brake(),
            Meaning::AccountLevel(about) => self.shared.stop(Stop::Account { about, reply: all() }),
            Meaning::LogInNeeded => self.shared.stop(Stop::LogIn(all())),
            // The next connection has room; on a fresh one it is an answer like any other.
            Meaning::SessionFull if self.sent > 0 => return Outcome::Unsent,
            _ => {}
        }
        outcome_of(reply, stage, &self.relay.to_string(), job.kept(&reply.text()))
    }
}
