//! `protest` alone on a terminal: from three answers to a letter on its way, in the signer's language.
//!
//! util-linux's `script` makes the terminal.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use support::relay::{FakeRelay, Script};
use support::{EMBASSIES, Place, Ran};

/// Types these lines, and then the end of input; what is shown is all in stdout.
fn talk(place: &Place, locale: &str, answers: &[&str]) -> Ran {
    let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
    let folder = place.path("").display().to_string();
    let typed: String = answers.iter().map(|line| format!("{line}\n")).collect();
    place.typed_with(
        &[("LC_ALL", locale), ("TERM", "dumb"), ("PATH", &path), ("TMPDIR", &folder)],
        "--embassies e.csv",
        &typed.replace("^C\n", "\u{3}"),
    )
}

fn place() -> Place {
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    place
}

#[track_caller]
fn shows(ran: &Ran, code: i32, sentences: &[&str]) {
    let shown = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ran.code, code, "{}", ran.stdout);
    for sentence in sentences {
        assert!(shown.contains(sentence), "{sentence:?} is not in {}", ran.stdout);
    }
}

#[test]
fn a_wrong_answer_is_asked_again_with_the_reason_and_the_letter_is_printed() {
    let place = place();
    let ran = talk(
        &place,
        "C.UTF-8",
        &["", "Aiko Tanaka", "Korea", "Pyongyang", "Japan", "Osaka", "It's time!", "9", "x", "1", ""],
    );
    shows(
        &ran,
        0,
        &[
            "name: it is empty",
            "may be South Korea (KR) or North Korea (KP)",
            "Dear President Xi Jinping,",
            "It's time!",
            "Type one of these numbers: 0, 1, 2, 3, 4, 5.",
            "letter.pdf is written. Print it at 100 %, sign it, and post it to:",
            "protest write --name \"Aiko Tanaka\" --country JP --city Osaka --note 'It'\\''s time!' --embassies e.csv -o letter.pdf",
        ],
    );
    assert_eq!(place.files(), ["e.csv", "letter.pdf"]);
    assert!(std::fs::read(place.path("letter.pdf")).unwrap().starts_with(b"%PDF"));
}

#[test]
fn the_command_at_its_end_does_the_same_again() {
    let place = place();
    let ran = talk(&place, "C.UTF-8", &["O'Brien & \"Co\"", "France", "", "a $5 note", "3", "x"]);
    let line = ran.stdout.lines().find(|line| line.starts_with("  protest write ")).unwrap().trim();
    let first = std::fs::read(place.path("x.txt")).unwrap();
    let again =
        format!("{} {} --force", env!("CARGO_BIN_EXE_protest"), line.strip_prefix("protest ").unwrap());
    let shell =
        Command::new("bash").args(["--norc", "-c", &again]).current_dir(place.path("")).output().unwrap();
    assert!(shell.status.success(), "{again}: {shell:?}");
    assert_eq!(std::fs::read(place.path("x.txt")).unwrap(), first);
    assert!(String::from_utf8(first).unwrap().contains("a $5 note"));
}

#[test]
fn only_what_the_embassy_allows_is_offered() {
    let ran = talk(&place(), "C.UTF-8", &["Aiko", "Germany", "", "", "0"]);
    shows(&ran, 0, &["1 Print it", "2 Save it", "3 Put it into your own words", "0 Nothing"]);
    assert!(!ran.stdout.contains("mail account") && !ran.stdout.contains("mail program"), "{}", ran.stdout);
    // Where there is no embassy at all, another mission can be chosen, or another country.
    let ran = talk(&place(), "C.UTF-8", &["Aiko", "Bhutan", "Atlantis", "Tokyo", "", "", "0"]);
    shows(
        &ran,
        0,
        &["there is no Chinese embassy in Bhutan", "is no Chinese mission", "jp@embassy.example.org"],
    );
    let ran = talk(&place(), "C.UTF-8", &["Aiko", "Bhutan", "", "Japan", "", "", "0"]);
    shows(&ran, 0, &["jp@embassy.example.org", "Dear President"]);
}

#[test]
fn it_sends_from_the_signers_own_account_after_one_more_question() {
    let relay = FakeRelay::start(Script::default());
    let place = place();
    let who = ["Aiko", "Japan", "", "", "4", "nobody", "aiko@example.org", "http://x", relay.url.as_str()];
    let refused = talk(&place, "C.UTF-8", &[&who[..], &["n"]].concat());
    shows(&refused, 130, &["\"nobody\" is not an e-mail address", "nothing was sent"]);
    assert!(relay.accepted().is_empty());
    let sent = talk(&place, "C.UTF-8", &[&who[..], &["y"]].concat());
    shows(
        &sent,
        0,
        &[
            "Accepted:",
            "protest send --name \"Aiko\" --country JP --embassies e.csv --email aiko@example.org",
        ],
    );
    assert_eq!(relay.accepted()[0].to, "RCPT TO:<jp@embassy.example.org>");
}

#[test]
fn own_words_begin_with_a_copy_and_the_next_command() {
    let place = place();
    let ran = talk(&place, "C.UTF-8", &["Aiko", "Japan", "", "", "5", ""]);
    shows(
        &ran,
        0,
        &[
            "Change what you like in my.md, then look at your letter with:",
            "protest preview --name \"Aiko\" --country JP --embassies e.csv --letter my.md",
            "protest letters new my.md --from dec2 --lang en",
        ],
    );
    assert!(place.read("my.md").contains("{{salutation}},"));
}

#[test]
fn what_cannot_be_done_is_told_and_the_offers_come_again() {
    let place = place();
    place.write("letter.txt", "mine");
    std::fs::create_dir(place.path("bin")).unwrap();
    let desktop = place.write("bin/xdg-open", "#!/bin/sh\nexit 3\n");
    std::fs::set_permissions(desktop, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ran = talk(&place, "C.UTF-8", &["Aiko", "Japan", "", "", "2", "3", "letter.txt", ""]);
    shows(
        &ran,
        0,
        &[
            "The desktop has no program that opens it",
            "letter.txt: this file is there already",
            "letter-2.txt is written.",
        ],
    );
    assert_eq!(place.read("letter.txt"), "mine");
}

#[test]
fn it_speaks_the_language_of_the_locale_and_writes_in_the_one_that_is_chosen() {
    let place = place();
    let ran = talk(&place, "ja_JP.UTF-8", &["田中愛子", "日本", "大阪", "", "2", "1", ""]);
    shows(&ran, 0, &["お名前", "この翻訳はまだ母語話者の校閲", "習近平閣下", "--lang ja"]);
    let ran = talk(&place, "ar_MA.UTF-8", &["أمل", "اليابان", "", "", "١", "٣", "x"]);
    shows(&ran, 0, &["اسمك", "Dear President Xi Jinping,", "كُتب الملف x.txt.", "--lang en"]);
    let ran = talk(&place, "tlh.UTF-8", &["A", "Japan", "", "", "0"]);
    shows(&ran, 0, &["Your name, as it shall stand under the letter:"]);
}

#[test]
fn the_end_of_input_and_ctrl_c_end_it_anywhere_and_nothing_is_written() {
    let answers = ["Aiko", "Japan", "Osaka", "", "1"];
    for given in 0..=answers.len() {
        let place = place();
        let ended = talk(&place, "C.UTF-8", &answers[..given]);
        shows(&ended, 130, &["Nothing was written and nothing was sent."]);
        let interrupted = talk(&place, "C.UTF-8", &[&answers[..given], &["^C"]].concat());
        assert_eq!(interrupted.code, 130, "{}", interrupted.stdout);
        assert_eq!(place.files(), ["e.csv"]);
    }
    let danger = talk(&place(), "C.UTF-8", &["Aiko", "North Korea"]);
    shows(
        &danger,
        130,
        &["did you mean South Korea (KR)? A letter from inside North Korea would endanger its writer"],
    );
    assert!(!danger.stdout.contains("Dear President"));
}
