//! What sets letters on paper, one or many: a PDF for each letter, or one PDF of a whole list.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::path::Path;

use chrono::{Datelike as _, NaiveDate};
use krilla::configure::validate::Archival;
use krilla::configure::{Configuration, ConfigurationBuilder};
use krilla::geom::Size;
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata, TextDirection};
use krilla::page::PageSettings;
use krilla::tagging::{ContentTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};

use super::error::PdfError;
use super::fonts::Fonts;
use super::look::{Align, Look};
use super::typeset::Text;
use super::{draw, sheet, typeset};
use crate::country::Territory;
use crate::files;
use crate::language::Direction;
use crate::letter::Letter;
use crate::letter::form::maker::{Maker, Unmade};
use crate::letter::paper::Stationery;
use crate::picture::{Picture, PictureKind};
use crate::signer::Wishes;

/// What sets letters on paper: the stationery, and the fonts that have been read.
pub(crate) struct Printer {
    stationery: Stationery,
    logo: Option<Image>,
    pub(super) fonts: Fonts,
    /// Characters that have been set, and so have a glyph.
    known: HashSet<char>,
    /// The missions whose addresses were too long for the window.
    too_long: BTreeSet<String>,
}

impl fmt::Debug for Printer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Printer").field("stationery", &self.stationery).finish_non_exhaustive()
    }
}

impl Printer {
    /// A printer with this stationery.
    ///
    /// # Errors
    /// Where its font or logo cannot be had.
    pub(crate) fn new(stationery: Stationery) -> Result<Printer, PdfError> {
        let fonts = Fonts::new(stationery.font.as_deref())?;
        let logo = stationery.logo.as_deref().map(self::logo).transpose()?;
        Ok(Printer { stationery, logo, fonts, known: HashSet::new(), too_long: BTreeSet::new() })
    }

    /// The PDF of one letter.
    ///
    /// # Errors
    /// Where a character has no glyph in any font.
    pub(crate) fn letter(&mut self, letter: &Letter<'_>) -> Result<Vec<u8>, PdfError> {
        let mut stack = self.stack(&letter.subject, &letter.template.front_matter.language, letter.date)?;
        stack.push(letter)?;
        stack.finish()
    }

    /// Many letters in one PDF, in the order in which they are pushed; title, language and date are the whole's.
    ///
    /// # Errors
    /// Where krilla does not know PDF/A-2a.
    pub(crate) fn stack(
        &mut self,
        title: &str,
        language: &str,
        date: NaiveDate,
    ) -> Result<Stack<'_>, PdfError> {
        let document = document(title, language, date)?;
        Ok(Stack { document, structure: TagTree::new(), printer: self })
    }

    /// Where its letters are posted, if that is said.
    pub(crate) fn posted_from(&self) -> Option<Territory> {
        self.stationery.posted_from
    }

    /// What there is to say of the letters printed so far.
    pub(crate) fn remark(&self) -> Option<String> {
        if self.too_long.is_empty() {
            return None;
        }
        let titles: Vec<&str> = self.too_long.iter().map(String::as_str).collect();
        Some(format!(
            "The address is too long for the envelope's window, and needs a label (`protest labels`): {}.",
            titles.join("; ")
        ))
    }

    /// Sees to it that there is a glyph for every character of a letter. Only texts with characters not met before are
    /// set, so that a long list is tried out soon.
    ///
    /// # Errors
    /// Where a character has no glyph in any font.
    pub(crate) fn try_out(&mut self, letter: &Letter<'_>) -> Result<(), PdfError> {
        let own = letter.template.front_matter.language.as_str();
        let document = letter.document();
        let of_letter = [letter.signer.name().to_owned(), letter.place_and_date(), letter.subject.clone()];
        let mut texts: Vec<(String, &str)> = of_letter.into_iter().map(|text| (text, own)).collect();
        texts.extend(letter.embassy.post_lines().into_iter().map(|line| (line, "en")));
        for part in &document.parts {
            texts.extend(part.lines().into_iter().map(|line| (line, part.language.as_str())));
        }
        for (text, language) in texts {
            if text.chars().all(|c| self.known.contains(&c)) {
                continue;
            }
            let look = Look { size: 10.0, leading: 1.35, is_bold: false, alignment: Align::Start, language };
            typeset::set(&Text::plain(&text), look, 500.0, &mut self.fonts)?;
            self.known.extend(text.chars());
        }
        Ok(())
    }
}

impl Maker for Printer {
    fn make(&mut self, letter: &Letter<'_>, _: &Wishes) -> Result<Option<Vec<u8>>, Unmade> {
        match self.letter(letter) {
            Ok(pdf) => Ok(Some(pdf)),
            Err(error) => Err(error.of(letter.signer)),
        }
    }

    fn remark(&self) -> Option<String> {
        Printer::remark(self)
    }
}

/// A PDF in the making.
pub(crate) struct Stack<'a> {
    printer: &'a mut Printer,
    document: Document,
    structure: TagTree,
}

impl Stack<'_> {
    /// Adds a letter.
    ///
    /// # Errors
    /// Where a character has no glyph in any font.
    pub(crate) fn push(&mut self, letter: &Letter<'_>) -> Result<(), PdfError> {
        let Printer { stationery, logo, fonts, .. } = &mut *self.printer;
        let sheet = stationery.sheet(letter.signer.country());
        let set = sheet::set(letter, stationery, logo.as_ref().map(Image::size), fonts)?;
        if !set.fits_window {
            self.printer.too_long.insert(letter.embassy.title());
        }
        let Printer { logo, fonts, .. } = &mut *self.printer;
        let language = &letter.template.front_matter.language;
        let part = draw::letter(&mut self.document, &set, &sheet, language, logo.as_ref(), fonts)?;
        self.structure.push(part);
        Ok(())
    }

    /// The PDF's bytes.
    ///
    /// # Errors
    /// What the validator objects to.
    pub(crate) fn finish(self) -> Result<Vec<u8>, PdfError> {
        let Stack { mut document, structure, .. } = self;
        document.set_tag_tree(structure);
        document.finish().map_err(|error| PdfError::of_krilla(&error))
    }
}

/// The logo, once it is known that it can stand in a PDF: otherwise every letter would say so.
fn logo(path: &Path) -> Result<Image, PdfError> {
    let refused = |problem: String| PdfError::Logo(path.to_owned(), problem);
    let bytes = files::contents(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => PdfError::NoSuchLogo(path.to_owned()),
        _ => refused(error.to_string()),
    })?;
    let Picture { kind, bytes } = Picture::read(&bytes).map_err(|error| refused(error.to_string()))?;
    let image = match kind {
        PictureKind::Jpeg => Image::from_jpeg(bytes.into(), false),
        PictureKind::Png => Image::from_png(bytes.into(), false),
    };
    let image = image.ok().filter(|image| can_be_drawn(image).is_some());
    image.ok_or_else(|| {
        refused("it cannot be put into a PDF: save it anew, as a PNG of 8 bits a colour".to_owned())
    })
}

/// Whether a PDF of nothing else can be made of it.
fn can_be_drawn(image: &Image) -> Option<()> {
    let mut document = document("Logo", "en", NaiveDate::default()).ok()?;
    let mut page = document.start_page_with(PageSettings::from_wh(100.0, 100.0)?);
    let mut surface = page.surface();
    let piece = surface.start_tagged(ContentTag::Other);
    surface.draw_image(image.clone(), Size::from_wh(50.0, 50.0)?);
    surface.end_tagged();
    surface.finish();
    page.finish();
    let mut structure = TagTree::new();
    structure.push(TagGroup::with_children(Tag::Figure(Some("Logo".to_owned())), vec![piece.into()]));
    document.set_tag_tree(structure);
    document.finish().ok().map(drop)
}

/// An empty PDF/A-2a, which must have a date: the letter's, so that it does not tell when it was made.
pub(super) fn document(title: &str, language: &str, date: NaiveDate) -> Result<Document, PdfError> {
    let settings = SerializeSettings { configuration: configuration()?, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let text_direction = match Direction::of(language) {
        Direction::Rtl => TextDirection::RightToLeft,
        Direction::Ltr => TextDirection::LeftToRight,
    };
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .language(language.to_owned())
            .text_direction(text_direction)
            .creation_date(midnight(date)),
    );
    Ok(document)
}

fn midnight(date: NaiveDate) -> DateTime {
    let small = |number: u32| u8::try_from(number).unwrap_or(1);
    DateTime::new(u16::try_from(date.year()).unwrap_or_default())
        .month(small(date.month()))
        .day(small(date.day()))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn configuration() -> Result<Configuration, PdfError> {
    ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .finish()
        .map_err(|_| PdfError::Invalid("this build knows no PDF/A-2a"))
}
