//! The program with somebody at the terminal: what it asks, and what an answer, a no, and no answer come to.
//!
//! util-linux's `script` makes the terminal.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::relay::{FakeRelay, Script};
use support::{EMBASSIES, Place, Ran};

#[track_caller]
fn shows(ran: &Ran, code: i32, sentence: &str) {
    let shown = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ran.code, code, "{}", ran.stdout);
    assert!(shown.contains(sentence), "{sentence:?} is not in {}", ran.stdout);
}

#[test]
fn a_command_asks_for_what_is_missing_and_ends_where_nothing_is_answered() {
    let place = Place::new();
    shows(&place.typed("preview --name Aiko -q", "Japan\n"), 0, "Aiko Japan");
    shows(&place.typed("preview", ""), 130, "no answer; nothing was done");
    shows(&place.typed("preview --name A", "Korea\n"), 65, "may be South Korea (KR) or North Korea (KP)");
}

#[test]
fn only_a_yes_sends() {
    let relay = FakeRelay::start(Script::default());
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    let send = format!("send --name A --from a@example.org --embassies e.csv --smtp {}", relay.url);
    for answer in ["n\n", "\n", "yess\n", ""] {
        shows(&place.typed(&format!("{send} --country Japan"), answer), 130, "nothing was sent");
    }
    // Of an address of low confidence it is asked first.
    shows(&place.typed(&format!("{send} --country Italy"), "n\n"), 130, "Use it all the same?");
    assert_eq!(relay.connections(), 0);
    shows(&place.typed(&format!("{send} --country Japan"), "y\n"), 0, "Accepted: the mail server has taken");
    shows(&place.typed(&format!("{send} --country Italy"), "yes\ny\n"), 0, "Accepted:");
    assert_eq!(relay.accepted().len(), 2);
}

#[test]
fn colour_is_for_terminals_that_want_it() {
    let place = Place::new();
    let coloured = |more: &str| {
        place.typed(&format!("preview --name A --country Korea {more}"), "").stdout.contains('\u{1b}')
    };
    assert!(coloured("") && !coloured("--color never"));
    let piped =
        |more: &str| place.run(&format!("preview --name A --country Korea {more}")).stderr.contains('\u{1b}');
    assert!(!piped("") && piped("--color always"));
}
