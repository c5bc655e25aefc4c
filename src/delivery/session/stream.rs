//! The bytes between this machine and the relay, in the clear or under TLS, with a deadline for each wait.
//!
//! A wait for anything but the answer to a body ends when the run does. What a write comes to is told exactly: how many
//! bytes the kernel took decides whether a letter may have arrived.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

use super::socket::Socket;

/// A connection.
pub(super) struct Stream<'w> {
    socket: Socket,
    tls: Option<Box<ClientConnection>>,
    /// Whether the run ends.
    give_up: &'w (dyn Fn() -> bool + Sync),
}

/// How long an answer is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    deadline: Instant,
    /// Whether the wait is over when the run ends.
    ends_with_the_run: bool,
}

impl Patience {
    /// For the answer to a command: who wants an end does not wait for it.
    pub(super) fn of_a_command(timeout: Duration) -> Patience {
        Patience { deadline: Instant::now() + timeout, ends_with_the_run: true }
    }

    /// For the answer to a body: without it nobody knows what became of the letter.
    pub(super) fn of_a_body(timeout: Duration) -> Patience {
        Patience { deadline: Instant::now() + timeout, ends_with_the_run: false }
    }
}

/// How long a wait goes on before it is looked whether the run ends.
pub(super) const TICK: Duration = Duration::from_millis(100);
/// The shortest wait that a socket takes.
const AT_ONCE: Duration = Duration::from_millis(1);
/// How long a relay may say nothing before the user hears what may be wrong.
pub(super) const SILENCE: Duration = Duration::from_secs(10);

/// Bytes on their way out, and up to where they must be gone for the first part to be whole.
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    first_part: usize,
}

/// A write that failed.
pub(in crate::delivery) struct Broken {
    /// Whether the first part was handed over whole.
    pub(in crate::delivery) first_part_left: bool,
    pub(in crate::delivery) error: io::Error,
}

impl<'w> Stream<'w> {
    pub(super) fn new(socket: TcpStream, give_up: &'w (dyn Fn() -> bool + Sync)) -> Stream<'w> {
        Stream { socket: Socket::new(socket), tls: None, give_up }
    }

    /// Begins TLS, and finishes its handshake within `timeout`; where the relay says nothing for a while, `quiet` is
    /// called once.
    pub(super) fn start_tls(
        &mut self,
        config: &Arc<ClientConfig>,
        name: ServerName<'static>,
        timeout: Duration,
        mut quiet: impl FnMut(),
    ) -> Result<(), NoHandshake> {
        let mut first_bytes = Vec::new();
        self.shake_hands(config, name, timeout, &mut first_bytes, &mut quiet)
            .map_err(|error| NoHandshake { error, first_bytes })
    }

    fn shake_hands(
        &mut self,
        config: &Arc<ClientConfig>,
        name: ServerName<'static>,
        timeout: Duration,
        first_bytes: &mut Vec<u8>,
        quiet: &mut dyn FnMut(),
    ) -> io::Result<()> {
        let mut tls = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
        // The plaintext of a letter goes in at once, whatever its size.
        tls.set_buffer_limit(None);
        let patience = Patience::of_a_command(timeout);
        let deadline = patience.deadline;
        let mut is_first = true;
        while tls.is_handshaking() {
            while tls.wants_write() {
                write_until(deadline, || tls.write_tls(&mut self.socket))?;
            }
            if tls.is_handshaking() {
                if std::mem::take(&mut is_first) {
                    let short = Patience::of_a_command(timeout.min(SILENCE));
                    match self.arriving(short).wait() {
                        Err(error) if error.kind() == ErrorKind::TimedOut && timeout > SILENCE => quiet(),
                        waited => waited?,
                    }
                }
                let mut seen = Seen { arriving: self.arriving(patience), first_bytes };
                if tls.read_tls(&mut seen)? == 0 {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                if let Err(error) = tls.process_new_packets() {
                    // The relay is told why, if it listens.
                    let _ = tls.write_tls(&mut self.socket);
                    return Err(io::Error::new(ErrorKind::InvalidData, error));
                }
            }
        }
        // The client's last word of the handshake, without which the relay goes on waiting.
        while tls.wants_write() {
            write_until(deadline, || tls.write_tls(&mut self.socket))?;
        }
        self.tls = Some(Box::new(tls));
        Ok(())
    }

    /// Makes bytes ready to leave: `first`, and `second` behind it.
    pub(super) fn prepare(&mut self, first: &[u8], second: &[u8]) -> io::Result<Outgoing> {
        let Some(tls) = &mut self.tls else {
            return Ok(Outgoing { bytes: [first, second].concat(), first_part: first.len() });
        };
        let mut bytes = Vec::with_capacity(first.len() + second.len() + 256);
        let mut encrypt = |plaintext: &[u8]| {
            tls.writer().write_all(plaintext)?;
            while tls.wants_write() {
                tls.write_tls(&mut bytes)?;
            }
            io::Result::Ok(bytes.len())
        };
        // A record that did not leave whole cannot be read: so its last byte counts for all of it.
        let first_part = encrypt(first)?;
        encrypt(second)?;
        Ok(Outgoing { bytes, first_part })
    }

    /// Sends bytes with as few writes as the kernel allows.
    pub(super) fn send(&mut self, outgoing: &Outgoing, timeout: Duration) -> Result<(), Broken> {
        let mut left = 0;
        let deadline = Instant::now() + timeout;
        while left < outgoing.bytes.len() {
            match write_until(deadline, || self.socket.write(&outgoing.bytes[left..])) {
                Ok(written) => left += written,
                Err(error) => return Err(Broken { first_part_left: left >= outgoing.first_part, error }),
            }
        }
        Ok(())
    }

    /// Reads what has come, waiting for the first of it. Nothing: the relay has closed.
    pub(super) fn read(&mut self, buffer: &mut [u8], patience: Patience) -> io::Result<usize> {
        loop {
            let mut arriving = Arriving { socket: &self.socket, patience, give_up: self.give_up };
            let Some(tls) = &mut self.tls else { return arriving.read(buffer) };
            match tls.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // A relay that closes without a close_notify has closed all the same: SMTP ends its own lines.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                result => return result,
            }
            tls.read_tls(&mut arriving)?;
            tls.process_new_packets().map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
        }
    }

    /// What is there although nothing was asked: one read that does not wait, of socket and TLS.
    pub(super) fn unasked(&mut self, received: &mut Vec<u8>) -> io::Result<Unasked> {
        let mut buffer = [0; 4096];
        loop {
            let read = match &mut self.tls {
                Some(tls) => tls.reader().read(&mut buffer),
                None => self.socket.at_once().read(&mut buffer),
            };
            match read {
                Ok(0) => return Ok(Unasked::Closed),
                Ok(count) => {
                    received.extend_from_slice(&buffer[..count]);
                    return Ok(Unasked::Said);
                }
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(Unasked::Closed),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                Err(_) => {}
            }
            let Some(tls) = &mut self.tls else { return Ok(Unasked::Nothing) };
            match tls.read_tls(&mut self.socket.at_once()) {
                // The next look at the plaintext finds the end.
                Ok(_) => {
                    tls.process_new_packets()
                        .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Unasked::Nothing),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn arriving(&self, patience: Patience) -> Arriving<'_> {
        Arriving { socket: &self.socket, patience, give_up: self.give_up }
    }
}

/// What is in the connection when nothing should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unasked {
    /// Nothing, as it should be.
    Nothing,
    /// Bytes, which are now among those received.
    Said,
    /// Its end.
    Closed,
}

/// A handshake that came to nothing.
pub(super) struct NoHandshake {
    pub(super) error: io::Error,
    /// How what the relay said instead began.
    pub(super) first_bytes: Vec<u8>,
}

/// Reads, and keeps the first bytes in mind.
struct Seen<'s, 'b> {
    arriving: Arriving<'s>,
    first_bytes: &'b mut Vec<u8>,
}

impl io::Read for Seen<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const ENOUGH: usize = 200;
        let count = self.arriving.read(buffer)?;
        let room = ENOUGH.saturating_sub(self.first_bytes.len());
        self.first_bytes.extend_from_slice(&buffer[..count.min(room)]);
        Ok(count)
    }
}

/// What arrives at the socket within a patience.
struct Arriving<'s> {
    socket: &'s Socket,
    patience: Patience,
    give_up: &'s dyn Fn() -> bool,
}

impl Arriving<'_> {
    /// Waits until something is there to be read, be it the end.
    fn wait(&self) -> io::Result<()> {
        self.until_it_comes(|socket| socket.peek(&mut [0]).map(drop))
    }

    fn until_it_comes<T>(&self, mut take: impl FnMut(&Socket) -> io::Result<T>) -> io::Result<T> {
        loop {
            // A process that was stopped finds its time over and the answer there: it is looked for once all the same.
            let left = left(self.patience.deadline);
            let patience = left.as_ref().map_or(AT_ONCE, |left| (*left).min(TICK));
            self.socket.wait_no_longer_than(patience)?;
            match take(self.socket) {
                Err(error) if is_for_now(&error) => {}
                result => return result,
            }
            left?;
            if self.patience.ends_with_the_run && (self.give_up)() {
                return Err(ErrorKind::Interrupted.into());
            }
        }
    }
}

impl io::Read for Arriving<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.until_it_comes(|socket| socket.read(buffer))
    }
}

fn left(deadline: Instant) -> io::Result<Duration> {
    match deadline.checked_duration_since(Instant::now()) {
        Some(left) if !left.is_zero() => Ok(left),
        _ => Err(ErrorKind::TimedOut.into()),
    }
}

/// Whether it is only that nothing came, or went, so far.
fn is_for_now(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// Writes once something can be written, before the deadline.
fn write_until(deadline: Instant, mut write: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        left(deadline)?;
        match write() {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Err(error) if is_for_now(&error) => {}
            result => return result,
        }
    }
}
