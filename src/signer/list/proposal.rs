//! The `[columns]` that a list's headings and cells suggest: shown to the organizer, who pastes it; never taken unasked.

use super::columns::{Fields, Role};
use super::looks::{Column, Look};
use super::mapping::{ConsentColumn, Mapping};
use super::synonyms;
use crate::signer::consent::words::{self, Answer};
use crate::signer::field::Field;

/// The most words for a yes that are proposed.
const WORDS: usize = 6;

/// What is known of a list's columns.
pub(super) struct Known<'a> {
    pub names: &'a [String],
    pub roles: &'a [Role],
    pub fields: &'a Fields,
    pub sample: &'a [Column],
}

/// A mapping of all that can be found.
pub(super) fn mapping(known: &Known<'_>, said: &Mapping) -> Mapping {
    let mut fields = Vec::new();
    for field in Field::ALL {
        if matches!(field, Field::Name | Field::Consent) {
            continue;
        }
        let index = known.fields.column(field).or_else(|| known.look_for(field));
        fields.extend(index.map(|index| (field, known.names[index].clone())));
    }
    Mapping {
        name: known.name(),
        fields,
        consent: said.consent.clone().or_else(|| known.consent()),
        dates: said.dates,
    }
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

    fn consent(&self) -> Option<ConsentColumn> {
        let named = self.fields.column(Field::Consent);
        let speaks = |&index: &usize| synonyms::speaks_of_consent(&self.names[index]);
        let free = || (0..self.names.len()).filter(|&index| self.is_free(index));
        let answers = |&index: &usize| self.look(index) == Some(Look::Answers);
        let index = named
            .or_else(|| free().find(|index| speaks(index) && answers(index)))
            .or_else(|| free().find(speaks))
            .or_else(|| free().find(answers))?;
        let column = &self.sample[index];
        let unknown = |cell: &&String| words::answer(&words::key(cell)).is_none();
        let is_date = self.look(index) == Some(Look::Dates);
        let has_other_words = !is_date && column.cells.iter().any(|cell| unknown(&cell));
        let agreeing = |cell: &&String| words::answer(&words::key(cell)) != Some(Answer::No);
        let date = if is_date { None } else { self.day_of_answers() };
        let yes = if has_other_words || date.is_some() {
            column.cells.iter().filter(agreeing).take(WORDS).cloned().collect()
        } else {
            Vec::new()
        };
        let no = if has_other_words && column.has_empty { vec![String::new()] } else { Vec::new() };
        Some(ConsentColumn { column: self.names[index].clone(), yes, no, date })
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
