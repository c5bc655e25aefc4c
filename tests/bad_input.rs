//! What users get wrong: a clear sentence, the right exit code, nothing half-written, nothing sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::process::Stdio;
use support::{EMBASSIES, Place};

const WHO: &str = "--name A --country Japan";

#[test]
fn a_name_that_could_break_a_header_or_hide_text_is_refused() {
    let place = Place::new();
    for (name, sentence) in [
        ("", "name: it is empty"),
        ("  ", "name: it is empty"),
        ("\u{200b}", "name: it is empty"),
        ("A\nBcc: x@example.org", "name: it contains U+000A (a line feed) at character 2"),
        ("A\r\nB", "name: it contains U+000D"),
        ("A\n", "name: it contains U+000A"),
        ("A\tB", "name: it contains U+0009"),
        ("A\u{2028}B", "name: it contains U+2028"),
        ("A\u{202e}B", "name: it contains U+202E (a bidirectional control)"),
        ("A\u{2066}B", "name: it contains U+2066"),
        ("A\u{85}B", "name: it contains U+0085"),
        ("\u{1b}[31mA", "name: it contains U+001B"),
    ] {
        place.run_with(&["preview", "--name", name, "--country", "Japan"]).refused(65, sentence);
    }
    let long = "x".repeat(201);
    place
        .run_with(&["preview", "--name", &long, "--country", "Japan"])
        .refused(65, "name: it has 201 characters");
}

#[test]
fn city_note_addressee_and_address_are_refused_by_the_same_rules() {
    let place = Place::new();
    for (option, value, sentence) in [
        ("--city", "A\nB", "city: it contains U+000A"),
        ("--note", "A\u{202d}B", "note: it contains U+202D"),
        ("--note", &"x".repeat(2_001), "note: it has 2001 characters; at most 2000"),
        ("--addressee", "A\r\nBcc: x", "addressee: it contains U+000D"),
        ("--email", "nobody", "email: \"nobody\" is not an e-mail address"),
        ("--email", "愛子@example.org", "ASCII letters"),
        ("--date", "tomorrow", "--date \"tomorrow\" is no date"),
        ("--lang", "xx", "is not there in \"xx\"; it is there in en"),
        ("--letter", "dec3", "did you mean \"dec2\"?"),
        ("--letter", "no.md", "no.md: there is no such file"),
        ("--mission", "Osakaa", "did you mean Osaka?"),
    ] {
        let ran = place.run_with(&["preview", "--name", "A", "--country", "Japan", option, value]);
        let code = if value == "no.md" { 66 } else { 65 };
        ran.refused(code, sentence);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn the_longest_values_are_taken_and_one_character_more_is_not() {
    let place = Place::new();
    for (option, most) in [("--name", 200), ("--city", 200), ("--addressee", 200), ("--note", 2_000)] {
        for (character, more) in [("x", 0), ("漢", 0), ("漢", 1)] {
            let value = character.repeat(most + more);
            let mut arguments = vec!["preview", "--country", "Japan", option, &value, "-q"];
            if option != "--name" {
                arguments.extend(["--name", "A"]);
            }
            let ran = place.run_with(&arguments);
            if more == 0 {
                ran.done();
            } else {
                ran.refused(65, &format!("it has {} characters; at most {most} are allowed", most + 1));
            }
        }
    }
}

#[test]
fn options_that_do_not_go_together_are_a_usage_error() {
    let place = Place::new();
    place.write("s.csv", "name,country,consent\nB,Japan,yes\n");
    for (line, sentence) in [
        ("preview --signers s.csv --name A", "--signers"),
        ("preview --row 1 --name A --country Japan", "--row"),
        ("preview --all --name A --country Japan", "--all"),
        ("preview --signers s.csv --row 1 --all", "--all"),
        ("preview --signers s.csv", "Add --row N"),
        ("preview --headers --wrap 60 --name A --country Japan", "--wrap"),
        ("write --as txt -o x.txt --name A --country Japan", "--as"),
        ("write --signers s.csv -o out", "Add --as"),
        ("send --dry-run --rehearse me@example.org --name A --country Japan", "--rehearse"),
        ("send --post p --name A --country Japan", "--post goes with --signers"),
        ("send --report r.csv --name A --country Japan", "--report goes with --signers"),
        ("preview -q -v --name A --country Japan", "--verbose"),
        ("preview --wrap -1 --name A --country Japan", "-1"),
        ("previev", "preview"),
    ] {
        assert_eq!(place.run(line).refused(2, sentence).stdout, "", "{line}");
    }
    assert_eq!(place.files(), ["s.csv"]);
}

#[test]
fn a_note_may_have_line_breaks_and_names_may_be_of_any_script() {
    let place = Place::new();
    let ran = place.run_with(&["preview", "--name", "مريم", "--country", "Japan", "--note", "one\ntwo"]);
    assert!(ran.done().stdout.contains("one two") && ran.stdout.contains("مريم\nJapan"));
}

#[test]
fn each_country_that_cannot_be_written_from_has_its_own_answer() {
    let place = Place::new();
    for (country, sentence) in [
        ("Korea", "\"Korea\" may be South Korea (KR) or North Korea (KP): write one of them"),
        ("Jpan", "did you mean Japan (JP)?"),
        (
            "North Korea",
            "did you mean South Korea (KR)? A letter from inside North Korea would endanger its writer",
        ),
        ("CN", "A letter from inside China would endanger its writer"),
        ("Hong Kong", "A letter from inside Hong Kong would endanger its writer"),
        ("Bhutan", "there is no Chinese embassy in Bhutan"),
        ("Puerto Rico", "a territory of the United States: the one in Washington, D.C. is in charge of it"),
        ("Greenland", "add --mission DK"),
        ("EU", "a union of countries"),
        ("Atlantis", "is not known as a country"),
        ("J\nP", "country: it contains U+000A"),
    ] {
        let ran = place.run_with(&["preview", "--name", "A", "--country", country]);
        assert_eq!(ran.refused(65, sentence).stdout, "");
    }
    // No other mission makes it safe.
    for country in ["KP", "China", "Macau"] {
        let ran = place.run(&format!("preview --name A --country {country} --mission US"));
        assert_eq!(ran.refused(65, "would endanger its writer").stdout, "");
    }
    let ran = place.run("preview --name A --country Bhutan --mission India");
    assert!(ran.done().stdout.contains("New Delhi") && ran.stdout.ends_with("A\nBhutan\n"));
}

#[test]
fn a_broken_template_is_told_with_file_line_and_column() {
    let place = Place::new();
    let head = "+++\nlanguage = \"en\"\nsubject = \"S\"\naddressee = \"P\"\n+++\n";
    let cases: [(Vec<u8>, &str); 7] = [
        ([b"\xef\xbb\xbf", head.as_bytes(), b"Se\xf1or"].concat(), "my.md:6:3: this byte is not UTF-8"),
        (format!("{head}Dear {{{{addressee}}}},\n\n{{{{date\n").into(), "my.md:8:1: "),
        (b"Dear President".to_vec(), "my.md:1:1: a letter file begins with a line of +++"),
        ([head.as_bytes(), b"a \xff"].concat(), "my.md:6:3: this byte is not UTF-8"),
        (
            format!("{head}{{{{signer.nmae}}}}").into(),
            "my.md:6:1: unknown field {{signer.nmae}}; did you mean {{signer.name}}?",
        ),
        (format!("{head}{{{{#if signer.note}}}}x").into(), "my.md:6:"),
        (
            b"+++\nlanguage = \"en\"\nsubject = \"a\\r\\nBcc: x\"\naddressee = \"P\"\n+++\nx".to_vec(),
            "my.md:3:11: subject: it contains U+000D",
        ),
    ];
    for (bytes, sentence) in cases {
        place.write("my.md", bytes);
        place.run(&format!("preview {WHO} --letter my.md")).refused(65, sentence);
    }
}

#[test]
fn a_broken_letter_in_a_folder_of_letters_is_told_and_the_others_are_not_in_its_way() {
    let place = Place::new();
    std::fs::create_dir(place.path("L")).unwrap();
    place
        .run(&format!("preview {WHO} --letters L"))
        .refused(66, "L: no file in this folder is named like a letter");
    place.run("letters new L/dec2.en.md").done();
    let mut broken = place.read("L/dec2.en.md").into_bytes();
    broken.extend_from_slice(b"caf\xe9\n");
    place.write("L/plain.en.md", broken);
    place.run(&format!("preview {WHO} --letters L")).done();
    let ran = place.run(&format!("preview {WHO} --letters L --letter plain"));
    assert_eq!(ran.refused(65, "plain.en.md:38:4: this byte is not UTF-8").stdout, "");
    assert!(place.run("letters --letters L").refused(65, "this byte is not UTF-8").stdout.contains("dec2"));
    place.run("letters --letters no").refused(66, "no: there is no such file");
}

#[test]
fn every_faulty_row_of_an_address_book_is_told() {
    let place = Place::new();
    place.write("e.csv", EMBASSIES.replace("Asia/Tokyo", "Asia/Tokio").replace("fr@embassy", "fr embassy"));
    let ran = place.run(&format!("preview {WHO} --embassies e.csv"));
    ran.refused(65, "e.csv:2:9: time_zone \"Asia/Tokio\"").refused(65, "e.csv:3:6: email:");
    place.run(&format!("preview {WHO} --embassies no.csv")).refused(66, "no.csv: there is no such file");
}

#[test]
fn an_output_that_cannot_be_written_is_left_alone() {
    let place = Place::new();
    place.write("x.txt", "mine");
    place
        .run(&format!("write {WHO} -o x.txt"))
        .refused(73, "x.txt: this file is there already; --force replaces it");
    assert_eq!(place.read("x.txt"), "mine");
    place.run(&format!("write {WHO} -o x.txt --force")).done();
    place.run(&format!("write {WHO} -o no/x.txt")).refused(73, "there is no folder no");
    place.run(&format!("write {WHO} -o x.doc")).refused(2, "write one of .txt, .md, .html, .eml");
    std::fs::create_dir(place.path("d.txt")).unwrap();
    place.run(&format!("write {WHO} -o d.txt --force")).refused(73, "no file that could be replaced");
    assert_eq!(place.files(), ["d.txt", "x.txt"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_told() {
    // In /proc nobody makes a file, whoever runs this.
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    let line = format!("write {WHO} -o /proc/x.txt");
    assert!(!place.run(&line).refused(73, "/proc/x.txt: cannot be written").stderr.contains("tmp"));
    let send = format!("send {WHO} --embassies e.csv --from a@example.org --yes --smtp smtp://127.0.0.1:1");
    place.run(&format!("{send} --ledger /proc/x.ledger")).refused(73, "/proc/x.ledger");
    let output = place.command().args(support::words(&send)).env("XDG_STATE_HOME", "/proc/x").output();
    support::Ran::of(&output.unwrap()).refused(73, "/proc/x");
    let output =
        place.command().args(support::words(&send)).env_remove("XDG_STATE_HOME").env_remove("HOME").output();
    support::Ran::of(&output.unwrap()).refused(73, "add --ledger FILE");
    place.run("letters new /proc/x.md").refused(73, "/proc/x.md");
    place.run("letters new no/x.md").refused(73, "there is no folder no");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_leaves_nothing_behind() {
    let place = Place::new();
    let preview = format!("preview {WHO}");
    for line in
        [&preview, "embassies", "embassies --json", "letters", "letters show dec2", "--help", "--version"]
    {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = place.command().args(support::words(line)).stdout(full).output().unwrap();
        support::Ran::of(&output).refused(73, "cannot write to standard output");
    }
    let limited = format!("ulimit -f 1; exec {} write {WHO} -o x.html", env!("CARGO_BIN_EXE_protest"));
    let output = std::process::Command::new("bash")
        .arg("-c")
        .arg(limited)
        .current_dir(place.path(""))
        .output()
        .unwrap();
    support::Ran::of(&output).refused(73, "x.html: cannot be written");
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let place = Place::new();
    let preview = format!("preview {WHO} -q");
    for line in [&preview, "embassies --json", "letters show dec2", "--help"] {
        let mut command = place.command();
        let mut child =
            command.args(support::words(line)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{line}");
    }
}

#[test]
fn nobody_is_asked_where_nobody_can_answer() {
    let place = Place::new();
    place.run("").refused(2, "Usage: protest");
    place.run("preview").refused(2, "Add --name");
    place.run("preview --name A").refused(2, "Add --country");
    place.run("preview --nmae A").refused(2, "--name");
    place.run(&format!("preview {WHO} --headers")).refused(2, "Add --from ADDRESS");
    place.write("e.csv", EMBASSIES);
    let send = format!("send {WHO} --embassies e.csv --from a@example.org");
    place.run(&send).refused(78, "through which mail server? Add --smtp");
    place.run(&format!("{send} --smtp smtp://localhost:1")).refused(2, "add --yes");
    place.run(&format!("{send} --yes --smtp smtps://a@localhost:1")).refused(2, "PROTEST_SMTP_PASSWORD");
    place.run("send --name A --country Italy --embassies e.csv --from a@example.org --smtp smtp://localhost:1 --yes")
        .refused(2, "--old-addresses");
    place
        .run(&format!("{send} --from fr@embassy.example.org --smtp smtp://localhost:1"))
        .refused(2, "--from");
}

#[test]
fn relay_urls_that_would_leak_are_refused_before_a_connection() {
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    let refused = |url: &str, code: i32, sentence: &str| {
        let ran = place.run(&format!("send {WHO} --embassies e.csv --from a@example.org --yes --smtp {url}"));
        assert!(!ran.refused(code, sentence).stderr.contains("hunter2"));
    };
    refused("smtps://a:hunter2@localhost", 2, "the relay URL has a password in it");
    refused("smtps://a@example.org:hunter2@localhost", 2, "the relay URL has a password in it");
    refused("smtps://a:hunter2", 78, "port is no number");
    refused("smtps://localhost/?password=hunter2", 78, "has no place in it");
    refused("smtps:a:hunter2@localhost", 78, "lacks the //");
    for url in [
        "smtp://0x7f.1",
        "smtp://[::ffff:127.0.0.1]",
        "smtp://127.0.0.1@192.0.2.1",
        "smtp://localhost%2eexample.org",
        "smtp://[::]",
        "smtp://0.0.0.0",
        "smtp://smtp.example.org",
        "smtp://127.0.0.1.example.org",
        "smtp://localhost.example.org",
        "smtp://127.1",
    ] {
        refused(url, 78, "");
    }
    refused("smpts://localhost", 78, "did you mean smtps?");
    refused("smtp://a@localhost", 78, "no log-in over it");
    assert!(!place.has("state"));
}
