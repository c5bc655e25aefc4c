//! Kills: campaigns of every shape, ended by `kill -9` or Ctrl-C at any moment, several times, and then run to their end. None
//! lost, none twice, in doubt at most one a connection and kill.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a trial")]
#![allow(unreachable_pub, reason = "its parts are read by this file alone")]
#![cfg(unix)]

mod book;
mod shape;
#[path = "../support/mod.rs"]
mod support;

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use book::{Book, Tally};
use shape::{Manner, Shape};
use support::relay::{FakeRelay, Script};
use support::trial::{Chance, size};
use support::{Place, words};

/// What a run says, wherever it ends.
const SAID: &str = "said.txt";
/// So long a run whose letters have hours is waited for.
const PATIENCE: Duration = Duration::from_millis(1_500);

fn begin(place: &Place, line: &str) -> Child {
    let said = File::create(place.path(SAID)).unwrap();
    place.command().args(words(line)).stdout(Stdio::null()).stderr(said).spawn().unwrap()
}

/// Sends the signal; the run may have ended by itself.
fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    let _ = sent.unwrap();
}

/// One campaign: killed several times, then to its end.
fn campaign(shape: &Shape, kills: usize, chance: &mut Chance, tally: &mut Tally) {
    tally.campaigns += 1;
    let script = Script {
        pipelining: shape.pipelining,
        thinks: shape.thinks,
        acts: shape.acts.clone(),
        ..Script::default()
    };
    let relay = FakeRelay::start(script);
    let place = Place::with_signers(&shape.list());
    let line = |manner: &Manner| format!("{} {}", Place::send_line(&relay.url), manner.options);
    let mut book = Book::default();
    let mut moved = 0;
    for _ in 0..kills {
        let manner = Manner::of(shape, &place, &mut moved, chance);
        book.before_a_run(shape, &place, &manner);
        let before = relay.accepted().len();
        let mut runs = vec![begin(&place, &line(&manner))];
        if shape.two_processes {
            runs.push(begin(&place, &line(&manner)));
        }
        // Most while letters leave, some while the run begins.
        let wanted = [0, 1, 1, 2, 5, 12][chance.below(6)];
        let begun = Instant::now();
        while relay.accepted().len() < before + wanted
            && (manner.is_quick || begun.elapsed() < PATIENCE)
            && runs[0].try_wait().unwrap().is_none()
        {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(u64::try_from(chance.below(20_000)).unwrap()));
        for run in &mut runs {
            let lives = run.try_wait().unwrap().is_none();
            let in_order = chance.below(4) == 0;
            signal(run, if in_order { "-INT" } else { "-KILL" });
            let code = run.wait().unwrap().code();
            tally.killed += usize::from(lives && !in_order);
            book.killed += usize::from(code.is_none());
            tally.interrupted += usize::from(lives && in_order);
        }
        let said = place.read(SAID);
        assert!(!said.contains("panicked"), "{shape:?}: {said}");
        tally.with_letters_under_way += usize::from(relay.accepted().len() > before);
        tally.with_hours += usize::from(!manner.is_quick);
        if !shape.two_processes {
            book.holds_what_is_said(&manner, &relay, before, &said);
        }
        if let Some(notice) = shape.bounces.then(|| book.notice(&relay, chance)).flatten() {
            place.write("returned.eml", notice);
            let ran = place.run("bounces returned.eml --ledger l.ledger");
            assert!(matches!(ran.code, 0 | 1 | 66 | 69), "{shape:?}: {ran:?}");
        }
    }
    // What was deferred is tried again by the next.
    let mut ran = None;
    for _ in 0..7 {
        let manner = Manner::last(shape, &place, &mut moved, chance);
        book.before_a_run(shape, &place, &manner);
        let before = relay.accepted().len();
        let last = place.run(&line(&manner));
        book.holds_what_is_said(&manner, &relay, before, &last.stderr);
        let is_over = last.code != 75;
        ran = Some(last);
        if is_over {
            break;
        }
    }
    book.judge(shape, &place, &relay, &ran.unwrap(), tally);
}

#[test]
fn campaigns_of_every_shape_that_are_killed_lose_nothing_and_send_nothing_twice() {
    let mut chance = Chance::new(12_022_026);
    let mut tally = Tally::default();
    let wanted = size(16, 1_000);
    while tally.killed < wanted {
        let shape = Shape::by(&mut chance);
        let kills = (2 + chance.below(5)).min(wanted);
        campaign(&shape, kills, &mut chance, &mut tally);
    }
    println!("kills: {tally}");
    assert_eq!(tally.wrong(), [0; 5], "{tally:?}");
}
