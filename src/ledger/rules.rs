//! What a claim or an outcome may change: decided here once, from a letter's row, for whatever storage holds the rows.
//!
//! A claim is a compare-and-set: of all runs on a ledger one gets it. An outcome is recorded under the run's own claim only;
//! a letter whose envelope was refused before its claim is claimed and settled at once. The storage reads the row, asks here,
//! and writes the [`Change`] in the same transaction.

use std::collections::HashSet;

use super::outcome::{KeptReply, Outcome, State, kept_words};
use super::round::{Claimed, Item, Retry};

/// A letter's row, as far as claims and outcomes go by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) state: State,
    /// The last run that claimed it.
    pub(crate) run: Option<i64>,
    /// The embassy's e-mail.
    pub(crate) address: Option<String>,
    /// Whether that is another one than it came back from.
    pub(crate) has_moved: bool,
    pub(crate) copy: Option<CopyState>,
    /// Whether another list of a shared ledger has it, since a claim of its own.
    pub(crate) is_anothers: bool,
}

/// How the copy to a letter's signer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CopyState {
    /// To be sent still.
    Owed,
    /// Sent, perhaps: never again.
    Claimed,
    /// The relay took it.
    Accepted,
    /// The relay refused it.
    Failed,
}

impl CopyState {
    pub(crate) const ALL: [CopyState; 4] =
        [CopyState::Owed, CopyState::Claimed, CopyState::Accepted, CopyState::Failed];

    /// The word in the ledger.
    pub(crate) fn word(self) -> &'static str {
        match self {
            CopyState::Owed => "owed",
            CopyState::Claimed => "claimed",
            CopyState::Accepted => "accepted",
            CopyState::Failed => "failed",
        }
    }
}

/// The run that asks.
#[derive(Clone, Copy)]
pub(crate) struct Claimant<'a> {
    pub(crate) run: i64,
    pub(crate) retry: Retry,
    /// Other runs that are known to have ended.
    pub(crate) ended: &'a HashSet<i64>,
}

/// What is to be written in a letter's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The letter is the run's: its state becomes the one before.
    Claim,
    /// An answer, or the reason of a doubt; the words are as the ledger may keep them. Counts so many attempts more.
    Settle { state: State, reply: KeptReply, attempts: i64 },
    /// As before the claim, and free for any run.
    GiveBack,
    /// Pending, as if it had never been tried.
    TakeBack,
    /// The copy alone.
    Copy(CopyState),
}

/// What follows from an outcome: nothing, where another's word stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recording {
    pub(crate) change: Option<Change>,
    /// The copy to the signer is owed from this commit on.
    pub(crate) owes_copy: bool,
    /// The letter's address is held.
    pub(crate) holds: bool,
}

/// An outcome for a letter that the run has not claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoClaim;

impl Claimant<'_> {
    /// The answer to a claim, and what it changes. Whether an address is held is asked only where it matters.
    pub(crate) fn claim<E>(
        &self,
        item: Item,
        row: Option<&Row>,
        is_held: impl FnOnce(Option<&str>) -> Result<bool, E>,
    ) -> Result<(Claimed, Option<Change>), E> {
        let Some(row) = row else { return Ok((Claimed::NotEnrolled, None)) };
        if let Item::Copy(_) = item {
            let is_owed =
                row.state == State::Accepted && row.copy == Some(CopyState::Owed) && !row.is_anothers;
            return Ok(if is_owed {
                (Claimed::Yes, Some(Change::Copy(CopyState::Claimed)))
            } else {
                (Claimed::No(row.state), None)
            });
        }
        if !self.may_claim(row) {
            return Ok((Claimed::No(row.state), None));
        }
        if is_held(row.address.as_deref())? {
            return Ok((Claimed::AddressHeld, None));
        }
        Ok((Claimed::Yes, Some(Change::Claim)))
    }

    /// What an outcome changes.
    pub(crate) fn record(
        &self,
        item: Item,
        outcome: &Outcome,
        row: Option<&Row>,
    ) -> Result<Recording, NoClaim> {
        match (item, row) {
            (Item::Copy(_), Some(_)) => {
                Ok(Recording { change: Some(Change::Copy(copy_after(outcome))), ..Recording::default() })
            }
            (_, Some(row)) if row.state == State::Claimed && row.run == Some(self.run) => {
                let owes_copy = matches!((item, outcome), (Item::LetterWithCopy(_), Outcome::Accepted(_)))
                    && row.copy.is_none();
                Ok(Recording { owes_copy, ..settle(row, outcome, 0) })
            }
            (_, Some(row)) if matches!(outcome, Outcome::TakenBack { .. }) => {
                Ok(self.take_back(row, outcome))
            }
            // The envelope went ahead of the claim and was answered 4yz or 5yz: an attempt without a body.
            // Not claimable means that another run has it, and will hear an answer of its own.
            (_, Some(row)) if answers_the_envelope(outcome) && self.may_claim(row) => {
                let mut recording = settle(row, outcome, 1);
                // Its body may have arrived before, and this answer tells nothing about that.
                recording.change = recording.change.filter(|_| row.state != State::InDoubt);
                Ok(recording)
            }
            (_, None) if matches!(outcome, Outcome::TakenBack { .. }) => Ok(Recording::default()),
            // Another run's, dropped from the list, or given up before its claim: no body of ours left.
            _ if answers_the_envelope(outcome) || *outcome == Outcome::Unsent => Ok(Recording::default()),
            _ => Err(NoClaim),
        }
    }

    /// Whether the row names another run, into whose end has to be looked before anything is decided.
    pub(crate) fn depends_on(&self, row: &Row) -> Option<i64> {
        let other = row.run.filter(|run| *run != self.run && !self.ended.contains(run));
        other.filter(|_| matches!(row.state, State::Claimed | State::Deferred))
    }

    /// Whether this run may send the letter: pending; deferred, unless a live run will try it again; in doubt, refused or
    /// come back from an earlier run, where the user asked for it.
    fn may_claim(&self, row: &Row) -> bool {
        let is_mine = row.run == Some(self.run);
        if row.is_anothers {
            return false;
        }
        match row.state {
            State::Pending => true,
            State::Deferred => is_mine || row.run.is_none_or(|run| self.ended.contains(&run)),
            State::InDoubt => self.retry.in_doubt && !is_mine,
            State::Refused => self.retry.refused && !is_mine,
            State::Bounced => self.retry.may_send(row.state, row.has_moved) && !is_mine,
            State::Claimed | State::Accepted | State::ByPost => false,
        }
    }

    /// A refusal of this run's that was not about the letter.
    fn take_back(&self, row: &Row, outcome: &Outcome) -> Recording {
        if row.state != State::Refused || row.run != Some(self.run) {
            return Recording::default();
        }
        let holds = matches!(outcome, Outcome::TakenBack { hold: true });
        Recording { change: Some(Change::TakeBack), holds, ..Recording::default() }
    }
}

fn settle(row: &Row, outcome: &Outcome, attempts: i64) -> Recording {
    let Some(state) = outcome.state() else {
        return Recording { change: Some(Change::GiveBack), ..Recording::default() };
    };
    let mut reply = outcome.reply();
    reply.words = kept_words(&reply.words, row.address.as_deref());
    Recording {
        change: Some(Change::Settle { state, reply, attempts }),
        holds: matches!(outcome, Outcome::NoSuchAddress(_)),
        owes_copy: false,
    }
}

/// A copy that certainly did not go is owed still; one that nobody knows of stays claimed, and is not sent again.
fn copy_after(outcome: &Outcome) -> CopyState {
    match outcome {
        Outcome::Accepted(_) => CopyState::Accepted,
        Outcome::Unsent | Outcome::Deferred(_) | Outcome::TakenBack { .. } => CopyState::Owed,
        Outcome::InDoubt(_) => CopyState::Claimed,
        Outcome::Refused(_) | Outcome::NoSuchAddress(_) => CopyState::Failed,
    }
}

/// Outcomes that a letter can have without its body having left.
fn answers_the_envelope(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Deferred(_) | Outcome::Refused(_) | Outcome::NoSuchAddress(_))
}
