//! Sending with a ledger on a real `PostgreSQL`: several groups, one letter a signer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]
#![cfg(all(unix, feature = "postgres"))]

mod support;

use std::time::Duration;
use support::joint::{Joint, arrived, signers_of};

use support::postgres::{Cluster, Wanted};
use support::relay::{FakeRelay, Script};
use support::wire::{Manner, Wire};

#[test]
fn two_groups_send_each_signers_letter_once_and_each_tells_its_own() {
    let Some(cluster) = Cluster::shared() else { return };
    let joint = Joint::begin(cluster);
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let seoul = joint.group("seoul", &signers_of(1..=30), cluster.port);
    let tokyo = joint.group("tokyo", &signers_of(21..=50), cluster.port);
    seoul.send(&relay, "--connections 4").done();
    let ran = tokyo.send(&relay, "");
    assert!(ran.done().stderr.contains("10 letters sent with another list"), "{}", ran.stderr);
    assert!(ran.stderr.contains("30 rows: 20 accepted, 10 sent with another list."), "{}", ran.stderr);
    assert!(arrived(&relay).values().all(|times| *times == 1));
    assert_eq!(arrived(&relay).len(), 50);
    assert_eq!(seoul.status()["accepted"], 50);
    let told = tokyo.place.read("report.csv");
    assert_eq!(told.matches("duplicate").count(), 10, "{told}");
    assert_eq!(told.matches("accepted").count(), 20, "{told}");
    assert!(told.contains("sent with another list"), "{told}");
    assert!(seoul.place.has("joint-2026.counter"));
    let words = tokyo.run("status").done().stdout.clone();
    assert!(words.contains("50 letters") && words.contains("List tokyo: 20"), "{words}");
    // Again, and nothing is left to do.
    seoul.send(&relay, "").done();
    tokyo.send(&relay, "").done();
    assert_eq!(relay.accepted().len(), 50);
}

/// Each request is a round trip to a database that may be far away, or goes along with another.
#[test]
fn a_run_asks_the_database_little_more_than_once_a_letter() {
    /// What a run's beginning and end may cost, however many letters it has.
    const BEGINNING_AND_END: usize = 60;
    let Some(cluster) = Cluster::shared() else { return };
    let joint = Joint::begin(cluster);
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let letters = 600;
    let cost = |what: &str, list: &str, more: &str, rounds: usize| {
        let wire = Wire::to(cluster.port, Manner::default());
        let group = joint.group(list, &signers_of(0..letters), wire.port);
        let ran = group.send(&relay, more);
        assert!([0, 75].contains(&ran.code), "{what}: {ran:?}");
        assert_eq!(group.place.read("report.csv").lines().count(), letters + 1);
        let requests = wire.requests();
        println!("{what}: {requests} requests, {rounds} letters");
        assert!(requests <= rounds + BEGINNING_AND_END, "{what}: {requests} requests for {rounds} letters");
    };
    cost("a first run", "seoul", "--limit 100", 100);
    cost("one that goes on", "seoul", "--limit 100", 100);
    cost("several connections", "seoul", "--connections 4", 400);
    cost("nothing left to do", "seoul", "", 0);
    cost("all sent with another list", "tokyo", "", 0);
}

#[test]
fn a_list_belongs_to_the_first_address_that_sent_with_it() {
    let Some(cluster) = Cluster::shared() else { return };
    let joint = Joint::begin(cluster);
    let relay = FakeRelay::start(Script::default());
    let seoul = joint.group("seoul", &signers_of(1..=2), cluster.port);
    seoul.send(&relay, "").done();
    let ran = seoul.send(&relay, "--from other@example.org");
    ran.refused(78, "the list \"seoul\" belongs to seoul@example.org");
}

#[test]
fn a_database_that_starts_again_is_waited_for_and_nothing_leaves_twice() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    let joint = Joint::begin(&cluster);
    let relay = FakeRelay::start(Script { thinks: Duration::from_millis(15), ..Script::default() });
    let seoul = joint.group("seoul", &signers_of(1..=120), cluster.port);
    let mut run = seoul.begin(&relay, "--connections 2 --retry-for 60s");
    while relay.accepted().len() < 20 {
        assert!(run.try_wait().unwrap().is_none(), "{}", seoul.said());
        std::thread::sleep(Duration::from_millis(5));
    }
    cluster.kill();
    cluster.start_again();
    assert!(run.wait().unwrap().success(), "{}", seoul.said());
    assert_eq!(arrived(&relay).len(), 120);
    assert!(arrived(&relay).values().all(|times| *times == 1));
    assert_eq!(seoul.status()["accepted"], 120);
}

#[test]
fn outcomes_that_come_when_the_database_is_gone_are_kept_and_recorded_by_the_next_run() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    let joint = Joint::begin(&cluster);
    let relay = FakeRelay::start(Script { thinks: Duration::from_millis(30), ..Script::default() });
    let seoul = joint.group("seoul", &signers_of(1..=60), cluster.port);
    let mut run = seoul.begin(&relay, "--connections 3 --retry-for 1s");
    while relay.accepted().len() < 10 {
        assert!(run.try_wait().unwrap().is_none(), "{}", seoul.said());
        std::thread::sleep(Duration::from_millis(5));
    }
    cluster.kill();
    assert_eq!(run.wait().unwrap().code(), Some(73), "{}", seoul.said());
    assert!(seoul.place.has("joint-2026.outcomes"), "{}", seoul.said());
    cluster.start_again();
    seoul.send(&relay, "").done();
    assert!(!seoul.place.has("joint-2026.outcomes"));
    assert_eq!(arrived(&relay).len(), 60);
    assert!(arrived(&relay).values().all(|times| *times == 1));
    assert_eq!(seoul.status()["accepted"], 60);
}

#[test]
fn an_old_backup_is_refused_until_its_letters_are_in_doubt() {
    let Some(cluster) = Cluster::start(&Wanted::default()) else { return };
    let joint = Joint::begin(&cluster);
    let relay = FakeRelay::start(Script::default());
    let seoul = joint.group("seoul", &signers_of(1..=20), cluster.port);
    seoul.send(&relay, "--limit 5");
    cluster.keep_a_copy();
    seoul.send(&relay, "--limit 5");
    assert_eq!(relay.accepted().len(), 10);
    cluster.restore_the_copy();
    seoul.send(&relay, "").refused(78, "the database has forgotten something");
    assert_eq!(relay.accepted().len(), 10);
    let ran = seoul.run("settle --from-counter --yes");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(seoul.status()["in_doubt"], 15);
    seoul.send(&relay, "");
    assert_eq!(relay.accepted().len(), 10);
}

#[test]
fn a_sender_that_is_killed_leaves_doubts_and_nothing_leaves_twice() {
    let Some(cluster) = Cluster::shared() else { return };
    let joint = Joint::begin(cluster);
    let relay = FakeRelay::start(Script { thinks: Duration::from_millis(5), ..Script::default() });
    let seoul = joint.group("seoul", &signers_of(1..=80), cluster.port);
    for letters in [10, 30, 50] {
        let mut run = seoul.begin(&relay, "--connections 2");
        while relay.accepted().len() < letters && run.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        run.kill().unwrap();
        run.wait().unwrap();
    }
    seoul.send(&relay, "");
    let status = seoul.status();
    assert!(arrived(&relay).values().all(|times| *times == 1));
    assert_eq!(status["accepted"] + status["in_doubt"], 80, "{status:?}");
    assert!(status["in_doubt"] <= 6, "{status:?}");
    assert!(arrived(&relay).len() as u64 >= status["accepted"]);
}
