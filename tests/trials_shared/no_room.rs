//! A server that has no room: no connection is left, or its disk is full.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::killed::finish;
use crate::support::joint::{Joint, signers_of};
use crate::support::postgres::{Cluster, PASSWORD, ROLE, Wanted};
use crate::support::relay::{FakeRelay, Script};
use crate::support::trial::{Chance, size};
use crate::tally::Tally;

fn relay() -> FakeRelay {
    FakeRelay::start(Script { pipelining: true, thinks: Duration::from_millis(2), ..Script::default() })
}

#[test]
fn a_server_whose_connections_are_all_taken_is_named_and_waited_for() {
    let wanted = Wanted { settings: vec!["max_connections = 8".to_owned()], ..Wanted::default() };
    let Some(cluster) = Cluster::start(&wanted) else { return };
    let joint = Joint::begin(&cluster);
    let relay = relay();
    let group = joint.group("one", &signers_of(0..30), cluster.port);
    let mut guests: Vec<Child> = (0..8)
        .map(|_| {
            let mut psql = Command::new(cluster.program("psql"));
            psql.args(["-qAtX", "-h", "127.0.0.1", "-p", &cluster.port.to_string(), "-U", ROLE]);
            psql.args(["-d", &joint.database, "-c", "SELECT pg_sleep(120)"]).env("PGPASSWORD", PASSWORD);
            psql.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        })
        .collect();
    // Until the server turns even its keeper away, or its last places are those kept for the keeper.
    std::thread::sleep(Duration::from_millis(1_500));
    let ran = group.send(&relay, "--retry-for 0s");
    assert!([69, 75].contains(&ran.code), "{ran:?}");
    ran.refused(ran.code, "no room for another connection");
    assert!(relay.accepted().is_empty());
    // A guest that is killed would sleep on at the server.
    cluster.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)%' AND pid <> pg_backend_pid()");
    for guest in &mut guests {
        guest.wait().unwrap();
    }
    finish(&group, &relay, "connections");
    let mut tally = Tally::default();
    tally.count(30, &relay, &group, "connections");
    tally.print("all connections taken", &BTreeMap::new());
}

#[test]
fn a_server_whose_disk_is_full_stops_the_run_and_forgets_nothing() {
    let mut tally = Tally::default();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    let mut chance = Chance::new(11);
    let Some(cluster) = Cluster::start(&Wanted { disk: Some(96_000), ..Wanted::default() }) else { return };
    for _ in 0..size(2, 30) {
        let joint = Joint::begin(&cluster);
        let relay = relay();
        let letters = 150;
        let group = joint.group("one", &signers_of(0..letters), cluster.port);
        let line = format!("--connections {} --retry-for 1s", 1 + chance.below(4));
        let mut child = group.begin(&relay, &line);
        let begin = chance.below(20);
        while relay.accepted().len() < begin && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        cluster.fill_the_disk();
        let code = child.wait().unwrap().code().unwrap();
        let said = group.said();
        assert!(!said.contains("panicked"), "{said}");
        assert!([0, 69, 73, 75].contains(&code), "{code}: {said}");
        *ends.entry(format!("ended with {code}")).or_default() += 1;
        cluster.free_the_disk();
        cluster.start_again();
        finish(&group, &relay, "disk");
        tally.count(letters, &relay, &group, "disk");
        // The disk has room for a few campaigns.
        cluster.sql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", joint.database));
    }
    let more = ends.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    tally.print("server's disk full", &more);
}
