//! Which letter may leave next, and if none, how long to wait: windows, their even spread, caps, retries, limit.
//!
//! It is told the time and does nothing else: no clock, no relay, no ledger.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::lane::{Errand, LaneState, Ready, Spread};
use super::outbox::{Lane, Ticket};
use crate::campaign::settings::pace::AfterWindow;

/// What a connection may do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Send this letter.
    Send(Errand),
    /// Nothing yet.
    Wait {
        /// When the pace has a token again for a letter that could leave but for it.
        paced: Option<DateTime<Utc>>,
        /// When a window opens, a letter's turn in it comes, or a deferred letter is to be tried again.
        scheduled: Option<DateTime<Utc>>,
    },
    /// Nothing until a letter that is under way has its answer.
    WaitForOthers,
    /// Nothing any more in this run.
    Nothing,
}

/// The letters of a run that have not been handed out, and when they may be.
#[derive(Debug)]
pub(crate) struct Schedule {
    lanes: Vec<LaneState>,
    returned: Vec<Errand>,
    copies: Vec<Errand>,
    retries: BinaryHeap<Reverse<Retry>>,
    under_way: u64,
    limit: Option<u64>,
    retry_for: TimeDelta,
    after_window: AfterWindow,
    spread: Spread,
    not_before: Option<DateTime<Utc>>,
}

/// A deferred letter, ordered by when it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Retry {
    due: DateTime<Utc>,
    ticket: Ticket,
    is_copy: bool,
    deferred: u32,
    first: DateTime<Utc>,
}

/// The first wait after a 4yz (docs/sending.md, "Replies").
pub(super) const FIRST_RETRY: Duration = Duration::from_secs(5);

impl Schedule {
    /// The letters of `lanes`, of which at most `limit` may be claimed.
    pub(crate) fn new(
        lanes: &[Lane],
        limit: Option<u64>,
        retry_for: TimeDelta,
        after_window: AfterWindow,
        spread: Spread,
        now: DateTime<Utc>,
    ) -> Schedule {
        let lanes =
            lanes.iter().map(|lane| LaneState::new(lane.clone(), after_window, spread, now)).collect();
        Schedule {
            lanes,
            returned: Vec::new(),
            copies: Vec::new(),
            retries: BinaryHeap::new(),
            under_way: 0,
            limit,
            retry_for,
            after_window,
            spread,
            not_before: None,
        }
    }

    /// What may be done at `now`; `row` tells the row of a letter in the list.
    pub(crate) fn next<E>(
        &mut self,
        now: DateTime<Utc>,
        mut row: impl FnMut(Ticket) -> Result<u64, E>,
    ) -> Result<Next, E> {
        if let Some(until) = self.not_before.filter(|until| *until > now) {
            return Ok(Next::Wait { paced: Some(until), scheduled: None });
        }
        if let Some(copy) = self.copies.pop() {
            self.under_way += 1;
            return Ok(Next::Send(copy));
        }
        if let Some(errand) = self.take_returned(now) {
            return Ok(self.hand_out(errand));
        }
        if let Some(errand) = self.take_retry(now) {
            return Ok(self.hand_out(errand));
        }
        if self.limit == Some(0) {
            return Ok(match self.retries.peek() {
                Some(Reverse(retry)) => Next::Wait { paced: None, scheduled: Some(retry.due) },
                None => self.nothing_but_others(),
            });
        }
        let mut best: Option<(u64, usize)> = None;
        let (mut paced, mut scheduled) = (None, None);
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            match lane.ready(now, self.after_window) {
                Ready::Now => {
                    if lane.row == 0 {
                        lane.row = row(Ticket { lane: index, place: lane.place })?;
                    }
                    if best.is_none_or(|(least, _)| lane.row < least) {
                        best = Some((lane.row, index));
                    }
                }
                Ready::Paced(time) => earlier(&mut paced, time),
                Ready::At(time) => earlier(&mut scheduled, time),
                Ready::Never => {}
            }
        }
        if let Some((_, index)) = best {
            let errand = self.lanes[index].take(index, now);
            return Ok(self.hand_out(errand));
        }
        for errand in &self.returned {
            match self.lanes[errand.ticket.lane].may_send(now, self.after_window) {
                Ready::Paced(time) => earlier(&mut paced, time),
                Ready::At(time) => earlier(&mut scheduled, time),
                Ready::Now | Ready::Never => {}
            }
        }
        if let Some(Reverse(retry)) = self.retries.peek() {
            earlier(&mut scheduled, retry.due);
        }
        Ok(match (paced, scheduled) {
            (None, None) => self.nothing_but_others(),
            _ => Next::Wait { paced, scheduled },
        })
    }

    /// Whether a letter that was handed out may leave at `now`: its window may have closed, its address be held.
    pub(crate) fn may_leave(&self, errand: Errand, now: DateTime<Utc>) -> bool {
        let lane = &self.lanes[errand.ticket.lane];
        errand.is_copy || !matches!(lane.may_send(now, self.after_window), Ready::Never | Ready::At(_))
    }

    /// Whether one letter is under way and none is left to follow it.
    pub(crate) fn is_last(&self) -> bool {
        let all_handed_out = || self.lanes.iter().all(|lane| lane.place >= lane.lane.letters);
        let none_waits = self.copies.is_empty() && self.returned.is_empty() && self.retries.is_empty();
        self.under_way == 1 && none_waits && (self.limit == Some(0) || all_handed_out())
    }

    /// The letter was handed out and need not be sent: it has its outcome already.
    pub(crate) fn skip(&mut self, errand: Errand) {
        self.give_back_claim(errand);
        if let (Some(slot), false, Spread::TheRest) = (errand.slot, errand.is_copy, self.spread) {
            self.lanes[errand.ticket.lane].due = Some(slot);
        }
    }

    /// The letter did not leave: it is handed out again, first.
    pub(crate) fn put_back(&mut self, errand: Errand) {
        self.give_back_claim(errand);
        if errand.is_copy { self.copies.push(errand) } else { self.returned.push(errand) }
    }

    /// The pace has no token for this letter before `until`; `for_lane`: others may have one.
    pub(crate) fn hold_back(&mut self, errand: Errand, until: DateTime<Utc>, for_lane: bool) {
        self.put_back(errand);
        if for_lane && !errand.is_copy {
            self.lanes[errand.ticket.lane].not_before = Some(until);
        } else {
            self.not_before = Some(until);
        }
    }

    /// The letter has its outcome.
    pub(crate) fn done(&mut self) {
        self.under_way -= 1;
    }

    /// The letter is accepted, and that is durable: its signer's copy may go. Until then it was under way.
    pub(crate) fn add_copy(&mut self, letter: Errand) {
        self.done();
        self.owe_copy(letter.ticket);
    }

    /// A copy of a letter that was accepted earlier.
    pub(crate) fn owe_copy(&mut self, ticket: Ticket) {
        self.copies.push(Errand::of_copy(ticket));
    }

    /// The letter was deferred: it is tried again, if there is time; `jitter` is from 0 to 1.
    pub(crate) fn defer(&mut self, errand: Errand, now: DateTime<Utc>, jitter: f64) {
        self.done();
        let first = errand.first_deferred.unwrap_or(now);
        let wait = FIRST_RETRY.saturating_mul(1 << errand.deferred.min(16)).mul_f64(0.8 + 0.4 * jitter);
        let due = now + wait;
        if due - first < self.retry_for {
            let (ticket, is_copy, deferred) = (errand.ticket, errand.is_copy, errand.deferred + 1);
            self.retries.push(Reverse(Retry { due, ticket, is_copy, deferred, first }));
        }
    }

    /// The relay does not know this address (5.1.1): the other letters to it stay pending.
    pub(crate) fn hold_address(&mut self, errand: Errand) {
        let address = self.lanes[errand.ticket.lane].lane.forward_path.clone();
        for lane in self.lanes.iter_mut().filter(|lane| lane.lane.forward_path == address) {
            lane.is_held = true;
        }
    }

    /// The lane that a letter is in.
    pub(crate) fn lane(&self, ticket: Ticket) -> &Lane {
        &self.lanes[ticket.lane].lane
    }

    fn hand_out(&mut self, errand: Errand) -> Next {
        self.under_way += 1;
        if let (Some(limit), true) = (&mut self.limit, errand.counts()) {
            *limit -= 1;
        }
        Next::Send(errand)
    }

    fn give_back_claim(&mut self, errand: Errand) {
        self.under_way -= 1;
        if let (Some(limit), true) = (&mut self.limit, errand.counts()) {
            *limit += 1;
        }
    }

    fn nothing_but_others(&self) -> Next {
        if self.under_way > 0 { Next::WaitForOthers } else { Next::Nothing }
    }

    fn take_returned(&mut self, now: DateTime<Utc>) -> Option<Errand> {
        let (lanes, limit) = (&self.lanes, self.limit);
        let after_window = self.after_window;
        let is_ready = |errand: &Errand| {
            (limit != Some(0) || !errand.counts())
                && lanes[errand.ticket.lane].may_send(now, after_window) == Ready::Now
        };
        let index = self.returned.iter().position(is_ready)?;
        Some(self.returned.swap_remove(index))
    }

    fn take_retry(&mut self, now: DateTime<Utc>) -> Option<Errand> {
        loop {
            let Reverse(Retry { due, ticket, is_copy, deferred, first }) = *self.retries.peek()?;
            if due > now {
                return None;
            }
            self.retries.pop();
            // A lane that has closed or is held meanwhile keeps its letter deferred.
            if is_copy || self.lanes[ticket.lane].may_send(now, self.after_window) == Ready::Now {
                return Some(Errand {
                    ticket,
                    is_copy,
                    deferred,
                    first_deferred: Some(first),
                    slot: None,
                    is_paid: false,
                });
            }
        }
    }
}

fn earlier(known: &mut Option<DateTime<Utc>>, time: DateTime<Utc>) {
    *known = Some(known.map_or(time, |known| known.min(time)));
}

#[cfg(test)]
mod tests;
