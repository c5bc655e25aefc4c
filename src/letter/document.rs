//! A letter's text as blocks and inlines: what every form of the letter (text, HTML, PDF, message) is made from.
//!
//! It is the part of CommonMark that a letter needs. Text in it is text: nothing in a [`Document`] is ever
//! parsed again.

use crate::language::Direction;

/// What stands above the English text under a translation.
pub(crate) const ENGLISH_TEXT: &str = "English text of this letter";

/// A letter's text: one part, or two where the English stands under a translation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Document {
    /// The parts in reading order.
    pub parts: Vec<Part>,
}

/// The text in one language, from salutation to signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// BCP 47 language tag of the text.
    pub language: String,
    /// The letter's subject in that language.
    pub subject: String,
    /// The blocks in reading order.
    pub blocks: Vec<Block>,
}

impl Part {
    /// Which way the text runs.
    pub(crate) fn direction(&self) -> Direction {
        Direction::of(&self.language)
    }

    /// The text of every line that stands by itself, without its looks.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.blocks.iter().for_each(|block| push_lines(block, &mut lines));
        lines
    }
}

/// One block of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A heading of level 1 to 6.
    Heading(u8, Vec<Inline>),
    /// A list; `start` is the first number of a numbered one.
    List {
        /// The first number, or none for a bulleted list.
        start: Option<u64>,
        /// What stands under each number or bullet.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// Text to be kept as it is, line by line.
    Verbatim(String),
    /// A line across the page.
    Rule,
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    /// Plain text.
    Text(String),
    /// `*emphasis*`
    Emphasis(Vec<Inline>),
    /// `**strong**`
    Strong(Vec<Inline>),
    /// A link: its address and the text that shows it.
    Link(String, Vec<Inline>),
    /// A line end that the writer asked for.
    LineBreak,
}

fn push_lines(block: &Block, lines: &mut Vec<String>) {
    let mut push = |text: &str| lines.extend(text.lines().map(str::to_owned));
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => push(&plain(inlines)),
        Block::Verbatim(text) => push(text),
        Block::List { items, .. } => items.iter().flatten().for_each(|block| push_lines(block, lines)),
        Block::Quote(blocks) => blocks.iter().for_each(|block| push_lines(block, lines)),
        Block::Rule => {}
    }
}

/// The text of inlines without their emphasis; a line break is a line feed.
pub(crate) fn plain(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_plain(inlines, &mut text);
    text
}

/// Where a link leads, if its own text does not show it.
pub(crate) fn shown_address<'a>(address: &'a str, inner: &[Inline]) -> Option<&'a str> {
    let name = plain(inner);
    (name != address && Some(name.as_str()) != address.strip_prefix("mailto:")).then_some(address)
}

fn push_plain(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(part) => text.push_str(part),
            Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link(_, inner) => {
                push_plain(inner, text);
            }
            Inline::LineBreak => text.push('\n'),
        }
    }
}
