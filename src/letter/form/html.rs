//! The letter as a page of HTML that stands by itself and prints as well as it reads.
//!
//! Nothing in it is loaded from elsewhere, and nothing in it says who made it or where.

use std::fmt::Write as _;

use super::maker::{Maker, Unmade};
use crate::content_policy::policy;
use crate::language::Direction;
use crate::letter::Letter;
use crate::letter::document::{Block, ENGLISH_TEXT, Inline, Part, plain};
use crate::letter::paper::{DatePlace, Sheet, Stationery};
use crate::signer::Wishes;

/// Makes letters as pages of HTML.
pub(crate) struct Html {
    /// The sheet that they are printed on, and where they are posted.
    pub(crate) stationery: Stationery,
}

impl Maker for Html {
    fn make(&mut self, letter: &Letter<'_>, _: &Wishes) -> Result<Option<Vec<u8>>, Unmade> {
        Ok(Some(page(letter, &self.stationery, "", None).into_bytes()))
    }
}

/// The page with `controls` above the letter, which are not printed, and a script under it, if there is one.
pub(crate) fn page(
    letter: &Letter<'_>,
    stationery: &Stationery,
    controls: &str,
    script: Option<&str>,
) -> String {
    let sheet = stationery.sheet(letter.signer.country());
    let style = format!("{STYLE}{}", on_paper(&sheet));
    let language = &letter.template.front_matter.language;
    let mut page = String::with_capacity(8192);
    let _ = write!(
        page,
        "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n\
         {controls}<main>\n",
        escape(language),
        Direction::of(language).word(),
        policy(script.as_slice(), &[&style]),
        escape(&letter.subject),
    );
    head(&mut page, letter, stationery, &sheet);
    for (number, part) in letter.document().parts.iter().enumerate() {
        if number == 0 {
            push_part(&mut page, part);
            continue;
        }
        let (language, direction) = (escape(&part.language), part.direction().word());
        let _ = write!(
            page,
            "<hr>\n<section lang=\"{language}\" dir=\"{direction}\">\n<p>{ENGLISH_TEXT}</p>\n<h2>{}</h2>\n",
            escape(&part.subject)
        );
        push_part(&mut page, part);
        page.push_str("</section>\n");
    }
    page.push_str("</main>\n");
    if let Some(script) = script {
        let _ = writeln!(page, "<script>{script}</script>");
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// Sender, address, date and subject.
fn head(page: &mut String, letter: &Letter<'_>, stationery: &Stationery, sheet: &Sheet) {
    let date = escape(&letter.place_and_date());
    let (name, place) = (escape(letter.signer.name()), escape(&letter.place()));
    let _ = writeln!(page, "<header>\n<p>{name}<br>\n{place}</p>");
    if sheet.date == DatePlace::UnderSender {
        let _ = writeln!(page, "<p>{date}</p>");
    }
    page.push_str("</header>\n");
    let address = letter.embassy.postal(stationery.posted_from).text_lines();
    let address: Vec<String> = address.iter().map(|line| escape(line)).collect();
    // The address is written as the post reads it, whatever the letter's direction.
    let _ = writeln!(page, "<address dir=\"auto\">{}</address>", address.join("<br>\n"));
    page.push_str("<div class=\"head\">\n");
    if sheet.date == DatePlace::AboveSubject {
        let _ = writeln!(page, "<p class=\"date\">{date}</p>");
    }
    let _ = writeln!(page, "<h1>{}</h1>\n</div>", escape(&letter.subject));
}

/// Where on the sheet the printed page has what: the address in its window, as the PDF has it.
fn on_paper(sheet: &Sheet) -> String {
    let Sheet { size, margins, address, .. } = sheet;
    let (left, top) = (address.left - margins.left, address.top - margins.top);
    // US paper is an inch shorter: closer lines keep the letter on one page, as the PDF's do.
    let leading = if size.1 < 290.0 { "  body, :lang(en) { line-height: 1.26; }\n" } else { "" };
    format!(
        "@page {{ size: {:.1}mm {:.1}mm; margin: {:.1}mm {:.1}mm {:.1}mm {:.1}mm; }}\n\
         @media print {{\n  main {{ position: relative; }}\n\
         \x20 header {{ position: absolute; top: 0; inset-inline-start: 0; }}\n\
         \x20 address[dir] {{ position: absolute; margin: 0; left: {left:.1}mm; top: {top:.1}mm; width: {:.1}mm; line-height: 1.2; }}\n\
         \x20 .head {{ padding-top: {:.1}mm; }}\n{leading}}}\n",
        size.0,
        size.1,
        margins.top,
        margins.right,
        margins.bottom,
        margins.left,
        address.width,
        sheet.letter_top - margins.top,
    )
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

const STYLE: &str = include_str!("html.css");

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
                    format!(
                        "<a href=\"{}\" rel=\"noreferrer noopener\">{}</a>",
                        escape(address),
                        inline(inner)
                    )
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
