//! A page for the world: written, and named by its hash, so that who passes it on can tell it from another.

use std::path::Path;

use super::terminal::Terminal;
use crate::content_policy;
use crate::files::{self, FileError, Old};

/// Writes a page that holds no names, and tells its size and SHA-256.
pub(super) fn publish_page(terminal: Terminal, path: &Path, html: &str, old: Old) -> Result<(), FileError> {
    files::publish(path, html.as_bytes(), old)?;
    terminal.notice_line(&format!(
        "{}: {} kB written. SHA-256: {}",
        path.display(),
        html.len().div_ceil(1000),
        content_policy::sha256(html.as_bytes())
    ));
    Ok(())
}
