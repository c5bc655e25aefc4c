//! `protest page`: the file that an organizer makes, and what is said where it cannot be made.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::process::Command;

use support::Place;

#[test]
fn a_page_is_one_file_for_the_world_and_its_hash_is_told() {
    let place = Place::new();
    let ran = place.run("page -o letter.html --lang de");
    ran.done();
    assert_eq!(ran.stdout, "");
    let hash = ran.stderr.rsplit_once("SHA-256: ").unwrap().1.trim();
    let sum = Command::new("sha256sum").arg(place.path("letter.html")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&sum.stdout).split(' ').next(), Some(hash));
    assert_eq!(place.files(), ["letter.html"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(place.path("letter.html")).unwrap().permissions().mode() & 0o777;
        assert!(matches!(mode, 0o644 | 0o640 | 0o600), "{mode:o}: 0644 less the umask");
    }
    let again = place.run("page -o other.html --lang de");
    assert!(again.stderr.contains(hash), "the same words make the same bytes");
}

#[test]
fn what_is_there_stays_unless_it_may_be_replaced() {
    let place = Place::new();
    place.write("letter.html", "mine");
    place.run("page -o letter.html").refused(73, "this file is there already; --force replaces it");
    assert_eq!(place.read("letter.html"), "mine");
    place.run("page -o letter.html --lang en --force").done();
    assert!(place.read("letter.html").starts_with("<!doctype html>"));
    place.run("page -o nowhere/letter.html").refused(73, "there is no folder nowhere");
}

#[test]
fn what_no_page_can_be_made_from_is_told_and_no_file_is_left() {
    let place = Place::new();
    let letter = |body: &str| {
        format!(
            "+++\nlanguage = \"en\"\nsubject = \"S\"\naddressee = \"A\"\n+++\n\nDear {{{{addressee}}}},\n\n{body}\n\n{{{{signer.name}}}}\n"
        )
    };
    place.write("extra.md", letter("{{extra.Nick}}"));
    place.write("unknown.md", letter("{{signer.nmae}}"));
    place.write("foreign.md", letter("[Your Name]"));
    place.write("e.csv", "country_code,country\nXX,Nowhere\n");
    for (arguments, code, sentence) in [
        (
            "--letter extra.md",
            65,
            "extra.md:9:1: {{extra.Nick}} is a column of a signers' list, which a page does not have",
        ),
        ("--letter unknown.md", 65, "did you mean {{signer.name}}?"),
        ("--letter foreign.md", 65, "foreign.md:9:1: [Your Name] looks like a field of another program"),
        ("--letter nowhere.md", 66, "nowhere.md: there is no such file"),
        ("--letter dec3", 65, "did you mean \"dec2\"?"),
        ("--lang xx", 65, "is not there in \"xx\""),
        ("--title <b>Now</b>", 65, "has markup in it"),
        ("--title {}", 65, "--title: it is empty"),
        ("--contact nobody", 65, "--contact: \"nobody\" is not an e-mail address"),
        ("--embassies e.csv", 65, "e.csv:1:1: "),
        ("--embassies gone.csv", 66, "gone.csv: there is no such file"),
    ] {
        place.run(&format!("page -o letter.html {arguments}")).refused(code, sentence);
        assert!(!place.has("letter.html"), "{arguments}");
    }
    place.run("page").refused(2, "--output");
}

#[test]
fn a_campaigns_file_says_what_its_page_is_called_and_speaks() {
    let place = Place::new();
    place.write(
        "campaign.toml",
        "addressee = \"Ambassador\"\n[page]\ntitle = \"Our letters\"\ncontact = \"us@example.org\"\nlang = [\"fr\", \"de\"]\n",
    );
    place.run("page -o letter.html").done();
    let html = place.read("letter.html");
    assert!(html.contains("<html lang=\"fr\" dir=\"ltr\">") && html.contains("<title>Our letters</title>"));
    assert!(html.contains("mailto:us@example.org") && html.contains("Ambassador"));
    place.run("page -o other.html --title Ours --lang en").done();
    assert!(place.read("other.html").contains("<title>Ours</title>"));
    place.write("campaign.toml", "[page]\ntitel = \"x\"\n");
    place.run("page -o third.html").refused(78, "campaign.toml:2:1: ");
}

#[test]
fn a_poster_leads_to_the_page() {
    let place = Place::new();
    place.run("page -o letter.html --lang de --poster poster.pdf --url https://example.org/brief.html --contact us@example.org").done();
    assert!(
        place.has("letter.html") && std::fs::read(place.path("poster.pdf")).unwrap().starts_with(b"%PDF-")
    );
    let text = Command::new("pdftotext").arg(place.path("poster.pdf")).arg("-").output();
    if let Ok(text) = text {
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        assert!(
            text.contains("Schreiben Sie der chinesischen")
                && text.contains("https://example.org/brief.html"),
            "{text}"
        );
        assert!(text.contains("us@example.org"), "{text}");
    }
    for url in [
        "http://example.org/",
        "https://aiko:secret@example.org/",
        &format!("https://example.org/{}", "x".repeat(281)),
    ] {
        let ran = place.run(&format!("page -o other.html --poster other.pdf --url {url}"));
        ran.refused(2, "--url: ");
        assert!(!ran.stderr.contains("secret") && !place.has("other.html") && !place.has("other.pdf"));
    }
    place.run("page -o other.html --poster other.pdf").refused(2, "--url");
    place.run("page -o other.html --url https://example.org/").refused(2, "--poster");
    place.run("page -o other.html --poster other.png --url https://example.org/").refused(2, "ends in .pdf");
    place
        .run("page -o other.html --poster poster.pdf --url https://example.org/")
        .refused(73, "poster.pdf: this file is there already");
    assert!(!place.has("other.html"));
    place
        .run("page -o letter.html --poster other.pdf --url https://example.org/")
        .refused(73, "letter.html: this file is there already");
    assert!(!place.has("other.pdf"), "no poster without its page");
}
