//! The outboxes: one letter, or a campaign's letters read again from the list as their turn comes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::compose::{self, Composed};
use super::outbox::{Lane, Outbox, OutboxError, Parcel, Ticket};
use crate::campaign::plan::{Channel, Plan};
use crate::ledger::{Keys, Ledger, LetterKey, Purpose, Retry, State};
use crate::letter::Letter;
use crate::letter::desk::Desk;
use crate::mailbox::Mailbox;
use crate::message::Sender;
use crate::message::sender::CampaignSender;
use crate::signer::csv::{Conditions, Entry, Row, Source};

/// One signer's letter.
pub(crate) struct OneLetter {
    lanes: [Lane; 1],
    parcel: Parcel,
}

impl OneLetter {
    /// Makes the outbox of a single letter.
    pub(crate) fn new(destination: String, forward_path: Mailbox, parcel: Parcel) -> OneLetter {
        let lane = Lane { destination, forward_path, opening: None, letters: 1, to_go: 1, is_held: false };
        OneLetter { lanes: [lane], parcel }
    }
}

impl Outbox for OneLetter {
    fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    fn row(&self, _ticket: Ticket) -> Result<u64, OutboxError> {
        Ok(1)
    }

    fn parcel(&self, _ticket: Ticket, _is_copy: bool) -> Result<Option<Parcel>, OutboxError> {
        Ok(Some(self.parcel.clone()))
    }
}

/// What every letter of a campaign has in common.
pub(crate) struct Common<'a> {
    /// Where letters are written.
    pub desk: &'a Desk,
    /// The signers' list.
    pub source: &'a Source,
    /// What its rows must satisfy.
    pub conditions: Conditions,
    /// The ledger's keys.
    pub keys: Arc<Keys>,
    /// From whom.
    pub sender: CampaignSender,
    /// Whether the signers get a copy.
    pub copy_to_signer: bool,
    /// The clock.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
}

/// A campaign's mailed letters.
pub(crate) struct Campaign<'a> {
    common: &'a Common<'a>,
    plan: &'a Plan<'a>,
    lanes: Vec<Lane>,
    /// For each lane here its number in the plan.
    numbers: Vec<usize>,
    /// Asked before a letter is composed; nothing for a rehearsal, in which every letter is composed.
    ledger: Option<(Mutex<Ledger>, Retry)>,
    /// Whether it is asked: not while every letter is pending and nobody else is at work, since the claim decides.
    asks: AtomicBool,
}

impl<'a> Campaign<'a> {
    /// The plan's mailed letters, without those that `ledger` says are not to be sent.
    pub(crate) fn new(
        common: &'a Common<'a>,
        plan: &'a Plan<'a>,
        ledger: Option<(Ledger, Retry)>,
    ) -> Campaign<'a> {
        let tally = ledger.as_ref().and_then(|(ledger, _)| ledger.tally().ok()).unwrap_or_default();
        let held = ledger.as_ref().and_then(|(ledger, _)| ledger.held().ok()).unwrap_or_default();
        let mut lanes = Vec::new();
        let mut numbers = Vec::new();
        for (number, lane) in plan.lanes.iter().enumerate() {
            let Some(email) = lane.embassy.email.as_ref().filter(|_| lane.channel == Channel::Mail) else {
                continue;
            };
            let destination = lane.embassy.destination();
            let counts = tally.by_destination.iter().find(|(known, _)| *known == destination);
            let to_go = counts
                .map_or(lane.letters, |(_, counts)| (counts.pending + counts.deferred).min(lane.letters));
            let address = email.mailbox.to_string();
            numbers.push(number);
            lanes.push(Lane {
                destination,
                forward_path: email.mailbox.clone(),
                opening: lane.opening,
                letters: lane.letters,
                to_go,
                is_held: held.iter().any(|held| held.address.eq_ignore_ascii_case(&address)),
            });
        }
        Campaign {
            common,
            plan,
            lanes,
            numbers,
            ledger: ledger.map(|(ledger, retry)| (Mutex::new(ledger), retry)),
            asks: AtomicBool::new(tally.all.pending < tally.all.total()),
        }
    }

    fn is_to_go(&self, key: LetterKey) -> Result<bool, OutboxError> {
        let Some((ledger, retry)) = &self.ledger else { return Ok(true) };
        let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = ledger.standing(key).map_err(|error| OutboxError(error.to_string()))?;
        Ok(match standing.map(|standing| standing.state) {
            None | Some(State::Pending | State::Deferred) => true,
            Some(State::InDoubt) => retry.in_doubt,
            Some(State::Refused) => retry.refused,
            Some(State::Claimed | State::Accepted | State::ByPost) => false,
        })
    }

    fn position(&self, ticket: Ticket) -> Result<crate::signer::csv::Position, OutboxError> {
        let number = self.numbers.get(ticket.lane).copied().unwrap_or(usize::MAX);
        self.plan
            .roll
            .at(number, ticket.place)
            .map_err(|error| OutboxError(format!("the plan's temporary file cannot be read: {error}")))
    }
}

impl Common<'_> {
    /// The row at a place of the list, which was in order when the plan was made.
    ///
    /// # Errors
    /// Where it is so no more.
    pub(crate) fn row(&self, position: crate::signer::csv::Position) -> Result<Box<Row>, OutboxError> {
        match self.source.row_at(position, self.conditions) {
            Ok(Entry::Row(row)) => Ok(row),
            Ok(_) => Err(OutboxError(
                "the signers' list was changed while its letters were sent: run the command again".to_owned(),
            )),
            Err(error) => Err(OutboxError(error.to_string())),
        }
    }

    /// In whose name a row's letter goes.
    pub(crate) fn sender(&self, row: &Row) -> Sender {
        let agreed = if row.wishes.reply_to { row.signer.email() } else { None };
        Sender::via(&self.sender, row.signer.name(), agreed)
    }

    /// A row's letter.
    ///
    /// # Errors
    /// Where it cannot be written any more as it could when the plan was made.
    pub(crate) fn letter<'r>(&'r self, row: &'r Row) -> Result<Letter<'r>, OutboxError> {
        let letter = self.desk.letter_at(&row.signer, &row.wishes, (self.clock)());
        letter.map_err(|error| OutboxError(error.to_string()))
    }

    fn composed(&self, row: &Row) -> Result<(Composed, Option<Composed>), OutboxError> {
        let letter = self.letter(row)?;
        let sender = self.sender(row);
        let now = (self.clock)();
        let composed =
            compose::compose(&letter, &sender, &self.keys, Purpose::Letter, now).ok_or_else(|| {
                OutboxError(format!("no e-mail address of {} is known any more", letter.embassy.title()))
            })?;
        let copy = self.copy_to_signer.then(|| compose::copy(&letter, &sender, &self.keys, now)).flatten();
        Ok((composed, copy))
    }
}

impl Outbox for Campaign<'_> {
    fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    fn row(&self, ticket: Ticket) -> Result<u64, OutboxError> {
        Ok(self.position(ticket)?.number)
    }

    fn parcel(&self, ticket: Ticket, is_copy: bool) -> Result<Option<Parcel>, OutboxError> {
        let position = self.position(ticket)?;
        let row = self.common.row(position)?;
        let number = self.numbers.get(ticket.lane).copied().unwrap_or(usize::MAX);
        let Some(lane) = self.plan.lanes.get(number) else { return Ok(None) };
        let key = compose::fingerprint(&self.common.keys, &row.signer, lane.embassy).key;
        if !is_copy && self.asks.load(Ordering::Relaxed) && !self.is_to_go(key)? {
            return Ok(None);
        }
        let (letter, copy) = self.common.composed(&row)?;
        Ok(Some(Parcel { key, row: position.number, letter, copy }))
    }

    fn expect_others(&self) {
        self.asks.store(true, Ordering::Relaxed);
    }
}
