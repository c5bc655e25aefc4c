//! Kills: campaigns of every shape, ended by `kill -9` or Ctrl-C at any moment, several times, and then run to their end. None
//! lost, none twice, in doubt at most one a connection and kill.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a trial")]
#![cfg(unix)]

mod support;

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use support::relay::{Act, At, FakeRelay, Script};
use support::trial::{Chance, size};
use support::{Place, words};

/// One campaign's shape.
#[derive(Debug)]
struct Shape {
    letters: usize,
    by_post: usize,
    connections: usize,
    pipelining: bool,
    thinks: Duration,
    /// Options that every run of it has.
    options: String,
    /// A second run is begun beside some of those that are killed.
    two_processes: bool,
    /// Returned mail is read between runs.
    bounces: bool,
    /// What the relay does to some letters.
    acts: HashMap<(At, usize), Act>,
}

impl Shape {
    fn by(chance: &mut Chance) -> Shape {
        let letters = 20 + chance.below(50);
        let mut options = "--retry-for 0".to_owned();
        let mut either = |option: &str, other: &str| {
            options.push(' ');
            options.push_str(if chance.below(2) == 0 { option } else { other });
        };
        either("--rate none", "--rate 400/s");
        either("", "--retry-refused");
        either("", "--per-connection 5");
        if chance.below(4) == 0 {
            options.push_str(" --copy-to-signer");
        }
        let by_post = chance.below(2) * (1 + chance.below(3));
        options.push_str(if by_post > 0 { " --post post" } else { " --no-post" });
        let windows = [" --after-window", ""];
        options.push_str(windows[chance.below(2)]);
        let connections = 1 + chance.below(16);
        options.push_str(&format!(" --connections {connections}"));
        let mut acts = HashMap::new();
        for _ in 0..chance.below(6) {
            let at = [At::Mail, At::Rcpt, At::Data, At::Dot][chance.below(4)];
            let act = match chance.below(5) {
                0 => Act::Say("451 4.3.0 later"),
                1 => Act::Say("550 5.7.1 not this one"),
                2 => Act::Say("421 4.3.2 closing"),
                // This relay takes what it answers so, whatever it says.
                3 if at == At::Dot => Act::SayAndReset("250 2.0.0 Ok"),
                3 => Act::SayAndReset("451 4.3.0 later"),
                _ => Act::Close,
            };
            acts.insert((at, 1 + chance.below(letters)), act);
        }
        Shape {
            letters,
            by_post,
            connections,
            pipelining: chance.below(3) > 0,
            thinks: Duration::from_micros(u64::try_from(chance.below(12_000)).unwrap()),
            options,
            two_processes: chance.below(4) == 0,
            bounces: chance.below(3) == 0,
            acts,
        }
    }

    fn list(&self) -> String {
        let mut csv = support::signers(self.letters);
        for number in 1..=self.by_post {
            csv.push_str(&format!("Poster {number},Germany,p{number}@example.org,yes\n"));
        }
        csv
    }
}

#[derive(Debug, Default)]
struct Tally {
    campaigns: usize,
    killed: usize,
    interrupted: usize,
    with_letters_under_way: usize,
    lost: usize,
    twice: usize,
    in_doubt: usize,
    too_many_doubts: usize,
    untrue: usize,
    bounced: usize,
}

fn begin(place: &Place, line: &str) -> Child {
    place.command().args(words(line)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Sends the signal; the run may have ended by itself.
fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
    let _ = sent.unwrap();
}

/// Letters to embassies, by Message-ID: how often the relay took each.
fn taken(relay: &FakeRelay) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for message in relay.accepted().iter().filter(|message| message.to.contains("@embassy.example.org")) {
        *counts.entry(support::script::message_id(&message.data)).or_default() += 1;
    }
    counts
}

/// A notice that one of the letters that the relay has taken came back.
fn notice(relay: &FakeRelay, chance: &mut Chance) -> Option<String> {
    let taken = relay.accepted();
    let letters: Vec<_> =
        taken.iter().filter(|message| message.to.contains("@embassy.example.org")).collect();
    let letter = letters.get(chance.below(letters.len().max(1)))?;
    let id = support::script::message_id(&letter.data);
    let to = letter.to.split(['<', '>']).nth(1)?;
    Some(format!(
        "From: MAILER-DAEMON@relay.example.org\nTo: c@example.org\nSubject: Undelivered Mail Returned to Sender\n\
         Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n \
         boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nIt did not arrive.\n--b\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; relay.example.org\n\nFinal-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 unknown\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{id}>\n\
         To: {to}\n\n--b--\n"
    ))
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
    let line = format!("{} {}", Place::send_line(&relay.url), shape.options);
    let mut killed = 0;
    for _ in 0..kills {
        let before = relay.accepted().len();
        let mut runs = vec![begin(&place, &line)];
        if shape.two_processes {
            runs.push(begin(&place, &line));
        }
        // Most while letters leave, some while the run begins.
        let wanted = [0, 1, 1, 2, 5, 12][chance.below(6)];
        while relay.accepted().len() < before + wanted && runs[0].try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros(u64::try_from(chance.below(20_000)).unwrap()));
        for run in &mut runs {
            let lives = run.try_wait().unwrap().is_none();
            let in_order = chance.below(4) == 0;
            signal(run, if in_order { "-INT" } else { "-KILL" });
            let code = run.wait().unwrap().code();
            tally.killed += usize::from(lives && !in_order);
            killed += usize::from(code.is_none());
            tally.interrupted += usize::from(lives && in_order);
        }
        tally.with_letters_under_way += usize::from(relay.accepted().len() > before);
        if let Some(notice) = shape.bounces.then(|| notice(&relay, chance)).flatten() {
            place.write("returned.eml", notice);
            let ran = place.run("bounces returned.eml --ledger l.ledger");
            assert!(matches!(ran.code, 0 | 1 | 66 | 69), "{shape:?}: {ran:?}");
        }
    }
    // What was deferred is tried again by the next.
    let mut ran = place.run(&line);
    for _ in 0..6 {
        if ran.code != 75 {
            break;
        }
        ran = place.run(&line);
    }
    judge(shape, &place, &relay, killed, &ran, tally);
}

fn judge(
    shape: &Shape,
    place: &Place,
    relay: &FakeRelay,
    killed: usize,
    ran: &support::Ran,
    tally: &mut Tally,
) {
    assert!(!ran.stderr.contains("panicked"), "{shape:?}: {}", ran.stderr);
    let (taken, told) = (taken(relay), place.told());
    let twice = taken.values().filter(|count| **count > 1).count();
    let with = |word: &str| told.iter().filter(|(outcome, _)| outcome == word).count();
    // An answer that was lost, or a connection that the relay closed, may leave a doubt of its own.
    let closings = shape.acts.values().filter(|act| matches!(act, Act::Close)).count();
    let too_many = usize::from(with("in_doubt") > killed * shape.connections + closings);
    let untrue = told
        .iter()
        .filter(|(outcome, id)| match outcome.as_str() {
            "accepted" | "bounced" => !taken.contains_key(id),
            "in_doubt" => false,
            _ => taken.contains_key(id),
        })
        .count();
    let settled: usize =
        ["accepted", "in_doubt", "refused", "bounced", "by_post"].iter().map(|word| with(word)).sum();
    let lost = shape.letters + shape.by_post - settled.min(shape.letters + shape.by_post);
    if twice + too_many + untrue + lost > 0 || !matches!(ran.code, 0 | 1) {
        println!("{shape:?}, {killed} killed: {} {}\n{told:?}\n{taken:?}", ran.code, ran.stderr);
        assert!(matches!(ran.code, 0 | 1), "it did not come to its end");
    }
    tally.twice += twice;
    tally.too_many_doubts += too_many;
    tally.untrue += untrue;
    tally.lost += lost;
    tally.in_doubt += with("in_doubt");
    tally.bounced += with("bounced");
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
    println!(
        "kills: tried {} campaigns of random shape, {} kills and {} interruptions, {} of them with letters under way, lost {}, twice \
         {}, untrue {}, in doubt {}, more in doubt than connections {}, came back {}",
        tally.campaigns,
        tally.killed,
        tally.interrupted,
        tally.with_letters_under_way,
        tally.lost,
        tally.twice,
        tally.untrue,
        tally.in_doubt,
        tally.too_many_doubts,
        tally.bounced
    );
    assert_eq!((tally.lost, tally.twice, tally.untrue, tally.too_many_doubts), (0, 0, 0, 0), "{tally:?}");
}
