//! Signers who leave a list, or say no, once letters of it have gone: nobody's letter vanishes without a word.

#![allow(clippy::unwrap_used, reason = "this is how a test fails")]

mod support;

use support::relay::{FakeRelay, Script};
use support::{Place, signers};

/// The cells of a column of the report, row by row.
fn column(place: &Place, name: &str) -> Vec<String> {
    let report = place.read("report.csv");
    let head = report.lines().next().unwrap();
    let at = head.split(',').position(|column| column == name).unwrap();
    report.lines().skip(1).map(|line| line.split(',').nth(at).unwrap().to_owned()).collect()
}

#[test]
fn a_letter_that_went_before_its_signer_said_no_is_still_told_in_the_report() {
    let relay = FakeRelay::start(Script::default());
    let list = "name,country,email,consent\nAda Example,Japan,a@example.org,yes\nBo Example,France,b@example.org,yes\n";
    let place = Place::with_signers(list);
    place.send(&relay.url, "").done();
    let before = column(&place, "message_id");
    place.write("signers.csv", list.replace("a@example.org,yes", "a@example.org,no"));
    let again = place.send(&relay.url, "");
    again.done().refused(0, "1 said no");
    assert_eq!(column(&place, "outcome"), ["accepted", "accepted"]);
    assert_eq!(column(&place, "message_id"), before);
    assert_eq!(relay.accepted().len(), 2);
    // Who said no before anything went is left out, and no second row of a letter is a second letter.
    let no =
        list.replace("yes", "no") + "Ada Example,Japan,a@example.org,no\nCy Example,Japan,c@example.org,no\n";
    place.write("signers.csv", no);
    place.run("status --ledger l.ledger --signers signers.csv --embassies e.csv --report report.csv").done();
    assert_eq!(column(&place, "outcome"), ["accepted", "accepted", "left_out", "left_out"]);
    assert_eq!(column(&place, "message_id")[..2], before);
    assert_eq!(column(&place, "message_id")[2..], ["", ""]);
}

#[test]
fn pending_letters_of_signers_who_left_the_list_are_told_before_the_question() {
    let relay = FakeRelay::start(Script::default());
    let place = Place::with_signers(&signers(5));
    place.send(&relay.url, "--limit 2").refused(75, "The same command goes on with the rest.");
    place.write("signers.csv", signers(3));
    let dropped = "Dropped: 2 pending letters of an earlier list are not in this one, and do not go";
    let plan =
        place.send(&relay.url, "--dry-run").done().stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plan.contains(dropped), "{plan}");
    assert!(plan.contains("3 letters by mail"), "{plan}");
    place.send(&relay.url, "").done();
    assert_eq!(relay.accepted().len(), 3);
    let plan = place.send(&relay.url, "--dry-run").done().stdout.clone();
    assert!(!plan.contains("Dropped"), "{plan}");
}

#[test]
fn the_same_command_goes_on_is_said_only_where_it_does() {
    let relay = FakeRelay::start(Script::default());
    let place = Place::with_signers(
        "name,country,email,consent\nAda Example,Japan,a@example.org,yes\nBo Example,Germany,b@example.org,yes\n",
    );
    let ran = place.send(&relay.url, "");
    ran.refused(75, "give --post DIR");
    assert!(!ran.stderr.contains("goes on"), "{}", ran.stderr);
    // A window that is over waits for no command.
    let place = Place::with_signers(&signers(2));
    let yesterday = (chrono::Utc::now() - chrono::TimeDelta::days(3)).format("%m-%d");
    place.write("campaign.toml", format!("[window]\nday = \"{yesterday}\"\nhours = \"09:00-10:00\"\n"));
    let ran = place.send(&relay.url, "");
    ran.refused(75, "2 letters: their windows are over; --after-window sends them.");
    assert!(!ran.stderr.contains("goes on"), "{}", ran.stderr);
}

#[test]
fn a_letter_by_post_is_told_as_such_when_its_embassy_has_an_address_since() {
    let relay = FakeRelay::start(Script::default());
    let place = Place::with_signers("name,country,email,consent\nBo Example,Germany,b@example.org,yes\n");
    place.send(&relay.url, "--post paper").done();
    place.give_berlin_mail();
    place.send(&relay.url, "--post paper").done();
    assert_eq!(
        (column(&place, "channel"), column(&place, "outcome")),
        (vec!["post".to_owned()], vec!["by_post".to_owned()])
    );
    assert!(relay.accepted().is_empty());
}

#[test]
fn paper_of_signers_who_said_no_is_named_and_off_the_cover() {
    let relay = FakeRelay::start(Script::default());
    let list = "name,country,email,consent\nAda Example,Germany,a@example.org,yes\nBo Example,Germany,b@example.org,yes\n";
    let place = Place::with_signers(list);
    place.send(&relay.url, "--post paper").done();
    let cover = |place: &Place| place.read("paper/DE-berlin/cover.txt");
    let of_ada = cover(&place).lines().find(|line| line.ends_with("  Ada Example")).unwrap().to_owned();
    let file = of_ada.split_once("  ").unwrap().0.to_owned();
    place.write("signers.csv", list.replace("a@example.org,yes", "a@example.org,no"));
    let ran = place.send(&relay.url, "--post paper");
    ran.done().refused(
        0,
        "1 letter lies there of signers who are not in this list any more, or said no: do not post them",
    );
    assert!(ran.stderr.contains(&file), "{}", ran.stderr);
    let text = cover(&place);
    assert!(text.starts_with("1 letter to the Chinese embassy") && !text.contains("Ada Example"), "{text}");
    let (listed, not_to_be_posted) = text.split_once("Not to be posted").unwrap();
    assert!(listed.contains("Bo Example") && not_to_be_posted.contains(&file), "{text}");
    // Nobody of the embassy is left: the cover says that too.
    place.write("signers.csv", list.replace("yes", "no") + "Cy Example,Japan,c@example.org,yes\n");
    place.send(&relay.url, "--post paper").done().refused(0, "2 letters lie there");
    let text = cover(&place);
    assert!(text.starts_with("0 letters to") && !text.contains("Example\n"), "{text}");
    assert!(place.path("paper/DE-berlin").join(&file).exists());
}
