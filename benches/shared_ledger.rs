//! How fast letters go out with a ledger in `PostgreSQL`, beside the same with a ledger in a file.
//!
//!     cargo bench --bench shared_ledger --features postgres
//!     cargo bench --bench shared_ledger --features postgres -- far
//!
//! `near` or `far` asks for one of the two: some two minutes each.
//!
//! Both send the same list over the same number of connections into Postfix's `smtp-sink`, which stores nothing: near,
//! and with database and relay 20 ms away each. `PostgreSQL` is started for it, with its data on the disk; what is not
//! there is left out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking"
)]
#![allow(clippy::cast_precision_loss, reason = "no benchmark sends 2^52 letters")]

mod support;

#[path = "support/far_away.rs"]
mod far_away;

#[path = "support/sink.rs"]
mod sink;

#[path = "../tests/support/mod.rs"]
mod kit;

use std::time::Duration;

use kit::joint::{Group, Joint};
use kit::postgres::{Cluster, Wanted};
use sink::Sink;
use support::{is_smoke, is_there, pairs, seconds, signers};

/// A round trip to what is far away.
const ROUND_TRIP: Duration = Duration::from_millis(20);

fn main() {
    if !is_there("smtp-sink") {
        println!("left out: smtp-sink is not there (Debian's package postfix)");
        return;
    }
    let Some(cluster) = Cluster::start(&Wanted { on_disk: true, ..Wanted::default() }) else { return };
    let sink = Sink::start();
    let (runs, many, few) = if is_smoke() { (1, 20, 5) } else { (5, 4000, 120) };
    let connections: &[usize] = if is_smoke() { &[4] } else { &[1, 4, 16] };
    for &count in connections.iter().filter(|_| is_wanted("near")) {
        compare(&cluster, (cluster.port, sink.port), "near", count, many, runs);
    }
    let far = (far_away::proxy(cluster.port, ROUND_TRIP), far_away::proxy(sink.port, ROUND_TRIP));
    for &count in connections.iter().filter(|_| is_wanted("far")) {
        compare(&cluster, far, "20 ms away", count, few * count, runs.min(3));
    }
}

/// Whether figures of this place are asked for: of both, if of none.
fn is_wanted(place: &str) -> bool {
    let asked = |place: &str| std::env::args().any(|argument| argument == place);
    asked(place) || !(asked("near") || asked("far"))
}

/// Letters a second with a ledger in the database and with one in a file, in turn; `ports` are the database's and the
/// relay's.
fn compare(
    cluster: &Cluster,
    ports: (u16, u16),
    place: &str,
    connections: usize,
    letters: usize,
    runs: usize,
) {
    let (database, relay) = ports;
    let line = format!(
        "send --embassies e.csv --quiet --yes --smtp smtp://127.0.0.1:{relay} --rate none --connections {connections}"
    );
    let signers = signers(letters);
    let shared = || {
        let joint = Joint::begin(cluster);
        letters as f64 / of_group(&joint.group("bench", &signers, database), &line)
    };
    let file = || {
        let joint = Joint::begin(cluster);
        let group = joint.group("bench", &signers, database);
        letters as f64 / of_group(&group, &format!("{line} --ledger l.ledger"))
    };
    let what = format!("PostgreSQL {place} against a file, {connections} connections");
    pairs(runs, shared, file).tell(&what, "letters/s", "");
}

fn of_group(group: &Group, line: &str) -> f64 {
    let mut command = group.command(line);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    seconds(&mut command)
}
