//! The examples work: the campaign can be looked at, rehearsed and planned; the library's own example runs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::path::Path;
use std::process::Command;

use support::Place;
use support::relay::{FakeRelay, Script};

#[test]
fn the_example_campaign_can_be_looked_at_rehearsed_and_planned_and_writes_to_nobody() {
    // A copy, so that a ledger would not lie among the sources.
    let place = Place::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/campaign");
    for entry in std::fs::read_dir(examples).unwrap() {
        let path = entry.unwrap().path();
        place.write(path.file_name().unwrap().to_str().unwrap(), std::fs::read(&path).unwrap());
    }
    let files = place.files();
    let letters = place.run("preview --all").done().stdout.clone();
    assert!(letters.contains("These are my own words.") && letters.contains("Example Signer Three"));
    let plan = place.run("send --dry-run").done().stdout.clone();
    assert!(plan.contains("4 rows: 1 letter by mail, 2 by post"), "{plan}");
    assert!(plan.contains("1 row whose signers said no"), "{plan}");
    assert_eq!(place.files(), files);
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    place.run(&format!("send --rehearse me@example.org --smtp {}", relay.url)).done();
    let accepted = relay.accepted();
    assert_eq!(accepted.len(), 1);
    assert!(accepted.iter().all(|message| message.to == "RCPT TO:<me@example.org>"));
}

#[test]
fn the_example_of_the_library_prints_a_letter() {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let ran = Command::new(cargo)
        .args(["run", "--quiet", "--locked", "--offline", "--example", "preview"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let letter = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success() && letter.ends_with("Example Signer\nJapan\n"), "{ran:?}");
}
