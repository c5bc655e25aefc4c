//! The questions before anything leaves.

use super::options::Send;
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::exit::Exit;

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
