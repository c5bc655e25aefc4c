//! One letter set on its sheets: sender, address, date, subject, text and signature, each in its place.

use std::num::NonZeroU16;

use krilla::tagging::{Tag, TagKind};

use super::error::PdfError;
use super::fonts::Fonts;
use super::galley::{Branch, Column, Galley};
use super::pages::{self, Frame, Placed};
use super::typeset::{Align, Look, Text};
use crate::language::Direction;
use crate::letter::Letter;
use crate::letter::document::Document;
use crate::letter::paper::{Field, Sheet};

/// A letter that is ready to be drawn.
pub(super) struct SetLetter {
    pub(super) galley: Galley,
    pub(super) pages: Vec<Vec<Placed>>,
}

/// The sizes tried until a letter fits one page for each language; a longer one has the first.
const SIZES: [f32; 4] = [10.5, 10.0, 9.5, 9.0];

/// Points to a millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;

/// Sets `letter` on `sheet`.
///
/// # Errors
/// Where a character has no glyph, or the margins leave no room.
pub(super) fn set(letter: &Letter<'_>, sheet: &Sheet, fonts: &mut Fonts) -> Result<SetLetter, PdfError> {
    let mut longest = None;
    let document = letter.document();
    for size in SIZES {
        let set = set_at(letter, &document, sheet, size, fonts)?;
        if set.pages.len() <= document.parts.len() {
            return Ok(set);
        }
        longest.get_or_insert(set);
    }
    longest.ok_or(PdfError::NoRoom)
}

fn set_at(
    letter: &Letter<'_>,
    document: &Document,
    sheet: &Sheet,
    size: f32,
    fonts: &mut Fonts,
) -> Result<SetLetter, PdfError> {
    let language = letter.template.front_matter.language.as_str();
    let margins = sheet.margins;
    let width = (sheet.size.0 - margins.left - margins.right) * MM;
    let column =
        |language| Column { width, size, language, is_rtl: Direction::of(language) == Direction::Rtl };
    let own_column = column(language);
    let frame = Frame {
        left: margins.left * MM,
        first_top: sheet.letter_top * MM,
        top: margins.top * MM,
        bottom: (sheet.size.1 - margins.bottom) * MM,
    };
    if width < 60.0 * MM || frame.bottom - frame.first_top < 40.0 * MM {
        return Err(PdfError::NoRoom);
    }
    let mut galley = Galley::default();
    let mut head = sender(letter, sheet, own_column, &mut galley, fonts)?;
    head.extend(address(letter, sheet, &mut galley, fonts)?);
    let look = |alignment, is_bold| Look { size, is_bold, alignment, language };
    let date = [Text::plain(&letter.place_and_date())];
    let date = galley.push(&date, look(Align::LetterEnd, false), own_column, 0.0, fonts)?;
    let subject = [Text::plain(&letter.subject)];
    let subject = galley.push(&subject, look(Align::LetterStart, true), own_column, size * 1.6, fonts)?;
    galley.tree.push(Branch::Group(Tag::P.into(), date));
    let heading = Tag::Hn(NonZeroU16::MIN, Some(letter.subject.clone()));
    galley.tree.push(Branch::Group(heading.into(), subject));
    for (number, part) in document.parts.iter().enumerate() {
        let first = galley.strips.len();
        let text = galley.push_letter(&part.blocks, column(&part.language), fonts)?;
        if let Some(salutation) = galley.strips.get_mut(first) {
            salutation.gap = size * 1.6;
            salutation.must_begin_page = number > 0;
        }
        let part = Tag::Div.with_lang(Some(part.language.clone()));
        galley.tree.push(Branch::Group(part.into(), text));
    }
    let mut pages = pages::cut(&galley.strips, frame);
    if let Some(first) = pages.first_mut() {
        first.splice(0..0, head);
    }
    Ok(SetLetter { galley, pages })
}

/// Name and country of the sender at the head of the sheet.
fn sender(
    letter: &Letter<'_>,
    sheet: &Sheet,
    column: Column<'_>,
    galley: &mut Galley,
    fonts: &mut Fonts,
) -> Result<Vec<Placed>, PdfError> {
    let field = Field {
        left: sheet.margins.left,
        top: sheet.sender_top,
        width: column.width / MM,
        height: sheet.address.top - sheet.sender_top,
    };
    let look = Look { size: 9.5, is_bold: false, alignment: Align::LetterStart, language: column.language };
    let lines = [letter.signer.name().to_owned(), letter.place()];
    Ok(block(&lines, look, field, false, Tag::P.into(), galley, fonts)?.placed)
}

/// The embassy's address in the window, as large as it fits.
fn address(
    letter: &Letter<'_>,
    sheet: &Sheet,
    galley: &mut Galley,
    fonts: &mut Fonts,
) -> Result<Vec<Placed>, PdfError> {
    let lines = letter.embassy.post_lines();
    fitted(&lines, sheet.address, sheet.is_address_at_foot, galley, fonts)
}

/// An address in its field: in the largest of a few sizes in which it fits.
pub(super) fn fitted(
    lines: &[String],
    field: Field,
    at_foot: bool,
    galley: &mut Galley,
    fonts: &mut Fonts,
) -> Result<Vec<Placed>, PdfError> {
    let (texts, branches) = (galley.texts.len(), galley.tree.len());
    let mut size = 10.5;
    loop {
        // Addresses are written in Latin letters, as the book has them.
        let look = Look { size, is_bold: false, alignment: Align::Left, language: "en" };
        let set = block(lines, look, field, at_foot, Tag::P.into(), galley, fonts)?;
        size -= 0.5;
        if set.height <= field.height * MM || size < 6.0 {
            return Ok(set.placed);
        }
        galley.texts.truncate(texts);
        galley.tree.truncate(branches);
    }
}

struct Standing {
    placed: Vec<Placed>,
    height: f32,
}

/// Lines below one another in a field.
fn block(
    lines: &[String],
    look: Look<'_>,
    field: Field,
    at_foot: bool,
    tag: TagKind,
    galley: &mut Galley,
    fonts: &mut Fonts,
) -> Result<Standing, PdfError> {
    let mut placed = Vec::new();
    let mut leaves = Vec::new();
    let mut height = 0.0;
    for line in lines {
        let text = galley.set(&Text::plain(line), look, field.width * MM, fonts)?;
        leaves.push(Branch::Text(text));
        for (line, metrics) in galley.texts[text].layout.lines().map(|line| *line.metrics()).enumerate() {
            placed.push(Placed { text, line, left: field.left * MM, top: field.top * MM + height });
            height += metrics.line_height;
        }
    }
    if at_foot {
        let down = (field.height * MM - height).max(0.0);
        placed.iter_mut().for_each(|line| line.top += down);
    }
    galley.tree.push(Branch::Group(tag, leaves));
    Ok(Standing { placed, height })
}
