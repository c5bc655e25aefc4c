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
