//! Where everything stands on the page: nothing beyond the margins, marks at the height that the font gives them.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::address::{self, WINDOW_PRINTS};
use super::draw;
use super::error::PdfError;
use super::fonts::Fonts;
use super::look::{Align, Look};
use super::millimetre::MM;
use super::sheet::{self, SetLetter};
use super::typeset::{Text, leading_of_language, set};
use crate::country;
use crate::embassy::{AddressBook, Kind};
use crate::language;
use crate::letter::desk::Desk;
use crate::letter::paper::{Envelope, Field, Paper, Sheet, Stationery};
use crate::letter::templates::Templates;
use crate::signer::{Particulars, Signer, Wishes};

/// The three kinds of sheets: window on the left, window on the right, American.
fn stationeries() -> [Stationery; 3] {
    [(Paper::A4, Envelope::DinB), (Paper::A4, Envelope::Swiss), (Paper::Letter, Envelope::Us10)].map(
        |(paper, envelope)| Stationery {
            paper: Some(paper),
            envelope: Some(envelope),
            ..Stationery::default()
        },
    )
}

fn desk(lang: &str) -> Desk {
    let wishes = Wishes { lang: Some(lang.to_owned()), ..Wishes::default() };
    let date = NaiveDate::from_ymd_opt(2026, 12, 2);
    Desk::new(AddressBook::builtin(), Templates::builtin(), wishes, date, chrono::DateTime::UNIX_EPOCH)
}

fn signer(name: &str, country: &str, city: Option<&str>, note: Option<&str>) -> Signer {
    let particulars = Particulars { name, country, city, note, ..Particulars::default() };
    Signer::new(&particulars, country::find).unwrap()
}

/// What this machine has no font for is left out, but not where everything is tested.
fn unless_a_font_is_missing<T>(result: Result<T, PdfError>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(PdfError::NoGlyph(_)) if std::env::var_os("PROTEST_REAL_SERVERS").is_none() => None,
        Err(error) => panic!("{error}"),
    }
}

/// Every line's ink on every page, as far as advances tell: left, top of its line, width, height, in millimetres.
fn inked(letter: &SetLetter) -> Vec<(usize, Field, String)> {
    let mut lines = Vec::new();
    for (page, placed) in letter.pages.iter().enumerate() {
        for place in placed {
            let text = &letter.galley.texts[place.text];
            let line = text.layout.get(place.line).unwrap();
            let space = line.metrics().trailing_whitespace;
            let width: f32 = line.runs().map(|run| super::lines::advance(&run)).sum::<f32>() - space;
            let left = place.left + text.indent(&line) + if text.layout.is_rtl() { space } else { 0.0 };
            let field =
                Field { left: left / MM, top: place.top / MM, width: width / MM, height: text.height / MM };
            lines.push((page, field, text.text.get(line.text_range()).unwrap_or(&text.text).to_owned()));
        }
    }
    lines
}

#[track_caller]
fn expect_within_margins(letter: &SetLetter, sheet: &Sheet, what: &str) {
    let (width, height) = sheet.size;
    for (page, field, text) in inked(letter) {
        let right = field.left + field.width;
        let is_within = field.left >= sheet.margins.left - 0.05
            && right <= width - sheet.margins.right + 0.05
            && field.bottom() <= height - sheet.margins.bottom + 0.05;
        assert!(is_within, "{what}, page {}: {field:?} {text:?}", page + 1);
    }
}

#[test]
fn no_glyph_stands_beyond_the_margins_in_any_language_with_the_longest_note() {
    let templates = Templates::builtin();
    let mut fonts = Fonts::new(None).unwrap();
    let mut tried = 0;
    for (number, lang) in templates.languages("dec2").enumerate() {
        let desk = desk(lang);
        // A note in the letter's own words, as long as one may be.
        let bare = signer("A", "Mexico", Some("B"), None);
        let own = desk.letter(&bare, &Wishes::default()).unwrap().document().parts[0].lines().join(" ");
        let note: String = own.chars().cycle().take(2_000).collect();
        let name: String = own.chars().filter(|c| c.is_alphabetic() || *c == ' ').take(60).collect();
        let signer = signer(name.trim(), "Mexico", Some(name.trim()), Some(note.trim()));
        let letter = desk.letter(&signer, &Wishes::default()).unwrap();
        // Latin and Cyrillic letters are broken alike: one sheet each, in turn.
        let is_alike = matches!(language::script(lang), "Latn" | "Cyrl");
        for (_, stationery) in
            stationeries().into_iter().enumerate().filter(|(sheet, _)| !is_alike || number % 3 == *sheet)
        {
            let set = sheet::set(&letter, &stationery, Some((600, 200)), &mut fonts);
            let Some(set) = unless_a_font_is_missing(set) else { continue };
            expect_within_margins(&set, &stationery.sheet(signer.country()), lang);
            expect_apart(&set, &stationery.sheet(signer.country()), lang);
            tried += 1;
        }
    }
    assert!(tried >= 14, "Latin and Cyrillic need no font of the machine's: {tried}");
}

/// The sender's lines and the logo do not touch, and the sender stands above the window.
fn expect_apart(letter: &SetLetter, sheet: &Sheet, what: &str) {
    let heads =
        inked(letter).into_iter().filter(|(page, field, _)| *page == 0 && field.top < sheet.window.top);
    for (_, field, text) in heads.filter(|(_, field, _)| field.bottom() <= sheet.address.top) {
        assert!(field.bottom() <= sheet.window.top + 0.05, "{what}: {text:?} stands in the window");
        let logo = letter.logo;
        let is_beside = field.left + field.width < logo.left || field.left > logo.left + logo.width;
        let is_below = field.top >= logo.bottom();
        assert!(is_beside || is_below, "{what}: {text:?} stands on the logo {logo:?} {field:?}");
    }
}

#[test]
fn every_address_of_the_book_stands_in_the_window_in_letters_that_can_be_read() {
    let book = AddressBook::builtin();
    let mut fonts = Fonts::new(None).unwrap();
    let sheets = stationeries().map(|stationery| stationery.sheet(country::find("Norway").unwrap()));
    for mission in book.missions().filter(|mission| mission.kind != Kind::None) {
        let address = mission.postal(None);
        for sheet in &sheets {
            let prints = WINDOW_PRINTS.into_iter().filter(|print| print.size >= sheet.least_address);
            let fits = address::fitting(&address, sheet.address, prints, &mut fonts).unwrap();
            assert!(fits.is_some(), "{}: {:?}", mission.title(), mission.post_lines());
        }
    }
}

#[test]
fn a_lists_letters_have_one_size_however_long_their_notes_are() {
    let desk = desk("en");
    let mut fonts = Fonts::new(None).unwrap();
    let mut body_of = |note: Option<&str>| {
        let signer = signer("A", "Japan", None, note);
        let letter = desk.letter(&signer, &Wishes::default()).unwrap();
        let set = sheet::set(&letter, &Stationery::default(), None, &mut fonts).unwrap();
        let salutation = set.galley.texts.iter().find(|text| text.text.starts_with("Dear")).unwrap();
        salutation.layout.get(0).unwrap().runs().next().unwrap().font_size()
    };
    let long = "These words are my own. ".repeat(80);
    let sizes = [None, Some("Please."), Some(long.trim())].map(&mut body_of);
    assert!(sizes.iter().all(|size| (size - 10.0).abs() < 0.001), "{sizes:?}");
}

#[test]
fn a_lists_numbers_stand_on_the_baseline_of_their_text() {
    let mut fonts = Fonts::new(None).unwrap();
    for lang in ["en", "ja", "ar", "th", "hi"] {
        let desk = desk(lang);
        let signer = signer("A", "Japan", None, None);
        let letter = desk.letter(&signer, &Wishes::default()).unwrap();
        let set = sheet::set(&letter, &Stationery::default(), None, &mut fonts);
        let Some(set) = unless_a_font_is_missing(set) else { continue };
        for strip in &set.galley.strips {
            let Some(label) = strip.label else { continue };
            let (text, number) = (&set.galley.texts[strip.text], &set.galley.texts[label.text]);
            let apart = text.baseline() - (label.down + number.baseline());
            assert!(apart.abs() < 0.001, "{lang}: {apart}");
        }
    }
}

/// Advance, then how far to the right and how far up, in thousandths of an em.
type Glyph = (i32, i32, i32);

/// The glyphs of a text at 1,000 points as they are handed to the PDF: advance, and offset to the right and upwards.
fn offsets(text: &str, language: &str) -> Option<Vec<Glyph>> {
    let mut fonts = Fonts::new(None).unwrap();
    let look = Look { size: 1000.0, leading: 1.35, is_bold: false, alignment: Align::Left, language };
    let lines = unless_a_font_is_missing(set(&Text::plain(text), look, 9_000.0, &mut fonts))?;
    let line = lines.layout.get(0).unwrap();
    let glyphs = line.runs().flat_map(|run| draw::glyphs(&run));
    #[allow(clippy::cast_possible_truncation, reason = "thousandths of an em")]
    let thousandths = |part: f32| (part * 1000.0).round() as i32;
    let parts = glyphs.map(|glyph| {
        (thousandths(glyph.x_advance), thousandths(glyph.x_offset), thousandths(glyph.y_offset))
    });
    Some(parts.collect())
}

#[test]
fn marks_stand_at_the_height_that_the_font_gives_them() {
    let goldens: [(&str, &str, &[Glyph]); 7] = [
        ("ṩ", "en", &[(479, 0, 0)]),
        ("s\u{323}\u{307}", "en", &[(479, 0, 0)]),
        ("ộ", "vi", &[(605, 0, 0)]),
        ("Ẹ\u{300}", "en", &[(556, 0, 0), (0, 44, 166)]),
        ("ก่ำ", "th", &[(600, 0, 0), (0, -2, 0), (0, -31, 0), (406, 0, 0)]),
        ("क्षि", "hi", &[(259, 0, 0), (712, 0, 0)]),
        ("لاً", "ar", &[(0, -64, 95), (582, 0, 0)]),
    ];
    for (text, language, golden) in goldens {
        let Some(offsets) = offsets(text, language) else { continue };
        let advances = |glyphs: &[Glyph]| glyphs.iter().map(|glyph| glyph.0).collect::<Vec<_>>();
        if advances(&offsets) == advances(golden) {
            assert_eq!(offsets, golden, "{text}");
        } else {
            // Another release of the script's font: its marks go the same way, up or down.
            assert!(!matches!(language, "en" | "vi"), "{text}: {offsets:?}");
            let up = |glyphs: &[Glyph]| glyphs.iter().map(|glyph| glyph.2).max().unwrap_or_default();
            assert_eq!(up(&offsets).signum(), up(golden).signum(), "{text}: {offsets:?}");
        }
    }
}

#[test]
fn traditional_chinese_has_its_own_shapes() {
    let glyphs = |language| {
        let mut fonts = Fonts::new(None).unwrap();
        let look = Look { size: 10.0, leading: 1.5, is_bold: false, alignment: Align::Left, language };
        let lines = unless_a_font_is_missing(set(&Text::plain("遣返，"), look, 900.0, &mut fonts))?;
        let line = lines.layout.get(0).unwrap();
        let runs = line.runs();
        Some(runs.flat_map(|run| draw::glyphs(&run)).map(|glyph| glyph.glyph_id.to_u32()).collect::<Vec<_>>())
    };
    let (Some(simplified), Some(traditional)) = (glyphs("zh-Hans"), glyphs("zh-Hant")) else { return };
    assert_ne!(simplified[2], traditional[2], "the comma stands in the middle of its square in Taiwan");
    assert_ne!(simplified[0], traditional[0]);
    assert_eq!(glyphs("zh-TW").unwrap(), traditional);
}

#[test]
fn tall_scripts_have_more_room_between_their_lines() {
    for (language, least) in
        [("ar", 1.6), ("th", 1.55), ("hi", 1.5), ("ja", 1.5), ("ko", 1.5), ("zh-Hant", 1.5)]
    {
        assert!(leading_of_language(language) >= least, "{language}");
    }
    // A note in such a script has it in any letter.
    let mut fonts = Fonts::new(None).unwrap();
    let look = Look { size: 10.0, leading: 1.35, is_bold: false, alignment: Align::Start, language: "en" };
    let Some(note) = unless_a_font_is_missing(set(&Text::plain("ผู้ลี้ภัย"), look, 400.0, &mut fonts))
    else {
        return;
    };
    assert!(note.height >= 15.5, "{}", note.height);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_words_stand_beyond_the_margins(note in "[a-zäöüßéñ ЁёА-Яа-я’.,-]{1,800}", name in "[A-Za-zА-Я ]{1,200}") {
        let (name, note) = (name.trim(), note.trim());
        let particulars = Particulars {
            name,
            country: "USA",
            city: Some(name),
            note: Some(note).filter(|note| !note.is_empty()),
            ..Particulars::default()
        };
        if let Ok(signer) = Signer::new(&particulars, country::find) {
            let desk = desk("en");
            let letter = desk.letter(&signer, &Wishes::default()).unwrap();
            let mut fonts = Fonts::new(None).unwrap();
            for stationery in stationeries() {
                let set = sheet::set(&letter, &stationery, Some((300, 300)), &mut fonts).unwrap();
                expect_within_margins(&set, &stationery.sheet(signer.country()), "any words");
                expect_apart(&set, &stationery.sheet(signer.country()), "any words");
            }
        }
    }
}
