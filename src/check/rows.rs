//! The list of signers: faulty and repeated rows, e-mails that several share, own words, and how old the consents are.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher as _, RandomState};

use chrono::NaiveDate;

use super::Finding;
use super::letters::Wanted;
use crate::campaign::plan::{Channel, Plan};
use crate::exit::Exit;
use crate::ledger::SharedEmails;
use crate::signer::consent::Consent;
use crate::signer::list::{Conditions, Entry, Source, SourceError};
use crate::wording::{count, is_or_are, rows_named};

/// From when on a consent is to the letter as it is now.
#[derive(Clone, Debug)]
pub(crate) enum Since {
    /// The campaign says so: older consents are no longer enough.
    Stated(NaiveDate),
    /// The letter's file was last changed then; whether its sense changed, nobody says.
    Changed {
        /// The letter.
        file: String,
        /// The day.
        on: NaiveDate,
    },
}

impl Since {
    fn day(&self) -> NaiveDate {
        match self {
            Since::Stated(day) | Since::Changed { on: day, .. } => *day,
        }
    }
}

/// What the rows of a list have in common.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The letters that are asked for.
    pub wanted: BTreeSet<Wanted>,
    rows: u64,
    with_own_words: u64,
    old: Vec<u64>,
    old_total: u64,
    undated: u64,
}

const CHECK: &str = "consent";

/// A share of letters with own words, in percent, that is worth no remark.
const ENOUGH: u64 = 20;

/// The most rows that are named.
const NAMED: usize = 20;

/// Goes through the list once.
///
/// # Errors
/// Where it cannot be read; faulty rows are left to the plan.
pub(crate) fn survey(
    source: &Source,
    conditions: Conditions,
    since: Option<&Since>,
) -> Result<Survey, SourceError> {
    let mut survey = Survey::default();
    // A million notes take a fifth of the room as their hashes, and one taken for another would change a count by one.
    let (mut notes, hasher) = (HashSet::new(), RandomState::new());
    for entry in source.rows(conditions)? {
        let Entry::Row(row) = entry? else { continue };
        survey.rows += 1;
        // The same words in several rows are the form's, and count once.
        let own = row.signer.note().is_some_and(|note| notes.insert(hasher.hash_one(note)));
        survey.with_own_words += u64::from(own);
        let wanted = (row.wishes.letter.clone(), row.wishes.lang.clone());
        if !survey.wanted.contains(&wanted) {
            survey.wanted.insert(wanted);
        }
        match (row.wishes.consent, since) {
            (Consent::Given(Some(day)), Some(since)) if day < since.day() => {
                survey.old_total += 1;
                if survey.old.len() < NAMED {
                    survey.old.push(row.position.number);
                }
            }
            (Consent::Given(None), _) => survey.undated += 1,
            _ => {}
        }
    }
    Ok(survey)
}

/// What is wrong or remarkable in the list as a plan.
pub(crate) fn judge(plan: &Plan<'_>, shared: &SharedEmails) -> Vec<Finding> {
    let mut findings = Vec::new();
    let letters = plan.count(Channel::Mail) + plan.count(Channel::Post);
    if !plan.faults.is_empty() {
        findings.push(Finding::bad(
            "rows",
            Exit::Data,
            format!("{} of {} cannot be used:\n{}", plan.faults.rows(), count(plan.rows, "row"), plan.faults),
            "mend these rows; --skip-invalid sends the others without them",
        ));
    } else if letters == 0 {
        findings.push(Finding::bad(
            "rows",
            Exit::Data,
            format!("{}, and no letter comes of them", count(plan.rows, "row")),
            "write those who agreed into the list, one a line",
        ));
    } else {
        findings.push(Finding::good(
            "rows",
            format!("{}, {}", count(plan.rows, "row"), count(letters, "letter")),
        ));
    }
    if plan.left_out > 0 {
        let left_out = count(plan.left_out, "row");
        findings.push(Finding::good("rows", format!("{left_out} left out: their signers said no")));
    }
    if plan.without_post > 0 {
        findings.push(Finding::note(
            "rows",
            format!("{} left out: no e-mail of their embassies can be used", count(plan.without_post, "row")),
            "leave out --no-post, and give --post DIR",
        ));
    }
    if !plan.repeats.is_empty() {
        let repeats = plan.repeats.iter().take(NAMED);
        let repeats: Vec<String> =
            repeats.map(|repeat| format!("row {} repeats row {}", repeat.row, repeat.earlier)).collect();
        findings.push(Finding::note(
            "rows",
            format!(
                "{} written twice, and each signer's letter goes once: {}{}",
                count(plan.repeats.len() as u64, "row"),
                repeats.join(", "),
                if plan.repeats.len() > NAMED { ", …" } else { "" }
            ),
            "nothing, if each pair is one person",
        ));
    }
    if shared.total > 0 {
        let pairs: Vec<String> = shared
            .first
            .iter()
            .map(|group| format!("row {} ({} signers)", group.first_row, group.signers))
            .collect();
        findings.push(Finding::note(
            "shared-emails",
            format!(
                "{} {} used by several signers, first in {}{}",
                count(shared.total, "e-mail"),
                is_or_are(shared.total),
                pairs.join(", "),
                if shared.total > pairs.len() as u64 { ", …" } else { "" }
            ),
            "make sure that they are families, and that each person agreed",
        ));
    }
    findings
}

impl Survey {
    /// How many letters have words of the signer's own.
    pub(crate) fn own_words(&self) -> Option<Finding> {
        let share = (self.with_own_words * 100).checked_div(self.rows)?;
        let message = format!(
            "{} of {} have words of the signer's own ({share} %)",
            self.with_own_words,
            count(self.rows, "letter")
        );
        Some(if share >= ENOUGH || self.rows == 1 {
            Finding::good("own-words", message)
        } else {
            Finding::note(
                "own-words",
                message,
                "equal letters weigh less and are filtered more easily: ask supporters for a sentence of their own \
                 (the column note)",
            )
        })
    }

    /// How old the consents are; nothing where there are none.
    pub(crate) fn consents(&self, since: Option<&Since>) -> Option<Finding> {
        if self.rows == 0 {
            return None;
        }
        let old = format!("{} {} older than", count(self.old_total, "consent"), is_or_are(self.old_total));
        let rows = rows_named(&self.old, self.old_total);
        Some(match since {
            Some(Since::Stated(day)) if self.old_total > 0 => Finding::bad(
                CHECK,
                Exit::Data,
                format!("{old} {day}, the day of consent_since: {rows}"),
                "ask these signers again, and write the new day into the column consent; or no, which leaves them out",
            ),
            Some(Since::Changed { file, on }) if self.old_total > 0 => Finding::note(
                CHECK,
                format!("{old} {file}, which was last changed on {on}: {rows}"),
                format!("if its sense changed, ask these signers again, and set consent_since = \"{on}\""),
            ),
            Some(Since::Stated(day)) if self.undated > 0 => Finding::note(
                CHECK,
                format!(
                    "{} without a day, so that nobody can tell whether it is older than {day}",
                    count(self.undated, "consent")
                ),
                "write the day of each consent into the column",
            ),
            Some(since) => {
                Finding::good(CHECK, format!("no consent is known to be older than {}", since.day()))
            }
            None => Finding::good(CHECK, "every letter has its signer's consent"),
        })
    }
}
