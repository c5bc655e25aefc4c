//! A reply answers one command, once: every extra reply, at every step, on a connection that is kept, closed or reset, in
//! lock-step and pipelined, with the letter's body taken or not. None is lost, none goes twice, and none is called what it
//! is not: what the relay took is called accepted or in doubt, and what is called accepted was taken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a trial")]

mod support;

use std::collections::HashMap;
use std::sync::Mutex;

use support::script::Played;
use support::trial::{Chance, size};
use support::{Place, signers};

const LETTERS: usize = 5;
/// What is said although nobody asked; 354 and 334 are no answer to a letter, the last is no reply at all.
const EXTRAS: [&str; 9] = [
    "250 2.0.0 queued as EXTRA",
    "450 4.2.0 extra",
    "451 4.7.1 extra",
    "421 4.3.2 extra",
    "550 5.7.1 extra",
    "554 5.1.1 extra",
    "334 ZXh0cmE=",
    "354 extra",
    "extra",
];
const STEPS: [&str; 8] = ["greet", "EHLO", "MAIL", "RCPT", "DATA", "DOT", "RSET", "QUIT"];
const USUAL: [&str; 8] = [
    "220 relay.example.org ESMTP",
    "250-relay.example.org | 250 PIPELINING",
    "250 2.1.0 ok",
    "250 2.1.5 ok",
    "354 go on",
    "250 2.0.0 queued",
    "250 2.0.0 ok",
    "221 2.0.0 bye",
];

/// What came of all trials.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    tried: usize,
    lost: usize,
    twice: usize,
    untrue: usize,
    in_doubt: usize,
}

/// Each script with its options, many relays at a time: most of the time they wait, after a 4.7.1 a minute for each letter.
fn try_all(scripts: Vec<(String, &'static str)>) -> Tally {
    let (scripts, tally) = (Mutex::new(scripts), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..48.min(scripts.lock().unwrap().len()) {
            scope.spawn(|| {
                loop {
                    let Some((script, more)) = scripts.lock().unwrap().pop() else { return };
                    let one = try_it(&script, more);
                    let mut tally = tally.lock().unwrap();
                    tally.tried += 1;
                    tally.lost += one.lost;
                    tally.twice += one.twice;
                    tally.untrue += one.untrue;
                    tally.in_doubt += one.in_doubt;
                }
            });
        }
    });
    tally.into_inner().unwrap()
}

/// One relay with one habit, met by two runs.
fn try_it(script: &str, more: &str) -> Tally {
    let mut tally = Tally::default();
    let relay = Played::start(script);
    let place = Place::with_signers(&signers(LETTERS));
    for _ in 0..2 {
        let ran = place.send(&relay.url(), &format!("--retry-for 0 --timeout 3s {more}"));
        assert!(matches!(ran.code, 0 | 1 | 69 | 75 | 77 | 78), "{script}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{script}: {}", ran.stderr);
        if ran.code < 2 {
            break;
        }
    }
    // What the relay took is what it answered 2yz to; whatever else arrived whole, it may have taken.
    let taken: Vec<String> = relay.taken().iter().map(|letter| support::script::message_id(letter)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    taken.iter().for_each(|id| *counts.entry(id).or_default() += 1);
    tally.twice += counts.values().filter(|count| **count > 1).count();
    let told = place.told();
    tally.lost += LETTERS - told.len();
    for (outcome, message_id) in &told {
        let was_taken = counts.contains_key(message_id.as_str());
        match outcome.as_str() {
            "in_doubt" => tally.in_doubt += 1,
            "accepted" => tally.untrue += usize::from(!was_taken),
            _ => tally.untrue += usize::from(was_taken),
        }
        if (outcome == "accepted") != was_taken && outcome != "in_doubt" {
            println!("untrue: {outcome}, taken {was_taken}, of {script:?}");
        }
    }
    tally
}

#[test]
fn no_reply_that_nobody_asked_for_judges_a_letter() {
    let mut every = Vec::new();
    for pipelining in [true, false] {
        for (step, usual) in STEPS.iter().zip(USUAL) {
            for extra in EXTRAS {
                for then in ["", " <close>", " <reset>"] {
                    for number in ["#1", "#2", "#3+"] {
                        let offer = if pipelining { USUAL[1] } else { "250 relay.example.org" };
                        let usual = if *step == "EHLO" { offer } else { usual };
                        every.push((
                            format!("EHLO: {offer}\n{step}{number}: {usual} | {extra}{then}"),
                            ["", "--connections 3"][usize::from(*step == "DOT" && number == "#2")],
                        ));
                    }
                }
            }
        }
    }
    let whole = every.len();
    let mut chance = Chance::new(4711);
    let tally = try_all((0..size(24, whole)).map(|_| every.swap_remove(chance.below(every.len()))).collect());
    println!(
        "replies: tried {} of {whole}, lost {}, twice {}, in doubt {}, untrue {}",
        tally.tried, tally.lost, tally.twice, tally.in_doubt, tally.untrue
    );
    assert_eq!((tally.lost, tally.twice, tally.untrue), (0, 0, 0), "{tally:?}");
}

#[test]
fn a_reply_to_a_body_that_has_not_left_is_never_its_reply() {
    let mut scripts = Vec::new();
    for offer in [USUAL[1], "250 relay.example.org"] {
        for early in ["250 2.0.0 queued", "450 4.2.0 no", "550 5.7.1 no", "334 what"] {
            for then in ["", " <close>", " <reset>"] {
                scripts.push((format!("EHLO: {offer}\nDATA#2: 354 go on | {early}{then}"), ""));
            }
        }
    }
    let tally = try_all(scripts);
    assert_eq!((tally.lost, tally.twice, tally.untrue, tally.in_doubt), (0, 0, 0, 0), "{tally:?}");
}
