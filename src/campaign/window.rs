//! On which day, and in which hours of it, letters may leave: in the time zone of each letter's own embassy.
//!
//! So the day goes round the world, from the first embassy's morning to the last one's evening.

use std::fmt;
use std::str::FromStr;

use crate::zone::Zone;
use chrono::{DateTime, Days, NaiveTime, Utc};

use crate::month_day::MonthDay;
use crate::wording::quoted;

/// A day of the year and hours of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The day.
    pub day: MonthDay,
    /// The hours.
    pub hours: Hours,
}

/// From the first hour to before the second; if that is not later, it is on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    from: NaiveTime,
    until: NaiveTime,
}

/// A window at one embassy, in absolute time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    /// When the first letter may leave.
    pub from: DateTime<Utc>,
    /// When none may leave any more.
    pub until: DateTime<Utc>,
}

/// Where now lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The window opens later.
    Before,
    /// It is open.
    Open,
    /// It has closed.
    After,
}

/// Why a text is no hours: not `HH:MM-HH:MM`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} are no hours: write them as \"09:00-17:00\"", quoted(.0))]
pub(crate) struct NoHours(String);

impl FromStr for Hours {
    type Err = NoHours;

    fn from_str(text: &str) -> Result<Hours, NoHours> {
        let refused = || NoHours(text.to_owned());
        let (from, until) = text.split_once('-').ok_or_else(refused)?;
        let hour = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let is_short = |part: &str| (1..=2).contains(&part.len());
            if !is_short(hour) || minute.len() != 2 {
                return None;
            }
            // 24:00 is the midnight at the end of the day.
            match (hour.parse().ok()?, minute.parse().ok()?) {
                (24, 0) => Some(NaiveTime::MIN),
                (hour, minute) => NaiveTime::from_hms_opt(hour, minute, 0),
            }
        };
        match (hour(from), hour(until)) {
            (Some(from), Some(until)) => Ok(Hours { from, until }),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.format("%H:%M"), self.until.format("%H:%M"))
    }
}

impl Window {
    /// The window of `year` in `zone`.
    ///
    /// An hour that the clock skips there means the next one that exists; one that it has twice, the first.
    pub(crate) fn opening(&self, year: i32, zone: &Zone) -> Opening {
        let date = self.day.in_year(year);
        let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
        let end = if self.hours.until > self.hours.from { date } else { next };
        Opening {
            from: zone.instant(date.and_time(self.hours.from)),
            until: zone.instant(end.and_time(self.hours.until)),
        }
    }
}

impl Opening {
    /// Where `now` lies.
    pub(crate) fn phase(&self, now: DateTime<Utc>) -> Phase {
        if now < self.from {
            Phase::Before
        } else if now < self.until {
            Phase::Open
        } else {
            Phase::After
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Hours, Phase, Window};
    use crate::month_day::MonthDay;
    use crate::wording::instant;
    use crate::zone::Zone;
    use chrono::{DateTime, Utc};

    fn opening(day: &str, hours: &str, year: i32, zone: &str) -> (String, String) {
        let window = Window { day: day.parse().unwrap(), hours: hours.parse().unwrap() };
        let opening = window.opening(year, &Zone::named(zone).unwrap());
        (instant(opening.from), instant(opening.until))
    }

    #[track_caller]
    fn case(actual: (String, String), from: &str, until: &str) {
        assert_eq!((actual.0.as_str(), actual.1.as_str()), (from, until));
    }

    #[test]
    fn the_day_goes_round_the_world() {
        case(
            opening("12-02", "09:00-17:00", 2026, "Pacific/Apia"),
            "2026-12-01T20:00:00Z",
            "2026-12-02T04:00:00Z",
        );
        case(
            opening("12-02", "09:00-17:00", 2026, "Asia/Tokyo"),
            "2026-12-02T00:00:00Z",
            "2026-12-02T08:00:00Z",
        );
        case(
            opening("12-02", "09:00-17:00", 2026, "America/New_York"),
            "2026-12-02T14:00:00Z",
            "2026-12-02T22:00:00Z",
        );
    }

    #[test]
    fn an_end_that_is_not_later_is_on_the_next_day_even_over_the_year() {
        case(
            opening("12-31", "22:00-02:00", 2026, "Europe/Berlin"),
            "2026-12-31T21:00:00Z",
            "2027-01-01T01:00:00Z",
        );
        case(
            opening("12-02", "00:00-24:00", 2026, "Etc/UTC"),
            "2026-12-02T00:00:00Z",
            "2026-12-03T00:00:00Z",
        );
        case(
            opening("12-02", "09:00-09:00", 2026, "Etc/UTC"),
            "2026-12-02T09:00:00Z",
            "2026-12-03T09:00:00Z",
        );
    }

    #[test]
    fn an_hour_that_the_clock_skips_means_the_next_that_exists() {
        // Berlin, 2026-03-29: 02:00 is followed by 03:00 at 01:00 UTC.
        case(
            opening("03-29", "02:30-05:00", 2026, "Europe/Berlin"),
            "2026-03-29T01:00:00Z",
            "2026-03-29T03:00:00Z",
        );
        // 2026-10-25: 02:30 is there twice; the first one counts.
        case(
            opening("10-25", "02:30-05:00", 2026, "Europe/Berlin"),
            "2026-10-25T00:30:00Z",
            "2026-10-25T04:00:00Z",
        );
    }

    #[test]
    fn the_first_moment_is_open_and_the_last_is_not() {
        let window = Window { day: MonthDay::DECEMBER_2, hours: "09:00-17:00".parse().unwrap() };
        let opening = window.opening(2026, &Zone::utc());
        let phase = |text: &str| opening.phase(text.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(phase("2026-12-02T08:59:59.999Z"), Phase::Before);
        assert_eq!(phase("2026-12-02T09:00:00Z"), Phase::Open);
        assert_eq!(phase("2026-12-02T17:00:00Z"), Phase::After);
    }

    #[test]
    fn what_is_no_hours_is_refused() {
        for text in ["", "9-17", "09:00", "25:00-26:00", "09:0-17:00", "09:00–17:00"] {
            assert!(text.parse::<Hours>().is_err(), "{text}");
        }
    }
}
