//! Connections and clocks: fewer connections than asked for, lines that nobody asked for, addresses that are dead, a
//! process that was stopped, lengths of time without measure.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use support::script::Played;
use support::{Place, Ran, signers, words};

/// Whether every letter arrived, and none twice.
#[track_caller]
fn each_once(relay: &Played, letters: usize) {
    let mut taken: Vec<String> =
        relay.taken().iter().map(|letter| support::script::message_id(letter)).collect();
    assert_eq!(taken.len(), letters, "{taken:?}");
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), letters);
}

#[test]
fn a_relay_that_serves_one_connection_of_three_gets_all_letters_over_it() {
    let relay = Played::start("greet#2+: 421 4.7.0 Too many concurrent SMTP connections <close>");
    let place = Place::with_signers(&signers(12));
    let line = Place::send_line(&relay.url());
    let ran = place.run(&format!("{line} --rate 2/s --connections 3"));
    ran.refused(0, "The relay serves fewer connections than were asked for");
    assert_eq!(ran.stderr.matches("serves fewer connections").count(), 1);
    each_once(&relay, 12);
}

#[test]
fn a_line_that_the_relay_says_while_the_pace_waits_judges_no_letter() {
    for said in
        ["451 4.4.2 Timeout waiting for data from client.", "550 5.7.1 no", "250 2.0.0 Ok", "421 4.4.2 bye"]
    {
        let relay = Played::start(&format!("idle: 0.3 {said} <close>"));
        let place = Place::with_signers(&signers(3));
        place.run(&format!("{} --rate 1/s --retry-for 0", Place::send_line(&relay.url()))).done();
        each_once(&relay, 3);
    }
}

#[test]
fn one_more_reply_after_a_dot_judges_no_letter() {
    for offer in ["EHLO: 250-relay | 250 PIPELINING", "EHLO: 250 relay"] {
        for more in ["550 5.7.1 extra", "450 4.7.1 extra", "250 2.0.0 extra", "354 extra", "nonsense"] {
            let relay = Played::start(&format!("{offer}\nDOT#2: 250 2.0.0 queued | {more}"));
            let place = Place::with_signers(&signers(6));
            let ran = place.send(&relay.url(), "--retry-for 0");
            assert_eq!(ran.code, 0, "{offer} {more}: {}", ran.stderr);
            each_once(&relay, 6);
        }
    }
}

/// A listener whose queue is full answers no connection; nothing where the system will not have it so.
fn that_never_answers(address: Ipv4Addr) -> Option<(TcpListener, Vec<TcpStream>, u16)> {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut queue = Vec::new();
    while queue.len() < 10_000 {
        match TcpStream::connect_timeout(&listener.local_addr().unwrap(), Duration::from_millis(300)) {
            Ok(socket) => queue.push(socket),
            Err(_) => return Some((listener, queue, port)),
        }
    }
    None
}

#[test]
fn a_dead_first_address_does_not_take_the_time_of_the_second() {
    // localhost is 127.0.0.1 first, and then ::1.
    let Some((_listener, _queue, port)) = that_never_answers(Ipv4Addr::LOCALHOST) else { return };
    let Ok(second) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)) else { return };
    std::thread::spawn(move || {
        use std::io::Write as _;
        for mut socket in second.incoming().flatten() {
            let _ = socket.write_all(b"554 5.3.2 it is me\r\n");
        }
    });
    let place = Place::with_signers(&signers(1));
    let begun = Instant::now();
    place.send(&format!("smtp://localhost:{port}"), "--retry-for 0").refused(69, "554 5.3.2 it is me");
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
}

#[cfg(unix)]
#[test]
fn an_answer_that_came_while_the_process_was_stopped_is_read() {
    let relay = Played::start("DOT#1: <wait 1> 250 2.0.0 queued");
    let place = Place::with_signers(&signers(2));
    let line = format!("{} --rate none --retry-for 0 --timeout 2s", Place::send_line(&relay.url()));
    let mut child = place.command().args(words(&line)).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let signal = |name: &str| {
        let id = child.id().to_string();
        assert!(std::process::Command::new("kill").args([name, &id]).status().unwrap().success());
    };
    let begun = Instant::now();
    while relay.arrived().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(5));
    }
    signal("-STOP");
    std::thread::sleep(Duration::from_secs(4));
    signal("-CONT");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(place.outcomes(), [("accepted".to_owned(), 2)].into());
}

#[test]
fn lengths_of_time_and_numbers_without_measure_are_told_or_taken_and_never_end_in_a_panic() {
    let relay = Played::start("");
    let place = Place::with_signers(&signers(1));
    for more in [
        "--retry-for 10000000000h",
        "--timeout 10000000000h",
        "--retry-for 292277026596y",
        "--timeout 106751991167300d --retry-for 106751991167300d",
        "--connections 60000",
        "--connections 65535",
        "--per-connection 4294967295 --limit 18446744073709551615",
    ] {
        let ran: Ran = place.send(&relay.url(), more);
        assert!(matches!(ran.code, 0 | 2), "{more}: {ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{more}: {}", ran.stderr);
        std::fs::remove_file(place.path("l.ledger")).unwrap_or_default();
    }
}
