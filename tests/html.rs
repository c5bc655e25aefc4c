//! The letter as a page: what it may load, how it prints, and which way its parts run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use support::Place;

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[test]
fn the_page_may_have_its_own_look_and_nothing_else() {
    let place = Place::new();
    let note = "<script>alert(1)</script> https://example.org/";
    place.run_with(&["write", "--name", "A", "--country", "JP", "--note", note, "-o", "x.html"]).done();
    let page = place.read("x.html");
    let policy = between(&page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");
    let style = hash(between(&page, "<style>", "</style>"));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src 'none'; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"
        )
    );
    // Before anything that it could forbid.
    assert!(
        page.starts_with(
            "<!doctype html>\n<html lang=\"en\" dir=\"ltr\">\n<head>\n<meta http-equiv=\"Content-"
        )
    );
    assert!(page.contains("<meta name=\"referrer\" content=\"no-referrer\">"));
    for never in
        [" style=", "<script", "javascript:", "onclick", "http-equiv=\"refresh\"", "<link", "@import", "url("]
    {
        assert!(!page.contains(never), "{never}");
    }
}

#[test]
fn the_address_is_printed_where_the_window_is_and_mail_at_home_does_not_name_the_country() {
    let place = Place::with_signers("");
    let write = |signer: &str, name: &str| {
        place
            .run(&format!("write --name A --country {signer} --mission Germany --embassies e.csv -o {name}"))
            .done();
        place.read(name)
    };
    let (german, american) = (write("Germany", "de.html"), write("USA", "us.html"));
    assert!(german.contains("@page { size: 210.0mm 297.0mm; margin: 20.0mm 20.0mm 20.0mm 25.0mm; }"));
    // DIN 5008 form B: text at 25 mm, 62.7 mm from the top.
    assert!(german.contains("left: 0.0mm; top: 42.7mm; width: 75.0mm;"), "{german}");
    assert!(american.contains("@page { size: 215.9mm 279.4mm;"));
    assert!(!german.contains("GERMANY") && american.contains("<br>\nGERMANY</address>"));
}

#[test]
fn long_words_wrap_and_each_part_runs_its_own_way() {
    let place = Place::new();
    let line = "write --name A --country Egypt --lang ar --bilingual --note {Please help.} -o x.html";
    place.run(line).done();
    let page = place.read("x.html");
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">") && page.contains("overflow-wrap: anywhere"));
    assert!(page.contains("<p dir=\"ltr\">Please help.</p>") && page.contains("<address dir=\"auto\">"));
    let english = between(&page, "<section lang=\"en\" dir=\"ltr\">\n", "</section>");
    assert!(
        english.starts_with("<p>English text of this letter</p>\n<h2>Please stop arresting and repatriating"),
        "{english}"
    );
}
