//! Killed at any moment, started twice: none lost, none twice, in doubt at most one per connection and kill.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]

mod support;

use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::time::Duration;

use support::relay::{FakeRelay, Script};
use support::{Place, signers, words};

const LETTERS: usize = 400;

fn begin(place: &Place, url: &str, more: &str) -> Child {
    let fast = if more.contains("--rate") { "" } else { "--rate none" };
    let line = format!("{} {fast} {more}", Place::send_line(url));
    place.command().args(words(&line)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills runs at moments that differ from one to the next, most of them while letters leave; counts what came of it.
fn killed_again_and_again(pipelining: bool, connections: usize, kills: u64) {
    // Enough that the last kill still finds letters to send.
    let letters = LETTERS.max(usize::try_from(kills).unwrap() * 40);
    let thinks = Duration::from_micros(500);
    let relay = FakeRelay::start(Script { pipelining, thinks, ..Script::default() });
    let place = Place::with_signers(&signers(letters));
    let more = format!("--connections {connections}");
    let (mut killed, mut under_way) = (0, 0);
    for round in 0..kills {
        let mut child = begin(&place, &relay.url, &more);
        let before = relay.accepted().len();
        // Every fifth is killed somewhere in its beginnings.
        let letters = if round % 5 == 4 { 0 } else { 1 + usize::try_from(round % 7).unwrap() };
        while relay.accepted().len() < before + letters && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        std::thread::sleep(Duration::from_micros((round * 3_701) % 9_000));
        killed += usize::from(child.try_wait().unwrap().is_none());
        under_way += usize::from(relay.accepted().len() > before);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ran = place.send(&relay.url, &more);
    assert!(matches!(ran.code, 0 | 1), "{}", ran.stderr);
    let outcomes = place.outcomes();
    let of = |word: &str| outcomes.get(word).copied().unwrap_or_default();
    let at_the_relay = relay.by_message_id();
    println!(
        "{killed} kills, {under_way} of them with letters under way, pipelining {pipelining}, connections {connections}: {outcomes:?}, {} at the relay, {} of them twice",
        at_the_relay.len(),
        at_the_relay.values().filter(|count| **count > 1).count()
    );
    assert!(at_the_relay.values().all(|count| *count == 1), "a letter went twice");
    assert_eq!(of("accepted") + of("in_doubt"), letters, "a letter was lost: {outcomes:?}");
    assert!(killed >= usize::try_from(kills).unwrap() / 2, "too few runs were killed in time");
    assert!(of("in_doubt") <= killed * connections, "{outcomes:?}");
    assert!(at_the_relay.len() >= of("accepted"), "a letter is called accepted that the relay never had");
}

#[test]
fn a_run_killed_ten_times_loses_nothing_and_sends_nothing_twice() {
    // PROTEST_KILLS=60 cargo test --test crash killed -- --nocapture
    let kills = std::env::var("PROTEST_KILLS").map_or(10, |kills| kills.parse().unwrap());
    killed_again_and_again(true, 1, kills);
    killed_again_and_again(true, 4, kills);
    killed_again_and_again(false, 1, kills);
}

#[test]
fn two_runs_on_one_ledger_share_the_letters() {
    for more in ["", "--retry-in-doubt"] {
        let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
        let place = Place::with_signers(&signers(LETTERS));
        let mut first = begin(&place, &relay.url, "");
        std::thread::sleep(Duration::from_millis(60));
        let mut second = begin(&place, &relay.url, more);
        assert!(first.wait().unwrap().code().is_some() && second.wait().unwrap().code().is_some());
        place.send(&relay.url, "").done();
        let counts: HashMap<String, usize> = relay.by_message_id();
        assert_eq!((counts.len(), counts.values().max()), (LETTERS, Some(&1)), "{more}");
    }
}

#[test]
fn a_doubt_is_settled_by_the_relays_log_and_sent_again_only_on_demand() {
    use support::relay::{Act, At};
    let acts = HashMap::from([((At::Dot, 1), Act::Close), ((At::Dot, 2), Act::Close)]);
    let relay = FakeRelay::start(Script { pipelining: true, acts, ..Script::default() });
    let place = Place::with_signers(&signers(3));
    assert_eq!(place.send(&relay.url, "").code, 1);
    let doubts = place.run("status --in-doubt --ledger l.ledger").done().stdout.clone();
    let ids: Vec<&str> = doubts.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(ids.len(), 2);
    // By the whole Message-ID, as the relay and its log know it.
    assert!(
        ids.iter().all(|id| relay.by_message_id().contains_key(&format!("Message-ID: <{id}>"))),
        "{ids:?}"
    );
    let log = format!(
        "x postfix/cleanup[1]: AB: message-id=<{}>\nx postfix/qmgr[1]: AB: from=<c@example.org>, size=9, nrcpt=1 (queue active)\n",
        ids[0]
    );
    place.write("mail.log", log);
    place
        .run("settle --from-log mail.log --ledger l.ledger")
        .refused(1, "1 letter settled as accepted, 1 still in doubt");
    place.run(&format!("settle {} not-sent --ledger l.ledger", ids[1])).done();
    place
        .run(&format!("settle {} accepted --ledger l.ledger", ids[1]))
        .refused(65, "is in no doubt: it is pending");
    place.send(&relay.url, "").done();
    let status = place.run("status --json --ledger l.ledger");
    let status: serde_json::Value = serde_json::from_str(&status.done().stdout).unwrap();
    assert_eq!(
        (&status["total"], &status["accepted"], &status["in_doubt"]),
        (&3.into(), &3.into(), &0.into())
    );
}

#[test]
fn an_opensmtpd_log_settles_what_no_recorded_answer_accounts_for() {
    use support::relay::{Act, At};
    let acts = HashMap::from([
        ((At::Dot, 1), Act::Say("250 2.0.0 0000aaaa Message accepted for delivery")),
        ((At::Dot, 3), Act::Close),
        ((At::Dot, 4), Act::Close),
    ]);
    let relay = FakeRelay::start(Script { pipelining: true, acts, ..Script::default() });
    let place = Place::with_signers(&signers(4));
    assert_eq!(place.send(&relay.url, "").code, 1);
    let line = |id: &str, to: &str| {
        format!(
            "Nov 30 12:00:00 mx smtpd[1]: 9518b868 smtp envelope evpid={id}00000001 from=<c@example.org> to=<{to}@embassy.example.org>\n"
        )
    };
    place.write("mail.log", line("0000aaaa", "jp") + &line("0000bbbb", "jp"));
    place
        .run("settle --from-log mail.log --ledger l.ledger --from c@example.org")
        .refused(1, "1 letter settled as accepted, 1 still in doubt");
    // Two messages for one doubt: which of them it was, the log does not tell.
    place.write("mail.log", line("0000cccc", "fr") + &line("0000dddd", "fr"));
    place
        .run("settle --from-log mail.log --ledger l.ledger --from c@example.org")
        .refused(1, "it does not tell which is which");
    place.write("mail.log", line("0000cccc", "fr"));
    place.run("settle --from-log mail.log --ledger l.ledger --from c@example.org").done();
}

#[cfg(unix)]
#[test]
fn an_interruption_ends_the_run_in_order_and_the_same_command_goes_on() {
    for signal in ["INT", "TERM", "HUP"] {
        let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
        let place = Place::with_signers(&signers(40));
        let child = begin(&place, &relay.url, "--rate 20/s");
        std::thread::sleep(Duration::from_millis(700));
        self::signal(&child, signal);
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130), "{signal}");
        let outcomes = place.outcomes();
        assert!(!outcomes.contains_key("in_doubt") && outcomes.contains_key("pending"), "{outcomes:?}");
        place.send(&relay.url, "").done();
        assert_eq!((relay.accepted().len(), relay.by_message_id().len()), (40, 40));
    }
}

#[cfg(unix)]
fn signal(child: &Child, signal: &str) {
    let kill =
        std::process::Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
}

#[cfg(unix)]
#[test]
fn who_only_waits_for_the_relay_is_ended_by_one_signal() {
    use support::relay::{Act, At};
    for at in [At::Greeting, At::Mail, At::Data] {
        let always = HashMap::from([(at, Act::Stall(Duration::from_secs(30)))]);
        let relay = FakeRelay::start(Script { pipelining: true, always, ..Script::default() });
        let place = Place::with_signers(&signers(3));
        let mut child = begin(&place, &relay.url, "");
        std::thread::sleep(Duration::from_millis(800));
        signal(&child, "INT");
        let begun = std::time::Instant::now();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{at:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{at:?}: {:?}", begun.elapsed());
        assert_eq!(place.outcomes(), [("pending".to_owned(), 3)].into());
    }
}

#[cfg(unix)]
#[test]
fn a_letter_whose_body_has_left_is_waited_for_until_a_second_signal() {
    use support::relay::{Act, At};
    let acts = HashMap::from([((At::Dot, 2), Act::Stall(Duration::from_secs(30)))]);
    let relay = FakeRelay::start(Script { pipelining: true, acts, ..Script::default() });
    let place = Place::with_signers(&signers(4));
    let mut child = begin(&place, &relay.url, "");
    std::thread::sleep(Duration::from_millis(800));
    signal(&child, "TERM");
    std::thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().unwrap().is_none(), "it did not wait for the answer");
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let status = place.run("status --json --ledger l.ledger");
    let status: serde_json::Value = serde_json::from_str(&status.done().stdout).unwrap();
    assert_eq!(
        (&status["accepted"], &status["in_doubt"], &status["pending"]),
        (&1.into(), &1.into(), &2.into())
    );
}

#[test]
fn another_campaigns_ledger_and_files_that_are_none_are_left_alone() {
    let relay = FakeRelay::start(Script::default());
    let place = Place::with_signers(&signers(2));
    place.send(&relay.url, "").done();
    place.write("campaign.toml", "id = \"another\"\n");
    place.send(&relay.url, "").refused(78, "belongs to the campaign \"dec2-");
    std::fs::remove_file(place.path("campaign.toml")).unwrap();
    place.write("l.ledger", "my diary");
    place.send(&relay.url, "").refused(78, "no ledger of protest");
    assert_eq!(place.read("l.ledger"), "my diary");
    place.run("status --ledger none.ledger").refused(66, "no ledger");
}
