//! Logging in (RFC 4954): PLAIN and LOGIN with a password, XOAUTH2 with a token. The secret is never shown.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

/// A log-in name and its secret.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    /// The log-in name.
    pub user: String,
    /// What proves it.
    pub secret: Secret,
    /// Whether PLAIN is not to be tried, whatever the relay offers.
    pub only_login: bool,
}

/// What proves that the user is the user.
#[derive(Clone, Debug)]
pub(crate) enum Secret {
    /// A password, or a token where the relay takes nothing else.
    Password(SecretString),
    /// An `OAuth2` token.
    Token(Token),
}

/// An `OAuth2` token, which all connections share, and where the next one comes from when it has expired.
#[derive(Clone)]
pub(crate) struct Token {
    current: Arc<Mutex<SecretString>>,
    next: Option<Arc<Next>>,
}

type Next = dyn Fn() -> Result<SecretString, String> + Send + Sync;

impl Token {
    /// A token; `next`, where there is one, gives another, or says why there is none.
    pub(crate) fn new(
        first: SecretString,
        next: Option<impl Fn() -> Result<SecretString, String> + Send + Sync + 'static>,
    ) -> Token {
        Token { current: Arc::new(Mutex::new(first)), next: next.map(|next| Arc::new(next) as Arc<Next>) }
    }

    fn current(&self) -> SecretString {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sees to it that the token is another than `refused`: another connection may have fetched it meanwhile.
    ///
    /// # Errors
    /// Why there is no other.
    fn renew(&self, refused: &SecretString) -> Result<(), String> {
        let is_refused = |token: &SecretString| token.expose_secret() == refused.expose_secret();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_refused(&current) {
            return Ok(());
        }
        let next =
            self.next.as_ref().ok_or("nothing is there to fetch another token: give password_command")?;
        let token = next()?;
        if is_refused(&token) {
            return Err("password_command prints the same token again".to_owned());
        }
        *current = token;
        Ok(())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// The mechanism of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Login,
    Bearer,
}

/// A way to log in, and what is sent for it, line by line, each after the relay's 334.
#[derive(Debug)]
pub(super) struct Exchange {
    kind: Kind,
    pub(super) first: SecretString,
    pub(super) then: Vec<SecretString>,
    token: Option<(Token, SecretString)>,
}

impl Exchange {
    /// Whether it is PLAIN.
    pub(super) fn is_plain(&self) -> bool {
        self.kind == Kind::Plain
    }

    /// After a refusal: whether another token is there to be tried; a password stays what it is.
    pub(super) fn renew(&self) -> Option<Result<(), String>> {
        self.token.as_ref().map(|(token, refused)| token.renew(refused))
    }
}

/// The ways to log in that are offered, the simplest first; none where none of them is known.
pub(super) fn exchanges(offered: &[String], credential: &Credential) -> Vec<Exchange> {
    let offers = |name: &str| offered.iter().any(|offered| offered.eq_ignore_ascii_case(name));
    let user = &credential.user;
    match &credential.secret {
        Secret::Token(token) => {
            let current = token.current();
            let way = || Exchange {
                kind: Kind::Bearer,
                first: bearer(user, &current),
                then: Vec::new(),
                token: Some((token.clone(), current.clone())),
            };
            offers("XOAUTH2").then(way).into_iter().collect()
        }
        Secret::Password(password) => {
            let bearer = || Exchange {
                kind: Kind::Bearer,
                first: bearer(user, password),
                then: Vec::new(),
                token: None,
            };
            let plain = (offers("PLAIN") && !credential.only_login).then(|| plain(user, password));
            let ways: Vec<Exchange> =
                plain.into_iter().chain(offers("LOGIN").then(|| login(user, password))).collect();
            if ways.is_empty() && offers("XOAUTH2") { vec![bearer()] } else { ways }
        }
    }
}

fn plain(user: &str, password: &SecretString) -> Exchange {
    let response = STANDARD.encode(format!("\0{user}\0{}", password.expose_secret()));
    let first = format!("AUTH PLAIN {response}").into();
    Exchange { kind: Kind::Plain, first, then: Vec::new(), token: None }
}

fn login(user: &str, password: &SecretString) -> Exchange {
    let then = vec![STANDARD.encode(user).into(), STANDARD.encode(password.expose_secret()).into()];
    Exchange { kind: Kind::Login, first: "AUTH LOGIN".to_owned().into(), then, token: None }
}

fn bearer(user: &str, token: &SecretString) -> SecretString {
    let response = format!("user={user}\u{1}auth=Bearer {}\u{1}\u{1}", token.expose_secret());
    format!("AUTH XOAUTH2 {}", STANDARD.encode(response)).into()
}

#[cfg(test)]
mod tests {
    use super::{Credential, Secret, Token, exchanges};
    use secrecy::{ExposeSecret as _, SecretString};
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn credential(secret: Secret) -> Credential {
        Credential { user: "aiko".into(), secret, only_login: false }
    }

    fn lines_with(offered: &[&str], secret: Secret) -> Option<Vec<String>> {
        let offered: Vec<String> = offered.iter().map(|name| (*name).to_owned()).collect();
        let exchange = exchanges(&offered, &credential(secret)).into_iter().next()?;
        let lines = std::iter::once(&exchange.first).chain(&exchange.then);
        Some(lines.map(|line| line.expose_secret().to_owned()).collect())
    }

    fn lines(offered: &[&str]) -> Option<Vec<String>> {
        lines_with(offered, Secret::Password("hunter2".to_owned().into()))
    }

    fn no_next() -> Option<fn() -> Result<SecretString, String>> {
        None
    }

    /// user=aiko, auth=Bearer hunter2
    const BEARER: &str = "AUTH XOAUTH2 dXNlcj1haWtvAWF1dGg9QmVhcmVyIGh1bnRlcjIBAQ==";

    #[test]
    fn the_simplest_mechanism_offered_is_used() {
        // "\0aiko\0hunter2"
        assert_eq!(lines(&["LOGIN", "plain"]).unwrap(), ["AUTH PLAIN AGFpa28AaHVudGVyMg=="]);
        assert_eq!(lines(&["LOGIN"]).unwrap(), ["AUTH LOGIN", "YWlrbw==", "aHVudGVyMg=="]);
        assert_eq!(lines(&["XOAUTH2"]).unwrap(), [BEARER]);
        assert_eq!(lines(&["GSSAPI"]), None);
        let both = ["PLAIN".to_owned(), "LOGIN".to_owned()];
        let password = Secret::Password("hunter2".to_owned().into());
        let mut credential = credential(password);
        assert_eq!(exchanges(&both, &credential).len(), 2);
        credential.only_login = true;
        assert_eq!(exchanges(&both, &credential)[0].first.expose_secret(), "AUTH LOGIN");
    }

    #[test]
    fn a_token_is_never_sent_as_a_password() {
        let token = || Secret::Token(Token::new("hunter2".to_owned().into(), no_next()));
        assert_eq!(lines_with(&["PLAIN", "LOGIN", "XOAUTH2"], token()).unwrap(), [BEARER]);
        assert_eq!(lines_with(&["PLAIN", "LOGIN"], token()), None);
    }

    #[test]
    fn a_refused_token_is_fetched_anew_once_for_all_connections() {
        static FETCHED: AtomicUsize = AtomicUsize::new(0);
        let next = || {
            let number = FETCHED.fetch_add(1, Ordering::Relaxed);
            Ok(format!("token {number}").into())
        };
        let token = Token::new("old".to_owned().into(), Some(next));
        let old = token.current();
        assert_eq!(token.renew(&old), Ok(()));
        // The second connection was refused with the old one as well.
        assert_eq!(token.clone().renew(&old), Ok(()));
        assert_eq!((token.current().expose_secret(), FETCHED.load(Ordering::Relaxed)), ("token 0", 1));
    }

    #[test]
    fn the_same_token_again_is_told_and_no_reason_to_try_again() {
        let token = Token::new("old".to_owned().into(), Some(|| Ok("old".to_owned().into())));
        assert!(token.renew(&token.current()).unwrap_err().contains("the same token"));
        let token = Token::new("old".to_owned().into(), no_next());
        assert!(token.renew(&token.current()).unwrap_err().contains("give password_command"));
    }

    #[test]
    fn the_secret_is_not_in_what_debug_shows() {
        for secret in [
            Secret::Password("hunter2".to_owned().into()),
            Secret::Token(Token::new("hunter2".to_owned().into(), no_next())),
        ] {
            assert!(!format!("{:?}", credential(secret)).contains("hunter2"));
        }
    }
}
