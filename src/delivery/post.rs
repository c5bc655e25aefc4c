//! Letters that go by post: ready to print, a folder for each embassy with a cover list.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Utc;

use crate::campaign::letters::{Letters, OutboxError};
use crate::campaign::plan::{Channel, Plan, Planned};
use crate::embassy::{Embassy, Kind};
use crate::exit::{Exit, ExitCode};
use crate::files::{self, FileError, Old};
use crate::ledger::{Ledger, LedgerError, LetterKey, Purpose, State};
use crate::letter::desk::DeskError;
use crate::letter::form::pdf::error::PdfError;
use crate::letter::form::pdf::printer::Printer;
use crate::message::compose;
use crate::wording::count;

/// Letters whose files are recorded in one commit.
const GROUP: usize = 100;

/// Where letters are written, how they are printed, and the year of the protest day that they carry.
pub(crate) struct Post<'a> {
    /// The folder, in which each embassy has its own.
    pub folder: &'a Path,
    /// What prints them.
    pub printer: &'a RefCell<Printer>,
    /// The year.
    pub year: i32,
}

/// Why letters for the post could not be written.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum PostError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Letter(#[from] DeskError),
    #[error(transparent)]
    Print(#[from] PdfError),
    #[error(transparent)]
    List(#[from] OutboxError),
    #[error("{0}")]
    Plan(#[from] std::io::Error),
    #[error("{}: cannot be written: {}", .0.display(), .1)]
    Folder(PathBuf, std::io::Error),
}

impl ExitCode for PostError {
    fn exit(&self) -> Exit {
        match self {
            PostError::File(error) => error.exit(),
            PostError::Ledger(error) => error.exit(),
            PostError::Letter(error) => error.exit(),
            PostError::Print(error) => error.exit(),
            PostError::List(_) | PostError::Plan(_) => Exit::TemporaryFailure,
            PostError::Folder(..) => Exit::CannotCreate,
        }
    }
}

impl Post<'_> {
    /// Writes every letter of the plan that goes by post and is not written yet; each is by post when its file is durable.
    /// Gives how many they are.
    ///
    /// # Errors
    /// Where one cannot be written; those before it are by post.
    pub(crate) fn write(
        &self,
        letters: &Letters<'_>,
        plan: &Plan<'_>,
        ledger: &Ledger,
        interrupted: &AtomicBool,
    ) -> Result<u64, PostError> {
        let mut covers: BTreeMap<PathBuf, (&Embassy, u64)> = BTreeMap::new();
        let mut group = Group { ledger, folder: PathBuf::new(), keys: Vec::new() };
        let mut written = 0;
        for planned in plan.letters(Channel::Post) {
            if interrupted.load(Ordering::Relaxed) {
                break;
            }
            let Planned { lane, position } = planned?;
            let folder = self.folder.join(folder_name(lane.embassy));
            if !covers.contains_key(&folder) {
                files::make_folder(&folder)?;
                covers.insert(folder.clone(), (lane.embassy, lane.letters));
            }
            let row = letters.row(position)?;
            let key = compose::fingerprint(&letters.keys, &row.signer, lane.embassy).key;
            let state = ledger.standing(key)?.map(|standing| standing.state);
            if !matches!(state, Some(State::Pending | State::Deferred | State::ByPost)) {
                continue;
            }
            let template = letters.desk.template(&row.wishes).map_err(DeskError::from)?;
            let date = Some(template.front_matter.protest_day.in_year(self.year));
            let letter = letters.desk.letter_dated(&row.signer, &row.wishes, date)?;
            let file = format!("{}.pdf", letters.keys.message_id_local_part(key, Purpose::Letter));
            files::write_again(&folder.join(file), &self.printer.borrow_mut().letter(&letter)?)?;
            if state != Some(State::ByPost) {
                group.add(folder, key)?;
                written += 1;
            }
        }
        group.record()?;
        for (folder, (embassy, letters)) in &covers {
            files::write(&folder.join("cover.txt"), cover(embassy, *letters).as_bytes(), Old::IsReplaced)?;
        }
        Ok(written)
    }
}

/// Letters of one folder that are written and not recorded yet.
struct Group<'l> {
    ledger: &'l Ledger,
    folder: PathBuf,
    keys: Vec<LetterKey>,
}

impl Group<'_> {
    fn add(&mut self, folder: PathBuf, key: LetterKey) -> Result<(), PostError> {
        if self.folder != folder || self.keys.len() == GROUP {
            self.record()?;
            self.folder = folder;
        }
        self.keys.push(key);
        Ok(())
    }

    /// Records them, once their names are as durable as the files.
    fn record(&mut self) -> Result<(), PostError> {
        if self.keys.is_empty() {
            return Ok(());
        }
        // Only Unix can say so of a folder.
        if cfg!(unix) {
            let synced = File::open(&self.folder).and_then(|folder| folder.sync_all());
            synced.map_err(|error| PostError::Folder(self.folder.clone(), error))?;
        }
        self.ledger.by_post(&self.keys, Utc::now())?;
        self.keys.clear();
        Ok(())
    }
}

/// `JP-tokyo`, `US-consulate-general-new-york`: a city may have more than one mission.
fn folder_name(embassy: &Embassy) -> String {
    let place = match embassy.kind {
        Kind::Embassy | Kind::Office | Kind::None => embassy.city.clone(),
        kind => format!("{kind} {}", embassy.city),
    };
    let name = crate::letter::form::file_name::file_name(0, embassy.country.code(), &place, "x");
    name.trim_start_matches("0000-").trim_end_matches(".x").to_owned()
}

fn cover(embassy: &Embassy, letters: u64) -> String {
    let mut text = format!("{} to {}\n\n", count(letters, "letter"), embassy.title());
    if embassy.address.is_some() {
        text.push_str(&embassy.post_lines().join("\n"));
        let _ = write!(
            text,
            "\n\nThis address was last checked {} ({} confidence). Source: {}\n",
            embassy.checked, embassy.confidence, embassy.source
        );
    } else {
        text.push_str("There is no address known.\n");
        if let Some(website) = &embassy.website {
            let _ = writeln!(text, "The embassy's website, where one may be found: {website}");
        }
    }
    if let Some(note) = &embassy.note {
        let _ = writeln!(text, "\nWhat is missing or to be checked: {note}");
    }
    text
}
