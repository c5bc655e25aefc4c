//! The letter as its signer sees it: on the screen, in a file, as a message.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use mail_parser::MessageParser;
use support::{Place, is_private};

/// The sample letter as it was published, from salutation to demands (LFNKR, November 2006).
const PUBLISHED: &str = include_str!("golden/published.txt");

/// Paragraphs with their lines joined; the demands one by one.
fn joined(letter: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut is_new = true;
    for line in letter.lines() {
        let text = line.trim();
        let begins_demand = text.get(..3).is_some_and(|start| ["1. ", "2. ", "3. "].contains(&start));
        match paragraphs.last_mut() {
            _ if text.is_empty() => is_new = true,
            Some(last) if !is_new && !begins_demand => {
                last.push(' ');
                last.push_str(text);
            }
            _ => {
                paragraphs.push(text.to_owned());
                is_new = false;
            }
        }
    }
    paragraphs
}

fn letter_of(preview: &str) -> &str {
    preview.split_once("\n\n").unwrap().1
}

#[test]
fn addressed_as_in_2006_it_is_the_published_letter_word_for_word() {
    let place = Place::new();
    let ran = place.run("preview --name {Your Name} --country Japan --addressee {President Hu Jintao}");
    ran.done();
    let expected = joined(&PUBLISHED.replace("(Your name)", "Your Name\nJapan"));
    assert_eq!(joined(letter_of(&ran.stdout)), expected);
}

#[test]
fn the_readmes_first_command_shows_addresses_subject_and_letter() {
    let place = Place::new();
    let ran = place.run("preview --name {Your Name} --country Japan");
    ran.done();
    insta::assert_snapshot!("preview", ran.stdout);
    assert!(ran.stdout.lines().all(|line| line.starts_with("Post:") || line.chars().count() <= 72));
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn without_wrapping_each_paragraph_is_one_line() {
    let place = Place::new();
    let ran = place.run("preview --name A --country Japan --wrap 0 --addressee {President Hu Jintao} -q");
    let expected = PUBLISHED.replace("(Your name)", "A\nJapan");
    assert_eq!(letter_of(&ran.stdout).trim_end(), expected.trim_end());
    assert_eq!(ran.stderr, "");
}

#[test]
fn city_and_note_stand_where_they_belong() {
    let place = Place::new();
    let note = "My mother's family comes from the north.";
    let ran = place.run_with(&[
        "preview",
        "--name",
        "김하나",
        "--country",
        "ROK",
        "--city",
        "Seoul",
        "--note",
        note,
    ]);
    ran.done();
    assert!(ran.stdout.ends_with("\n\n김하나\nSeoul, South Korea\n"), "{}", ran.stdout);
    let at = |text: &str| ran.stdout.find(text).unwrap();
    assert!(at("These are not only") < at(note) && at(note) < at("I urge the Chinese government"));
}

#[test]
fn the_plain_letter_does_not_speak_of_joint_protests() {
    let place = Place::new();
    let ran = place.run("preview --letter plain --name A --country Japan");
    assert!(ran.done().stdout.contains("It is well known") && !ran.stdout.contains("joint protests"));
}

#[test]
fn ones_own_words_begin_with_a_copy() {
    let place = Place::new();
    place.run("letters new my.md").done();
    place.run("letters new my.md").refused(73, "my.md: this file is there already");
    let own = place.read("my.md").replace("Please immediately stop", "{{signer.name}} asks you to stop");
    place.write("my.md", own);
    let ran = place.run("preview --letter my.md --name {*A* <b>} --country Japan");
    assert!(ran.done().stdout.contains("*A* <b> asks you to stop"));
    let list = place.run("letters");
    assert!(list.stdout.contains("dec2") && list.stdout.contains("plain"));
    assert!(place.run("letters show dec2").stdout.starts_with("+++\n"));
}

#[test]
fn each_form_is_written_whole_and_for_its_owner_alone() {
    let place = Place::new();
    for ending in ["txt", "md", "html", "eml"] {
        let file = format!("x.{ending}");
        place
            .run(&format!("write --name {{Jóhn Doe}} --country Japan --email j@example.org -o {file}"))
            .done();
        assert!(is_private(&place.path(&file)));
    }
    assert!(place.read("x.txt").starts_with("Dear President Xi Jinping,\n\n"));
    assert!(place.read("x.md").ends_with("\nJóhn Doe\\\nJapan\n"));
    let html = place.read("x.html");
    assert!(
        html.starts_with("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">") && html.ends_with("</html>\n")
    );
    assert!(!html.contains("src=") && !html.contains("href="));
    let eml = place.read("x.eml");
    let message = MessageParser::default().parse(eml.as_bytes()).unwrap();
    assert_eq!(message.from().unwrap().first().unwrap().name(), Some("Jóhn Doe"));
    assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), place.read("x.txt"));
    assert!(eml.is_ascii() && eml.split("\r\n").all(|line| line.len() <= 76));
}

#[test]
fn preview_and_file_are_the_same_message_with_the_same_id() {
    let place = Place::new();
    let who = "--name A --country Japan --from a@example.org";
    let shown = place.run(&format!("preview --headers {who}"));
    place.run(&format!("write {who} -o x.eml")).done();
    let without_date = |message: &str| message.split_once("\r\n").unwrap().1.to_owned();
    assert_eq!(without_date(&shown.done().stdout), without_date(&place.read("x.eml")));
    assert!(!shown.stdout.contains("User-Agent") && shown.stdout.starts_with("Date: "));
    // As a word of its own: two letters of a short host name may well stand in a Message-ID.
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let mut words = shown.stdout.split(|c: char| !c.is_alphanumeric() && c != '-');
    assert!(host.trim().is_empty() || !words.any(|word| word == host.trim()), "{}", shown.stdout);
}

#[test]
fn where_no_ledger_can_be_made_the_preview_says_so() {
    let place = Place::new();
    place.write("state", "a file in the way");
    let ran = place.run("preview --headers --name A --country Japan --from a@example.org");
    ran.refused(0, "the message sent will have another");
}

#[test]
fn without_a_mail_address_the_street_is_given_and_nothing_is_recorded() {
    let place = Place::new();
    place.write("e.csv", support::EMBASSIES);
    let ran = place.run("preview --name A --country Germany --embassies e.csv");
    assert!(
        ran.done()
            .stdout
            .starts_with("Post: Embassy of the People’s Republic of China, 4 Beispielweg, Berlin, GERMANY\n")
    );
    for command in ["preview --headers", "write -o x.eml", "send --smtp smtp://localhost:1 --yes"] {
        let ran = place
            .run(&format!("{command} --name A --country Germany --from a@example.org --embassies e.csv"));
        ran.refused(69, "protest write --name \"A\" --country DE --embassies e.csv -o letter.pdf");
    }
    assert!(!place.has("x.eml"));
}
