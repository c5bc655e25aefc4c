//! A campaign in numbers and pictures, to publish: what its ledger counts, and nothing by which anybody could be recognized.
//!
//! Whatever is too few to be shown is hidden here, once, before there is any table or picture: these have nothing to hide.

mod chart;
mod days;
mod hidden;
mod logo;
mod map;
mod page;

use chrono::{DateTime, NaiveDate, Utc};

use crate::country::Territory;
use crate::ledger::{Counts, Tally};
use days::Days;
use hidden::Shown;
pub(crate) use logo::Logo;
pub(crate) use page::{ResultsPage, languages};

/// Fewer letters than this are never told apart: in a country, on a day.
const FEW: u64 = 5;
/// Fewer than this in all, and there are only totals.
const FEWEST_IN_ALL: u64 = 20;

/// What may be shown of a campaign.
#[derive(Debug)]
pub(crate) struct Results {
    /// When the ledger was looked at.
    at: DateTime<Utc>,
    /// By outcome, for all embassies together.
    totals: Counts,
    /// Countries of the embassies, the most letters first; none where there are only totals.
    countries: Vec<(Territory, Shown)>,
    /// Letters by day; none where there are only totals, or the days are forgotten.
    days: Vec<Days>,
}

impl Results {
    /// What may be shown of these counts; `by_day` has the days on which letters left.
    pub(crate) fn of(tally: &Tally, by_day: &[(NaiveDate, u64)], at: DateTime<Utc>) -> Results {
        let totals = tally.all;
        if totals.total() < FEWEST_IN_ALL {
            return Results { at, totals, countries: Vec::new(), days: Vec::new() };
        }
        let mut letters: Vec<(Territory, u64)> = Vec::new();
        for (destination, counts) in &tally.by_destination {
            let Some(country) = destination.get(..2).and_then(Territory::of_code) else { continue };
            match letters.iter_mut().find(|(known, _)| *known == country) {
                Some((_, sum)) => *sum += counts.total(),
                None => letters.push((country, counts.total())),
            }
        }
        Results { at, totals, countries: hidden::shown(letters), days: days::joined(by_day) }
    }

    /// Whether there is more than totals.
    fn has_parts(&self) -> bool {
        self.totals.total() >= FEWEST_IN_ALL
    }
}
