//! `kill -9` of senders, and of the server.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::Duration;

use crate::support::joint::{Group, Joint, signers_of};
use crate::support::postgres::{Cluster, Wanted};
use crate::support::relay::{FakeRelay, Script};
use crate::support::trial::{Chance, size};
use crate::tally::Tally;

/// Runs again until it is done, whatever stopped it.
pub(crate) fn finish(group: &Group, relay: &FakeRelay, what: &str) {
    for _ in 0..40 {
        let ran = group.send(relay, "--retry-for 10s");
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        match ran.code {
            0 | 1 => return,
            69 | 73 | 75 => std::thread::sleep(Duration::from_millis(300)),
            code => panic!("{what}: {code}\n{}", ran.stderr),
        }
    }
    panic!("{what}: it does not come to its end");
}

fn relay() -> FakeRelay {
    FakeRelay::start(Script { pipelining: true, thinks: Duration::from_micros(500), ..Script::default() })
}

/// Waits until some letters more have arrived, or it has ended.
fn under_way(child: &mut Child, relay: &FakeRelay, more: usize) {
    let before = relay.accepted().len();
    while relay.accepted().len() < before + more && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn senders_that_are_killed_lose_nothing_and_send_nothing_twice() {
    let Some(cluster) = Cluster::shared() else { return };
    let kills = size(12, 300);
    let mut chance = Chance::new(18);
    let mut tally = Tally::default();
    let (mut killed, mut with_letters) = (0, 0);
    while killed < kills {
        let joint = Joint::begin(cluster);
        let relay = relay();
        let letters = 240;
        // A third of the signers is on both lists.
        let groups = [
            joint.group("one", &signers_of(0..letters * 2 / 3), cluster.port),
            joint.group("two", &signers_of(letters / 3..letters), cluster.port),
        ];
        let mut connections = 0;
        let before = killed;
        for _ in 0..(kills - killed).min(6) {
            let count = 1 + chance.below(4);
            let arrived = relay.accepted().len();
            let mut running: Vec<Child> =
                groups.iter().map(|group| group.begin(&relay, &format!("--connections {count}"))).collect();
            under_way(&mut running[0], &relay, chance.below(12));
            std::thread::sleep(Duration::from_micros(chance.below(9_000) as u64));
            let victim = chance.below(2);
            if running[victim].try_wait().unwrap().is_none() {
                killed += 1;
                connections += count;
                with_letters += usize::from(relay.accepted().len() > arrived);
            }
            running[victim].kill().unwrap();
            // The other one goes on for a moment without it, and then goes the same way, or ends.
            std::thread::sleep(Duration::from_millis(chance.below(30) as u64));
            for child in &mut running {
                if child.try_wait().unwrap().is_none() {
                    killed += 1;
                    connections += count;
                }
                child.kill().unwrap();
                child.wait().unwrap();
            }
        }
        for group in &groups {
            finish(group, &relay, "killed");
        }
        let doubts = tally.in_doubt;
        tally.count(letters, &relay, &groups[0], "killed");
        let doubts = tally.in_doubt - doubts;
        assert!(doubts <= connections as u64, "{doubts} in doubt after kills over {connections} connections");
        assert!(killed > before, "nothing was killed in time");
    }
    tally.print(
        "senders killed",
        &BTreeMap::from([("kills", killed), ("with letters under way", with_letters)]),
    );
}

#[test]
fn a_server_that_is_killed_comes_back_with_every_outcome() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    let kills = size(2, 100);
    let mut chance = Chance::new(81);
    let mut tally = Tally::default();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    let mut killed = 0;
    while killed < kills {
        let joint = Joint::begin(&cluster);
        let relay = relay();
        let letters = 300;
        let group = joint.group("one", &signers_of(0..letters), cluster.port);
        for _ in 0..(kills - killed).min(5) {
            // Some give up while it is away, some wait for it.
            let patience = if chance.below(3) == 0 { "0s" } else { "1min" };
            let line = format!("--connections {} --retry-for {patience}", 1 + chance.below(4));
            let mut child = group.begin(&relay, &line);
            under_way(&mut child, &relay, 1 + chance.below(20));
            std::thread::sleep(Duration::from_micros(chance.below(5_000) as u64));
            cluster.kill();
            killed += 1;
            std::thread::sleep(Duration::from_millis(chance.below(600) as u64));
            cluster.start_again();
            let code = child.wait().unwrap().code().unwrap();
            let said = group.said();
            assert!(!said.contains("panicked"), "{said}");
            assert!([0, 1, 69, 73, 75].contains(&code), "{code}: {said}");
            *ends.entry(format!("ended with {code}")).or_default() += 1;
        }
        finish(&group, &relay, "server killed");
        tally.count(letters, &relay, &group, "server killed");
    }
    let mut more: BTreeMap<&str, usize> = ends.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    more.insert("kills", killed);
    tally.print("server killed", &more);
}
