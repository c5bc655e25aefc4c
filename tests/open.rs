//! The letter handed to the desktop: what the mail program is given. The desktop is a script that writes it down.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use mail_parser::MessageParser;
use support::mailto::decoded;
use support::{Place, Ran, is_private, words};

/// A folder with a desktop that notes what it shall open, and answers with this status.
fn desktop(status: i32) -> Place {
    let place = Place::with_signers("");
    let script =
        place.write("bin-xdg-open", format!("#!/bin/sh\nprintf '%s' \"$1\" > opened\nexit {status}\n"));
    std::fs::create_dir(place.path("bin")).unwrap();
    std::fs::create_dir(place.path("tmp")).unwrap();
    for name in ["xdg-open", "open"] {
        let path = place.path("bin").join(name);
        std::fs::copy(&script, &path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    place
}

fn open(place: &Place, arguments: &str) -> Ran {
    let line = format!("open --embassies e.csv {arguments}");
    let output = place
        .command()
        .args(words(&line))
        .env("PATH", format!("{}:/usr/bin:/bin", place.path("bin").display()))
        .env("TMPDIR", place.path("tmp"))
        .output()
        .unwrap();
    Ran::of(&output)
}

const SHORT: &str = "+++\ntitle = \"Short\"\nlanguage = \"en\"\nsubject = \"Please & thank you?\"\naddressee = \"Sir\"\n\
                     protest_day = \"12-02\"\ntranslation = \"original\"\n+++\n\nDear {{addressee}},\n\nPlease stop.\n\n\
                     {{signer.name}}\n";

#[test]
fn a_letter_that_fits_is_a_link_that_gives_back_every_script() {
    let place = desktop(0);
    place.write("short.md", SHORT);
    for name in ["김하나", "محمد الأحمد", "สมชาย ใจดี", "Łukasz & Co = 100%"]
    {
        open(&place, &format!("--name {{{name}}} --country Japan --letter short.md")).done();
        let link = place.read("opened");
        assert!(link.len() <= 2048 && link.is_ascii(), "{link}");
        let (address, subject, body) = decoded(&link);
        assert_eq!(address, "jp@embassy.example.org");
        assert_eq!(subject, "Please & thank you?");
        assert_eq!(body, format!("Dear Sir,\r\n\r\nPlease stop.\r\n\r\n{name}"));
    }
}

#[test]
fn a_letter_that_is_too_long_for_a_link_is_a_drafts_file() {
    let place = desktop(0);
    let ran = open(&place, "--name {김하나} --country Japan");
    ran.done();
    let path = PathBuf::from(place.read("opened"));
    assert!(path.starts_with(place.path("tmp")) && path.ends_with("letter.eml"), "{path:?}");
    assert!(is_private(&path) && is_private(path.parent().unwrap()));
    let draft = std::fs::read_to_string(&path).unwrap();
    assert!(draft.starts_with("X-Unsent: 1\r\nTo: jp@embassy.example.org\r\nSubject: "), "{draft}");
    let header = draft.split_once("\r\n\r\n").unwrap().0;
    for name in ["From:", "Date:", "Message-ID:"] {
        assert!(!header.contains(name), "{header}");
    }
    let message = MessageParser::default().parse(draft.as_bytes()).unwrap();
    assert!(message.body_text(0).unwrap().contains("김하나"));
}

#[test]
fn a_link_that_is_asked_for_is_opened_however_long_and_its_length_is_told() {
    let place = desktop(0);
    let ran = open(&place, "--name A --country Japan --via mailto");
    ran.done().refused(0, "some mail programs cut it at 2048");
    let (_, subject, body) = decoded(&place.read("opened"));
    assert!(subject.starts_with("Please stop"));
    assert!(body.ends_with("A\r\nJapan"), "{body}");
}

#[test]
fn the_browser_gets_a_private_page_that_loads_nothing() {
    let place = desktop(0);
    for way in ["--browser", "--via browser"] {
        open(&place, &format!("--name A --country Japan {way}")).done();
        let path = PathBuf::from(place.read("opened"));
        assert!(path.ends_with("letter.html") && is_private(&path));
        let page = std::fs::read_to_string(&path).unwrap();
        for id in ["address", "subject", "text"] {
            assert!(page.contains(&format!("data-copy=\"{id}\"")), "{page}");
        }
        assert!(page.contains("jp@embassy.example.org") && page.contains("default-src 'none'"));
        assert!(!page.contains("src=\"") && !page.contains("https://"));
        assert!(page.contains("; script-src 'sha256-") && page.contains("; style-src 'sha256-"));
        assert!(!page.contains("unsafe-inline") && !page.contains(" style="));
    }
}

#[test]
fn without_a_desktop_or_a_program_it_says_what_to_do_instead() {
    let place = desktop(3);
    open(&place, "--name A --country Japan")
        .refused(69, "The draft is ")
        .refused(69, "open it with a mail program");
    let output = place
        .command()
        .args(words("open --embassies e.csv --name A --country Japan --via mailto"))
        .env("PATH", place.path("nowhere"))
        .output()
        .unwrap();
    Ran::of(&output)
        .refused(69, "There is no desktop here")
        .refused(69, "protest preview --name \"A\" --country JP --embassies e.csv --wrap 0");
}

#[test]
fn nothing_is_asked_without_a_terminal_and_no_address_is_made_up() {
    let place = desktop(0);
    open(&place, "--country Japan").refused(2, "--name");
    open(&place, "--name A --country Germany")
        .refused(69, "no e-mail address of the Chinese embassy in Berlin");
    open(&place, "--signers signers.csv").refused(2, "a draft is one signer's");
    assert!(!place.has("opened"));
}
