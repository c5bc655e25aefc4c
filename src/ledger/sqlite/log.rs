//! Whether the ledger's file and its log are of one time: a backup can bring back the one without the other.
//!
//! SQLite carries over whatever log lies there. With an older one, letters that left would be pending again; and so they
//! would in an older ledger, of which the log holds the end alone. Each commit counts in the ledger's one campaign row, so
//! that row, as it lies in the file and as the log first has it, tells: a log begins anew when the file has all that was in
//! it, and the file never has what is not in the log.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::alive;
use crate::ledger::error::LedgerError;
use crate::ledger::lost::with_ending;

/// How often it is looked again, since another process may carry its log over meanwhile.
const LOOKS: usize = 3;
const BETWEEN: Duration = Duration::from_millis(5);

/// Refuses a ledger whose log is of another time, before anything of it is carried over.
pub(super) fn must_be_of_its_ledger(path: &Path, connection: &Connection) -> Result<(), LedgerError> {
    let mut found = disagreement(path, connection);
    for _ in 1..LOOKS {
        if found.is_none() {
            return Ok(());
        }
        std::thread::sleep(BETWEEN);
        found = disagreement(path, connection);
    }
    let Some(is_log_older) = found else { return Ok(()) };
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(|error| LedgerError::of(path, &error))?;
    let (path, log) = (path.to_owned(), with_ending(path, "-wal"));
    Err(if is_log_older {
        LedgerError::OlderLog { path, log }
    } else {
        LedgerError::OlderThanItsLog { path, log }
    })
}

/// Whether the log is older than the ledger (true) or the ledger older than its log (false). What cannot be read is for
/// others to judge.
fn disagreement(path: &Path, connection: &Connection) -> Option<bool> {
    // In this order, so that commits in between do not look like a disagreement.
    let log = File::open(with_ending(path, "-wal")).ok()?;
    let row = Row::of(connection)?;
    let first = Log::read(BufReader::with_capacity(1 << 16, log))?.first_count(&row).ok()??;
    let alone = row.in_file(path).ok()??;
    let together = alive::commits_of(connection).ok()?;
    if alone > together {
        Some(true)
    } else if first > alone.saturating_add(1) {
        Some(false)
    } else {
        None
    }
}

/// Where the number of commits stands.
struct Row {
    /// The page of the campaign's table, counted from 1.
    page: u32,
    column: u32,
}

impl Row {
    fn of(connection: &Connection) -> Option<Row> {
        let page =
            connection.query_one("SELECT rootpage FROM sqlite_schema WHERE name = 'campaign'", [], |row| {
                row.get(0)
            });
        let column = connection.query_one(
            "SELECT cid FROM pragma_table_info('campaign') WHERE name = 'commits'",
            [],
            |row| row.get(0),
        );
        Some(Row { page: page.ok()?, column: column.ok()? })
    }

    /// As the file alone has it.
    fn in_file(&self, path: &Path) -> io::Result<Option<i64>> {
        let mut file = File::open(path)?;
        let mut head = [0; 18];
        file.read_exact(&mut head)?;
        let size = match u16::from_be_bytes([head[16], head[17]]) {
            1 => 65_536,
            size => usize::from(size),
        };
        let mut page = vec![0; size];
        file.seek(SeekFrom::Start(u64::from(self.page.saturating_sub(1)) * size as u64))?;
        file.read_exact(&mut page)?;
        Ok(self.in_page(&page))
    }

    /// From the page of a table with one row (SQLite's file format, 1.6 and 2.1).
    fn in_page(&self, page: &[u8]) -> Option<i64> {
        const LEAF_OF_A_TABLE: u8 = 13;
        if page.first() != Some(&LEAF_OF_A_TABLE) || page.get(3..5)? != [0, 1] {
            return None;
        }
        let mut cell = page.get(usize::from(u16::from_be_bytes([*page.get(8)?, *page.get(9)?]))..)?;
        let length = number(&mut cell)?;
        // A longer one goes on in other pages.
        if usize::try_from(length).ok()? > page.len() - 35 {
            return None;
        }
        number(&mut cell)?;
        let record = cell;
        let header = usize::try_from(number(&mut cell)?).ok()?;
        let mut kinds = record.get(record.len() - cell.len()..header)?;
        let mut value = record.get(header..)?;
        for at in 0.. {
            let kind = number(&mut kinds)?;
            let length = match kind {
                0 | 8 | 9 => 0,
                1..=4 => usize::try_from(kind).ok()?,
                5 => 6,
                6 | 7 => 8,
                _ => usize::try_from((kind - 12) / 2).ok()?,
            };
            let bytes = value.get(..length)?;
            if at == self.column {
                return match kind {
                    1..=6 => Some(bytes.iter().fold(0, |number, byte| number << 8 | i64::from(*byte))),
                    8 => Some(0),
                    9 => Some(1),
                    _ => None,
                };
            }
            value = value.get(length..)?;
        }
        None
    }
}

/// A number of SQLite's format: seven bits a byte, the highest first.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for _ in 0..8 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number = number << 7 | u64::from(byte & 0x7F);
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// A log from its beginning on, as far as it is in order (SQLite's file format, 4.1).
struct Log<R> {
    bytes: R,
    page_size: usize,
    salts: [u8; 8],
    is_big_endian: bool,
    sum: (u32, u32),
}

impl<R: Read> Log<R> {
    fn read(mut bytes: R) -> Option<Log<R>> {
        let mut head = [0; 32];
        bytes.read_exact(&mut head).ok()?;
        let word =
            |at: usize| head.get(at..at + 4).and_then(|four| Some(u32::from_be_bytes(four.try_into().ok()?)));
        let is_big_endian = match word(0)? {
            0x377F_0682 => false,
            0x377F_0683 => true,
            _ => return None,
        };
        let page_size = usize::try_from(word(8)?).ok().filter(|size| (512..=65_536).contains(size))?;
        let sum = summed((0, 0), &head[..24], is_big_endian);
        let salts = head[16..24].try_into().ok()?;
        (sum == (word(24)?, word(28)?)).then_some(Log { bytes, page_size, salts, is_big_endian, sum })
    }

    /// What the first commit that counted itself has counted; nothing where the log has none.
    fn first_count(mut self, row: &Row) -> io::Result<Option<i64>> {
        let (mut head, mut page, mut found) = ([0; 24], vec![0; self.page_size], None);
        loop {
            let read = self.bytes.read_exact(&mut head).and_then(|()| self.bytes.read_exact(&mut page));
            if read.is_err() || head[8..16] != self.salts {
                return Ok(None);
            }
            self.sum = summed(self.sum, &head[..8], self.is_big_endian);
            self.sum = summed(self.sum, &page, self.is_big_endian);
            if head[16..20] != self.sum.0.to_be_bytes() || head[20..24] != self.sum.1.to_be_bytes() {
                return Ok(None);
            }
            if head[..4] == row.page.to_be_bytes() {
                found = row.in_page(&page);
            }
            let ends_a_commit = head[4..8] != [0; 4];
            if ends_a_commit && found.is_some() {
                return Ok(found);
            }
        }
    }
}

fn summed((mut one, mut other): (u32, u32), bytes: &[u8], is_big_endian: bool) -> (u32, u32) {
    let word = |bytes: [u8; 4]| {
        if is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    for eight in bytes.chunks_exact(8) {
        one = one.wrapping_add(word([eight[0], eight[1], eight[2], eight[3]])).wrapping_add(other);
        other = other.wrapping_add(word([eight[4], eight[5], eight[6], eight[7]])).wrapping_add(one);
    }
    (one, other)
}
