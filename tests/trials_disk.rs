//! The disk full at every size, and filled in mid-run: what left is recorded, and where there is no room nothing leaves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]
#![cfg(target_os = "linux")]

mod support;

use std::process::{Command, Stdio};

use support::relay::{FakeRelay, Script};
use support::trial::{Chance, size};
use support::{Place, signers};

/// A send on a disk of its own, in a mount namespace: the ledger lies there, everything else does not.
const SCRIPT: &str = r#"
mount -t tmpfs -o size="$SIZE" tmpfs "$DISK" || exit 99
if [ -n "$FILL" ]; then
    (n=0; while [ ! -e "$FILL" ] && [ $n -lt 1500 ]; do sleep 0.01; n=$((n + 1)); done
     dd if=/dev/zero of="$DISK/filler" bs=4k 2>/dev/null) &
fi
"$PROTEST" send --signers signers.csv --embassies e.csv --from c@example.org --smtp "$RELAY" --yes \
    --ledger "$DISK/l.ledger" --rate none --connections "$CONNECTIONS" 2>send.txt
code=$?
"$PROTEST" status --json --ledger "$DISK/l.ledger" >status.json 2>status.txt
exit $code
"#;

struct Trial {
    letters: usize,
    /// The disk's size in KiB.
    disk: usize,
    connections: usize,
    /// Whether the rest of the disk is filled as soon as the relay is spoken to.
    fills: bool,
}

#[derive(Default)]
struct Tally {
    tried: usize,
    all_sent: usize,
    nothing_left: usize,
    stopped: usize,
    unrecorded: usize,
}

impl Tally {
    fn print(&self, what: &str) {
        println!(
            "{what}: tried {}, all sent and recorded {}, refused before anything left {}, stopped with every outcome recorded {}, \
             outcomes not recorded {}",
            self.tried, self.all_sent, self.nothing_left, self.stopped, self.unrecorded
        );
        assert_eq!(self.unrecorded, 0, "{what}");
    }

    fn try_it(&mut self, trial: &Trial) {
        let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
        let place = Place::with_signers(&signers(trial.letters));
        let disk = place.path("disk");
        std::fs::create_dir(&disk).unwrap();
        let flag = place.path("relay-was-spoken-to");
        let mut child = in_a_namespace(SCRIPT)
            .current_dir(place.path("."))
            .env("XDG_STATE_HOME", place.path("state"))
            .env("SIZE", format!("{}k", trial.disk))
            .env("DISK", &disk)
            .env("FILL", if trial.fills { flag.as_os_str() } else { "".as_ref() })
            .env("PROTEST", env!("CARGO_BIN_EXE_protest"))
            .env("RELAY", &relay.url)
            .env("CONNECTIONS", trial.connections.to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let code = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status.code();
            }
            if trial.fills && !flag.exists() && !relay.commands().is_empty() {
                std::fs::write(&flag, "").unwrap();
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        };
        let arrived = relay.accepted().len();
        let status: serde_json::Value = serde_json::from_str(&place.read("status.json")).unwrap_or_default();
        let recorded = usize::try_from(status["accepted"].as_u64().unwrap_or_default()).unwrap();
        let doubts = status["in_doubt"].as_u64().unwrap_or_default();
        let said = place.read("send.txt");
        self.tried += 1;
        let what = format!(
            "{} letters, {} KiB, {} connections, filled {}: code {code:?}, {arrived} arrived, {status}\n{said}{}",
            trial.letters,
            trial.disk,
            trial.connections,
            trial.fills,
            place.read("status.txt")
        );
        assert!(!said.contains("panicked"), "{what}");
        match code {
            _ if recorded != arrived || doubts > 0 => {
                println!("{what}");
                self.unrecorded += 1;
            }
            Some(0) if arrived == trial.letters => self.all_sent += 1,
            Some(73) if arrived == 0 => self.nothing_left += 1,
            Some(73) => self.stopped += 1,
            _ => panic!("{what}"),
        }
    }
}

fn in_a_namespace(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    command
}

fn namespaces_are_allowed() -> bool {
    let allowed = in_a_namespace("mount -t tmpfs tmpfs /mnt").output().is_ok_and(|ran| ran.status.success());
    if !allowed {
        println!("no mount namespace here: not tried");
    }
    allowed
}

/// What is certainly enough for so many letters, in KiB.
fn enough(letters: usize) -> usize {
    2_048 + letters.clamp(32, 500) * 34
}

#[test]
fn on_a_disk_of_every_size_every_outcome_is_recorded_or_nothing_leaves() {
    if !namespaces_are_allowed() {
        return;
    }
    let mut tally = Tally::default();
    for letters in [1, 2, 10, 62, 200] {
        let sizes = enough(letters) / 4;
        // Small, the sizes are spread over all that there are.
        let step = (sizes / size(8, sizes)).max(1);
        for disk in (1..=sizes).step_by(step) {
            tally.try_it(&Trial { letters, disk: disk * 4, connections: 1, fills: false });
        }
        tally.try_it(&Trial { letters, disk: enough(letters), connections: 1, fills: true });
    }
    tally.print("disks of every size");
}

#[test]
fn a_disk_that_fills_in_mid_run_leaves_every_outcome_recorded() {
    if !namespaces_are_allowed() {
        return;
    }
    let mut chance = Chance::new(3);
    let mut tally = Tally::default();
    for _ in 0..size(15, 500) {
        let letters = 1 + chance.below(200);
        let disk = 64 + chance.below(enough(letters));
        tally.try_it(&Trial { letters, disk, connections: 1 + chance.below(8), fills: true });
    }
    tally.print("disks that fill in mid-run");
}
