//! States in eight bytes each, so that hundreds of millions fit into memory, and none is taken for another.
//!
//! Ledgers and processes are few, however many their combinations: each is written down once, and a state is three numbers.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use super::book::Book;
use super::world::{Fate, MOST_LETTERS, Process, World};

/// How many bits of a state say which process it has; the rest say which ledger.
const PROCESS: u32 = 20;

/// A state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Short(u64);

/// What is of the ledger and of its letters.
type Ledger = (Book, Book, [Fate; MOST_LETTERS]);

/// All states that were seen.
#[derive(Default)]
pub(super) struct Seen {
    ledgers: Numbered<Ledger>,
    processes: Numbered<Process>,
    states: HashSet<Short, Quick>,
}

impl Seen {
    /// Writes a state down; nothing if it was seen before.
    pub(super) fn insert(&mut self, world: &World) -> Option<Short> {
        let ledger = self.ledgers.number(world.ledger_code(), || (world.live, world.durable, world.fates));
        let [one, other] =
            world.processes.map(|process| self.processes.number(process.code().into(), || process));
        assert!(
            ledger < 1 << (64 - 2 * PROCESS) && one.max(other) < 1 << PROCESS,
            "more than eight bytes can tell"
        );
        let short = Short((ledger << PROCESS | one) << PROCESS | other);
        self.states.insert(short).then_some(short)
    }

    /// The state in full.
    pub(super) fn world(&self, Short(number): Short) -> World {
        let process = |number: u64| self.processes.get(number & ((1 << PROCESS) - 1));
        let (live, durable, fates) = self.ledgers.get(number >> (2 * PROCESS));
        World { live, durable, fates, processes: [process(number >> PROCESS), process(number)] }
    }
}

/// Values by number, in the order in which they came.
struct Numbered<T> {
    values: Vec<T>,
    /// By all of a value as one number.
    numbers: HashMap<u128, u32, Quick>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Numbered<T> {
        Numbered { values: Vec::new(), numbers: HashMap::default() }
    }
}

impl<T: Copy> Numbered<T> {
    fn number(&mut self, code: u128, value: impl Fn() -> T) -> u64 {
        let next = u32::try_from(self.values.len()).unwrap();
        let number = *self.numbers.entry(code).or_insert_with(|| {
            self.values.push(value());
            next
        });
        u64::from(number)
    }

    fn get(&self, number: u64) -> T {
        self.values[usize::try_from(number).unwrap()]
    }
}

type Quick = BuildHasherDefault<Marker>;

/// A quick hasher.
struct Marker(u64);

impl Default for Marker {
    fn default() -> Marker {
        Marker(0x9E37_79B9_7F4A_7C15)
    }
}

impl Hasher for Marker {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u128(&mut self, number: u128) {
        for half in [number >> 64, number & u128::from(u64::MAX)] {
            self.write_u64(u64::try_from(half).unwrap_or_default());
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        self.0 ^= self.0 >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
