//! Which encoding a file is in: by its byte order mark, by what the organizer says, or because all of it is UTF-8.
//!
//! Nothing else is read without a word of the organizer's: a guess that is wrong spoils every name in silence.

use super::charset::Charset;
use super::spool::Spool;
use encoding_rs::Encoding;
use std::io::{self, Read};

const CHUNK: usize = 1 << 16;

/// What a file's bytes turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::signer) enum Survey {
    /// To be read in this encoding, from this byte on.
    Read {
        /// The encoding.
        charset: Charset,
        /// The length of the byte order marks.
        start: u64,
        /// Whether there is one.
        has_mark: bool,
    },
    /// The byte order mark says otherwise than the organizer.
    Contradicted {
        /// What the mark stands for.
        mark: Charset,
    },
    /// Not UTF-8, and nobody said what it is.
    NotUtf8(Lines),
    /// Some lines are UTF-8, others are not.
    Mixed {
        /// Those that are.
        utf8: Lines,
        /// Those that are not.
        others: Lines,
    },
}

/// Lines of a file, the first of them by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::signer) struct Lines {
    /// The first ones.
    pub first: Vec<u64>,
    /// How many there are.
    pub total: u64,
}

/// The most lines that are remembered.
const REMEMBERED: usize = 12;

impl Lines {
    fn add(&mut self, line: u64) {
        if self.first.last() == Some(&line) {
            return;
        }
        self.total += 1;
        if self.first.len() < REMEMBERED {
            self.first.push(line);
        }
    }
}

/// Reads all of `spool` once, unless its mark or `said` makes that needless, and says what it is.
pub(in crate::signer) fn survey(spool: &Spool, said: Option<Charset>) -> io::Result<Survey> {
    let mut first = [0; 3];
    let count = spool.read_at(&mut first, 0)?;
    if let Some((encoding, length)) = Encoding::for_bom(&first[..count]) {
        let mark = Charset::Standard(encoding);
        if said.is_some_and(|said| said != mark) {
            return Ok(Survey::Contradicted { mark });
        }
        let start = past_marks(spool, &first[..length])?;
        return Ok(Survey::Read { charset: mark, start, has_mark: true });
    }
    if let Some(charset) = said.filter(|said| *said != Charset::UTF_8) {
        return Ok(Survey::Read { charset, start: 0, has_mark: false });
    }
    let (utf8, others) = lines_by_encoding(spool.reader())?;
    // A few lines astray in a file of UTF-8 are told with their rows; so is what is not what it was said to be.
    let utf8_for_the_most_part = others.total == 0 || utf8.total > others.total || said.is_some();
    Ok(if utf8_for_the_most_part {
        Survey::Read { charset: Charset::UTF_8, start: 0, has_mark: false }
    } else if utf8.total * 50 <= others.total {
        Survey::NotUtf8(others)
    } else {
        Survey::Mixed { utf8, others }
    })
}

/// The first byte behind a mark that was written once or several times, as by programs one after another.
fn past_marks(spool: &Spool, mark: &[u8]) -> io::Result<u64> {
    let mut start = mark.len() as u64;
    let mut next = vec![0; mark.len()];
    while spool.read_at(&mut next, start)? == mark.len() && next == mark {
        start += mark.len() as u64;
    }
    Ok(start)
}

/// The lines with characters beyond ASCII in good UTF-8, and the lines with bytes that are not UTF-8.
fn lines_by_encoding(mut reader: impl Read) -> io::Result<(Lines, Lines)> {
    let (mut utf8, mut others) = (Lines::default(), Lines::default());
    let mut line = 1;
    let mut buffer = vec![0; CHUNK];
    let mut kept = 0;
    loop {
        let count = reader.read(&mut buffer[kept..])?;
        let filled = kept + count;
        let mut rest = &buffer[..filled];
        kept = 0;
        while !rest.is_empty() {
            let Err(error) = std::str::from_utf8(rest) else {
                pass(rest, &mut line, &mut utf8);
                break;
            };
            let (good, bad) = rest.split_at(error.valid_up_to());
            pass(good, &mut line, &mut utf8);
            match error.error_len() {
                // A character that the end of the chunk cut in two.
                None if count > 0 => {
                    kept = bad.len();
                    break;
                }
                length => {
                    others.add(line);
                    rest = &bad[length.unwrap_or(bad.len())..];
                }
            }
        }
        if count == 0 {
            // A line that is both is not UTF-8.
            utf8.first.retain(|line| !others.first.contains(line));
            utf8.total = utf8.total.max(utf8.first.len() as u64);
            if utf8.first.is_empty() {
                utf8.total = 0;
            }
            return Ok((utf8, others));
        }
        buffer.copy_within(filled - kept..filled, 0);
    }
}

/// Goes through good UTF-8, and notes the lines that hold more than ASCII.
fn pass(text: &[u8], line: &mut u64, utf8: &mut Lines) {
    if text.is_ascii() {
        *line += text.iter().filter(|&&b| b == b'\n').count() as u64;
        return;
    }
    for &b in text {
        if b == b'\n' {
            *line += 1;
        } else if b >= 0xC0 {
            utf8.add(*line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Survey, survey};
    use crate::signer::csv::charset::Charset;
    use crate::signer::csv::spool::Spool;

    fn of(bytes: &[u8], said: Option<&str>) -> Survey {
        let spool = Spool::unnamed(|out| out.write_all(bytes)).unwrap();
        survey(&spool, said.and_then(Charset::named)).unwrap()
    }

    #[test]
    fn one_mark_or_two_are_passed_over() {
        for (bytes, start) in [(&b"\xef\xbb\xbfname"[..], 3), (b"\xef\xbb\xbf\xef\xbb\xbfname", 6)] {
            let read = Survey::Read { charset: Charset::UTF_8, start, has_mark: true };
            assert_eq!(of(bytes, None), read);
        }
        assert!(matches!(of(b"\xef\xbb\xbfname", Some("cp932")), Survey::Contradicted { .. }));
    }

    #[test]
    fn what_is_not_utf8_is_not_read_unasked() {
        assert!(matches!(of(b"name\nJos\xe9\n", None), Survey::NotUtf8(lines) if lines.first == [2]));
        let mixed = of(
            "name\nJosé\n".as_bytes().iter().chain(b"Zo\xeb\n").copied().collect::<Vec<_>>().as_slice(),
            None,
        );
        assert!(matches!(mixed, Survey::Mixed { utf8, others } if utf8.first == [2] && others.first == [3]));
        let read = of(b"Jos\xe9", Some("latin1"));
        assert!(matches!(read, Survey::Read { charset, .. } if charset.label() == "windows-1252"));
    }
}
