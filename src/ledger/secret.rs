//! The secret that keys are made with.

use secrecy::{ExposeSecret as _, SecretBox};

/// A campaign's 32 random bytes, in the ledger's own file, or handed on by hand where the ledger is shared: wiped from memory
/// when dropped, never printed.
#[derive(Debug)]
pub(crate) struct Secret(SecretBox<[u8; 32]>);

impl Secret {
    /// New ones from the operating system.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub(crate) fn fresh() -> Result<Secret, getrandom::Error> {
        let mut filled = Ok(());
        let secret = SecretBox::init_with_mut(|bytes: &mut [u8; 32]| filled = getrandom::fill(bytes));
        filled.map(|()| Secret(secret))
    }

    /// Those that are there already.
    pub(crate) fn of(bytes: [u8; 32]) -> Secret {
        Secret(SecretBox::new(Box::new(bytes)))
    }

    /// For where it is kept, and for the keys.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}
