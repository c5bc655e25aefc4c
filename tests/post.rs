//! Letters that go by post: what lies in their folder, and what a campaign that is under way keeps of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::path::PathBuf;

use support::Place;

const LIST: &str = "name,country,city,consent\nAiko Tanaka,Germany,Berlin,yes\nBo Lind,Germany,Bonn,yes\n";

/// A campaign by post; nobody listens where its mail would go.
const SEND: &str =
    "send --signers signers.csv --embassies e.csv --from c@example.org --smtp smtp://127.0.0.1:9 --yes";

fn letters(place: &Place, folder: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(place.path(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut letters: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "pdf")).collect();
    letters.sort();
    letters
}

#[test]
fn the_cover_lists_each_file_with_its_signer_and_is_written_anew_at_each_run() {
    let place = Place::with_signers(LIST);
    place.run(&format!("{SEND} --post paper")).done();
    let cover = place.path("paper/DE-berlin/cover.txt");
    assert!(support::is_private(&cover));
    let text = std::fs::read_to_string(&cover).unwrap();
    assert!(text.starts_with("2 letters to the Chinese embassy in Berlin, Germany\n\nEmbassy of"), "{text}");
    assert!(text.contains("\n4 Beispielweg\nBerlin\nGERMANY\n"), "{text}");
    for letter in letters(&place, "paper/DE-berlin") {
        let file = letter.file_name().unwrap().to_str().unwrap().to_owned();
        let line = text.lines().find(|line| line.starts_with(&file)).unwrap();
        assert!(line.ends_with("  Aiko Tanaka") || line.ends_with("  Bo Lind"), "{line}");
    }
    std::fs::write(&cover, "scribbled over").unwrap();
    place.run(&format!("{SEND} --post paper")).done();
    assert_eq!(std::fs::read_to_string(&cover).unwrap(), text);
}

#[test]
fn a_letter_that_is_by_post_is_left_as_it_is_and_written_again_only_if_its_file_is_gone() {
    let place = Place::with_signers(LIST);
    let send = format!("{SEND} --post paper");
    place.run(&send).done();
    let files = letters(&place, "paper/DE-berlin");
    let first = std::fs::read(&files[0]).unwrap();
    // As an earlier release printed it, or a hand corrected it.
    std::fs::write(&files[1], "other bytes").unwrap();
    std::fs::remove_file(&files[0]).unwrap();
    place.run(&send).done();
    assert_eq!(std::fs::read(&files[0]).unwrap(), first);
    assert_eq!(std::fs::read(&files[1]).unwrap(), b"other bytes");
}

#[test]
fn a_file_in_the_place_of_a_letter_not_yet_by_post_is_an_error() {
    let place = Place::with_signers(LIST);
    place.run(SEND).refused(75, "give --post DIR");
    let ledger = place.files().into_iter().find(|name| name.ends_with(".ledger")).unwrap();
    // With a copy of the ledger the letters get the names that they will have.
    std::fs::copy(place.path(&ledger), place.path("copy.ledger")).unwrap();
    place.run(&format!("{SEND} --ledger copy.ledger --post paper")).done();
    let files = letters(&place, "paper/DE-berlin");
    std::fs::write(&files[1], "other bytes").unwrap();
    place.run(&format!("{SEND} --post paper")).refused(73, "this file is there already, with another text");
    assert_eq!(std::fs::read(&files[1]).unwrap(), b"other bytes");
}

#[test]
fn a_letter_by_post_stays_so_when_the_book_gains_an_address_and_a_pending_one_goes_by_mail() {
    let place = Place::with_signers(LIST);
    place.run(&format!("{SEND} --post paper")).done();
    let files = letters(&place, "paper/DE-berlin");
    place.give_berlin_mail();
    std::fs::remove_file(&files[0]).unwrap();
    let status = |place: &Place| place.run("status --json").done().stdout.clone();
    place.run(&format!("{SEND} --post paper")).done();
    assert!(files[0].exists(), "written again, since it is by post");
    assert!(status(&place).contains("\"by_post\": 2"), "{}", status(&place));

    let pending = Place::with_signers(LIST);
    pending.run(SEND).refused(75, "give --post DIR");
    pending.give_berlin_mail();
    let plan = pending.run(&format!("{SEND} --dry-run")).done().stdout.clone();
    assert!(
        plan.contains("2 pending letters changed from post to mail with the address book of today"),
        "{plan}"
    );
}

#[test]
fn a_mission_without_a_street_is_written_to_and_told_in_the_window_on_the_cover_and_on_stderr() {
    let place = Place::with_signers(LIST);
    let book = place.read("e.csv").replace("\"4 Beispielweg, Berlin\"", "");
    place.write("e.csv", book);
    let told = "The street is not known of the Chinese embassy in Berlin, Germany (2 letters).";
    let ran = place.run(&format!("{SEND} --post paper"));
    assert!(ran.done().stderr.contains(told), "{}", ran.stderr);
    let cover = place.read("paper/DE-berlin/cover.txt");
    assert!(cover.contains("(street not known)\nBerlin\nGERMANY\n"), "{cover}");
    assert!(cover.contains("The street is not known: find it out"), "{cover}");

    let ran = place.run("write --signers signers.csv --embassies e.csv --as pdf -o letters");
    assert!(ran.done().stderr.contains(told), "{}", ran.stderr);
    place
        .run("write --signers signers.csv --embassies e.csv --merge -o all.pdf")
        .refused(65, "there is no letter to print")
        .refused(65, told);
    place
        .run("labels --signers signers.csv --embassies e.csv -o labels.pdf")
        .refused(65, "there is no address to print");
}
