//! The sum itself: letters that leave at paces, each within its window.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::campaign::amount::{Paces, Rate};
use crate::campaign::window::Opening;

/// The letters to one mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// When they may leave; any time, where there is no window.
    pub opening: Option<Opening>,
    /// How many they are.
    pub letters: u64,
    /// The mailbox.
    pub mailbox: String,
    /// Its domain, which may have a pace of its own.
    pub domain: String,
}

/// The letters that do not leave in time, those whose window closes first going before the others.
pub(super) fn left_over(groups: &[Group], paces: &Paces, now: DateTime<Utc>) -> u64 {
    let letters = groups.iter().map(|group| group.letters).sum();
    whole(left_after_windows(groups, paces, now).iter().sum()).min(letters)
}

/// What is left over of each group.
pub(super) fn left_by_group(groups: &[Group], paces: &Paces, now: DateTime<Utc>) -> Vec<u64> {
    left_after_windows(groups, paces, now).into_iter().map(whole).collect()
}

/// The slowest pace, in letters a minute, at which nothing is left over under the caps of `paces`; nothing where no pace
/// would do.
pub(super) fn fitting_rate(groups: &[Group], paces: &Paces, now: DateTime<Utc>) -> Option<u32> {
    const FASTEST: u32 = 1_000_000;
    let fits = |a_minute: u32| {
        let paces = Paces { rate: Rate::per_minute(f64::from(a_minute)), ..*paces };
        left_over(groups, &paces, now) == 0
    };
    if !fits(FASTEST) {
        return None;
    }
    let (mut too_slow, mut enough) = (0, FASTEST);
    while enough - too_slow > 1 {
        let middle = too_slow.midpoint(enough);
        if fits(middle) {
            enough = middle;
        } else {
            too_slow = middle;
        }
    }
    Some(enough)
}

/// How long the letters need at the paces alone: the slowest of them decides.
pub(super) fn needs(groups: &[Group], paces: &Paces) -> Option<Duration> {
    let mut domains: HashMap<&str, f64> = HashMap::new();
    let (mut all, mut most_to_one): (f64, f64) = (0.0, 0.0);
    for group in groups {
        let letters = precise(group.letters);
        all += letters;
        most_to_one = most_to_one.max(letters);
        *domains.entry(&group.domain).or_default() += letters;
    }
    let most_to_a_domain = domains.into_values().fold(0.0, f64::max);
    let times = [(all, paces.rate), (most_to_a_domain, paces.per_domain), (most_to_one, paces.per_embassy)];
    let seconds = times.into_iter().filter_map(|(letters, rate)| Some(letters / rate.per_second()?));
    // A hundred years are as good as for ever.
    seconds.reduce(f64::max).map(|seconds| Duration::from_secs_f64(seconds.min(3.2e9)))
}

/// What is left of each group when the last window has closed.
fn left_after_windows(groups: &[Group], paces: &Paces, now: DateTime<Utc>) -> Vec<f64> {
    let mut edges: Vec<DateTime<Utc>> = vec![now];
    edges.extend(
        groups.iter().filter_map(|group| group.opening).flat_map(|opening| [opening.from, opening.until]),
    );
    edges.retain(|edge| *edge >= now);
    edges.sort();
    edges.dedup();
    let mut left: Vec<f64> = groups.iter().map(|group| precise(group.letters)).collect();
    // Those without a window can wait longest.
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|index| {
        groups[*index].opening.map_or(DateTime::<Utc>::MAX_UTC, |opening| opening.until)
    });
    for (edge, from) in edges.iter().enumerate() {
        let room = |rate: Rate| match (rate.per_second(), edges.get(edge + 1)) {
            (Some(rate), Some(until)) => rate * (*until - *from).as_seconds_f64(),
            _ => f64::INFINITY,
        };
        let mut room_for_all = room(paces.rate);
        let mut rooms: HashMap<&str, f64> = HashMap::new();
        for index in &order {
            let (group, letters) = (&groups[*index], &mut left[*index]);
            if !group.opening.is_none_or(|opening| opening.from <= *from && *from < opening.until) {
                continue;
            }
            let of_domain = rooms.entry(&group.domain).or_insert_with(|| room(paces.per_domain));
            let leaving = letters.min(room_for_all).min(*of_domain).min(room(paces.per_embassy));
            *letters -= leaving;
            *of_domain -= leaving;
            room_for_all -= leaving;
        }
    }
    left
}

/// From when to when letters may leave, windows that are over left out.
pub(super) fn span(groups: &[Group], now: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let openings = || {
        let with_letters = groups.iter().filter(|group| group.letters > 0);
        with_letters.filter_map(|group| group.opening).filter(|opening| opening.until > now)
    };
    let from = openings().map(|opening| opening.from.max(now)).min()?;
    Some((from, openings().map(|opening| opening.until).max()?))
}

#[allow(clippy::cast_precision_loss, reason = "no plan has 2^52 letters")]
pub(super) fn precise(letters: u64) -> f64 {
    letters as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rounded sum of letters")]
fn whole(letters: f64) -> u64 {
    (letters - 1e-6).ceil().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::{Group, fitting_rate, left_by_group, left_over, needs, span};
    use crate::campaign::amount::{Paces, Rate, in_words};
    use crate::campaign::window::Opening;
    use chrono::{DateTime, Utc};

    fn hour(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(hour * 3600, 0).unwrap()
    }

    fn window(from: i64, until: i64, letters: u64) -> Group {
        Group { opening: Some(Opening { from: hour(from), until: hour(until) }), ..any_time(letters) }
    }

    fn any_time(letters: u64) -> Group {
        let domain = "example.org".to_owned();
        Group { opening: None, letters, mailbox: format!("a@{domain}"), domain }
    }

    fn left(groups: &[Group], now: DateTime<Utc>) -> u64 {
        left_over(groups, &Paces::only(Rate::per_minute(30.0)), now)
    }

    #[test]
    fn twenty_thousand_letters_at_thirty_a_minute_need_eleven_hours() {
        let paces = Paces::only(Rate::per_minute(30.0));
        assert_eq!(in_words(needs(&[any_time(20_000)], &paces).unwrap()), "11 h 07 min");
        assert_eq!(left(&[any_time(20_000)], hour(0)), 0);
        assert_eq!(needs(&[any_time(7)], &Paces::only(Rate::Unlimited)), None);
    }

    #[test]
    fn an_eight_hour_window_holds_fourteen_thousand_four_hundred_of_them() {
        assert_eq!(left(&[window(9, 17, 20_000)], hour(0)), 5_600);
        assert_eq!(left(&[window(9, 17, 14_400)], hour(0)), 0);
        assert_eq!(left(&[window(9, 17, 14_400)], hour(13)), 7_200);
    }

    #[test]
    fn windows_that_overlap_share_the_pace_and_those_that_are_over_hold_nothing() {
        assert_eq!(left(&[window(0, 2, 1_800), window(1, 3, 3_600)], hour(0)), 0);
        assert_eq!(left(&[window(0, 2, 3_600), window(1, 3, 3_600)], hour(0)), 1_800);
        assert_eq!(left(&[window(0, 2, 7)], hour(2)), 7);
        assert_eq!(left_over(&[window(0, 2, 7)], &Paces::only(Rate::Unlimited), hour(1)), 0);
        assert_eq!(
            span(&[window(0, 2, 7), window(3, 5, 1), window(9, 17, 0)], hour(2)),
            Some((hour(3), hour(5)))
        );
    }

    #[test]
    fn the_slowest_pace_that_fits_under_the_caps_is_found_and_each_group_knows_what_it_lacks() {
        let none = Paces::only(Rate::Unlimited);
        let groups = [window(0, 2, 3_600), window(1, 3, 3_600)];
        assert_eq!(left_by_group(&groups, &Paces::only(Rate::PerSecond(0.5)), hour(0)), [0, 1_800]);
        assert_eq!(fitting_rate(&groups, &none, hour(0)), Some(40));
        assert_eq!(fitting_rate(&[window(9, 17, 20_000)], &none, hour(0)), Some(42));
        assert_eq!(fitting_rate(&[window(0, 2, 7)], &none, hour(2)), None);
        let capped = Paces { per_embassy: Rate::per_minute(20.0), ..none };
        assert_eq!(fitting_rate(&groups, &capped, hour(0)), None);
    }

    #[test]
    fn what_one_mailbox_or_one_domain_gets_may_be_slower_than_all_together() {
        let paces =
            Paces { per_embassy: Rate::PerSecond(10.0 / 3600.0), ..Paces::only(Rate::per_minute(30.0)) };
        let groups = [window(0, 2, 15), window(0, 2, 25)];
        assert_eq!(in_words(needs(&groups, &paces).unwrap()), "2 h 30 min");
        assert_eq!(left_over(&groups, &paces, hour(0)), 5);
        let paces = Paces { per_domain: Rate::PerSecond(10.0 / 3600.0), ..Paces::only(Rate::Unlimited) };
        assert_eq!(left_over(&groups, &paces, hour(0)), 20);
    }
}
