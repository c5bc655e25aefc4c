//! The options of every command.

use clap::Args;

use super::terminal::Colour;
use crate::campaign::settings::sources::{EVERYWHERE, SourceOptions};

/// Options of every command.
#[derive(Args, Debug)]
pub(super) struct GlobalOptions {
    #[command(flatten)]
    pub(super) sources: SourceOptions,
    /// When to use colour: auto, always or never
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN",
        hide_possible_values = true,
        help_heading = EVERYWHERE
    )]
    pub(super) color: Colour,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = EVERYWHERE)]
    pub(super) quiet: bool,
    /// Say each step
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub(super) verbose: bool,
}
