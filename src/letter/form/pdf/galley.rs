//! A letter's text as one long column of lines, with the tree of what each line belongs to.

use std::num::NonZeroU16;
use std::sync::Arc;

use krilla::tagging::{ListNumbering, Tag, TagKind};

use super::error::PdfError;
use super::fonts::Fonts;
use super::lines::Lines;
use super::look::{Align, Look};
use super::typeset::{Text, set};
use crate::letter::document::{Block, Inline, plain};

/// Set text, and how it stands in the column.
#[derive(Default)]
pub(super) struct Galley {
    /// Everything that has been set; lines and leaves name a text by its place here.
    pub(super) texts: Vec<Arc<Lines>>,
    /// The column from top to bottom.
    pub(super) strips: Vec<Strip>,
    /// The structure that a reader who does not see the page is told.
    pub(super) tree: Vec<Branch>,
}

/// One line of the column.
#[derive(Clone, Debug)]
pub(super) struct Strip {
    pub(super) text: usize,
    pub(super) line: usize,
    /// From the column's left edge, in points.
    pub(super) left: f32,
    /// The room above it, unless it is the first of a page.
    pub(super) gap: f32,
    pub(super) height: f32,
    /// Whether a page may begin with it.
    pub(super) may_begin_page: bool,
    /// Whether a page has to: the same letter in another language.
    pub(super) must_begin_page: bool,
    /// A list's number or bullet beside it.
    pub(super) label: Option<Label>,
}

/// A list's number or bullet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub(super) text: usize,
    /// From the column's left edge, in points.
    pub(super) left: f32,
    /// How much lower its line begins than the one beside it, so that both stand on one baseline.
    pub(super) down: f32,
}

/// A part of the structure: a group, or the lines of one text.
#[derive(Clone, Debug)]
pub(super) enum Branch {
    Group(TagKind, Vec<Branch>),
    Text(usize),
}

/// The column's width and manner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column<'a> {
    pub(super) width: f32,
    pub(super) size: f32,
    pub(super) leading: f32,
    pub(super) spacing: Spacing,
    pub(super) language: &'a str,
    pub(super) is_rtl: bool,
}

/// The room between a letter's parts, in font sizes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spacing {
    /// Of the leading that the script wants: how much of it.
    pub(super) leading: f32,
    /// Between two paragraphs.
    pub(super) paragraphs: f32,
    /// Above the name, for the hand that signs.
    pub(super) signature: f32,
}

/// The part of the column that a block may use.
#[derive(Clone, Copy)]
struct Room {
    left: f32,
    width: f32,
}

impl Column<'_> {
    /// The room for a paragraph.
    fn gap(&self) -> f32 {
        self.size * self.spacing.paragraphs
    }

    /// The room for a list's numbers.
    fn gutter(&self) -> f32 {
        self.size * 1.8
    }

    fn room(&self) -> Room {
        Room { left: 0.0, width: self.width }
    }

    /// The room without a strip where the lines begin.
    fn indented(&self, room: Room, by: f32) -> Room {
        Room { left: if self.is_rtl { room.left } else { room.left + by }, width: room.width - by }
    }

    /// Running text, aligned so.
    pub(super) fn look(&self, alignment: Align) -> Look<'_> {
        Look { size: self.size, leading: self.leading, is_bold: false, alignment, language: self.language }
    }
}

impl Galley {
    /// Sets `texts` below one another as one group, and returns its lines' number.
    pub(super) fn push(
        &mut self,
        texts: &[Text],
        look: Look<'_>,
        column: Column<'_>,
        gap: f32,
        fonts: &mut Fonts,
    ) -> Result<Vec<Branch>, PdfError> {
        self.push_in(texts, look, column.room(), gap, fonts)
    }

    fn push_in(
        &mut self,
        texts: &[Text],
        look: Look<'_>,
        room: Room,
        gap: f32,
        fonts: &mut Fonts,
    ) -> Result<Vec<Branch>, PdfError> {
        let first = self.strips.len();
        let mut leaves = Vec::new();
        for text in texts {
            let number = self.set(text, look, room.width, fonts)?;
            leaves.push(Branch::Text(number));
            let height = self.texts[number].height;
            for line in 0..self.texts[number].count() {
                self.strips.push(Strip {
                    text: number,
                    line,
                    left: room.left,
                    gap: if self.strips.len() == first { gap } else { 0.0 },
                    height,
                    may_begin_page: true,
                    must_begin_page: false,
                    label: None,
                });
            }
        }
        keep_two_lines_together(&mut self.strips[first..]);
        Ok(leaves)
    }

    /// Sets a text that stands outside the column.
    pub(super) fn set(
        &mut self,
        text: &Text,
        look: Look<'_>,
        width: f32,
        fonts: &mut Fonts,
    ) -> Result<usize, PdfError> {
        self.texts.push(set(text, look, width, fonts)?);
        Ok(self.texts.len() - 1)
    }

    /// A letter from salutation to signature.
    pub(super) fn push_letter(
        &mut self,
        blocks: &[Block],
        column: Column<'_>,
        fonts: &mut Fonts,
    ) -> Result<Vec<Branch>, PdfError> {
        let mut branches = Vec::new();
        let (signature, body) = match blocks.split_last() {
            Some((Block::Paragraph(inlines), body)) if !body.is_empty() => (Some(inlines), body),
            _ => (None, blocks),
        };
        for block in body {
            let gap = column.gap();
            self.push_block(block, column, column.room(), gap, &mut branches, fonts)?;
        }
        if let Some(inlines) = signature {
            branches.push(self.signature(inlines, column, fonts)?);
        }
        Ok(branches)
    }

    /// The name, with room above it to sign; it never begins a page.
    fn signature(
        &mut self,
        inlines: &[Inline],
        column: Column<'_>,
        fonts: &mut Fonts,
    ) -> Result<Branch, PdfError> {
        let first = self.strips.len();
        let room_to_sign = column.size * column.spacing.signature;
        let texts = Text::of_inlines(inlines);
        let leaves = self.push(&texts, column.look(Align::LetterStart), column, room_to_sign, fonts)?;
        self.strips[first..].iter_mut().for_each(|strip| strip.may_begin_page = false);
        Ok(Branch::Group(Tag::P.into(), leaves))
    }

    fn push_block(
        &mut self,
        block: &Block,
        column: Column<'_>,
        room: Room,
        gap: f32,
        branches: &mut Vec<Branch>,
        fonts: &mut Fonts,
    ) -> Result<(), PdfError> {
        let look = column.look(Align::Start);
        match block {
            Block::Paragraph(inlines) => {
                let leaves = self.push_in(&Text::of_inlines(inlines), look, room, gap, fonts)?;
                branches.push(Branch::Group(Tag::P.into(), leaves));
            }
            Block::Heading(level, inlines) => {
                let look = Look { is_bold: true, ..look };
                let leaves = self.push_in(&Text::of_inlines(inlines), look, room, gap * 1.5, fonts)?;
                // The subject is the first heading of all.
                let level = NonZeroU16::MIN.saturating_add(u16::from(*level));
                branches.push(Branch::Group(Tag::Hn(level, Some(plain(inlines))).into(), leaves));
            }
            Block::List { start, items } => {
                branches.push(self.list(*start, items, column, room, gap, fonts)?);
            }
            Block::Quote(blocks) => {
                let inner = column.indented(room, column.gutter());
                let inner = Room { width: inner.width - column.gutter(), ..inner };
                let inner =
                    if column.is_rtl { Room { left: inner.left + column.gutter(), ..inner } } else { inner };
                let mut within = Vec::new();
                for block in blocks {
                    self.push_block(block, column, inner, gap, &mut within, fonts)?;
                }
                branches.push(Branch::Group(Tag::BlockQuote.into(), within));
            }
            Block::Verbatim(text) => {
                let lines: Vec<Text> =
                    text.lines().map(|line| Text::plain(&line.replace('\t', "    "))).collect();
                let leaves = self.push_in(&lines, look, room, gap, fonts)?;
                branches.push(Branch::Group(Tag::P.into(), leaves));
            }
            Block::Rule => {
                let stars = [Text::plain("* * *")];
                let leaves = self.push_in(&stars, column.look(Align::Centre), room, gap, fonts)?;
                branches.push(Branch::Group(Tag::P.into(), leaves));
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        start: Option<u64>,
        items: &[Vec<Block>],
        column: Column<'_>,
        room: Room,
        gap: f32,
        fonts: &mut Fonts,
    ) -> Result<Branch, PdfError> {
        let inner = column.indented(room, column.gutter());
        let label_left = if column.is_rtl { room.left + inner.width } else { room.left };
        let mut entries = Vec::new();
        for (number, item) in (start.unwrap_or_default()..).zip(items) {
            let mark = if start.is_some() { format!("{number}.") } else { "•".to_owned() };
            let label =
                self.set(&Text::plain(&mark), column.look(Align::LetterStart), column.gutter(), fonts)?;
            let first = self.strips.len();
            let mut body = Vec::new();
            for (place, block) in item.iter().enumerate() {
                let gap = if place == 0 { gap * 0.6 } else { gap };
                self.push_block(block, column, inner, gap, &mut body, fonts)?;
            }
            if let Some(strip) = self.strips.get_mut(first) {
                let down = self.texts[strip.text].baseline() - self.texts[label].baseline();
                strip.label = Some(Label { text: label, left: label_left, down });
            }
            let label = Branch::Group(Tag::Lbl.into(), vec![Branch::Text(label)]);
            let body = Branch::Group(Tag::LBody.into(), body);
            entries.push(Branch::Group(Tag::LI.into(), vec![label, body]));
        }
        let numbering = if start.is_some() { ListNumbering::Decimal } else { ListNumbering::Disc };
        Ok(Branch::Group(Tag::L(numbering).into(), entries))
    }
}

/// No page begins or ends with a single line of a paragraph.
fn keep_two_lines_together(strips: &mut [Strip]) {
    let count = strips.len();
    for (line, strip) in strips.iter_mut().enumerate().skip(1) {
        strip.may_begin_page = line >= 2 && line + 2 <= count;
    }
}
