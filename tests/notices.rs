//! What is said beside a single letter: what matters first, once, in five lines at most; all of it with `-v`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::Place;

/// Missions of every sort in the book: with and without mail or street, old, of low confidence, with a warning.
const COUNTRIES: [&str; 14] =
    ["JP", "DE", "GB", "FR", "LY", "YE", "LT", "XK", "HN", "SD", "CL", "MT", "US", "AD"];

#[test]
fn a_single_letter_has_at_most_five_lines_of_notices_and_none_is_broken_in_two() {
    let place = Place::new();
    place.run("letters new my.md").done();
    for country in COUNTRIES {
        for more in ["", "--lang ja", "--letter plain", "--letter my.md"] {
            let mut said = place.run(&format!("preview --name {{Aiko Tanaka}} --country {country} {more}"));
            if country == "AD" {
                said = place.run(&format!("preview --name {{Aiko Tanaka}} --country AD --mission ES {more}"));
            }
            let stderr = &said.done().stderr;
            assert!(stderr.lines().count() <= 5, "{country} {more}: {stderr}");
            assert!(
                stderr.lines().all(|line| line.chars().count() <= 80 || line.contains("://")),
                "{stderr}"
            );
            assert_eq!(
                stderr.contains("not been reviewed"),
                more == "--lang ja",
                "{country} {more}: {stderr}"
            );
            assert_eq!(stderr.contains("of 2006"), more.is_empty() || more == "--lang ja", "{stderr}");
            let links = stderr.split_whitespace().filter(|word| word.starts_with("http"));
            links.for_each(|link| assert!(!link.ends_with('.') && !link.ends_with('-'), "{link}"));
        }
    }
}

#[test]
fn who_must_not_be_found_is_told_so_beside_every_letter_by_mail() {
    let place = Place::new();
    let book = place.run("embassies --json").done().stdout.clone();
    let book: serde_json::Value = serde_json::from_str(&book).unwrap();
    let codes: std::collections::BTreeSet<&str> = book
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["kind"] == "embassy" && row["email"].is_string())
        .map(|row| row["country_code"].as_str().unwrap())
        .collect();
    assert!(codes.len() > 100);
    for code in codes {
        for lang in ["en", "de"] {
            let ran = place.run(&format!("preview --name A --country {code} --lang {lang}"));
            if ran.stderr.contains("would endanger") {
                continue;
            }
            let told = ran.done().stderr.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(told.contains("must not be found, print"), "{code} {lang}: {told}");
            assert!(ran.stderr.lines().count() <= 5, "{code} {lang}: {told}");
        }
    }
}

#[test]
fn all_of_it_is_told_where_it_is_wanted_and_none_where_quiet_is() {
    let place = Place::new();
    let said = |more: &str| place.run(&format!("preview --name A --country JP {more}")).done().stderr.clone();
    assert!(said("-v").contains("source: ") && said("-v").lines().count() > 5);
    assert!(said("-v").contains("of November 2006") && said("-v").contains("If you must not"));
    assert_eq!(said("-q"), "");
}

#[test]
fn a_letter_for_the_post_does_not_speak_of_mail_and_one_by_mail_not_of_the_street() {
    let place = Place::new();
    let write = |file: &str| {
        let written =
            place.run(&format!("write --name A --country FR --email a@example.org -v --force -o {file}"));
        written.done().stderr.clone()
    };
    assert!(write("x.pdf").contains("Street of ") && !write("x.pdf").contains("E-mail"));
    assert!(!write("x.pdf").contains("What the embassy sees"));
    assert!(write("x.eml").contains("E-mail of ") && !write("x.eml").contains("Street of "));
    assert!(write("x.eml").contains("What the embassy sees"));
}

#[test]
fn the_examples_name_is_not_sent_and_words_that_belong_together_are_told_so() {
    let place = Place::new();
    let send = |name: &str| {
        place.run(&format!("send --name {{{name}}} --country Japan --email a@gmail.com --dry-run"))
    };
    send("Your name").refused(65, "is the name of the examples");
    send("Aiko Tanaka").refused(0, "Through Gmail's mail server: --smtp smtps://a@gmail.com@smtp.gmail.com");
    place
        .run("send --name Aiko --country Japan --email a@example.org --dry-run")
        .refused(78, "the mail server of example.org is not known here");
    place
        .run("preview --name Aiko --country South Korea")
        .refused(2, "several words stand between quotation marks: --country \"South Korea\"");
    place.write("signers.csv", "name,country,consent\nYour Name,Japan,yes\n");
    place
        .run("send --signers signers.csv --from a@example.org --smtp smtp://127.0.0.1:1 --dry-run")
        .refused(65, "signers.csv:2:1: name: it looks like an example's placeholder: \"Your Name\"");
}
