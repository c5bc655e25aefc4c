//! The plan: which letter, through which channel, to which embassy; what is left out and why.
//!
//! A value: `--dry-run` prints it, `send` carries it out, `check` judges it. It holds counts and a roll on disk, so
//! that a million signers need no more memory than ten thousand. Making it changes nothing in the ledger.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use super::forecast::Group;
use super::roll::{Roll, RollWriter};
use super::window::{Opening, Window};
use crate::embassy::{Confidence, Embassy};
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Added, Enrolment, Identity, Keys, LedgerError, List};
use crate::letter::Letter;
use crate::letter::desk::Desk;
use crate::letter::form::pdf::printer::Printer;
use crate::letter::template::Translation;
use crate::mailbox::Mailbox;
use crate::signer::Field;
use crate::signer::list::{Conditions, Entry, Faults, Position, Row, Source, SourceError};

/// How a letter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Channel {
    /// By SMTP.
    Mail,
    /// On paper.
    Post,
}

/// What the planner decides by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'p> {
    /// What rows must satisfy.
    pub conditions: Conditions,
    /// Whether an e-mail address of low confidence is used.
    pub old_addresses: bool,
    /// Whether letters that would go by post are left out of the campaign.
    pub no_post: bool,
    /// The window, and the year of its day.
    pub window: Option<(Window, i32)>,
    /// What prints the letters that go by post, where they are printed: a row that it has no glyph for is faulty.
    pub printer: Option<&'p RefCell<Printer>>,
}

/// A campaign's letters to one embassy through one channel.
#[derive(Debug)]
pub(crate) struct PlanLane<'d> {
    /// To whom.
    pub embassy: &'d Embassy,
    /// How.
    pub channel: Channel,
    /// When letters may leave for it.
    pub opening: Option<Opening>,
    /// How many.
    pub letters: u64,
}

/// A row that is the same signer's letter to the same embassy as an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Repeat {
    /// The row that is left out.
    pub row: u64,
    /// The row that stands.
    pub earlier: u64,
}

/// A row that has the same name as another one, and neither e-mail nor city: nobody can tell whether it is one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Twin {
    /// The faulty row.
    pub row: u64,
    /// One that is faulty with it.
    pub other: u64,
}

impl fmt::Display for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} has the same name; add an e-mail or a city: these may be two people", self.other)
    }
}

/// The whole plan.
#[derive(Debug)]
pub(crate) struct Plan<'d> {
    /// The letters, by embassy and channel.
    pub lanes: Vec<PlanLane<'d>>,
    /// Where each lane's rows stand in the list.
    pub roll: Roll,
    /// Rows of the list.
    pub rows: u64,
    /// Rows whose signers withheld their consent.
    pub left_out: u64,
    /// Rows whose letters would go by post, where post is left out.
    pub without_post: u64,
    /// Letters in a translation that no native speaker has reviewed, by its language tag.
    pub unreviewed: BTreeMap<String, u64>,
    /// Rows that cannot be used.
    pub faults: Faults,
    /// Rows that repeat another, in the list's order.
    pub repeats: Vec<Repeat>,
    /// Rows that may be two people of one name, and so are faulty, in the list's order.
    pub twins: Vec<Twin>,
}

/// Why no plan could be made.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum PlanError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(
        "the plan needs a temporary file, which cannot be written: {0}; TMPDIR can name a folder with more room"
    )]
    Roll(#[from] std::io::Error),
}

impl ExitCode for PlanError {
    fn exit(&self) -> Exit {
        match self {
            PlanError::Source(error) => error.exit(),
            PlanError::Ledger(error) => error.exit(),
            PlanError::Roll(_) => Exit::CannotCreate,
        }
    }
}

/// Reads the whole list once, and compares it with the ledger through `list`.
///
/// # Errors
/// Where the list cannot be read or there is no room; faulty rows are part of the plan.
pub(crate) fn make<'d>(
    source: &Source,
    desk: &'d Desk,
    keys: &Keys,
    rules: &Rules<'_>,
    list: &mut List<'_>,
) -> Result<Plan<'d>, PlanError> {
    let judge = Judge::new(desk).under(rules);
    let mut planner = Planner { lanes: Vec::new(), index: HashMap::new(), rules };
    let mut roll = RollWriter::new()?;
    let (mut rows, mut left_out, mut without_post) = (0, 0, 0);
    let mut unreviewed = BTreeMap::new();
    let mut faults = Faults::default();
    let (mut repeats, mut twins) = (Vec::new(), Vec::<Twin>::new());
    let mut firsts = BTreeSet::new();
    for entry in source.rows(rules.conditions)? {
        rows += 1;
        let row = match entry? {
            Entry::Row(row) => row,
            Entry::Withheld(_) => {
                left_out += 1;
                continue;
            }
            Entry::Faulty(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let embassy = match judge.embassy(&row) {
            Ok(embassy) => embassy,
            Err((field, sentence)) => {
                faults.push(source.fault(row.position, field, sentence)?);
                continue;
            }
        };
        let channel = channel(embassy, rules.old_addresses);
        if channel == Channel::Post && rules.no_post {
            without_post += 1;
            continue;
        }
        let identity =
            Identity { name: row.signer.name(), email: row.signer.email(), city: row.signer.city() };
        let destination = embassy.destination();
        let mail_address = match channel {
            Channel::Mail => embassy.email.as_ref().map(|email| email.mailbox.to_string()),
            Channel::Post => None,
        };
        let enrolment = Enrolment {
            row: i64::try_from(row.position.number).unwrap_or(i64::MAX),
            letter: keys.fingerprint(&identity, &destination),
            destination: &destination,
            mail_address: mail_address.as_deref(),
        };
        match list.add(&enrolment)? {
            Added::New => {
                roll.push(planner.lane(embassy, channel), row.position)?;
                if let Some(language) = judge.unreviewed(&row) {
                    *unreviewed.entry(language).or_default() += 1;
                }
            }
            Added::Repeats(earlier) => {
                let position = row.position;
                let (number, earlier) = (position.number, earlier.unsigned_abs());
                if row.signer.email().is_some() || row.signer.city().is_some() {
                    repeats.push(Repeat { row: number, earlier });
                    continue;
                }
                let mut blame = |position: Position, other| {
                    let twin = Twin { row: position.number, other };
                    twins.push(twin);
                    faults.push(source.fault(position, Field::Name, twin.to_string())?);
                    Ok::<_, SourceError>(())
                };
                if firsts.insert(earlier)
                    && let Some(first) = roll.withdraw(earlier)?
                {
                    blame(first, number)?;
                }
                blame(position, earlier)?;
            }
        }
    }
    for first in firsts {
        list.withdraw(i64::try_from(first).unwrap_or(i64::MAX))?;
    }
    twins.sort_by_key(|twin| twin.row);
    let roll = roll.finish()?;
    let mut lanes = planner.lanes;
    for (index, lane) in lanes.iter_mut().enumerate() {
        lane.letters = roll.letters(index);
    }
    Ok(Plan { lanes, roll, rows, left_out, without_post, unreviewed, faults, repeats, twins })
}

impl Plan<'_> {
    /// The letters of one channel.
    pub(crate) fn letters(&self, channel: Channel) -> u64 {
        self.lanes.iter().filter(|lane| lane.channel == channel).map(|lane| lane.letters).sum()
    }

    /// The mailed letters by mailbox, of which `to_go` says how many are still to be sent.
    pub(crate) fn groups(&self, to_go: impl Fn(&PlanLane<'_>) -> u64) -> Vec<Group> {
        let mailed = self.lanes.iter().filter(|lane| lane.channel == Channel::Mail);
        let group = |lane: &PlanLane<'_>| {
            let domain = lane.embassy.email.as_ref()?.mailbox.domain().to_owned();
            Some(Group { opening: lane.opening, letters: to_go(lane), domain })
        };
        mailed.filter_map(group).collect()
    }
}

/// By mail where an address is known that can be relied upon, else by post.
pub(crate) fn channel(embassy: &Embassy, old_addresses: bool) -> Channel {
    match &embassy.email {
        Some(email) if old_addresses || email.confidence != Confidence::Low => Channel::Mail,
        _ => Channel::Post,
    }
}

/// Judges what a row alone cannot know: whether its letter can be written.
#[derive(Debug)]
pub(crate) struct Judge<'d, 'p> {
    desk: &'d Desk,
    rules: Option<Rules<'p>>,
    mailboxes: HashSet<Mailbox>,
}

impl<'d, 'p> Judge<'d, 'p> {
    /// By the address book and the letters of `desk`.
    pub(crate) fn new(desk: &'d Desk) -> Judge<'d, 'p> {
        let mailboxes =
            desk.book.missions().filter_map(|embassy| Some(embassy.email.as_ref()?.mailbox.folded()));
        Judge { desk, rules: None, mailboxes: mailboxes.collect() }
    }

    /// The judge that tries out what goes by post under these rules.
    #[must_use]
    pub(crate) fn under(self, rules: &Rules<'p>) -> Judge<'d, 'p> {
        Judge { rules: Some(*rules), ..self }
    }

    /// A row's letter.
    ///
    /// # Errors
    /// The field that has to be mended, and the sentence that says how.
    pub(crate) fn letter<'r>(&'r self, row: &'r Row) -> Result<Letter<'r>, (Field, String)> {
        if let Some(email) = row.signer.email().filter(|email| self.mailboxes.contains(&email.folded())) {
            return Err((
                Field::Email,
                format!("\"{email}\" is an embassy's own address: write the signer's"),
            ));
        }
        let letter = self.desk.letter(&row.signer, &row.wishes);
        let letter = letter.map_err(|error| (error.field(&row.wishes), error.to_string()))?;
        if let Some(Rules { printer: Some(printer), old_addresses, .. }) = self.rules
            && channel(letter.embassy, old_addresses) == Channel::Post
        {
            let tried = printer.borrow_mut().try_out(&letter);
            tried.map_err(|error| (error.field(&row.signer), error.to_string()))?;
        }
        Ok(letter)
    }

    /// The embassy that a row's letter goes to, once it is sure that the letter can be written.
    ///
    /// # Errors
    /// As those of [`Judge::letter`].
    pub(crate) fn embassy(&self, row: &Row) -> Result<&'d Embassy, (Field, String)> {
        self.letter(row)?;
        self.desk.embassy(&row.signer, &row.wishes).map_err(|error| (Field::Country, error.to_string()))
    }

    /// The language of a row's letter, where it is a translation that nobody has reviewed.
    fn unreviewed(&self, row: &Row) -> Option<String> {
        let template = self.desk.template(&row.wishes).ok()?;
        let front_matter = &template.front_matter;
        (front_matter.translation == Translation::Unreviewed).then(|| front_matter.language.clone())
    }
}

struct Planner<'d, 'r> {
    lanes: Vec<PlanLane<'d>>,
    index: HashMap<(*const Embassy, Channel), usize>,
    rules: &'r Rules<'r>,
}

impl<'d> Planner<'d, '_> {
    fn lane(&mut self, embassy: &'d Embassy, channel: Channel) -> usize {
        let lanes = &mut self.lanes;
        let rules = self.rules;
        *self.index.entry((std::ptr::from_ref(embassy), channel)).or_insert_with(|| {
            let opening = match channel {
                Channel::Mail => rules.window.map(|(window, year)| window.opening(year, embassy.time_zone())),
                Channel::Post => None,
            };
            lanes.push(PlanLane { embassy, channel, opening, letters: 0 });
            lanes.len() - 1
        })
    }
}
