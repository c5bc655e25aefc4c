//! Which year's protest day a new ledger is for.
//!
//! Asked once, when the ledger is made: a run on January 1 reads the year from the file and is still the same
//! campaign.

use jiff::civil::Date;

/// The year whose protest day (month and day, as in `12-02`) lies nearest to `today`: for December 2 it turns in June.
///
/// A day that a year does not have (02-29) counts as the last of its month.
pub(crate) fn default_year(today: Date, month: i8, day: i8) -> i16 {
    let nearest = (-1..=1)
        .filter_map(|step| {
            let year = today.year().checked_add(step)?;
            let first = Date::new(year, month, 1).ok()?;
            let protest_day = Date::new(year, month, day.clamp(1, first.days_in_month())).ok()?;
            let distance = today.until(protest_day).ok()?.get_days().abs();
            // Of two days equally far away the coming one is meant.
            Some((distance, protest_day < today, year))
        })
        .min();
    nearest.map_or(today.year(), |(_, _, year)| year)
}

#[cfg(test)]
mod tests {
    use super::default_year;
    use jiff::civil::date;

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
            assert_eq!(default_year(today, 12, 2), year, "{today}");
        }
    }

    #[test]
    fn another_day_turns_half_a_year_after_itself() {
        assert_eq!(default_year(date(2026, 12, 31), 1, 1), 2027);
        assert_eq!(default_year(date(2026, 3, 1), 1, 1), 2026);
        assert_eq!(default_year(date(2027, 3, 1), 2, 29), 2027);
    }
}
