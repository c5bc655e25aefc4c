//! A connected socket, with as few system calls a letter as it can do with: how long it waits is told to the system only
//! when that changes, and a look at what is there takes one call.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long a write waits before it is looked at the clock.
const LONGEST_WRITE: Duration = Duration::from_millis(100);

/// A socket that blocks.
pub(super) struct Socket {
    stream: TcpStream,
    /// How long a read waits, as the system was told last.
    read_timeout: Cell<Option<Duration>>,
    has_write_timeout: Cell<bool>,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Socket {
        Socket { stream, read_timeout: Cell::new(None), has_write_timeout: Cell::new(false) }
    }

    /// From now on a read waits so long.
    pub(super) fn wait_no_longer_than(&self, timeout: Duration) -> io::Result<()> {
        if self.read_timeout.get() != Some(timeout) {
            self.stream.set_read_timeout(Some(timeout))?;
            self.read_timeout.set(Some(timeout));
        }
        Ok(())
    }

    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&self.stream).read(buffer)
    }

    pub(super) fn peek(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.peek(buffer)
    }

    /// What is there already.
    pub(super) fn at_once(&self) -> AtOnce<'_> {
        AtOnce(&self.stream)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.has_write_timeout.replace(true) {
            self.stream.set_write_timeout(Some(LONGEST_WRITE))?;
        }
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads without waiting.
pub(super) struct AtOnce<'s>(&'s TcpStream);

impl Read for AtOnce<'_> {
    #[cfg(unix)]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (count, _) = rustix::net::recv(self.0, buffer, rustix::net::RecvFlags::DONTWAIT)?;
        Ok(count)
    }

    #[cfg(not(unix))]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.set_nonblocking(true)?;
        let found = self.0.read(buffer);
        self.0.set_nonblocking(false)?;
        found
    }
}
