//! An address in its field: in a window of an envelope, or on a label.

use krilla::tagging::Tag;

use super::error::PdfError;
use super::fonts::Fonts;
use super::galley::{Branch, Galley};
use super::look::{Align, Look};
use super::millimetre::MM;
use super::pages::Placed;
use super::typeset::{TIGHT, Text, set};
use crate::embassy::postal::PostalAddress;
use crate::letter::paper::Field;

/// Where the lines of an address begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// At the head of its field.
    Head,
    /// At its foot.
    Foot,
}

/// A size in points with the leading in font sizes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Print {
    pub(super) size: f32,
    pub(super) leading: f32,
}

/// The largest print first; closer lines come before smaller letters.
pub(super) const WINDOW_PRINTS: [Print; 7] = [
    Print { size: 10.5, leading: 1.35 },
    Print { size: 10.5, leading: TIGHT },
    Print { size: 10.0, leading: TIGHT },
    Print { size: 9.5, leading: TIGHT },
    Print { size: 9.0, leading: TIGHT },
    Print { size: 8.5, leading: TIGHT },
    Print { size: 8.0, leading: TIGHT },
];

/// The first of `prints` in which an address fits its field; a part of it that is wider takes two lines.
pub(super) fn fitting(
    address: &PostalAddress,
    field: Field,
    prints: impl IntoIterator<Item = Print>,
    fonts: &mut Fonts,
) -> Result<Option<Print>, PdfError> {
    for print in prints {
        let mut height = 0.0;
        for line in lines(address, field, print, fonts)? {
            let set = set(&Text::plain(&line), look(print), field.width * MM, fonts)?;
            #[allow(clippy::cast_precision_loss, reason = "an address has a few lines")]
            let count = set.count() as f32;
            height += count * set.height;
        }
        if height <= field.height * MM {
            return Ok(Some(print));
        }
    }
    Ok(None)
}

/// Sets an address in its field.
pub(super) fn place(
    address: &PostalAddress,
    field: Field,
    stand: Stand,
    print: Print,
    galley: &mut Galley,
    fonts: &mut Fonts,
) -> Result<Vec<Placed>, PdfError> {
    let mut placed = Vec::new();
    let mut leaves = Vec::new();
    let mut height = 0.0;
    for line in lines(address, field, print, fonts)? {
        let text = galley.set(&Text::plain(&line), look(print), field.width * MM, fonts)?;
        leaves.push(Branch::Text(text));
        for line in 0..galley.texts[text].count() {
            placed.push(Placed { text, line, left: field.left * MM, top: field.top * MM + height });
            height += galley.texts[text].height;
        }
    }
    // What is too high for its field grows upwards, where no letter begins.
    let free = field.height * MM - height;
    if stand == Stand::Foot || free < 0.0 {
        placed.iter_mut().for_each(|line| line.top += free);
    }
    galley.tree.push(Branch::Group(Tag::P.into(), leaves));
    Ok(placed)
}

/// The lines of an address, as full as the field is wide.
fn lines(
    address: &PostalAddress,
    field: Field,
    print: Print,
    fonts: &mut Fonts,
) -> Result<Vec<String>, PdfError> {
    let mut failed = None;
    let lines = address.lines(|line| match set(&Text::plain(line), look(print), field.width * MM, fonts) {
        Ok(set) => set.count() == 1,
        Err(error) => {
            failed = Some(error);
            true
        }
    });
    failed.map_or(Ok(lines), Err)
}

/// Addresses are written in Latin letters, as the book has them.
fn look(print: Print) -> Look<'static> {
    Look { size: print.size, leading: print.leading, is_bold: false, alignment: Align::Left, language: "en" }
}
