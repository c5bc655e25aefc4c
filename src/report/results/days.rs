//! Letters by day, where no day stands alone with a few.

use chrono::NaiveDate;

use super::FEW;

/// One day, or several that are told together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// The first.
    pub first: NaiveDate,
    /// The last.
    pub last: NaiveDate,
    /// Letters on all of them.
    pub letters: u64,
}

/// Days in their order; one with a few letters is joined to the next, and the last to the one before. Where all together are a
/// few, there are none.
pub(super) fn joined(by_day: &[(NaiveDate, u64)]) -> Vec<Days> {
    let mut joined: Vec<Days> = Vec::new();
    for (day, letters) in by_day.iter().filter(|(_, letters)| *letters > 0) {
        match joined.last_mut().filter(|open| open.letters < FEW) {
            Some(open) => {
                open.last = *day;
                open.letters += letters;
            }
            None => joined.push(Days { first: *day, last: *day, letters: *letters }),
        }
    }
    if let Some(last) = joined.pop_if(|last| last.letters < FEW)
        && let Some(before) = joined.last_mut()
    {
        before.last = last.last;
        before.letters += last.letters;
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{FEW, joined};
    use crate::zone::date;

    fn case(letters: &[u64]) -> Vec<(String, String, u64)> {
        let days: Vec<_> = (1..).map(|day| date(2026, 12, day)).zip(letters.iter().copied()).collect();
        joined(&days)
            .into_iter()
            .map(|days| (days.first.to_string(), days.last.to_string(), days.letters))
            .collect()
    }

    fn told(first: u32, last: u32, letters: u64) -> (String, String, u64) {
        (date(2026, 12, first).to_string(), date(2026, 12, last).to_string(), letters)
    }

    #[test]
    fn a_day_with_few_letters_is_joined_to_the_next_and_the_last_to_the_one_before() {
        assert_eq!(case(&[7, 9]), [told(1, 1, 7), told(2, 2, 9)]);
        assert_eq!(case(&[2, 9, 3, 3]), [told(1, 2, 11), told(3, 4, 6)]);
        assert_eq!(case(&[9, 4]), [told(1, 2, 13)]);
        assert_eq!(case(&[9, 0, 0, 6]), [told(1, 1, 9), told(4, 4, 6)]);
        assert_eq!(case(&[1, 1, 1]), []);
        assert_eq!(case(&[]), []);
        assert!(joined(&[]).iter().all(|days| days.letters >= FEW));
    }
}
