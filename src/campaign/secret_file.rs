//! The file with a shared campaign's secret: what turns names into hashes, and is in no database.
//!
//! One line of 64 digits, which a person can carry by hand, below a comment that says what it is. Only its owner may read
//! it.

use std::path::{Path, PathBuf};

use crate::exit::{Exit, ExitCode};
use crate::files::{self, FileError};
use crate::hexadecimal;
use crate::ledger::Secret;

/// Why a file gives no secret.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum SecretFileError {
    #[error(
        "{0}: the campaign's secret is not there. Put the file there that you were handed; `protest init --ledger URL` makes a \
         new one, for a new campaign"
    )]
    Absent(PathBuf),
    #[error(transparent)]
    Read(FileError),
    #[error(
        "{0}: others than you can read the campaign's secret, and could try names on it: run `chmod 600` on it first"
    )]
    Open(PathBuf),
    #[error(
        "{0}: this is no secret of a campaign: it should hold a line of 64 digits from 0 to 9 and a to f, as `protest init \
         --ledger URL` writes it"
    )]
    Unreadable(PathBuf),
}

impl ExitCode for SecretFileError {
    fn exit(&self) -> Exit {
        match self {
            SecretFileError::Absent(_) => Exit::NoInput,
            SecretFileError::Read(error) => error.exit(),
            SecretFileError::Open(_) | SecretFileError::Unreadable(_) => Exit::Config,
        }
    }
}

/// The file's text.
pub(crate) fn text(campaign: &str, secret: &Secret) -> String {
    format!(
        "# The secret of the campaign {campaign}. Whoever holds it can tell whether a name is on any of the campaign's lists:\n\
         # hand it on by hand, to nobody but those who send, and never to whoever keeps the database.\n\
         {}\n",
        hexadecimal::digits(secret.bytes())
    )
}

/// Reads the secret at `path`.
///
/// # Errors
/// [`SecretFileError`], none of which shows what the file holds.
pub(crate) fn read(path: &Path) -> Result<Secret, SecretFileError> {
    if !path.exists() {
        return Err(SecretFileError::Absent(path.to_owned()));
    }
    let bytes = files::read(path).map_err(SecretFileError::Read)?;
    if others_can_read(path) {
        return Err(SecretFileError::Open(path.to_owned()));
    }
    secret_in(&bytes).map(Secret::of).ok_or_else(|| SecretFileError::Unreadable(path.to_owned()))
}

fn secret_in(bytes: &[u8]) -> Option<[u8; 32]> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let secret = hexadecimal::of_32_bytes(lines.next()?)?;
    lines.next().is_none().then_some(secret)
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the system's own rights are relied upon.
#[cfg(not(unix))]
fn others_can_read(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{read, secret_in, text};
    use crate::files::{self, Old};
    use crate::ledger::Secret;

    #[test]
    fn what_was_written_is_read_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.secret");
        let secret = Secret::fresh().unwrap();
        files::write(&path, text("c", &secret).as_bytes(), Old::Stays).unwrap();
        assert_eq!(read(&path).unwrap().bytes(), secret.bytes());
        for wrong in
            ["", "0123", &"g".repeat(64), &"+1".repeat(32), &("ab".repeat(32) + "\n" + &"cd".repeat(32))]
        {
            assert_eq!(secret_in(wrong.as_bytes()), None, "{wrong}");
        }
        assert!(read(&folder.path().join("none")).unwrap_err().to_string().contains("is not there"));
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_refused_and_not_shown() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.secret");
        std::fs::write(&path, "ab".repeat(32)).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let told = read(&path).unwrap_err().to_string();
        assert!(told.contains("chmod 600") && !told.contains("abab"), "{told}");
    }
}
