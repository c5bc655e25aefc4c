//! What the names in a header mean: a field, an extra column, one of a report's, nothing.
//!
//! A column's own name goes before its synonyms; two columns for one field are an error, not a choice; no letter is
//! signed with a part of a name.

use super::notice::Notice;
use super::synonyms;
use crate::signer::extra::ExtraColumn;
use crate::signer::field::Field;
use crate::wording::quoted;
use std::collections::{BTreeMap, BTreeSet};

/// The columns that a report adds.
pub(crate) const REPORT_COLUMNS: [&str; 7] =
    ["embassy", "channel", "outcome", "reply_code", "reply", "message_id", "at"];

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A field that the program knows.
    Field(Field),
    /// What a template may name.
    Extra(ExtraColumn),
    /// A column that a report adds: it is not the signers' own.
    Reserved,
    /// A column that cannot be named.
    Unnamed,
}

/// The columns as far as they are understood.
pub(super) struct Columns<'a> {
    names: &'a [String],
    /// What each column holds.
    pub roles: Vec<Role>,
    /// The column of each field, by the field's number.
    pub fields: [Option<usize>; Field::ALL.len()],
    /// What is wrong, with the column's index.
    pub faults: Vec<(usize, String)>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

impl<'a> Columns<'a> {
    /// Understands the header's names.
    pub(super) fn of(names: &'a [String]) -> Columns<'a> {
        let mut columns = Columns {
            names,
            roles: Vec::with_capacity(names.len()),
            fields: [None; Field::ALL.len()],
            faults: Vec::new(),
            notices: Vec::new(),
        };
        columns.assign_roles();
        columns.announce_reserved();
        columns.look_for_parts_of_names();
        columns.look_for_slips();
        columns.look_for_missing();
        columns
    }

    fn assign_roles(&mut self) {
        let keys: Vec<String> = self.names.iter().map(|name| synonyms::key(name)).collect();
        let under_own_name: BTreeSet<Field> = keys
            .iter()
            .filter_map(|key| synonyms::field(key).filter(|&field| synonyms::is_own_name(field, key)))
            .collect();
        let mut extras = BTreeMap::new();
        for (index, (name, key)) in self.names.iter().zip(&keys).enumerate() {
            let goes_before =
                |field: &Field| synonyms::is_own_name(*field, key) || !under_own_name.contains(field);
            let role = if REPORT_COLUMNS.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
                Role::Reserved
            } else if let Some(field) = synonyms::field(key).filter(goes_before) {
                self.assign_field(field, index, synonyms::is_own_name(field, key));
                Role::Field(field)
            } else {
                self.extra(index, name, &mut extras)
            };
            self.roles.push(role);
        }
    }

    fn assign_field(&mut self, field: Field, index: usize, under_own_name: bool) {
        let written = &self.names[index];
        if let Some(first) = self.fields[field as usize] {
            let sentence = format!(
                "columns {} and {} ({} and {}) both mean {field}: keep one of them, or rename one",
                first + 1,
                index + 1,
                quoted(&self.names[first]),
                quoted(written),
            );
            self.faults.push((index, sentence));
            return;
        }
        if !under_own_name {
            self.notices.push(Notice::Synonym { written: written.clone(), meant: field });
        }
        self.fields[field as usize] = Some(index);
    }

    fn extra(&mut self, index: usize, name: &str, extras: &mut BTreeMap<String, usize>) -> Role {
        let Some(column) = ExtraColumn::new(name) else {
            return Role::Unnamed;
        };
        if let Some(first) = extras.insert(column.folded().to_owned(), index) {
            let (first, second) = (first + 1, index + 1);
            let sentence =
                format!("columns {first} and {second} are both named {}: rename one of them", quoted(name));
            self.faults.push((index, sentence));
        }
        Role::Extra(column)
    }

    /// All seven are a report's, and need no word; a few of them are somebody's own.
    fn announce_reserved(&mut self) {
        let reserved = self.names.iter().zip(&self.roles).filter(|(_, role)| **role == Role::Reserved);
        let names: Vec<String> = reserved.map(|(name, _)| name.clone()).collect();
        if !names.is_empty() && names.len() < REPORT_COLUMNS.len() {
            self.notices.push(Notice::Reserved(names));
        }
    }

    /// `Nom` beside `Prénom` is a surname: no letter is signed with half a name.
    fn look_for_parts_of_names(&mut self) {
        let part = self.names.iter().position(|name| synonyms::is_part_of_a_name(&synonyms::key(name)));
        let (Some(part), Some(whole)) = (part, self.fields[Field::Name as usize]) else {
            return;
        };
        let (part, written) = (&self.names[part], &self.names[whole]);
        if synonyms::is_own_name(Field::Name, &synonyms::key(written)) {
            self.notices.push(Notice::WholeName { written: written.clone(), part: part.clone() });
        } else {
            let sentence = format!(
                "{} beside {} may be a part of the name only: put the whole name into one column \"name\"",
                quoted(written),
                quoted(part)
            );
            self.faults.push((whole, sentence));
        }
    }

    /// `emial` would be a column of the user's own, and every copy to a signer be missing: a word about it.
    fn look_for_slips(&mut self) {
        let extras = self.names.iter().zip(&self.roles).filter(|(_, role)| matches!(role, Role::Extra(_)));
        // These three are missed with an error of their own, where they are needed.
        let needed = [Field::Name, Field::Country, Field::Consent];
        let missing = || {
            Field::ALL
                .into_iter()
                .filter(|field| !needed.contains(field) && self.fields[*field as usize].is_none())
        };
        let slips = extras.filter_map(|(written, _)| {
            let key = synonyms::key(written);
            let near = |field: &Field| {
                strsim::normalized_damerau_levenshtein(&key, &synonyms::key(field.name())) >= 0.75
            };
            Some(Notice::Slip { written: written.clone(), meant: missing().find(near)? })
        });
        let slips: Vec<Notice> = slips.collect();
        self.notices.extend(slips);
    }

    fn look_for_missing(&mut self) {
        for field in [Field::Name, Field::Country] {
            if self.fields[field as usize].is_none() {
                self.faults.push((0, missing_column(field, self.names)));
            }
        }
    }
}

/// What to say where a column is needed and not there.
pub(super) fn missing_column(field: Field, names: &[String]) -> String {
    let part = |name: &&String| field == Field::Name && synonyms::is_part_of_a_name(&synonyms::key(name));
    let near = |name: &&String| {
        let key = synonyms::key(name);
        synonyms::field(&key).is_none() && strsim::normalized_damerau_levenshtein(&key, field.name()) >= 0.6
    };
    if let Some(part) = names.iter().find(part) {
        let part = quoted(part);
        return format!(
            "no column \"{field}\": put the whole name, of which {part} is a part, into one column"
        );
    }
    if let Some(near) = names.iter().find(near) {
        let near = quoted(near);
        return format!("no column \"{field}\": if {near} is meant to be it, rename that column");
    }
    let shown: Vec<String> = names.iter().take(12).map(|name| quoted(name)).collect();
    format!("no column \"{field}\" in the header, which names {}", shown.join(", "))
}
