//! A template's text with its markers, read once for all letters in which the same fields have a value.

use std::sync::OnceLock;

use super::field::{fill, has_marker};
use super::{TemplateError, markdown};
use crate::letter::document::{Block, Inline};
use crate::place::Place;

/// The blocks of a letter before its values are put in.
#[derive(Debug)]
pub(crate) struct Shape {
    blocks: Vec<Block>,
    /// For each block without a value, its plain text at one line width, made on first need.
    wrapped: OnceLock<(usize, Vec<Option<String>>)>,
}

/// Why the text has no shape.
#[derive(Debug)]
pub(super) enum Unshapely {
    Markdown(markdown::Unfit),
    Handlebars(String),
}

impl Unshapely {
    /// Looks up where in `source`, from byte `start`, the trouble stands.
    pub(super) fn at(self, file: &str, source: &str, start: usize) -> TemplateError {
        match self {
            Unshapely::Handlebars(problem) => TemplateError::Fill { file: file.to_owned(), problem },
            Unshapely::Markdown(unfit) => {
                let first_line = unfit.text.lines().next().unwrap_or_default();
                let offset =
                    source.get(start..).and_then(|text| text.find(first_line)).map_or(start, |n| start + n);
                TemplateError::Unfit { place: Place::of(file, source, offset), what: unfit.what }
            }
        }
    }
}

impl Shape {
    pub(super) fn of(marked: &Result<String, String>) -> Result<Shape, Unshapely> {
        let marked = marked.as_ref().map_err(|problem| Unshapely::Handlebars(problem.clone()))?;
        let blocks = markdown::read(marked).map_err(Unshapely::Markdown)?;
        Ok(Shape { blocks, wrapped: OnceLock::new() })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The letter's text with `values` in their places.
    pub(crate) fn fill(&self, values: &[String]) -> Vec<Block> {
        fill_blocks(&self.blocks, values)
    }

    /// Hands each block to `tell`: as finished text where it is the same in every letter, else filled.
    pub(in crate::letter) fn each_block(
        &self,
        values: &[String],
        width: usize,
        set: &dyn Fn(&Block) -> String,
        tell: &mut dyn FnMut(&str),
    ) {
        let (cached_width, cached) = self.wrapped.get_or_init(|| {
            let fixed = |block: &Block| (!block_has_marker(block)).then(|| set(block));
            (width, self.blocks.iter().map(fixed).collect())
        });
        for (block, cached) in self.blocks.iter().zip(cached) {
            match cached {
                Some(text) if *cached_width == width => tell(text),
                _ => tell(&set(&fill_block(block, values))),
            }
        }
    }
}

fn block_has_marker(block: &Block) -> bool {
    match block {
        Block::Paragraph(inlines) | Block::Heading(_, inlines) => inlines.iter().any(inline_has_marker),
        Block::List { items, .. } => items.iter().flatten().any(block_has_marker),
        Block::Quote(blocks) => blocks.iter().any(block_has_marker),
        Block::Verbatim(text) => has_marker(text),
        Block::Rule => false,
    }
}

fn inline_has_marker(inline: &Inline) -> bool {
    match inline {
        Inline::Text(text) => has_marker(text),
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link(_, inner) => {
            inner.iter().any(inline_has_marker)
        }
        Inline::LineBreak => false,
    }
}

fn fill_blocks(blocks: &[Block], values: &[String]) -> Vec<Block> {
    blocks.iter().map(|block| fill_block(block, values)).collect()
}

fn fill_block(block: &Block, values: &[String]) -> Block {
    match block {
        Block::Paragraph(inlines) => Block::Paragraph(fill_inlines(inlines, values)),
        Block::Heading(level, inlines) => Block::Heading(*level, fill_inlines(inlines, values)),
        Block::List { start, items } => {
            Block::List { start: *start, items: items.iter().map(|item| fill_blocks(item, values)).collect() }
        }
        Block::Quote(blocks) => Block::Quote(fill_blocks(blocks, values)),
        Block::Verbatim(text) => Block::Verbatim(fill(text, values)),
        Block::Rule => Block::Rule,
    }
}

fn fill_inlines(inlines: &[Inline], values: &[String]) -> Vec<Inline> {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => Inline::Text(fill(text, values)),
            Inline::Emphasis(inner) => Inline::Emphasis(fill_inlines(inner, values)),
            Inline::Strong(inner) => Inline::Strong(fill_inlines(inner, values)),
            Inline::Link(address, inner) => Inline::Link(address.clone(), fill_inlines(inner, values)),
            Inline::LineBreak => Inline::LineBreak,
        })
        .collect()
}
