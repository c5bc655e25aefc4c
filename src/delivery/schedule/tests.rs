//! Which letter leaves next: windows and their spread, caps, retries, the limit.

use std::convert::Infallible;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Next, Schedule};
use crate::campaign::settings::pace::AfterWindow;
use crate::campaign::window::Opening;
use crate::delivery::lane::{Errand, Spread};
use crate::delivery::outbox::{Lane, Ticket};
use crate::mailbox::Mailbox;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_000_000 + second, 0).unwrap()
}

fn lane(name: &str, letters: u64, opening: Option<(i64, i64)>) -> Lane {
    Lane {
        destination: name.to_owned(),
        forward_path: Mailbox::parse(&format!("{name}@example.org")).unwrap(),
        opening: opening.map(|(from, until)| Opening { from: at(from), until: at(until) }),
        letters,
        to_go: letters,
        is_held: false,
    }
}

fn schedule(lanes: &[Lane], limit: Option<u64>) -> Schedule {
    Schedule::new(lanes, limit, TimeDelta::minutes(15), AfterWindow::Stays, Spread::TheRest, at(0))
}

/// Rows of two lanes alternate: lane 0 has 1, 3, 5, lane 1 has 2, 4, 6.
fn next(schedule: &mut Schedule, second: i64) -> Next {
    let row = |ticket: Ticket| Ok::<_, Infallible>(ticket.place * 2 + ticket.lane as u64 + 1);
    schedule.next(at(second), row).unwrap()
}

#[track_caller]
fn sent(schedule: &mut Schedule, second: i64) -> Errand {
    match next(schedule, second) {
        Next::Send(errand) => errand,
        other => panic!("{other:?}"),
    }
}

fn wait_until(time: DateTime<Utc>) -> Next {
    Next::Wait { paced: None, scheduled: Some(time) }
}

#[test]
fn without_a_window_letters_leave_in_the_order_of_the_list() {
    let mut schedule = schedule(&[lane("jp", 2, None), lane("kr", 2, None)], None);
    let order: Vec<(usize, u64)> =
        (0..4).map(|_| sent(&mut schedule, 0).ticket).map(|ticket| (ticket.lane, ticket.place)).collect();
    assert_eq!(order, [(0, 0), (1, 0), (0, 1), (1, 1)]);
    assert_eq!(next(&mut schedule, 0), Next::WaitForOthers);
    (0..4).for_each(|_| schedule.done());
    assert_eq!(next(&mut schedule, 0), Next::Nothing);
}

#[test]
fn a_window_spreads_its_letters_evenly_and_nothing_leaves_after_it() {
    let mut schedule = schedule(&[lane("jp", 4, Some((100, 200)))], None);
    assert_eq!(next(&mut schedule, 0), wait_until(at(100)));
    sent(&mut schedule, 100);
    assert_eq!(next(&mut schedule, 101), wait_until(at(125)));
    sent(&mut schedule, 125);
    // Late ones are made up for.
    sent(&mut schedule, 190);
    schedule.done();
    schedule.done();
    schedule.done();
    assert_eq!(next(&mut schedule, 200), Next::Nothing);
}

#[test]
fn a_limit_counts_letters_that_leave_not_those_that_are_skipped_or_put_back() {
    let mut schedule = schedule(&[lane("jp", 9, None)], Some(2));
    let first = sent(&mut schedule, 0);
    schedule.skip(first);
    let second = sent(&mut schedule, 0);
    schedule.put_back(second);
    assert_eq!(sent(&mut schedule, 0).ticket, second.ticket);
    sent(&mut schedule, 0);
    assert_eq!(next(&mut schedule, 0), Next::WaitForOthers);
    schedule.done();
    schedule.done();
    assert_eq!(next(&mut schedule, 0), Next::Nothing);
}

#[test]
fn a_deferred_letter_comes_again_after_doubling_waits_until_its_time_is_over() {
    let mut schedule = schedule(&[lane("jp", 1, None)], None);
    let mut second = 0;
    for wait in [5, 10, 20, 40, 80, 160, 320] {
        let errand = sent(&mut schedule, second);
        schedule.defer(errand, at(second), 0.5);
        second += wait;
        assert_eq!(next(&mut schedule, second - 1), wait_until(at(second)));
    }
    let errand = sent(&mut schedule, second);
    schedule.defer(errand, at(second), 0.5);
    assert_eq!(next(&mut schedule, second), Next::Nothing);
}

#[test]
fn an_unknown_address_holds_the_other_letters_to_it() {
    let mut schedule = schedule(&[lane("jp", 3, None), lane("kr", 1, None)], None);
    let errand = sent(&mut schedule, 0);
    schedule.hold_address(errand);
    schedule.done();
    assert_eq!(sent(&mut schedule, 0).ticket.lane, 1);
    schedule.done();
    assert_eq!(next(&mut schedule, 0), Next::Nothing);
}

#[test]
fn a_cap_of_one_embassy_does_not_keep_the_others() {
    let mut schedule = schedule(&[lane("jp", 3, None), lane("kr", 1, None)], None);
    let errand = sent(&mut schedule, 0);
    schedule.hold_back(errand, at(60), true);
    assert_eq!(sent(&mut schedule, 0).ticket.lane, 1);
    schedule.done();
    assert_eq!(next(&mut schedule, 0), Next::Wait { paced: Some(at(60)), scheduled: None });
    assert_eq!(sent(&mut schedule, 60).ticket, errand.ticket);
}

#[test]
fn a_copy_goes_when_its_letter_was_accepted() {
    let mut schedule = schedule(&[lane("jp", 1, None)], Some(1));
    let errand = sent(&mut schedule, 0);
    // Not durable yet: nobody may end, and no copy may go.
    assert_eq!(next(&mut schedule, 0), Next::WaitForOthers);
    schedule.add_copy(errand);
    assert!(sent(&mut schedule, 0).is_copy);
    schedule.done();
    assert_eq!(next(&mut schedule, 0), Next::Nothing);
}

#[test]
fn a_letter_tried_again_has_had_its_claim_and_the_limit_is_for_others() {
    let mut schedule = schedule(&[lane("jp", 3, None)], Some(1));
    let first = sent(&mut schedule, 0);
    schedule.defer(first, at(0), 0.5);
    assert_eq!(next(&mut schedule, 0), wait_until(at(5)));
    assert_eq!(sent(&mut schedule, 5).ticket, first.ticket);
    schedule.done();
    assert_eq!(next(&mut schedule, 5), Next::Nothing);
}

#[test]
fn a_letter_whose_window_closes_while_the_relay_thinks_does_not_leave() {
    let mut schedule = schedule(&[lane("jp", 1, Some((0, 100)))], None);
    let errand = sent(&mut schedule, 99);
    assert!(schedule.may_leave(errand, at(99)));
    assert!(!schedule.may_leave(errand, at(100)));
}

#[test]
fn an_address_known_to_be_held_gets_nothing_from_the_start() {
    let held = Lane { is_held: true, ..lane("jp", 2, None) };
    let mut schedule = schedule(&[held, lane("kr", 1, None)], None);
    assert_eq!(sent(&mut schedule, 0).ticket.lane, 1);
    assert!(!schedule.is_last());
    schedule.done();
    assert_eq!(next(&mut schedule, 0), Next::Nothing);
}

#[test]
fn who_does_not_wait_sends_what_is_due_by_the_whole_window() {
    let lanes = [lane("jp", 10, Some((0, 100)))];
    let begin = |second| {
        Schedule::new(&lanes, None, TimeDelta::zero(), AfterWindow::Stays, Spread::TheWhole, at(second))
    };
    let mut first = begin(45);
    let errands: Vec<Errand> = (0..5).map(|_| sent(&mut first, 45)).collect();
    assert_eq!(next(&mut first, 45), wait_until(at(50)));
    assert_eq!(errands[4].ticket.place, 4);
    // Started again at once it finds the five sent, and nothing more due.
    let mut second = begin(46);
    for _ in 0..5 {
        let errand = sent(&mut second, 46);
        second.skip(errand);
    }
    assert_eq!(next(&mut second, 46), wait_until(at(50)));
}
