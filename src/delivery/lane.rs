//! The letters to one mailbox within a run: which is next, and when it may leave by its window and its cap.

use chrono::{DateTime, TimeDelta, Utc};

use super::outbox::{Lane, Ticket};
use crate::campaign::settings::pace::AfterWindow;
use crate::campaign::window::Phase;

/// A letter to send, and how often it was deferred in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Errand {
    /// The letter.
    pub ticket: Ticket,
    /// Whether it is the copy for its signer.
    pub is_copy: bool,
    pub(super) deferred: u32,
    pub(super) first_deferred: Option<DateTime<Utc>>,
    /// When the lane would have sent it: given back if it did not leave.
    pub(super) slot: Option<DateTime<Utc>>,
    /// Whether its pace tokens are taken: a letter that did not leave need not wait for them twice.
    pub(super) is_paid: bool,
}

impl Errand {
    /// The copy of an accepted letter.
    pub(super) fn of_copy(ticket: Ticket) -> Errand {
        Errand { ticket, is_copy: true, deferred: 0, first_deferred: None, slot: None, is_paid: false }
    }

    /// The letter, with its pace tokens taken.
    #[must_use]
    pub(crate) fn paid(self) -> Errand {
        Errand { is_paid: true, ..self }
    }

    /// A letter that is tried again has had its claim: it does not count towards the limit once more.
    pub(super) fn counts(self) -> bool {
        !self.is_copy && self.deferred == 0
    }
}

/// Over what the letters of a window are spread evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// What is still to go, over what is left of the window: for a run that waits.
    TheRest,
    /// All letters, over all of the window: for a run that only sends what is due, and will be started again.
    TheWhole,
}

/// One mailbox's letters, how far they are, and when the next may leave.
#[derive(Debug)]
pub(super) struct LaneState {
    pub(super) lane: Lane,
    pub(super) place: u64,
    /// The row of the next letter, by which lanes take turns.
    pub(super) row: u64,
    pub(super) due: Option<DateTime<Utc>>,
    interval: TimeDelta,
    pub(super) not_before: Option<DateTime<Utc>>,
    pub(super) is_held: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    Now,
    Paced(DateTime<Utc>),
    At(DateTime<Utc>),
    Never,
}

impl LaneState {
    pub(super) fn new(
        lane: Lane,
        after_window: AfterWindow,
        spread: Spread,
        now: DateTime<Utc>,
    ) -> LaneState {
        let (mut due, mut interval) = (None, TimeDelta::zero());
        if let Some(opening) = lane.opening
            && (after_window == AfterWindow::Stays || opening.phase(now) != Phase::After)
        {
            let (begin, letters) = match spread {
                Spread::TheRest => (opening.from.max(now), lane.to_go),
                Spread::TheWhole => (opening.from, lane.letters),
            };
            let letters = i32::try_from(letters).unwrap_or(i32::MAX).max(1);
            interval = (opening.until - begin).max(TimeDelta::zero()) / letters;
            due = Some(begin);
        }
        let is_held = lane.is_held;
        LaneState { lane, place: 0, row: 0, due, interval, not_before: None, is_held }
    }

    pub(super) fn ready(&self, now: DateTime<Utc>, after_window: AfterWindow) -> Ready {
        if self.place >= self.lane.letters {
            return Ready::Never;
        }
        match (self.may_send(now, after_window), self.due) {
            (Ready::Now, Some(due)) if due > now => Ready::At(due),
            (ready, _) => ready,
        }
    }

    /// Whether any letter of this lane may leave, whosever turn it is.
    pub(super) fn may_send(&self, now: DateTime<Utc>, after_window: AfterWindow) -> Ready {
        if self.is_held {
            return Ready::Never;
        }
        if let Some(until) = self.not_before.filter(|until| *until > now) {
            return Ready::Paced(until);
        }
        match self.lane.opening.map(|opening| (opening.phase(now), opening)) {
            None | Some((Phase::Open, _)) => Ready::Now,
            Some((Phase::Before, opening)) => Ready::At(opening.from),
            Some((Phase::After, _)) if after_window == AfterWindow::Leaves => Ready::Now,
            Some((Phase::After, _)) => Ready::Never,
        }
    }

    pub(super) fn take(&mut self, index: usize, now: DateTime<Utc>) -> Errand {
        let ticket = Ticket { lane: index, place: self.place };
        let slot = self.due;
        self.place += 1;
        self.row = 0;
        // What is late is made up for, at the pace that rate and caps allow.
        self.due = self.due.map(|due| due.checked_add_signed(self.interval).unwrap_or(now));
        Errand { ticket, is_copy: false, deferred: 0, first_deferred: None, slot, is_paid: false }
    }
}
