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

use support::joint::{Joint, arrived, signers_of};
use support::postgres::Cluster;
use support::relay::{FakeRelay, Script};

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
