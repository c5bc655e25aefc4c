//! Where the password comes from: the environment, a command, or a prompt. Never from the command line, never shown.

use std::process::{Command, Stdio};

use secrecy::SecretString;

use super::Session;
use super::failure::Failure;
use crate::delivery::relay::SmtpRelay;
use crate::exit::Exit;

const VARIABLE: &str = "PROTEST_SMTP_PASSWORD";

/// The secret of `user` at `relay`.
pub(super) fn find(
    user: &str,
    relay: &SmtpRelay,
    command: Option<&[String]>,
    session: &Session,
) -> Result<SecretString, Failure> {
    if let Some(secret) = std::env::var_os(VARIABLE) {
        let secret = secret.into_string().map_err(|_| Failure::usage(format!("{VARIABLE} is not UTF-8")))?;
        return Ok(secret.into());
    }
    if let Some(command) = command {
        return from_command(command);
    }
    if !session.terminal.can_ask() {
        return Err(Failure::usage(format!(
            "the password of {user} at {relay} is needed, and nobody is there to ask: set {VARIABLE}, or give \
             password_command in campaign.toml"
        )));
    }
    let secret = rpassword::prompt_password(format!("Password of {user} at {relay}: "));
    match secret {
        Ok(secret) if !secret.is_empty() => Ok(secret.into()),
        _ => Err(Failure::new(Exit::Interrupted, "no password given; nothing was sent")),
    }
}

/// The first line that a program prints; it is run without a shell, and may ask on the terminal by itself.
fn from_command(command: &[String]) -> Result<SecretString, Failure> {
    let (program, arguments) =
        command.split_first().ok_or_else(|| Failure::usage("password_command is empty"))?;
    let failed =
        |problem: String| Failure::new(Exit::Config, format!("password_command: {program}: {problem}"));
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(format!("it failed ({})", output.status)));
    }
    let text =
        String::from_utf8(output.stdout).map_err(|_| failed("what it printed is not UTF-8".to_owned()))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned().into()),
        _ => Err(failed("it printed nothing".to_owned())),
    }
}
