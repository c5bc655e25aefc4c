//! The rules of ledger and session as a model that is explored to the end: every order of steps, a crash at each, and a relay
//! that says anything at any time.
//!
//! What decides is the program's own: `ledger::rules` whether a claim is granted and what an outcome changes,
//! `session::transaction` and `reply` what the relay's words are taken for. Storage, processes and network are the
//! model's, and its steps have the names that they have in the code.

mod book;
mod code;
mod explored;
mod relay;
mod seen;
mod steps;
mod world;

use std::time::Instant;

use explored::{Explored, explore};
use world::{Bounds, Flaw};

/// What a whole exploration has found, in one line.
fn tell(what: &str, bounds: &Bounds, begun: Instant) -> Explored {
    let explored = explore(bounds);
    println!(
        "model, {what}: letters {}, runs {}, connections of each {:?}; {} states{}, {} steps, depth {}, {:.1} s, counter-examples {}",
        bounds.letters,
        bounds.runs,
        bounds.connections,
        explored.states,
        if explored.is_whole { ", all there are" } else { "" },
        explored.steps,
        explored.depth,
        begun.elapsed().as_secs_f64(),
        usize::from(explored.counter_example.is_some())
    );
    explored
}

#[track_caller]
fn holds(what: &str, bounds: &Bounds) {
    let explored = tell(what, bounds, Instant::now());
    assert!(explored.counter_example.is_none(), "{what}: {}", explored.counter_example.unwrap());
}

/// The flaw is found: what leads to it ends in one of these sentences.
#[track_caller]
fn is_found(flaw: Flaw, bounds: Bounds, sentence: &str) {
    let explored = tell(&format!("{flaw:?}"), &Bounds { flaw: Some(flaw), ..bounds }, Instant::now());
    let found = explored.counter_example.unwrap_or_else(|| panic!("{flaw:?} was not found"));
    assert!(found.contains(sentence), "{flaw:?}: {found}");
}

fn is_whole() -> bool {
    std::env::var("PROTEST_TRIALS").is_ok_and(|size| size == "whole")
}

const SMALL: Bounds = Bounds {
    letters: 2,
    runs: 2,
    connections: [1, 1],
    pipelining: true,
    retry_in_doubt: false,
    most: usize::MAX,
    flaw: None,
};

/// A run of one connection, and one of two that is asked to send again what is in doubt.
const TWO_WITH_DOUBTS: Bounds = Bounds { letters: 1, connections: [1, 2], retry_in_doubt: true, ..SMALL };

#[test]
fn whatever_happens_no_letter_leaves_twice_and_none_is_lost() {
    holds("one letter", &Bounds { letters: 1, ..SMALL });
    holds("one letter, retried in doubt", &Bounds { letters: 1, retry_in_doubt: true, ..SMALL });
    holds("one letter, two connections, retried in doubt", &TWO_WITH_DOUBTS);
    holds("one run in lock-step", &Bounds { runs: 1, pipelining: false, ..SMALL });
    // `scripts/trials model` looks at all of them.
    for pipelining in [true, false] {
        let begun =
            Bounds { connections: [2, 2], pipelining, retry_in_doubt: pipelining, most: 4_000, ..SMALL };
        holds("two runs of two connections, their first states", &begun);
    }
}

#[test]
fn three_letters_two_connections_and_two_runs_hold_too() {
    if !is_whole() {
        return;
    }
    let whole = |letters, runs, connections| Bounds { letters, runs, connections, ..SMALL };
    // What is beyond so many states would take hours, and more memory than a small machine has.
    let most = std::env::var("PROTEST_MODEL_STATES").ok().and_then(|most| most.parse().ok());
    let largest = Bounds { most: most.unwrap_or(40_000_000), ..whole(3, 2, [2, 2]) };
    let smaller = [
        whole(2, 2, [1, 1]),
        whole(3, 1, [2, 0]),
        whole(3, 2, [1, 1]),
        whole(2, 2, [2, 1]),
        whole(2, 2, [2, 2]),
        Bounds { connections: [2, 1], ..largest },
    ];
    for bounds in smaller.into_iter().chain([largest]) {
        for (pipelining, retry_in_doubt) in [(false, false), (true, false), (true, true)] {
            if retry_in_doubt && bounds.runs == 1 {
                continue;
            }
            let what = format!("whole, pipelining {pipelining}, retry in doubt {retry_in_doubt}");
            holds(&what, &Bounds { pipelining, retry_in_doubt, ..bounds });
        }
    }
}

#[test]
fn a_model_with_a_flaw_finds_it() {
    let small = Bounds { letters: 1, ..SMALL };
    let two = Bounds { connections: [2, 2], runs: 1, ..SMALL };
    is_found(Flaw::ClaimNotDurable, small, "its claim is not durable");
    is_found(Flaw::BodyBeforeClaim, small, "its claim is not durable");
    is_found(Flaw::DoubtsSentAgain, small, "leaves twice");
    is_found(Flaw::DeadClaimsArePending, small, "would leave again");
    is_found(Flaw::LiveRunsAreBuried, small, "has ended, and has a claim");
    is_found(Flaw::OutcomesLost, two, "an outcome is not durable");
    is_found(Flaw::LostAnswersAreUnsent, small, "would leave again");
    is_found(Flaw::UnaskedRepliesCount, small, "lies there before its body leaves");
    is_found(Flaw::UnsentHandedOutAtOnce, TWO_WITH_DOUBTS, "would leave again");
    is_found(Flaw::FailedCommitsAreIgnored, small, "its claim is not durable");
}
