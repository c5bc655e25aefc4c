//! The model's state: what is on the disk, which processes live, where each connection is, and what has really happened.

use super::book::{Book, RunRow};
use crate::ledger::State;

pub(super) const MOST_LETTERS: usize = 3;
pub(super) const MOST_RUNS: usize = 2;
pub(super) const MOST_CONNECTIONS: usize = 2;

pub(super) type Letter = u8;

/// How much is explored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) letters: usize,
    pub(super) runs: usize,
    /// Of each run.
    pub(super) connections: [usize; MOST_RUNS],
    pub(super) pipelining: bool,
    /// The second run has `--retry-in-doubt`.
    pub(super) retry_in_doubt: bool,
    /// No more states than this are looked at, those that are soonest reached.
    pub(super) most: usize,
    pub(super) flaw: Option<Flaw>,
}

impl Bounds {
    pub(super) fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    /// Whether the run was asked to send again what is in doubt.
    pub(super) fn risks_it(&self, run: usize) -> bool {
        self.retry_in_doubt && run == 1
    }
}

/// A program that is wrong, so that it is seen that the model would find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A commit is on the disk only after the next one.
    ClaimNotDurable,
    /// The body does not wait for the answer to its claim.
    BodyBeforeClaim,
    /// Letters in doubt are claimed although nobody asked for it.
    DoubtsSentAgain,
    /// The claims of a run that died count as pending.
    DeadClaimsArePending,
    /// A run takes another that lives for dead.
    LiveRunsAreBuried,
    /// A round records no outcomes where it claims.
    OutcomesLost,
    /// A body without an answer counts as not sent.
    LostAnswersAreUnsent,
    /// Before a body leaves nobody looks whether something was said.
    UnaskedRepliesCount,
    /// A letter that is claimed and did not leave is handed out before that is recorded.
    UnsentHandedOutAtOnce,
    /// After a commit that failed the body leaves all the same.
    FailedCommitsAreIgnored,
}

/// What became of an item, as far as the model tells outcomes apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum End {
    Accepted,
    Deferred,
    Refused,
    NoSuchAddress,
    InDoubt,
    Unsent,
}

/// The connection to the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Line {
    /// None.
    Gone,
    Open,
    /// Something lies there that was not asked for, or its end.
    Disturbed,
}

/// Where a connection of a run is (`worker.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Work {
    /// Between two letters.
    Rest(Line),
    /// `carry_on`: a letter has its 354; what became of the one before is not recorded yet.
    Ready { letter: Letter, line: Line, outcome: Option<(Letter, End)> },
    /// `round`: waits for the commit.
    Round { outcomes: [Option<(Letter, End)>; 2], claim: Option<Letter>, next: Option<Letter>, line: Line },
    /// The claim is this run's: the body may leave.
    Claimed { letter: Letter, next: Option<Letter>, line: Line },
    /// The body has left, dot and all, and perhaps the next envelope; or the write broke at its end.
    Body { letter: Letter, next: Option<Letter>, broken: bool },
}

impl Work {
    /// The same with other numbers for the letters.
    fn with(self, number: impl Fn(Letter) -> Letter) -> Work {
        match self {
            Work::Rest(line) => Work::Rest(line),
            Work::Ready { letter, line, outcome } => Work::Ready {
                letter: number(letter),
                line,
                outcome: outcome.map(|(letter, end)| (number(letter), end)),
            },
            Work::Round { outcomes, claim, next, line } => Work::Round {
                outcomes: outcomes.map(|outcome| outcome.map(|(letter, end)| (number(letter), end))),
                claim: claim.map(&number),
                next: next.map(&number),
                line,
            },
            Work::Claimed { letter, next, line } => {
                Work::Claimed { letter: number(letter), next: next.map(&number), line }
            }
            Work::Body { letter, next, broken } => {
                Work::Body { letter: number(letter), next: next.map(&number), broken }
            }
        }
    }

    /// In which places the letter is named, a bit each.
    fn mentions(self, letter: Letter) -> u8 {
        let places = match self {
            Work::Rest(_) => [None; 4],
            Work::Ready { letter, outcome, .. } => {
                [Some(letter), outcome.map(|(letter, _)| letter), None, None]
            }
            Work::Round { outcomes: [one, other], claim, next, .. } => {
                [one.map(|(letter, _)| letter), other.map(|(letter, _)| letter), claim, next]
            }
            Work::Claimed { letter, next, .. } | Work::Body { letter, next, .. } => {
                [Some(letter), next, None, None]
            }
        };
        places
            .iter()
            .enumerate()
            .filter(|(_, named)| **named == Some(letter))
            .map(|(place, _)| 1 << place)
            .sum()
    }

    fn has_accepted(self, letter: usize) -> bool {
        let accepted = Letter::try_from(letter).ok().map(|letter| (letter, End::Accepted));
        match self {
            Work::Ready { outcome, .. } => outcome == accepted,
            Work::Round { outcomes, .. } => outcomes.contains(&accepted),
            _ => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Life {
    NotBegun,
    Lives,
    /// Ended in order, or not.
    Gone,
}

/// A process with its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Process {
    pub(super) life: Life,
    /// No further body may leave: Ctrl-C, an account's word, a ledger that fails.
    pub(super) is_stopping: bool,
    pub(super) ledger_failed: bool,
    /// The address is held, as far as this run knows.
    pub(super) is_held: bool,
    /// The letters that it may hand out (`schedule.rs`), a bit each.
    pub(super) to_do: u8,
    pub(super) connections: [Work; MOST_CONNECTIONS],
}

/// What has really happened to a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fate {
    /// Its body has left, and the relay has not said no to it.
    pub(super) may_have_arrived: bool,
    /// The relay has said yes to it.
    pub(super) said_yes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    /// The ledger as the processes see it.
    pub(super) live: Book,
    /// As it is found when the power is back.
    pub(super) durable: Book,
    pub(super) processes: [Process; MOST_RUNS],
    pub(super) fates: [Fate; MOST_LETTERS],
}

impl World {
    pub(super) fn new() -> World {
        let process = Process {
            life: Life::NotBegun,
            is_stopping: false,
            ledger_failed: false,
            is_held: false,
            to_do: 0,
            connections: [Work::Rest(Line::Gone); MOST_CONNECTIONS],
        };
        World {
            live: Book::default(),
            durable: Book::default(),
            processes: [process; MOST_RUNS],
            fates: [Fate::default(); MOST_LETTERS],
        }
    }

    pub(super) fn lives(&self, run: usize) -> bool {
        self.processes[run].life == Life::Lives
    }

    /// The one that stands for all that are alike: connections of one run, and letters, can change places, and what decides
    /// nothing any more is forgotten.
    pub(super) fn in_order(mut self, bounds: &Bounds) -> World {
        for process in &mut self.processes {
            for work in &mut process.connections {
                // From either a new envelope begins with anything that the relay may say.
                match work {
                    Work::Rest(line) | Work::Round { claim: None, line, .. } => *line = Line::Gone,
                    _ => {}
                }
            }
            if process.is_stopping || process.is_held {
                process.to_do = 0;
            }
        }
        for letter in 0..bounds.letters {
            for book in [&mut self.live, &mut self.durable] {
                let entry = &mut book.letters[letter];
                entry.run = entry.run.filter(|run| {
                    let run = usize::from(run - 1);
                    let is_over = book.runs[run] == RunRow::Ended && self.processes[run].life == Life::Gone;
                    entry.state != State::Accepted && !is_over
                });
            }
            let is_of_use =
                [self.live, self.durable].iter().any(|book| book.letters[letter].state == State::Accepted)
                    || self.works().any(|(_, work)| work.has_accepted(letter));
            self.fates[letter].said_yes &= is_of_use;
        }
        // Runs that are alike, too: each may have been the first.
        let has_twin =
            bounds.runs == 2 && !bounds.retry_in_doubt && bounds.connections[0] == bounds.connections[1];
        if has_twin && self.processes[1].life != Life::NotBegun && self.looks_of_run(0) > self.looks_of_run(1)
        {
            self.exchange_runs();
        }
        let looks: [Looks; MOST_LETTERS] = std::array::from_fn(|letter| self.looks_of(letter));
        let mut order: [usize; MOST_LETTERS] = std::array::from_fn(|letter| letter);
        order[..bounds.letters].sort_by(|one, other| looks[*one].cmp(&looks[*other]));
        let mut then = self;
        let mut place = [0; MOST_LETTERS];
        for (to, from) in order.into_iter().enumerate().take(bounds.letters) {
            place[from] = Letter::try_from(to).unwrap_or_default();
            then.live.letters[to] = self.live.letters[from];
            then.durable.letters[to] = self.durable.letters[from];
            then.fates[to] = self.fates[from];
        }
        let moved = |letter: Letter| place[usize::from(letter)];
        for (process, connections) in then.processes.iter_mut().zip(bounds.connections) {
            let to_do = process.to_do;
            process.to_do =
                (0..bounds.letters).filter(|letter| to_do & (1 << letter) != 0).map(|l| 1 << place[l]).sum();
            for work in &mut process.connections {
                *work = work.with(moved);
            }
            process.connections[..connections].sort_unstable();
        }
        then
    }

    fn works(&self) -> impl Iterator<Item = (usize, Work)> {
        self.processes
            .iter()
            .enumerate()
            .flat_map(|(run, process)| process.connections.map(|work| (run, work)))
    }

    /// What tells one run from another, whatever its letters.
    fn looks_of_run(&self, run: usize) -> (Life, [bool; 3], [RunRow; 2], [Work; MOST_CONNECTIONS]) {
        let Process { life, is_stopping, ledger_failed, is_held, connections, .. } = self.processes[run];
        let mut works = connections.map(|work| work.with(|_| 0));
        works.sort_unstable();
        let rows = [self.live.runs[run], self.durable.runs[run]];
        (life, [is_stopping, ledger_failed, is_held], rows, works)
    }

    fn exchange_runs(&mut self) {
        self.processes.swap(0, 1);
        for book in [&mut self.live, &mut self.durable] {
            book.runs.swap(0, 1);
            for entry in &mut book.letters {
                entry.run = entry.run.map(|run| 3 - run);
            }
        }
    }

    /// All that tells one letter from another.
    fn looks_of(&self, letter: usize) -> Looks {
        let handed_out = self.processes.map(|process| u64::from(process.to_do >> letter & 1));
        let fate = self.fates[letter];
        let mut ledger = self.live.letters[letter].code() << 16 | self.durable.letters[letter].code();
        for bit in handed_out.into_iter().chain([fate.may_have_arrived.into(), fate.said_yes.into()]) {
            ledger = ledger << 1 | bit;
        }
        // Where it is in whose hands, whatever the numbers of the letters.
        let here = Letter::try_from(letter).unwrap_or_default();
        let mut hands = [0; MOST_RUNS * MOST_CONNECTIONS];
        for (hand, (run, work)) in hands.iter_mut().zip(self.works()) {
            let mentions = u64::from(work.mentions(here));
            if mentions != 0 {
                *hand = (work.with(|_| 0).code() << 4 | mentions) << 1 | run as u64;
            }
        }
        hands.sort_unstable();
        (ledger, hands)
    }
}

/// How a letter looks from everywhere.
type Looks = (u64, [u64; MOST_RUNS * MOST_CONNECTIONS]);

impl Process {
    pub(super) fn put_back(&mut self, letter: Letter) {
        self.to_do |= 1 << letter;
    }

    pub(super) fn take(&mut self, letter: Letter) {
        self.to_do &= !(1 << letter);
    }

    /// The process is gone, and everything that it had in its hands.
    pub(super) fn gone(&mut self) {
        *self = Process { life: Life::Gone, ..World::new().processes[0] };
    }
}
