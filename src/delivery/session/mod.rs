//! One SMTP session (RFC 5321): opened, protected, logged in; then transactions, one write each where the relay
//! offers PIPELINING (RFC 2920).
//!
//! It tells of each letter what is known and no more: answered, not sent, or in doubt. What follows from a reply
//! it leaves to the run.

mod connect;
pub(crate) mod error;
pub(crate) mod incoming;
mod log_in;
mod opening;
mod socket;
mod stream;
pub(crate) mod transaction;
mod wrong_port;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::ClientConfig;

use super::auth::Credential;
use super::reply::Reply;
use super::words;
#[cfg(test)]
pub(super) use stream::Broken;
use stream::{Patience, Stream, Unasked};

/// What a session needs beside the relay's URL.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The sender's mail domain, with which EHLO greets; never this machine's name.
    pub ehlo_domain: String,
    /// Log-in name and secret, where the URL has a user.
    pub credential: Option<Credential>,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// How TLS begins; nothing for a plaintext relay.
    pub tls: Option<Arc<ClientConfig>>,
}

/// Who waits for a session.
#[derive(Clone, Copy)]
pub(crate) struct Watch<'w> {
    /// Whether nobody waits any more.
    pub give_up: &'w (dyn Fn() -> bool + Sync),
    /// Who hears what may be wrong while the waiting goes on.
    pub tell: &'w (dyn Fn(&str) + Sync),
}

/// How long to wait for what (RFC 5321 §4.5.3.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the reply to a command.
    pub command: Duration,
    /// For the reply to the final dot.
    pub dot: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(300),
            dot: Duration::from_secs(600),
        }
    }
}

impl Timeouts {
    /// The same for everything.
    pub(crate) fn all(timeout: Duration) -> Timeouts {
        // A year is for ever, and can be added to any clock.
        let timeout = timeout.min(Duration::from_secs(365 * 86_400));
        Timeouts { connect: timeout, command: timeout, dot: timeout }
    }
}

/// An open session, between two transactions.
pub(crate) struct Session<'w> {
    stream: Stream<'w>,
    received: Vec<u8>,
    timeouts: Timeouts,
    pipelining: bool,
    size: bool,
    relay: String,
    counted: Option<Counted<'w>>,
}

/// A session that is counted as long as it is open.
struct Counted<'w>(&'w AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl<'w> Session<'w> {
    /// Counts the session among the open ones; whether it is a new one.
    pub(crate) fn count_in(&mut self, open: &'w AtomicUsize) -> bool {
        let is_new = self.counted.is_none();
        if is_new {
            open.fetch_add(1, Ordering::SeqCst);
            self.counted = Some(Counted(open));
        }
        is_new
    }

    /// Whether the relay offers PIPELINING.
    pub(crate) fn pipelining(&self) -> bool {
        self.pipelining
    }

    /// Ends a transaction that has no 354.
    ///
    /// # Errors
    /// Where the connection is lost, or the relay refuses.
    pub(crate) fn reset(&mut self) -> Result<(), String> {
        let reply = self.command("RSET").map_err(|lost| lost.to_string())?;
        if reply.code() == 250 { Ok(()) } else { Err(format!("RSET was answered {reply}")) }
    }

    /// Takes leave.
    pub(crate) fn quit(mut self) {
        // Everything is settled: what comes of it changes nothing.
        let _ = self.send("QUIT\r\n");
        self.leave();
    }

    /// Closes a connection on which QUIT was sent, without waiting long for its answer.
    pub(crate) fn leave(mut self) {
        const PATIENCE: Duration = Duration::from_secs(2);
        let _ = self.reply(Patience::of_a_command(self.timeouts.command.min(PATIENCE)));
    }

    /// Closes the connection under a transaction that has its 354: anything else would become its text.
    pub(crate) fn abandon(self) {
        drop(self);
    }

    /// A reply answers one command, once: what lies there before the next one is asked answers nothing.
    fn expect_silence(&mut self) -> Result<(), Lost> {
        if self.received.is_empty()
            && self.stream.unasked(&mut self.received).map_err(Lost::Io)? == Unasked::Closed
        {
            return Err(Lost::Closed);
        }
        if self.received.is_empty() { Ok(()) } else { Err(Lost::Unasked(said(&self.received))) }
    }

    fn command(&mut self, line: &str) -> Result<Reply, Lost> {
        self.send(&format!("{line}\r\n"))?;
        self.reply(Patience::of_a_command(self.timeouts.command))
    }

    fn send(&mut self, text: &str) -> Result<(), Lost> {
        self.expect_silence()?;
        let outgoing = self.stream.prepare(text.as_bytes(), b"").map_err(Lost::Io)?;
        // What the relay said before it closed is still to be read, and is the better answer.
        match self.stream.send(&outgoing, self.timeouts.command) {
            Err(broken) if broken.error.kind() == io::ErrorKind::TimedOut => Err(Lost::Io(broken.error)),
            _ => Ok(()),
        }
    }

    /// Reads the next reply.
    fn reply(&mut self, patience: Patience) -> Result<Reply, Lost> {
        let Session { stream, received, .. } = self;
        incoming::reply(received, &mut |buffer| stream.read(buffer, patience))
    }
}

/// The first line of what a relay said, fit to be shown.
fn said(bytes: &[u8]) -> String {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
    words::shown(&line).chars().take(200).collect()
}

/// How a connection came to its end.
#[derive(Debug)]
pub(crate) enum Lost {
    Closed,
    LongLine,
    /// What came instead.
    NoReply(String),
    /// What was said although nothing had been asked.
    Unasked(String),
    Io(io::Error),
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use io::ErrorKind::{
            ConnectionAborted, ConnectionReset, Interrupted, TimedOut, UnexpectedEof, WouldBlock,
        };
        match self {
            Lost::Closed => f.write_str("the relay closed the connection"),
            Lost::LongLine => f.write_str("the relay sent a reply line of more than 64 kB"),
            Lost::NoReply(said) => write!(f, "the relay sent something that is no SMTP reply: {said}"),
            Lost::Unasked(said) => write!(f, "the relay said something that nobody had asked for: {said}"),
            Lost::Io(error) => match error.kind() {
                TimedOut | WouldBlock => f.write_str("the relay did not answer in time"),
                Interrupted => f.write_str("the run ended before the relay answered"),
                ConnectionReset | ConnectionAborted | UnexpectedEof => {
                    f.write_str("the relay broke the connection")
                }
                _ => write!(f, "the connection to the relay failed: {error}"),
            },
        }
    }
}
