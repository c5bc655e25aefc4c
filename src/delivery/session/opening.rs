//! From a relay's URL to a session that is ready for its first letter.

use std::io;
use std::net::TcpStream;

use rustls::{AlertDescription, PeerIncompatible};

use super::error::SessionError;
use super::stream::{NoHandshake, Patience, SILENCE, Stream};
use super::{Access, Lost, Session, Watch, connect, said, wrong_port};
use crate::delivery::reply::Reply;
use crate::relay::{Security, SmtpRelay};
use crate::tls;

/// What the relay offers after EHLO.
#[derive(Debug, Default)]
pub(super) struct Offer {
    start_tls: bool,
    pipelining: bool,
    size: bool,
    pub(super) mechanisms: Vec<String>,
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
        watch: Watch<'w>,
    ) -> Result<Session<'w>, SessionError> {
        match Session::open_once(relay, access, watch) {
            Err(SessionError::TokenExpired { .. }) => {
                Session::open_once(relay, access, watch).map_err(|error| match error {
                    SessionError::TokenExpired { relay, reply } => {
                        SessionError::LogInRefused { relay, reply, hint: None }
                    }
                    error => error,
                })
            }
            opened => opened,
        }
    }

    fn open_once(relay: &SmtpRelay, access: &Access, watch: Watch<'w>) -> Result<Session<'w>, SessionError> {
        let name = relay.to_string();
        let no_connection = |error: &io::Error| SessionError::NoConnection {
            relay: name.clone(),
            problem: connect::in_words(error),
        };
        let socket = connect::connect(relay, access.timeouts.connect, watch.give_up)
            .map_err(|error| no_connection(&error))?;
        Session::on(socket, relay, access, watch)
    }

    /// The session on a connection that stands: the greeting, and all before the first letter.
    ///
    /// # Errors
    /// As those of [`Session::open`].
    pub(crate) fn on(
        socket: TcpStream,
        relay: &SmtpRelay,
        access: &Access,
        watch: Watch<'w>,
    ) -> Result<Session<'w>, SessionError> {
        let mut session = Session {
            stream: Stream::new(socket, watch.give_up),
            received: Vec::new(),
            timeouts: access.timeouts,
            pipelining: false,
            size: false,
            relay: relay.to_string(),
            counted: None,
        };
        if relay.security == Security::Implicit {
            session.start_tls(relay, access, watch)?;
        }
        let greeting = session.greeting(relay, watch)?;
        if greeting.code() != 220 {
            return Err(session.unwilling(&greeting));
        }
        let mut offer = session.ehlo(access)?;
        if relay.security == Security::StartTls {
            session.upgrade(relay, access, &offer, watch)?;
            offer = session.ehlo(access)?;
        }
        if let Some(credential) = &access.credential {
            session.log_in(relay, credential, &offer)?;
        }
        session.pipelining = offer.pipelining;
        session.size = offer.size;
        Ok(session)
    }

    /// The relay's first words, or what speaks there instead.
    fn greeting(&mut self, relay: &SmtpRelay, watch: Watch<'_>) -> Result<Reply, SessionError> {
        let timeout = self.timeouts.command;
        let first = self.stream_in(Patience::of_a_command(timeout.min(SILENCE)));
        match first {
            Err(Lost::Io(error)) if error.kind() == io::ErrorKind::TimedOut && timeout > SILENCE => {
                if relay.security != Security::Implicit && wrong_port::wants_tls(relay, watch.give_up) {
                    return Err(self.wrong_port(
                        "it says nothing in clear, and answers TLS: write smtps:// (as for port 465)",
                    ));
                }
                (watch.tell)(&wrong_port::of_silence(relay));
                self.stream_in(Patience::of_a_command(timeout.saturating_sub(SILENCE)))
                    .map_err(|lost| self.lost(&lost, "at its greeting"))?;
            }
            first => first.map_err(|lost| self.lost(&lost, "at its greeting"))?,
        }
        let first_bytes = self.received.clone();
        self.reply(Patience::of_a_command(timeout)).map_err(|lost| {
            match wrong_port::of_greeting(&first_bytes) {
                Some(what) => self.wrong_port(&format!("it greets with {}: {what}", said(&first_bytes))),
                None => match lost {
                    Lost::NoReply(reply) => SessionError::Unwilling { relay: self.relay.clone(), reply },
                    lost => self.lost(&lost, "at its greeting"),
                },
            }
        })
    }

    /// Waits for the first bytes.
    fn stream_in(&mut self, patience: Patience) -> Result<(), Lost> {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer, patience).map_err(Lost::Io)? {
            0 => Err(Lost::Closed),
            count => {
                self.received.extend_from_slice(&buffer[..count]);
                Ok(())
            }
        }
    }

    fn wrong_port(&self, problem: &str) -> SessionError {
        SessionError::WrongPort { relay: self.relay.clone(), problem: problem.to_owned() }
    }

    fn start_tls(
        &mut self,
        relay: &SmtpRelay,
        access: &Access,
        watch: Watch<'_>,
    ) -> Result<(), SessionError> {
        let name = self.relay.clone();
        let (Some(config), Some(server_name)) = (&access.tls, tls::server_name(&relay.host)) else {
            return Err(SessionError::NoTls { relay: name, problem: "no TLS is set up".to_owned() });
        };
        let quiet = || (watch.tell)(&wrong_port::of_silence(relay));
        let shaken = self.stream.start_tls(config, server_name, access.timeouts.command, quiet);
        shaken.map_err(|NoHandshake { error, first_bytes }| {
            if relay.security == Security::Implicit && wrong_port::greets_in_clear(&first_bytes) {
                return self.wrong_port(&format!(
                    "it greets in clear ({}), where smtps:// wants TLS from the first byte: write smtp+starttls:// (as for \
                     port 587)",
                    said(&first_bytes)
                ));
            }
            let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
                return self.lost(&Lost::Io(error), "while TLS began");
            };
            match (tls::about_certificate(error, "--ca FILE"), error) {
                (Some(problem), _) => SessionError::Certificate { relay: name, problem },
                (
                    None,
                    rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)
                    | rustls::Error::PeerIncompatible(
                        PeerIncompatible::ServerDoesNotSupportTls12Or13
                        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
                    ),
                ) => SessionError::OldTls { relay: name },
                (None, error) => SessionError::NoTls { relay: name, problem: error.to_string() },
            }
        })
    }

    /// STARTTLS (RFC 3207). What came in the clear is forgotten, and nothing may come between `220` and TLS.
    fn upgrade(
        &mut self,
        relay: &SmtpRelay,
        access: &Access,
        offer: &Offer,
        watch: Watch<'_>,
    ) -> Result<(), SessionError> {
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
        self.start_tls(relay, access, watch)
    }

    fn ehlo(&mut self, access: &Access) -> Result<Offer, SessionError> {
        let reply = self
            .command(&format!("EHLO {}", access.ehlo_domain))
            .map_err(|lost| self.lost(&lost, "after EHLO"))?;
        // A relay from before 1995, or a small one: HELO has no extensions.
        if matches!(reply.code(), 500 | 502) {
            let reply = self
                .command(&format!("HELO {}", access.ehlo_domain))
                .map_err(|lost| self.lost(&lost, "after HELO"))?;
            return if reply.code() == 250 { Ok(Offer::default()) } else { Err(self.unwilling(&reply)) };
        }
        if reply.code() != 250 {
            return Err(self.unwilling(&reply));
        }
        let mut offer = Offer::default();
        for line in reply.lines().iter().skip(1) {
            let mut words = line.split_ascii_whitespace();
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            // As servers wrote it before RFC 4954, for old Outlooks.
            if let Some(mechanism) = keyword.strip_prefix("AUTH=") {
                offer.mechanisms.push(mechanism.to_owned());
                offer.mechanisms.extend(words.map(str::to_owned));
                continue;
            }
            match keyword.as_str() {
                "STARTTLS" => offer.start_tls = true,
                "PIPELINING" => offer.pipelining = true,
                "SIZE" => offer.size = true,
                "AUTH" => offer.mechanisms.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        Ok(offer)
    }

    pub(super) fn lost(&self, lost: &Lost, during: &'static str) -> SessionError {
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
