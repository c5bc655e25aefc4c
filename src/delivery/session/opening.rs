//! From a relay's URL to a session that is ready for its first letter.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;

use super::error::SessionError;
use super::stream::{Patience, Stream, TICK};
use super::{Access, Lost, Session};
use crate::delivery::auth::{self, Credential, Secret};
use crate::delivery::reply::Reply;
use crate::delivery::tls;
use crate::provider::{self, Provider};
use crate::relay::{Host, Security, SmtpRelay};

/// What the relay offers after EHLO.
#[derive(Debug, Default)]
struct Offer {
    start_tls: bool,
    pipelining: bool,
    size: bool,
    mechanisms: Vec<String>,
}

impl<'w> Session<'w> {
    /// Connects, greets, protects the connection, logs in; with another token on another connection, where the first
    /// has expired.
    ///
    /// # Errors
    /// [`SessionError`]; nothing of any letter has left by then.
    pub(crate) fn open(
        relay: &SmtpRelay,
        access: &Access,
        give_up: &'w (dyn Fn() -> bool + Sync),
    ) -> Result<Session<'w>, SessionError> {
        match Session::open_once(relay, access, give_up) {
            Err(SessionError::TokenExpired { .. }) => {
                Session::open_once(relay, access, give_up).map_err(|error| match error {
                    SessionError::TokenExpired { relay, reply } => {
                        SessionError::LogInRefused { relay, reply, hint: None }
                    }
                    error => error,
                })
            }
            opened => opened,
        }
    }

    fn open_once(
        relay: &SmtpRelay,
        access: &Access,
        give_up: &'w (dyn Fn() -> bool + Sync),
    ) -> Result<Session<'w>, SessionError> {
        let name = relay.to_string();
        let socket = connect_unless(relay, access.timeouts.connect, give_up)
            .map_err(|error| SessionError::NoConnection { relay: name.clone(), problem: in_words(&error) })?;
        let mut session = Session {
            stream: Stream::new(socket, give_up),
            received: Vec::new(),
            timeouts: access.timeouts,
            pipelining: false,
            size: false,
            relay: name,
        };
        if relay.security == Security::Implicit {
            session.start_tls(relay, access)?;
        }
        let greeting = session
            .reply(Patience::of_a_command(access.timeouts.command))
            .map_err(|lost| session.lost(&lost, "at its greeting"))?;
        if greeting.code() != 220 {
            return Err(session.unwilling(&greeting));
        }
        let mut offer = session.ehlo(access)?;
        if relay.security == Security::StartTls {
            session.upgrade(relay, access, &offer)?;
            offer = session.ehlo(access)?;
        }
        if let Some(credential) = &access.credential {
            session.log_in(relay, credential, &offer)?;
        }
        session.pipelining = offer.pipelining;
        session.size = offer.size;
        Ok(session)
    }

    fn start_tls(&mut self, relay: &SmtpRelay, access: &Access) -> Result<(), SessionError> {
        let name = self.relay.clone();
        let (Some(config), Some(server_name)) = (&access.tls, tls::server_name(&relay.host)) else {
            return Err(SessionError::NoTls { relay: name, problem: "no TLS is set up".to_owned() });
        };
        self.stream.start_tls(config, server_name, access.timeouts.command).map_err(|error| {
            let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            match of_tls.map(|error| (tls::about_certificate(error), error)) {
                Some((Some(problem), _)) => SessionError::Certificate { relay: name, problem },
                Some((None, error)) => SessionError::NoTls { relay: name, problem: error.to_string() },
                None => self.lost(&Lost::Io(error), "while TLS began"),
            }
        })
    }

    /// STARTTLS (RFC 3207). What came in the clear is forgotten, and nothing may come between `220` and TLS.
    fn upgrade(&mut self, relay: &SmtpRelay, access: &Access, offer: &Offer) -> Result<(), SessionError> {
        let name = || self.relay.clone();
        if !offer.start_tls {
            return Err(SessionError::NoStartTls { relay: name() });
        }
        let reply = self.command("STARTTLS").map_err(|lost| self.lost(&lost, "after STARTTLS"))?;
        if reply.code() != 220 {
            return Err(SessionError::StartTlsRefused {
                relay: self.relay.clone(),
                reply: reply.to_string(),
            });
        }
        if !self.received.is_empty() {
            return Err(SessionError::Injected { relay: self.relay.clone() });
        }
        self.start_tls(relay, access)
    }

    fn ehlo(&mut self, access: &Access) -> Result<Offer, SessionError> {
        let reply = self
            .command(&format!("EHLO {}", access.ehlo_domain))
            .map_err(|lost| self.lost(&lost, "after EHLO"))?;
        if reply.code() != 250 {
            return Err(self.unwilling(&reply));
        }
        let mut offer = Offer::default();
        for line in reply.lines().iter().skip(1) {
            let mut words = line.split_ascii_whitespace();
            match words.next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "STARTTLS" => offer.start_tls = true,
                "PIPELINING" => offer.pipelining = true,
                "SIZE" => offer.size = true,
                "AUTH" => offer.mechanisms.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        Ok(offer)
    }

    fn log_in(
        &mut self,
        relay: &SmtpRelay,
        credential: &Credential,
        offer: &Offer,
    ) -> Result<(), SessionError> {
        let exchange =
            auth::exchange(&offer.mechanisms, credential).ok_or_else(|| match credential.secret {
                Secret::Password(_) => SessionError::NoMechanism { relay: self.relay.clone() },
                Secret::Token(_) => SessionError::NoTokens { relay: self.relay.clone() },
            })?;
        let mut reply = self.secret_line(exchange.first.expose_secret())?;
        for line in &exchange.then {
            if reply.code() != 334 {
                break;
            }
            reply = self.secret_line(line.expose_secret())?;
        }
        if reply.code() == 334 {
            // XOAUTH2 tells in a 334 what was wrong, and gives its verdict after an empty line.
            reply = self.secret_line("")?;
        }
        if reply.code() == 235 {
            return Ok(());
        }
        if reply.code() / 100 == 4 {
            return Err(self.unwilling(&reply));
        }
        let (name, reply) = (self.relay.clone(), reply.to_string());
        let hint = match exchange.renew() {
            Some(Ok(())) => return Err(SessionError::TokenExpired { relay: name, reply }),
            Some(Err(problem)) => Some(problem),
            None => provider::at_host(&relay.host.to_string()).and_then(Provider::how_to_log_in),
        };
        Err(SessionError::LogInRefused { relay: name, reply, hint })
    }

    fn secret_line(&mut self, line: &str) -> Result<Reply, SessionError> {
        self.command(line).map_err(|lost| self.lost(&lost, "while logging in"))
    }

    fn lost(&self, lost: &Lost, during: &'static str) -> SessionError {
        SessionError::Lost { relay: self.relay.clone(), problem: lost.to_string(), during }
    }

    fn unwilling(&self, reply: &Reply) -> SessionError {
        let (relay, reply_text) = (self.relay.clone(), reply.to_string());
        if reply.is_about_the_log_in() {
            return SessionError::LogInRefused { relay, reply: reply_text, hint: None };
        }
        SessionError::Unwilling { relay, reply: reply_text }
    }
}

/// Connects, in a thread of its own: neither a look-up of the name nor the system's connecting can be called off.
fn connect_unless(
    relay: &SmtpRelay,
    timeout: Duration,
    give_up: &(dyn Fn() -> bool + Sync),
) -> io::Result<TcpStream> {
    let (tell, told) = mpsc::channel();
    let deadline = Instant::now() + timeout;
    let relay = relay.clone();
    std::thread::spawn(move || {
        // Who asked may have gone.
        let _ = tell.send(connect(&relay, timeout));
    });
    loop {
        match told.recv_timeout(TICK) {
            Ok(connected) => return connected,
            Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::NotConnected.into()),
            Err(RecvTimeoutError::Timeout) if give_up() => return Err(io::ErrorKind::Interrupted.into()),
            Err(RecvTimeoutError::Timeout) if Instant::now() > deadline => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn connect(relay: &SmtpRelay, timeout: Duration) -> io::Result<TcpStream> {
    let addresses: Vec<SocketAddr> = match &relay.host {
        Host::Localhost => vec![
            (IpAddr::V4(Ipv4Addr::LOCALHOST), relay.port).into(),
            (IpAddr::V6(Ipv6Addr::LOCALHOST), relay.port).into(),
        ],
        Host::Address(address) => vec![(*address, relay.port).into()],
        Host::Name(name) => {
            let found = (name.as_str(), relay.port).to_socket_addrs();
            found.map_err(|_| io::Error::from(io::ErrorKind::NotFound))?.collect()
        }
    };
    let deadline = Instant::now() + timeout;
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in addresses {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(socket) => {
                // Without it a letter waits 40 ms for the relay's delayed acknowledgement.
                socket.set_nodelay(true)?;
                return Ok(socket);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "it did not answer in time".to_owned(),
        io::ErrorKind::ConnectionRefused => "nothing listens there (connection refused)".to_owned(),
        io::ErrorKind::Interrupted => "the run ended before it answered".to_owned(),
        io::ErrorKind::NotFound => {
            "no address was found for this name: is it spelt right, and is this machine online?".to_owned()
        }
        _ => error.to_string(),
    }
}
