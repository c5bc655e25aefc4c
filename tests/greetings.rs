//! Greeting and log-in where a relay is old, small, busy, at another port than thought, or no relay at all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::time::{Duration, Instant};

use support::certificate::{Certificate, self_signed};
use support::script::Played;
use support::{Place, Ran, signers, words};

/// Sends three letters through a relay that plays `script` over TLS from the first byte, as `letters` with `password`.
#[track_caller]
fn over_tls(script: &str, password: &str, more: &str) -> (Ran, usize, Place) {
    let certificate = self_signed(&["127.0.0.1"], false);
    let relay = Played::with_tls(script, Some(certificate.config.clone()));
    let place = Place::with_signers(&signers(3));
    let ran =
        send(&place, &certificate, &format!("smtps://letters@127.0.0.1:{}", relay.port), password, more);
    (ran, relay.taken().len(), place)
}

fn send(place: &Place, certificate: &Certificate, url: &str, password: &str, more: &str) -> Ran {
    place.write("ca.pem", &certificate.authority);
    let line = format!("{} --rate none --retry-for 0 --ca ca.pem {more}", Place::send_line(url));
    let mut command = place.command();
    Ran::of(&command.args(words(&line)).env("PROTEST_SMTP_PASSWORD", password).output().unwrap())
}

/// Through a relay in clear on loopback.
#[track_caller]
fn in_clear(script: &str) -> (Ran, usize) {
    let relay = Played::start(script);
    let place = Place::with_signers(&signers(3));
    let ran = place.send(&relay.url(), "--retry-for 0");
    (ran, relay.taken().len())
}

const LOGIN: &str = "AUTH~LOGIN: 334 VXNlcm5hbWU6\nLINE#1: 334 UGFzc3dvcmQ6\nLINE#2+: 235 2.7.0 ok";

#[test]
fn a_relay_that_offers_plain_and_cannot_do_it_is_asked_for_login_once() {
    for refusal in
        ["504 5.7.4 Unrecognized authentication type", "500 unknown", "502 5.5.1 no", "538 5.7.11 not so"]
    {
        let script = format!(
            "tls: implicit\nEHLO: 250-relay | 250-AUTH PLAIN LOGIN | 250 PIPELINING\nAUTH~PLAIN: {refusal}\n{LOGIN}"
        );
        let (ran, taken, _) = over_tls(&script, "hunter2", "");
        ran.done();
        assert_eq!(taken, 3, "{refusal}");
    }
}

#[test]
fn a_wrong_password_is_not_tried_twice_and_login_is_named_as_a_way() {
    let script = format!(
        "tls: implicit\nEHLO: 250-relay | 250-AUTH PLAIN LOGIN | 250 PIPELINING\nAUTH~PLAIN: 535 5.7.8 invalid\n{LOGIN}"
    );
    let (ran, taken, place) = over_tls(&script, "hunter2", "");
    ran.refused(77, "it takes LOGIN perhaps").refused(77, "`auth = \"login\"` in campaign.toml");
    assert_eq!(taken, 0);
    // And that way works.
    place.write("campaign.toml", "auth = \"login\"\n");
    let certificate = self_signed(&["127.0.0.1"], false);
    let relay = Played::with_tls(&script, Some(certificate.config.clone()));
    send(&place, &certificate, &format!("smtps://letters@127.0.0.1:{}", relay.port), "hunter2", "").done();
}

#[test]
fn the_old_form_of_the_offer_is_read_too() {
    let (ran, taken, _) = over_tls(
        &format!("tls: implicit\nEHLO: 250-relay | 250-AUTH=LOGIN | 250 PIPELINING\n{LOGIN}"),
        "hunter2",
        "",
    );
    ran.done();
    assert_eq!(taken, 3);
}

#[test]
fn a_line_end_behind_the_password_is_no_part_of_it() {
    let script = "tls: implicit\nEHLO: 250-relay | 250-AUTH PLAIN LOGIN | 250 PIPELINING\nAUTH: 535 5.7.8 bad\n\
                  AUTH~AGxldHRlcnMAaHVudGVyMg==: 235 2.7.0 ok";
    for password in ["hunter2", "hunter2\n", "hunter2\r\n"] {
        let (ran, taken, _) = over_tls(script, password, "");
        ran.done();
        assert_eq!(taken, 3);
    }
    over_tls(script, "hunter2\n\n", "").0.refused(77, "the log-in was refused");
}

#[test]
fn too_many_log_ins_are_waited_for_as_a_deferral_and_then_it_is_75() {
    let offer = "tls: implicit\nEHLO: 250-relay | 250-AUTH PLAIN LOGIN | 250 PIPELINING";
    let busy = "454 4.7.0 Too many login attempts, please try again later";
    for reply in [busy, "421 4.7.0 Too many log-ins <close>"] {
        let (ran, taken, place) = over_tls(&format!("{offer}\nAUTH: {reply}"), "hunter2", "");
        ran.refused(75, "Run the same command again later");
        assert_eq!(taken, 0);
        assert_eq!(place.outcomes(), [("pending".to_owned(), 3)].into());
    }
    let script = format!("{offer}\nAUTH#1: {busy}");
    let begun = Instant::now();
    let certificate = self_signed(&["127.0.0.1"], false);
    let relay = Played::with_tls(&script, Some(certificate.config.clone()));
    let place = Place::with_signers(&signers(3));
    place.write("ca.pem", &certificate.authority);
    let line = Place::send_line(&format!("smtps://letters@127.0.0.1:{}", relay.port));
    let mut command = place.command();
    command.args(words(&format!("{line} --rate none --retry-for 1min --ca ca.pem")));
    Ran::of(&command.env("PROTEST_SMTP_PASSWORD", "hunter2").output().unwrap()).done();
    assert!(begun.elapsed() >= Duration::from_secs(5) && relay.taken().len() == 3);
}

#[test]
fn a_relay_that_knows_no_ehlo_is_greeted_with_helo() {
    for refusal in ["502 5.5.1 command not implemented", "500 unknown command"] {
        let relay = Played::start(&format!("EHLO: {refusal}"));
        let place = Place::with_signers(&signers(3));
        place.send(&relay.url(), "").done();
        assert_eq!((relay.taken().len(), relay.connections()), (3, 1));
        // Without extensions: no SIZE, nothing pipelined.
        assert!(relay.lines().iter().any(|line| line == "HELO example.org"));
        assert!(relay.lines().iter().all(|line| !line.contains("SIZE=")));
    }
}

#[test]
fn a_port_that_wants_tls_is_known_although_it_says_nothing() {
    let certificate = self_signed(&["127.0.0.1"], false);
    let relay = Played::with_tls("tls: implicit", Some(certificate.config.clone()));
    let begun = Instant::now();
    let place = Place::with_signers(&signers(3));
    let url = format!("smtp+starttls://letters@127.0.0.1:{}", relay.port);
    send(&place, &certificate, &url, "hunter2", "").refused(78, "write smtps://");
    place.send(&format!("smtp://127.0.0.1:{}", relay.port), "").refused(78, "write smtps://");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(place.outcomes(), [("pending".to_owned(), 3)].into());
}

#[test]
fn a_relay_that_greets_late_is_waited_for_and_what_may_be_wrong_is_told_meanwhile() {
    let (ran, taken) = in_clear("greet: <wait 12> 220 relay.example.org ESMTP");
    ran.done();
    assert_eq!(taken, 3);
    assert!(ran.stderr.contains("says nothing. Ports 587 and 25 greet in clear"), "{}", ran.stderr);
}

#[test]
fn a_greeting_in_clear_where_tls_was_due_is_told_at_once() {
    let relay = Played::start("");
    let place = Place::with_signers(&signers(3));
    let certificate = self_signed(&["127.0.0.1"], false);
    let url = format!("smtps://letters@127.0.0.1:{}", relay.port);
    send(&place, &certificate, &url, "hunter2", "")
        .refused(78, "it greets in clear (220 relay.example.org ESMTP)");
    assert_eq!(relay.connections(), 1);
}

#[test]
fn tls_older_than_1_2_is_named() {
    let (ran, taken, _) = over_tls("tls: 1.0", "hunter2", "");
    ran.refused(77, "it speaks only TLS older than 1.2");
    assert_eq!(taken, 0);
}

#[test]
fn what_greets_and_is_no_mail_server_is_named_at_once() {
    for (greeting, what) in [
        ("* OK IMAP4rev1 ready", "is this port an IMAP server's?"),
        ("+OK POP3 ready", "is this port a POP3 server's?"),
        ("HTTP/1.1 400 Bad Request", "is this port a web server's?"),
        ("SSH-2.0-OpenSSH_9.9", "is this port an SSH server's?"),
    ] {
        let (ran, taken) = in_clear(&format!("greet: {greeting}"));
        ran.refused(78, what).refused(78, greeting);
        assert_eq!(taken, 0);
    }
    let (ran, _) = in_clear("greet: hello \u{1b}[31m there");
    ran.refused(69, "hello ␛[31m there");
}

#[test]
fn of_a_greeting_with_two_codes_the_last_line_counts() {
    let (ran, taken) = in_clear(
        "greet: 220-relay.example.org ESMTP | 521 5.7.1 Service unavailable; client blocked using a list <close>",
    );
    ran.refused(69, "521 5.7.1 Service unavailable; client blocked using a list");
    assert_eq!(taken, 0);
}

#[test]
fn a_log_in_in_clear_is_refused_and_the_ways_out_are_named() {
    let relay = Played::start(
        "EHLO: 250-relay | 250-AUTH PLAIN LOGIN | 250 SIZE 1000000\nMAIL: 530 5.7.0 Authentication required",
    );
    let place = Place::with_signers(&signers(3));
    place
        .send(&format!("smtp://letters@127.0.0.1:{}", relay.port), "")
        .refused(78, "there is no log-in over it");
    assert_eq!(relay.connections(), 0);
    place.send(&relay.url(), "").refused(77, "the relay wants another log-in");
}
