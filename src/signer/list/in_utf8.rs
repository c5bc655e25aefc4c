//! A list's bytes as UTF-8: as they lie, or in a copy, if the organizer or a byte order mark says what they are.
//!
//! A list in another encoding is refused with what it is likely to be and with names as they would read in it, so that the
//! organizer sees at a glance whether that is right.

use super::error::SourceError;
use super::header;
use super::mapping::{Instructions, Mapping};
use super::position::Places;
use super::synonyms;
use super::text::{Text, likeliest_delimiter, records};
use crate::signer::csv::charset::Charset;
use crate::signer::csv::encoding::{self, Survey};
use crate::signer::csv::likely;
use crate::signer::csv::record::cell_text;
use crate::signer::csv::spool::Spool;
use crate::signer::field::Field;
use crate::wording::quoted;
use std::io;
use std::sync::Arc;

/// The spool itself if it is UTF-8, else a copy in UTF-8; where its text begins, and whether it had a mark.
pub(super) fn in_utf8(
    file: &Arc<str>,
    spool: Spool,
    said: &Instructions,
) -> Result<(Spool, u64, bool), SourceError> {
    let unreadable = |error| SourceError::Unreadable { file: file.clone(), error };
    let charset = match said.encoding.as_deref() {
        Some(name) => Some(Charset::named(name).ok_or_else(|| SourceError::UnknownEncoding {
            name: name.to_owned(),
            nearest: Charset::nearest(name),
        })?),
        None => None,
    };
    let places = Places { file: file.clone(), sheet: None };
    match encoding::survey(&spool, charset).map_err(unreadable)? {
        Survey::Read { charset, start, has_mark } if charset == Charset::UTF_8 => {
            Ok((spool, start, has_mark))
        }
        Survey::Read { charset, start, has_mark } => {
            let copy = Spool::unnamed(|out| charset.transcode(spool.reader_from(start), out))
                .map_err(|error| SourceError::NoRoom { file: file.clone(), error })?;
            Ok((copy, 0, has_mark))
        }
        Survey::Contradicted { mark } => Err(SourceError::Contradicted {
            file: file.clone(),
            mark: mark.label(),
            said: charset.map_or("", Charset::label),
        }),
        Survey::Mixed { utf8, others } => Err(SourceError::TwoEncodings {
            file: file.clone(),
            utf8: places.lines(&utf8.first, utf8.total),
            others: places.lines(&others.first, others.total),
        }),
        Survey::NotUtf8(lines) => Err(SourceError::NotUtf8 {
            place: places.at(lines.first.first().copied().unwrap_or(1), 1),
            likely: likely_in_words(&spool).map_err(unreadable)?,
        }),
    }
}

/// The most bytes that a guess at the encoding is made from.
const GUESSED_FROM: usize = 1 << 20;

/// In what encoding a file is likely to be, with names as they would read in it.
fn likely_in_words(spool: &Spool) -> io::Result<String> {
    let mut bytes = vec![0; GUESSED_FROM];
    let count = spool.read_at(&mut bytes, 0)?;
    bytes.truncate(count);
    if count == GUESSED_FROM {
        bytes.truncate(bytes.iter().rposition(|&b| b == b'\n').unwrap_or(count));
    }
    let Some(charset) = likely::charset(&bytes) else {
        return Ok(
            ", and no encoding that is known fits all of it. Save it as CSV UTF-8; or say --encoding with its name, such as cp437 or \
             cp850 for an old program of DOS"
                .to_owned(),
        );
    };
    let names = first_names(&charset.decode(&bytes))?;
    let read = match names.as_slice() {
        [] => String::new(),
        names => {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!(", in which names in it read {}", names.join(", "))
        }
    };
    Ok(format!(
        ". It is likely to be {}{read}. If that is right, say --encoding {} (or encoding = \"{}\" in campaign.toml); else save it as CSV \
         UTF-8",
        charset.in_words(),
        charset.label(),
        charset.label()
    ))
}

/// Three names of a list's text that are more than ASCII; where no column is called name, other cells.
fn first_names(text: &str) -> io::Result<Vec<String>> {
    const SHOWN: usize = 3;
    let spool = Spool::unnamed(|out| out.write_all(text.as_bytes()))?;
    let text = Text::WHOLE;
    let delimiter = likeliest_delimiter(&spool, text, &Mapping::default())?;
    let mut records = records(&spool, text, delimiter);
    let mut names = Vec::new();
    if !records.advance()? {
        return Ok(names);
    }
    let headings = header::names(&records.record());
    let column = headings.iter().position(|heading| synonyms::field(heading) == Some(Field::Name));
    let mut others = Vec::new();
    while names.len() < SHOWN && records.advance()? {
        let record = records.record();
        for index in 0..record.cells.len() {
            let cell = cell_text(&record, index).trim().to_owned();
            if cell.is_ascii() {
                continue;
            }
            let kept = if column == Some(index) { &mut names } else { &mut others };
            if kept.len() < SHOWN && !kept.contains(&cell) {
                kept.push(cell);
            }
        }
    }
    names.extend(others);
    names.truncate(SHOWN);
    Ok(names)
}
