//! The relay: its URL, its replies, a session with it, and what its log says.

use std::io::{self, BufReader};
use std::net::TcpStream;
use std::time::Duration;

use crate::delivery::dotted::Dotted;
use crate::delivery::relay_log::RelayLog;
use crate::delivery::session::incoming;
use crate::delivery::session::transaction::{Begun, Behind, DotOutcome};
use crate::delivery::session::{Access, Session, Timeouts, Watch};
use crate::mailbox::Mailbox;
use crate::message::Envelope;
use crate::relay::{Host, Relay, Security, SmtpRelay};

/// The relay that a URL names: as it is shown, and its log-in name.
///
/// # Errors
/// What is wrong with the URL.
pub fn url(url: &str) -> Result<(String, Option<String>), String> {
    let relay = Relay::parse(url).map_err(|error| error.to_string())?;
    Ok((relay.to_string(), relay.user().map(str::to_owned)))
}

/// The replies that the relay's bytes are, code and text, however they are cut into `pieces`; and how it ended.
pub fn replies<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> (Vec<(u16, String)>, String) {
    let mut pieces = pieces.into_iter().filter(|piece| !piece.is_empty());
    let mut rest: &[u8] = &[];
    let mut more = |buffer: &mut [u8]| {
        if rest.is_empty() {
            rest = pieces.next().unwrap_or_default();
        }
        io::Read::read(&mut rest, buffer)
    };
    let (mut received, mut replies) = (Vec::new(), Vec::new());
    loop {
        match incoming::reply(&mut received, &mut more) {
            Ok(reply) => replies.push((reply.code(), reply.text())),
            Err(lost) => return (replies, lost.to_string()),
        }
    }
}

/// What became of a letter in a [`session`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The relay answered the whole letter with this code.
    Answered(u16),
    /// Its end has not left.
    NotSent,
    /// It may have arrived.
    InDoubt,
}

/// Hands `letters` short letters over on a connection that stands, each with the next one's envelope behind it where the
/// relay offers PIPELINING, until one of them ends the session. What became of those whose body was begun.
pub fn session(connection: TcpStream, letters: usize, timeout: Duration) -> Vec<Fate> {
    let relay = SmtpRelay { security: Security::Plaintext, user: None, host: Host::Localhost, port: 25 };
    let access = Access {
        ehlo_domain: "example.org".to_owned(),
        credential: None,
        timeouts: Timeouts::all(timeout),
        tls: None,
    };
    let (Ok(from), Ok(to)) = (Mailbox::parse("c@example.org"), Mailbox::parse("jp@example.net")) else {
        return Vec::new();
    };
    let envelope = Envelope { reverse_path: from, forward_path: to };
    let data = Dotted::new(b"Subject: S\r\n\r\n.x\r\n");
    let watch = Watch { give_up: &|| false, tell: &|_| {} };
    let mut fates = Vec::new();
    let Ok(mut session) = Session::on(connection, &relay, &access, watch) else { return fates };
    let mut begun = session.begin(&envelope, data.size());
    while let Begun::Ready = begun {
        let is_last = fates.len() + 1 >= letters;
        let behind = match (is_last, session.pipelining()) {
            (true, _) => Behind::Quit,
            (false, true) => Behind::Envelope(&envelope, data.size()),
            (false, false) => Behind::Nothing,
        };
        let delivery = session.deliver(&data, behind, || {});
        fates.push(match delivery.outcome {
            DotOutcome::Answered(reply) => Fate::Answered(reply.code()),
            DotOutcome::NotSent(_) => Fate::NotSent,
            DotOutcome::InDoubt(_) => Fate::InDoubt,
        });
        if is_last || delivery.over.is_some() {
            break;
        }
        begun = match delivery.next {
            Some(next) => next,
            None => session.begin(&envelope, data.size()),
        };
    }
    fates
}

/// A message as DATA carries it: lines end in CRLF, dots are stuffed, a dot alone ends it (RFC 5321 §4.5.2).
pub fn dotted(message: &[u8]) -> Vec<u8> {
    Dotted::new(message).as_bytes().to_vec()
}

/// A relay's log, read.
#[derive(Debug, PartialEq, Eq)]
pub struct Log(RelayLog);

impl Log {
    /// Reads a log through a buffer of so many bytes; nothing where it cannot be read.
    pub fn read(log: &[u8], buffer: usize) -> Option<Log> {
        RelayLog::read(BufReader::with_capacity(buffer.max(1), log)).ok().map(Log)
    }

    /// Whether it says that the relay queued the message with this Message-ID.
    pub fn names(&self, message_id: &str) -> bool {
        self.0.names(message_id)
    }

    /// The relay's own ids of messages from `from` to `to` that no answer accounts for.
    pub fn unexplained(&self, from: &str, to: &str) -> Vec<&str> {
        self.0.unexplained(from, to, [])
    }
}
