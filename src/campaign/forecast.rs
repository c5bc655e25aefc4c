//! How long a plan takes, and what of it fits its windows: the one sum, which `check` judges, `send` tells before its
//! question, and by which it says afterwards when it will be done.

mod sum;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use self::sum::Group;
use super::amount::{Paces, Rate};
use super::plan::{Channel, Plan, PlanLane};
use super::settings::pace::Manner;
use super::window::Opening;
use crate::ledger::Comparison;

/// What becomes of a plan's mailed letters that are still to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Forecast {
    /// How many they are.
    pub letters: u64,
    /// How long they need at the paces alone, whatever the windows; nothing where no pace is set.
    pub needs: Option<Duration>,
    /// How many leave in time.
    pub fits: u64,
    /// Those for which their windows leave no room.
    pub left_over: u64,
    /// From when to when they leave, where they have windows.
    pub span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The embassies that letters are left over for, in the plan's order.
    pub late: Vec<Late>,
    /// The caps that leave letters over, even if nothing else did.
    pub tight: Vec<Tight>,
    paces: Paces,
    groups: Vec<Group>,
    now: DateTime<Utc>,
}

/// An embassy whose letters do not all leave in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Late {
    /// Where it is.
    pub city: String,
    /// How many letters are left over.
    pub left: u64,
    /// Of how many.
    pub of: u64,
    /// Its window.
    pub opening: Option<Opening>,
}

/// A cap that is too low for the windows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tight {
    /// The key of campaign.toml.
    pub key: &'static str,
    /// What it says.
    pub rate: Rate,
    /// How many letters are left over, and to which mailbox or domain.
    pub left: Vec<(u64, String)>,
}

impl Forecast {
    /// Lets the letters of `plan` that `standing` says are still to go leave by `manner` from `now` on, at all paces
    /// together. A window that is over counts for nothing where letters may leave after it, and no other does.
    pub(crate) fn of(
        plan: &Plan<'_>,
        standing: &Comparison,
        manner: &Manner,
        now: DateTime<Utc>,
    ) -> Forecast {
        let lanes: Vec<&PlanLane<'_>> =
            plan.lanes.iter().filter(|lane| lane.channel == Channel::Mail).collect();
        let group = |lane: &&PlanLane<'_>| {
            let mailbox = lane.embassy.email.as_ref().map(|email| &email.mailbox);
            Group {
                opening: manner.window_of(lane.opening, now),
                letters: standing.to_go(lane.letters, &lane.embassy.destination()),
                mailbox: mailbox.map(ToString::to_string).unwrap_or_default(),
                domain: mailbox.map(|mailbox| mailbox.domain().to_owned()).unwrap_or_default(),
            }
        };
        let groups: Vec<Group> = lanes.iter().map(group).collect();
        let left = sum::left_by_group(&groups, &manner.paces, now);
        let late = lanes.iter().zip(&left).filter(|(_, left)| **left > 0).map(|(lane, left)| Late {
            city: lane.embassy.city.clone(),
            left: *left,
            of: lane.letters,
            opening: lane.opening,
        });
        let letters = groups.iter().map(|group| group.letters).sum();
        let left_over = sum::left_over(&groups, &manner.paces, now);
        Forecast {
            letters,
            needs: sum::needs(&groups, &manner.paces),
            fits: letters - left_over,
            left_over,
            span: sum::span(&groups, now),
            late: late.collect(),
            tight: tight(&groups, &manner.paces, now),
            paces: manner.paces,
            groups,
            now,
        }
    }

    /// Whether a letter has a window still to be kept.
    pub(crate) fn has_windows(&self) -> bool {
        self.groups.iter().any(|group| group.letters > 0 && group.opening.is_some())
    }

    /// The slowest pace, in letters a minute, at which nothing is left over under the caps; nothing where no pace would
    /// do.
    pub(crate) fn fitting_rate(&self) -> Option<u32> {
        sum::fitting_rate(&self.groups, &self.paces, self.now)
    }

    /// When the run will be done that lets at most `limit` of them leave; nothing where nobody can tell.
    pub(crate) fn done_at(&self, limit: Option<u64>) -> Option<DateTime<Utc>> {
        if self.letters == 0 {
            return Some(self.now);
        }
        let leaving = limit.map_or(self.letters, |limit| limit.min(self.letters));
        // Letters are spread over their windows, to the end of the last one.
        let by_window = self.span.filter(|_| leaving == self.letters).map(|(_, until)| until);
        let by_pace = self.needs.and_then(|needs| {
            let needs = needs.mul_f64(sum::precise(leaving) / sum::precise(self.letters));
            self.now.checked_add_signed(TimeDelta::from_std(needs).ok()?)
        });
        by_window.max(by_pace)
    }
}

/// The caps that leave letters over by themselves.
fn tight(groups: &[Group], paces: &Paces, now: DateTime<Utc>) -> Vec<Tight> {
    let of_cap = |key: &'static str, rate: Rate, name_of: fn(&Group) -> &String| {
        rate.per_second()?;
        let mut by_name: BTreeMap<&String, Vec<Group>> = BTreeMap::new();
        for group in groups {
            by_name.entry(name_of(group)).or_default().push(group.clone());
        }
        let left = by_name
            .iter()
            .map(|(name, groups)| (sum::left_over(groups, &Paces::only(rate), now), (*name).clone()));
        let left: Vec<(u64, String)> = left.filter(|(left, _)| *left > 0).collect();
        (!left.is_empty()).then_some(Tight { key, rate, left })
    };
    let caps = [
        of_cap("per_embassy", paces.per_embassy, |group| &group.mailbox),
        of_cap("per_domain", paces.per_domain, |group| &group.domain),
    ];
    caps.into_iter().flatten().collect()
}
