//! `ID.counter`: how many commits this machine's list had, as of its last one.
//!
//! Written after the commit and before a body leaves, not synced: it may lag after a power loss and is never ahead. A database
//! that knows fewer has forgotten letters, as one does that was restored from an old backup.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::beside;
use crate::ledger::error::LedgerError;

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Count {
    /// The server's system identifier, where the user may know it.
    pub(super) server: String,
    /// The list's commits.
    pub(super) commits: i64,
    /// The list, by its name.
    pub(super) list: String,
}

impl Count {
    /// What the file says of this list; nothing if it says nothing.
    pub(super) fn read(path: &Path, list: &str) -> Result<Option<Count>, LedgerError> {
        let text = beside::read(path)?;
        Ok(text.lines().filter_map(Count::of_line).find(|count| count.list == list))
    }

    fn of_line(line: &str) -> Option<Count> {
        let mut parts = line.splitn(3, ' ');
        let (server, commits, list) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Count { server: server.to_owned(), commits: commits.parse().ok()?, list: list.to_owned() })
    }

    fn line(&self) -> String {
        format!("{} {:020} {}\n", self.server, self.commits, self.list)
    }
}

/// The open file of a run.
pub(super) struct Counter {
    file: File,
    /// Where the number stands.
    at: u64,
}

impl Counter {
    /// Writes the list's line, durably, and keeps the file open. Other lists' lines stay.
    pub(super) fn begin(path: &Path, count: &Count) -> Result<Counter, LedgerError> {
        let others: String = beside::read(path)?
            .lines()
            .filter(|line| Count::of_line(line).is_some_and(|known| known.list != count.list))
            .map(|line| format!("{line}\n"))
            .collect();
        beside::write(path, &(count.line() + &others))?;
        let open = || File::options().write(true).open(path);
        let file = open().map_err(|error| LedgerError::io(path, &error))?;
        Ok(Counter { file, at: count.server.len() as u64 + 1 })
    }

    /// Writes the number over the same bytes, so that it needs no room.
    pub(super) fn note(&mut self, commits: i64) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(self.at))?;
        self.file.write_all(format!("{commits:020}").as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, Counter};

    #[test]
    fn a_counter_is_read_back_and_leaves_other_lists_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dec2-2026.counter");
        let count = |list: &str, commits| Count { server: "7".to_owned(), commits, list: list.to_owned() };
        assert_eq!(Count::read(&path, "seoul").unwrap(), None);
        Counter::begin(&path, &count("tokyo", 3)).unwrap();
        let mut counter = Counter::begin(&path, &count("seoul office", 5)).unwrap();
        counter.note(12).unwrap();
        assert_eq!(Count::read(&path, "seoul office").unwrap(), Some(count("seoul office", 12)));
        assert_eq!(Count::read(&path, "tokyo").unwrap(), Some(count("tokyo", 3)));
    }
}
