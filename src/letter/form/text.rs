//! The letter as plain text, wrapped by display width (UAX #14 breaks, UAX #11 widths).
//!
//! Emphasis leaves no marks: what the reader gets is a letter, not its source.

use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;
use textwrap::core::{Word, display_width};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::maker::{Maker, Unmade};
use crate::letter::Letter;
use crate::letter::document::{Block, Inline, plain, shown_address};
use crate::letter::template::Shape;
use crate::signer::Wishes;

/// The line width of a letter unless the signer asks for another.
pub(crate) const WIDTH: usize = 72;

/// Makes letters as plain text.
pub(crate) struct Text {
    /// Columns; 0: one line a paragraph.
    pub(crate) width: usize,
}

impl Maker for Text {
    fn make(&mut self, letter: &Letter<'_>, _: &Wishes) -> Result<Option<Vec<u8>>, Unmade> {
        Ok(Some(render(letter, self.width).into_bytes()))
    }
}

/// The letter's text in lines of at most `width` columns (0: one line a paragraph), ending with a line feed.
///
/// A single word that is wider than that stays whole.
pub(crate) fn render(letter: &Letter<'_>, width: usize) -> String {
    let mut text = String::with_capacity(4096);
    for part in letter.texts() {
        let mut separator = if text.is_empty() { String::new() } else { between_parts(width) };
        part.shape.each_block(&part.values, width, &|block| set(block, width), &mut |block| {
            text.push_str(&separator);
            "\n".clone_into(&mut separator);
            text.push_str(block);
            text.push('\n');
        });
    }
    text
}

/// The paragraphs of a text, each in one line: [`render`] puts an empty line between them.
pub(crate) fn paragraphs(shape: &Shape, values: &[String]) -> Vec<String> {
    let mut paragraphs = Vec::new();
    shape.each_block(values, 0, &|block| set(block, 0), &mut |block| paragraphs.push(block.to_owned()));
    paragraphs
}

/// A line between the text in one language and the text in another.
fn between_parts(width: usize) -> String {
    let columns = if width == 0 { WIDTH } else { width.min(WIDTH) };
    format!("\n{}\n\n", "-".repeat(columns))
}

fn set(block: &Block, width: usize) -> String {
    let mut lines = String::new();
    set_block(block, width, &Indent::default(), &mut lines);
    lines.truncate(lines.trim_end_matches('\n').len());
    lines
}

/// What stands before a block's first line, and before its others.
#[derive(Clone, Default)]
struct Indent {
    first: String,
    rest: String,
}

impl Indent {
    fn deeper(&self, mark: &str) -> Indent {
        let blank = " ".repeat(display_width(mark));
        Indent { first: format!("{}{mark}", self.first), rest: format!("{}{blank}", self.rest) }
    }
}

fn set_block(block: &Block, width: usize, indent: &Indent, lines: &mut String) {
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => wrap(&shown(inlines), width, indent, lines),
        Block::List { start, items } => {
            for (number, item) in (start.unwrap_or_default()..).zip(items) {
                let mark = if start.is_some() { format!("  {number}. ") } else { "  - ".to_owned() };
                set_blocks(item, width, &indent.deeper(&mark), lines);
            }
        }
        Block::Quote(blocks) => {
            let quoted = Indent { first: format!("{}> ", indent.first), rest: format!("{}> ", indent.rest) };
            set_blocks(blocks, width, &quoted, lines);
        }
        Block::Verbatim(text) => {
            for line in text.lines() {
                push_line(lines, &format!("{}    ", indent.rest), line);
            }
        }
        Block::Rule => push_line(lines, &indent.first, "* * *"),
    }
}

fn set_blocks(blocks: &[Block], width: usize, indent: &Indent, lines: &mut String) {
    let mut indent = indent.clone();
    for (number, block) in blocks.iter().enumerate() {
        if number > 0 && !matches!(block, Block::List { .. }) {
            push_line(lines, &indent.rest, "");
        }
        set_block(block, width, &indent, lines);
        indent.first.clone_from(&indent.rest);
    }
}

/// The text of inlines; a link shows where it leads.
fn shown(inlines: &[Inline]) -> String {
    let mut text = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(part) => text.push_str(part),
            Inline::LineBreak => text.push('\n'),
            Inline::Emphasis(inner) | Inline::Strong(inner) => text.push_str(&shown(inner)),
            Inline::Link(address, inner) => {
                text.push_str(&plain(inner));
                if let Some(address) = shown_address(address, inner) {
                    text.push_str(" <");
                    text.push_str(address);
                    text.push('>');
                }
            }
        }
    }
    text
}

fn wrap(text: &str, width: usize, indent: &Indent, lines: &mut String) {
    let mut first = &indent.first;
    for line in text.split('\n') {
        if width == 0 || fits(line, width.saturating_sub(display_width(first))) {
            push_line(lines, first, line);
        } else {
            let options = Options::new(width)
                .initial_indent(first)
                .subsequent_indent(&indent.rest)
                .break_words(false)
                .word_separator(words_of(line))
                .word_splitter(WordSplitter::NoHyphenation)
                .wrap_algorithm(WrapAlgorithm::FirstFit);
            for wrapped in textwrap::wrap(line, &options) {
                push_line(lines, "", &wrapped);
            }
        }
        first = &indent.rest;
    }
}

/// Whether a line needs no breaking; a long one is not measured, since breaking it does that too.
fn fits(line: &str, columns: usize) -> bool {
    if line.is_ascii() {
        line.len() <= columns
    } else {
        line.len() <= 4 * columns && display_width(line) <= columns
    }
}

/// How a line comes apart. UAX #14 knows where Chinese and Japanese may be broken, and a dictionary the words of scripts
/// that have no spaces. UAX #14 may break Korean between any two syllables; between words reads better, as it itself says of
/// text with spaces.
fn words_of(line: &str) -> WordSeparator {
    if line.contains(has_no_break) {
        WordSeparator::Custom(words_and_links)
    } else if line.contains(is_hangul) {
        WordSeparator::Custom(korean_words)
    } else if line.contains(has_no_spaces) {
        WordSeparator::Custom(dictionary_words)
    } else {
        WordSeparator::UnicodeBreakProperties
    }
}

/// What only addresses have, of pages and of mail.
fn has_no_break(c: char) -> bool {
    matches!(c, '/' | '@')
}

/// The words of a line as it comes apart otherwise, but for the addresses in it: one that is broken leads nowhere.
fn words_and_links(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let separate: fn(&str) -> Box<dyn Iterator<Item = Word<'_>> + '_> = if line.contains(is_hangul) {
        korean_words
    } else if line.contains(has_no_spaces) {
        dictionary_words
    } else {
        |line| WordSeparator::UnicodeBreakProperties.find_words(line)
    };
    let is_in_link = |end: usize| {
        let is_of_link = |c: char| c.is_ascii_graphic();
        let start = line[..end].trim_end_matches(is_of_link).len();
        let stop = line.len() - line[end..].trim_start_matches(is_of_link).len();
        let run = &line[start..stop];
        start < end && end < stop && (run.contains("://") || run.contains('@'))
    };
    words(line, ends(separate(line)).filter(move |end| !is_in_link(*end)))
}

fn korean_words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let ends = ends(WordSeparator::UnicodeBreakProperties.find_words(line));
    let is_within_word = |end: usize| {
        line[..end].ends_with(char::is_alphanumeric) && line[end..].starts_with(char::is_alphanumeric)
    };
    words(line, ends.filter(move |end| !is_within_word(*end)))
}

/// The words of a line by the dictionary that paper breaks lines by too; after a hyphen it stays whole, as in other scripts.
fn dictionary_words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let segmenter = LineSegmenter::new_dictionary(LineBreakOptions::default());
    let ends = segmenter.segment_str(line).filter(|end| *end > 0);
    words(line, ends.filter(|end| *end == line.len() || !line[..*end].ends_with('-')))
}

/// At which bytes of their line words end.
fn ends<'l>(words: impl Iterator<Item = Word<'l>>) -> impl Iterator<Item = usize> {
    words.scan(0, |end, word| {
        *end += word.word.len() + word.whitespace.len();
        Some(*end)
    })
}

/// The words that end at these bytes of a line.
fn words<'l>(
    line: &'l str,
    ends: impl Iterator<Item = usize> + 'l,
) -> Box<dyn Iterator<Item = Word<'l>> + 'l> {
    let mut start = 0;
    Box::new(ends.map(move |end| {
        let word = Word::from(&line[start..end]);
        start = end;
        word
    }))
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}')
}

/// Letters of Thai, Lao, Burmese and Khmer, which are written without spaces between words.
fn has_no_spaces(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

fn push_line(lines: &mut String, indent: &str, line: &str) {
    let start = lines.len();
    lines.push_str(indent);
    lines.push_str(line);
    lines.truncate(lines.trim_end_matches(' ').len().max(start));
    lines.push('\n');
}

#[cfg(test)]
mod tests {
    use super::{Block, Inline, display_width, set};

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(vec![Inline::Text(text.to_owned())])
    }

    #[test]
    fn no_line_is_wider_than_asked_in_any_script() {
        for text in [
            "many citizens’ groups in Europe, the USA, South Korea, and Japan ".repeat(9),
            "北朝鮮難民の逮捕と送還を直ちに停止してください。".repeat(9),
            "북한 난민의 체포와 송환을 중단하십시오 ".repeat(9),
        ] {
            let set = set(&paragraph(text.trim()), 72);
            assert!(set.lines().count() > 3);
            assert!(set.lines().all(|line| display_width(line) <= 72), "{set}");
        }
    }

    #[test]
    fn an_address_is_never_broken() {
        let link = "https://example.org/en/hr-bodies/hrc/a-long-report-of-an-inquiry-of-a-committee-on-it";
        let mail = "a-long-name.of-a.group-of.letters@mail-and-letters.of-a-group.example.org";
        for words in ["See this: ", "이것을 보십시오 ", "请看这里：请看这里", "ดูที่นี่ "]
        {
            for address in [link, mail] {
                let text = format!("{}{address} {}", words.repeat(5), words.repeat(9));
                let set = set(&paragraph(text.trim()), 72);
                assert!(set.contains(address) && set.lines().count() > 2, "{set}");
            }
        }
        let both = set(&paragraph(&"and/or either/or this/that ".repeat(9)), 72);
        assert!(both.lines().all(|line| line.len() <= 72) && both.lines().count() == 4, "{both}");
    }

    #[test]
    fn no_line_begins_or_ends_with_a_character_that_must_not() {
        let japanese =
            "「難民の地位に関する条約」（難民条約）に違反しています。ニュース、ちょっと、人々、コーヒー！";
        let chinese =
            "而且违反了1951年《关于难民地位的公约》，而贵国正是该公约的缔约国。“请立即停止！”他们说：";
        for text in [japanese, chinese] {
            for width in 8..60 {
                for line in set(&paragraph(text), width).lines() {
                    assert!(
                        !line.starts_with(|c| "、。，：）」》！”ーっょュ々".contains(c)),
                        "{width}: {line}"
                    );
                    assert!(!line.ends_with(|c| "（「《“".contains(c)), "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn thai_is_broken_between_words_though_it_has_no_spaces() {
        assert_eq!(
            set(&paragraph("รัฐบาลจีนได้เพิกเฉยต่อเสียงของประชาคมระหว่างประเทศ"), 20),
            "รัฐบาลจีนได้เพิกเฉยต่อ\nเสียงของประชาคมระหว่าง\nประเทศ"
        );
    }

    #[test]
    fn korean_is_broken_between_words() {
        let text = "중국 정부는 북한 난민의 송환을 즉시 중단하고(UNHCR) 제3국까지";
        assert_eq!(
            set(&paragraph(text), 20),
            "중국 정부는 북한\n난민의 송환을 즉시\n중단하고(UNHCR)\n제3국까지"
        );
    }

    #[test]
    fn wide_characters_count_two_columns() {
        assert_eq!(
            set(&paragraph(&"漢".repeat(40)), 72).lines().next().map(|line| line.chars().count()),
            Some(36)
        );
    }

    #[test]
    fn a_numbered_list_hangs_under_its_text() {
        let list =
            Block::List { start: Some(1), items: vec![vec![paragraph("aa bb cc")], vec![paragraph("dd")]] };
        assert_eq!(set(&list, 10), "  1. aa bb\n     cc\n  2. dd");
        assert_eq!(set(&list, 0), "  1. aa bb cc\n  2. dd");
    }

    #[test]
    fn quotes_rules_links_and_verbatim_text_keep_their_sense() {
        let link = Inline::Link("http://example.org".into(), vec![Inline::Text("here".into())]);
        assert_eq!(set(&Block::Paragraph(vec![link]), 72), "here <http://example.org>");
        assert_eq!(set(&Block::Quote(vec![paragraph("a b"), paragraph("c")]), 5), "> a b\n>\n> c");
        assert_eq!(set(&Block::Rule, 72), "* * *");
        assert_eq!(set(&Block::Verbatim("a\n  b".into()), 72), "    a\n      b");
    }
}
