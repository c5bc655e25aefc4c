//! Where a campaign stands: by outcome, by embassy, and for one letter.

use chrono::{DateTime, Utc};

use super::outcome::{KeptReply, State};

/// Letters by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Not sent yet, a live run's claims among them.
    pub pending: u64,
    /// The relay took responsibility.
    pub accepted: u64,
    /// To be tried again.
    pub deferred: u64,
    /// Refused by the relay.
    pub refused: u64,
    /// Sent, perhaps.
    pub in_doubt: u64,
    /// Written for the printer.
    pub by_post: u64,
    /// Accepted, and come back.
    pub bounced: u64,
}

impl Counts {
    /// The sum of all.
    pub(crate) fn total(&self) -> u64 {
        self.pending
            + self.accepted
            + self.deferred
            + self.refused
            + self.in_doubt
            + self.by_post
            + self.bounced
    }

    pub(super) fn add(&mut self, state: State, letters: u64) {
        *match state {
            State::Pending | State::Claimed => &mut self.pending,
            State::Accepted => &mut self.accepted,
            State::Deferred => &mut self.deferred,
            State::Refused => &mut self.refused,
            State::InDoubt => &mut self.in_doubt,
            State::ByPost => &mut self.by_post,
            State::Bounced => &mut self.bounced,
        } += letters;
    }
}

/// The whole campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// All letters.
    pub all: Counts,
    /// Those to each embassy, in alphabetical order of the destinations.
    pub by_destination: Vec<(String, Counts)>,
    /// Whether the ledger was forgotten, and has no more than these counts.
    pub is_forgotten: bool,
}

impl Tally {
    /// Adds letters to a destination; the destinations come in their order.
    pub(super) fn add(&mut self, destination: String, state: State, letters: u64) {
        self.all.add(state, letters);
        if self.by_destination.last().is_none_or(|(last, _)| *last != destination) {
            self.by_destination.push((destination, Counts::default()));
        }
        if let Some((_, counts)) = self.by_destination.last_mut() {
            counts.add(state, letters);
        }
    }
}

/// How one letter stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Its state.
    pub state: State,
    /// The last answer of a relay, or the reason of a doubt; all empty where there was none.
    pub reply: KeptReply,
    /// When that was; for a letter in doubt: when it was claimed.
    pub at: Option<DateTime<Utc>>,
    /// Whether its signer is owed a copy.
    pub owes_copy: bool,
    /// The address that it was sent to, or will be.
    pub address: Option<String>,
    /// Whether another list of a shared ledger has it, since a claim of its own: it is none of this list's.
    pub is_with_another_list: bool,
}

impl Standing {
    /// Whether its embassy has another address now than the one that it was sent to.
    pub(crate) fn has_moved(&self, address: &str) -> bool {
        self.address.as_ref().is_none_or(|sent_to| !sent_to.eq_ignore_ascii_case(address))
    }
}

/// An embassy's address that the relay does not know (5.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// The address.
    pub address: String,
    /// Letters that wait for another address.
    pub waiting: u64,
}

/// The copies to signers, as far as they are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Copies {
    /// To be sent still.
    pub owed: u64,
    /// Sent, perhaps: never again.
    pub in_doubt: u64,
}
