//! Sending through real mail servers: Postfix, Exim and OpenSMTPD, each on loopback in a folder of its own.
//!
//! Each server passes what it takes on to a recording relay, where it is read back. Where a server is not there, the
//! tests say what they leave out and pass; with `PROTEST_REAL_SERVERS=1` a missing server is a failure.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]

#[path = "../support/mod.rs"]
mod support;

mod returned;
mod server;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use server::{Kind, Onward, Server};
use support::relay::{Accepted, FakeRelay, Script};
use support::{EMBASSIES, Place, Ran, signers, words};

/// Starts a server that passes mail on to a recording relay; nothing where it is left out.
fn start(kind: Kind) -> Option<(Server, FakeRelay)> {
    start_before(kind, Script { pipelining: true, ..Script::default() })
}

/// The same, where the recording relay follows a script.
fn start_before(kind: Kind, script: Script) -> Option<(Server, FakeRelay)> {
    let sink = FakeRelay::start(script);
    match Server::start(kind, Onward::To(&sink.url)) {
        Ok(server) => Some((server, sink)),
        Err(why) if std::env::var_os("PROTEST_REAL_SERVERS").is_some() => panic!("{kind:?}: {why}"),
        Err(why) => {
            println!("left out: {kind:?}: {why}");
            None
        }
    }
}

/// What has come through, once it is `count` messages, or a minute has passed.
fn received(sink: &FakeRelay, count: usize) -> Vec<Accepted> {
    let deadline = Instant::now() + Duration::from_secs(60);
    while sink.accepted().len() < count && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    sink.accepted()
}

/// The message without what servers write above it, and without its date.
fn as_written(data: &str) -> String {
    let from = data.find("From: ").unwrap();
    data[from..].to_owned()
}

fn send_one(place: &Place, server: &Server) -> Ran {
    place.write("e.csv", EMBASSIES);
    place.write("ca.pem", &server.authority);
    let ca = if server.authority.is_empty() { "" } else { "--ca ca.pem" };
    let who = "--name {Jóhn Doe} --country Japan --from john@example.org --embassies e.csv --ledger l.ledger";
    place.run(&format!("write {who} -o x.eml")).done();
    let mut command = place.command();
    command
        .args(words(&format!("send {who} --yes --smtp {} {ca}", server.url)))
        .env("PROTEST_SMTP_PASSWORD", server::PASSWORD);
    Ran::of(&command.output().unwrap())
}

fn one_letter_through(kind: Kind) {
    let Some((server, sink)) = start(kind) else { return };
    let place = Place::new();
    let ran = send_one(&place, &server);
    assert_eq!(ran.code, 0, "{}\n{}", ran.stderr, server.log());
    let came = received(&sink, 1);
    assert_eq!(came.len(), 1, "{}", server.log());
    assert_eq!(as_written(&came[0].data), as_written(&place.read("x.eml")));
    let message = MessageParser::default().parse(came[0].data.as_bytes()).unwrap();
    assert_eq!(message.from().unwrap().first().unwrap().name(), Some("Jóhn Doe"));
    assert!(message.body_text(0).unwrap().ends_with("Jóhn Doe\r\nJapan\r\n"));
    assert!(came[0].to.contains("jp@embassy.example.org"));
}

fn a_campaign_through(kind: Kind, connections: usize) {
    const LETTERS: usize = 500;
    let Some((server, sink)) = start(kind) else { return };
    let place = Place::with_signers(&signers(LETTERS));
    place.write("ca.pem", &server.authority);
    let ca = if server.authority.is_empty() { "" } else { "--ca ca.pem" };
    let line = Place::send_line(&server.url);
    let mut command = place.command();
    command
        .args(words(&format!("{line} --rate none --connections {connections} {ca}")))
        .env("PROTEST_SMTP_PASSWORD", server::PASSWORD);
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!(ran.code, 0, "{}\n{}", ran.stderr, server.log());
    assert_eq!(place.outcomes(), BTreeMap::from([("accepted".to_owned(), LETTERS)]));
    let came = received(&sink, LETTERS);
    let mut names: Vec<String> = came
        .iter()
        .map(|accepted| {
            let message = MessageParser::default().parse(accepted.data.as_bytes()).unwrap();
            let from = message.from().unwrap().first().unwrap();
            assert_eq!(from.address(), Some("c@example.org"));
            from.name().unwrap().to_owned()
        })
        .collect();
    names.sort();
    let mut expected: Vec<String> =
        (1..=LETTERS).map(|number| format!("Signer {number} via example.org")).collect();
    expected.sort();
    assert_eq!(names, expected, "{}", server.log());
    assert_eq!(sink.by_message_id().len(), LETTERS);
}

#[test]
fn one_letter_goes_through_postfix() {
    one_letter_through(Kind::Postfix);
}

#[test]
fn one_letter_goes_through_exim_with_starttls_and_log_in() {
    one_letter_through(Kind::Exim);
}

#[test]
fn one_letter_goes_through_opensmtpd_in_lock_step() {
    one_letter_through(Kind::OpenSmtpd);
}

#[test]
fn a_campaign_goes_through_postfix_over_one_connection_and_over_four() {
    a_campaign_through(Kind::Postfix, 1);
    a_campaign_through(Kind::Postfix, 4);
}

#[test]
fn a_campaign_goes_through_exim() {
    a_campaign_through(Kind::Exim, 1);
}

#[test]
fn a_campaign_goes_through_opensmtpd() {
    a_campaign_through(Kind::OpenSmtpd, 2);
}
