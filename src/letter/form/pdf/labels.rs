//! Sheets of address labels, for what is too thick for a window envelope.
//!
//! Two sheets that are sold everywhere: 24 labels of 70 × 37 mm on A4 (Avery Zweckform 3474 and its like), and Avery 5160:
//! 30 labels of 2 5/8 by 1 in on US Letter, 3/16 in from the left, 1/2 in from the top, 2 3/4 in from one to the next.

use chrono::NaiveDate;
use krilla::page::PageSettings;
use krilla::tagging::{Tag, TagGroup, TagTree};

use super::address::{self, Print, Stand};
use super::draw::{self, Pieces};
use super::error::PdfError;
use super::galley::Galley;
use super::millimetre::MM;
use super::printer::{Printer, document};
use super::typeset::TIGHT;
use crate::embassy::postal::PostalAddress;
use crate::letter::paper::{Field, Paper};

/// A sheet of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelSheet {
    /// 3 × 8 labels of 70 × 37 mm on A4.
    A4ThreeByEight,
    /// 3 × 10 labels of 66.7 × 25.4 mm on US Letter.
    Avery5160,
}

/// Rows, columns, the first label, and from one to the next.
struct Grid {
    columns: usize,
    rows: usize,
    first: Field,
    step: (f32, f32),
}

impl LabelSheet {
    fn paper(self) -> Paper {
        match self {
            LabelSheet::A4ThreeByEight => Paper::A4,
            LabelSheet::Avery5160 => Paper::Letter,
        }
    }

    fn grid(self) -> Grid {
        match self {
            LabelSheet::A4ThreeByEight => Grid {
                columns: 3,
                rows: 8,
                first: Field { left: 0.0, top: 0.5, width: 70.0, height: 37.0 },
                step: (70.0, 37.0),
            },
            LabelSheet::Avery5160 => Grid {
                columns: 3,
                rows: 10,
                first: Field { left: 4.762, top: 12.7, width: 66.675, height: 25.4 },
                step: (69.85, 25.4),
            },
        }
    }

    /// How many labels it has.
    pub(crate) fn count(self) -> usize {
        let grid = self.grid();
        grid.columns * grid.rows
    }

    /// The part of a label that is written on: clear of what a printer may be off by, and of its own unprintable edge.
    fn label(self, place: usize) -> Field {
        let grid = self.grid();
        #[allow(clippy::cast_precision_loss, reason = "a sheet has a few dozen labels")]
        let (column, row) = ((place % grid.columns) as f32, (place / grid.columns) as f32);
        let (aside, above) = match self {
            // Its outer labels lie in the edge that printers leave white.
            LabelSheet::A4ThreeByEight => (5.5, 4.0),
            LabelSheet::Avery5160 => (3.5, 2.0),
        };
        Field {
            left: grid.first.left + column * grid.step.0 + aside,
            top: grid.first.top + row * grid.step.1 + above,
            width: grid.first.width - 2.0 * aside,
            height: grid.first.height - 2.0 * above,
        }
    }
}

/// The prints of a sheet's labels, the largest first; nobody reads less at arm's length. Closer lines come before smaller
/// letters, and all labels of a sheet have the same letters.
const PRINTS: [Print; 7] = [
    Print { size: 11.0, leading: 1.2 },
    Print { size: 10.5, leading: TIGHT },
    Print { size: 10.0, leading: TIGHT },
    Print { size: 9.5, leading: TIGHT },
    Print { size: 9.0, leading: TIGHT },
    Print { size: 8.5, leading: TIGHT },
    SMALLEST,
];

/// No label has smaller letters.
const SMALLEST: Print = Print { size: 8.0, leading: TIGHT };

/// Labels, and what does not fit on one.
pub(crate) struct Labels {
    /// The PDF.
    pub(crate) pdf: Vec<u8>,
    /// The places, among the addresses given, of those that are too long.
    pub(crate) too_long: Vec<usize>,
}

impl Printer {
    /// The PDF of one label for each address, all in the print in which the longest fits.
    ///
    /// # Errors
    /// Where a character has no glyph in any font.
    pub(crate) fn labels(
        &mut self,
        addresses: &[PostalAddress],
        sheet: LabelSheet,
        date: NaiveDate,
    ) -> Result<Labels, PdfError> {
        let field = sheet.label(0);
        let mut smallest = 0;
        let mut too_long = Vec::new();
        for (place, address) in addresses.iter().enumerate() {
            // What the addresses before this one had no room for is not tried again.
            let prints = PRINTS.into_iter().skip(smallest);
            match address::fitting(address, field, prints, &mut self.fonts)? {
                Some(print) => smallest = PRINTS.iter().position(|known| *known == print).unwrap_or(smallest),
                None => too_long.push(place),
            }
        }
        let print = PRINTS.get(smallest).copied().unwrap_or(SMALLEST);
        let fitting: Vec<&PostalAddress> = addresses
            .iter()
            .enumerate()
            .filter(|(place, _)| !too_long.contains(place))
            .map(|(_, a)| a)
            .collect();
        let mut document = document("Address labels", "en", date)?;
        let (width, height) = sheet.paper().size();
        let settings = PageSettings::from_wh(width * MM, height * MM).ok_or(PdfError::NoRoom)?;
        let mut structure = TagTree::new();
        for addresses in fitting.chunks(sheet.count()) {
            let mut galley = Galley::default();
            let mut placed = Vec::new();
            for (place, address) in addresses.iter().enumerate() {
                let field = sheet.label(place);
                placed.extend(address::place(
                    address,
                    field,
                    Stand::Head,
                    print,
                    &mut galley,
                    &mut self.fonts,
                )?);
            }
            let mut page = document.start_page_with(settings.clone());
            let mut surface = page.surface();
            draw::black(&mut surface);
            let mut pieces = Pieces::new();
            draw::lines(&mut surface, &placed, &galley.texts, &mut pieces, &mut self.fonts)?;
            surface.finish();
            page.finish();
            let mut part = TagGroup::new(Tag::Part);
            galley.tree.iter().for_each(|branch| part.push(draw::node(branch, &mut pieces)));
            structure.push(part);
        }
        document.set_tag_tree(structure);
        let pdf = document.finish().map_err(|error| PdfError::of_krilla(&error))?;
        Ok(Labels { pdf, too_long })
    }
}

#[cfg(test)]
mod tests {
    use super::LabelSheet;

    #[test]
    fn every_label_lies_on_its_sheet_and_beside_the_others() {
        for sheet in [LabelSheet::A4ThreeByEight, LabelSheet::Avery5160] {
            let (width, height) = sheet.paper().size();
            let last = sheet.label(sheet.count() - 1);
            assert!(last.left + last.width < width && last.top + last.height < height, "{sheet:?}");
            let (first, second) = (sheet.label(0), sheet.label(1));
            assert!(second.left > first.left + first.width + 6.0, "{sheet:?}");
        }
        assert_eq!(LabelSheet::A4ThreeByEight.count(), 24);
        assert_eq!(LabelSheet::Avery5160.count(), 30);
    }

    #[test]
    fn averys_labels_are_an_inch_apart() {
        let (first, below) = (LabelSheet::Avery5160.label(0), LabelSheet::Avery5160.label(3));
        assert!((below.top - first.top - 25.4).abs() < 0.01);
        assert!((LabelSheet::Avery5160.label(1).left - first.left - 69.85).abs() < 0.01);
    }
}
