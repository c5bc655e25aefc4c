//! What is said of the ledger before the plan: that it lost something, or is not where it was.

use std::path::Path;

use crate::campaign::known;
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::cli::to_copy::shell_quoted;
use crate::ledger::{Elsewhere, Ledger};

/// The plan's first line for a list: that its ledger is a new one, while the list was sent with another.
pub(super) fn of_list(ledger: &Ledger, list: Option<&Path>) -> Result<String, Failure> {
    let Some(other) = known::sent_with_another(ledger, list)? else { return Ok(String::new()) };
    let this = if ledger.tally()?.all.total() == 0 { "is new" } else { "has sent nothing yet" };
    Ok(format!(
        "This ledger {this}, and the list was sent with another: {}. With this one every letter leaves again; to go on \
         where the other ended, add --ledger {}\n",
        other.display(),
        shell_quoted(&other.display().to_string())
    ))
}

/// The plan's first line, where the ledger may be a copy; what it lost is said whether anybody asks or not.
pub(super) fn first_line(ledger: &Ledger, session: &Session) -> Result<String, Failure> {
    if let Some(lost) = ledger.lost_commits() {
        session.terminal.say(&format!("{}: {lost}.\n", ledger.location()));
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
