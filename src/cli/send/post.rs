//! Letters that go by post: ready to print, a folder for each embassy with a cover list.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::campaign::letters::Letters;
use crate::campaign::plan::{Channel, Plan};
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::embassy::{Embassy, Kind};
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::ledger::{Ledger, LetterKey, Purpose, State};
use crate::letter::form::pdf::printer::Printer;
use crate::message::compose;
use crate::wording::count;

/// Letters whose files are recorded in one commit.
const GROUP: usize = 100;

/// Where letters are written, how they are printed, and the year of the protest day that they carry.
pub(super) struct Post<'a> {
    pub(super) folder: &'a Path,
    pub(super) printer: &'a RefCell<Printer>,
    pub(super) year: i32,
}

impl Post<'_> {
    /// Writes every letter of the plan that goes by post and is not written yet; each is by post when its file is durable.
    pub(super) fn write(
        &self,
        letters: &Letters<'_>,
        plan: &Plan<'_>,
        ledger: &Ledger,
        interrupted: &AtomicBool,
        session: &Session,
    ) -> Result<(), Failure> {
        let folder = self.folder;
        let changed = |problem: String| Failure::new(Exit::TemporaryFailure, problem);
        let mut covers: BTreeMap<String, (&Embassy, u64)> = BTreeMap::new();
        let mut written = 0;
        for (number, lane) in plan.lanes.iter().enumerate().filter(|(_, lane)| lane.channel == Channel::Post)
        {
            let name = folder_name(lane.embassy);
            let place = folder.join(&name);
            files::make_folder(&place)?;
            covers.insert(name, (lane.embassy, lane.letters));
            let mut group = Vec::new();
            for place_in_lane in 0..lane.letters {
                if interrupted.load(Ordering::Relaxed) {
                    break;
                }
                let position =
                    plan.roll.at(number, place_in_lane).map_err(|error| changed(error.to_string()))?;
                let row = letters.row(position).map_err(|error| changed(error.to_string()))?;
                let key = compose::fingerprint(&letters.keys, &row.signer, lane.embassy).key;
                let state = ledger.standing(key)?.map(|standing| standing.state);
                if !matches!(state, Some(State::Pending | State::Deferred | State::ByPost)) {
                    continue;
                }
                let template = letters.desk.template(&row.wishes)?;
                let date = Some(template.front_matter.protest_day.in_year(self.year));
                let letter = letters.desk.letter_dated(&row.signer, &row.wishes, date)?;
                let file = format!("{}.pdf", letters.keys.message_id_local_part(key, Purpose::Letter));
                files::write_again(&place.join(file), &self.printer.borrow_mut().letter(&letter)?)?;
                if state != Some(State::ByPost) {
                    group.push(key);
                    written += 1;
                }
                if group.len() == GROUP {
                    record(&place, &mut group, ledger)?;
                }
            }
            record(&place, &mut group, ledger)?;
        }
        for (name, (embassy, letters)) in &covers {
            let path = folder.join(name).join("cover.txt");
            files::write(&path, cover(embassy, *letters).as_bytes(), Old::IsReplaced)?;
        }
        if written > 0 {
            session.terminal.notice_line(&format!(
                "{}: {} written for the post.",
                folder.display(),
                count(written, "letter")
            ));
        }
        Ok(())
    }
}

/// Records letters whose files are in `folder`, once their names are as durable as the files.
fn record(folder: &Path, group: &mut Vec<LetterKey>, ledger: &Ledger) -> Result<(), Failure> {
    if group.is_empty() {
        return Ok(());
    }
    // Only Unix can say so of a folder.
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| {
            Failure::new(Exit::CannotCreate, format!("{}: cannot be written: {error}", folder.display()))
        })?;
    }
    ledger.by_post(group, chrono::Utc::now())?;
    group.clear();
    Ok(())
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
