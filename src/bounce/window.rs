//! A stream of bytes that can be looked into ahead, as far as it takes to tell where a message ends.

use std::io::{self, Read};

/// What was read of a stream and not yet left behind.
pub(super) struct Window<R> {
    reader: R,
    bytes: Vec<u8>,
    start: usize,
}

const CHUNK: usize = 1 << 16;

impl<R: Read> Window<R> {
    pub(super) fn new(reader: R) -> Window<R> {
        Window { reader, bytes: Vec::new(), start: 0 }
    }

    /// What is held, from the place that was reached.
    pub(super) fn held(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Reads until at least so many bytes are held; whether there are so many.
    pub(super) fn fill(&mut self, wanted: usize) -> io::Result<bool> {
        while self.held().len() < wanted {
            if self.start > 0 {
                self.bytes.drain(..self.start);
                self.start = 0;
            }
            let held = self.bytes.len();
            // Not by doubling what a large message holds, and not in crumbs either.
            self.bytes.resize(held + CHUNK.max(held / 8), 0);
            let read = loop {
                match self.reader.read(&mut self.bytes[held..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read,
                }
            };
            self.bytes.truncate(held + read.as_ref().copied().unwrap_or_default());
            if read? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Leaves so many bytes behind.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.bytes.len());
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
        }
    }
}
