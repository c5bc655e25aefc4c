//! Where the password, or the token, comes from: the environment, a command, the keyring, or a prompt. Never from the
//! command line, never shown.

use std::process::Stdio;
use std::time::Duration;

use secrecy::SecretString;

use super::failure::Failure;
use super::keyring;
use super::terminal::Terminal;
use crate::campaign::settings::Settings;
use crate::campaign::settings::relay::Auth;
use crate::delivery::auth::{Secret, Token};
use crate::exit::Exit;
use crate::program::{self, Limits};
use crate::relay::SmtpRelay;

const VARIABLE: &str = "PROTEST_SMTP_PASSWORD";
const RELAYS_KEY: &str = "password_command";
const LEDGERS_VARIABLE: &str = "PROTEST_LEDGER_PASSWORD";
/// It may ask on the terminal, and somebody has to type.
const COMMANDS_LIMITS: Limits = Limits { time: Duration::from_secs(300), output: 64 << 10 };

/// What proves `user` to `relay`.
pub(super) fn find(
    user: &str,
    relay: &SmtpRelay,
    settings: &Settings,
    terminal: Terminal,
) -> Result<Secret, Failure> {
    let auth = settings.access.auth;
    let command = settings.access.password_command.clone();
    let from_environment = from_environment()?;
    // Whatever is not a command is asked once: it gives no second token.
    let command = command.filter(|_| from_environment.is_none());
    let secret = match (from_environment, &command) {
        (Some(secret), _) => secret,
        (None, Some(command)) => from_command(RELAYS_KEY, command)?,
        (None, None) => match kept(user, relay, auth, terminal) {
            Some(secret) => secret,
            None => from_prompt(user, relay, auth, terminal)?,
        },
    };
    Ok(match auth {
        Auth::Password | Auth::Login => Secret::Password(secret),
        Auth::Xoauth2 => {
            let next = command.map(|command| {
                move || from_command(RELAYS_KEY, &command).map_err(|failure| failure.to_string())
            });
            Secret::Token(Token::new(secret, next))
        }
    })
}

/// The password that `protest login` kept. Tokens expire, and are not kept.
fn kept(user: &str, relay: &SmtpRelay, auth: Auth, terminal: Terminal) -> Option<SecretString> {
    if auth == Auth::Xoauth2 {
        return None;
    }
    keyring::find(user, relay).unwrap_or_else(|problem| {
        terminal.notice(&format!("The keyring cannot be read: {problem}."));
        None
    })
}

/// A password that is to be kept: from the environment, else from a prompt.
#[cfg(feature = "keyring")]
pub(super) fn ask(user: &str, relay: &SmtpRelay, terminal: Terminal) -> Result<SecretString, Failure> {
    match from_environment()? {
        Some(secret) => Ok(secret),
        None => from_prompt(user, relay, Auth::Password, terminal),
    }
}

/// What gets in at a shared ledger's database, from the environment or by a command; many a database on the own machine
/// wants none.
pub(super) fn of_ledger(command: Option<&[String]>) -> Result<Option<SecretString>, Failure> {
    match from_variable(LEDGERS_VARIABLE)? {
        Some(secret) => Ok(Some(secret)),
        None => command.map(|command| from_command("ledger_password_command", command)).transpose(),
    }
}

fn from_environment() -> Result<Option<SecretString>, Failure> {
    from_variable(VARIABLE)
}

fn from_variable(name: &str) -> Result<Option<SecretString>, Failure> {
    let Some(secret) = std::env::var_os(name) else { return Ok(None) };
    let secret = secret.into_string().map_err(|_| Failure::usage(format!("{name} is not UTF-8")))?;
    Ok(Some(without_line_end(&secret).into()))
}

fn from_prompt(
    user: &str,
    relay: &SmtpRelay,
    auth: Auth,
    terminal: Terminal,
) -> Result<SecretString, Failure> {
    let what = match auth {
        Auth::Password | Auth::Login => "password",
        Auth::Xoauth2 => "OAuth2 token",
    };
    if !terminal.can_ask() {
        return Err(Failure::usage(format!(
            "the {what} of {user} at {relay} is needed, and nobody is there to ask: set {VARIABLE}, or give \
             password_command in campaign.toml"
        )));
    }
    let secret = rpassword::prompt_password(format!("The {what} of {user} at {relay}: "));
    match secret {
        Ok(secret) if !secret.is_empty() => Ok(secret.into()),
        _ => Err(Failure::new(Exit::Interrupted, format!("no {what} given; nothing was sent"))),
    }
}

/// One line end at the end is the file's or the variable's, and not the password's.
fn without_line_end(secret: &str) -> &str {
    let secret = secret.strip_suffix('\n').unwrap_or(secret);
    secret.strip_suffix('\r').unwrap_or(secret)
}

/// The first line that a program prints; it is run without a shell, and may ask on the terminal by itself.
fn from_command(key: &str, command: &[String]) -> Result<SecretString, Failure> {
    let (program, arguments) =
        command.split_first().ok_or_else(|| Failure::usage(format!("{key} is empty")))?;
    let failed = |problem: String| Failure::new(Exit::Config, format!("{key}: {program}: {problem}"));
    let mut command = program::command(program);
    command.args(arguments).stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let ran =
        program::run(command, Vec::new(), COMMANDS_LIMITS).map_err(|error| failed(error.to_string()))?;
    match ran.status {
        Some(status) if status.success() => {}
        Some(status) => return Err(failed(format!("it failed ({status})"))),
        None => {
            let minutes = COMMANDS_LIMITS.time.as_secs() / 60;
            return Err(failed(format!("it took longer than {minutes} minutes, and was ended")));
        }
    }
    if ran.stdout.len() >= COMMANDS_LIMITS.output {
        return Err(failed("it printed more than a password".to_owned()));
    }
    let text =
        String::from_utf8(ran.stdout).map_err(|_| failed("what it printed is not UTF-8".to_owned()))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned().into()),
        _ => Err(failed("it printed nothing".to_owned())),
    }
}
