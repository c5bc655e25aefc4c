//! Relay URLs, right and wrong.

use super::{Relay, RelayError, Security};
use crate::exit::{Exit, ExitCode as _};
use proptest::prelude::*;

fn smtp(url: &str) -> (Security, Option<String>, String) {
    match Relay::parse(url).unwrap() {
        Relay::Smtp(relay) => (relay.security, relay.user.clone(), relay.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_host_follows_the_last_at() {
    let expected =
        (Security::Implicit, Some("aiko@example.org".to_owned()), "smtp.example.org:465".to_owned());
    assert_eq!(smtp("smtps://aiko@example.org@smtp.example.org"), expected);
    assert_eq!(smtp("SMTPS://aiko%40example.org@smtp.example.org/"), expected);
    assert_eq!(smtp("smtp+starttls://aiko@smtp.example.org:2587").2, "smtp.example.org:2587");
}

#[test]
fn plaintext_is_for_this_machine_alone() {
    for url in [
        "smtp://localhost:2525",
        "smtp://127.0.0.1",
        "smtp://127.9.9.9",
        "smtp://[::1]:25",
        "smtp://LOCALHOST",
    ] {
        assert_eq!(smtp(url).0, Security::Plaintext, "{url}");
    }
    for url in [
        "smtp://smtp.example.org",
        "smtp://127.0.0.1.example.org",
        "smtp://localhost.example.org",
        "smtp://localhost.",
        "smtp://127.1",
        "smtp://2130706433",
        "smtp://0x7f.1",
        "smtp://0x7f000001",
        "smtp://[::ffff:127.0.0.1]",
        "smtp://127.0.0.1@192.0.2.1",
        "smtp://①②⑦.0.0.1.example",
        "smtp://128.0.0.1",
    ] {
        assert_eq!(Relay::parse(url).unwrap_err().exit(), Exit::Config, "{url}");
    }
    assert_eq!(Relay::parse("smtp://aiko@localhost").unwrap_err(), RelayError::PlaintextLogIn);
}

#[test]
fn a_password_is_refused_and_not_repeated() {
    for url in ["smtps://aiko:hunter2@smtp.example.org", "smtps://a@b:hunter2@smtp.example.org"] {
        let error = Relay::parse(url).unwrap_err();
        assert_eq!(error.exit(), Exit::Usage);
        assert!(!error.to_string().contains("hunter2"));
    }
    for url in [
        "smpts://aiko:hunter2@smtp.example.org",
        "aiko:hunter2@smtp.example.org",
        "smtps:aiko:hunter2@smtp.example.org",
        "smtps://aiko:hunter2",
        "smtps://smtp.example.org/?password=hunter2",
        "smtps://[aiko:hunter2",
        "smtp://[:aiko:hunter2::1]:25",
    ] {
        assert!(!Relay::parse(url).unwrap_err().to_string().contains("hunter2"), "{url}");
    }
}

#[test]
fn what_is_no_relay_says_what_would_be_one() {
    let refused = |url: &str| Relay::parse(url).unwrap_err().to_string();
    assert!(refused("smpts://smtp.example.org").contains("did you mean smtps?"));
    assert!(refused("smtps://smtp.example.org:70000").contains("port is no number from 1 to 65535"));
    assert!(refused("smtps://smtp.example.org/inbox").contains("ends after the host"));
    assert!(refused("smtps:smtp.example.org").contains("write smtps://USER@HOST"));
    assert!(refused("smtps://").contains("host"));
    assert!(refused("sendmail").contains("write sendmail: with a colon"));
    assert!(refused("file:").contains("needs a folder"));
}

#[test]
fn a_port_that_is_known_for_something_else_makes_one_ask() {
    let doubt = |url: &str| Relay::parse(url).unwrap().doubt().unwrap_or_default();
    assert!(doubt("smtps://imap.example.org:993").contains("IMAP"));
    assert!(doubt("smtp+starttls://pop.example.org:110").contains("POP3"));
    assert!(doubt("smtps://smtp.example.org:587").contains("is it smtp+starttls://?"));
    assert!(doubt("smtp+starttls://smtp.example.org:465").contains("is it smtps://?"));
    assert_eq!(doubt("smtps://smtp.example.org"), "");
    assert_eq!(doubt("smtp://127.0.0.1:2525"), "");
}

proptest! {
    #[test]
    fn no_text_makes_it_fail_otherwise(url in "(smtps?|smtp\\+starttls|file|sendmail)?:?/?/?\\PC*|.*") {
        let _ = Relay::parse(&url);
    }
}
