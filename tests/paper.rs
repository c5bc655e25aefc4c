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
        // Mail within a country does not name it.
        assert_eq!(bboxes.contains(">GERMANY<"), signer != "Germany");
        let words = ["Embassy", "Beispielweg", "GERMANY"];
        for word in words.into_iter().filter(|word| *word != "GERMANY" || signer != "Germany") {
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

/// The private use area: no font has it, whatever is installed.
const GLYPHLESS: &str = "name,country,city,consent\nAiko,Germany,Berlin,yes\nBo \u{E000},Germany,Bonn,yes\n";

#[test]
fn a_list_is_written_as_one_file_each_or_merged_in_the_order_of_the_embassies() {
    let list = "name,country,city,consent\nFirst,Germany,Berlin,yes\nSecond,Japan,Osaka,yes\nThird,Germany,Bonn,yes\n";
    let place = Place::with_signers(list);
    place.run("write --signers signers.csv --embassies e.csv --as pdf -o letters").done();
    assert!(place.has("letters/0003-DE-third.pdf"));
    place.run("write --signers signers.csv --embassies e.csv --merge -o all.pdf").done();
    let Some(text) = pdf_text(&place, "all.pdf", &[]) else { return };
    let firsts: Vec<&str> =
        text.split('\u{c}').filter_map(|page| page.lines().find(|line| !line.is_empty())).collect();
    // The address book has Japan before Germany.
    assert_eq!(firsts, ["Second", "First", "Third"]);
}

#[test]
fn rows_that_cannot_be_printed_are_told_with_their_place_and_nothing_is_sent() {
    let place = Place::with_signers(GLYPHLESS);
    let line =
        "send --signers signers.csv --embassies e.csv --from c@example.org --smtp smtp://127.0.0.1:9 --yes";
    place
        .run(&format!("{line} --post paper"))
        .refused(65, "signers.csv:3:1: no font on this machine has the character");
    assert!(!place.has("paper"));
    place
        .run("write --signers signers.csv --embassies e.csv --merge -o all.pdf")
        .refused(65, "signers.csv:3:1: no font");
    assert!(!place.has("all.pdf"));
}

#[test]
fn posted_letters_are_the_same_bytes_whenever_they_are_written() {
    let place = Place::with_signers("name,country,city,consent\nAiko,Germany,Berlin,yes\n");
    let line = "send --signers signers.csv --embassies e.csv --from c@example.org --smtp smtp://127.0.0.1:9 --yes \
                --post paper";
    place.run(line).done();
    let folder = place.path("paper/DE-berlin");
    let file = |_: &str| {
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|ending| ending == "pdf"));
        assert_eq!(files.len(), 1, "{files:?}");
        files.remove(0)
    };
    let path = file("first");
    let bytes = std::fs::read(&path).unwrap();
    assert!(support::is_private(&path));
    std::fs::remove_file(&path).unwrap();
    place.run(line).done();
    assert_eq!(std::fs::read(file("second")).unwrap(), bytes);
}

#[test]
fn each_embassy_that_a_list_writes_to_gets_one_label() {
    let list = "name,country,consent\nFirst,Germany,yes\nSecond,Japan,yes\nThird,Germany,yes\n";
    let place = Place::with_signers(list);
    place.run("labels --signers signers.csv --embassies e.csv -o labels.pdf").done();
    place.run("labels --signers signers.csv --embassies e.csv --sheet 5160 -o 5160.pdf").done();
    place.run("labels --signers signers.csv -o labels.txt").refused(2, "labels are a PDF");
    let Some(bboxes) = pdf_text(&place, "labels.pdf", &["-bbox"]) else { return };
    assert_eq!(bboxes.matches(">GERMANY<").count(), 1, "{bboxes}");
    let [left, top, right, bottom] = box_of(&bboxes, "GERMANY");
    assert!(left > 70.0 && right < 140.0 && top > 0.0 && bottom < 37.0, "{left} {top} {right} {bottom}");
    let [left, top, _, bottom] = box_of(&pdf_text(&place, "5160.pdf", &["-bbox"]).unwrap(), "JAPAN");
    assert!(left > 4.7 && left < 71.0 && top > 12.7 && bottom < 38.1, "{left} {top} {bottom}");
}

/// Whether the machine has a font for this language; that it has not must not be where everything is tested.
fn has_font(language: &str) -> bool {
    let fonts = Command::new("fc-list").args([&format!(":lang={language}"), "family"]).output();
    let has = fonts.is_ok_and(|output| !output.stdout.is_empty());
    assert!(
        has || std::env::var_os("PROTEST_REAL_SERVERS").is_none(),
        "a font for {language} must be installed here"
    );
    has
}

#[test]
fn names_and_notes_of_every_script_come_back_as_they_were_typed() {
    let place = Place::new();
    for (language, name, note) in [
        ("ko", "김하나", "북한 난민을 도와주세요."),
        ("ja", "田中愛子", "私の家族も北から来ました。"),
        ("zh-cn", "王小明", "请立即停止遣返。"),
        ("th", "สมชาย ใจดี", "โปรดหยุดส่งกลับ"),
        ("hi", "राम प्रसाद शर्मा", "कृपया उनकी रक्षा करें।"),
        ("he", "דוד כהן", "אנא הפסיקו"),
        ("ar", "محمد حسن", "توقفوا"),
        ("ru", "Мария Иванова", "Прошу вас."),
        ("el", "Ελένη Παπά", "Σας παρακαλώ."),
    ] {
        if !matches!(language, "ru" | "el") && !has_font(language) {
            continue;
        }
        place
            .run_with(&["write", "--name", name, "--country", "JP", "--note", note, "-o", "x.pdf", "--force"])
            .done();
        let Some(text) = pdf_text(&place, "x.pdf", &[]) else { return };
        // poppler puts marks around words from right to left, and a space after a sign below the line.
        let bare = |text: &str| {
            text.replace(|c: char| c.is_whitespace() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{200E}'), "")
        };
        for typed in [name, note] {
            assert!(bare(&text).contains(&bare(typed)), "{typed:?} is not in:\n{text}");
        }
    }
}

#[test]
fn without_any_font_on_the_machine_a_latin_letter_is_the_same_and_another_script_is_told() {
    let place = Place::new();
    let empty = place.write("fonts.conf", "<?xml version=\"1.0\"?><fontconfig></fontconfig>");
    let without_fonts = |line: &str| {
        let mut command = place.command();
        support::Ran::of(&command.args(support::words(line)).env("FONTCONFIG_FILE", &empty).output().unwrap())
    };
    let line = "write --name {Łukasz Žůrek} --country Japan --date 2026-12-02 -o";
    place.run(&format!("{line} with.pdf")).done();
    without_fonts(&format!("{line} without.pdf")).done();
    let read = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!(read("with.pdf"), read("without.pdf"));
    if cfg!(target_os = "linux") {
        without_fonts("write --name 김하나 --country Japan -o x.pdf")
            .refused(65, "the character \"김\" (U+AE40) in \"김하나\": install a font for Chinese, Japanese and Korean")
            .refused(65, "apt install fonts-noto-cjk");
        assert!(!place.has("x.pdf"));
    }
}
