//! On which paper letters are printed: the option, the keys, and what follows from them.

use std::path::Path;

use clap::Args;

use crate::country;
use crate::keyed_toml::KeyedToml;
use crate::letter::paper::{Envelope, Margins, Paper, Stationery};
use crate::plain_text;
use crate::wording::quoted;

/// On which paper.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct PaperOptions {
    /// The paper of a PDF: a4 or letter [default: what the signer's country writes on]
    #[arg(long, value_enum, hide_possible_values = true, value_name = "SIZE", help_heading = "The letter")]
    pub paper: Option<PaperSize>,
}

/// `--paper`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PaperSize {
    /// A4, as in most of the world
    A4,
    /// US Letter
    Letter,
}

/// The campaign's stationery; `--paper` outweighs its paper.
pub(super) fn chosen(options: &PaperOptions, keys: &Stationery) -> Stationery {
    let given = options.paper.map(|size| match size {
        PaperSize::A4 => Paper::A4,
        PaperSize::Letter => Paper::Letter,
    });
    Stationery { paper: given.or(keys.paper), ..keys.clone() }
}

/// `[paper]`
pub(super) fn stationery(toml: &mut KeyedToml<'_>, home: &Path) -> Stationery {
    Stationery {
        paper: toml.text("size", size).map(|size| size.value),
        envelope: toml.text("envelope", envelope).map(|envelope| envelope.value),
        margins: toml.table("margins", margins).unwrap_or_default(),
        font: toml.text("font", plain_text::line).map(|font| font.value),
        logo: toml.path("logo").map(|logo| home.join(logo.value)),
        posted_from: toml.text("posted_from", country::find).map(|country| country.value),
    }
}

fn margins(toml: &mut KeyedToml<'_>) -> Margins {
    let usual = Margins::default();
    let mut margin =
        |edge, usual| toml.measure(edge, 5.0..=60.0, "millimetres").map_or(usual, |margin| margin.value);
    Margins {
        left: margin("left", usual.left),
        right: margin("right", usual.right),
        top: margin("top", usual.top),
        bottom: margin("bottom", usual.bottom),
    }
}

fn size(text: &str) -> Result<Paper, String> {
    match text.to_lowercase().as_str() {
        "a4" => Ok(Paper::A4),
        "letter" => Ok(Paper::Letter),
        _ => Err(format!("{} is no paper known here: write \"a4\" or \"letter\"", quoted(text))),
    }
}

fn envelope(text: &str) -> Result<Envelope, String> {
    match text.to_lowercase().as_str() {
        "din-a" => Ok(Envelope::DinA),
        "din-b" => Ok(Envelope::DinB),
        "swiss" => Ok(Envelope::Swiss),
        "us-10" => Ok(Envelope::Us10),
        _ => Err(format!(
            "{} is no envelope known here: write \"din-b\", \"din-a\", \"swiss\" (window on the right) or \"us-10\"",
            quoted(text)
        )),
    }
}
