//! The program with somebody at the terminal: what it asks, and what an answer, a no, and no answer come to.
//!
//! util-linux's `script` makes the terminal.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};

use support::relay::{FakeRelay, Script};
use support::{EMBASSIES, Place, Ran};

/// Types `answers` into the program, and then the end of input; what it shows is all in stdout.
fn type_into(place: &Place, line: &str, answers: &str) -> Ran {
    let command = format!("{} {line}", env!("CARGO_BIN_EXE_protest"));
    let mut child = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(place.path(""))
        .env("XDG_STATE_HOME", place.path("state"))
        .env("LC_ALL", "C.UTF-8")
        .env_remove("PROTEST_CONFIG")
        .env_remove("PROTEST_SMTP_PASSWORD")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that asks nothing may have ended before it could read.
    let _ = child.stdin.take().unwrap().write_all(answers.as_bytes());
    Ran::of(&child.wait_with_output().unwrap())
}

#[track_caller]
fn shows(ran: &Ran, code: i32, sentence: &str) {
    let shown = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ran.code, code, "{}", ran.stdout);
    assert!(shown.contains(sentence), "{sentence:?} is not in {}", ran.stdout);
}

#[test]
fn a_command_asks_for_what_is_missing_and_ends_where_nothing_is_answered() {
    let place = Place::new();
    shows(&type_into(&place, "preview --name Aiko -q", "Japan\n"), 0, "Aiko Japan");
    shows(&type_into(&place, "preview", ""), 130, "no answer; nothing was done");
    shows(
        &type_into(&place, "preview --name A", "Korea\n"),
        65,
        "may be South Korea (KR) or North Korea (KP)",
    );
}

#[test]
fn only_a_yes_sends() {
    let relay = FakeRelay::start(Script::default());
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    let send = format!("send --name A --from a@example.org --embassies e.csv --smtp {}", relay.url);
    for answer in ["n\n", "\n", "yess\n", ""] {
        shows(&type_into(&place, &format!("{send} --country Japan"), answer), 130, "nothing was sent");
    }
    // Of an address of low confidence it is asked first.
    shows(&type_into(&place, &format!("{send} --country Italy"), "n\n"), 130, "Use it all the same?");
    assert_eq!(relay.connections(), 0);
    shows(
        &type_into(&place, &format!("{send} --country Japan"), "y\n"),
        0,
        "Accepted: the mail server has taken",
    );
    shows(&type_into(&place, &format!("{send} --country Italy"), "yes\ny\n"), 0, "Accepted:");
    assert_eq!(relay.accepted().len(), 2);
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let place = Place::new();
    let coloured = |more: &str| {
        type_into(&place, &format!("preview --name A --country Korea {more}"), "").stdout.contains('\u{1b}')
    };
    assert!(coloured("") && !coloured("--color never"));
    let piped =
        |more: &str| place.run(&format!("preview --name A --country Korea {more}")).stderr.contains('\u{1b}');
    assert!(!piped("") && piped("--color always"));
}
