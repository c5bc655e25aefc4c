//! Paper and envelopes: where on the sheet the address has to stand so that it shows in the window.
//!
//! Millimetres from the sheet's upper left corner. Sources: DIN 5008:2020 (forms A and B); SN 010130 as KOMA-Script's
//! `SN.lco` has it (right-hand window); USPS DMM 202 and the common #10 window envelope (window 7/8 in from the left, 1/2
//! in from the bottom, 4 1/2 by 1 1/8 in, 1/8 in clear all round). Which countries write on letter paper is CLDR's
//! `measurementData/paperSize` (looked at 2026-11).

use std::path::PathBuf;

use crate::country::Territory;

/// A sheet of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Paper {
    /// ISO 216 A4, 210 × 297 mm.
    A4,
    /// US Letter, 8½ × 11 in.
    Letter,
}

/// An envelope with a window, or where its window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// DIN 5008 form A: window on the left, high.
    DinA,
    /// DIN 5008 form B: window on the left, low.
    DinB,
    /// SN 010130: window on the right.
    Swiss,
    /// US #10, window on the left.
    Us10,
}

/// The letterhead's choices; what is not chosen goes by the signer's country.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stationery {
    /// The sheet.
    pub paper: Option<Paper>,
    /// The envelope; else form B for A4 and #10 for Letter.
    pub envelope: Option<Envelope>,
    /// The white edges; else 25 mm on the left and 20 mm elsewhere.
    pub margins: Margins,
    /// A font family installed on this machine, in place of the one built in.
    pub font: Option<String>,
    /// A PNG or JPEG picture for the upper corner across from the sender.
    pub logo: Option<PathBuf>,
    /// Where the letters are posted: mail within that country does not name it.
    pub posted_from: Option<Territory>,
}

/// The white edges of a page, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "the four edges")]
pub(crate) struct Margins {
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

impl Default for Margins {
    fn default() -> Margins {
        Margins { left: 25.0, right: 20.0, top: 20.0, bottom: 20.0 }
    }
}

/// A rectangle on the sheet, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "the upper left corner, and the size")]
pub(crate) struct Field {
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
}

impl Field {
    /// The part of it that is at least this far from its left and right, and from its upper and lower edges.
    #[must_use]
    fn inset(self, aside: f32, above: f32) -> Field {
        Field {
            left: self.left + aside,
            top: self.top + above,
            width: self.width - 2.0 * aside,
            height: self.height - 2.0 * above,
        }
    }

    pub(crate) fn bottom(self) -> f32 {
        self.top + self.height
    }
}

/// The first page of a letter: where everything stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sheet {
    /// Width and height of the paper.
    pub size: (f32, f32),
    /// The white edges.
    pub margins: Margins,
    /// What of the sheet shows in the envelope's window.
    pub window: Field,
    /// Where in it the address stands.
    pub address: Field,
    /// Whether a short address stands at the foot of its field, or at its head.
    pub is_address_at_foot: bool,
    /// The least size of the address, in points.
    pub least_address: f32,
    /// Where the sender's block begins.
    pub sender_top: f32,
    /// Where the date stands.
    pub date: DatePlace,
    /// Where subject and letter begin, the date above them if it stands there.
    pub letter_top: f32,
    /// Where the sheet is folded.
    pub folds: [f32; 2],
}

/// Where a letter has its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatePlace {
    /// Under the sender, as letters on US paper have it: below the window a fold would go through it.
    UnderSender,
    /// Above the subject.
    AboveSubject,
}

/// An inch in millimetres.
const INCH: f32 = 25.4;

impl Paper {
    /// The paper that people in this country write on.
    pub(crate) fn of_country(country: Territory) -> Paper {
        const ON_LETTER_PAPER: [&str; 14] =
            ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"];
        if ON_LETTER_PAPER.contains(&country.code()) { Paper::Letter } else { Paper::A4 }
    }

    /// Width and height in millimetres.
    pub(crate) fn size(self) -> (f32, f32) {
        match self {
            Paper::A4 => (210.0, 297.0),
            Paper::Letter => (8.5 * INCH, 11.0 * INCH),
        }
    }
}

impl Stationery {
    /// The sheet for a signer in this country.
    pub(crate) fn sheet(&self, country: Territory) -> Sheet {
        let paper = self.paper.unwrap_or_else(|| Paper::of_country(country));
        let envelope = self.envelope.unwrap_or(match paper {
            Paper::A4 => Envelope::DinB,
            Paper::Letter => Envelope::Us10,
        });
        envelope.sheet(paper, self.margins)
    }
}

impl Envelope {
    fn sheet(self, paper: Paper, margins: Margins) -> Sheet {
        let size = paper.size();
        let window = self.window(size);
        let inside = self.address(window);
        // A Swiss window reaches into the right margin; what is written there does not.
        let address = Field { width: inside.width.min(size.0 - margins.right - inside.left), ..inside };
        let folds = match self {
            Envelope::DinA => [87.0, 192.0],
            Envelope::DinB | Envelope::Swiss => [105.0, 210.0],
            Envelope::Us10 => [size.1 / 3.0, size.1 * 2.0 / 3.0],
        };
        Sheet {
            size,
            margins,
            window,
            address,
            is_address_at_foot: self == Envelope::Us10,
            sender_top: if self == Envelope::DinA { 10.0 } else { margins.top.min(20.0) },
            least_address: if self == Envelope::Us10 { 8.0 } else { 9.0 },
            date: if self == Envelope::Us10 { DatePlace::UnderSender } else { DatePlace::AboveSubject },
            letter_top: match self {
                // Nothing of the letter shows in a window however the sheet slides, and no line lies in the fold.
                Envelope::Us10 => folds[0] + 5.0,
                // DIN 5008: two lines (8.46 mm) below the address field.
                Envelope::DinA | Envelope::DinB | Envelope::Swiss => window.bottom() + 8.46,
            },
            folds,
        }
    }

    fn window(self, (width, height): (f32, f32)) -> Field {
        match self {
            Envelope::DinA => Field { left: 20.0, top: 27.0, width: 85.0, height: 45.0 },
            Envelope::DinB => Field { left: 20.0, top: 45.0, width: 85.0, height: 45.0 },
            Envelope::Swiss => Field { left: width - 8.0 - 90.0, top: 45.0, width: 90.0, height: 45.0 },
            // The folded sheet stands on the envelope's lower edge, and the window half an inch above it.
            Envelope::Us10 => Field {
                left: 0.875 * INCH,
                top: height / 3.0 - (0.5 + 1.125) * INCH,
                width: 4.5 * INCH,
                height: 1.125 * INCH,
            },
        }
    }

    fn address(self, window: Field) -> Field {
        match self {
            // The sheet is an inch narrower than the envelope: what stands an inch from the window's right edge
            // shows wherever the sheet slides.
            Envelope::Us10 => {
                let clear = window.inset(INCH / 8.0, INCH / 8.0);
                Field { width: clear.width - INCH, ..clear }
            }
            // Text 5 mm inside; the upper 17.7 mm are for the sender's and the post's remarks.
            Envelope::DinA | Envelope::DinB | Envelope::Swiss => {
                let inside = window.inset(5.0, 0.0);
                Field { top: inside.top + 17.7, height: inside.height - 17.7, ..inside }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Envelope, Field, Margins, Paper, Stationery};
    use crate::country::Territory;

    fn country(code: &str) -> Territory {
        Territory::of_code(code).unwrap()
    }

    fn is_inside(inner: Field, outer: Field, clear: f32) -> bool {
        let slack = 0.01;
        inner.left >= outer.left + clear - slack
            && inner.top >= outer.top + clear - slack
            && inner.left + inner.width <= outer.left + outer.width - clear + slack
            && inner.top + inner.height <= outer.top + outer.height - clear + slack
    }

    fn are_folds(folds: [f32; 2], expected: [f32; 2]) -> bool {
        folds.iter().zip(expected).all(|(fold, expected)| (fold - expected).abs() < 0.01)
    }

    #[test]
    fn a_signer_gets_the_paper_and_envelope_of_the_country() {
        let german = Stationery::default().sheet(country("DE"));
        assert_eq!(german.size, (210.0, 297.0));
        assert_eq!(german.window, Field { left: 20.0, top: 45.0, width: 85.0, height: 45.0 });
        assert!(are_folds(german.folds, [105.0, 210.0]));
        let american = Stationery::default().sheet(country("US"));
        assert!((american.size.0 - 215.9).abs() < 0.01 && (american.size.1 - 279.4).abs() < 0.01);
        assert_eq!(Paper::of_country(country("PH")), Paper::Letter);
        assert_eq!(Paper::of_country(country("JP")), Paper::A4);
    }

    #[test]
    fn the_address_stands_clear_within_the_window_of_every_envelope() {
        for paper in [Paper::A4, Paper::Letter] {
            for envelope in [Envelope::DinA, Envelope::DinB, Envelope::Swiss, Envelope::Us10] {
                let sheet = envelope.sheet(paper, Margins::default());
                assert!(is_inside(sheet.address, sheet.window, 0.0), "{envelope:?}: {sheet:?}");
                assert!(sheet.address.left >= sheet.window.left + 3.17, "{envelope:?}: {sheet:?}");
                assert!(sheet.letter_top > sheet.window.bottom(), "{envelope:?}: {sheet:?}");
                assert!(sheet.window.bottom() < sheet.folds[0], "{envelope:?}: {sheet:?}");
            }
        }
    }

    #[test]
    fn form_a_is_18_mm_higher_than_form_b() {
        let [a, b] = [Envelope::DinA, Envelope::DinB].map(|form| form.sheet(Paper::A4, Margins::default()));
        assert!((b.address.top - a.address.top - 18.0).abs() < 0.01);
        assert!((a.address.left - 25.0).abs() < 0.01 && (a.address.top - 44.7).abs() < 0.01);
        assert!(are_folds(a.folds, [87.0, 192.0]));
    }

    #[test]
    fn on_letter_paper_the_address_is_an_eighth_of_an_inch_inside_the_window() {
        let sheet = Envelope::Us10.sheet(Paper::Letter, Margins::default());
        assert!(is_inside(sheet.address, sheet.window, 25.4 / 8.0));
        assert!((sheet.window.left - 22.225).abs() < 0.01);
        // 11/3 in, less 1/2 in, less 1 1/8 in.
        assert!((sheet.window.top - 51.858).abs() < 0.01, "{sheet:?}");
    }
}
