//! Senders whose clocks are hours apart: the pace goes by the database's clock.
//!
//! The clock is set by a few lines of C that stand before the system's `clock_gettime`; where there is no C compiler this is
//! left out.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Instant;

use crate::killed::finish;
use crate::support::Place;
use crate::support::joint::{Joint, signers_of};
use crate::support::postgres::Cluster;
use crate::support::relay::{FakeRelay, Script};
use crate::tally::Tally;

const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    const char *ahead = getenv("TEST_CLOCK_AHEAD");
    if (clock == CLOCK_REALTIME && ahead) now->tv_sec += atol(ahead);
    return result;
}
"#;

/// The library, where it can be made.
fn shim(place: &Place) -> Option<PathBuf> {
    let source = place.write("shim.c", SHIM);
    let library = place.path("shim.so");
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).arg("-ldl");
    let made = cc.status().is_ok_and(|status| status.success());
    if !made {
        println!("left out: no C compiler, so no clock can be set");
    }
    made.then_some(library)
}

#[test]
fn senders_whose_clocks_are_hours_apart_keep_one_cap_and_send_each_letter_once() {
    let Some(cluster) = Cluster::shared() else { return };
    let place = Place::new();
    let Some(shim) = shim(&place) else { return };
    let joint = Joint::begin(cluster);
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    // 60 letters to each of two embassies, 15 a second to each: four seconds, less the second that may be waiting.
    let (letters, cap) = (120, "per_embassy = \"15/s\"");
    let groups = [
        joint.group_with("one", &signers_of(0..letters), cap),
        joint.group_with("two", &signers_of(0..letters), cap),
        joint.group_with("three", &signers_of(letters / 2..letters), cap),
    ];
    let begun = Instant::now();
    let ahead = ["7200", "-5400", "0"];
    let mut running: Vec<Child> = groups
        .iter()
        .zip(ahead)
        .map(|(group, ahead)| {
            let line =
                format!("send --embassies e.csv --smtp {} --yes --rate none --connections 2", relay.url);
            let mut command = group.command(&line);
            command.env("LD_PRELOAD", &shim).env("TEST_CLOCK_AHEAD", ahead);
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
        })
        .collect();
    for child in &mut running {
        child.wait().unwrap();
    }
    let took = begun.elapsed();
    for group in &groups {
        finish(group, &relay, "clocks");
    }
    let mut tally = Tally::default();
    tally.count(letters, &relay, &groups[0], "clocks");
    tally.print("clocks hours apart", &BTreeMap::new());
    assert!(took.as_secs_f64() > 2.5, "the cap did not hold: it took {took:?}");
}
