//! Drawing: lines of glyphs onto pages, each with the text that it stands for, and the structure on top.

use std::collections::HashMap;
use std::sync::Arc;

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Size, Transform};
use krilla::image::Image;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup};
use krilla::text::{GlyphId, KrillaGlyph};
use parley::Run;

use super::error::PdfError;
use super::fonts::Fonts;
use super::galley::Branch;
use super::lines::{Lines, advance};
use super::look::{Align, Look};
use super::millimetre::MM;
use super::pages::Placed;
use super::sheet::SetLetter;
use super::typeset::{Text, set};
use crate::letter::paper::{Field, Sheet};

/// The pieces of each text on the pages, by the text's place in its galley.
pub(super) type Pieces = HashMap<usize, Vec<Identifier>>;

/// Draws a letter's pages, and returns its part of the document's structure.
pub(super) fn letter(
    document: &mut Document,
    letter: &SetLetter,
    sheet: &Sheet,
    language: &str,
    logo: Option<&Image>,
    fonts: &mut Fonts,
) -> Result<TagGroup, PdfError> {
    let (width, height) = (sheet.size.0 * MM, sheet.size.1 * MM);
    let settings = PageSettings::from_wh(width, height).ok_or(PdfError::NoRoom)?;
    let mut pieces = Pieces::new();
    let mut part = TagGroup::new(Tag::Part.with_lang(Some(language.to_owned())));
    for (number, placed) in letter.pages.iter().enumerate() {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        black(&mut surface);
        if number == 0 {
            fold_marks(&mut surface, sheet);
            if let Some(logo) = logo {
                part.push(picture(&mut surface, letter.logo, logo));
            }
        } else {
            page_number(&mut surface, number + 1, sheet, fonts)?;
        }
        lines(&mut surface, placed, &letter.galley.texts, &mut pieces, fonts)?;
        surface.finish();
        page.finish();
    }
    letter.galley.tree.iter().for_each(|branch| part.push(node(branch, &mut pieces)));
    Ok(part)
}

/// Draws lines in their places.
pub(super) fn lines(
    surface: &mut Surface<'_>,
    placed: &[Placed],
    texts: &[Arc<Lines>],
    pieces: &mut Pieces,
    fonts: &mut Fonts,
) -> Result<(), PdfError> {
    for line in placed {
        let Some(text) = texts.get(line.text) else { continue };
        let span = SpanTag::empty().with_lang(Some(&text.language));
        let piece = surface.start_tagged(ContentTag::Span(span));
        draw_line(surface, *line, text, fonts)?;
        surface.end_tagged();
        pieces.entry(line.text).or_default().push(piece);
    }
    Ok(())
}

/// The structure below `branch`, with the pieces that were drawn of it.
pub(super) fn node(branch: &Branch, pieces: &mut Pieces) -> Node {
    match branch {
        Branch::Group(tag, branches) => {
            let mut group = TagGroup::new(tag.clone());
            for branch in branches {
                match branch {
                    Branch::Text(text) => {
                        pieces.remove(text).into_iter().flatten().for_each(|piece| group.push(piece));
                    }
                    Branch::Group(..) => group.push(node(branch, pieces)),
                }
            }
            group.into()
        }
        Branch::Text(text) => {
            let leaves = pieces.remove(text).into_iter().flatten().map(Node::Leaf);
            TagGroup::with_children(Tag::P, leaves.collect()).into()
        }
    }
}

pub(super) fn black(surface: &mut Surface<'_>) {
    surface.set_fill(Some(Fill { paint: luma::Color::black().into(), ..Fill::default() }));
}

fn draw_line(
    surface: &mut Surface<'_>,
    place: Placed,
    text: &Lines,
    fonts: &mut Fonts,
) -> Result<(), PdfError> {
    let Some(line) = text.layout.get(place.line) else { return Ok(()) };
    let baseline = place.top + text.baseline();
    let mut left = place.left + text.indent(&line);
    for run in line.runs() {
        // The mark that gives a line its direction is done with its work.
        let is_mark =
            text.text.get(run.text_range()).is_some_and(|text| matches!(text, "\u{200E}" | "\u{200F}"));
        if !is_mark {
            let start = Point::from_xy(left, baseline);
            let font = fonts.embedded(&run)?;
            surface.draw_glyphs(start, &glyphs(&run), font, &text.text, run.font_size(), false);
        }
        left += advance(&run);
    }
    Ok(())
}

/// A run's glyphs from left to right. A ligature's glyph comes with the first of its clusters that is met, and stands
/// for the text of all of them.
pub(super) fn glyphs(run: &Run<'_, ()>) -> Vec<KrillaGlyph> {
    let size = run.font_size();
    let mut glyphs: Vec<KrillaGlyph> = Vec::with_capacity(run.len());
    let mut first_of_cluster = 0;
    for cluster in run.visual_clusters() {
        let range = cluster.text_range();
        if cluster.is_ligature_continuation() {
            for glyph in &mut glyphs[first_of_cluster..] {
                glyph.text_range.start = glyph.text_range.start.min(range.start);
                glyph.text_range.end = glyph.text_range.end.max(range.end);
            }
            continue;
        }
        first_of_cluster = glyphs.len();
        glyphs.extend(cluster.glyphs().map(|glyph| {
            KrillaGlyph::new(
                GlyphId::new(glyph.id),
                glyph.advance / size,
                glyph.x / size,
                // Downwards there, upwards here.
                -glyph.y / size,
                0.0,
                range.clone(),
                None,
            )
        }));
    }
    glyphs
}

/// Short lines at the left edge that show where to fold.
fn fold_marks(surface: &mut Surface<'_>, sheet: &Sheet) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Page)));
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: luma::Color::new(128).into(), width: 0.4, ..Stroke::default() }));
    for fold in sheet.folds {
        let mut path = PathBuilder::new();
        path.move_to(5.0 * MM, fold * MM);
        path.line_to(8.5 * MM, fold * MM);
        if let Some(path) = path.finish() {
            surface.draw_path(&path);
        }
    }
    surface.set_stroke(None);
    black(surface);
    surface.end_tagged();
}

fn page_number(
    surface: &mut Surface<'_>,
    number: usize,
    sheet: &Sheet,
    fonts: &mut Fonts,
) -> Result<(), PdfError> {
    let look = Look { size: 9.0, leading: 1.35, is_bold: false, alignment: Align::Centre, language: "en" };
    let text = set(&Text::plain(&number.to_string()), look, sheet.size.0 * MM, fonts)?;
    let top = (sheet.size.1 - sheet.margins.bottom / 2.0) * MM - 6.0;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PageNumber)));
    draw_line(surface, Placed { text: 0, line: 0, left: 0.0, top }, &text, fonts)?;
    surface.end_tagged();
    Ok(())
}

/// The logo in its place.
fn picture(surface: &mut Surface<'_>, place: Field, logo: &Image) -> TagGroup {
    let piece = surface.start_tagged(ContentTag::Other);
    surface.push_transform(&Transform::from_translate(place.left * MM, place.top * MM));
    if let Some(size) = Size::from_wh(place.width * MM, place.height * MM) {
        surface.draw_image(logo.clone(), size);
    }
    surface.pop();
    surface.end_tagged();
    TagGroup::with_children(Tag::Figure(Some("Logo".to_owned())), vec![piece.into()])
}
