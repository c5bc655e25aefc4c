//! What `protest write` is told.

use std::path::PathBuf;

use clap::Args;

use crate::campaign::settings::paper::PaperOptions;
use crate::campaign::settings::sender::SenderOptions;
use crate::campaign::settings::signers::SignerOptions;
use crate::cli::one_way::ChannelOptions;
use crate::letter::form::{Form, Needs, text};
use crate::letter::paper::Stationery;

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  protest write --name \"Your Name\" --country Japan -o letter.pdf")]
pub(in crate::cli) struct Write {
    #[command(flatten)]
    pub(super) signer: SignerOptions,
    #[command(flatten)]
    pub(super) sender: SenderOptions,
    #[command(flatten)]
    pub(super) paper: PaperOptions,
    /// The file, ending in .txt, .md, .html, .eml or .pdf; with --signers the folder
    #[arg(short, long, value_name = "PATH")]
    pub(super) output: PathBuf,
    /// With --signers: the form of every letter, named like the endings above
    #[arg(
        long = "as",
        value_enum,
        hide_possible_values = true,
        value_name = "FORMAT",
        help_heading = "Many signers",
        conflicts_with = "name"
    )]
    pub(super) form: Option<Form>,
    /// With --signers: one PDF of all letters for the printer, in the order of the embassies; -o names it
    #[arg(long, help_heading = "Many signers", conflicts_with = "name")]
    pub(super) merge: bool,
    #[command(flatten)]
    pub(super) channel: ChannelOptions,
    /// Replace a file that is there
    #[arg(long)]
    pub(super) force: bool,
    /// Columns of plain text [default: 72]; 0: no line breaks within a paragraph
    #[arg(long, value_name = "COLUMNS")]
    wrap: Option<usize>,
}

impl Write {
    /// What the letter's form may need.
    pub(super) fn needs(&self, stationery: &Stationery) -> Needs {
        Needs { width: self.wrap.unwrap_or(text::WIDTH), stationery: stationery.clone() }
    }
}
