//! The letter as a page of HTML that stands by itself and prints as well as it reads.
//!
//! Nothing in it is loaded from elsewhere, and nothing in it says who made it or where.

use std::fmt::Write as _;

use super::maker::{Maker, Unmade};
use crate::country::Territory;
use crate::language::Direction;
use crate::letter::Letter;
use crate::letter::document::{Block, Inline, Part, plain};
use crate::signer::Wishes;

/// Makes letters as pages of HTML.
pub(crate) struct Html {
    /// Where they are posted.
    pub(crate) posted_from: Option<Territory>,
}

impl Maker for Html {
    fn make(&mut self, letter: &Letter<'_>, _: &Wishes) -> Result<Option<Vec<u8>>, Unmade> {
        let page = page(letter, self.posted_from, "", "default-src 'none'; style-src 'unsafe-inline'");
        Ok(Some(page.into_bytes()))
    }
}

/// The page with `controls` above the letter, which are not printed; `policy` is its Content-Security-Policy.
pub(crate) fn page(
    letter: &Letter<'_>,
    posted_from: Option<Territory>,
    controls: &str,
    policy: &str,
) -> String {
    let language = &letter.template.front_matter.language;
    let mut page = String::with_capacity(8192);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{controls}<main>\n",
        escape(language),
        Direction::of(language).word(),
        escape(&letter.subject),
    );
    let address = letter.embassy.postal(posted_from).text_lines();
    // The address is written as the post reads it, whatever the letter's direction.
    page.push_str("<address dir=\"auto\">");
    page.push_str(&address.iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br>\n"));
    let _ = write!(
        page,
        "</address>\n<p class=\"date\">{}</p>\n<h1>{}</h1>\n",
        escape(&letter.place_and_date()),
        escape(&letter.subject)
    );
    for (number, part) in letter.document().parts.iter().enumerate() {
        if number > 0 {
            let direction = part.direction().word();
            let language = escape(&part.language);
            let _ = writeln!(page, "<hr>\n<section lang=\"{language}\" dir=\"{direction}\">");
        }
        push_part(&mut page, part);
        if number > 0 {
            page.push_str("</section>\n");
        }
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// The blocks of a part; the last is the signature.
fn push_part(page: &mut String, part: &Part) {
    let Some((signature, text)) = part.blocks.split_last() else { return };
    let direction = part.direction();
    text.iter().for_each(|block| push_block(page, block, direction));
    page.push_str("<div class=\"signature\">\n");
    push_block(page, signature, direction);
    page.push_str("</div>\n");
}

const STYLE: &str = "\
body { font: 1.0625rem/1.5 Georgia, 'Noto Serif', serif; margin: 0; background: #eee; color: #111; }
main { box-sizing: border-box; max-width: 46rem; margin: 1rem auto; padding: 3rem 3.5rem; background: #fff; }
address { font-style: normal; text-align: start; }
.date { text-align: end; }
h1 { font-size: 1em; margin: 1.5em 0; }
ol, ul { padding-inline-start: 2em; }
hr { margin: 3em 0; border: 0; border-top: 1px solid; }
:lang(ko) { word-break: keep-all; }
.signature { margin-top: 2.5em; padding-top: 2.5em; break-inside: avoid; }
nav { max-width: 46rem; margin: 1rem auto; font-family: sans-serif; }
@media (max-width: 40rem) { main { padding: 1.5rem; margin: 0; } }
@page { margin: 25mm 20mm 20mm 25mm; }
@media print { body { background: none; font-size: 10.5pt; line-height: 1.35; } main { padding: 0; margin: 0; max-width: none; } nav { display: none; } }
@media print { p, h1 { margin: 0.7em 0; orphans: 2; widows: 2; } li { break-inside: avoid; } .signature { margin-top: 0; break-before: avoid; } }
";

fn push_block(page: &mut String, block: &Block, direction: Direction) {
    let _ = match block {
        Block::Paragraph(inlines) => {
            writeln!(page, "<p{}>{}</p>", own_direction(inlines, direction), inline(inlines))
        }
        Block::Heading(level, inlines) => {
            let level = (level + 1).min(6);
            writeln!(page, "<h{level}>{}</h{level}>", inline(inlines))
        }
        Block::List { start, items } => {
            let (open, close) = match start {
                None => ("<ul>".to_owned(), "</ul>"),
                Some(1) => ("<ol>".to_owned(), "</ol>"),
                Some(number) => (format!("<ol start=\"{number}\">"), "</ol>"),
            };
            page.push_str(&open);
            page.push('\n');
            for item in items {
                page.push_str("<li>");
                match item.as_slice() {
                    [Block::Paragraph(inlines)] => page.push_str(&inline(inlines)),
                    blocks => blocks.iter().for_each(|block| push_block(page, block, direction)),
                }
                page.push_str("</li>\n");
            }
            writeln!(page, "{close}")
        }
        Block::Quote(blocks) => {
            page.push_str("<blockquote>\n");
            blocks.iter().for_each(|block| push_block(page, block, direction));
            writeln!(page, "</blockquote>")
        }
        Block::Verbatim(text) => writeln!(page, "<pre>{}</pre>", escape(text)),
        Block::Rule => writeln!(page, "<hr>"),
    };
}

/// What a paragraph says of its direction, such as a note in another script than the letter's, whose full stop would
/// else stand at the wrong end.
fn own_direction(inlines: &[Inline], around: Direction) -> String {
    match Direction::of_text(&plain(inlines)) {
        Some(own) if own != around => format!(" dir=\"{}\"", own.word()),
        _ => String::new(),
    }
}

fn inline(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|part| match part {
            Inline::Text(text) => escape(text),
            Inline::Emphasis(inner) => format!("<em>{}</em>", inline(inner)),
            Inline::Strong(inner) => format!("<strong>{}</strong>", inline(inner)),
            Inline::Link(address, inner) => {
                let is_web = ["https:", "http:", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
                if is_web {
                    format!("<a href=\"{}\">{}</a>", escape(address), inline(inner))
                } else {
                    inline(inner)
                }
            }
            Inline::LineBreak => "<br>\n".to_owned(),
        })
        .collect()
}

pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
