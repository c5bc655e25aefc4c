//! What is said of the ledger before the plan: that it lost something, or is not where it was.

use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::ledger::{Elsewhere, Ledger};

/// The plan's first line, where the ledger may be a copy; what it lost is said whether anybody asks or not.
pub(super) fn first_line(ledger: &Ledger, session: &Session) -> Result<String, Failure> {
    if let Some(lost) = ledger.lost_commits() {
        session.terminal.say(&format!("{}: {lost}.\n", ledger.path().display()));
    }
    Ok(ledger.elsewhere()?.map(|elsewhere| format!("{}\n", in_words(&elsewhere))).unwrap_or_default())
}

fn in_words(elsewhere: &Elsewhere) -> String {
    let place = elsewhere.was_at.as_ref().map(|place| format!(" ({})", place.display())).unwrap_or_default();
    let was = if elsewhere.on_another_machine {
        format!("was last sent with on another machine{place}")
    } else {
        format!("is not the file that was last sent with{place}")
    };
    format!(
        "This ledger {was}. If it is a copy and the other one is used too, every letter leaves twice: send with one of \
         them alone."
    )
}
