//! What the program says of itself: help, manual pages, completions. Help is kept word for word in
//! `tests/snapshots`, so that a change of it is seen by whoever reviews one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::process::{Command, Stdio};

use support::{Place, Ran};

/// The help of a command, in lines of the same width everywhere.
fn help(place: &Place, words: &[String]) -> String {
    let ran = place.command().args(words).arg("--help").env("COLUMNS", "100").output().unwrap();
    Ran::of(&ran).done().stdout.clone()
}

/// Every command, as the words that name it: `[]`, `["preview"]`, `["letters"]`, `["letters", "new"]` …
fn commands(place: &Place) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut next = 0;
    while let Some(words) = found.get(next).cloned() {
        let help = help(place, &words);
        let listed =
            help.split_once("\nCommands:\n").map_or("", |(_, list)| list.split("\n\n").next().unwrap());
        let names = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        for name in names.filter(|name| !name.is_empty() && *name != "help") {
            found.push([words.as_slice(), &[name.to_owned()]].concat());
        }
        next += 1;
    }
    found
}

#[test]
fn the_help_of_every_command_is_as_recorded() {
    let place = Place::new();
    for words in commands(&place) {
        let name = [&["protest".to_owned()], words.as_slice()].concat().join("_");
        insta::assert_snapshot!(name, help(&place, &words));
    }
}

#[test]
fn the_help_of_every_command_fits_and_has_an_example() {
    let place = Place::new();
    let commands = commands(&place);
    assert!(commands.len() > 10, "{commands:?}");
    for words in commands {
        let help = help(&place, &words);
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{words:?}:\n{help}");
        assert!(words.is_empty() || help.contains("\nExample"), "{words:?}:\n{help}");
        assert!(help.contains("\n  protest "), "{words:?}:\n{help}");
    }
}

#[test]
fn every_command_has_a_manual_page_that_the_formatter_takes_without_a_word() {
    let place = Place::new();
    place.run("man -o pages").refused(0, "pages written");
    place.run("man -o pages").refused(73, "protest.1: this file is there already; --force replaces it");
    place.run("man -o pages --force").done();
    for words in commands(&place) {
        let name = [&["protest".to_owned()], words.as_slice()].concat().join("-");
        let page = place.read(&format!("pages/{name}.1"));
        assert_eq!(place.run(&format!("man {}", words.join(" "))).done().stdout, page);
        assert!(page.contains("\n.SH EXAMPLES\n") && page.contains("\nprotest "), "{name}");
        if let Some(said) = formatted(&page) {
            assert_eq!(said, "", "{name}");
        }
    }
    assert!(place.read("pages/protest.1").contains("\n.SH \"EXIT STATUS\"\n"));
    place.run("man lettres").refused(2, "protest has no command \"lettres\"; did you mean \"letters\"?");
}

/// What groff complains of; nothing where it is not installed.
fn formatted(page: &str) -> Option<String> {
    let place = Place::new();
    let file = place.write("page.1", page);
    let ran = Command::new("groff").args(["-man", "-Tutf8", "-ww", "-z"]).arg(file).output().ok()?;
    Some(String::from_utf8_lossy(&ran.stderr).into_owned())
}

/// What bash would offer after this line.
fn offered(line: &[&str]) -> Vec<String> {
    let place = Place::new();
    let script = place.run("completions bash").done().stdout.clone();
    place.write("protest.bash", script);
    let (word, before) = line.split_last().unwrap();
    let previous = before.last().unwrap();
    let program = format!(
        ". ./protest.bash; COMP_WORDS=(\"$@\"); COMP_CWORD={}; _protest protest '{word}' '{previous}'; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        before.len()
    );
    let mut bash = Command::new("bash");
    bash.current_dir(place.path("")).args(["--norc", "-c", &program, "bash"]).args(line);
    let ran = Ran::of(&bash.output().unwrap());
    ran.done().stdout.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_countries_letters_and_shells() {
    assert_eq!(offered(&["protest", "prev"]), ["preview"]);
    assert_eq!(offered(&["protest", "preview", "--coun"]), ["--country"]);
    assert_eq!(offered(&["protest", "preview", "--country", "Jap"]), ["Japan"]);
    assert_eq!(offered(&["protest", "send", "--country", "South-K"]), ["South-Korea"]);
    assert_eq!(offered(&["protest", "send", "--mission", "Osa"]), ["Osaka"]);
    assert_eq!(offered(&["protest", "write", "--letter", "pl"]), ["plain"]);
    assert_eq!(offered(&["protest", "letters", "show", "de"]), ["dec2"]);
    assert_eq!(offered(&["protest", "completions", "fi"]), ["fish"]);
    // A file of one's own is left to the shell's own completion of file names.
    assert_eq!(offered(&["protest", "write", "--letter", "my."]), [""; 0]);
}

#[test]
fn every_shell_that_is_installed_can_read_its_script() {
    let place = Place::new();
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let script = place.run(&format!("completions {shell}")).done().stdout.clone();
        let file = place.write(shell, script);
        let ran = Command::new(shell).arg(check).arg(file).stdin(Stdio::null()).output();
        if let Ok(ran) = ran {
            assert_eq!(Ran::of(&ran).done().stderr, "");
        }
    }
    for shell in ["powershell", "elvish"] {
        assert!(place.run(&format!("completions {shell}")).done().stdout.contains("preview"));
    }
    place.run("completions tcsh").refused(2, "invalid value 'tcsh'");
}
