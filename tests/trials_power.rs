//! Power loss: everything that runs write is recorded, and played back on a disk that keeps, drops, reorders and tears
//! what was not yet durable, at every moment. None lost, none twice, in doubt at most one a connection.
//!
//! Linux alone: the recording is made by strace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a trial")]
#![cfg(target_os = "linux")]

mod support;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use support::disk::{Disk, Loss, Op};
use support::recorded::{Recording, can_record};
use support::relay::{Act, At, FakeRelay, Script};
use support::trial::{Chance, size};
use support::{Place, words};

const LEDGER: &str = "l.ledger";
const BY_MAIL: usize = 9;
const BY_POST: usize = 2;
const MORE: &str = "--post post --retry-for 0";

/// Nine letters by mail, and two by post.
fn list() -> String {
    let mut csv = support::signers(BY_MAIL);
    for number in 1..=BY_POST {
        csv.push_str(&format!("Poster {number},Germany,p{number}@example.org,yes\n"));
    }
    csv
}

/// Runs that were recorded, and what else decides what may be in doubt.
struct Story {
    what: &'static str,
    recording: Recording,
    connections: usize,
    /// Letters that the relay had before, and of which the ledger knows it.
    sent_before: HashSet<String>,
    /// Letters that are in doubt for another reason than the loss of power: lost answers, earlier crashes.
    doubts_besides: usize,
}

/// Runs a command of the recording's to its end.
fn run(recording: &mut Recording, place: &Place, line: &str) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let status = recording.command(place, log.path(), &words(line)).status().unwrap();
    assert!(matches!(status.code(), Some(0 | 1 | 75)), "{line}: {status}");
    recording.read(log.path());
}

fn line(url: &str, more: &str) -> String {
    format!("{} --rate none {MORE} {more}", Place::send_line(url))
}

/// A first run, from an empty folder to its end, each letter in one round trip.
fn one_connection() -> Story {
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let place = Place::with_signers(&list());
    let mut recording = Recording::of(&place);
    run(&mut recording, &place, &line(&relay.url, ""));
    recording.count_only(&relay.by_message_id());
    let what = "one connection";
    Story { what, recording, connections: 1, sent_before: HashSet::new(), doubts_besides: 0 }
}

/// Three connections in lock-step, with every kind of answer; then a second run for what is left, with all retries.
fn three_connections() -> Story {
    let acts = HashMap::from([
        ((At::Dot, 2), Act::Say("550 5.7.1 policy")),
        ((At::Rcpt, 4), Act::Say("451 4.3.0 later")),
        ((At::Dot, 6), Act::Close),
        ((At::Dot, 7), Act::Say("451 4.3.0 later")),
    ]);
    let thinks = Duration::from_millis(2);
    let relay = FakeRelay::start(Script { acts, thinks, ..Script::default() });
    let place = Place::with_signers(&list());
    let mut recording = Recording::of(&place);
    run(&mut recording, &place, &line(&relay.url, "--connections 3"));
    run(&mut recording, &place, &line(&relay.url, "--connections 3"));
    recording.count_only(&relay.by_message_id());
    let what = "three connections, two runs";
    Story { what, recording, connections: 3, sent_before: HashSet::new(), doubts_besides: 1 }
}

/// A run that is killed while letters leave, and the one that goes on after it.
fn after_a_kill() -> Story {
    let thinks = Duration::from_millis(15);
    let relay = FakeRelay::start(Script { pipelining: true, thinks, ..Script::default() });
    let place = Place::with_signers(&list());
    let mut recording = Recording::of(&place);
    let log = tempfile::NamedTempFile::new().unwrap();
    let line = line(&relay.url, "--connections 2");
    let mut traced = recording.command(&place, log.path(), &words(&line)).spawn().unwrap();
    while relay.accepted().len() < 4 && traced.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(300));
    }
    kill(&traced, log.path());
    traced.wait().unwrap();
    recording.read(log.path());
    run(&mut recording, &place, &line);
    recording.count_only(&relay.by_message_id());
    let what = "two connections, killed, and the run after it";
    Story { what, recording, connections: 2, sent_before: HashSet::new(), doubts_besides: 2 }
}

/// Kills what strace traces, which it names in the log first.
fn kill(traced: &Child, log: &Path) {
    let text = std::fs::read_to_string(log).unwrap();
    let process = text.split(' ').next().unwrap().to_owned();
    assert!(process.parse::<u32>().unwrap() != traced.id());
    assert!(Command::new("kill").args(["-KILL", &process]).stderr(Stdio::null()).status().unwrap().success());
}

/// The run that goes on after a loss of power: to lose it there again.
fn after_a_loss(story: &Story, chance: &mut Chance) -> Option<Story> {
    let first = story.recording.ops.iter().position(|op| matches!(op, Op::Left(_)))?;
    let at = first + chance.below(story.recording.ops.len() - first);
    let moment = Moment::of(story, at, Loss::ByChance, chance);
    let place = moment.place();
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let mut recording = Recording::of(&place);
    run(&mut recording, &place, &line(&relay.url, "--connections 2"));
    recording.count_only(&relay.by_message_id());
    Some(Story {
        what: "the run after a loss of power",
        recording,
        connections: 2,
        sent_before: moment.sent,
        doubts_besides: story.doubts_besides + story.connections,
    })
}

/// What is on the disk after the power was lost, and what had left by then.
struct Moment {
    files: BTreeMap<PathBuf, Vec<u8>>,
    folders: BTreeSet<PathBuf>,
    sent: HashSet<String>,
    what: String,
}

impl Moment {
    fn of(story: &Story, at: usize, loss: Loss, chance: &mut Chance) -> Moment {
        let (disk, sent) = disk_at(story, at);
        let (files, folders) = disk.after_power_loss(loss, chance);
        Moment { files, folders, sent, what: format!("{}, after {at} calls, lost: {loss:?}", story.what) }
    }

    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.files, &self.folders, self.sent.len()).hash(&mut hasher);
        hasher.finish()
    }

    /// A folder as it is found. The index of the log may lie there with anything in it.
    fn place(&self) -> Place {
        let place = Place::with_signers(&list());
        for folder in &self.folders {
            std::fs::create_dir_all(place.path(folder.to_str().unwrap())).unwrap();
        }
        for (path, bytes) in &self.files {
            place.write(path.to_str().unwrap(), bytes);
        }
        if self.files.len().is_multiple_of(2) && place.has(LEDGER) {
            place.write("l.ledger-shm", vec![0x5A; 32 * 1024]);
        }
        place
    }
}

fn disk_at(story: &Story, at: usize) -> (Disk, HashSet<String>) {
    let (mut disk, mut sent) = (story.recording.before.clone(), story.sent_before.clone());
    for op in &story.recording.ops[..at] {
        disk.does(op);
        if let Op::Left(id) = op {
            sent.insert(id.clone());
        }
    }
    (disk, sent)
}

#[derive(Debug, Default)]
struct Tally {
    tried: usize,
    lost: usize,
    twice: usize,
    in_doubt: usize,
    too_many_doubts: usize,
    refused: usize,
    said_to_have_lost: usize,
}

/// Looks at what is found, sends the rest, and compares it with what the relays have had.
fn go_on(moment: &Moment, most_doubts: usize) -> Tally {
    let what = &moment.what;
    let mut tally = Tally { tried: 1, ..Tally::default() };
    let place = moment.place();
    let files: Vec<&PathBuf> = moment.files.keys().collect();
    if place.has(LEDGER) {
        let ran = place.run(&format!("status --json --ledger {LEDGER}"));
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        if ran.code == 0 {
            let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
            let by_post = json["by_post"].as_u64().unwrap_or_default();
            let written =
                files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "pdf")).count()
                    as u64;
            if by_post > written {
                println!("{what}: {by_post} letters by post, {written} files: {files:?}");
                tally.lost += 1;
            }
        }
    }
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let ran = place.run(&line(&relay.url, ""));
    assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
    let counts = relay.by_message_id();
    let again: HashMap<&str, usize> = counts
        .iter()
        .map(|(id, count)| (id.trim_start_matches("Message-ID: <").trim_end_matches('>'), *count))
        .collect();
    tally.twice += again.iter().filter(|(id, count)| **count > 1 || moment.sent.contains(**id)).count();
    // Sentences are wrapped.
    let said = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    tally.said_to_have_lost +=
        usize::from(said.contains("every letter of that run without an outcome is in doubt"));
    if matches!(ran.code, 73 | 78) {
        println!("{what}: {} {}", ran.code, ran.stderr.trim());
        tally.refused += 1;
        return tally;
    }
    let told = place.told();
    let is_known = |(outcome, id): &&(String, String)| match outcome.as_str() {
        "accepted" => moment.sent.contains(id) || again.contains_key(id.as_str()),
        // A second refusal or deferral, and what is in doubt, are words of the ledger's that nothing contradicts.
        "in_doubt" | "refused" | "by_post" => true,
        _ => false,
    };
    let known = told.iter().filter(is_known).count();
    tally.lost += BY_MAIL + BY_POST - known;
    tally.in_doubt = told.iter().filter(|(outcome, _)| outcome == "in_doubt").count();
    tally.too_many_doubts = usize::from(tally.in_doubt > most_doubts);
    if tally.lost + tally.twice + tally.too_many_doubts > 0 || !matches!(ran.code, 0 | 1) {
        println!("{what}: {tally:?}, {} {}\n{told:?}\nhad left: {:?}", ran.code, ran.stderr, moment.sent);
        tally.lost += usize::from(!matches!(ran.code, 0 | 1));
    }
    tally
}

impl Tally {
    fn add(&mut self, one: &Tally) {
        self.tried += one.tried;
        self.lost += one.lost;
        self.twice += one.twice;
        self.in_doubt += one.in_doubt;
        self.too_many_doubts += one.too_many_doubts;
        self.refused += one.refused;
        self.said_to_have_lost += one.said_to_have_lost;
    }

    /// What no honest loss of power may come to.
    fn wrong(&self) -> [usize; 5] {
        [self.lost, self.twice, self.too_many_doubts, self.refused, self.said_to_have_lost]
    }
}

/// Goes on from each of these moments, two at a time.
fn go_on_from(story: &Story, moments: Vec<(usize, Loss, u64)>) -> Tally {
    let (moments, tally) = (Mutex::new(moments), Mutex::new(Tally::default()));
    // Many moments leave the same files.
    let tried = Mutex::new(HashSet::new());
    let most_doubts = story.connections + story.doubts_besides;
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some((at, loss, seed)) = moments.lock().unwrap().pop() else { return };
                    let moment = Moment::of(story, at, loss, &mut Chance::new(seed));
                    if tried.lock().unwrap().insert(moment.digest()) {
                        let one = go_on(&moment, most_doubts);
                        tally.lock().unwrap().add(&one);
                    }
                }
            });
        }
    });
    tally.into_inner().unwrap()
}

fn stories(chance: &mut Chance) -> Vec<Story> {
    let mut stories = vec![one_connection(), three_connections(), after_a_kill()];
    for number in 0..size(1, 6) {
        let after = after_a_loss(&stories[number % 3], chance);
        stories.extend(after);
    }
    stories
}

/// Moments of a story: every call, with all lost that was not durable, none, or any of it. A small trial takes some, three
/// quarters of them after the first letter.
fn moments(story: &Story, chance: &mut Chance) -> Vec<(usize, Loss, u64)> {
    let calls = story.recording.ops.len();
    let first = story.recording.ops.iter().position(|op| matches!(op, Op::Left(_))).unwrap_or(calls / 2);
    let whole = 5 * (calls + 1);
    let wanted = size(5, whole);
    (0..wanted)
        .map(|number| {
            let at = if wanted == whole {
                number / 5
            } else {
                let from = if number % 4 == 0 { 0 } else { first };
                from + chance.below(calls + 1 - from)
            };
            let loss = [Loss::Nothing, Loss::Everything, Loss::ByChance][(number % 5).min(2)];
            (at, loss, number as u64)
        })
        .collect()
}

#[test]
fn after_a_loss_of_power_no_letter_is_lost_and_none_goes_twice() {
    if !can_record() {
        println!("power: left out, since there is no strace that may trace");
        return;
    }
    let mut chance = Chance::new(1202);
    let (mut tally, mut calls) = (Tally::default(), 0);
    let stories = stories(&mut chance);
    for story in &stories {
        let one = go_on_from(story, moments(story, &mut chance));
        println!("power, {}: {} calls, {one:?}", story.what, story.recording.ops.len());
        calls += story.recording.ops.len();
        tally.add(&one);
    }
    println!(
        "power: tried {} states of a disk within {calls} calls of {} recordings, lost {}, twice {}, in doubt {}, more in doubt \
         than connections {}, refused as damaged {}, said to have lost commits {}",
        tally.tried,
        stories.len(),
        tally.lost,
        tally.twice,
        tally.in_doubt,
        tally.too_many_doubts,
        tally.refused,
        tally.said_to_have_lost
    );
    assert_eq!(tally.wrong(), [0; 5], "{tally:?}");
}

#[test]
fn a_disk_that_calls_durable_what_it_loses_is_found_out_and_sends_nothing_twice() {
    if !can_record() {
        return;
    }
    let story = three_connections();
    let ops = &story.recording.ops;
    // Around the letters: most calls are the room that each run takes first.
    let left: Vec<usize> = (0..ops.len()).filter(|at| matches!(ops[*at], Op::Left(_))).collect();
    let first = left[0];
    let mut chance = Chance::new(7);
    let (mut tally, mut unharmed) = (Tally::default(), 0);
    for number in 0..size(4, 600) {
        // The log is as it was some calls ago, and all else as it is now. It had not been carried over meanwhile: then the
        // ledger itself would be newer than its log, which no order of writes comes to.
        let at = match number {
            0 => left[left.len() / 2],
            _ => (left[chance.below(left.len())] + chance.below(10)).min(ops.len()),
        };
        let mut moment = Moment::of(&story, at, Loss::Nothing, &mut chance);
        let (ledger, log) = (Path::new(LEDGER), PathBuf::from("l.ledger-wal"));
        let is_as_it_is = |before: &usize| {
            Moment::of(&story, *before, Loss::Nothing, &mut Chance::new(0)).files.get(ledger)
                == moment.files.get(ledger)
        };
        let oldest = (first..=at).rev().take_while(is_as_it_is).last().unwrap_or(at);
        let before = if number == 0 { oldest } else { oldest + chance.below(at + 1 - oldest) };
        let mut older = Moment::of(&story, before, Loss::Nothing, &mut chance);
        let found = older.files.remove(&log);
        unharmed += usize::from(moment.files.get(&log) == found.as_ref());
        match found {
            Some(bytes) => drop(moment.files.insert(log, bytes)),
            None => drop(moment.files.remove(&log)),
        }
        moment.what = format!("{number}: after {at} calls, with the log of {before}");
        tally.add(&go_on(&moment, BY_MAIL));
    }
    println!(
        "power, a disk that lies: tried {}, the log as it should be {unharmed}, twice {}, in doubt {}, refused as damaged {}, said \
         to have lost commits {}",
        tally.tried, tally.twice, tally.in_doubt, tally.refused, tally.said_to_have_lost
    );
    assert_eq!((tally.twice, tally.lost), (0, 0), "{tally:?}");
    assert!(tally.said_to_have_lost > 0, "{tally:?}");
}

#[test]
fn a_program_that_did_not_wait_for_the_disk_would_be_found_out() {
    if !can_record() {
        return;
    }
    let mut story = one_connection();
    story.recording.ops.retain(|op| !matches!(op, Op::Sync(_)));
    let calls = story.recording.ops.len();
    let mut chance = Chance::new(9);
    let moments = (0..3).map(|seed| (calls - 60 + chance.below(50), Loss::ByChance, seed)).collect();
    let tally = go_on_from(&story, moments);
    println!("power, without fsync: {tally:?}");
    assert!(tally.wrong().iter().sum::<usize>() > 0, "{tally:?}");
}
