//! What the names in a header mean: a field, an extra column, one of a report's, nothing.
//!
//! The organizer's `[columns]` goes before a column's own name, and that before its synonyms; two columns for one field are
//! an error, not a choice; no letter is signed with a part of a name.

use super::agreement;
use super::looks::{Column, Look};
use super::mapping::{ConsentColumn, Mapping};
use super::notice::Notice;
use super::synonyms;
use crate::signer::extra::ExtraColumn;
use crate::signer::field::Field;
use crate::suggestion;
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

/// Which column holds which field.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    by_field: [Option<usize>; Field::ALL.len()],
    /// The columns that make up the name, where there are several.
    pub name: Vec<usize>,
    /// The column of the day of consent, where it is another than that of the answer.
    pub consent_date: Option<usize>,
}

impl Fields {
    /// The column of a field, counted from 0; of a name in several columns the first.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.by_field[field as usize]
    }
}

/// The columns as far as they are understood.
pub(super) struct Columns<'a> {
    names: &'a [String],
    looks: Vec<Option<Look>>,
    /// What each column holds.
    pub roles: Vec<Role>,
    /// The columns of the fields.
    pub fields: Fields,
    /// What is wrong, with the column's index.
    pub faults: Vec<(usize, String)>,
    /// The needed fields that no column holds.
    pub missing: Vec<Field>,
    /// What the user should know.
    pub notices: Vec<Notice>,
}

impl<'a> Columns<'a> {
    /// Understands the header's names, with what the columns look like and what the organizer says.
    pub(super) fn of(names: &'a [String], sample: &[Column], mapping: &Mapping) -> Columns<'a> {
        let looks = names.iter().zip(sample).map(|(name, column)| column.look(name)).collect();
        let mut columns = Columns {
            names,
            looks,
            roles: Vec::with_capacity(names.len()),
            fields: Fields::default(),
            faults: Vec::new(),
            missing: Vec::new(),
            notices: Vec::new(),
        };
        let mapped = columns.map(mapping);
        columns.assign_roles(&mapped);
        columns.announce_reserved();
        if mapping.name.is_empty() {
            columns.look_for_parts_of_names();
        }
        columns.look_for_slips();
        columns.announce_what_is_not_used(&mapped);
        let needed = [Field::Name, Field::Country].into_iter();
        columns.missing = needed.filter(|field| columns.fields.column(*field).is_none()).collect();
        columns
    }

    /// The columns that the organizer named, by field.
    fn map(&mut self, mapping: &Mapping) -> BTreeMap<usize, Field> {
        let mut mapped = BTreeMap::new();
        let mut fields = mapping.fields.clone();
        fields.extend(mapping.name.iter().map(|name| (Field::Name, name.clone())));
        if let Some(ConsentColumn { column, date, .. }) = &mapping.consent {
            fields.push((Field::Consent, column.clone()));
            if let Some(date) = date {
                self.fields.consent_date = self.named(Field::Consent, date);
            }
        }
        for (field, name) in fields {
            let Some(index) = self.named(field, &name) else { continue };
            mapped.entry(index).or_insert(field);
            if field == Field::Name {
                self.fields.name.push(index);
            }
            self.fields.by_field[field as usize].get_or_insert(index);
        }
        if self.fields.name.len() < 2 {
            self.fields.name.clear();
        }
        mapped
    }

    fn named(&mut self, field: Field, name: &str) -> Option<usize> {
        let wanted = synonyms::key(name);
        let exact = self.names.iter().position(|other| other == name.trim());
        let found = exact.or_else(|| self.names.iter().position(|other| synonyms::key(other) == wanted));
        if found.is_none() {
            let known = self.names.iter().map(String::as_str);
            let hint = match suggestion::nearest(name, known) {
                Some(near) => format!("; did you mean {}?", quoted(near)),
                None => format!("; it has {}", listed(self.names)),
            };
            let sentence = format!(
                "[columns] says that {field} stands in {}, and the list has no such column{hint}",
                quoted(name)
            );
            self.faults.push((0, sentence));
        }
        found
    }

    fn assign_roles(&mut self, mapped: &BTreeMap<usize, Field>) {
        let keys: Vec<String> = self.names.iter().map(|name| synonyms::key(name)).collect();
        let meant: Vec<Option<Field>> = self.names.iter().map(|name| synonyms::field(name)).collect();
        let own = |index: usize| meant[index].filter(|&field| synonyms::is_own_name(field, &keys[index]));
        let under_own_name: BTreeSet<Field> = (0..keys.len()).filter_map(own).collect();
        let taken: BTreeSet<Field> = mapped.values().copied().collect();
        let mut extras = BTreeMap::new();
        for (index, name) in self.names.iter().enumerate() {
            let is_own = own(index).is_some();
            let goes_before =
                |field: &Field| !taken.contains(field) && (is_own || !under_own_name.contains(field));
            let is_reserved = REPORT_COLUMNS.iter().any(|reserved| name.eq_ignore_ascii_case(reserved));
            let role = match (mapped.get(&index), meant[index].filter(goes_before)) {
                (Some(field), _) => Role::Field(*field),
                (None, _) if is_reserved => Role::Reserved,
                (None, Some(field)) if self.assign_field(field, index, is_own) => Role::Field(field),
                _ => self.extra(index, name, &mut extras),
            };
            self.roles.push(role);
        }
    }

    /// Whether the column is the field's; a second one under its own name, or for the name or the country, is a fault.
    fn assign_field(&mut self, field: Field, index: usize, under_own_name: bool) -> bool {
        let written = &self.names[index];
        if let Some(first) = self.fields.column(field) {
            if !under_own_name && !matches!(field, Field::Name | Field::Country | Field::Consent) {
                return false;
            }
            let sentence = format!(
                "columns {} and {} ({} and {}) both mean {field}: keep one of them, rename one, or name the right one \
                 under [columns] in campaign.toml",
                first + 1,
                index + 1,
                quoted(&self.names[first]),
                quoted(written),
            );
            self.faults.push((index, sentence));
            return true;
        }
        if !under_own_name {
            self.notices.push(Notice::Synonym { written: written.clone(), meant: field });
        }
        self.fields.by_field[field as usize] = Some(index);
        true
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
        let part = self.names.iter().position(|name| synonyms::part_of_a_name(name).is_some());
        let (Some(part), Some(whole)) = (part, self.fields.column(Field::Name)) else {
            return;
        };
        let (part, written) = (&self.names[part], &self.names[whole]);
        let key = synonyms::key(written);
        if synonyms::is_own_name(Field::Name, &key) || key.contains("full") || key.contains("complet") {
            self.notices.push(Notice::WholeName { written: written.clone(), part: part.clone() });
        } else {
            let sentence = format!(
                "{} beside {} may be a part of the name only: put the whole name into one column \"name\", or name its \
                 columns under [columns] in campaign.toml",
                quoted(written),
                quoted(part)
            );
            self.faults.push((whole, sentence));
        }
    }

    /// `emial` would be a column of the user's own, and every copy to a signer be missing: a word about it.
    fn look_for_slips(&mut self) {
        // These three are missed with an error of their own, where they are needed.
        let needed = [Field::Name, Field::Country, Field::Consent];
        let fields = &self.fields;
        let missing = || {
            Field::ALL
                .into_iter()
                .filter(move |field| !needed.contains(field) && fields.column(*field).is_none())
        };
        let extras = self.names.iter().zip(&self.roles).filter(|(_, role)| matches!(role, Role::Extra(_)));
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

    /// A column that is not used and looks as if it should be.
    fn announce_what_is_not_used(&mut self, mapped: &BTreeMap<usize, Field>) {
        for (index, name) in self.names.iter().enumerate() {
            let is_date = self.fields.consent_date == Some(index);
            if !matches!(self.roles[index], Role::Extra(_)) || is_date || mapped.contains_key(&index) {
                continue;
            }
            let look = self.looks.get(index).copied().flatten();
            let written = name.clone();
            let notice = match look {
                Some(Look::Emails) => {
                    Notice::Unused { written, looks: "e-mail addresses", key: Field::Email }
                }
                Some(Look::Countries) => Notice::Unused { written, looks: "countries", key: Field::Country },
                Some(Look::Dates) => Notice::UnusedDates(written),
                Some(Look::Answers) if agreement::is_spoken_of(name) => Notice::Unused {
                    written,
                    looks: "answers to whether somebody agrees",
                    key: Field::Consent,
                },
                _ if synonyms::may_be_a_note(name) && self.fields.column(Field::Note).is_none() => {
                    Notice::Message(written)
                }
                _ => continue,
            };
            self.notices.push(notice);
        }
    }
}

/// The first names of a header, for a sentence.
pub(super) fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(12).map(|name| quoted(name)).collect();
    let more = if names.len() > 12 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// What to say where a column is needed and not there.
pub(super) fn missing_column(field: Field, names: &[String]) -> String {
    let part = |name: &&String| field == Field::Name && synonyms::part_of_a_name(name).is_some();
    let near = |name: &&String| {
        let key = synonyms::key(name);
        synonyms::field(name).is_none() && strsim::normalized_damerau_levenshtein(&key, field.name()) >= 0.6
    };
    if let Some(part) = names.iter().find(part) {
        let part = quoted(part);
        return format!(
            "no column \"{field}\": put the whole name, of which {part} is a part, into one column, or name its columns"
        );
    }
    if let Some(near) = names.iter().find(near) {
        let near = quoted(near);
        return format!("no column \"{field}\": if {near} is meant to be it, rename that column");
    }
    format!("no column \"{field}\" in the header, which names {}", listed(names))
}
