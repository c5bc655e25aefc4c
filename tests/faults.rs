//! What a relay can do wrong at every point, and what becomes of each letter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use support::relay::{Act, At, FakeRelay, Script};
use support::{EMBASSIES, Place, signers};

/// Sends six letters through a relay that does `act` at the third, with PIPELINING and without.
#[track_caller]
fn third_letter(at: At, act: &Act, code: i32, outcomes: &[(&str, usize)], accepted: usize) {
    for pipelining in [true, false] {
        let acts = HashMap::from([((at, 3), act.clone())]);
        let relay = FakeRelay::start(Script { pipelining, acts, ..Script::default() });
        let place = Place::with_signers(&signers(6));
        let ran = place.send(&relay.url, "--retry-for 0 --timeout 2s");
        assert_eq!(ran.code, code, "{at:?} {act:?} pipelining {pipelining}: {}", ran.stderr);
        let expected: Vec<(String, usize)> =
            outcomes.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect();
        assert_eq!(
            place.outcomes().into_iter().collect::<Vec<_>>(),
            expected,
            "{at:?} {act:?} pipelining {pipelining}: {}",
            ran.stderr
        );
        assert_eq!(relay.accepted().len(), accepted, "{at:?} {act:?} pipelining {pipelining}");
        assert!(relay.by_message_id().values().all(|count| *count == 1));
    }
}

#[test]
fn a_refusal_is_that_letters_alone_wherever_it_comes() {
    for at in [At::Mail, At::Rcpt, At::Data, At::Dot] {
        third_letter(at, &Act::Say("550 5.7.1 not wanted"), 1, &[("accepted", 5), ("refused", 1)], 5);
    }
}

#[test]
fn a_deferral_is_that_letters_alone_wherever_it_comes() {
    for at in [At::Mail, At::Rcpt, At::Data, At::Dot] {
        third_letter(at, &Act::Say("451 4.3.0 later"), 75, &[("accepted", 5), ("deferred", 1)], 5);
    }
}

#[test]
fn a_connection_lost_before_the_final_dot_costs_nothing() {
    for at in [At::Mail, At::Rcpt, At::Data] {
        third_letter(at, &Act::Close, 0, &[("accepted", 6)], 6);
    }
}

#[test]
fn a_relay_that_closes_after_its_354_gets_no_letter_into_the_closed_connection() {
    let always = HashMap::from([(At::Data, Act::SayAndReset("354 go on"))]);
    let relay = FakeRelay::start(Script { pipelining: true, always, ..Script::default() });
    let place = Place::with_signers(&signers(2));
    // It is given up, and not tried for ever: a letter leaves only if the end comes a moment too late to be seen.
    place.send(&relay.url, "").refused(69, "the relay closed the connection");
    assert!(relay.connections() <= 11 && relay.accepted().is_empty());
    assert!(place.outcomes().contains_key("pending"), "{:?}", place.outcomes());
}

#[test]
fn a_connection_lost_while_the_relay_reads_the_body_leaves_a_doubt_since_the_dot_had_left() {
    third_letter(At::Body, &Act::Close, 1, &[("accepted", 5), ("in_doubt", 1)], 5);
}

#[test]
fn a_connection_lost_after_the_dot_leaves_the_letter_in_doubt_and_it_is_not_sent_again() {
    third_letter(At::Dot, &Act::Close, 1, &[("accepted", 5), ("in_doubt", 1)], 6);
    third_letter(At::Dot, &Act::Stall(Duration::from_secs(4)), 1, &[("accepted", 5), ("in_doubt", 1)], 6);
}

#[test]
fn a_250_before_a_reset_is_an_answer() {
    third_letter(At::Dot, &Act::SayAndReset("250 2.0.0 Ok"), 0, &[("accepted", 6)], 6);
}

#[test]
fn an_answer_that_does_not_belong_there_is_no_acceptance() {
    third_letter(At::Data, &Act::Say("250 2.0.0 Ok"), 0, &[("accepted", 6)], 6);
    third_letter(At::Mail, &Act::Say("354 go on"), 0, &[("accepted", 6)], 6);
    third_letter(At::Dot, &Act::Say("354 go on"), 1, &[("accepted", 5), ("in_doubt", 1)], 5);
}

#[test]
fn a_421_before_the_body_is_no_attempt_and_after_it_an_answer() {
    third_letter(At::Mail, &Act::Say("421 4.3.2 closing"), 0, &[("accepted", 6)], 6);
    third_letter(At::Dot, &Act::Say("421 4.3.2 closing"), 75, &[("accepted", 5), ("deferred", 1)], 5);
}

#[test]
fn a_full_session_is_no_attempt_unless_it_took_no_letter_at_all() {
    let full = Act::Say("452 4.5.3 Too many recipients: Too many messages sent");
    third_letter(At::Mail, &full, 0, &[("accepted", 6)], 6);
    let acts = HashMap::from([((At::Mail, 1), full)]);
    let relay = FakeRelay::start(Script { acts, ..Script::default() });
    let place = Place::with_signers(&signers(2));
    assert_eq!(place.send(&relay.url, "--retry-for 0").code, 75);
    assert_eq!(place.outcomes().get("deferred"), Some(&1));
}

#[test]
fn an_account_that_may_not_send_on_stops_the_run_and_keeps_the_letter() {
    for at in [At::Mail, At::Dot] {
        let act = Act::Say("550 5.4.5 Daily user sending limit exceeded");
        third_letter(at, &act, 75, &[("accepted", 2), ("pending", 4)], 2);
    }
    third_letter(At::Mail, &Act::Say("530 5.7.0 log in first"), 77, &[("accepted", 2), ("pending", 4)], 2);
}

#[test]
fn an_unknown_mailbox_keeps_the_other_letters_to_it_until_they_are_asked_for() {
    let acts = HashMap::from([((At::Rcpt, 1), Act::Say("550 5.1.1 no such mailbox"))]);
    let relay = FakeRelay::start(Script { pipelining: true, acts, ..Script::default() });
    let place = Place::with_signers(&signers(6));
    // Nothing would come of the same command: who waits for whom is named, and what would free the letters.
    let held = "2 letters wait for another address of the embassy than jp@embassy.example.org, which is held";
    assert!(!place.send(&relay.url, "").refused(1, held).stderr.contains("The same command"));
    assert_eq!(
        place.outcomes(),
        [("accepted".to_owned(), 3), ("pending".to_owned(), 2), ("refused".to_owned(), 1)].into()
    );
    // The next run knows it, and does not bother the relay again.
    let before = relay.connections();
    place.send(&relay.url, "").refused(1, held);
    assert_eq!(relay.connections(), before);
    assert_eq!(place.send(&relay.url, "--retry-refused").code, 0);
    assert_eq!(relay.accepted().len(), 6);
}

#[test]
fn another_address_in_the_address_book_frees_the_letters_that_wait() {
    let acts = HashMap::from([((At::Rcpt, 1), Act::Say("550 5.1.1 no such mailbox"))]);
    let relay = FakeRelay::start(Script { pipelining: true, acts, ..Script::default() });
    let place = Place::with_signers(&signers(6));
    assert_eq!(place.send(&relay.url, "").code, 1);
    place.write("e.csv", EMBASSIES.replace("jp@embassy", "new@embassy"));
    assert_eq!(place.send(&relay.url, "").code, 1);
    assert_eq!(place.outcomes(), [("accepted".to_owned(), 5), ("refused".to_owned(), 1)].into());
}

#[test]
fn a_letter_that_is_tried_again_stays_within_the_limit() {
    let acts = HashMap::from([((At::Dot, 1), Act::Say("451 4.3.0 later"))]);
    let relay = FakeRelay::start(Script { pipelining: true, acts, ..Script::default() });
    let place = Place::with_signers(&signers(3));
    assert_eq!(place.send(&relay.url, "--limit 1").code, 75);
    assert_eq!(place.outcomes(), [("accepted".to_owned(), 1), ("pending".to_owned(), 2)].into());
}

#[test]
fn twenty_doubts_in_a_row_stop_the_run() {
    let always = HashMap::from([(At::Dot, Act::Close)]);
    let relay = FakeRelay::start(Script { pipelining: true, always, ..Script::default() });
    let place = Place::with_signers(&signers(30));
    place.send(&relay.url, "").refused(69, "20 letters in a row were refused or left in doubt");
    assert_eq!(place.outcomes(), [("in_doubt".to_owned(), 20), ("pending".to_owned(), 10)].into());
}

#[test]
fn a_dead_relay_is_given_up_after_three_tries_however_many_connections() {
    for connections in [1, 4] {
        let always = HashMap::from([(At::Greeting, Act::Say("554 5.3.2 not today"))]);
        let relay = FakeRelay::start(Script { always, ..Script::default() });
        let begun = Instant::now();
        let place = Place::with_signers(&signers(9));
        place
            .send(&relay.url, &format!("--connections {connections}"))
            .refused(69, "on three connections in a row");
        assert!((3..10).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
        assert_eq!(place.outcomes(), [("pending".to_owned(), 9)].into());
    }
}

#[test]
fn a_relay_that_greets_with_a_wish_for_a_log_in_stops_the_run_at_once() {
    let always = HashMap::from([(At::Greeting, Act::Say("535 5.7.8 who are you"))]);
    let relay = FakeRelay::start(Script { always, ..Script::default() });
    Place::with_signers(&signers(2)).send(&relay.url, "").refused(77, "the log-in was refused");
    assert_eq!(relay.connections(), 1);
}

#[test]
fn twenty_refusals_in_a_row_stop_the_run() {
    // Words about the addresses are never about the account, however often they come.
    let always = HashMap::from([(At::Dot, Act::Say("554 5.1.2 bad destination"))]);
    let relay = FakeRelay::start(Script { pipelining: true, always, ..Script::default() });
    let place = Place::with_signers(&signers(45));
    place.send(&relay.url, "").refused(69, "20 letters in a row were refused");
    place.send(&relay.url, "").refused(69, "--retry-refused sends the refused ones again");
    assert_eq!(place.outcomes().get("refused"), Some(&40));
}

#[test]
fn a_relay_that_closes_after_every_second_letter_gets_them_all() {
    let relay = FakeRelay::start(Script { pipelining: true, closes_after: Some(2), ..Script::default() });
    let place = Place::with_signers(&signers(9));
    place.send(&relay.url, "").done();
    assert_eq!((relay.accepted().len(), relay.by_message_id().len()), (9, 9));
    let place = Place::with_signers(&signers(9));
    place.send(&relay.url, "--per-connection 2").done();
    assert_eq!(relay.accepted().len(), 18);
}

#[test]
fn without_the_offer_nothing_is_pipelined_and_every_connection_ends_with_quit() {
    let relay = FakeRelay::start(Script::default());
    let place = Place::with_signers(&signers(4));
    place.send(&relay.url, "--per-connection 2").done();
    let quits = relay.commands().iter().filter(|command| *command == "QUIT").count();
    assert_eq!((relay.connections(), quits), (2, 2));
    assert!(!relay.commands().iter().any(|command| command == "RSET"));
}

#[test]
fn what_is_no_reply_ends_the_session_and_the_relay_is_given_up() {
    for garbage in ["HTTP/1.1 400 Bad Request", "25", "999 what"] {
        let always = HashMap::from([(At::Mail, Act::Say(garbage))]);
        let relay = FakeRelay::start(Script { always, ..Script::default() });
        let place = Place::with_signers(&signers(2));
        place.send(&relay.url, "").refused(69, "something that is no SMTP reply");
        assert_eq!(place.outcomes().get("pending"), Some(&2));
        assert!(relay.connections() <= 4);
    }
    let long: &'static str = Box::leak(format!("250 {}", "x".repeat(70_000)).into_boxed_str());
    let always = HashMap::from([(At::Mail, Act::Say(long))]);
    let relay = FakeRelay::start(Script { always, ..Script::default() });
    Place::with_signers(&signers(2)).send(&relay.url, "").refused(69, "more than 64 kB");
}

#[test]
fn a_silent_relay_is_given_up_after_the_timeout() {
    let always = HashMap::from([(At::Mail, Act::Stall(Duration::from_secs(5)))]);
    let relay = FakeRelay::start(Script { always, ..Script::default() });
    let begun = Instant::now();
    Place::with_signers(&signers(2))
        .send(&relay.url, "--timeout 500ms")
        .refused(69, "did not answer in time");
    // Bounded: three connections, not for ever.
    assert!(begun.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_letter_that_lost_its_turn_after_354_leaves_no_trace_at_the_relay() {
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let place = Place::with_signers(&signers(12));
    assert_eq!(place.send(&relay.url, "--limit 5").code, 75);
    assert_eq!(relay.accepted().len(), 5);
    assert!(
        relay
            .accepted()
            .iter()
            .all(|message| message.data.starts_with("Date: ") && message.to.contains("embassy.example.org"))
    );
    place.send(&relay.url, "").done();
    assert_eq!((relay.accepted().len(), relay.by_message_id().len()), (12, 12));
    assert!(
        !relay
            .commands()
            .iter()
            .any(|command| command.starts_with("EHLO") && !command.ends_with("example.org"))
    );
}

#[test]
fn signers_may_get_a_copy_of_what_was_accepted() {
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let place = Place::with_signers(&signers(3));
    place.send(&relay.url, "--copy-to-signer").done();
    let accepted = relay.accepted();
    assert_eq!(accepted.len(), 6);
    assert_eq!(accepted.iter().filter(|message| message.to.contains("@example.org")).count(), 3);
    assert_eq!(relay.by_message_id().len(), 6);
    place.send(&relay.url, "--copy-to-signer").done();
    assert_eq!(relay.accepted().len(), 6);
}

#[test]
fn whatever_a_relay_does_no_letter_goes_twice_and_what_is_told_is_true() {
    const LETTERS: usize = 30;
    // PROTEST_SEEDS=200 cargo test --test faults whatever
    let seeds = std::env::var("PROTEST_SEEDS").map_or(4, |seeds| seeds.parse().unwrap());
    for seed in 1..=seeds {
        let mut state: u64 = seed;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let (pipelining, connections) = (random(3) > 0, 1 + random(3));
        let mut acts = HashMap::new();
        for letter in 1..=2 * LETTERS {
            if random(4) == 0 {
                let at = [At::Mail, At::Rcpt, At::Data, At::Body, At::Dot][random(5)];
                let act = match random(8) {
                    0 | 1 => Act::Close,
                    2 => Act::Say("421 4.3.2 closing"),
                    3 => Act::Say("450 4.2.0 later"),
                    4 => Act::Say("550 5.7.1 not wanted"),
                    5 => Act::Say("who are you"),
                    6 => Act::SayAndReset("250 2.0.0 Ok"),
                    _ => Act::Stall(Duration::from_millis(900)),
                };
                acts.insert((at, letter), act);
            }
        }
        let relay = FakeRelay::start(Script { pipelining, acts, ..Script::default() });
        let place = Place::with_signers(&signers(LETTERS));
        for _ in 0..8 {
            let more = format!("--retry-for 0 --timeout 400ms --connections {connections}");
            let code = place.send(&relay.url, &more).code;
            assert!(matches!(code, 0 | 1 | 69 | 75), "seed {seed}: {code}");
            if code < 2 {
                break;
            }
        }
        let taken = relay.by_message_id();
        assert!(taken.values().all(|count| *count == 1), "seed {seed}: a letter went twice");
        let told = place.told();
        assert_eq!(told.len(), LETTERS, "seed {seed}");
        for (outcome, message_id) in told {
            let arrived = taken.contains_key(&format!("Message-ID: <{message_id}>"));
            let is_true = match outcome.as_str() {
                "accepted" => arrived,
                "in_doubt" => true,
                _ => !arrived,
            };
            assert!(is_true, "seed {seed}: {message_id} is called {outcome}");
        }
    }
}

#[test]
fn a_rehearsal_that_does_not_go_says_why() {
    for (act, why) in [
        (Act::Close, "not sent: the relay closed the connection"),
        (Act::Say("421 4.3.2 closing"), "not sent: 421 4.3.2 closing"),
        (Act::Say("550 5.4.5 Daily user sending limit exceeded"), "not sent: 550 5.4.5 Daily"),
    ] {
        let acts = HashMap::from([((At::Mail, 1), act)]);
        let relay = FakeRelay::start(Script { acts, ..Script::default() });
        let place = Place::with_signers(&signers(1));
        let line = "send --signers signers.csv --embassies e.csv --from c@example.org --rehearse c@example.org --yes";
        place.run(&format!("{line} --smtp {}", relay.url)).refused(75, why);
    }
}
