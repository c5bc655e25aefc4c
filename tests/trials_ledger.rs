//! The ledger flipped in single bits, cut, moved and copied: no letter leaves again without a word, and none is lost.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]
#![cfg(unix)]

mod support;

use std::collections::{BTreeMap, HashMap};
use std::process::Stdio;
use std::time::Duration;

use support::relay::{Act, At, FakeRelay, Script};
use support::trial::{Chance, size};
use support::{Place, Ran, signers, words};

const LEDGER: &str = "l.ledger";

/// A campaign's files at one moment, and what the relay had taken by then.
struct Moment {
    files: BTreeMap<String, Vec<u8>>,
    /// Message-IDs that the relay took: none of these may leave again.
    sent: HashMap<String, usize>,
    /// How the letters stand in the ledger.
    status: HashMap<String, u64>,
}

const LETTERS: usize = 40;

fn list() -> String {
    signers(LETTERS)
}

impl Moment {
    fn of(place: &Place, relay: &FakeRelay) -> Moment {
        let files = place
            .files()
            .into_iter()
            .filter(|name| name.starts_with(LEDGER))
            .map(|name| (name.clone(), std::fs::read(place.path(&name)).unwrap()))
            .collect();
        Moment { files, sent: relay.by_message_id(), status: status(place) }
    }

    /// The same files in a folder of their own.
    fn again(&self, without: impl Fn(&str) -> bool) -> Place {
        let place = Place::with_signers(&list());
        for (name, bytes) in self.files.iter().filter(|(name, _)| !without(name)) {
            place.write(name, bytes);
        }
        place
    }
}

fn status(place: &Place) -> HashMap<String, u64> {
    let ran = place.run(&format!("status --json --ledger {LEDGER}"));
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
    let counts = json.as_object().into_iter().flatten();
    counts.filter_map(|(name, value)| Some((name.clone(), value.as_u64()?))).collect()
}

/// What a trial has come to, all in all.
#[derive(Default)]
struct Tally {
    tried: usize,
    as_if_nothing: usize,
    refused: usize,
    in_doubt: usize,
    mended: usize,
    beyond_repair: usize,
    lost: usize,
    twice: usize,
}

impl Tally {
    fn print(&self, what: &str) {
        println!(
            "{what}: tried {}, as if nothing had happened {}, refused by name {} (then mended {}, in need of a copy {}), letters \
             put in doubt {}, lost {}, twice {}",
            self.tried,
            self.as_if_nothing,
            self.refused,
            self.mended,
            self.beyond_repair,
            self.in_doubt,
            self.lost,
            self.twice
        );
        assert_eq!((self.lost, self.twice), (0, 0), "{what}");
    }

    /// Sends the list again, and counts what that did to the promise.
    fn send(&mut self, place: &Place, before: &Moment, what: &str) -> Ran {
        let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
        let ran = place.send(&relay.url, "");
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        let sent = relay.by_message_id();
        let twice = sent.iter().filter(|(id, count)| **count > 1 || before.sent.contains_key(*id)).count();
        if twice > 0 {
            println!("{what}: {twice} letters left again: {}\n{}", ran.code, ran.stderr);
        }
        self.twice += twice;
        // A run that says that the campaign is at its end has every letter with an outcome, and no more.
        let now = status(place);
        if matches!(ran.code, 0 | 1) && now.get("total") != Some(&(LETTERS as u64)) {
            println!("{what}: {now:?} {}", ran.stderr);
            self.lost += 1;
        }
        let at_the_relay = before.sent.len() + sent.len() - twice;
        let known = ["accepted", "in_doubt"].iter().filter_map(|word| now.get(*word)).sum::<u64>();
        if ran.code == 0 && known != at_the_relay as u64 {
            println!("{what}: {now:?}, {at_the_relay} at the relay");
            self.lost += 1;
        }
        ran
    }
}

/// A campaign that was interrupted in good order: accepted, refused, deferred, in doubt and pending letters.
fn ended_in_mid_campaign() -> Moment {
    let acts = HashMap::from([
        ((At::Dot, 3), Act::Say("550 5.7.1 policy")),
        ((At::Dot, 9), Act::Say("451 4.3.0 later")),
        ((At::Dot, 14), Act::Close),
    ]);
    let relay = FakeRelay::start(Script { pipelining: true, acts, ..Script::default() });
    let place = Place::with_signers(&list());
    assert_eq!(place.send(&relay.url, "--limit 30 --retry-for 0s").code, 75);
    let moment = Moment::of(&place, &relay);
    assert_eq!(moment.files.len(), 1, "the last run to end leaves no log");
    assert!(moment.status["accepted"] >= 25 && moment.status["pending"] >= 8, "{:?}", moment.status);
    moment
}

#[test]
fn a_flipped_bit_in_the_ledger_makes_no_letter_leave_again() {
    let moment = ended_in_mid_campaign();
    let ledger = &moment.files[LEDGER];
    // Half of the bits in pages that hold something: most of the file is room for the run's log, zeros but for a number.
    let holds_something =
        |at: &usize| ledger[at / 4096 * 4096..][..4096].iter().filter(|byte| **byte != 0).count() > 8;
    let filled: Vec<usize> = (0..ledger.len()).filter(holds_something).collect();
    let mut chance = Chance::new(14);
    let mut tally = Tally::default();
    for trial in 0..size(40, 2_500) {
        let at = if trial % 2 == 0 { filled[chance.below(filled.len())] } else { chance.below(ledger.len()) };
        let bit = chance.below(8);
        let what = format!("bit {bit} of byte {at}");
        let place = moment.again(|_| false);
        let mut bytes = ledger.clone();
        bytes[at] ^= 1 << bit;
        place.write(LEDGER, &bytes);
        tally.tried += 1;
        let ran = tally.send(&place, &moment, &what);
        match ran.code {
            0 | 1 => tally.as_if_nothing += 1,
            78 | 73 => {
                tally.refused += 1;
                let mended = place.run(&format!("settle --damaged --yes --ledger {LEDGER}"));
                match mended.code {
                    0 | 1 => {
                        tally.mended += 1;
                        assert!(
                            place.files().iter().any(|name| name.contains(".damaged"))
                                || mended.stderr.contains("whole")
                        );
                        let doubts = status(&place).get("in_doubt").copied().unwrap_or_default();
                        tally.in_doubt += usize::try_from(doubts - moment.status["in_doubt"]).unwrap();
                        let again = tally.send(&place, &moment, &format!("{what}, mended"));
                        assert!(matches!(again.code, 0 | 1), "{what}: {again:?}");
                    }
                    73 | 78 => tally.beyond_repair += 1,
                    _ => panic!("{what}: {mended:?}"),
                }
            }
            _ => panic!("{what}: {ran:?}"),
        }
    }
    tally.print("flipped bits in the ledger");
}

/// A run that was killed while letters left.
fn killed(round: usize) -> Moment {
    let relay = FakeRelay::start(Script {
        pipelining: true,
        thinks: Duration::from_micros(500),
        ..Script::default()
    });
    let place = Place::with_signers(&list());
    let connections = 1 + round % 4;
    let line = format!("{} --rate none --connections {connections}", Place::send_line(&relay.url));
    let mut child =
        place.command().args(words(&line)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while relay.accepted().len() < 5 + (round * 7) % 20 && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(300));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    Moment::of(&place, &relay)
}

#[test]
fn a_log_that_is_cut_or_flipped_after_a_kill_makes_no_letter_leave_again() {
    let mut chance = Chance::new(41);
    let mut tally = Tally::default();
    let (kills, variants) = (size(3, 40), size(8, 25));
    for round in 0..kills {
        let moment = killed(round);
        let log = format!("{LEDGER}-wal");
        let Some(bytes) = moment.files.get(&log) else { continue };
        for _ in 0..variants {
            let place = moment.again(|_| false);
            let mut damaged = bytes.clone();
            let at = chance.below(damaged.len());
            let what = if chance.below(2) == 0 {
                damaged.truncate(at);
                format!("kill {round}, log cut to {at} of {}", bytes.len())
            } else {
                damaged[at] ^= 1 << chance.below(8);
                format!("kill {round}, log flipped at {at} of {}", bytes.len())
            };
            place.write(&log, &damaged);
            tally.tried += 1;
            let ran = tally.send(&place, &moment, &what);
            match ran.code {
                0 => tally.as_if_nothing += 1,
                1 => {
                    let doubts = status(&place)["in_doubt"];
                    tally.in_doubt +=
                        usize::try_from(doubts.saturating_sub(moment.status["in_doubt"])).unwrap();
                    tally.as_if_nothing += usize::from(doubts == moment.status["in_doubt"]);
                }
                78 | 73 => tally.refused += 1,
                _ => panic!("{what}: {ran:?}"),
            }
        }
    }
    assert!(tally.tried > 0);
    tally.print("log cut or flipped after a kill");
}

#[test]
fn a_ledger_that_is_moved_or_copied_makes_no_letter_leave_again() {
    let mut tally = Tally::default();
    for round in 0..size(8, 100) {
        let (ways, moment) = (round % 4, killed(round));
        let (what, without): (&str, fn(&str) -> bool) = match ways {
            0 => ("without log and lock", |name| name != LEDGER),
            1 => ("without log", |name| name.ends_with("-wal") || name.ends_with("-shm")),
            2 => ("without lock", |name| name.contains(".run-")),
            _ => ("whole", |_| false),
        };
        let place = moment.again(without);
        tally.tried += 1;
        let ran = tally.send(&place, &moment, &format!("killed, moved {what}"));
        assert!(matches!(ran.code, 0 | 1), "{what}: {ran:?}");
        let doubts = usize::try_from(status(&place)["in_doubt"]).unwrap();
        tally.in_doubt += doubts;
        if ways < 3 {
            // Said, and in doubt: not sent, and not sent again.
            assert!(doubts > 0 && ran.stderr.contains("is in doubt"), "{what}: {ran:?}");
        }
    }
    tally.print("moved or copied after a kill");
}

#[test]
fn a_ledger_that_is_renamed_or_copied_in_mid_run_makes_no_letter_leave_again() {
    let mut tally = Tally::default();
    for round in 0..size(6, 60) {
        let relay = FakeRelay::start(Script {
            pipelining: true,
            thinks: Duration::from_millis(3),
            ..Script::default()
        });
        let place = Place::with_signers(&list());
        let line = format!("{} --rate none", Place::send_line(&relay.url));
        let mut child =
            place.command().args(words(&line)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while relay.accepted().len() < 3 + round % 20 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(300));
        }
        let renames = round % 2 == 0;
        let (from, to) = (place.path(LEDGER), place.path("moved.ledger"));
        if renames {
            std::fs::rename(&from, &to).unwrap();
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
        let second = place.run(&line.replace(LEDGER, "moved.ledger"));
        child.wait().unwrap();
        tally.tried += 1;
        let third = place.run(&line.replace(LEDGER, "moved.ledger"));
        let twice = relay.by_message_id().values().filter(|count| **count > 1).count();
        if twice > 0 {
            println!("round {round}, renamed {renames}: {}\n{}\n{}", twice, second.stderr, third.stderr);
        }
        tally.twice += twice;
        if renames {
            assert!(matches!(second.code, 75 | 73 | 0 | 1), "{second:?}");
            assert!(matches!(third.code, 0 | 1), "{third:?}");
        } else {
            assert!(second.stderr.contains("is in doubt") || second.code == 78, "{second:?}");
        }
    }
    tally.print("renamed or copied in mid-run");
}

/// A run at several moments, the run after it where the first is killed, and when all was over.
fn moments_of_runs(round: usize) -> Vec<Moment> {
    let thinks = Duration::from_millis(2);
    let relay = FakeRelay::start(Script { pipelining: true, thinks, ..Script::default() });
    let place = Place::with_signers(&list());
    let line = format!("{} --rate none --connections {}", Place::send_line(&relay.url), 1 + round % 3);
    let is_killed = round.is_multiple_of(2);
    let begin =
        || place.command().args(words(&line)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let signal = |child: &std::process::Child, name: &str| {
        let told = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
        assert!(told.unwrap().success());
    };
    let mut child = begin();
    let mut moments = Vec::new();
    for next in [4, 11, 18, 25, 32] {
        while relay.accepted().len() < next && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        if child.try_wait().unwrap().is_some() {
            break;
        }
        signal(&child, "-STOP");
        moments.push(Moment::of(&place, &relay));
        signal(&child, if is_killed && next != 11 { "-KILL" } else { "-CONT" });
        if is_killed && next < 32 && next != 11 {
            child.wait().unwrap();
            child = begin();
        }
    }
    child.wait().unwrap();
    moments.push(Moment::of(&place, &relay));
    moments
}

#[test]
fn a_ledger_and_a_log_of_two_times_make_no_letter_leave_again() {
    let (mut tally, log) = (Tally::default(), format!("{LEDGER}-wal"));
    for round in 0..size(2, 60) {
        let mut moments = moments_of_runs(round);
        let last = moments.pop().unwrap();
        for (number, moment) in moments.iter().enumerate() {
            for put_back in [LEDGER, log.as_str()] {
                let what = format!("round {round}: {put_back} of moment {number}, all else of the last");
                let place = last.again(|name| name.ends_with("-shm"));
                let Some(bytes) = moment.files.get(put_back) else { continue };
                if last.files.get(put_back) == Some(bytes) {
                    continue;
                }
                place.write(put_back, bytes);
                tally.tried += 1;
                let mut ran = tally.send(&place, &last, &what);
                if ran.code == 78 {
                    tally.refused += 1;
                    if ran
                        .stderr
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ")
                        .contains("move this one away")
                    {
                        std::fs::rename(place.path(&log), place.path("away")).unwrap();
                        ran = tally.send(&place, &last, &format!("{what}, moved away"));
                        assert!(matches!(ran.code, 0 | 1), "{what}: {ran:?}");
                        tally.mended += 1;
                    } else {
                        tally.beyond_repair += 1;
                    }
                }
                assert!(matches!(ran.code, 0 | 1 | 78), "{what}: {ran:?}");
                tally.as_if_nothing += usize::from(ran.code == 0);
                let doubts = status(&place).get("in_doubt").copied().unwrap_or_default();
                tally.in_doubt += usize::try_from(doubts).unwrap();
            }
        }
    }
    tally.print("ledger and log of two times");
}
