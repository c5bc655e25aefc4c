//! The letter on paper: what is on the page, where it stands, and what the file tells about its maker.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::process::Command;

use support::Place;

/// What a program of the system's answers; none where it is not installed, unless that must not be.
#[allow(clippy::print_stderr, reason = "the word that a test was left out")]
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(program).args(arguments).output() else {
        assert!(std::env::var_os("PROTEST_REAL_SERVERS").is_none(), "{program} must be installed here");
        eprintln!("left out: {program} is not installed (Debian: poppler-utils, qpdf)");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The text of a PDF as poppler reads it.
fn pdf_text(place: &Place, name: &str, options: &[&str]) -> Option<String> {
    let path = place.path(name);
    let arguments: Vec<&str> = options.iter().copied().chain([path.to_str().unwrap(), "-"]).collect();
    answer("pdftotext", &arguments)
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Where a word stands: left, top, right, bottom in millimetres.
fn box_of(bboxes: &str, word: &str) -> [f32; 4] {
    let line = bboxes.lines().find(|line| line.contains(&format!(">{word}</word>"))).unwrap();
    ["xMin", "yMin", "xMax", "yMax"].map(|edge| {
        let value = line.split_once(&format!("{edge}=\"")).unwrap().1.split('"').next().unwrap();
        value.parse::<f32>().unwrap() * 25.4 / 72.0
    })
}

#[test]
fn the_pdf_gives_the_letter_back_word_for_word() {
    let place = Place::new();
    place.run("write --name {Aiko Tanaka} --country Japan -o letter.pdf").done();
    place.run("write --name {Aiko Tanaka} --country Japan -o letter.txt").done();
    let Some(text) = pdf_text(&place, "letter.pdf", &[]) else { return };
    let letter = words(&place.read("letter.txt"));
    let printed = words(&text);
    assert!(
        printed.windows(letter.len()).any(|window| window == letter),
        "the letter's words do not follow one another in:\n{text}"
    );
    let head = words("Embassy of the People’s Republic of China");
    assert!(printed.windows(head.len()).any(|window| window == head), "{text}");
}

#[test]
fn the_address_stands_in_the_window_of_the_countrys_envelope() {
    let place = Place::with_signers("");
    for (signer, left, top, right, bottom) in [
        // DIN 5008 form B, text 5 mm inside.
        ("Germany", 25.0, 45.0, 105.0, 90.0),
        // #10 with an eighth of an inch all round: 1 in to 5 1/4 in, and 2 1/6 in to 3 1/24 in from the top.
        ("USA", 25.4, 55.0, 133.3, 77.3),
    ] {
        place
            .run(&format!(
                "write --name A --country {signer} --mission Germany --embassies e.csv -o {signer}.pdf"
            ))
            .done();
        let Some(bboxes) = pdf_text(&place, &format!("{signer}.pdf"), &["-bbox"]) else { return };
        for word in ["Embassy", "Beispielweg,", "GERMANY"] {
            let [x_min, y_min, x_max, y_max] = box_of(&bboxes, word);
            assert!(
                x_min >= left - 0.1 && y_min >= top && x_max <= right && y_max <= bottom + 0.6,
                "{signer}: {word} stands at {x_min} {y_min} {x_max} {y_max}"
            );
        }
    }
}

#[test]
fn the_same_letter_is_the_same_bytes_and_tells_nothing_of_its_maker() {
    let place = Place::new();
    let line = "write --name {Aiko Tanaka} --country Japan --date 2026-12-02 -o";
    place.run(&format!("{line} one.pdf")).done();
    place.run(&format!("{line} two.pdf")).done();
    let (one, two) =
        (std::fs::read(place.path("one.pdf")).unwrap(), std::fs::read(place.path("two.pdf")).unwrap());
    assert_eq!(one, two);
    assert!(support::is_private(&place.path("one.pdf")));
    let text = String::from_utf8_lossy(&one);
    for name in ["/Author", "/Creator", "/Producer", "dc:creator", "xmp:CreatorTool", "pdf:Producer"] {
        assert!(!text.contains(name), "{name}");
    }
    let mut of_this_machine: Vec<String> =
        ["USER", "LOGNAME", "HOSTNAME"].iter().filter_map(|name| std::env::var(name).ok()).collect();
    of_this_machine.push(place.path("one.pdf").display().to_string());
    for value in of_this_machine.iter().filter(|value| value.len() > 3) {
        assert!(!text.contains(value.as_str()), "{value}");
    }
    assert!(
        text.contains("<pdfaid:part>2</pdfaid:part>") && text.contains("<pdfaid:conformance>A<"),
        "{text}"
    );
}

#[test]
fn a_pdf_is_without_fault_for_qpdf() {
    let place = Place::new();
    place.run("write --name {Aiko Tanaka} --country Japan -o letter.pdf").done();
    answer("qpdf", &["--check", place.path("letter.pdf").to_str().unwrap()]);
}

#[test]
fn a_long_letter_has_page_numbers_from_the_second_page_on() {
    let place = Place::new();
    let note = "These words are my own. ".repeat(80);
    place
        .run_with(&["write", "--name", "A", "--country", "JP", "--note", note.trim(), "-o", "letter.pdf"])
        .done();
    let Some(text) = pdf_text(&place, "letter.pdf", &[]) else { return };
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert_eq!(pages.len(), 2);
    assert!(!pages[0].lines().any(|line| line.trim() == "1"), "{text}");
    assert!(pages[1].lines().any(|line| line.trim() == "2"), "{text}");
}

#[test]
fn a_character_that_no_font_has_is_named_and_nothing_is_written() {
    let place = Place::new();
    place
        .run("write --name {Aiko \u{E000}} --country Japan -o letter.pdf")
        .refused(65, "no font on this machine has the character \"\u{E000}\" (U+E000)");
    assert!(!place.has("letter.pdf"));
}
