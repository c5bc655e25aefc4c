//! Which rows write to which embassy, in the list's order: on disk, so that a million need no memory.
//!
//! Rows are pushed as the list is read; afterwards each lane's rows can be asked for by their place in it.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::{Mutex, PoisonError};

use crate::signer::list::Position;

/// A roll that is still being written.
#[derive(Debug)]
pub(crate) struct RollWriter {
    file: BufWriter<File>,
    letters: Vec<u64>,
    rows: u64,
}

/// The rows of every lane.
#[derive(Debug)]
pub(crate) struct Roll {
    starts: Vec<u64>,
    letters: Vec<u64>,
    reader: Mutex<Reader>,
}

#[derive(Debug)]
struct Reader {
    file: File,
    /// For each lane the rows read last, and the place of the first of them.
    blocks: HashMap<usize, (u64, Vec<Position>)>,
}

/// Bytes of one row: its place in the file, its line, its number.
const ROW: usize = 24;
/// Stands in the place of a lane's number where a row was taken out.
const WITHDRAWN: u64 = u64::MAX;
/// Rows that are read or written at once.
const BLOCK: u64 = 64;

impl RollWriter {
    /// An empty roll, in an unnamed file.
    ///
    /// # Errors
    /// Where no temporary file can be made.
    pub(crate) fn new() -> io::Result<RollWriter> {
        Ok(RollWriter { file: BufWriter::new(tempfile::tempfile()?), letters: Vec::new(), rows: 0 })
    }

    /// Adds the list's next row to `lane`.
    ///
    /// # Errors
    /// Where the temporary file cannot be written.
    pub(crate) fn push(&mut self, lane: usize, position: Position) -> io::Result<()> {
        if self.letters.len() <= lane {
            self.letters.resize(lane + 1, 0);
        }
        self.letters[lane] += 1;
        self.rows += 1;
        self.file.write_all(&(lane as u64).to_le_bytes())?;
        self.file.write_all(&encoded(position))
    }

    /// Takes the row with this number out again, and tells where it stands; nothing where there is none.
    ///
    /// # Errors
    /// Where the temporary file cannot be read or written.
    pub(crate) fn withdraw(&mut self, number: u64) -> io::Result<Option<Position>> {
        const ENTRY: u64 = 8 + ROW as u64;
        self.file.flush()?;
        let file = self.file.get_mut();
        let (mut from, mut until) = (0, self.rows);
        let mut found = None;
        // They were pushed in the order of their numbers.
        while from < until {
            let middle = from.midpoint(until);
            let (mut lane, mut row) = ([0; 8], [0; ROW]);
            file.seek(SeekFrom::Start(middle * ENTRY))?;
            file.read_exact(&mut lane)?;
            file.read_exact(&mut row)?;
            let position = decoded(&row);
            match position.number.cmp(&number) {
                Ordering::Less => from = middle + 1,
                Ordering::Greater => until = middle,
                Ordering::Equal => {
                    let lane = usize::try_from(u64::from_le_bytes(lane)).map_err(io::Error::other)?;
                    if let Some(letters) = self.letters.get_mut(lane) {
                        *letters -= 1;
                        file.seek(SeekFrom::Start(middle * ENTRY))?;
                        file.write_all(&WITHDRAWN.to_le_bytes())?;
                        found = Some(position);
                    }
                    break;
                }
            }
        }
        file.seek(SeekFrom::End(0))?;
        Ok(found)
    }

    /// The finished roll, sorted by lane.
    ///
    /// # Errors
    /// Where the temporary files cannot be read or written.
    pub(crate) fn finish(self) -> io::Result<Roll> {
        let mut unsorted = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        unsorted.rewind()?;
        let mut starts = Vec::with_capacity(self.letters.len());
        let mut total = 0;
        for letters in &self.letters {
            starts.push(total);
            total += letters;
        }
        let mut sorted = tempfile::tempfile()?;
        let mut reader = BufReader::with_capacity(1 << 16, unsorted);
        let mut ends = starts.clone();
        let mut waiting: Vec<Vec<u8>> = vec![Vec::new(); starts.len()];
        let mut write = |lane: usize, rows: &mut Vec<u8>| {
            sorted.seek(SeekFrom::Start(ends[lane] * ROW as u64))?;
            sorted.write_all(rows)?;
            ends[lane] += (rows.len() / ROW) as u64;
            rows.clear();
            io::Result::Ok(())
        };
        for _ in 0..self.rows {
            let mut lane = [0; 8];
            let mut row = [0; ROW];
            reader.read_exact(&mut lane)?;
            reader.read_exact(&mut row)?;
            if u64::from_le_bytes(lane) == WITHDRAWN {
                continue;
            }
            let lane = usize::try_from(u64::from_le_bytes(lane)).map_err(io::Error::other)?;
            let rows = &mut waiting[lane];
            rows.extend_from_slice(&row);
            if rows.len() as u64 >= BLOCK * ROW as u64 {
                write(lane, rows)?;
            }
        }
        for (lane, rows) in waiting.iter_mut().enumerate() {
            write(lane, rows)?;
        }
        let reader = Mutex::new(Reader { file: sorted, blocks: HashMap::new() });
        Ok(Roll { starts, letters: self.letters, reader })
    }
}

impl Roll {
    /// How many rows are in a lane.
    pub(crate) fn letters(&self, lane: usize) -> u64 {
        self.letters.get(lane).copied().unwrap_or_default()
    }

    /// The row at `place` of `lane`, counted from 0.
    ///
    /// # Errors
    /// Where there is none, or the temporary file cannot be read.
    pub(crate) fn at(&self, lane: usize, place: u64) -> io::Result<Position> {
        let (Some(start), true) = (self.starts.get(lane), place < self.letters(lane)) else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let Reader { file, blocks } = &mut *reader;
        let (first, rows) = blocks.entry(lane).or_default();
        let within = |first: u64, rows: &[Position]| {
            let index = usize::try_from(place.checked_sub(first)?).ok()?;
            rows.get(index).copied()
        };
        if let Some(position) = within(*first, rows) {
            return Ok(position);
        }
        let count = BLOCK.min(self.letters(lane) - place);
        let mut bytes = vec![0; usize::try_from(count).map_err(io::Error::other)? * ROW];
        file.seek(SeekFrom::Start((start + place) * ROW as u64))?;
        file.read_exact(&mut bytes)?;
        *first = place;
        *rows = bytes.chunks_exact(ROW).map(decoded).collect();
        within(*first, rows).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

fn encoded(position: Position) -> [u8; ROW] {
    let mut row = [0; ROW];
    row[..8].copy_from_slice(&position.offset.to_le_bytes());
    row[8..16].copy_from_slice(&position.line.to_le_bytes());
    row[16..].copy_from_slice(&position.number.to_le_bytes());
    row
}

fn decoded(row: &[u8]) -> Position {
    let number = |from: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&row[from..from + 8]);
        u64::from_le_bytes(bytes)
    };
    Position { offset: number(0), line: number(8), number: number(16) }
}

#[cfg(test)]
mod tests {
    use super::RollWriter;
    use crate::signer::list::Position;

    #[test]
    fn every_lane_keeps_its_rows_in_the_lists_order() {
        let mut writer = RollWriter::new().unwrap();
        for number in 1..=1_000_u64 {
            let lane = usize::try_from(number % 3).unwrap();
            writer.push(lane, Position { offset: number * 50, line: number + 1, number }).unwrap();
        }
        let roll = writer.finish().unwrap();
        assert_eq!((0..3).map(|lane| roll.letters(lane)).collect::<Vec<_>>(), [333, 334, 333]);
        for place in [0, 1, 63, 64, 65, 332, 5] {
            let position = roll.at(1, place).unwrap();
            assert_eq!((position.number, position.offset), (1 + 3 * place, (1 + 3 * place) * 50));
        }
        assert!(roll.at(0, 333).is_err() && roll.at(9, 0).is_err());
    }

    #[test]
    fn a_row_that_is_taken_out_is_gone_and_the_others_stay() {
        let mut writer = RollWriter::new().unwrap();
        for number in 1..=9 {
            writer.push(0, Position { offset: number * 50, line: number + 1, number: number * 10 }).unwrap();
        }
        assert_eq!(writer.withdraw(20).unwrap().map(|position| position.offset), Some(100));
        assert_eq!((writer.withdraw(20).unwrap(), writer.withdraw(25).unwrap()), (None, None));
        writer.push(0, Position { offset: 500, line: 11, number: 100 }).unwrap();
        let roll = writer.finish().unwrap();
        let numbers: Vec<u64> = (0..roll.letters(0)).map(|place| roll.at(0, place).unwrap().number).collect();
        assert_eq!(numbers, [10, 30, 40, 50, 60, 70, 80, 90, 100]);
    }
}
