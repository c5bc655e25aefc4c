//! The ledger of the model: rows, runs, held addresses. What may be changed in it, `ledger::rules` decides.

use std::collections::HashSet;

use super::world::{Bounds, End, Flaw, Letter, MOST_LETTERS, MOST_RUNS};
use crate::ledger::{
    Again, Change, Claimant, Claimed, Item, KeptReply, LetterKey, Outcome, Retry, Row, State,
};

/// A letter's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    pub(super) state: State,
    pub(super) before: Option<State>,
    pub(super) run: Option<u8>,
}

/// A run's row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum RunRow {
    #[default]
    None,
    Begun,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Book {
    pub(super) letters: [Entry; MOST_LETTERS],
    pub(super) runs: [RunRow; MOST_RUNS],
    pub(super) is_held: bool,
}

impl Default for Book {
    fn default() -> Book {
        let entry = Entry { state: State::Pending, before: None, run: None };
        Book { letters: [entry; MOST_LETTERS], runs: [RunRow::None; MOST_RUNS], is_held: false }
    }
}

impl Book {
    /// `bury`: ends a run; what it claimed and did not settle is in doubt.
    pub(super) fn bury(&mut self, run: usize, bounds: &Bounds) {
        self.runs[run] = RunRow::Ended;
        for entry in &mut self.letters {
            if entry.state == State::Claimed && entry.run == number(run) {
                entry.state =
                    if bounds.has(Flaw::DeadClaimsArePending) { State::Pending } else { State::InDoubt };
                entry.before = None;
            }
        }
    }

    /// `reap`: buries the runs that died without a word; `lives` tells of their locks.
    pub(super) fn reap(&mut self, bounds: &Bounds, lives: impl Fn(usize) -> bool) {
        for run in 0..bounds.runs {
            if self.runs[run] == RunRow::Begun && !lives(run) {
                self.bury(run, bounds);
            }
        }
    }

    /// How many claims of a run have no outcome.
    pub(super) fn claims_of(&self, run: usize) -> usize {
        self.letters.iter().filter(|entry| entry.state == State::Claimed && entry.run == number(run)).count()
    }

    pub(super) fn is_claimed_by(&self, letter: Letter, run: usize) -> bool {
        let entry = self.letters[usize::from(letter)];
        entry.state == State::Claimed && entry.run == number(run)
    }
}

/// Runs are counted from one.
fn number(run: usize) -> Option<u8> {
    u8::try_from(run + 1).ok()
}

/// What a run may claim besides what is pending.
pub(super) fn retry(bounds: &Bounds, run: usize) -> Retry {
    let in_doubt = bounds.risks_it(run) || bounds.has(Flaw::DoubtsSentAgain);
    Retry { in_doubt, refused: false, bounced: Again::No }
}

/// One transaction of a run, as the storage writes it: reads a row, lets the rules decide, writes the change.
pub(super) struct Page<'a, L: Fn(usize) -> bool> {
    pub(super) book: &'a mut Book,
    pub(super) bounds: &'a Bounds,
    pub(super) run: usize,
    /// The other run, if it is known to have ended.
    pub(super) ended: HashSet<i64>,
    /// Whether the process of a run holds its lock.
    pub(super) lives: L,
}

impl<L: Fn(usize) -> bool> Page<'_, L> {
    pub(super) fn claim(&mut self, letter: Letter) -> Claimed {
        let row = self.row(letter);
        let is_held = self.book.is_held;
        let decided = self
            .claimant()
            .claim(item(letter), Some(&row), |_| Ok::<bool, std::convert::Infallible>(is_held));
        let Ok((claimed, change)) = decided;
        change.into_iter().for_each(|change| self.write(letter, change));
        claimed
    }

    /// False where the run holds no claim.
    pub(super) fn record(&mut self, letter: Letter, outcome: &Outcome) -> bool {
        let row = self.row(letter);
        let Ok(recording) = self.claimant().record(item(letter), outcome, Some(&row)) else {
            return false;
        };
        recording.change.into_iter().for_each(|change| self.write(letter, change));
        self.book.is_held |= recording.holds;
        true
    }

    fn write(&mut self, letter: Letter, change: Change) {
        let run = number(self.run);
        let entry = &mut self.book.letters[usize::from(letter)];
        *entry = match change {
            Change::Claim => Entry { state: State::Claimed, before: Some(entry.state), run },
            Change::Settle { state, .. } => Entry { state, before: None, run },
            Change::GiveBack => Entry { state: entry.before.unwrap_or(entry.state), before: None, run: None },
            Change::TakeBack => Entry { state: State::Pending, before: None, run: None },
            Change::Copy(_) => *entry,
        };
    }

    /// The letter's row; where it belongs to another run, that run's end is looked into.
    fn row(&mut self, letter: Letter) -> Row {
        let row = self.select(letter);
        let Some(other) = self.claimant().depends_on(&row) else { return row };
        if !self.has_ended(usize::try_from(other - 1).unwrap()) {
            return row;
        }
        self.ended.insert(other);
        self.select(letter)
    }

    fn has_ended(&mut self, other: usize) -> bool {
        if self.book.runs[other] == RunRow::Ended {
            return true;
        }
        if (self.lives)(other) {
            return false;
        }
        self.book.bury(other, self.bounds);
        true
    }

    fn select(&self, letter: Letter) -> Row {
        let entry = self.book.letters[usize::from(letter)];
        Row {
            state: entry.state,
            run: entry.run.map(i64::from),
            address: Some("embassy@example.net".to_owned()),
            has_moved: false,
            is_anothers: false,
            copy: None,
        }
    }

    fn claimant(&self) -> Claimant<'_> {
        let run = number(self.run).map_or(0, i64::from);
        Claimant { run, retry: retry(self.bounds, self.run), ended: &self.ended }
    }
}

fn item(letter: Letter) -> Item {
    Item::Letter(LetterKey([letter; 32]))
}

/// The outcome as it is recorded.
pub(super) fn outcome(end: End) -> Outcome {
    let reply = KeptReply::default;
    match end {
        End::Accepted => Outcome::Accepted(reply()),
        End::Deferred => Outcome::Deferred(reply()),
        End::Refused => Outcome::Refused(reply()),
        End::NoSuchAddress => Outcome::NoSuchAddress(reply()),
        End::InDoubt => Outcome::InDoubt(String::new()),
        End::Unsent => Outcome::Unsent,
    }
}
