//! Handing a link or a file to the desktop, and what to do where there is none.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::failure::Failure;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::program;

/// How long the desktop may take to say that it could not open something.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens a link or a file with the program that the desktop has for it; `instead` is what to do where that fails.
pub(super) fn open(target: &str, instead: &str) -> Result<(), Failure> {
    let unavailable = |problem: &str| Failure::new(Exit::Unavailable, format!("{problem}. {instead}"));
    let mut opener = opener();
    opener.arg(target).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = opener.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => unavailable("There is no desktop here that could open it"),
        _ => unavailable(&format!("The desktop cannot be asked to open it: {error}")),
    })?;
    if succeeds(child) { Ok(()) } else { Err(unavailable("The desktop has no program that opens it")) }
}

/// The desktop's own way; none goes through a shell, which would read the link's `&` as its own.
fn opener() -> Command {
    if cfg!(windows) {
        // What `start` does.
        let mut command = program::command("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else if cfg!(target_os = "macos") {
        program::command("open")
    } else {
        program::command("xdg-open")
    }
}

/// Whether it ended well, or still runs: some desktops stay until the program they started is closed.
fn succeeds(mut child: Child) -> bool {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(10)),
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// A file for the desktop in a folder of its own, which only its owner can look into. It stays until the user, or the
/// system's own tidying of temporary files, removes it: the program that opens it may do so late.
pub(super) fn draft(name: &str, bytes: &[u8]) -> Result<PathBuf, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(Exit::CannotCreate, format!("no temporary folder for the draft can be made: {error}"))
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix("protest-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = builder.tempdir().map_err(cannot)?;
    // A umask may have taken away what its owner needs.
    files::is_its_owners(folder.path()).map_err(cannot)?;
    let path = folder.path().join(name);
    files::write(&path, bytes, Old::Stays)?;
    let _ = folder.keep();
    Ok(path)
}

/// The drafts that were made so and are there still.
pub(super) fn drafts() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("protest-"));
    let drafts =
        folders.flat_map(|folder| ["letter.eml", "letter.html"].map(|name| folder.path().join(name)));
    drafts.filter(|path| path.is_file()).collect()
}
