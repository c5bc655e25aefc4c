//! Changes to a seed, made by bolero's random engine where there is no coverage to go by: from nothing it would hardly ever
//! come to a workbook or a header.

use bolero::TypeGenerator;

use crate::Seeds;

/// A seed, and what is done to it.
#[derive(Debug, TypeGenerator)]
pub struct Changed {
    seed: u8,
    #[generator(bolero::produce::<Vec<Change>>().with().len(1usize..6))]
    changes: Vec<Change>,
}

/// One change. Places are parts of the whole: 0 is its beginning, 65,535 its end.
#[derive(Debug, TypeGenerator)]
enum Change {
    Flip { at: u16, bit: u8 },
    Put { at: u16, byte: u8 },
    Insert { at: u16, byte: u8 },
    Word { at: u16, word: u8 },
    Cut { at: u16, length: u8 },
    CutOff { at: u16 },
    Repeat { at: u16, length: u8, times: u8 },
    Splice { at: u16, seed: u8, from: u16, length: u8 },
}

impl Changed {
    /// The input that comes of it.
    pub fn made_from(&self, seeds: &Seeds) -> Vec<u8> {
        let mut input = seeds.input(self.seed).to_vec();
        for change in &self.changes {
            change.make(&mut input, seeds);
        }
        input
    }
}

impl Change {
    fn make(&self, input: &mut Vec<u8>, seeds: &Seeds) {
        let place = |at: u16, length: usize| usize::from(at) * length / 65_536;
        let piece = |bytes: &[u8], at: u16, length: u8| {
            let start = place(at, bytes.len());
            start..bytes.len().min(start + usize::from(length))
        };
        let length = input.len();
        match *self {
            Change::Flip { at, bit } => {
                if let Some(byte) = input.get_mut(place(at, length)) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            Change::Put { at, byte } => {
                if let Some(old) = input.get_mut(place(at, length)) {
                    *old = byte;
                }
            }
            Change::Insert { at, byte } => input.insert(place(at, length + 1), byte),
            Change::Word { at, word } => {
                let at = place(at, length + 1);
                input.splice(at..at, seeds.word(word).iter().copied());
            }
            Change::Cut { at, length } => drop(input.drain(piece(input, at, length))),
            Change::CutOff { at } => input.truncate(place(at, length + 1)),
            Change::Repeat { at, length, times } => {
                let piece = piece(input, at, length);
                let again = input[piece.clone()].repeat(usize::from(times % 16));
                input.splice(piece.end..piece.end, again);
            }
            Change::Splice { at, seed, from, length } => {
                let other = seeds.input(seed);
                let at = place(at, input.len() + 1);
                input.splice(at..at, other[piece(other, from, length)].iter().copied());
            }
        }
    }
}
