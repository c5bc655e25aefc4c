//! What the large trials share: their size, and chance that is the same each time.

/// How many trials: the small number, or the whole one where `PROTEST_TRIALS=whole` asks for it (`scripts/trials`), or a
/// part of that, as in `PROTEST_TRIALS=25%`.
pub fn size(small: usize, whole: usize) -> usize {
    let asked = std::env::var("PROTEST_TRIALS").unwrap_or_default();
    let part =
        if asked == "whole" { Some(100) } else { asked.strip_suffix('%').and_then(|part| part.parse().ok()) };
    part.map_or(small, |part: usize| (whole * part / 100).max(1))
}

/// Numbers as if by chance (xorshift64*), the same from the same seed.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15))
    }

    /// One of `0..end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        usize::try_from(number).unwrap() % end
    }
}
