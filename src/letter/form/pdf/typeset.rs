//! Text in lines: shaped, broken and put in reading order, with a glyph for every character.

use std::ops::Range;
use std::sync::Arc;

use parley::{FontStyle, FontWeight, Layout, OverflowWrap, StyleProperty, WordBreak};

use super::error::PdfError;
use super::fonts::{self, Fonts};
use super::lines::Lines;
use super::look::{Align, Look};
use super::set_before::Setting;
use crate::language::{self, Direction};
use crate::letter::document::{Inline, shown_address};

/// Text with the parts of it that stand out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Text {
    pub(super) text: String,
    faces: Vec<(Range<usize>, Face)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Face {
    Italic,
    Bold,
}

/// From one baseline to the next, in font sizes: what a script needs so that the marks above and below its letters stay
/// apart from the next line's. Latin, Greek and Cyrillic letters need the least.
const LEADING: f32 = 1.35;

/// The same for an address that has little room.
pub(super) const TIGHT: f32 = 1.15;

/// The scripts that need more than [`LEADING`], with their blocks.
const TALL: [(f32, &[std::ops::RangeInclusive<char>]); 4] = [
    (
        1.6,
        &[
            '\u{600}'..='\u{6FF}',
            '\u{750}'..='\u{77F}',
            '\u{8A0}'..='\u{8FF}',
            '\u{FB50}'..='\u{FDFF}',
            '\u{FE70}'..='\u{FEFF}',
        ],
    ),
    (1.55, &['\u{E00}'..='\u{FFF}', '\u{1000}'..='\u{109F}', '\u{1780}'..='\u{17FF}']),
    (1.5, &['\u{900}'..='\u{DFF}', '\u{1200}'..='\u{137F}']),
    // Squares that fill the line.
    (
        1.5,
        &[
            '\u{1100}'..='\u{11FF}',
            '\u{2E80}'..='\u{9FFF}',
            '\u{AC00}'..='\u{D7AF}',
            '\u{F900}'..='\u{FAFF}',
            '\u{FF00}'..='\u{FFEF}',
            '\u{20000}'..='\u{3FFFF}',
        ],
    ),
];

/// The leading of a text: the most that one of its letters needs, and at least `least`.
fn leading(text: &str, least: f32) -> f32 {
    let needed = |c: char| TALL.iter().find(|(_, blocks)| blocks.iter().any(|block| block.contains(&c)));
    let tall = text.chars().filter(|c| !c.is_ascii()).filter_map(needed).map(|(leading, _)| *leading);
    tall.fold(least, f32::max)
}

/// The leading of a letter in this language, whatever script a part of it is in.
pub(super) fn leading_of_language(tag: &str) -> f32 {
    match language::script(tag) {
        "Arab" => 1.6,
        "Thai" | "Laoo" | "Khmr" | "Mymr" => 1.55,
        "Deva" | "Beng" | "Gujr" | "Guru" | "Knda" | "Mlym" | "Sinh" | "Taml" | "Telu" | "Ethi" | "Jpan"
        | "Kore" | "Hans" | "Hant" => 1.5,
        _ => LEADING,
    }
}

impl Text {
    pub(super) fn plain(text: &str) -> Text {
        Text { text: text.to_owned(), faces: Vec::new() }
    }

    /// The texts between the line ends that the writer asked for.
    pub(super) fn of_inlines(inlines: &[Inline]) -> Vec<Text> {
        let mut texts = vec![Text::default()];
        push(inlines, &mut texts, &mut Vec::new());
        texts
    }
}

/// A part that stands out and is not yet at its end: where it began in the text it is in.
fn push(inlines: &[Inline], texts: &mut Vec<Text>, faces: &mut Vec<(usize, Face)>) {
    for inline in inlines {
        match inline {
            Inline::Text(part) => push_text(texts, part),
            Inline::LineBreak => {
                for (start, face) in faces.iter_mut() {
                    end(texts, *start, *face);
                    *start = 0;
                }
                texts.push(Text::default());
            }
            Inline::Emphasis(inner) => push_face(inner, texts, faces, Face::Italic),
            Inline::Strong(inner) => push_face(inner, texts, faces, Face::Bold),
            Inline::Link(address, inner) => {
                push(inner, texts, faces);
                if let Some(address) = shown_address(address, inner) {
                    push_text(texts, &format!(" <{address}>"));
                }
            }
        }
    }
}

fn push_text(texts: &mut [Text], part: &str) {
    if let Some(text) = texts.last_mut() {
        text.text.push_str(part);
    }
}

fn push_face(inner: &[Inline], texts: &mut Vec<Text>, faces: &mut Vec<(usize, Face)>, face: Face) {
    faces.push((texts.last().map_or(0, |text| text.text.len()), face));
    push(inner, texts, faces);
    if let Some((start, face)) = faces.pop() {
        end(texts, start, face);
    }
}

fn end(texts: &mut [Text], start: usize, face: Face) {
    if let Some(text) = texts.last_mut() {
        text.faces.push((start..text.text.len(), face));
    }
}

/// Sets `text` in lines of at most `width` points, unless it was set so before.
///
/// # Errors
/// Where no font has a glyph for one of its characters.
pub(super) fn set(
    text: &Text,
    look: Look<'_>,
    width: f32,
    fonts: &mut Fonts,
) -> Result<Arc<Lines>, PdfError> {
    let setting = Setting::of(text, look, width);
    if let Some(lines) = fonts.set_before.get(&setting) {
        return Ok(lines);
    }
    let lines = Arc::new(set_anew(text, look, width, fonts)?);
    fonts.set_before.keep(setting, &lines);
    Ok(lines)
}

fn set_anew(text: &Text, look: Look<'_>, width: f32, fonts: &mut Fonts) -> Result<Lines, PdfError> {
    let text = directed(text, look);
    loop {
        let mut layout = lay_out(&text, look, fonts);
        layout.break_all_lines(None);
        match fonts::missing(&layout, &text.text) {
            None => {
                let leading = leading(&text.text, look.leading);
                return Ok(Lines::broken(layout, text.text, look, leading, width));
            }
            Some(character) => fonts.look_further(character, &text.text, look.language)?,
        }
    }
}

fn lay_out(text: &Text, look: Look<'_>, fonts: &mut Fonts) -> Layout<()> {
    let families = fonts.families(look.language);
    let mut builder = fonts.layouts.ranged_builder(&mut fonts.context, &text.text, 1.0, false);
    builder.push_default(StyleProperty::FontFamily(families));
    builder.push_default(StyleProperty::FontSize(look.size));
    builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::BreakWord));
    builder.push_default(StyleProperty::Locale(shaping_language(look.language).parse().ok()));
    if look.language.split('-').next() == Some("ko") {
        // Korean has spaces between its words, and breaks its lines there.
        builder.push_default(StyleProperty::WordBreak(WordBreak::KeepAll));
    }
    if look.is_bold {
        builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
    }
    for (range, face) in &text.faces {
        let property = match face {
            Face::Italic => StyleProperty::FontStyle(FontStyle::Italic),
            Face::Bold => StyleProperty::FontWeight(FontWeight::BOLD),
        };
        builder.push(property, range.clone());
    }
    builder.build(&text.text)
}

/// The language by which a font chooses the shapes of characters. parley 0.10 hands on the language alone, and "zh" has the
/// shapes of the People's Republic; those of Taiwan go by the name of classical Chinese (OpenType's ZHT).
fn shaping_language(tag: &str) -> &str {
    if language::script(tag) == "Hant" { "lzh" } else { tag }
}

/// The text with its direction where its first letter would give it the other: a mark that is not seen says so (UAX #9,
/// P2 and P3). A running text whose letters all run one way, such as a personal note, keeps its own; everything else has
/// the letter's.
fn directed(text: &Text, look: Look<'_>) -> Text {
    let first = text.text.chars().find(|c| c.is_alphabetic()).map(String::from);
    let by_itself = first.and_then(|letter| Direction::of_text(&letter)).unwrap_or(Direction::Ltr);
    let of_letter = Direction::of(look.language);
    let wanted = match look.alignment {
        Align::Start => Direction::of_paragraph(&text.text, of_letter),
        Align::Left => by_itself,
        Align::LetterStart | Align::LetterEnd | Align::Centre => of_letter,
    };
    let mark = match (wanted, by_itself) {
        (Direction::Rtl, Direction::Ltr) => '\u{200F}',
        (Direction::Ltr, Direction::Rtl) => '\u{200E}',
        _ => return text.clone(),
    };
    let shift = mark.len_utf8();
    // A mark at the other end keeps the full stop of a note in Latin letters beside its last word.
    let end = match Direction::of_text(&text.text) {
        Some(Direction::Ltr) if mark == '\u{200F}' => "\u{200E}",
        _ => "",
    };
    Text {
        text: format!("{mark}{}{end}", text.text),
        faces: text
            .faces
            .iter()
            .map(|(range, face)| (range.start + shift..range.end + shift, *face))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Align, Face, Fonts, Inline, Look, Text, set};

    const LOOK: Look<'static> =
        Look { size: 10.0, leading: 1.35, is_bold: false, alignment: Align::LetterStart, language: "en" };

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn emphasis_is_found_again_on_both_sides_of_a_line_end() {
        let inlines = [text("a "), Inline::Strong(vec![text("bc"), Inline::LineBreak, text("d")]), text("e")];
        let texts = Text::of_inlines(&inlines);
        assert_eq!(texts[0], Text { text: "a bc".into(), faces: vec![(2..4, Face::Bold)] });
        assert_eq!(texts[1], Text { text: "de".into(), faces: vec![(0..1, Face::Bold)] });
    }

    #[test]
    fn the_font_built_in_has_latin_greek_and_cyrillic() {
        let mut fonts = Fonts::new(None).unwrap();
        for name in [
            "Łukasz Žůrek-Nguyễn Şəhriyar Ðorđe ŒŸß’“”–€",
            "Ελένη Παπαδοπούλου",
            "Өлзий Щукіна Ґалаґан Ђорђе",
        ] {
            let lines = set(&Text::plain(name), LOOK, 400.0, &mut fonts).unwrap();
            assert_eq!(super::fonts::missing(&lines.layout, name), None);
        }
        assert!(!fonts.has_loaded_system_fonts());
    }

    #[test]
    fn no_line_is_wider_than_the_page_even_where_a_word_is() {
        let mut fonts = Fonts::new(None).unwrap();
        let lines = set(&Text::plain(&"wide".repeat(100)), LOOK, 200.0, &mut fonts).unwrap();
        assert!(lines.layout.len() > 5);
        assert!(lines.layout.width() <= 200.0);
    }

    #[test]
    fn a_character_that_no_font_has_is_named_with_what_to_do() {
        let mut fonts = Fonts::new(None).unwrap();
        let error = set(&Text::plain("Aiko \u{E000}"), LOOK, 200.0, &mut fonts).err().unwrap().to_string();
        assert!(error.contains("(U+E000) in \"Aiko \u{E000}\": it is for private use"), "{error}");
    }
}
