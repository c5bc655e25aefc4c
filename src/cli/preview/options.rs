//! What `protest preview` is told.

use clap::Args;

use crate::campaign::settings::sender::SenderOptions;
use crate::campaign::settings::signers::SignerOptions;
use crate::cli::each_letter::Rows;
use crate::cli::one_way::ChannelOptions;
use crate::cli::shown::Look;

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  protest preview --name \"Your Name\" --country Japan")]
pub(in crate::cli) struct Preview {
    #[command(flatten)]
    pub(super) signer: SignerOptions,
    #[command(flatten)]
    pub(super) sender: SenderOptions,
    #[command(flatten)]
    pub(super) look: Look,
    /// With --signers: the letter of this row (the first is 1, without the header)
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Many signers",
        conflicts_with = "name"
    )]
    row: Option<u64>,
    /// With --signers: every letter, with a form feed between them
    #[arg(long, help_heading = "Many signers", conflicts_with_all = ["row", "name"])]
    all: bool,
    #[command(flatten)]
    pub(super) channel: ChannelOptions,
}

impl Preview {
    /// Which rows of a list are meant, if the options say so.
    pub(super) fn rows(&self) -> Option<Rows> {
        match self.row {
            Some(number) => Some(Rows::One(number)),
            None => self.all.then_some(Rows::All),
        }
    }
}
