//! What people write for a relay, an address or a pace that is not quite it, and what they are told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::{EMBASSIES, Place, signers};

fn plan(place: &Place, more: &str) -> support::Ran {
    place.run(&format!("send --signers signers.csv --embassies e.csv --dry-run {more}"))
}

#[test]
fn a_pace_a_day_is_taken() {
    let place = Place::with_signers(&signers(3));
    let ran = plan(&place, "--from c@example.org --smtp smtps://c@smtp.example.org --rate 500/day");
    assert!(ran.done().stdout.contains("Pace: 20.8/h"), "{ran:?}");
    plan(&place, "--from c@example.org --smtp smtps://c@smtp.example.org --rate 500/fortnight")
        .refused(2, "500/day or none");
}

#[test]
fn a_name_has_no_place_in_an_address() {
    let place = Place::with_signers(&signers(3));
    let from = "{Example Campaign <letters@example.org>}";
    plan(&place, &format!("--from {from} --smtp smtps://c@smtp.example.org"))
        .refused(65, "write only the address")
        .refused(65, "`name` in campaign.toml");
}

#[test]
fn a_relay_that_is_nearly_written_right_is_named() {
    let place = Place::with_signers(&signers(3));
    let with = |url: &str| plan(&place, &format!("--from c@example.org --smtp {url}"));
    with("sendmail").refused(78, "write sendmail: with a colon");
    with("smtps://c@smtp.example.org:587").refused(0, "is it smtp+starttls://?");
    with("smtps://c@imap.example.org:993").refused(0, "is IMAP's");
    with("smtp+starttls://c@imap.example.org:143").refused(0, "is IMAP's");
    with("smtp+starttls://c@smtp.example.org:465").refused(0, "is it smtps://?");
    assert!(!with("smtps://c@smtp.example.org").stderr.contains("Port "));
}

#[test]
fn a_certificate_file_that_is_missing_is_told_before_anybody_is_asked() {
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    let line = "send --name A --country Japan --embassies e.csv --from a@example.org --dry-run \
                --smtp smtps://a@smtp.example.org --ca nowhere.pem";
    place.run(line).refused(66, "nowhere.pem");
    assert_eq!(place.files(), ["e.csv"]);
}

#[cfg(unix)]
#[test]
fn a_password_command_that_floods_or_leaves_a_child_behind_holds_nobody_up() {
    use std::os::unix::fs::PermissionsExt as _;
    let script = |text: &str| {
        let place = Place::with_signers(&signers(1));
        let program = place.write("secret", format!("#!/bin/sh\n{text}\n"));
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let config = place.write("campaign.toml", "password_command = [\"./secret\"]\n");
        std::fs::set_permissions(config, std::fs::Permissions::from_mode(0o600)).unwrap();
        // Nothing listens there: what comes after the password is told.
        place.send("smtps://a@127.0.0.1:1", "")
    };
    script("head -c 2000000 /dev/zero").refused(78, "it printed more than a password");
    script("exit 3").refused(78, "it failed");
    let begun = std::time::Instant::now();
    script("echo hunter2; sleep 60 2>/dev/null & exit 0").refused(69, "nothing listens there");
    assert!(begun.elapsed() < std::time::Duration::from_secs(40));
    script("echo \"[$PROTEST_SMTP_PASSWORD]\" >seen; echo hunter2").refused(69, "nothing listens there");
}
