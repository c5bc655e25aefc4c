//! Files that are harmed as an input says: bytes flipped and set, pages emptied, copied and exchanged, ends cut off.

/// What SQLite writes at a time.
const PAGE: usize = 4096;
/// How many bytes of an input say one harm.
const STEP: usize = 8;

/// Harms `files`, of which the first is never missing; each eight bytes of the input are one harm.
pub fn harm(files: &mut Vec<(String, Vec<u8>)>, input: &[u8]) {
    for step in input.chunks_exact(STEP) {
        let file = usize::from(step[1]) % files.len();
        if step[0] % 8 == 7 && file > 0 {
            files.remove(file);
            continue;
        }
        let bytes = &mut files[file].1;
        let number = |from: usize| u16::from_le_bytes([step[from], step[from + 1]]);
        let place = usize::from(number(2)) | usize::from(step[4]) << 16;
        let Some(at) = place.checked_rem(bytes.len()) else { continue };
        let page = |number: u16| {
            let start = usize::from(number) % bytes.len().div_ceil(PAGE) * PAGE;
            start..bytes.len().min(start + PAGE)
        };
        match step[0] % 8 {
            0 | 1 => bytes[at] ^= 1 << (step[5] % 8),
            2 => bytes[at] = step[5],
            3 => bytes.truncate(at),
            4 => {
                let page = page(number(2));
                bytes[page].fill(0);
            }
            5 => {
                let (from, to) = (page(number(2)), page(number(6)));
                if from.len() == to.len() {
                    bytes.copy_within(from, to.start);
                }
            }
            _ => {
                let (one, other) = (page(number(2)), page(number(6)));
                if one.len() == other.len() {
                    let kept = bytes[one.clone()].to_vec();
                    bytes.copy_within(other.clone(), one.start);
                    bytes[other].copy_from_slice(&kept);
                }
            }
        }
    }
}
