//! How fast letters go out, with the ledger on, against `smtp-source -d`, which keeps no record of anything.
//!
//!     cargo bench --bench sending
//!
//! Both send the same number of messages of the same size over the same number of connections: into a real Postfix,
//! into Postfix's `smtp-sink`, which stores nothing, and into one that is 20 ms away. Postfix is needed (Debian's
//! package `postfix`, and root to start it); what is not there is left out.
//!
//! Between the runs it is measured what making one round of letters durable costs here. Each letter of ours waits for that
//! before its body leaves, which is what the ledger is for; so beside each ratio stands the one that `smtp-source` itself
//! would have if it did.

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

#[allow(dead_code, reason = "the real-server tests use more of it")]
#[path = "../tests/real_servers/server.rs"]
mod server;

use std::cell::RefCell;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use server::{Kind, Onward, Server};
use sink::Sink;
use support::{is_smoke, is_there, pairs, protest, seconds};

/// A round trip to the far relay.
const ROUND_TRIP: Duration = Duration::from_millis(20);

fn main() {
    if !is_there("smtp-source") || !is_there("smtp-sink") {
        println!("left out: smtp-source and smtp-sink are not there (Debian's package postfix)");
        return;
    }
    let bench = Bench::new();
    // The list that the goals speak of; fewer where each takes longer.
    let (runs, many, some, few) = if is_smoke() { (1, 20, 10, 5) } else { (5, 20_000, 4_000, 240) };
    let connections: &[usize] = if is_smoke() { &[1, 4] } else { &[1, 4, 16] };
    let sink = Sink::start();
    for &count in connections {
        bench.against_smtp_source("smtp-sink", sink.port, count, many, runs, "; goal: 0.7");
    }
    match Server::start(Kind::Postfix, Onward::Nowhere) {
        Ok(postfix) => {
            let port = postfix.url.rsplit(':').next().unwrap().parse().unwrap();
            for &count in connections {
                bench.against_smtp_source("Postfix", port, count, some, runs, "; goal: 0.95");
            }
        }
        Err(why) => println!("left out: Postfix: {why}"),
    }
    let far = far_away::proxy(sink.port, ROUND_TRIP);
    for &count in connections {
        bench.against_smtp_source("a relay 20 ms away", far, count, few * count, runs.min(3), "; goal: 3");
    }
}

struct Bench {
    folder: tempfile::TempDir,
    message_size: usize,
}

impl Bench {
    fn new() -> Bench {
        let folder = support::folder();
        std::fs::write(folder.path().join("e.csv"), support::EMBASSIES).unwrap();
        let mut command = protest();
        let letter =
            "write --name Example --country Japan --from c@example.org --embassies e.csv --ledger x.ledger";
        command.args(letter.split(' ')).args(["-o", "x.eml"]).current_dir(folder.path());
        seconds(&mut command);
        let message_size = std::fs::read(folder.path().join("x.eml")).unwrap().len();
        Bench { folder, message_size }
    }

    /// Letters a second of ours and of smtp-source, in turn.
    fn against_smtp_source(
        &self,
        relay: &str,
        port: u16,
        connections: usize,
        letters: usize,
        runs: usize,
        goal: &str,
    ) {
        std::fs::write(self.folder.path().join("signers.csv"), support::signers(letters)).unwrap();
        let syncs = RefCell::new(Vec::new());
        let ours = || {
            syncs.borrow_mut().extend(times_of_a_sync(self.folder.path()));
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(self.folder.path().join(format!("l.ledger{end}")));
            }
            let line = format!(
                "send --signers signers.csv --embassies e.csv --from c@example.org --ledger l.ledger --yes --quiet \
                 --smtp smtp://127.0.0.1:{port} --rate none --connections {connections}"
            );
            let mut command = protest();
            command.args(line.split_whitespace()).current_dir(self.folder.path());
            letters as f64 / seconds(&mut command)
        };
        let theirs = || {
            let mut command = Command::new("smtp-source");
            command.arg("-d").args(["-s", &connections.to_string(), "-m", &letters.to_string()]);
            command.args(["-l", &self.message_size.to_string(), "-f", "c@example.org"]);
            command.args(["-t", "jp@embassy.example.org", &format!("127.0.0.1:{port}")]);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            letters as f64 / seconds(&mut command)
        };
        let what =
            format!("into {relay}, {connections} connection{}", if connections == 1 { "" } else { "s" });
        let pairs = pairs(runs, ours, theirs);
        let sync = support::median(syncs.take());
        let a_letter_of_theirs = connections as f64 / pairs.theirs();
        let allowed = a_letter_of_theirs / (a_letter_of_theirs + sync);
        let micros = sync * 1_000_000.0;
        pairs.tell(
            &what,
            "letters/s",
            &format!("{goal}; a sync ({micros:.0} µs) before each letter allows {allowed:.2}"),
        );
    }
}

/// What it takes, in seconds, to make one round of letters durable here: two pages, over those of a file that has its
/// length already, as the ledger's log does.
fn times_of_a_sync(folder: &Path) -> Vec<f64> {
    const ROUND: usize = 2 * 4096;
    const ROUNDS: usize = 500;
    let path = folder.join("sync");
    if !path.exists() {
        std::fs::write(&path, vec![0; ROUND * ROUNDS]).unwrap();
    }
    let mut file = std::fs::File::options().write(true).open(&path).unwrap();
    file.sync_all().unwrap();
    let times = if is_smoke() { 3 } else { 100 };
    let time = |_| {
        let begun = Instant::now();
        file.write_all(&[1; ROUND]).unwrap();
        file.sync_data().unwrap();
        begun.elapsed().as_secs_f64()
    };
    (0..times).map(time).collect()
}
