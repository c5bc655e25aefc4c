//! Whether a letter is still to go, asked of the ledger before it is composed; the claim decides. A ledger far away is asked for
//! many letters at once.

use std::collections::HashMap;

use super::outbox::Ticket;
use crate::campaign::letters::OutboxError;
use crate::ledger::{Ledger, LedgerError, LetterKey, Location, Retry, State};

/// What is known of the next letters.
pub(super) struct LookAhead {
    location: Location,
    /// Opened when something is asked.
    ledger: Option<Ledger>,
    retry: Retry,
    known: HashMap<LetterKey, bool>,
    /// Of each lane the place up to which the ledger was asked.
    asked: HashMap<usize, u64>,
}

impl LookAhead {
    pub(super) fn into(location: &Location, retry: Retry) -> LookAhead {
        LookAhead {
            location: location.clone(),
            ledger: None,
            retry,
            known: HashMap::new(),
            asked: HashMap::new(),
        }
    }

    /// The ledger, to be read.
    pub(super) fn ledger(&mut self) -> Result<&Ledger, OutboxError> {
        let ledger = match self.ledger.take() {
            Some(ledger) => ledger,
            None => Ledger::open_read_only(&self.location, None).map_err(of_ledger)?,
        };
        Ok(self.ledger.insert(ledger))
    }

    /// Whether the letter is to go to this address; `following`: so many letters of its lane, of which it is the first.
    pub(super) fn is_to_go(
        &mut self,
        (ticket, key): (Ticket, LetterKey),
        to: &str,
        following: impl FnOnce(u64) -> Result<Vec<LetterKey>, OutboxError>,
    ) -> Result<bool, OutboxError> {
        if let Some(known) = self.known.remove(&key) {
            return Ok(known);
        }
        let page = self.ledger()?.page() as u64;
        let asked = self.asked.entry(ticket.lane).or_default();
        // One that comes again, since it was deferred, is asked for alone.
        let letters = if page > 1 && ticket.place >= *asked {
            *asked = ticket.place + page;
            following(page)?
        } else {
            vec![key]
        };
        let standings = self.ledger()?.standings(&letters).map_err(of_ledger)?;
        let retry = self.retry;
        self.known.extend(standings.into_iter().map(|(letter, standing)| {
            let may_go = standing.state != State::Claimed
                && !standing.is_with_another_list
                && retry.may_send(standing.state, standing.has_moved(to));
            (letter, may_go)
        }));
        Ok(self.known.remove(&key).unwrap_or(true))
    }
}

pub(super) fn of_ledger(error: LedgerError) -> OutboxError {
    OutboxError(error.to_string())
}
