//! One letter set on its sheets: sender, address, date, subject, text and signature, each in its place.

use std::num::NonZeroU16;

use krilla::tagging::Tag;

use super::address::{self, Print, Stand, WINDOW_PRINTS};
use super::error::PdfError;
use super::fonts::Fonts;
use super::galley::{Branch, Column, Galley, Spacing};
use super::look::{Align, Look};
use super::millimetre::MM;
use super::pages::{self, Frame, Placed};
use super::typeset::{TIGHT, Text, leading_of_language};
use crate::language::Direction;
use crate::letter::Letter;
use crate::letter::document::{Document, ENGLISH_TEXT};
use crate::letter::paper::{DatePlace, Field, Sheet, Stationery};

/// A letter that is ready to be drawn.
pub(super) struct SetLetter {
    pub(super) galley: Galley,
    pub(super) pages: Vec<Vec<Placed>>,
    /// Where the logo stands, if there is one.
    pub(super) logo: Field,
    /// Whether the address stands whole in the window.
    pub(super) fits_window: bool,
}

/// The size of every letter's text, in points: a batch is of one piece, however long the notes are.
const SIZE: f32 = 10.0;

/// The room tried until a letter fits one page for each language; a longer one has the first.
const SPACINGS: [Spacing; 3] = [
    Spacing { leading: 1.0, paragraphs: 0.7, signature: 4.5 },
    Spacing { leading: 1.0, paragraphs: 0.5, signature: 3.5 },
    Spacing { leading: 0.93, paragraphs: 0.45, signature: 3.0 },
];

/// Sets `letter` on a sheet of this stationery; `logo` is its picture's width and height in pixels.
///
/// # Errors
/// Where a character has no glyph, or the margins leave no room.
pub(super) fn set(
    letter: &Letter<'_>,
    stationery: &Stationery,
    logo: Option<(u32, u32)>,
    fonts: &mut Fonts,
) -> Result<SetLetter, PdfError> {
    let sheet = stationery.sheet(letter.signer.country());
    let document = letter.document();
    let mut longest = None;
    for spacing in SPACINGS {
        let setting = Setting { letter, document: &document, stationery, sheet: &sheet, spacing };
        let set = setting.set(logo, fonts)?;
        if set.pages.len() <= document.parts.len() {
            return Ok(set);
        }
        // Closer lines save a tenth of a page, no more.
        let is_hopeless = set.pages.len() > document.parts.len() + 1;
        longest.get_or_insert(set);
        if is_hopeless {
            break;
        }
    }
    longest.ok_or(PdfError::NoRoom)
}

/// A letter, and how it is to stand.
struct Setting<'a> {
    letter: &'a Letter<'a>,
    document: &'a Document,
    stationery: &'a Stationery,
    sheet: &'a Sheet,
    spacing: Spacing,
}

impl Setting<'_> {
    fn set(&self, logo: Option<(u32, u32)>, fonts: &mut Fonts) -> Result<SetLetter, PdfError> {
        let Setting { letter, sheet, .. } = *self;
        let margins = sheet.margins;
        let language = letter.template.front_matter.language.as_str();
        let column = self.column(language, self.spacing);
        let frame = Frame {
            left: margins.left * MM,
            first_top: sheet.letter_top * MM,
            top: margins.top * MM,
            bottom: (sheet.size.1 - margins.bottom) * MM,
        };
        if column.width < 60.0 * MM || frame.bottom - frame.first_top < 40.0 * MM {
            return Err(PdfError::NoRoom);
        }
        let mut galley = Galley::default();
        let logo = logo.map(|pixels| logo_field(pixels, sheet, column.is_rtl));
        let mut head = self.sender(logo, column, &mut galley, fonts)?;
        let (address, fits_window) = self.address(&mut galley, fonts)?;
        head.extend(address);
        let look = |alignment, is_bold| Look { is_bold, ..column.look(alignment) };
        let mut gap = 0.0;
        if sheet.date == DatePlace::AboveSubject {
            let date = [Text::plain(&letter.place_and_date())];
            let date = galley.push(&date, look(Align::LetterEnd, false), column, 0.0, fonts)?;
            galley.tree.push(Branch::Group(Tag::P.into(), date));
            gap = SIZE * 1.6;
        }
        let subject = [Text::plain(&letter.subject)];
        let subject = galley.push(&subject, look(Align::LetterStart, true), column, gap, fonts)?;
        let heading = Tag::Hn(NonZeroU16::MIN, Some(letter.subject.clone()));
        galley.tree.push(Branch::Group(heading.into(), subject));
        self.parts(&mut galley, fonts)?;
        let mut pages = pages::cut(&galley.strips, frame);
        if let Some(first) = pages.first_mut() {
            first.splice(0..0, head);
        }
        Ok(SetLetter { galley, pages, logo: logo.unwrap_or(sheet.window), fits_window })
    }

    fn column<'l>(&self, language: &'l str, spacing: Spacing) -> Column<'l> {
        let margins = self.sheet.margins;
        Column {
            width: (self.sheet.size.0 - margins.left - margins.right) * MM,
            size: SIZE,
            leading: leading_of_language(language) * spacing.leading,
            spacing,
            language,
            is_rtl: Direction::of(language) == Direction::Rtl,
        }
    }

    /// The text in each of its languages; a second one begins a page, says what it is, and is not signed again.
    fn parts(&self, galley: &mut Galley, fonts: &mut Fonts) -> Result<(), PdfError> {
        for (number, part) in self.document.parts.iter().enumerate() {
            let mut spacing = self.spacing;
            let mut text = Vec::new();
            let first = galley.strips.len();
            if number > 0 {
                spacing.signature = spacing.paragraphs * 2.0;
                let column = self.column(&part.language, spacing);
                let bold = Look { is_bold: true, ..column.look(Align::LetterStart) };
                for (heading, gap) in [(ENGLISH_TEXT, 0.0), (part.subject.as_str(), SIZE * 0.7)] {
                    let look = if heading == part.subject { bold } else { column.look(Align::LetterStart) };
                    let lines = galley.push(&[Text::plain(heading)], look, column, gap, fonts)?;
                    let heading = Tag::Hn(NonZeroU16::MIN, Some(heading.to_owned()));
                    text.push(Branch::Group(heading.into(), lines));
                }
                if let Some(strip) = galley.strips.get_mut(first) {
                    strip.must_begin_page = true;
                }
            }
            let salutation = galley.strips.len();
            text.extend(galley.push_letter(&part.blocks, self.column(&part.language, spacing), fonts)?);
            if let Some(salutation) = galley.strips.get_mut(salutation) {
                salutation.gap = SIZE * 1.6;
            }
            let part = Tag::Div.with_lang(Some(part.language.clone()));
            galley.tree.push(Branch::Group(part.into(), text));
        }
        Ok(())
    }

    /// Name and country of the sender at the head of the sheet, beside the logo, and the date where it stands there.
    fn sender(
        &self,
        logo: Option<Field>,
        column: Column<'_>,
        galley: &mut Galley,
        fonts: &mut Fonts,
    ) -> Result<Vec<Placed>, PdfError> {
        let Setting { letter, sheet, .. } = *self;
        let beside = logo.map_or(0.0, |logo| logo.width + 5.0);
        let width = column.width / MM - beside;
        let left = sheet.margins.left + if column.is_rtl { beside } else { 0.0 };
        let mut lines = vec![(letter.signer.name().to_owned(), 0.0), (letter.place(), 0.0)];
        if sheet.date == DatePlace::UnderSender {
            lines.push((letter.place_and_date(), 0.8));
        }
        let room = (sheet.window.top - sheet.sender_top) * MM;
        let (texts, branches) = (galley.texts.len(), galley.tree.len());
        // A name or a city may have 200 characters; it does not come down into the window.
        let mut size = SIZE;
        loop {
            let mut placed = Vec::new();
            let mut top = 0.0;
            for (line, gap) in &lines {
                let look = Look { size, ..column.look(Align::LetterStart) };
                let text = galley.set(&Text::plain(line), look, width * MM, fonts)?;
                galley.tree.push(Branch::Group(Tag::P.into(), vec![Branch::Text(text)]));
                top += gap * size;
                for line in 0..galley.texts[text].count() {
                    placed.push(Placed { text, line, left: left * MM, top: sheet.sender_top * MM + top });
                    top += galley.texts[text].height;
                }
            }
            if top <= room || size <= 5.0 {
                return Ok(placed);
            }
            galley.texts.truncate(texts);
            galley.tree.truncate(branches);
            size -= 0.5;
        }
    }

    /// The embassy's address in the window, as large as it fits, and whether it does.
    fn address(&self, galley: &mut Galley, fonts: &mut Fonts) -> Result<(Vec<Placed>, bool), PdfError> {
        let sheet = self.sheet;
        let address = self.letter.embassy.postal(self.stationery.posted_from);
        let prints = WINDOW_PRINTS.iter().copied().filter(|print| print.size >= sheet.least_address);
        let fitting = address::fitting(&address, sheet.address, prints.clone(), fonts)?;
        let smallest =
            || prints.clone().next_back().unwrap_or(Print { size: sheet.least_address, leading: TIGHT });
        let stand = if sheet.is_address_at_foot { Stand::Foot } else { Stand::Head };
        let print = fitting.unwrap_or_else(smallest);
        let placed = address::place(&address, sheet.address, stand, print, galley, fonts)?;
        Ok((placed, fitting.is_some()))
    }
}

/// The logo's place in the corner across from the sender: at most 60 mm wide, and above the window.
fn logo_field(pixels: (u32, u32), sheet: &Sheet, is_rtl: bool) -> Field {
    let room = (60.0_f32, (sheet.window.top - sheet.sender_top - 4.0).clamp(8.0, 25.0));
    #[allow(clippy::cast_precision_loss, reason = "a picture's pixels are far fewer than 2^23")]
    let pixels = (pixels.0 as f32, pixels.1 as f32);
    let scale = (room.0 / pixels.0).min(room.1 / pixels.1);
    let (width, height) = (pixels.0 * scale, pixels.1 * scale);
    let left = if is_rtl { sheet.margins.left } else { sheet.size.0 - sheet.margins.right - width };
    Field { left, top: sheet.sender_top, width, height }
}
