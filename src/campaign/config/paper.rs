//! The `[paper]` table of campaign.toml: the letterhead's choices.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::{ConfigError, Reader};
use crate::letter::paper::{Envelope, Margins, Paper, Stationery};
use crate::plain_text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPaper {
    size: Option<Spanned<String>>,
    envelope: Option<Spanned<String>>,
    margins: Option<RawMargins>,
    font: Option<Spanned<String>>,
    logo: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMargins {
    left: Option<Spanned<f32>>,
    right: Option<Spanned<f32>>,
    top: Option<Spanned<f32>>,
    bottom: Option<Spanned<f32>>,
}

impl Reader<'_> {
    pub(super) fn paper(&self, raw: RawPaper) -> Result<Stationery, ConfigError> {
        let margins = match raw.margins {
            None => Margins::default(),
            Some(raw) => {
                let usual = Margins::default();
                Margins {
                    left: self.margin("left", raw.left, usual.left)?,
                    right: self.margin("right", raw.right, usual.right)?,
                    top: self.margin("top", raw.top, usual.top)?,
                    bottom: self.margin("bottom", raw.bottom, usual.bottom)?,
                }
            }
        };
        Ok(Stationery {
            paper: self.read("size", raw.size, size)?,
            envelope: self.read("envelope", raw.envelope, envelope)?,
            margins,
            font: self.read("font", raw.font, plain_text::line)?,
            logo: raw.logo.map(|logo| self.beside(&logo)),
        })
    }

    fn margin(&self, edge: &str, value: Option<Spanned<f32>>, usual: f32) -> Result<f32, ConfigError> {
        match value {
            None => Ok(usual),
            Some(value) if (5.0..=60.0).contains(value.get_ref()) => Ok(value.into_inner()),
            Some(value) => Err(self.wrong(
                value.span(),
                &format!("margins.{edge}: {} is no margin: write millimetres, from 5 to 60", value.get_ref()),
            )),
        }
    }
}

fn size(text: &str) -> Result<Paper, String> {
    match text.to_lowercase().as_str() {
        "a4" => Ok(Paper::A4),
        "letter" => Ok(Paper::Letter),
        _ => Err(format!("{text:?} is no paper known here: write \"a4\" or \"letter\"")),
    }
}

fn envelope(text: &str) -> Result<Envelope, String> {
    match text.to_lowercase().as_str() {
        "din-a" => Ok(Envelope::DinA),
        "din-b" => Ok(Envelope::DinB),
        "swiss" => Ok(Envelope::Swiss),
        "us-10" => Ok(Envelope::Us10),
        _ => Err(format!(
            "{text:?} is no envelope known here: write \"din-b\", \"din-a\", \"swiss\" (window on the right) or \"us-10\""
        )),
    }
}
