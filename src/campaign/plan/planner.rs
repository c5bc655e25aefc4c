//! Makes the plan: reads the whole list once, and compares it with the ledger.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::judge::Judge;
use super::roll::RollWriter;
use super::{Channel, Plan, PlanLane, Repeat, Rules, Twin, WithoutMail, channel};
use crate::embassy::Embassy;
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Added, Enrolment, Identity, Keys, LedgerError, List};
use crate::letter::desk::Desk;
use crate::signer::Field;
use crate::signer::list::{Entry, Faults, Position, Source, SourceError};

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
        let channel = channel(embassy, rules.addresses);
        if channel == Channel::Post && rules.without_mail == WithoutMail::LeftOut {
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
    list.close()?;
    twins.sort_by_key(|twin| twin.row);
    let roll = roll.finish()?;
    let mut lanes = planner.lanes;
    for (index, lane) in lanes.iter_mut().enumerate() {
        lane.letters = roll.letters(index);
    }
    Ok(Plan { lanes, roll, rows, left_out, without_post, unreviewed, faults, repeats, twins })
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
