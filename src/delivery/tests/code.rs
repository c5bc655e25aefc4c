//! States as numbers, by which they are compared and kept.

use super::book::Entry;
use super::world::{End, Letter, Process, Work, World};

impl Work {
    /// All of it as a number.
    pub(super) fn code(self) -> u64 {
        let named = |letter: Option<Letter>| letter.map_or(0, |letter| 1 + u64::from(letter));
        let ended = |outcome: Option<(Letter, End)>| {
            outcome.map_or(0, |(letter, end)| named(Some(letter)) << 3 | end as u64)
        };
        // No two kinds come to the same: the first part stands higher the more parts there are.
        let put = |parts: [(u64, u32); 6]| parts.iter().fold(0, |code, (part, bits)| code << bits | part);
        match self {
            Work::Rest(line) => put([(0, 3), (line as u64, 2), (0, 0), (0, 0), (0, 0), (0, 0)]),
            Work::Ready { letter, line, outcome } => {
                put([(1, 3), (line as u64, 2), (named(Some(letter)), 3), (ended(outcome), 6), (0, 0), (0, 0)])
            }
            Work::Round { outcomes: [one, other], claim, next, line } => put([
                (2, 3),
                (line as u64, 2),
                (ended(one), 6),
                (ended(other), 6),
                (named(claim), 3),
                (named(next), 3),
            ]),
            Work::Claimed { letter, next, line } => {
                put([(3, 3), (line as u64, 2), (named(Some(letter)), 3), (named(next), 3), (0, 0), (0, 0)])
            }
            Work::Body { letter, next, broken } => {
                put([(4, 3), (broken.into(), 2), (named(Some(letter)), 3), (named(next), 3), (0, 0), (0, 0)])
            }
        }
    }
}

impl Process {
    /// All of it as a number.
    pub(super) fn code(&self) -> u64 {
        let flags = [self.is_stopping, self.ledger_failed, self.is_held];
        let head = flags.iter().fold(self.life as u64, |code, flag| code << 1 | u64::from(*flag));
        let head = head << 3 | u64::from(self.to_do);
        self.connections.iter().fold(head, |code, work| code << 23 | work.code())
    }
}

impl Entry {
    /// A letter's row as a number.
    pub(super) fn code(self) -> u64 {
        let before = self.before.map_or(0, |state| 1 + state as u64);
        ((self.state as u64) << 4 | before) << 2 | u64::from(self.run.unwrap_or_default())
    }
}

impl World {
    /// The ledger and what has happened to its letters, as a number.
    pub(super) fn ledger_code(&self) -> u128 {
        let mut all = 0;
        let mut put = |part: u64, bits: u32| all = all << bits | u128::from(part);
        for book in [&self.live, &self.durable] {
            book.letters.iter().for_each(|entry| put(entry.code(), 10));
            book.runs.iter().for_each(|row| put(*row as u64, 2));
            put(book.is_held.into(), 1);
        }
        for fate in self.fates {
            put(fate.may_have_arrived.into(), 1);
            put(fate.said_yes.into(), 1);
        }
        all
    }
}
