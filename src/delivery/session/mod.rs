//! One SMTP session (RFC 5321): opened, protected, logged in; then transactions, one write each where the relay
//! offers PIPELINING (RFC 2920).
//!
//! It tells of each letter what is known and no more: answered, not sent, or in doubt. What follows from a reply
//! it leaves to the run.

pub(crate) mod error;
mod opening;
mod stream;
pub(crate) mod transaction;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;

use super::auth::Credential;
use super::reply::{Reply, ReplyLine};
use stream::{Patience, Stream};

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
}

/// The longest line of a reply that is read.
const LONGEST_LINE: usize = 64 * 1024;
/// The most lines of one reply that are read.
const MOST_LINES: usize = 1000;

impl Session<'_> {
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

    fn command(&mut self, line: &str) -> Result<Reply, Lost> {
        self.send(&format!("{line}\r\n"))?;
        self.reply(Patience::of_a_command(self.timeouts.command))
    }

    fn send(&mut self, text: &str) -> Result<(), Lost> {
        let outgoing = self.stream.prepare(text.as_bytes(), b"").map_err(Lost::Io)?;
        // What the relay said before it closed is still to be read, and is the better answer.
        match self.stream.send(&outgoing, self.timeouts.command) {
            Err(broken) if broken.error.kind() == io::ErrorKind::TimedOut => Err(Lost::Io(broken.error)),
            _ => Ok(()),
        }
    }

    /// Reads the next reply.
    fn reply(&mut self, patience: Patience) -> Result<Reply, Lost> {
        let mut lines: Vec<ReplyLine> = Vec::new();
        loop {
            let line = self.line(patience)?;
            let line = ReplyLine::parse(&line).ok_or(Lost::NoReply)?;
            if lines.first().is_some_and(|first| first.code != line.code) || lines.len() >= MOST_LINES {
                return Err(Lost::NoReply);
            }
            let is_last = line.is_last;
            lines.push(line);
            if is_last {
                return Reply::of(lines).ok_or(Lost::NoReply);
            }
        }
    }

    fn line(&mut self, patience: Patience) -> Result<Vec<u8>, Lost> {
        let mut searched = 0;
        loop {
            if let Some(end) = self.received[searched..].iter().position(|b| *b == b'\n') {
                let mut line: Vec<u8> = self.received.drain(..=searched + end).collect();
                line.truncate(line.len() - 1);
                if line.last() == Some(&b'\r') {
                    line.truncate(line.len() - 1);
                }
                return Ok(line);
            }
            searched = self.received.len();
            if searched > LONGEST_LINE {
                return Err(Lost::LongLine);
            }
            let mut buffer = [0; 4096];
            match self.stream.read(&mut buffer, patience).map_err(Lost::Io)? {
                0 => return Err(Lost::Closed),
                count => self.received.extend_from_slice(&buffer[..count]),
            }
        }
    }
}

/// How a connection came to its end.
#[derive(Debug)]
enum Lost {
    Closed,
    LongLine,
    NoReply,
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
            Lost::NoReply => f.write_str("the relay sent something that is no SMTP reply"),
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
