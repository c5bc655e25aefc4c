//! The kinds of facts in the address book: what a mission is, how sure a fact is, when it was checked.

use std::fmt;

use chrono::{Datelike as _, NaiveDate};

use crate::mailbox::Mailbox;

/// What a mission is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// An embassy.
    Embassy,
    /// A consulate-general.
    ConsulateGeneral,
    /// A permanent mission to an international organization.
    PermanentMission,
    /// An office that stands in an embassy's place, or an embassy's branch.
    Office,
    /// No mission at all.
    None,
}

impl Kind {
    pub(super) const ALL: [(&str, Kind); 5] = [
        ("embassy", Kind::Embassy),
        ("consulate-general", Kind::ConsulateGeneral),
        ("permanent-mission", Kind::PermanentMission),
        ("office", Kind::Office),
        ("none", Kind::None),
    ];

    /// The first line of its postal address, in the parts at which it may be broken.
    pub(crate) fn official_name(self) -> [&'static str; 2] {
        let kind = match self {
            Kind::Embassy | Kind::None => "Embassy of the",
            Kind::ConsulateGeneral => "Consulate-General of the",
            Kind::PermanentMission => "Permanent Mission of the",
            Kind::Office => "Office of the",
        };
        [kind, "People’s Republic of China"]
    }

    /// The same on a label, which has little room.
    pub(super) fn short_name(self) -> &'static str {
        match self {
            Kind::Embassy | Kind::None => "Embassy of China",
            Kind::ConsulateGeneral => "Consulate-General of China",
            Kind::PermanentMission => "Permanent Mission of China",
            Kind::Office => "Office of China",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Kind::ALL.iter().find(|(_, kind)| kind == self).map_or("", |(word, _)| word))
    }
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Confidence {
    /// One source, old or unsure.
    Low,
    /// A source that can be relied upon, or two.
    Medium,
    /// The mission's own word, or several sources that agree.
    High,
}

impl Confidence {
    pub(super) const ALL: [(&str, Confidence); 3] =
        [("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)];
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Confidence::ALL.iter().find(|(_, known)| known == self).map_or("", |(word, _)| word))
    }
}

/// When a fact was last checked: a year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl Checked {
    /// Reads `2024`, `2024-05` or `2024-05-17`.
    pub(super) fn parse(text: &str) -> Option<Checked> {
        let mut parts = text.split('-');
        let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
        let mut next = || match parts.next() {
            None => Some(None),
            Some(part) if part.len() == 2 => part.parse().ok().map(Some),
            Some(_) => None,
        };
        let (month, day): (Option<u32>, Option<u32>) = (next()?, next()?);
        let is_date = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1)).is_some();
        (is_date && parts.next().is_none()).then_some(Checked { year, month, day })
    }

    /// Whole years from then to `today`.
    pub(crate) fn years_before(self, today: NaiveDate) -> i32 {
        let passed = (today.month(), today.day()) >= (self.month.unwrap_or(1), self.day.unwrap_or(1));
        today.year() - self.year - i32::from(!passed)
    }

    /// Whether the fact was checked after `today`, which nobody can have done.
    pub(crate) fn is_after(self, today: NaiveDate) -> bool {
        NaiveDate::from_ymd_opt(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
            .is_some_and(|checked| checked > today)
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

/// An e-mail address with what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Email {
    /// The address.
    pub mailbox: Mailbox,
    /// Where it comes from.
    pub source: String,
    /// When it was last checked.
    pub checked: Checked,
    /// How sure it is.
    pub confidence: Confidence,
}
