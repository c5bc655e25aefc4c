//! Logging in (RFC 4954): PLAIN and LOGIN with a password, XOAUTH2 with a token. The secret is never shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

/// A log-in name and its secret.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The log-in name.
    pub user: String,
    /// The password, or the token where the relay takes nothing else.
    pub secret: SecretString,
}

/// A way to log in, and what is sent for it, line by line, each after the relay's 334.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) first: SecretString,
    pub(super) then: Vec<SecretString>,
}

/// The simplest mechanism of those offered; nothing where none of them is known.
pub(super) fn exchange(offered: &[String], credential: &Credential) -> Option<Exchange> {
    let offers = |name: &str| offered.iter().any(|offered| offered.eq_ignore_ascii_case(name));
    let secret = credential.secret.expose_secret();
    let encoded = |text: &str| STANDARD.encode(text);
    if offers("PLAIN") {
        let response = encoded(&format!("\0{}\0{secret}", credential.user));
        return Some(Exchange { first: format!("AUTH PLAIN {response}").into(), then: Vec::new() });
    }
    if offers("LOGIN") {
        let then = vec![encoded(&credential.user).into(), encoded(secret).into()];
        return Some(Exchange { first: "AUTH LOGIN".to_owned().into(), then });
    }
    if offers("XOAUTH2") {
        let response = encoded(&format!("user={}\u{1}auth=Bearer {secret}\u{1}\u{1}", credential.user));
        return Some(Exchange { first: format!("AUTH XOAUTH2 {response}").into(), then: Vec::new() });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Credential, exchange};
    use secrecy::ExposeSecret as _;

    fn lines(offered: &[&str]) -> Option<Vec<String>> {
        let credential = Credential { user: "aiko".into(), secret: "hunter2".to_owned().into() };
        let offered: Vec<String> = offered.iter().map(|name| (*name).to_owned()).collect();
        let exchange = exchange(&offered, &credential)?;
        let lines = std::iter::once(&exchange.first).chain(&exchange.then);
        Some(lines.map(|line| line.expose_secret().to_owned()).collect())
    }

    #[test]
    fn the_simplest_mechanism_offered_is_used() {
        // "\0aiko\0hunter2"
        assert_eq!(lines(&["LOGIN", "plain"]).unwrap(), ["AUTH PLAIN AGFpa28AaHVudGVyMg=="]);
        assert_eq!(lines(&["LOGIN"]).unwrap(), ["AUTH LOGIN", "YWlrbw==", "aHVudGVyMg=="]);
        assert!(
            lines(&["XOAUTH2"]).unwrap()[0]
                .starts_with("AUTH XOAUTH2 dXNlcj1haWtvAWF1dGg9QmVhcmVyIGh1bnRlcjIBAQ==")
        );
        assert_eq!(lines(&["GSSAPI"]), None);
    }

    #[test]
    fn the_secret_is_not_in_what_debug_shows() {
        let credential = Credential { user: "aiko".into(), secret: "hunter2".to_owned().into() };
        assert!(!format!("{credential:?}").contains("hunter2"));
    }
}
