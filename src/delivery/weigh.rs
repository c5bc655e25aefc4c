//! What follows from a letter's answer: for the letter itself, for those to the same address, and for the run.
//!
//! It is weighed when it comes, and told when it is durable; only then may a copy go, or a refusal be taken back.

use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};

use super::lane::Errand;
use super::outbox::Parcel;
use super::same_words::{Subject, TakeBack};
use super::shared::{RunState, Shared};
use super::stop::Stop;
use super::work::Event;
use crate::ledger::Outcome;

impl Shared<'_> {
    /// A letter's answer: what follows from it for the others. It is not durable yet.
    pub(super) fn weigh(&self, errand: Errand, parcel: &Parcel, outcome: &Outcome) {
        let mut state = self.state();
        let now = self.now();
        match outcome {
            // It is tried again, or its copy may go, as soon as this is durable: see `tell`. Sooner, another connection could
            // claim the letter before, and lose the claim to this outcome; or have the letter's envelope refused, and settle by
            // that what is claimed here, although it was in doubt before.
            Outcome::Deferred(_) | Outcome::Unsent | Outcome::TakenBack { .. } => {}
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

    fn defer(&self, errand: Errand) {
        let mut state = self.state();
        state.jitter = state.jitter.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let jitter = f64::from(u32::try_from(state.jitter >> 32).unwrap_or_default()) / f64::from(u32::MAX);
        state.schedule.defer(errand, self.now(), jitter);
        drop(state);
        self.announce();
    }

    /// The relay complained of the pace.
    pub(super) fn brake(&self) {
        let braked = self.state().throttle.brake(self.now());
        if let Some(rate) = braked {
            (self.work.observer)(&Event::Braked(rate));
        }
    }

    /// Tells of a letter whose outcome is durable, or could not be made so; after an acceptance its copy may go.
    pub(super) fn tell(&self, errand: Errand, parcel: &Parcel, outcome: &Outcome, is_durable: bool) {
        match outcome {
            Outcome::Deferred(_) if is_durable => self.defer(errand),
            Outcome::Unsent | Outcome::TakenBack { .. } => self.put_back(errand),
            _ => {}
        }
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
