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

/// What providers want where a password is refused: the host's ending, and what to do.
const HINTS: [(&str, &str); 6] = [
    // Google Account Help 185833, "Sign in with app passwords", read 2024.
    (
        "gmail.com",
        "Gmail wants an app password here, not your usual one: make one at https://myaccount.google.com/apppasswords",
    ),
    // Apple Support 102654, "Sign in to apps with your Apple Account using app-specific passwords", read 2024.
    ("me.com", "iCloud wants an app-specific password: make one at https://account.apple.com"),
    // Yahoo Help SLN15241, "Generate and manage third-party app passwords", read 2024.
    ("yahoo.com", "Yahoo wants an app password: make one in your account's security settings"),
    // Fastmail Help, "App passwords", read 2024.
    ("fastmail.com", "Fastmail wants an app password: Settings, Privacy & Security, Manage app passwords"),
    // Microsoft Support, "Modern Authentication Methods now needed to continue syncing Outlook Email", read 2024.
    (
        "outlook.com",
        "Outlook.com no longer takes passwords from programs, only OAuth2 tokens: use another account, or write the letter with `protest write` and send it from your mail program",
    ),
    (
        "office365.com",
        "Microsoft 365 takes passwords from programs only where the organization allows SMTP AUTH: ask its administrator, or send the letter from your mail program",
    ),
];

/// What to do about a refused log-in at this host, where it is known.
pub(super) fn hint(host: &str) -> Option<&'static str> {
    let host = host.to_ascii_lowercase();
    let is_at = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    HINTS.iter().find(|(domain, _)| is_at(domain)).map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::{Credential, exchange, hint};
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

    #[test]
    fn a_provider_is_known_by_its_domain_and_not_by_a_look_alike() {
        assert!(hint("smtp.gmail.com").unwrap().contains("app password"));
        assert_eq!(hint("smtp.notgmail.com"), None);
    }
}
