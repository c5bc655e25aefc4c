//! Copies to signers: with 8 and 16 connections, Ctrl-C and kills, none that is owed is lost and none goes twice; a run with
//! the option that owes one still never ends with 0.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a trial")]
#![cfg(unix)]

mod support;

use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;

use support::relay::{FakeRelay, Script};
use support::trial::{Chance, size};
use support::{Place, signers, words};

const LETTERS: usize = 60;

#[derive(Debug, Default)]
struct Tally {
    tried: usize,
    cut_off: usize,
    lost: usize,
    twice: usize,
    in_doubt: usize,
    ended_well_too_early: usize,
}

/// How often each signer's copy arrived, and how many letters did.
fn copies(relay: &FakeRelay) -> (HashMap<String, usize>, usize) {
    let mut copies = HashMap::new();
    let mut letters = 0;
    for message in relay.accepted() {
        if message.to.contains("embassy.example.org") {
            letters += 1;
        } else {
            *copies.entry(message.to.clone()).or_default() += 1;
        }
    }
    (copies, letters)
}

/// How many copies the program says were begun and never answered.
fn begun(stderr: &str) -> usize {
    let text = stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((before, _)) = text.split_once(" begun, and nobody knows") else { return 0 };
    let words: Vec<&str> = before.rsplit(' ').take(3).collect();
    words.iter().find_map(|word| word.parse().ok()).unwrap_or(0)
}

fn one_campaign(chance: &mut Chance, tally: &mut Tally) {
    tally.tried += 1;
    let connections = [8, 16][chance.below(2)];
    let thinks = Duration::from_millis(u64::try_from(chance.below(8)).unwrap());
    let relay = FakeRelay::start(Script { pipelining: chance.below(2) == 0, thinks, ..Script::default() });
    let place = Place::with_signers(&signers(LETTERS));
    let line = format!(
        "{} --rate none --retry-for 0 --copy-to-signer --connections {connections}",
        Place::send_line(&relay.url)
    );
    let mut killed = 0;
    for _ in 0..chance.below(4) {
        let mut child =
            place.command().args(words(&line)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(u64::try_from(40 + chance.below(250)).unwrap()));
        let signal = ["-KILL", "-INT"][chance.below(2)];
        killed += usize::from(signal == "-KILL");
        // It may have ended by itself.
        let _ = std::process::Command::new("kill")
            .args([signal, &child.id().to_string()])
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let code = child.wait().unwrap().code();
        tally.cut_off += usize::from(code != Some(0));
        if code == Some(0) && copies(&relay).0.len() + killed * connections < LETTERS {
            tally.ended_well_too_early += 1;
        }
    }
    let ran = place.run(&line);
    let (copied, letters) = copies(&relay);
    let told = place.told();
    let accepted = told.iter().filter(|(outcome, _)| outcome == "accepted").count();
    let doubts = told.iter().filter(|(outcome, _)| outcome == "in_doubt").count();
    assert!(letters <= accepted + doubts, "{ran:?}");
    tally.twice += copied.values().filter(|count| **count > 1).count();
    let begun = begun(&ran.stderr);
    tally.in_doubt += begun;
    // Every accepted letter's copy arrived, but for those that a kill caught between claim and answer; a letter in doubt
    // is owed none.
    if copied.len() + begun < accepted {
        tally.lost += accepted - copied.len() - begun;
        println!("{ran:?}");
    }
    if killed == 0 {
        assert_eq!((begun, doubts), (0, 0), "{ran:?}");
        assert_eq!(ran.code, 0, "{ran:?}");
    }
}

#[test]
fn no_copy_that_is_owed_is_lost_and_none_goes_twice() {
    let mut chance = Chance::new(20_061_202);
    let mut tally = Tally::default();
    for _ in 0..size(12, 300) {
        one_campaign(&mut chance, &mut tally);
    }
    println!(
        "copies: tried {} campaigns of {LETTERS}, cut off {} times, lost {}, twice {}, in doubt {}",
        tally.tried, tally.cut_off, tally.lost, tally.twice, tally.in_doubt
    );
    assert_eq!((tally.lost, tally.twice, tally.ended_well_too_early), (0, 0, 0), "{tally:?}");
}

#[test]
fn a_run_without_the_option_sends_no_copy_and_names_how_many_are_owed() {
    // The relay lets one connection send, and then goes away before the copies.
    let relay = support::script::Played::start("MAIL#4+: 421 4.3.2 going away <close>");
    let place = Place::with_signers(&signers(3));
    let ran = place.send(&relay.url(), "--retry-for 0 --copy-to-signer --timeout 1s");
    assert_ne!(ran.code, 0, "{ran:?}");
    let relay = support::script::Played::start("");
    let ran = place.send(&relay.url(), "");
    let accepted_later = relay.taken().len();
    assert!(ran.stderr.contains("of the copies to signers"), "{ran:?}");
    assert!(ran.stderr.contains("--copy-to-signer sends them"), "{ran:?}");
    assert!(relay.taken().iter().all(|letter| !letter.contains("Subject: Copy")), "{accepted_later}");
    let ran = place.send(&relay.url(), "--copy-to-signer");
    assert_eq!(ran.code, 0, "{ran:?}");
    // Who left the list is owed none: nothing is left either way.
    assert!(!place.send(&relay.url(), "").stderr.contains("still owed"));
}
