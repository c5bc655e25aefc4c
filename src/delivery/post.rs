//! Letters that go by post: ready to print, a folder for each embassy with a cover list.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Utc;

use super::paper_left;
use crate::campaign::letters::{Letters, OutboxError};
use crate::campaign::plan::{Channel, Plan, PlanLane, Planned};
use crate::country::Territory;
use crate::embassy::unknown_streets::UnknownStreets;
use crate::embassy::{Embassy, Kind};
use crate::exit::{Exit, ExitCode};
use crate::files::{self, FileError, Old};
use crate::ledger::{Ledger, LedgerError, LetterKey, Purpose, State};
use crate::letter::desk::DeskError;
use crate::letter::form::pdf::error::PdfError;
use crate::letter::form::pdf::printer::Printer;
use crate::message::compose;
use crate::signer::list::Row;
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

/// What came of writing letters for the post.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Letters that are by post now and were not before.
    pub(crate) letters: u64,
    /// Missions whose letters still want a street.
    pub(crate) streets: UnknownStreets,
    /// Letters that lie in the folder and are none of the list any more.
    pub(crate) left: Vec<PathBuf>,
}

impl Post<'_> {
    /// Writes every letter of the plan that goes by post and is not written yet; each is by post when its file is durable.
    ///
    /// # Errors
    /// Where one cannot be written; those before it are by post.
    pub(crate) fn write(
        &self,
        letters: &Letters<'_>,
        plan: &Plan<'_>,
        ledger: &Ledger,
        interrupted: &AtomicBool,
    ) -> Result<Written, PostError> {
        let mut written = Written::default();
        let mut open: Option<Folder<'_>> = None;
        // A letter by post stays so when its embassy has got an e-mail address since.
        let has_posted = ledger.tally()?.all.by_post > 0;
        let of_mail = has_posted.then(|| plan.letters(Channel::Mail)).into_iter().flatten();
        let mut standing = Standing { ledger, letters, next: VecDeque::new() };
        let mut planned = plan.letters(Channel::Post).chain(of_mail);
        let (mut seen, mut is_whole) = (HashSet::new(), true);
        while let Some((lane, row, key, state)) = standing.of_the_next(&mut planned)? {
            if interrupted.load(Ordering::Relaxed) {
                is_whole = false;
                break;
            }
            let is_due =
                lane.channel == Channel::Post && matches!(state, Some(State::Pending | State::Deferred));
            if !is_due && state != Some(State::ByPost) {
                continue;
            }
            if open.as_ref().is_none_or(|folder| !std::ptr::eq(folder.embassy, lane.embassy)) {
                written.left.extend(close(open.take(), self, true)?);
            }
            let folder = if let Some(folder) = &mut open {
                folder
            } else {
                seen.insert(folder_name(lane.embassy));
                open.insert(Folder::new(self.folder, lane.embassy, ledger)?)
            };
            let file = format!("{}.pdf", letters.keys.message_id_local_part(key, Purpose::Letter));
            folder.list(&file, row.signer.name());
            written.streets.look_at(lane.embassy);
            let path = folder.path.join(file);
            // What has been recorded is left as it is: it may have been posted.
            if state == Some(State::ByPost) && path.exists() {
                continue;
            }
            let template = letters.desk.template(&row.wishes).map_err(DeskError::from)?;
            let date = Some(template.front_matter.protest_day.in_year(self.year));
            let letter = letters.desk.letter_dated(&row.signer, &row.wishes, date)?;
            files::write_again(&path, &self.printer.borrow_mut().letter(&letter)?)?;
            folder.is_durable = false;
            if is_due {
                folder.add(key)?;
                written.letters += 1;
            }
        }
        written.left.extend(close(open, self, is_whole)?);
        if is_whole {
            for embassy in
                letters.desk.book.missions().filter(|embassy| !seen.contains(&folder_name(embassy)))
            {
                written.left.extend(self.without_letters(embassy)?);
            }
        }
        Ok(written)
    }

    /// The letters in the folder of an embassy to which none of the list goes on paper, if it has one; its cover says so.
    fn without_letters(&self, embassy: &Embassy) -> Result<Vec<PathBuf>, PostError> {
        let folder = self.folder.join(folder_name(embassy));
        let left = paper_left::not_listed(&folder, &HashSet::new());
        if !left.is_empty() {
            let cover = cover(embassy, self.posted_from(), 0, "", &left);
            files::write(&folder.join(COVER), cover.as_bytes(), Old::IsReplaced)?;
        }
        Ok(left)
    }
}

/// The cover list's file.
const COVER: &str = "cover.txt";

/// Closes a folder, if one is open; `is_whole`: whether all of its embassy's letters were gone through.
fn close(folder: Option<Folder<'_>>, post: &Post<'_>, is_whole: bool) -> Result<Vec<PathBuf>, PostError> {
    folder.map_or(Ok(Vec::new()), |folder| folder.close(post, is_whole))
}

/// How the plan's letters stand, asked of the ledger for some of them at a time.
struct Standing<'a> {
    ledger: &'a Ledger,
    letters: &'a Letters<'a>,
    next: VecDeque<Stands<'a>>,
}

/// A letter of a lane: its row, its key, its state if the ledger knows it.
type Stands<'a> = (&'a PlanLane<'a>, Box<Row>, LetterKey, Option<State>);

impl<'a> Standing<'a> {
    fn of_the_next(
        &mut self,
        planned: &mut impl Iterator<Item = std::io::Result<Planned<'a>>>,
    ) -> Result<Option<Stands<'a>>, PostError> {
        if self.next.is_empty() {
            for planned in planned.take(self.ledger.page()) {
                let Planned { lane, position } = planned?;
                let row = self.letters.row(position)?;
                let key = compose::key(&self.letters.keys, &row.signer, lane.embassy);
                self.next.push_back((lane, row, key, None));
            }
            let keys: Vec<LetterKey> = self.next.iter().map(|(_, _, key, _)| *key).collect();
            let standings = if keys.is_empty() { HashMap::new() } else { self.ledger.standings(&keys)? };
            for (_, _, key, state) in &mut self.next {
                *state = standings.get(key).map(|standing| standing.state);
            }
        }
        Ok(self.next.pop_front())
    }
}

/// The folder of one embassy while its letters are written.
struct Folder<'f> {
    ledger: &'f Ledger,
    embassy: &'f Embassy,
    path: PathBuf,
    /// Whether the names of all letters written in it are.
    is_durable: bool,
    /// Letters that are written and not recorded yet.
    keys: Vec<LetterKey>,
    /// Each letter's file with its signer's name, as the cover has them.
    listed: String,
    files: HashSet<String>,
    letters: u64,
}

impl<'f> Folder<'f> {
    fn new(parent: &Path, embassy: &'f Embassy, ledger: &'f Ledger) -> Result<Folder<'f>, PostError> {
        let path = parent.join(folder_name(embassy));
        files::make_folder(&path)?;
        // A file is no more durable than the folders that lead to it. One that cannot be opened is none that we made.
        if cfg!(unix) {
            for above in path.ancestors().skip(1) {
                let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
                let _ = File::open(above).and_then(|folder| folder.sync_all());
            }
        }
        let (keys, listed, files) = (Vec::new(), String::new(), HashSet::new());
        Ok(Folder { ledger, embassy, path, is_durable: true, keys, listed, files, letters: 0 })
    }

    fn list(&mut self, file: &str, name: &str) {
        self.letters += 1;
        let _ = writeln!(self.listed, "{file}  {name}");
        self.files.insert(file.to_owned());
    }

    fn add(&mut self, key: LetterKey) -> Result<(), PostError> {
        self.keys.push(key);
        if self.keys.len() == GROUP { self.record() } else { Ok(()) }
    }

    /// Records letters, once their names are as durable as the files.
    fn record(&mut self) -> Result<(), PostError> {
        // Only Unix can say so of a folder.
        if cfg!(unix) && !self.is_durable {
            let synced = File::open(&self.path).and_then(|folder| folder.sync_all());
            synced.map_err(|error| PostError::Folder(self.path.clone(), error))?;
        }
        self.is_durable = true;
        if !self.keys.is_empty() {
            self.ledger.by_post(&self.keys, Utc::now())?;
            self.keys.clear();
        }
        Ok(())
    }

    /// Records what is left, and writes the cover anew. Gives the letters that lie here and are none of the list.
    fn close(mut self, post: &Post<'_>, is_whole: bool) -> Result<Vec<PathBuf>, PostError> {
        self.record()?;
        let left = if is_whole { paper_left::not_listed(&self.path, &self.files) } else { Vec::new() };
        let cover = cover(self.embassy, post.posted_from(), self.letters, &self.listed, &left);
        files::write(&self.path.join(COVER), cover.as_bytes(), Old::IsReplaced)?;
        Ok(left)
    }
}

impl Post<'_> {
    fn posted_from(&self) -> Option<Territory> {
        self.printer.borrow().posted_from()
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

/// What lies in a folder, and to whom it goes: for whoever puts the letters into envelopes.
fn cover(
    embassy: &Embassy,
    posted_from: Option<Territory>,
    letters: u64,
    listed: &str,
    left: &[PathBuf],
) -> String {
    let mut text = format!("{} to {}\n\n", count(letters, "letter"), embassy.title());
    text.push_str(&embassy.postal(posted_from).text_lines().join("\n"));
    text.push_str("\n\n");
    if embassy.address.is_some() {
        let _ = writeln!(
            text,
            "This address was last checked {} ({} confidence). Source: {}",
            embassy.checked, embassy.confidence, embassy.source
        );
    } else {
        text.push_str("The street is not known: find it out, and write it on letters or envelopes, before you post them.\n");
        if let Some(website) = &embassy.website {
            let _ = writeln!(text, "The mission's website, where it may be found: {website}");
        }
    }
    if let Some(note) = &embassy.note {
        let _ = writeln!(text, "What is missing or to be checked: {note}");
    }
    if letters > 0 {
        let _ = write!(text, "\nEach letter's file, and whose it is:\n\n{listed}");
    }
    if !left.is_empty() {
        text.push_str("\nNot to be posted, for their signers are not in the list any more, or said no:\n\n");
        let names = left.iter().filter_map(|path| path.file_name());
        names.for_each(|name| _ = writeln!(text, "{}", name.display()));
    }
    text
}
