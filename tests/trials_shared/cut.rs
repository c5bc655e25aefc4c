//! The connection to the database cut at every request: before it, and before its answer.

use std::collections::BTreeMap;

use crate::killed::finish;
use crate::support::joint::{Group, Joint, signers_of};
use crate::support::postgres::Cluster;
use crate::support::relay::{FakeRelay, Script};
use crate::support::trial::{Chance, size};
use crate::support::wire::{Cut, Manner, Wire};
use crate::tally::Tally;

const LETTERS: usize = 6;

fn relay() -> FakeRelay {
    FakeRelay::start(Script { pipelining: true, ..Script::default() })
}

/// Sends through a wire, and gives the number of requests, the exit code, and the group, which has a whole wire afterwards.
fn sent(joint: &Joint<'_>, relay: &FakeRelay, manner: Manner, more: &str) -> (usize, i32, Group) {
    let wire = Wire::to(joint.cluster.port, manner);
    let group = joint.group("one", &signers_of(0..LETTERS), wire.port);
    let ran = group.send(relay, more);
    assert!(!ran.stderr.contains("panicked"), "{manner:?}: {}", ran.stderr);
    group.by_way_of(joint.cluster.port);
    (wire.requests(), ran.code, group)
}

#[test]
fn a_wire_that_is_cut_at_any_request_loses_nothing_and_sends_nothing_twice() {
    let Some(cluster) = Cluster::shared() else { return };
    let mut tally = Tally::default();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    let mut chance = Chance::new(7);
    let (requests, code, _) = sent(&Joint::begin(cluster), &relay(), Manner::default(), "");
    assert_eq!(code, 0);
    println!("{LETTERS} letters over one connection are {requests} requests");
    let every = (requests * 4 / size(10, requests * 4)).max(1);
    let mut trials: Vec<(usize, Cut, bool, usize)> = Vec::new();
    for at in 1..=requests {
        for cut in [Cut::BeforeIt, Cut::BeforeItsAnswer] {
            trials.extend([1, 3].map(|connections| (at, cut, chance.below(2) == 0, connections)));
        }
    }
    for (at, cut, stays_cut, connections) in trials.into_iter().skip(chance.below(every)).step_by(every) {
        let joint = Joint::begin(cluster);
        let relay = relay();
        let manner = Manner { cut: Some((at, cut)), stays_cut, ..Manner::default() };
        let what = format!("{cut:?} {at} of {requests}, stays cut {stays_cut}, {connections} connections");
        let more = format!("--connections {connections} --retry-for {}", if stays_cut { "0s" } else { "5s" });
        let (_, code, group) = sent(&joint, &relay, manner, &more);
        assert!([0, 1, 69, 73, 75].contains(&code), "{what}: {code}");
        *ends.entry(format!("ended with {code}")).or_default() += 1;
        finish(&group, &relay, &what);
        tally.count(LETTERS, &relay, &group, &what);
    }
    let more = ends.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    tally.print("wire cut", &more);
}
