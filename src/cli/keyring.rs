//! The operating system's keyring (Keychain, Credential Manager, Secret Service), where the program was built with it.

use secrecy::SecretString;

use crate::relay::SmtpRelay;

#[cfg(feature = "keyring")]
const SERVICE: &str = "protest-letter";

/// The password that was kept for `user` at `relay`, if one was.
///
/// # Errors
/// Why the keyring cannot be read, in its own words.
#[cfg(feature = "keyring")]
pub(super) fn find(user: &str, relay: &SmtpRelay) -> Result<Option<SecretString>, String> {
    match entry(user, relay)?.get_password() {
        Ok(password) => Ok(Some(password.into())),
        Err(keyring::Error::NoEntry) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Without a keyring nothing was kept.
#[cfg(not(feature = "keyring"))]
#[allow(clippy::unnecessary_wraps, reason = "with a keyring it can fail")]
pub(super) fn find(_user: &str, _relay: &SmtpRelay) -> Result<Option<SecretString>, String> {
    Ok(None)
}

/// Keeps a password.
#[cfg(feature = "keyring")]
pub(super) fn keep(user: &str, relay: &SmtpRelay, password: &SecretString) -> Result<(), String> {
    use secrecy::ExposeSecret as _;
    entry(user, relay)?.set_password(password.expose_secret()).map_err(|error| error.to_string())
}

/// Forgets a password: whether there was one.
#[cfg(feature = "keyring")]
pub(super) fn forget(user: &str, relay: &SmtpRelay) -> Result<bool, String> {
    match entry(user, relay)?.delete_credential() {
        Ok(()) => Ok(true),
        Err(keyring::Error::NoEntry) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(feature = "keyring")]
fn entry(user: &str, relay: &SmtpRelay) -> Result<keyring::Entry, String> {
    if let Err(error) = keyring::Entry::store_status() {
        return Err(error.to_string());
    }
    keyring::Entry::new(SERVICE, &format!("{user} at {relay}")).map_err(|error| error.to_string())
}
