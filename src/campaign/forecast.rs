//! How long a plan takes, and what of it fits its windows.

use std::time::Duration;

use jiff::Timestamp;

use super::window::Opening;

/// Letters that share a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// When they may leave; any time, where there is no window.
    pub opening: Option<Opening>,
    /// How many they are.
    pub letters: u64,
}

/// What becomes of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// From now until the last one leaves, where a pace is set.
    pub takes: Option<Duration>,
    /// Letters for which their windows leave no room.
    pub left_over: u64,
}

/// Lets `rate` letters a second leave from `now` on, those whose window closes first before the others.
pub fn forecast(groups: &[Group], rate: Option<f64>, now: Timestamp) -> Forecast {
    let (left, last) = simulate(groups, rate, now);
    Forecast {
        takes: rate.is_some().then(|| Duration::try_from(last.duration_since(now)).unwrap_or_default()),
        left_over: whole(left.iter().sum()),
    }
}

/// What is left over of each group.
pub fn left_by_group(groups: &[Group], rate: Option<f64>, now: Timestamp) -> Vec<u64> {
    simulate(groups, rate, now).0.into_iter().map(whole).collect()
}

/// The slowest pace, in letters a minute, at which nothing is left over; nothing where no pace would do.
pub fn fitting_rate(groups: &[Group], now: Timestamp) -> Option<u32> {
    const FASTEST: u32 = 1_000_000;
    let fits = |a_minute: u32| forecast(groups, Some(f64::from(a_minute) / 60.0), now).left_over == 0;
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

/// What is left of each group, and when the last letter leaves.
fn simulate(groups: &[Group], rate: Option<f64>, now: Timestamp) -> (Vec<f64>, Timestamp) {
    let mut edges: Vec<Timestamp> = vec![now];
    edges.extend(
        groups.iter().filter_map(|group| group.opening).flat_map(|opening| [opening.from, opening.until]),
    );
    edges.retain(|edge| *edge >= now);
    edges.sort();
    edges.dedup();
    let mut left: Vec<f64> = groups.iter().map(|group| precise(group.letters)).collect();
    // Those without a window can wait longest.
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|index| groups[*index].opening.map_or(Timestamp::MAX, |opening| opening.until));
    let mut last = now;
    for (index, from) in edges.iter().enumerate() {
        let until = edges.get(index + 1).copied();
        let seconds = until.map_or(f64::INFINITY, |until| until.duration_since(*from).as_secs_f64());
        let mut room = rate.map_or(f64::INFINITY, |rate| rate * seconds);
        let mut used = 0.0;
        for index in &order {
            let (opening, letters) = (groups[*index].opening, &mut left[*index]);
            if opening.is_none_or(|opening| opening.from <= *from && *from < opening.until) && *letters > 0.0
            {
                let leaving = letters.min(room);
                *letters -= leaving;
                room -= leaving;
                used += leaving;
            }
        }
        if used > 0.0 {
            let took = rate.map_or(0.0, |rate| used / rate);
            last = *from + jiff::SignedDuration::from_secs_f64(took.min(seconds).min(1e9));
        }
    }
    (left, last)
}

#[allow(clippy::cast_precision_loss, reason = "no plan has 2^52 letters")]
fn precise(letters: u64) -> f64 {
    letters as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rounded sum of letters")]
fn whole(letters: f64) -> u64 {
    (letters - 1e-6).ceil().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::{Forecast, Group, fitting_rate, forecast, left_by_group};
    use crate::campaign::amount::in_words;
    use crate::campaign::window::Opening;
    use jiff::Timestamp;

    fn hour(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).unwrap()
    }

    fn window(from: i64, until: i64, letters: u64) -> Group {
        Group { opening: Some(Opening { from: hour(from), until: hour(until) }), letters }
    }

    #[test]
    fn twenty_thousand_letters_at_thirty_a_minute_need_eleven_hours() {
        let Forecast { takes, left_over } =
            forecast(&[Group { opening: None, letters: 20_000 }], Some(0.5), hour(0));
        assert_eq!(in_words(takes.unwrap()), "11 h 06 min");
        assert_eq!(left_over, 0);
    }

    #[test]
    fn an_eight_hour_window_holds_fourteen_thousand_four_hundred_of_them() {
        assert_eq!(forecast(&[window(9, 17, 20_000)], Some(0.5), hour(0)).left_over, 5_600);
        assert_eq!(forecast(&[window(9, 17, 14_400)], Some(0.5), hour(0)).left_over, 0);
        assert_eq!(forecast(&[window(9, 17, 14_400)], Some(0.5), hour(13)).left_over, 7_200);
    }

    #[test]
    fn windows_that_overlap_share_the_pace_and_those_that_are_over_hold_nothing() {
        assert_eq!(forecast(&[window(0, 2, 1_800), window(1, 3, 3_600)], Some(0.5), hour(0)).left_over, 0);
        assert_eq!(
            forecast(&[window(0, 2, 3_600), window(1, 3, 3_600)], Some(0.5), hour(0)).left_over,
            1_800
        );
        assert_eq!(forecast(&[window(0, 2, 7)], Some(0.5), hour(2)).left_over, 7);
        assert_eq!(forecast(&[window(0, 2, 7)], None, hour(1)).left_over, 0);
    }
    #[test]
    fn the_slowest_pace_that_fits_is_found_and_each_group_knows_what_it_lacks() {
        let groups = [window(0, 2, 3_600), window(1, 3, 3_600)];
        assert_eq!(left_by_group(&groups, Some(0.5), hour(0)), [0, 1_800]);
        assert_eq!(fitting_rate(&groups, hour(0)), Some(40));
        assert_eq!(fitting_rate(&[window(9, 17, 20_000)], hour(0)), Some(42));
        assert_eq!(fitting_rate(&[window(0, 2, 7)], hour(2)), None);
    }
}
