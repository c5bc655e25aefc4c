//! What answers where no mail server does, or one that is spoken to in the wrong way: told at once, in words.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, ClientConnection, RootCertStore};

use super::connect;
use crate::relay::{Security, SmtpRelay};
use crate::tls;

/// What may be wrong where a relay says nothing.
pub(super) fn of_silence(relay: &SmtpRelay) -> String {
    match relay.security {
        Security::Implicit => format!(
            "{relay} says nothing. smtps:// wants TLS from the first byte, as port 465 has it; on ports 587 and 25 the \
             server speaks first: is it smtp+starttls://? Waiting goes on."
        ),
        Security::StartTls | Security::Plaintext => format!(
            "{relay} says nothing. Ports 587 and 25 greet in clear; port 465 wants TLS from the first byte: is it \
             smtps://? Waiting goes on."
        ),
    }
}

/// What speaks there instead of an SMTP server, by how its greeting begins.
pub(super) fn of_greeting(first_bytes: &[u8]) -> Option<&'static str> {
    const TLS: &str = "that is TLS: this port wants it from the first byte. Write smtps:// (as for port 465)";
    let is_tls = matches!(first_bytes, [0x14..=0x17, 3, ..]);
    let begins = |with: &str| {
        first_bytes.get(..with.len()).is_some_and(|first| first.eq_ignore_ascii_case(with.as_bytes()))
    };
    if is_tls {
        return Some(TLS);
    }
    [
        ("* OK", "is this port an IMAP server's? Letters go out on 465 (smtps://) or 587 (smtp+starttls://)"),
        (
            "* PREAUTH",
            "is this port an IMAP server's? Letters go out on 465 (smtps://) or 587 (smtp+starttls://)",
        ),
        (
            "* BYE",
            "is this port an IMAP server's? Letters go out on 465 (smtps://) or 587 (smtp+starttls://)",
        ),
        ("+OK", "is this port a POP3 server's? Letters go out on 465 (smtps://) or 587 (smtp+starttls://)"),
        ("HTTP/", "is this port a web server's? Letters go out on 465 (smtps://) or 587 (smtp+starttls://)"),
        ("<", "is this port a web server's? Letters go out on 465 (smtps://) or 587 (smtp+starttls://)"),
        ("SSH-", "is this port an SSH server's? Letters go out on 465 (smtps://) or 587 (smtp+starttls://)"),
    ]
    .into_iter()
    .find(|(sign, _)| begins(sign))
    .map(|(_, what)| what)
}

/// Whether a greeting in clear came where TLS was due.
pub(super) fn greets_in_clear(first_bytes: &[u8]) -> bool {
    matches!(first_bytes, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..])
}

/// Whether the port answers TLS's first message with TLS: asked on a connection of its own, where a relay says nothing
/// in clear. Nothing else is said there.
pub(super) fn wants_tls(relay: &SmtpRelay, give_up: &(dyn Fn() -> bool + Sync)) -> bool {
    const PATIENCE: Duration = Duration::from_secs(5);
    // Port 25 is other servers': who speaks there before the greeting is taken for a sender of spam.
    if relay.port == 25 {
        return false;
    }
    let Ok(mut socket) = connect::connect(relay, PATIENCE, give_up) else { return false };
    let Some(hello) = client_hello(relay) else { return false };
    let mut first = [0; 3];
    let asked = socket
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| socket.set_write_timeout(Some(PATIENCE)))
        .and_then(|()| socket.write_all(&hello))
        .and_then(|()| socket.read_exact(&mut first));
    let _ = TcpStream::shutdown(&socket, std::net::Shutdown::Both);
    asked.is_ok() && matches!(first, [0x14..=0x17, 3, _])
}

/// TLS's first message. The handshake is never finished, so that nobody needs to be trusted for it.
fn client_hello(relay: &SmtpRelay) -> Option<Vec<u8>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let mut tls = ClientConnection::new(Arc::new(config), tls::server_name(&relay.host)?).ok()?;
    let mut hello = Vec::new();
    while tls.wants_write() {
        tls.write_tls(&mut hello).ok()?;
    }
    Some(hello)
}

#[cfg(test)]
mod tests {
    use super::{greets_in_clear, of_greeting};

    #[test]
    fn what_speaks_on_a_port_is_known_by_its_first_bytes() {
        assert!(of_greeting(b"* OK IMAP4rev1 ready").unwrap().contains("IMAP"));
        assert!(of_greeting(b"+OK POP3 ready").unwrap().contains("POP3"));
        assert!(of_greeting(b"HTTP/1.1 400 Bad Request").unwrap().contains("web server"));
        assert!(of_greeting(&[0x15, 3, 1, 0, 2, 2, 70]).unwrap().contains("smtps://"));
        assert_eq!(of_greeting(b"220 relay.example.org ESMTP"), None);
        assert!(greets_in_clear(b"220 relay") && greets_in_clear(b"554-no"));
        assert!(!greets_in_clear(&[0x16, 3, 3]) && !greets_in_clear(b"22"));
    }
}
