//! The outboxes: one letter, or a campaign's letters read again from the list as their turn comes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::look_ahead::{LookAhead, of_ledger};
use super::outbox::{Lane, Outbox, Parcel, Ticket};
use crate::campaign::letters::{Letters, OutboxError};
use crate::campaign::plan::{Channel, Plan};
use crate::ledger::{Ledger, LetterKey, Retry};
use crate::mailbox::Mailbox;
use crate::message::compose;
use crate::signer::list::{Position, Row};

/// One signer's letter.
pub(crate) struct OneLetter {
    lanes: [Lane; 1],
    parcel: Parcel,
    owed: Vec<Ticket>,
}

impl OneLetter {
    /// Makes the outbox of a single letter.
    pub(crate) fn new(destination: String, forward_path: Mailbox, parcel: Parcel) -> OneLetter {
        let lane = Lane { destination, forward_path, opening: None, letters: 1, to_go: 1, is_held: false };
        OneLetter { lanes: [lane], parcel, owed: Vec::new() }
    }

    /// The same where the letter was accepted in an earlier run, and its signer is owed a copy.
    pub(crate) fn but_only_its_copy(mut self) -> OneLetter {
        self.lanes[0].letters = 0;
        self.owed = vec![Ticket { lane: 0, place: 0 }];
        self
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

    fn owed_copies(&self) -> &[Ticket] {
        &self.owed
    }
}

/// A campaign's mailed letters.
pub(crate) struct Campaign<'a> {
    letters: &'a Letters<'a>,
    plan: &'a Plan<'a>,
    lanes: Vec<Lane>,
    /// For each lane here its number in the plan.
    numbers: Vec<usize>,
    /// Asked before a letter is composed; nothing for a rehearsal, in which every letter is composed.
    ledger: Option<Mutex<LookAhead>>,
    /// Letters accepted in earlier runs whose signers are owed a copy.
    owed: Vec<Ticket>,
    /// Whether it is asked: not while every letter is pending and nobody else is at work, since the claim decides.
    asks: AtomicBool,
}

impl<'a> Campaign<'a> {
    /// The plan's mailed letters, without those that `ledger` says are not to be sent.
    pub(crate) fn new(
        letters: &'a Letters<'a>,
        plan: &'a Plan<'a>,
        ledger: Option<(&Ledger, Retry)>,
    ) -> Campaign<'a> {
        let tally = ledger.and_then(|(ledger, _)| ledger.tally().ok()).unwrap_or_default();
        let held = ledger.and_then(|(ledger, _)| ledger.held().ok()).unwrap_or_default();
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
            letters,
            plan,
            lanes,
            numbers,
            ledger: ledger.map(|(ledger, retry)| Mutex::new(LookAhead::into(ledger.location(), retry))),
            owed: Vec::new(),
            asks: AtomicBool::new(tally.all.pending < tally.all.total()),
        }
    }

    /// With the copies that earlier runs owe, where copies are wanted.
    ///
    /// # Errors
    /// Where list or ledger cannot be read.
    pub(crate) fn with_owed_copies(mut self) -> Result<Campaign<'a>, OutboxError> {
        if self.letters.copy_to_signer {
            self.owed = self.owed()?;
        }
        Ok(self)
    }

    /// The letters whose signers are owed a copy and are in the list still; it is read for that only if there are any.
    ///
    /// # Errors
    /// Where list or ledger cannot be read.
    pub(crate) fn owed(&self) -> Result<Vec<Ticket>, OutboxError> {
        let Some(ahead) = &self.ledger else { return Ok(Vec::new()) };
        let mut ahead = ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let ledger = ahead.ledger()?;
        if ledger.copies().map_err(of_ledger)?.owed == 0 {
            return Ok(Vec::new());
        }
        let mut owed = Vec::new();
        let mut tickets = self
            .lanes
            .iter()
            .enumerate()
            .flat_map(|(index, lane)| (0..lane.letters).map(move |place| Ticket { lane: index, place }));
        loop {
            let some: Vec<Ticket> = tickets.by_ref().take(ledger.page()).collect();
            if some.is_empty() {
                return Ok(owed);
            }
            let keys: Vec<Option<LetterKey>> =
                some.iter().map(|ticket| self.key(*ticket)).collect::<Result<_, _>>()?;
            let asked: Vec<LetterKey> = keys.iter().copied().flatten().collect();
            let standings = ledger.standings(&asked).map_err(of_ledger)?;
            let is_due = |key: &Option<LetterKey>| {
                key.and_then(|key| standings.get(&key)).is_some_and(|standing| standing.owes_copy)
            };
            owed.extend(some.iter().zip(&keys).filter(|(_, key)| is_due(key)).map(|(ticket, _)| *ticket));
        }
    }

    fn key(&self, ticket: Ticket) -> Result<Option<LetterKey>, OutboxError> {
        Ok(self.row_and_key(ticket)?.map(|(_, _, key)| key))
    }

    fn row_and_key(&self, ticket: Ticket) -> Result<Option<(Position, Box<Row>, LetterKey)>, OutboxError> {
        let position = self.position(ticket)?;
        let row = self.letters.row(position)?;
        let number = self.numbers.get(ticket.lane).copied().unwrap_or(usize::MAX);
        let Some(lane) = self.plan.lanes.get(number) else { return Ok(None) };
        let key = compose::key(&self.letters.keys, &row.signer, lane.embassy);
        Ok(Some((position, row, key)))
    }

    fn is_to_go(&self, ticket: Ticket, key: LetterKey) -> Result<bool, OutboxError> {
        let Some(ahead) = &self.ledger else { return Ok(true) };
        let Some(lane) = self.lanes.get(ticket.lane) else { return Ok(true) };
        let mut ahead = ahead.lock().unwrap_or_else(PoisonError::into_inner);
        ahead.is_to_go((ticket, key), &lane.forward_path.to_string(), |count| {
            let places = ticket.place..lane.letters.min(ticket.place + count);
            let keys = places.map(|place| self.key(Ticket { place, ..ticket }));
            keys.filter_map(Result::transpose).collect()
        })
    }

    fn position(&self, ticket: Ticket) -> Result<Position, OutboxError> {
        let number = self.numbers.get(ticket.lane).copied().unwrap_or(usize::MAX);
        self.plan.position(number, ticket.place).map_err(|error| OutboxError(error.to_string()))
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
        let Some((position, row, key)) = self.row_and_key(ticket)? else { return Ok(None) };
        if !is_copy && self.asks.load(Ordering::Relaxed) && !self.is_to_go(ticket, key)? {
            return Ok(None);
        }
        let (letter, copy) = self.letters.composed(&row)?;
        let signer = row.signer.name().to_owned();
        Ok(Some(Parcel { key, row: position.number, signer, letter, copy }))
    }

    fn owed_copies(&self) -> &[Ticket] {
        &self.owed
    }

    fn expect_others(&self) {
        self.asks.store(true, Ordering::Relaxed);
    }
}
