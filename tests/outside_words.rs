//! Words from outside on a terminal: whatever they come from, none of them moves the cursor or changes colours.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::{Place, signers};

const ESCAPE: &str = "\u{1b}[31m";

/// Runs the line, and sees to it that it printed something, and nothing that a terminal obeys.
#[track_caller]
fn harmless(place: &Place, arguments: &[&str]) {
    let ran = place.run_with(arguments);
    let printed = ran.stdout + &ran.stderr;
    let obeyed = printed.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\u{c}'));
    assert_eq!(obeyed, None, "{arguments:?}: {printed:?}");
    assert!(!printed.is_empty(), "{arguments:?}");
}

#[test]
fn names_of_files_and_values_of_options_are_shown_and_not_obeyed() {
    let place = Place::with_signers(&signers(1));
    let named = format!("x{ESCAPE}.txt");
    let one = ["--name", "A", "--country", "Japan", "--embassies", "e.csv"];
    let with = |command: &'static str, more: &[&str]| {
        let line: Vec<String> =
            std::iter::once(command).chain(one).chain(more.iter().copied()).map(str::to_owned).collect();
        line
    };
    let lines = [
        with("write", &["-o", &named]),
        with("write", &["-o", &named]),
        with("preview", &["--letter", ESCAPE]),
        with("preview", &["--letter", &format!("{ESCAPE}.md")]),
        with("preview", &["--lang", ESCAPE]),
        with("preview", &["--mission", ESCAPE]),
        with("preview", &["--wrap", ESCAPE]),
        with("preview", &["--config", ESCAPE]),
        with("preview", &["--letters", ESCAPE]),
        with("check", &["--json", "--letter", ESCAPE]),
    ];
    for line in &lines {
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        harmless(&place, &line);
    }
    harmless(&place, &["preview", "--all", "--signers", ESCAPE]);
    harmless(&place, &["status", "--ledger", ESCAPE]);
    harmless(&place, &["preview", "--name", ESCAPE, "--country", "Japan"]);
    harmless(&place, &["preview", "--name", "A", "--country", ESCAPE]);
}

#[test]
fn what_files_hold_is_shown_and_not_obeyed() {
    let place = Place::with_signers(&signers(1));
    let preview = ["preview", "--all", "--signers", "signers.csv", "--embassies", "e.csv"];
    for line in [
        "\"k\\u001b[31m\" = 1",
        "name = \"n\\u001b[31m\"",
        "signers = \"s\\u001b[31m\"",
        "letter = \"l\\u001b[31m\"",
        "rate = \"r\\u001b[31m\"",
        "[window]\nday = \"d\\u001b[31m\"\nhours = \"09:00-17:00\"",
    ] {
        place.write("campaign.toml", line);
        harmless(&place, &preview);
        harmless(&place, &["check", "--json"]);
    }
    std::fs::remove_file(place.path("campaign.toml")).unwrap();
    place.write("book.csv", format!("country_code,{ESCAPE}\nJP,x\n"));
    harmless(&place, &["embassies", "--embassies", "book.csv"]);
    place.write("list.csv", format!("name,country,{ESCAPE}\nA,Japan,x\n"));
    harmless(&place, &["preview", "--all", "--signers", "list.csv", "--embassies", "e.csv"]);
}

#[test]
fn an_entity_brings_no_control_character_into_a_letter() {
    let place = Place::with_signers(&signers(1));
    let letter = |text: &str| {
        format!(
            "+++\nlanguage = \"en\"\nsubject = \"S\"\naddressee = \"P\"\n+++\n\nDear {{{{addressee}}}}, {text}\n\n\
             {{{{signer.name}}}}\n"
        )
    };
    place.write("own.md", letter("&#27;[31mred"));
    let ran = place.run("preview --name A --country Japan --embassies e.csv --letter own.md");
    ran.refused(65, "own.md:7:21: a control character written as an entity");
    place.write("own.md", letter("&#x202E;turned"));
    place
        .run("preview --name A --country Japan --embassies e.csv --letter own.md")
        .refused(65, "own.md:7:21");
    place.write("own.md", letter("a &amp; b &copy; c"));
    place.run("preview --name A --country Japan --embassies e.csv --letter own.md").done();
    std::fs::create_dir(place.path("folder")).unwrap();
    std::fs::copy(place.path("own.md"), place.path(&format!("folder/a{ESCAPE}.en.md"))).unwrap();
    harmless(&place, &["letters", "--letters", "folder"]);
}
