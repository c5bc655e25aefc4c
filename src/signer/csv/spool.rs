//! The bytes that rows are read from, at any place and as often as needed: a file, or an unnamed copy of one.
//!
//! Reading has no cursor, so that many may read at once. A named file that is changed under the program's feet is
//! noticed: a row must not become another person between the plan and the letter.

use std::fs::File;
use std::io::{self, Read, Write};
use std::time::SystemTime;

/// Readable bytes without a cursor.
#[derive(Debug)]
pub(in crate::signer) struct Spool {
    file: File,
    stamp: Option<Stamp>,
    /// Where the text ends, if that is before the file's end.
    end: Option<u64>,
}

/// What changes when a file is written to.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
}

impl Spool {
    /// A regular file that stays where it is; none for a pipe or a device, which can be read only once.
    pub(in crate::signer) fn in_place(file: File) -> io::Result<Result<Spool, File>> {
        if !file.metadata()?.is_file() {
            return Ok(Err(file));
        }
        let stamp = Some(stamp(&file)?);
        Ok(Ok(Spool { file, stamp, end: None }))
    }

    /// An unnamed file, that `write` fills.
    pub(in crate::signer) fn unnamed(
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Spool> {
        let mut writer = io::BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
        write(&mut writer)?;
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Spool { file, stamp: None, end: None })
    }

    /// Leaves out the marks with which DOS ends a text (Ctrl-Z), and the zeros behind them.
    pub(in crate::signer) fn end_before_marks(&mut self) -> io::Result<()> {
        const MOST: u16 = 4_096;
        let length = self.file.metadata()?.len();
        let from = length.saturating_sub(u64::from(MOST));
        let mut tail = vec![0; usize::from(MOST)];
        let count = self.read_at(&mut tail, from)?;
        let marks = tail[..count].iter().rev().take_while(|&&b| matches!(b, 0x1A | 0)).count();
        if tail[..count].iter().rev().take(marks).any(|&b| b == 0x1A) {
            self.end = Some(length - marks as u64);
        }
        Ok(())
    }

    /// Whether the file was written to since it was opened.
    pub(in crate::signer) fn has_changed(&self) -> io::Result<bool> {
        match &self.stamp {
            Some(before) => Ok(stamp(&self.file)? != *before),
            None => Ok(false),
        }
    }

    /// As much of `buffer` as there is from `offset` on; less than all of it only at the end.
    pub(in crate::signer) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = self.end.map_or(u64::MAX, |end| end.saturating_sub(offset));
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = &mut buffer[..most];
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match read_some(&self.file, rest, offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// A reader of its own over the whole.
    pub(in crate::signer) fn reader(&self) -> impl Read {
        self.reader_from(0)
    }

    /// A reader of its own from `offset` on.
    pub(in crate::signer) fn reader_from(&self, offset: u64) -> impl Read {
        Reader { spool: self, offset }
    }

    /// The file itself, for one who reads it by its own ways.
    pub(in crate::signer) fn file(&self) -> io::Result<File> {
        self.file.try_clone()
    }
}

struct Reader<'a> {
    spool: &'a Spool,
    offset: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.spool.read_at(buffer, self.offset)?;
        self.offset += count as u64;
        Ok(count)
    }
}

fn stamp(file: &File) -> io::Result<Stamp> {
    let metadata = file.metadata()?;
    Ok(Stamp { length: metadata.len(), modified: metadata.modified().ok() })
}

#[cfg(unix)]
fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}
