//! `protest forget`: after the campaign, the ledger's secret and every hash are erased; the counts stay.

use std::path::PathBuf;

use clap::Args;

use super::failure::Outcome;
use super::session::Session;
use crate::exit::Exit;
use crate::ledger::Ledger;

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  protest forget --ledger dec2-2026.ledger")]
pub(super) struct Forget {
    /// The ledger to forget in
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
}

pub(super) fn run(options: &Forget, session: &Session) -> Outcome {
    let mut ledger = Ledger::open(&options.ledger, None)?;
    let forgotten = ledger.forget()?;
    session.terminal.notice_line(&format!(
        "{}: the secret and every hash are erased; the counts are left.",
        options.ledger.display()
    ));
    if !forgotten.remaining.is_empty() {
        session.terminal.say("These hold signers' names, and are yours to delete:");
        for path in &forgotten.remaining {
            session.terminal.say(&format!("  {}", path.display()));
        }
    }
    Ok(Exit::Done)
}
