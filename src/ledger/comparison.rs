//! A plan's letters, and how they stand beside the ledger: what is new, what is known, what looks like a letter
//! already sent.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::key::Fingerprint;
use super::outcome::State;
use super::round::Retry;
use super::standing::Counts;

/// One letter of the plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Enrolment<'a> {
    /// Its row in the signers' list; no two letters have the same.
    pub row: i64,
    /// Whose letter to which embassy.
    pub letter: Fingerprint,
    /// The embassy, as given to [`Keys::fingerprint`](super::Keys::fingerprint).
    pub destination: &'a str,
    /// The embassy's e-mail; without one the letter goes by post.
    pub mail_address: Option<&'a str>,
}

/// What became of a row that was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// It is in the list.
    New,
    /// It is the same signer's letter to the same embassy as this earlier row, and was left out.
    Repeats(i64),
}

/// Whether the list is the whole campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A batch: what is pending or deferred and not in the list is dropped.
    Campaign,
    /// A single letter: no other letter is touched.
    OneLetter,
}

/// A list beside the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// Letters that the ledger does not know yet.
    pub new: u64,
    /// How the others stand.
    pub known: Counts,
    /// Letters that came back, and whose embassy has another address in the book now.
    pub came_back_and_moved: u64,
    /// Letters that came back from the address that the book still has.
    pub came_back: u64,
    /// Letters not yet sent that would have gone by post when the list was last recorded, and go by mail now.
    pub now_by_mail: u64,
    /// The other way round.
    pub now_by_post: u64,
    /// Letters that went, or go, with another list of a shared ledger: none of this list's.
    pub with_another_list: u64,
    /// Letters not yet sent that are no longer in the list: a run of the whole list drops them.
    pub no_longer_listed: u64,
    /// Letters to each destination that are still to be sent.
    pub(super) to_go: HashMap<String, u64>,
}

impl Comparison {
    /// Counts letters to one destination that stand alike: `state` as it is shown, nothing where the ledger does not know them;
    /// `has_moved`: the book has another address than the one that they came back from.
    pub(super) fn count(
        &mut self,
        destination: String,
        state: Option<State>,
        has_moved: bool,
        letters: u64,
        retry: Retry,
    ) {
        match state {
            None => self.new += letters,
            Some(state) => self.known.add(state, letters),
        }
        let state = state.unwrap_or(State::Pending);
        match (state, has_moved) {
            (State::Bounced, true) => self.came_back_and_moved += letters,
            (State::Bounced, false) => self.came_back += letters,
            _ => {}
        }
        if retry.may_send(state, has_moved) {
            *self.to_go.entry(destination).or_default() += letters;
        }
    }

    /// How many of so many letters to a destination are still to be sent.
    pub(crate) fn to_go(&self, letters: u64, destination: &str) -> u64 {
        self.to_go.get(destination).copied().unwrap_or_default().min(letters)
    }
}

/// What the start of a run changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Enrolled {
    /// Letters that are new in the ledger.
    pub added: u64,
    /// Letters no longer in the list that were pending or deferred.
    pub dropped: u64,
    /// All letters of the campaign, whatever their state.
    pub total: u64,
}

/// What a new letter has in common with one already sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shared {
    /// The name, at the same embassy: a corrected e-mail or city?
    NameAtEmbassy,
    /// The e-mail, at the same embassy: a corrected name?
    EmailAtEmbassy,
    /// Name and e-mail (or city), at another embassy: a corrected country?
    Signer,
}

impl Shared {
    /// By its number in the storages' statements, the nearest reason first.
    pub(super) fn of(number: i32) -> Shared {
        match number {
            1 => Shared::NameAtEmbassy,
            2 => Shared::EmailAtEmbassy,
            _ => Shared::Signer,
        }
    }
}

/// A new letter that may be a second one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LookAlike {
    /// The new letter's row.
    pub row: i64,
    /// Why it is listed.
    pub shared: Shared,
    /// How the earlier letter stands.
    pub state: State,
    /// When that came about.
    pub at: Option<DateTime<Utc>>,
    /// The local part of the earlier letter's Message-ID.
    pub message_id: String,
}

/// The first look-alikes, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LookAlikes {
    /// In the list's order.
    pub first: Vec<LookAlike>,
    /// All of them.
    pub total: u64,
}

/// An e-mail address that several signers of the list gave, at one embassy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SharedEmail {
    /// The first of their rows.
    pub first_row: u64,
    /// How many they are.
    pub signers: u64,
}

/// The first shared e-mails, in the list's order, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SharedEmails {
    /// The first of them.
    pub first: Vec<SharedEmail>,
    /// All of them.
    pub total: u64,
}
