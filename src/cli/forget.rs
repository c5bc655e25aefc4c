//! `protest forget`: after the campaign, the ledger's secret and every hash are erased; the counts stay.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::Args;

use super::desktop;
use super::failure::{Failure, Outcome};
use super::session::Session;
use super::shared_ledger;
use crate::campaign::known::Known;
use crate::campaign::settings::Given;
use crate::campaign::settings::sender::SenderOptions;
use crate::database_url::DatabaseUrl;
use crate::exit::Exit;
use crate::files::folder_of;
use crate::ledger::{Ledger, Location};
use crate::unfinished;

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  protest forget --ledger dec2-2026.ledger")]
pub(super) struct Forget {
    /// The ledger to forget in
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// Of a shared ledger: forget this list's letters alone, without the word of the other lists
    #[arg(long)]
    list: bool,
    /// Answer the question with yes
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(options: &Forget, session: &Session) -> Outcome {
    let mut ledger = Ledger::open(location(&options.ledger, session)?, None)?;
    ledger.must_rest()?;
    must_have_every_word(&ledger, options.list)?;
    let remaining = remaining(&ledger, session)?;
    // Beside the ledger a killed `settle --damaged` may have left a trial of its own, with the secret in it.
    for path in remaining.iter().map(PathBuf::as_path).chain(ledger.location().file()) {
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
    let location = ledger.location();
    session.terminal.notice_line(&match ledger.list_name() {
        None => format!("{}: the secret and every hash are erased; the counts are left.", options.ledger.display()),
        Some(list) => format!(
            "{location}: the hashes of the list {list} are erased; the counts are left. The campaign's secret is a file of yours, \
             and what the database's backups keep is for whoever runs it to delete."
        ),
    });
    Ok(Exit::Done)
}

/// A file, or the database that is named like one.
fn location(named: &Path, session: &Session) -> Result<Location, Failure> {
    if !named.to_str().is_some_and(DatabaseUrl::is_meant) {
        return Ok(named.into());
    }
    let sender = SenderOptions { ledger: Some(named.to_owned()), ..SenderOptions::default() };
    shared_ledger::to_look_at(&session.settings(&Given { sender, ..session.given() })?)
}

/// What all share is forgotten when all agree.
fn must_have_every_word(ledger: &Ledger, is_own_list: bool) -> Result<(), Failure> {
    let others = ledger.other_lists()?;
    if is_own_list && ledger.list_name().is_none() {
        return Err(Failure::usage("--list is for a shared ledger, which has several"));
    }
    if is_own_list || others.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{}: the campaign has other lists, which have not forgotten ({}): add --list to forget your own letters; when every list has, \
         all is forgotten",
        ledger.location(),
        others.join(", ")
    )))
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
        paths.extend(named.into_iter().flatten().map(Path::to_owned));
    }
    paths.extend(desktop::drafts());
    paths.extend(ledger.location().file().into_iter().flat_map(copies_of));
    // Each file once, by the one path that it has.
    Ok(paths.into_iter().filter_map(|path| path.canonicalize().ok()).collect())
}

/// What `settle --damaged` has kept beside the ledger: it holds the secret as well.
fn copies_of(ledger: &Path) -> Vec<PathBuf> {
    let mut beginning = ledger.file_name().unwrap_or_default().to_owned();
    beginning.push(".damaged");
    let is_a_copy = |name: &OsStr| name.as_encoded_bytes().starts_with(beginning.as_encoded_bytes());
    let entries = std::fs::read_dir(folder_of(ledger)).into_iter().flatten().flatten();
    entries.filter(|entry| is_a_copy(&entry.file_name())).map(|entry| entry.path()).collect()
}
