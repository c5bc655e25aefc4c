//! The questions before anything leaves.

use super::options::Send;
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::exit::Exit;
use crate::ledger::{Again, Retry};

/// Whether the plan of a list is carried out.
pub(super) fn the_plan(options: &Send, session: &Session) -> Result<(), Failure> {
    if options.yes {
        return Ok(());
    }
    if !session.terminal.can_ask() {
        return Err(Failure::usage(
            "nobody is there to answer \"Carry it out?\": add --yes (or --dry-run to only look)",
        ));
    }
    if session.terminal.agrees("Carry it out?") {
        return Ok(());
    }
    Err(Failure::new(Exit::Interrupted, "nothing was sent"))
}

/// Whether one letter is sent.
pub(super) fn the_letter(options: &Send, session: &Session) -> Result<(), Failure> {
    if options.yes {
        return Ok(());
    }
    if !session.terminal.can_ask() {
        return Err(Failure::usage("nobody is there to answer \"Send it?\": add --yes"));
    }
    if session.terminal.agrees("Send it?") {
        return Ok(());
    }
    Err(Failure::new(Exit::Interrupted, "nothing was sent"))
}

/// Which letters may be sent again, when so many came back from an address that the book still has: `--retry-bounced`
/// alone does not say that they may arrive twice.
pub(super) fn the_letters_that_came_back(letters: u64, options: &Send, session: &Session) -> Retry {
    let retry = options.retry();
    if letters == 0 || retry.bounced == Again::No || options.dry_run {
        return retry;
    }
    let they = if letters == 1 {
        "1 letter came back from an address that the address book still has. It".to_owned()
    } else {
        format!("{letters} letters came back from addresses that the address book still has. They")
    };
    if !session.terminal.can_ask() {
        session.terminal.notice(&format!(
            "{they} may have arrived all the same: only somebody at a terminal can say that {} again.",
            if letters == 1 { "it is sent" } else { "they are sent" }
        ));
        return retry;
    }
    let is_agreed = session.terminal.agrees(&format!("{they} may have arrived all the same. Send again?"));
    Retry { bounced: if is_agreed { Again::All } else { Again::Moved }, ..retry }
}

/// Whether an address that may be somebody else's is used.
pub(super) fn the_old_address(options: &Send, session: &Session) -> Result<(), Failure> {
    let question =
        "The e-mail address is of low confidence: somebody else may read it now. Use it all the same?";
    if options.dry_run || session.terminal.can_ask() && session.terminal.agrees(question) {
        return Ok(());
    }
    if session.terminal.can_ask() {
        return Err(Failure::new(Exit::Interrupted, "nothing was sent"));
    }
    Err(Failure::usage(
        "the embassy's e-mail address is of low confidence: add --old-addresses to use it, or post the letter",
    ))
}
