//! What the large trials share: their size, and chance that is the same each time.

/// How many trials: the small number, or the whole one where `PROTEST_TRIALS=whole` asks for it (`scripts/trials`).
pub fn size(small: usize, whole: usize) -> usize {
    match std::env::var("PROTEST_TRIALS").as_deref() {
        Ok("whole") => whole,
        _ => small,
    }
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
