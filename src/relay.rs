//! The relay: the mail server that a message is handed to, as one URL.
//!
//! A URL that is refused is refused before any connection is made. A password in it is never shown again.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use crate::exit::{Exit, ExitCode};
use crate::percent;
use crate::suggestion;
use crate::wording::quoted;

/// Where messages are handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Relay {
    /// An SMTP server.
    Smtp(SmtpRelay),
    /// The local sendmail program.
    Sendmail,
    /// A folder that gets one `.eml` a letter: a rehearsal on disk.
    Directory(PathBuf),
}

/// An SMTP server, and how it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SmtpRelay {
    /// How the connection is protected.
    pub security: Security,
    /// The log-in name, if there is one.
    pub user: Option<String>,
    /// The server.
    pub host: Host,
    /// Its port.
    pub port: u16,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// STARTTLS (RFC 3207), without which nothing goes on.
    StartTls,
    /// None: loopback only.
    Plaintext,
}

/// A server's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// `localhost`, which is dialled and never looked up.
    Localhost,
    /// An address.
    Address(IpAddr),
    /// A name, as A-labels.
    Name(String),
}

/// Why a URL is no relay.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum RelayError {
    #[error(
        "the relay URL has a password in it, which others on this machine could see: take it out, and give it when you are asked, or in PROTEST_SMTP_PASSWORD, or by password_command"
    )]
    Password,
    #[error("{} is no way to a relay{}: write smtps://USER@HOST, smtp+starttls://USER@HOST, sendmail: or file:DIR", quoted(scheme), hint.map(|hint| format!(" (did you mean {hint}?)")).unwrap_or_default())]
    Scheme { scheme: String, hint: Option<&'static str> },
    #[error("the relay URL's host {} is no host name or address", quoted(.0))]
    Host(String),
    // What stands there may be a password, so neither shows it.
    #[error(
        "the relay URL's port is no number from 1 to 65535: write HOST or HOST:PORT, such as smtp.example.org:465"
    )]
    Port,
    #[error("the relay URL ends after the host and the port: what follows them has no place in it")]
    Trailing,
    #[error("write {0}: with a colon behind it")]
    NoColon(&'static str),
    #[error("the relay URL lacks the // after {0}: write {0}://USER@HOST")]
    NoSlashes(&'static str),
    #[error("the relay URL's user has a character that cannot stand there")]
    User,
    #[error(
        "smtp:// speaks without encryption, and {0} is not this machine: use smtps:// or smtp+starttls://"
    )]
    PlaintextAbroad(String),
    #[error(
        "smtp:// speaks without encryption, so there is no log-in over it: leave out the user, or use smtps:// or smtp+starttls://. A mail bridge on this machine speaks STARTTLS: smtp+starttls://USER@127.0.0.1:PORT, with its own certificate in --ca"
    )]
    PlaintextLogIn,
    #[error("file: needs a folder, such as file:letters")]
    NoFolder,
}

impl ExitCode for RelayError {
    fn exit(&self) -> Exit {
        match self {
            RelayError::Password => Exit::Usage,
            _ => Exit::Config,
        }
    }
}

const SCHEMES: [(&str, Security, u16); 3] = [
    ("smtps", Security::Implicit, 465),
    ("smtp+starttls", Security::StartTls, 587),
    ("smtp", Security::Plaintext, 25),
];

impl Relay {
    /// Reads a relay URL.
    ///
    /// # Errors
    /// [`RelayError`], without the password if there was one.
    pub(crate) fn parse(url: &str) -> Result<Relay, RelayError> {
        let url = url.trim();
        if url.eq_ignore_ascii_case("sendmail:") {
            return Ok(Relay::Sendmail);
        }
        if url.eq_ignore_ascii_case("sendmail") {
            return Err(RelayError::NoColon("sendmail"));
        }
        if let Some(folder) = url.strip_prefix("file:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            if folder.is_empty() {
                return Err(RelayError::NoFolder);
            }
            return Ok(Relay::Directory(PathBuf::from(folder)));
        }
        let (scheme, rest) = url.split_once("://").ok_or_else(|| unknown_scheme(url))?;
        let known = SCHEMES.iter().find(|(known, ..)| scheme.eq_ignore_ascii_case(known));
        let (_, security, default_port) = known.ok_or_else(|| unknown_scheme(url))?;
        // Users type their whole address as the log-in name, so the host follows the last @.
        let (user, server) = match rest.rsplit_once('@') {
            Some((user, server)) => (Some(user), server),
            None => (None, rest),
        };
        let user = user.map(decoded_user).transpose()?;
        let (host, port) = host_and_port(server)?;
        let host = host_of(host)?;
        if *security == Security::Plaintext {
            if !host.is_loopback() {
                return Err(RelayError::PlaintextAbroad(host.to_string()));
            }
            if user.is_some() {
                return Err(RelayError::PlaintextLogIn);
            }
        }
        let port = port.map_or(Ok(*default_port), port_of)?;
        Ok(Relay::Smtp(SmtpRelay { security: *security, user, host, port }))
    }

    /// The log-in name, if there is one.
    pub(crate) fn user(&self) -> Option<&str> {
        match self {
            Relay::Smtp(relay) => relay.user.as_deref(),
            Relay::Sendmail | Relay::Directory(_) => None,
        }
    }

    /// What makes one doubt that this is meant: a port that is known for something else.
    pub(crate) fn doubt(&self) -> Option<String> {
        let Relay::Smtp(relay) = self else { return None };
        let is_for = match (relay.port, relay.security) {
            (110 | 995, _) => {
                "is POP3's, over which letters are fetched; they go out on 465 (smtps://) or 587 (smtp+starttls://)"
            }
            (143 | 993, _) => {
                "is IMAP's, over which letters are read; they go out on 465 (smtps://) or 587 (smtp+starttls://)"
            }
            (587, Security::Implicit) => "usually speaks in clear first: is it smtp+starttls://?",
            (465, Security::StartTls | Security::Plaintext) => {
                "usually wants TLS from the first byte: is it smtps://?"
            }
            _ => return None,
        };
        Some(format!("Port {} {is_for}", relay.port))
    }

    /// The folder of a rehearsal on disk.
    pub(crate) fn directory(&self) -> Option<&Path> {
        match self {
            Relay::Directory(folder) => Some(folder),
            Relay::Smtp(_) | Relay::Sendmail => None,
        }
    }
}

impl Host {
    /// Reads a host name or address.
    ///
    /// # Errors
    /// [`RelayError::Host`]
    pub(crate) fn parse(host: &str) -> Result<Host, RelayError> {
        host_of(host)
    }

    /// Parts `HOST:PORT`.
    ///
    /// # Errors
    /// [`RelayError`] where neither stands there.
    pub(crate) fn with_port(server: &str) -> Result<(&str, Option<&str>), RelayError> {
        host_and_port(server)
    }

    /// Whether it is this machine, by what stands there and not by what a look-up might say.
    pub(crate) fn is_loopback(&self) -> bool {
        match self {
            Host::Localhost => true,
            Host::Address(address) => match address {
                IpAddr::V4(address) => address.octets()[0] == 127,
                IpAddr::V6(address) => *address == Ipv6Addr::LOCALHOST,
            },
            Host::Name(_) => false,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Localhost => f.write_str("localhost"),
            Host::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Host::Address(address) => write!(f, "{address}"),
            Host::Name(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for SmtpRelay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl fmt::Display for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Relay::Smtp(relay) => relay.fmt(f),
            Relay::Sendmail => f.write_str("sendmail"),
            Relay::Directory(folder) => write!(f, "the folder {}", folder.display()),
        }
    }
}

/// An unknown scheme; what stands before an @ is left out, since a password may be in it.
fn unknown_scheme(url: &str) -> RelayError {
    let scheme = url.split([':', '/', '@']).next().unwrap_or_default();
    if let Some((known, ..)) = SCHEMES.iter().find(|(known, ..)| scheme.eq_ignore_ascii_case(known)) {
        return RelayError::NoSlashes(known);
    }
    let known = SCHEMES.iter().map(|(known, ..)| *known).chain(["sendmail", "file"]);
    RelayError::Scheme { scheme: scheme.chars().take(40).collect(), hint: suggestion::nearest(scheme, known) }
}

fn decoded_user(user: &str) -> Result<String, RelayError> {
    if user.contains(':') {
        return Err(RelayError::Password);
    }
    let decoded = percent::decoded(user).ok_or(RelayError::User)?;
    let is_fit = !decoded.is_empty() && !decoded.contains(|c: char| c.is_control() || c == ' ' || c == '/');
    if is_fit { Ok(decoded) } else { Err(RelayError::User) }
}

fn host_and_port(server: &str) -> Result<(&str, Option<&str>), RelayError> {
    let server = server.strip_suffix('/').unwrap_or(server);
    if server.contains(['/', '?', '#']) {
        return Err(RelayError::Trailing);
    }
    if let Some(literal) = server.strip_prefix('[') {
        let refused = || RelayError::Host(shown_literal(server));
        let (address, rest) = literal.split_once(']').ok_or_else(refused)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((&server[..address.len() + 2], Some(port))),
            None if rest.is_empty() => Ok((server, None)),
            None => Err(refused()),
        };
    }
    Ok(match server.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (server, None),
    })
}

/// An address between brackets as an error shows it; nothing of what is none, since a password may stand there.
fn shown_literal(host: &str) -> String {
    let is_of_an_address = |c: &char| c.is_ascii_hexdigit() || "[]:.%".contains(*c);
    let shown: String = host.chars().take(80).take_while(is_of_an_address).collect();
    if shown.len() == host.len() { shown } else { "[…]".to_owned() }
}

fn host_of(host: &str) -> Result<Host, RelayError> {
    let refused = || {
        let is_literal = host.starts_with('[');
        RelayError::Host(if is_literal { shown_literal(host) } else { host.chars().take(80).collect() })
    };
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return literal
            .parse::<Ipv6Addr>()
            .map(|address| Host::Address(address.into()))
            .map_err(|_| refused());
    }
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(Host::Localhost);
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Ok(Host::Address(address.into()));
    }
    let ascii = idna::domain_to_ascii_strict(host).map_err(|_| refused())?;
    let is_name = !ascii.is_empty()
        && ascii.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
        });
    // 127.1, 2130706433 and 0x7f.1 are addresses to some resolvers: what looks like a number must be a whole one.
    let looks_numeric = ascii
        .rsplit('.')
        .next()
        .is_some_and(|last| last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit()));
    if is_name && !looks_numeric { Ok(Host::Name(ascii)) } else { Err(refused()) }
}

fn port_of(port: &str) -> Result<u16, RelayError> {
    let number = port.bytes().all(|b| b.is_ascii_digit()).then(|| port.parse().ok()).flatten();
    number.filter(|port| *port != 0).ok_or(RelayError::Port)
}

#[cfg(test)]
mod tests;
