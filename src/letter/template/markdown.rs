//! A template's CommonMark as blocks.
//!
//! Raw HTML, pictures and a field within a link's address are refused: a letter loads nothing from elsewhere,
//! and a value must not decide where a link leads.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::field::has_marker;
use crate::letter::document::{Block, Inline};
use crate::plain_text::is_forbidden;

/// What a letter cannot carry, with the text that asked for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit {
    pub(super) what: &'static str,
    pub(super) text: String,
}

/// What only an entity can bring in: everything else was refused with its place when the file was read.
fn is_unfit(c: char) -> bool {
    !matches!(c, '\n' | '\t') && !has_marker(c.encode_utf8(&mut [0; 4])) && is_forbidden(c)
}

/// How deep quotations, lists and emphasis may stand in one another: whoever goes through them calls itself for each.
const DEEPEST: usize = 40;

/// Reads CommonMark.
pub(super) fn read(source: &str) -> Result<Vec<Block>, Unfit> {
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(source, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) if text.chars().any(is_unfit) => {
                return unfit(
                    "a control character written as an entity, such as &#27;,",
                    source.get(range).unwrap_or_default(),
                );
            }
            _ => {}
        }
        if depth > DEEPEST {
            return unfit(
                "text more than 40 deep in quotations, lists and emphasis",
                source.get(range).unwrap_or_default(),
            );
        }
    }
    blocks(&mut Parser::new_ext(source, Options::empty()), None)
}

fn unfit<T>(what: &'static str, text: &str) -> Result<T, Unfit> {
    Err(Unfit { what, text: text.to_owned() })
}

fn blocks(events: &mut Parser<'_>, end: Option<TagEnd>) -> Result<Vec<Block>, Unfit> {
    let mut blocks = Vec::new();
    // The items of a tight list hold their text without a paragraph around it.
    let mut loose: Vec<Inline> = Vec::new();
    while let Some(event) = events.next() {
        if matches!(&event, Event::End(tag) if Some(*tag) == end) {
            break;
        }
        if let Some(inline) = inline(&event, events)? {
            push(&mut loose, inline);
            continue;
        }
        if !loose.is_empty() {
            blocks.push(Block::Paragraph(std::mem::take(&mut loose)));
        }
        match event {
            Event::Start(Tag::Paragraph) => {
                blocks.push(Block::Paragraph(inlines(events, TagEnd::Paragraph)?));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                blocks.push(Block::Heading(level as u8, inlines(events, TagEnd::Heading(level))?));
            }
            Event::Start(Tag::List(start)) => blocks.push(list(events, start)?),
            Event::Start(Tag::BlockQuote(kind)) => {
                blocks.push(Block::Quote(self::blocks(events, Some(TagEnd::BlockQuote(kind)))?));
            }
            Event::Start(Tag::CodeBlock(_)) => blocks.push(Block::Verbatim(verbatim(events))),
            Event::Rule => blocks.push(Block::Rule),
            Event::Html(html) | Event::InlineHtml(html) => return unfit("HTML", &html),
            _ => {}
        }
    }
    if !loose.is_empty() {
        blocks.push(Block::Paragraph(loose));
    }
    Ok(blocks)
}

fn list(events: &mut Parser<'_>, start: Option<u64>) -> Result<Block, Unfit> {
    let mut items = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Item) => items.push(blocks(events, Some(TagEnd::Item))?),
            Event::End(TagEnd::List(_)) => break,
            _ => {}
        }
    }
    Ok(Block::List { start, items })
}

fn verbatim(events: &mut Parser<'_>) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(part) => text.push_str(&part),
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    text.trim_end_matches('\n').to_owned()
}

fn inlines(events: &mut Parser<'_>, end: TagEnd) -> Result<Vec<Inline>, Unfit> {
    let mut inlines = Vec::new();
    while let Some(event) = events.next() {
        if event == Event::End(end) {
            break;
        }
        match inline(&event, events)? {
            Some(inline) => push(&mut inlines, inline),
            None => {
                if let Event::InlineHtml(html) = event {
                    return unfit("HTML", &html);
                }
            }
        }
    }
    Ok(inlines)
}

/// The inline that starts with this event, if one does.
fn inline(event: &Event<'_>, events: &mut Parser<'_>) -> Result<Option<Inline>, Unfit> {
    Ok(Some(match event {
        Event::Text(text) | Event::Code(text) => Inline::Text(text.to_string()),
        Event::SoftBreak => Inline::Text("\n".to_owned()),
        Event::HardBreak => Inline::LineBreak,
        Event::Start(Tag::Emphasis) => Inline::Emphasis(inlines(events, TagEnd::Emphasis)?),
        Event::Start(Tag::Strong) => Inline::Strong(inlines(events, TagEnd::Strong)?),
        Event::Start(Tag::Link { dest_url, .. }) => {
            if has_marker(dest_url) {
                return unfit("a field in the address of a link", "](");
            }
            Inline::Link(dest_url.to_string(), inlines(events, TagEnd::Link)?)
        }
        Event::Start(Tag::Image { dest_url, .. }) => return unfit("a picture", dest_url),
        _ => return Ok(None),
    }))
}

/// Neighbouring pieces of text are one; where a line of the file ends between them stands a space, but not in Chinese
/// and Japanese, which have none between words (CSS Text 3 §4.1.3).
fn push(inlines: &mut Vec<Inline>, inline: Inline) {
    if let Some(Inline::Text(before)) = inlines.last_mut()
        && let Some(line) = before.strip_suffix('\n')
    {
        let goes_on = matches!(&inline, Inline::Text(text) if text.starts_with(is_without_spaces));
        let space = if goes_on && line.ends_with(is_without_spaces) { "" } else { " " };
        *before = format!("{line}{space}");
    }
    match (inlines.last_mut(), inline) {
        (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
        (_, inline) => inlines.push(inline),
    }
}

/// Han, kana and the punctuation that goes with them; not Hangul.
fn is_without_spaces(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{312F}' | '\u{3190}'..='\u{A4CF}' | '\u{F900}'..='\u{FAFF}')
        || matches!(c, '\u{FF01}'..='\u{FF65}' | '\u{20000}'..='\u{3FFFF}')
}
