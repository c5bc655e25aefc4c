//! The letter as CommonMark: what the signer can paste where Markdown is read.
//!
//! Text is escaped, so that reading the file again gives the same letter.

use super::maker::{Maker, Unmade};
use crate::letter::Letter;
use crate::letter::document::{Block, Document, Inline};
use crate::signer::Wishes;

/// Makes letters as CommonMark.
pub(crate) struct Markdown;

impl Maker for Markdown {
    fn make(&mut self, letter: &Letter<'_>, _: &Wishes) -> Result<Option<Vec<u8>>, Unmade> {
        Ok(Some(render(&letter.document()).into_bytes()))
    }
}

/// The document as CommonMark, ending with a line feed. A rule stands between two parts.
fn render(document: &Document) -> String {
    let mut out = String::new();
    for (number, part) in document.parts.iter().enumerate() {
        if number > 0 {
            out.push_str("\n***\n\n");
        }
        blocks(&part.blocks, "", &mut out);
    }
    out
}

fn blocks(blocks: &[Block], indent: &str, out: &mut String) {
    for (number, block) in blocks.iter().enumerate() {
        if number > 0 {
            line(out, indent, "");
        }
        self::block(block, indent, out);
    }
}

fn block(block: &Block, indent: &str, out: &mut String) {
    match block {
        Block::Paragraph(text) => inlines(text).split('\n').for_each(|text| line(out, indent, text)),
        Block::Heading(level, text) => {
            line(out, indent, &format!("{} {}", "#".repeat((*level).into()), inlines(text)));
        }
        Block::List { start, items } => {
            for (number, item) in (start.unwrap_or_default()..).zip(items) {
                let mark = if start.is_some() { format!("{number}. ") } else { "- ".to_owned() };
                let inner = format!("{indent}{}", " ".repeat(mark.len()));
                let mut text = String::new();
                blocks(item, &inner, &mut text);
                let first = text.strip_prefix(&inner).unwrap_or(&text);
                out.push_str(&format!("{indent}{mark}{first}"));
            }
        }
        Block::Quote(quoted) => blocks(quoted, &format!("{indent}> "), out),
        Block::Verbatim(text) => text.lines().for_each(|text| line(out, &format!("{indent}    "), text)),
        Block::Rule => line(out, indent, "***"),
    }
}

fn line(out: &mut String, indent: &str, text: &str) {
    let text = format!("{indent}{text}");
    out.push_str(text.trim_end());
    out.push('\n');
}

fn inlines(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => escape(text, out.is_empty() || out.ends_with('\n'), &mut out),
            Inline::LineBreak => out.push_str("\\\n"),
            Inline::Emphasis(inner) => out.push_str(&format!("*{}*", self::inlines(inner))),
            Inline::Strong(inner) => out.push_str(&format!("**{}**", self::inlines(inner))),
            Inline::Link(address, inner) => out.push_str(&format!("[{}](<{address}>)", self::inlines(inner))),
        }
    }
    out
}

/// Escapes what CommonMark would read as markup, and at a line's beginning what would begin a block.
fn escape(text: &str, at_line_start: bool, out: &mut String) {
    let number = text.find(|c: char| !c.is_ascii_digit()).filter(|&end| end > 0);
    for (index, c) in text.char_indices() {
        let begins_block = at_line_start
            && (index == 0 && matches!(c, '#' | '+' | '-' | '=' | '~' | ':')
                || number == Some(index) && matches!(c, '.' | ')'));
        if begins_block || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::letter::document::{Block, Document, Inline, Part};
    use proptest::prelude::*;

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(vec![Inline::Text(text.to_owned())])
    }

    fn document(blocks: Vec<Block>) -> Document {
        Document { parts: vec![Part { language: "en".to_owned(), subject: String::new(), blocks }] }
    }

    #[test]
    fn a_list_keeps_its_numbers_and_a_signature_its_lines() {
        let list =
            Block::List { start: Some(1), items: vec![vec![paragraph("one")], vec![paragraph("two")]] };
        let name = Block::Paragraph(vec![
            Inline::Text("Aiko".into()),
            Inline::LineBreak,
            Inline::Text("Japan".into()),
        ]);
        assert_eq!(render(&document(vec![list, name])), "1. one\n2. two\n\nAiko\\\nJapan\n");
    }

    proptest! {
        #[test]
        fn reading_it_again_gives_the_same_text(text in "[!-~]([ -~éひ]{0,60}[!-~])?") {
            let single_spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let blocks = vec![paragraph(&single_spaced)];
            let read_again = crate::letter::template::read_markdown(&render(&document(blocks.clone())));
            prop_assert_eq!(read_again, Some(blocks));
        }
    }
}
