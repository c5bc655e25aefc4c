//! Four senders with three lists that have a third of their signers in common, in one go; and transactions that collide.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::Duration;

use crate::killed::finish;
use crate::support::joint::{Joint, signers_of};
use crate::support::postgres::Cluster;
use crate::support::relay::{Accepted, FakeRelay, Script};
use crate::support::trial::size;
use crate::tally::Tally;

/// The three lists of so many letters: the first third of the signers is on all of them, the rest on one each.
fn lists(letters: usize) -> [String; 3] {
    let common = letters / 3;
    [0, 1, 2].map(|list| signers_of((0..common).chain((common..letters).filter(|number| number % 3 == list))))
}

#[test]
fn four_senders_with_three_lists_send_each_letter_once_and_keep_the_caps_over_all() {
    let Some(cluster) = Cluster::shared() else { return };
    let letters = size(300, 20_000);
    // So that the whole takes a minute or two, and the caps are what bounds it.
    let per_embassy = letters / 20;
    let joint = Joint::begin(cluster);
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let caps = format!("per_embassy = \"{per_embassy}/s\"");
    let groups: Vec<_> = ["one", "two", "three"]
        .iter()
        .zip(lists(letters))
        .map(|(list, signers)| joint.group_with(list, &signers, &caps))
        .collect();
    // The first list is sent from two machines.
    let mut running: Vec<Child> =
        [0, 0, 1, 2].map(|group: usize| groups[group].begin(&relay, "--connections 4")).into_iter().collect();
    for child in &mut running {
        child.wait().unwrap();
    }
    let mut tally = Tally::default();
    for group in &groups {
        finish(group, &relay, "four senders");
    }
    tally.count(letters, &relay, &groups[0], "four senders");
    let mut over = 0;
    for to in ["jp@", "fr@"] {
        over += over_the_cap(&relay.accepted(), to, per_embassy);
    }
    let duplicates: usize = groups
        .iter()
        .map(|group| group.place.read("report.csv").matches("sent with another list").count())
        .sum();
    let more =
        BTreeMap::from([("letters", letters), ("over the cap", over), ("with another list", duplicates)]);
    tally.print("four senders, three lists", &more);
    assert_eq!((over, duplicates), (0, letters / 3 * 2));
}

/// In how many spans of a second more letters came to this address than the cap allows, with what a bucket holds.
fn over_the_cap(accepted: &[Accepted], to: &str, per_second: usize) -> usize {
    let mut times: Vec<_> =
        accepted.iter().filter(|letter| letter.to.contains(to)).map(|letter| letter.at).collect();
    times.sort();
    // A second's tokens may have been waiting, and a letter may lie on the way for as long as a busy machine takes.
    let most = per_second * 2 + per_second / 5 + 1;
    let spans = times.iter().enumerate().filter(|(first, at)| {
        let within = times[*first..].iter().take_while(|other| **other < **at + Duration::from_secs(1));
        within.count() > most
    });
    spans.count()
}

#[test]
fn transactions_that_collide_are_tried_again() {
    let Some(cluster) = Cluster::shared() else { return };
    let mut tally = Tally::default();
    for isolation in ["serializable", "repeatable read"] {
        let joint = Joint::begin(cluster);
        joint.sql(&format!(
            "ALTER DATABASE {} SET default_transaction_isolation = '{isolation}'",
            joint.database
        ));
        let letters = size(60, 3_000);
        let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
        let lists = lists(letters);
        let groups: Vec<_> = ["one", "two", "three"]
            .iter()
            .zip(&lists)
            .map(|(list, signers)| joint.group(list, signers, cluster.port))
            .collect();
        let mut running: Vec<Child> = [0, 0, 1, 2]
            .map(|group: usize| groups[group].begin(&relay, "--connections 4"))
            .into_iter()
            .collect();
        for child in &mut running {
            child.wait().unwrap();
        }
        for group in &groups {
            finish(group, &relay, isolation);
        }
        tally.count(letters, &relay, &groups[0], isolation);
    }
    tally.print("transactions that collide", &BTreeMap::new());
}
