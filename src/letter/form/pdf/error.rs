//! Why a letter cannot be set on paper.

use std::path::PathBuf;

use krilla::configure::ValidationError;
use krilla::error::KrillaError;

use crate::exit::{Exit, ExitCode};
use crate::letter::form::maker::Unmade;
use crate::signer::{Field, Signer};

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's sentence says what it is")]
pub(crate) enum PdfError {
    #[error("{}", in_words(.0))]
    NoGlyph(MissingGlyph),
    #[error(
        "the font \"{0}\" is not installed on this machine: write another in [paper] font, or leave it out"
    )]
    NoSuchFont(String),
    #[error("{}: there is no such file", .0.display())]
    NoSuchLogo(PathBuf),
    #[error("{}: this logo cannot be used: {}", .0.display(), .1)]
    Logo(PathBuf, String),
    #[error("[paper]: the margins leave no room for the letter")]
    NoRoom,
    #[error("the PDF cannot be made as PDF/A-2a asks: {0}")]
    Invalid(&'static str),
}

/// A character that no font has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MissingGlyph {
    /// The character.
    pub character: char,
    /// The text that it stands in.
    pub text: String,
}

fn in_words(missing: &MissingGlyph) -> String {
    let MissingGlyph { character, text } = missing;
    let shown: String = text.chars().take(40).collect();
    let code = u32::from(*character);
    format!(
        "no font on this machine has the character \"{character}\" (U+{code:04X}) in \"{shown}\": {}",
        remedy(*character)
    )
}

/// What to install: Debian's names, and the fonts' own for everybody else.
fn remedy(character: char) -> &'static str {
    match u32::from(character) {
        // Hangul, Kana, Han and what goes with them.
        0x1100..=0x11FF
        | 0x2E80..=0x9FFF
        | 0xA960..=0xA97F
        | 0xAC00..=0xD7FF
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F
        | 0xFF00..=0xFFEF
        | 0x2_0000..=0x3_FFFF => {
            "install a font for Chinese, Japanese and Korean, such as Noto Sans CJK (Debian: apt install fonts-noto-cjk)"
        }
        0x2190..=0x2BFF | 0x1_F000..=0x1_FBFF => {
            "leave it out, or install a font with symbols, such as Noto Sans Symbols 2 (Debian: apt install \
             fonts-noto-core); coloured pictures cannot be printed"
        }
        0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF => {
            "it is for private use and means nothing elsewhere: leave it out"
        }
        _ => {
            "install a font for its script, such as one of the Noto fonts (Debian: apt install fonts-noto-core)"
        }
    }
}

impl PdfError {
    /// Whose it is: the signer's, where it is a character in the letter, else every letter's.
    pub(crate) fn of(self, signer: &Signer) -> Unmade {
        match self {
            PdfError::NoGlyph(_) => Unmade::Field(self.field(signer), self.to_string()),
            _ => Unmade::Failed(self.to_string(), self.exit()),
        }
    }

    /// What krilla objects to.
    pub(super) fn of_krilla(error: &KrillaError) -> PdfError {
        let first = match error {
            KrillaError::Validation(errors) => errors.first().map(|(error, _)| error),
            _ => None,
        };
        PdfError::Invalid(match (error, first) {
            (KrillaError::Font(..), _) => {
                "a font's file on this machine is damaged: write another in [paper] font"
            }
            (KrillaError::Image(..) | KrillaError::SixteenBitImage(..), _) => {
                "the logo cannot be put into a PDF: save it anew as a PNG with 8 bits a colour"
            }
            (_, Some(ValidationError::RestrictedLicense(_))) => {
                "a font's licence does not let it stand in a PDF: write another in [paper] font"
            }
            (
                _,
                Some(
                    ValidationError::NoCodepointMapping(..)
                    | ValidationError::InvalidCodepointMapping(..)
                    | ValidationError::UnicodePrivateArea(..)
                    | ValidationError::ContainsNotDefGlyph(..),
                ),
            ) => "a font has a sign that stands for no character: write another in [paper] font",
            (KrillaError::Limit(_), _)
            | (
                _,
                Some(
                    ValidationError::TooLongString
                    | ValidationError::TooLongName
                    | ValidationError::TooLongArray
                    | ValidationError::TooLongDictionary
                    | ValidationError::TooLargeFloat
                    | ValidationError::TooManyIndirectObjects
                    | ValidationError::TooHighQNestingLevel,
                ),
            ) => "it is too long for one file: write the letters in parts",
            _ => "that is a fault of this program: please report it, with the command that you gave",
        })
    }

    /// The signer's field that has to be mended: the one that holds the character without a glyph.
    pub(crate) fn field(&self, signer: &Signer) -> Field {
        let PdfError::NoGlyph(missing) = self else { return Field::Letter };
        let has = |text: Option<&str>| text.is_some_and(|text| text.contains(missing.character));
        if has(Some(signer.name())) {
            Field::Name
        } else if has(signer.city()) {
            Field::City
        } else if has(signer.note()) {
            Field::Note
        } else {
            Field::Letter
        }
    }
}

impl ExitCode for PdfError {
    fn exit(&self) -> Exit {
        match self {
            PdfError::NoGlyph(_) | PdfError::Invalid(_) | PdfError::Logo(..) => Exit::Data,
            PdfError::NoSuchFont(_) | PdfError::NoRoom => Exit::Config,
            PdfError::NoSuchLogo(_) => Exit::NoInput,
        }
    }
}
