//! From the bytes that a spreadsheet wrote to UTF-8.
//!
//! A byte order mark decides; without one, what is UTF-8 throughout is UTF-8. A text of bytes that are not is taken
//! as Windows-1252, which is announced, unless it is UTF-8 for the greater part: then a few characters are broken, and
//! to read all the others as Windows-1252 would break them too.

use super::spool::Spool;
use encoding_rs::{CoderResult, Encoding, UTF_8, WINDOWS_1252};
use std::io::{self, Read, Write};

const CHUNK: usize = 1 << 16;

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::signer) struct Survey {
    /// The encoding of all of it.
    pub encoding: &'static Encoding,
    /// The length of the byte order mark.
    pub start: u64,
}

/// Reads all of `spool` once, and says what it is.
pub(in crate::signer) fn survey(spool: &Spool) -> io::Result<Survey> {
    let mut first = [0; 3];
    let count = spool.read_at(&mut first, 0)?;
    if let Some((encoding, length)) = Encoding::for_bom(&first[..count]) {
        return Ok(Survey { encoding, start: length as u64 });
    }
    let (characters, broken) = count_utf8(spool.reader())?;
    let encoding = if broken > characters { WINDOWS_1252 } else { UTF_8 };
    Ok(Survey { encoding, start: 0 })
}

/// How many characters beyond ASCII are written in good UTF-8, and how many places are not UTF-8.
fn count_utf8(mut reader: impl Read) -> io::Result<(u64, u64)> {
    let (mut characters, mut broken) = (0, 0);
    let mut buffer = vec![0; CHUNK];
    let mut kept = 0;
    loop {
        let count = reader.read(&mut buffer[kept..])?;
        let filled = kept + count;
        let mut rest = &buffer[..filled];
        kept = 0;
        while !rest.is_empty() {
            let Err(error) = std::str::from_utf8(rest) else {
                characters += beyond_ascii(rest);
                break;
            };
            let (good, bad) = rest.split_at(error.valid_up_to());
            characters += beyond_ascii(good);
            match error.error_len() {
                // A character that the end of the chunk cut in two.
                None if count > 0 => {
                    kept = bad.len();
                    break;
                }
                length => {
                    broken += 1;
                    rest = &bad[length.unwrap_or(bad.len())..];
                }
            }
        }
        if count == 0 {
            return Ok((characters, broken));
        }
        buffer.copy_within(filled - kept..filled, 0);
    }
}

/// The lead bytes of the characters beyond ASCII.
fn beyond_ascii(text: &[u8]) -> u64 {
    text.iter().filter(|&&b| b >= 0xC0).count() as u64
}

/// Writes what `reader` gives, which is in `survey`'s encoding, as UTF-8 without a byte order mark.
pub(in crate::signer) fn transcode(
    mut reader: impl Read,
    survey: Survey,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut decoder = survey.encoding.new_decoder_with_bom_removal();
    let (mut bytes, mut text) = (vec![0; CHUNK], vec![0; 3 * CHUNK]);
    loop {
        let count = reader.read(&mut bytes)?;
        let mut rest = &bytes[..count];
        loop {
            let (result, read, written, _) = decoder.decode_to_utf8(rest, &mut text, count == 0);
            out.write_all(&text[..written])?;
            rest = &rest[read..];
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if count == 0 {
            return Ok(());
        }
    }
}
