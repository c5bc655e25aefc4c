//! `protest forget`: after the campaign, the ledger's secret and every hash are erased; the counts stay.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::Args;

use super::desktop;
use super::failure::{Failure, Outcome};
use super::session::Session;
use crate::campaign::known::Known;
use crate::exit::Exit;
use crate::files::folder_of;
use crate::ledger::Ledger;
use crate::unfinished;

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  protest forget --ledger dec2-2026.ledger")]
pub(super) struct Forget {
    /// The ledger to forget in
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// Answer the question with yes
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(options: &Forget, session: &Session) -> Outcome {
    let mut ledger = Ledger::open(&options.ledger, None)?;
    ledger.must_rest()?;
    let remaining = remaining(&ledger, session)?;
    for path in &remaining {
        unfinished::clear(folder_of(path));
    }
    if !remaining.is_empty() {
        session.terminal.say("These hold signers' names, or what their names can be tried on. They stay, and are yours to delete:");
        for path in &remaining {
            session.terminal.say(&format!("  {}", path.display()));
        }
    }
    session.terminal.notice(
        "What is nowhere written down cannot be named: copies that you made, backups, the mail server's log, your folder of sent \
         messages.",
    );
    agree(options, session)?;
    ledger.forget()?;
    if let Some(known) = Known::here() {
        known.forget(ledger.location());
    }
    session.terminal.notice_line(&format!(
        "{}: the secret and every hash are erased; the counts are left.",
        options.ledger.display()
    ));
    Ok(Exit::Done)
}

fn agree(options: &Forget, session: &Session) -> Result<(), Failure> {
    let question =
        "Erase the ledger's secret and every hash? Nothing more can be sent with it, and no doubt settled.";
    if options.yes {
        return Ok(());
    }
    if !session.terminal.can_ask() {
        return Err(Failure::usage("nobody is there to answer \"Erase the ledger's secret?\": add --yes"));
    }
    if session.terminal.agrees(question) {
        return Ok(());
    }
    Err(Failure::new(Exit::Interrupted, "nothing was erased"))
}

/// What is there still of all that is known to hold names: what the ledger and the user's own folder remember, what
/// campaign.toml names, drafts, and copies of the ledger that was damaged.
fn remaining(ledger: &Ledger, session: &Session) -> Result<BTreeSet<PathBuf>, Failure> {
    let mut paths: BTreeSet<PathBuf> = ledger.traces()?.into_iter().collect();
    paths.extend(Known::here().into_iter().flat_map(|known| known.letters(ledger.location())));
    // A campaign.toml that cannot be read is no reason to keep hashes.
    if let Ok(settings) = session.settings(&session.given())
        && settings.ledger.of_campaign().is(ledger.location())
    {
        let named = [settings.who.list(), settings.report.as_deref(), settings.post.folder()];
        paths.extend(
            named
                .into_iter()
                .flatten()
                .map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned())),
        );
    }
    paths.extend(desktop::drafts());
    paths.extend(ledger.location().file().into_iter().flat_map(copies_of));
    paths.retain(|path| path.exists());
    Ok(paths)
}

/// What `settle --damaged` has kept beside the ledger: it holds the secret as well.
fn copies_of(ledger: &Path) -> Vec<PathBuf> {
    let mut beginning = ledger.file_name().unwrap_or_default().to_owned();
    beginning.push(".damaged");
    let is_a_copy = |name: &OsStr| name.as_encoded_bytes().starts_with(beginning.as_encoded_bytes());
    let entries = std::fs::read_dir(folder_of(ledger)).into_iter().flatten().flatten();
    entries.filter(|entry| is_a_copy(&entry.file_name())).map(|entry| entry.path()).collect()
}
