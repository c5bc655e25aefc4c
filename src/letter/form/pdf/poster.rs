//! A poster that leads to a page: what it is, a code for a telephone's camera, and the address for a hand.
//!
//! The code is drawn as squares, not as a picture, and those who hear the PDF are told where it leads.

use chrono::NaiveDate;
use krilla::geom::{PathBuilder, Rect};
use krilla::page::PageSettings;
use krilla::tagging::{ContentTag, Tag, TagGroup, TagTree};
use std::num::NonZeroU16;

use super::draw::{self, Pieces};
use super::error::PdfError;
use super::galley::{Branch, Galley};
use super::look::{Align, Look};
use super::millimetre::MM;
use super::pages::Placed;
use super::printer::{Printer, document};
use super::typeset::Text;
use crate::letter::paper::Paper;

/// What a poster says.
pub(crate) struct Poster<'a> {
    /// What the page is about.
    pub title: &'a str,
    /// What to do with the code.
    pub sentence: &'a str,
    /// Where the page is.
    pub url: &'a str,
    /// Who answers for it.
    pub contact: Option<&'a str>,
    /// The code's squares, row by row; dark ones are true.
    pub code: &'a [Vec<bool>],
    /// The language of title and sentence.
    pub language: &'a str,
}

/// Millimetres around everything.
const MARGIN: f32 = 20.0;
/// The side of the code with its quiet zone, in millimetres.
const CODE: f32 = 130.0;
/// The light squares around a code by which a camera finds it (ISO/IEC 18004 §5.3.8).
const QUIET: usize = 4;

impl Printer {
    /// The PDF of a poster, on one sheet.
    ///
    /// # Errors
    /// Where a character has no glyph in any font.
    pub(crate) fn poster(
        &mut self,
        poster: &Poster<'_>,
        paper: Paper,
        date: NaiveDate,
    ) -> Result<Vec<u8>, PdfError> {
        let mut pdf = document(poster.title, poster.language, date)?;
        let (width, height) = paper.size();
        let settings = PageSettings::from_wh(width * MM, height * MM).ok_or(PdfError::NoRoom)?;
        let room = (width - 2.0 * MARGIN) * MM;
        let mut galley = Galley::default();
        let mut placed: Vec<Placed> = Vec::new();
        let mut top = MARGIN * MM;
        let look = |size, is_bold, language| Look {
            size,
            leading: 1.25,
            is_bold,
            alignment: Align::Centre,
            language,
        };
        let mut set =
            |text: &str, tag, look: Look<'_>, top: &mut f32, printer: &mut Printer| -> Result<(), PdfError> {
                let number = galley.set(&Text::plain(text), look, room, &mut printer.fonts)?;
                galley.tree.push(Branch::Group(tag, vec![Branch::Text(number)]));
                for line in 0..galley.texts[number].count() {
                    placed.push(Placed { text: number, line, left: MARGIN * MM, top: *top });
                    *top += galley.texts[number].height;
                }
                Ok(())
            };
        let heading = Tag::Hn(NonZeroU16::MIN, Some(poster.title.to_owned()));
        set(poster.title, heading.into(), look(28.0, true, poster.language), &mut top, self)?;
        top += 8.0 * MM;
        set(poster.sentence, Tag::P.into(), look(16.0, false, poster.language), &mut top, self)?;
        let code_top = top + 4.0 * MM;
        let side = CODE.min(height - MARGIN - code_top / MM - 30.0).max(60.0);
        top = code_top + (side + 6.0) * MM;
        set(poster.url, Tag::P.into(), look(14.0, true, "en"), &mut top, self)?;
        if let Some(contact) = poster.contact {
            top += 4.0 * MM;
            set(contact, Tag::P.into(), look(11.0, false, "en"), &mut top, self)?;
        }
        if top > (height - MARGIN / 2.0) * MM {
            return Err(PdfError::NoRoom);
        }
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        draw::black(&mut surface);
        let mut pieces = Pieces::new();
        draw::lines(&mut surface, &placed, &galley.texts, &mut pieces, &mut self.fonts)?;
        let piece = surface.start_tagged(ContentTag::Other);
        if let Some(squares) = squares(poster.code, ((width - side) / 2.0 * MM, code_top), side * MM) {
            surface.draw_path(&squares);
        }
        surface.end_tagged();
        surface.finish();
        page.finish();
        let mut structure = TagTree::new();
        galley.tree.iter().for_each(|branch| structure.push(draw::node(branch, &mut pieces)));
        structure.push(TagGroup::with_children(Tag::Figure(Some(poster.url.to_owned())), vec![piece.into()]));
        pdf.set_tag_tree(structure);
        pdf.finish().map_err(|error| PdfError::of_krilla(&error))
    }
}

/// The dark squares as one shape: neighbours in a row are drawn together, so that no hair of light is left between them.
fn squares(code: &[Vec<bool>], at: (f32, f32), side: f32) -> Option<krilla::geom::Path> {
    let mut path = PathBuilder::new();
    #[allow(clippy::cast_precision_loss, reason = "a code has at most 177 squares a side")]
    let square = side / (code.len() + 2 * QUIET) as f32;
    #[allow(clippy::cast_precision_loss, reason = "a code has at most 177 squares a side")]
    let edge = |number: usize| (number + QUIET) as f32 * square;
    for (number, row) in code.iter().enumerate() {
        let mut column = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run.first() == Some(&true) {
                let (left, top) = (at.0 + edge(column), at.1 + edge(number));
                #[allow(clippy::cast_precision_loss, reason = "a code has at most 177 squares a side")]
                let width = run.len() as f32 * square;
                path.push_rect(Rect::from_xywh(left, top, width, square)?);
            }
            column += run.len();
        }
    }
    path.finish()
}
