//! A day of every year, such as December 2: as files and options write it, and put into a year.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate};

use crate::wording::quoted;

/// A month and a day; February 29 is one, though not every year has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MonthDay {
    month: u32,
    day: u32,
}

/// Why a text is no day of the year.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is no month and day: write it as \"12-02\"", quoted(.0))]
pub(crate) struct NoMonthDay(String);

impl MonthDay {
    /// December 2, the day of the protest of 2006.
    pub(crate) const DECEMBER_2: MonthDay = MonthDay { month: 12, day: 2 };

    /// The day of `date`.
    pub(crate) fn of(date: NaiveDate) -> MonthDay {
        MonthDay { month: date.month(), day: date.day() }
    }

    /// The day in `year`; February 29 is the 28th in a year that has none.
    pub(crate) fn in_year(self, year: i32) -> NaiveDate {
        let MonthDay { month, day } = self;
        NaiveDate::from_ymd_opt(year, month, day)
            .or_else(|| NaiveDate::from_ymd_opt(year, month, day - 1))
            .unwrap_or_default()
    }

    /// The day in a year that has every day: to be shown without its year.
    pub(crate) fn in_a_leap_year(self) -> NaiveDate {
        self.in_year(2024)
    }

    /// The year in which the day lies nearest to `today`: for December 2 it turns in June, so that a campaign that runs into
    /// January is still the same one. Of two days equally far away the coming one is meant.
    pub(crate) fn nearest_year(self, today: NaiveDate) -> i32 {
        let nearest = (-1..=1)
            .filter_map(|step| {
                let year = today.year().checked_add(step)?;
                let day = self.in_year(year);
                let distance = (day - today).num_days().abs();
                Some((distance, day < today, year))
            })
            .min();
        nearest.map_or(today.year(), |(_, _, year)| year)
    }
}

impl FromStr for MonthDay {
    type Err = NoMonthDay;

    fn from_str(text: &str) -> Result<MonthDay, NoMonthDay> {
        let refused = || NoMonthDay(text.to_owned());
        let (month, day) = text.split_once('-').ok_or_else(refused)?;
        let (month, day) = (month.parse().map_err(|_| refused())?, day.parse().map_err(|_| refused())?);
        // A leap year, so that February 29 is a day.
        NaiveDate::from_ymd_opt(2024, month, day).map(MonthDay::of).ok_or_else(refused)
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::MonthDay;
    use crate::zone::date;

    #[track_caller]
    fn day(text: &str) -> MonthDay {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_read_and_shown() {
        assert_eq!(day("12-02"), MonthDay::DECEMBER_2);
        assert_eq!(day("2-29").to_string(), "02-29");
        for text in ["", "12", "13-01", "02-30", "12/02", "-1-2"] {
            assert!(text.parse::<MonthDay>().is_err(), "{text}");
        }
        let refused = "\u{1b}[2J".parse::<MonthDay>().unwrap_err().to_string();
        assert_eq!(refused, "\"<U+001B>[2J\" is no month and day: write it as \"12-02\"");
    }

    #[test]
    fn february_29_is_the_28th_where_there_is_none() {
        assert_eq!(day("02-29").in_year(2028), date(2028, 2, 29));
        assert_eq!(day("02-29").in_year(2027), date(2027, 2, 28));
    }

    #[test]
    fn december_2_turns_in_june_and_new_year_does_not_matter() {
        for (today, year) in [
            (date(2026, 12, 2), 2026),
            (date(2026, 12, 31), 2026),
            (date(2027, 1, 1), 2026),
            (date(2027, 5, 31), 2026),
            (date(2027, 6, 5), 2027),
            (date(2027, 11, 30), 2027),
        ] {
            assert_eq!(MonthDay::DECEMBER_2.nearest_year(today), year, "{today}");
        }
    }

    #[test]
    fn another_day_turns_half_a_year_after_itself() {
        assert_eq!(day("01-01").nearest_year(date(2026, 12, 31)), 2027);
        assert_eq!(day("01-01").nearest_year(date(2026, 3, 1)), 2026);
        assert_eq!(day("02-29").nearest_year(date(2027, 3, 1)), 2027);
    }
}
