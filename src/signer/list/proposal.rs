//! The `[columns]` that a list's headings and cells suggest: shown to the organizer, who pastes it; never taken unasked.

use super::agreement;
use super::columns::{Fields, Role};
use super::looks::{Column, Look};
use super::mapping::{ConsentColumn, Mapping, toml_strings};
use super::synonyms;
use crate::signer::consent::words;
use crate::signer::field::Field;
use crate::wording::quoted;

/// The most words for a yes that are proposed, and the most that are doubted.
const WORDS: usize = 6;

/// What is known of a list's columns.
pub(super) struct Known<'a> {
    pub names: &'a [String],
    pub roles: &'a [Role],
    pub fields: &'a Fields,
    pub sample: &'a [Column],
}

/// What of a list can be found, and what is only likely.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proposal {
    /// What each column means.
    pub mapping: Mapping,
    /// The columns of it that are taken for their cells alone.
    pub by_their_cells: Vec<(Field, String)>,
    /// The answers in the column of consent that may be none.
    pub doubted: Vec<String>,
    /// A column that may be the consent, where none is sure to be.
    pub likely_consent: Option<ConsentColumn>,
}

impl Proposal {
    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Proposal::default()
    }

    /// As it stands in campaign.toml; what is doubtful behind a `#`.
    pub(crate) fn block(&self) -> String {
        let mut text = self.mapping.block();
        if !self.doubted.is_empty() {
            text.push_str(&format!(
                "# These answers may be no consent, and are none until they stand in yes = […]: {}\n",
                toml_strings(&self.doubted)
            ));
        }
        if let Some(consent) = &self.likely_consent {
            text.push_str(&format!(
                "# This column may ask for something else. If it is the consent to the letter, take the # away:\n#consent = {}\n",
                consent.value()
            ));
        }
        text
    }

    /// What the organizer should look at, a sentence each.
    pub(crate) fn doubts(&self) -> Vec<String> {
        let by_its_cells = self.by_their_cells.iter().map(|(field, column)| {
            format!("the column {} is taken as {field} for its cells alone", quoted(column))
        });
        let consent = self.likely_consent.as_ref().map(|consent| {
            format!(
                "the column {} is not taken as the consent: it may ask for something else",
                quoted(&consent.column)
            )
        });
        let doubted = (!self.doubted.is_empty()).then(|| {
            let answers: Vec<String> = self.doubted.iter().map(|answer| quoted(answer)).collect();
            format!("answers that may be no consent are not taken as one: {}", answers.join(", "))
        });
        by_its_cells.chain(consent).chain(doubted).collect()
    }
}

/// All that can be found.
pub(super) fn proposal(known: &Known<'_>, said: &Mapping) -> Proposal {
    let mut fields = Vec::new();
    let mut by_their_cells = Vec::new();
    for field in Field::ALL {
        if matches!(field, Field::Name | Field::Consent) {
            continue;
        }
        let by_heading = known.fields.column(field);
        if let Some(index) = by_heading.or_else(|| known.look_for(field)) {
            let column = (field, known.names[index].clone());
            if by_heading.is_none() {
                by_their_cells.push(column.clone());
            }
            fields.push(column);
        }
    }
    let mut proposal = Proposal {
        mapping: Mapping { name: known.name(), fields, consent: said.consent.clone(), dates: said.dates },
        by_their_cells,
        ..Proposal::default()
    };
    if proposal.mapping.consent.is_none()
        && let Some((index, is_sure)) = known.consent()
    {
        let (column, doubted) = known.answers_in(index);
        if is_sure {
            (proposal.mapping.consent, proposal.doubted) = (Some(column), doubted);
        } else {
            proposal.likely_consent = Some(column);
        }
    }
    proposal
}

/// The one that there is.
fn only(mut found: impl Iterator<Item = usize>) -> Option<usize> {
    found.next().filter(|_| found.next().is_none())
}

impl Known<'_> {
    fn name(&self) -> Vec<String> {
        let name = |index: usize| self.names[index].clone();
        if !self.fields.name.is_empty() {
            return self.fields.name.iter().map(|&index| name(index)).collect();
        }
        let mut parts: Vec<(synonyms::NamePart, usize)> = self
            .names
            .iter()
            .enumerate()
            .filter_map(|(index, name)| Some((synonyms::part_of_a_name(name)?, index)))
            .collect();
        let whole = self.fields.column(Field::Name);
        if parts.is_empty() {
            let near = || self.names.iter().position(|name| synonyms::key(name).contains("name"));
            return whole.or_else(near).map(name).into_iter().collect();
        }
        if let Some(whole) = whole {
            let key = synonyms::key(&self.names[whole]);
            if synonyms::is_own_name(Field::Name, &key) || key.contains("full") {
                return vec![name(whole)];
            }
            parts.push((synonyms::NamePart::Family, whole));
        }
        // In Chinese, Japanese, Korean and Vietnamese the family name stands first, as it does in their lists.
        if self.names.iter().any(|name| name.chars().any(|c| u32::from(c) >= 0x3000)) {
            parts.sort_by_key(|(_, index)| *index);
        } else {
            parts.sort();
        }
        parts.dedup_by_key(|(part, _)| *part);
        parts.into_iter().map(|(_, index)| name(index)).collect()
    }

    /// A column that no field has and that looks like this one.
    fn look_for(&self, field: Field) -> Option<usize> {
        let wanted = match field {
            Field::Country => Look::Countries,
            Field::Email => Look::Emails,
            _ => return None,
        };
        (0..self.names.len()).find(|&index| self.is_free(index) && self.look(index) == Some(wanted))
    }

    /// The column that holds the consent or may hold it, and whether it is sure to.
    fn consent(&self) -> Option<(usize, bool)> {
        let named = self.fields.column(Field::Consent);
        let free = || (0..self.names.len()).filter(|&index| self.is_free(index));
        let answers = |&index: &usize| self.look(index) == Some(Look::Answers);
        let speaks = |&index: &usize| agreement::is_spoken_of(&self.names[index]);
        let is_sure = |&index: &usize| !agreement::may_be_of_something_else(&self.names[index]);
        let of_letter = |&index: &usize| agreement::names_the_letter(&self.names[index]);
        let sure = || free().filter(speaks).filter(is_sure);
        let chosen = named
            .or_else(|| only(sure().filter(of_letter).filter(answers)))
            .or_else(|| only(sure().filter(answers)))
            .or_else(|| only(sure()));
        let likely = || free().find(|index| speaks(index) && answers(index)).or_else(|| free().find(speaks));
        chosen
            .map(|index| (index, true))
            .or_else(|| Some((likely().or_else(|| free().find(answers))?, false)))
    }

    /// What says the consent in a column, and the answers that may be none.
    fn answers_in(&self, index: usize) -> (ConsentColumn, Vec<String>) {
        let column = &self.sample[index];
        let is_date = self.look(index) == Some(Look::Dates);
        let is_unknown = |cell: &String| words::answer(&words::key(cell)).is_none();
        let has_other_words = !is_date && column.cells.iter().any(is_unknown);
        let date = if is_date { None } else { self.day_of_answers() };
        let alone = column.cells.len() == 1 && column.has_repeats;
        let agrees = |cell: &&String| agreement::is_given_by(cell, &self.names[index], alone);
        let yes = if has_other_words || date.is_some() {
            column.cells.iter().filter(agrees).take(WORDS).cloned().collect()
        } else {
            Vec::new()
        };
        let is_doubted = |cell: &&String| has_other_words && is_unknown(cell) && !agrees(cell);
        let doubted = column.cells.iter().filter(is_doubted).take(WORDS).cloned().collect();
        let no = if has_other_words && column.has_empty { vec![String::new()] } else { Vec::new() };
        (ConsentColumn { column: self.names[index].clone(), yes, no, date }, doubted)
    }

    /// The column of when the form was filled in.
    fn day_of_answers(&self) -> Option<String> {
        let dates = || {
            (0..self.names.len())
                .filter(|&index| self.is_free(index) && self.look(index) == Some(Look::Dates))
        };
        let index = dates().find(|&index| synonyms::speaks_of_time(&self.names[index])).or_else(|| {
            let mut dates = dates();
            dates.next().filter(|_| dates.next().is_none())
        })?;
        Some(self.names[index].clone())
    }

    fn is_free(&self, index: usize) -> bool {
        matches!(self.roles.get(index), Some(Role::Extra(_)))
    }

    fn look(&self, index: usize) -> Option<Look> {
        self.sample.get(index)?.look(&self.names[index])
    }
}
