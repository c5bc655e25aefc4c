//! What `providers.toml` holds of a provider, each group of facts with its source and date.

use std::fmt::Write as _;
use std::sync::OnceLock;

use serde::Deserialize;

/// A mail provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provider {
    /// Its name.
    pub name: String,
    /// The domains of its customers' addresses.
    pub domains: Vec<String>,
    pub(super) relay: Option<Known<RelayFacts>>,
    pub(super) log_in: Option<Known<LogIn>>,
    /// What an account may send.
    pub limits: Option<Known<Limits>>,
    pub(super) sender_address: Option<Known<SenderAddressFact>>,
    /// Where it writes a Message-ID of its own into what is sent.
    pub message_id: Option<Known<MessageIdFact>>,
}

/// Facts with where they come from.
#[derive(Debug, Deserialize)]
pub(crate) struct Known<T> {
    /// The facts.
    #[serde(flatten)]
    pub facts: T,
    /// Where they come from.
    pub source: String,
    /// When they were looked at: a year, a month or a day.
    pub checked: String,
}

/// A provider's relay.
#[derive(Debug, Deserialize)]
pub(super) struct RelayFacts {
    pub(super) host: String,
    port: u16,
    security: RelaySecurity,
    #[serde(default)]
    user: UserForm,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum RelaySecurity {
    Tls,
    Starttls,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum UserForm {
    #[default]
    Address,
    LocalPart,
}

/// How one logs in.
#[derive(Debug, Deserialize)]
pub(super) struct LogIn {
    kind: LogInKind,
    #[serde(rename = "where")]
    made_at: Option<String>,
    note: Option<String>,
}

/// With what one logs in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum LogInKind {
    /// The account's own password.
    Password,
    /// A password made for one program.
    AppPassword,
    /// Tokens only.
    Oauth2,
}

/// What an account may send.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Limits {
    /// Letters a day.
    pub a_day: Option<u64>,
    /// Letters a minute.
    pub a_minute: Option<u32>,
    /// Letters on one connection.
    pub a_connection: Option<u32>,
    /// Connections side by side.
    pub connections: Option<u16>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SenderAddressFact {
    pub(super) kind: SenderAddress,
}

/// What a provider does with the address that a message was handed over from.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SenderAddress {
    /// It stands in a `Received:` field.
    Added,
    /// It is left out.
    Hidden,
}

/// What a provider does with the Message-ID that it was given: it writes its own.
#[derive(Debug, Deserialize)]
pub(crate) struct MessageIdFact {
    /// The header field in which it keeps the one it was given, if it does.
    pub kept_in: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    provider: Vec<Provider>,
}

pub(super) fn all() -> &'static [Provider] {
    static PROVIDERS: OnceLock<Vec<Provider>> = OnceLock::new();
    // A test reads it: what is compiled in is in order.
    PROVIDERS.get_or_init(|| {
        toml::from_str::<Table>(include_str!("providers.toml"))
            .map_or_else(|_| Vec::new(), |table| table.provider)
    })
}

impl Provider {
    /// Whether addresses at `domain` are its own.
    pub(crate) fn is_home_of(&self, domain: &str) -> bool {
        self.domains.iter().any(|known| known.eq_ignore_ascii_case(domain))
    }

    /// The relay's URL for the account of an address.
    pub(crate) fn relay_url(&self, local_part: &str, domain: &str) -> Option<String> {
        let relay = &self.relay.as_ref()?.facts;
        let (scheme, usual_port) = match relay.security {
            RelaySecurity::Tls => ("smtps", 465),
            RelaySecurity::Starttls => ("smtp+starttls", 587),
        };
        let user = match relay.user {
            UserForm::Address => format!("{local_part}@{domain}"),
            UserForm::LocalPart => local_part.to_owned(),
        };
        let port = if relay.port == usual_port { String::new() } else { format!(":{}", relay.port) };
        Some(format!("{scheme}://{user}@{}{port}", relay.host))
    }

    /// What an account may send here: "Gmail lets an account send 500 letters a day".
    pub(crate) fn limits_in_words(&self) -> Option<String> {
        let facts = &self.limits.as_ref()?.facts;
        let limits: Vec<String> = [
            facts.a_day.map(|letters| format!("{letters} letters a day")),
            facts.a_minute.map(|letters| format!("{letters} a minute")),
            facts.a_connection.map(|letters| format!("{letters} on one connection")),
            facts.connections.map(|connections| format!("over {connections} connections at most")),
        ]
        .into_iter()
        .flatten()
        .collect();
        Some(format!("{} lets an account send {}", self.name, limits.join(", ")))
    }

    /// Whether it takes nothing but `OAuth2` tokens.
    pub(crate) fn takes_tokens_only(&self) -> bool {
        self.log_in.as_ref().is_some_and(|log_in| log_in.facts.kind == LogInKind::Oauth2)
    }

    /// How one logs in here, in a sentence; nothing where nothing special is known.
    pub(crate) fn how_to_log_in(&self) -> Option<String> {
        let LogIn { kind, made_at, note } = &self.log_in.as_ref()?.facts;
        let name = &self.name;
        let mut text = match (kind, made_at) {
            (LogInKind::Password, _) if note.is_none() => return None,
            (LogInKind::Password, _) => format!("{name} takes the account's own password"),
            (LogInKind::AppPassword, Some(place)) => {
                format!("{name} wants an app password, not your usual one: make an app password at {place}")
            }
            (LogInKind::AppPassword, None) => format!("{name} wants an app password, not your usual one"),
            (LogInKind::Oauth2, _) => format!(
                "{name} takes OAuth2 tokens and no passwords: write `auth = \"xoauth2\"` and a password_command that \
                 prints a token into campaign.toml; or use another account; or write the letter with `protest write` \
                 and send it from your mail program"
            ),
        };
        if let Some(note) = note {
            // Writing to a String cannot fail.
            let _ = write!(text, " ({note})");
        }
        Some(text)
    }
}
