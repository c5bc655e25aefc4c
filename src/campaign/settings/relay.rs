//! Through which relay letters go, and how one gets in: the options, the keys, and what follows from them.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::error::SettingsError;
use crate::campaign::amount;
use crate::exit::ExitCode as _;
use crate::keyed_toml::{KeyedToml, Set};
use crate::relay::Relay;
use crate::wording::quoted;

/// Whom to trust, on the command line.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct RelayOptions {
    /// A certificate to trust besides the system's (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Sending")]
    pub ca: Option<PathBuf>,
}

/// What is needed to get in at the relay.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccessSettings {
    /// A certificate to trust besides the system's.
    pub ca: Option<PathBuf>,
    /// How long to wait for the relay; nothing for the usual times.
    pub timeout: Option<Duration>,
    /// What the secret is.
    pub auth: Auth,
    /// The program that prints it, and its arguments.
    pub password_command: Option<Vec<String>>,
}

impl AccessSettings {
    pub(super) fn of(options: &RelayOptions, timeout: Option<Duration>, keys: &RelayKeys) -> AccessSettings {
        AccessSettings {
            ca: options.ca.clone().or_else(|| keys.ca.clone()),
            timeout: timeout.or(keys.timeout),
            auth: keys.auth.unwrap_or_default(),
            password_command: keys.password_command.clone(),
        }
    }
}

/// What `password_command` (or whatever else gives the secret) gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Auth {
    /// A password.
    #[default]
    Password,
    /// An `OAuth2` token, which expires.
    Xoauth2,
    /// A password that goes by the mechanism LOGIN, though the relay offers PLAIN.
    Login,
}

/// What campaign.toml says of the relay.
#[derive(Clone, Debug, Default)]
pub(crate) struct RelayKeys {
    /// `smtp`
    pub smtp: Option<Relay>,
    /// `auth`
    pub auth: Option<Auth>,
    /// `ca`: a certificate to trust.
    pub ca: Option<PathBuf>,
    /// `timeout`
    pub timeout: Option<Duration>,
    /// `password_command`: a program and its arguments.
    pub password_command: Option<Vec<String>>,
}

impl RelayKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path, errors: &mut Vec<SettingsError>) -> RelayKeys {
        let smtp = toml.text("smtp", |text| Ok::<_, Infallible>(text.to_owned()));
        let smtp = smtp.and_then(|Set { value, place }| match Relay::parse(&value) {
            Ok(relay) => Some(beside(relay, home)),
            Err(error) => {
                let told = format!("smtp: {error}");
                errors.push(SettingsError::at(place, "relay", error.exit(), told));
                None
            }
        });
        RelayKeys {
            smtp,
            auth: toml.text("auth", auth).map(|auth| auth.value),
            ca: toml.path("ca").map(|ca| home.join(ca.value)),
            timeout: toml.text("timeout", amount::some_time).map(|time| time.value),
            password_command: program(toml, "password_command", "[\"pass\", \"mail\"]", home),
        }
    }
}

fn auth(text: &str) -> Result<Auth, String> {
    match text {
        "password" => Ok(Auth::Password),
        "xoauth2" => Ok(Auth::Xoauth2),
        "login" => Ok(Auth::Login),
        _ => Err(format!(
            "{}: write \"password\", \"login\" for a relay that offers PLAIN and takes only LOGIN, or \"xoauth2\" if the \
             secret is an OAuth2 token",
            quoted(text)
        )),
    }
}

/// A folder starts from the file like every other path.
fn beside(relay: Relay, home: &Path) -> Relay {
    match relay {
        Relay::Directory(folder) => Relay::Directory(home.join(folder)),
        relay => relay,
    }
}

/// A key that names a program with its arguments, such as `example`.
pub(super) fn program(
    toml: &mut KeyedToml<'_>,
    key: &'static str,
    example: &str,
    home: &Path,
) -> Option<Vec<String>> {
    let Set { value, place } = toml.words(key, example)?;
    if value.is_empty() {
        toml.refuse(place, format!("{key}: it is empty; write the program and its arguments: {example}"));
        return None;
    }
    Some(program_beside(value, home))
}

/// A command whose program is named by a relative path, which starts from the file like every other; a bare name is
/// looked for where programs are.
fn program_beside(mut command: Vec<String>, home: &Path) -> Vec<String> {
    if let Some(program) = command.first_mut().filter(|program| program.contains(std::path::is_separator)) {
        *program = home.join(&*program).display().to_string();
    }
    command
}
