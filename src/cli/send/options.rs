//! What `protest send` is told.

use std::path::PathBuf;

use clap::Args;

use crate::campaign::settings::file::CampaignFile;
use crate::cli::options::{PaperOptions, PlanOptions, SenderOptions, SignerOptions};
use crate::ledger::Retry;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest send --name \"Your Name\" --country Japan --smtp smtps://you@example.org@smtp.example.org\n  protest send --signers signers.csv --dry-run"
)]
pub(in crate::cli) struct Send {
    #[command(flatten)]
    pub(super) signer: SignerOptions,
    #[command(flatten)]
    pub(super) sender: SenderOptions,
    #[command(flatten)]
    pub(super) plan: PlanOptions,
    #[command(flatten)]
    pub(super) paper: PaperOptions,
    /// Answer the plan's question with yes
    #[arg(short, long)]
    pub(super) yes: bool,
    /// Show the plan and do nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Send one letter per template and language to this address alone, and none to an embassy
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dry_run")]
    pub(super) rehearse: Option<String>,
    /// Send what is due and do not wait for windows
    #[arg(long, help_heading = "Pace")]
    pub(super) no_wait: bool,
    /// Send the other letters although rows are faulty
    #[arg(long, help_heading = "Many signers")]
    pub(super) skip_invalid: bool,
    /// Send letters in doubt again, at the risk that they arrive twice
    #[arg(long)]
    pub(super) retry_in_doubt: bool,
    /// Send refused letters again
    #[arg(long)]
    pub(super) retry_refused: bool,
    /// Send each signer a copy of an accepted letter
    #[arg(long)]
    pub(super) copy_to_signer: bool,
    /// What became of every signer's letter, as .csv or .json
    #[arg(long, value_name = "FILE", help_heading = "Many signers")]
    pub(super) report: Option<PathBuf>,
}

impl Send {
    pub(super) fn retry(&self) -> Retry {
        Retry { in_doubt: self.retry_in_doubt, refused: self.retry_refused }
    }

    pub(super) fn wants_copy(&self, config: Option<&CampaignFile>) -> bool {
        self.copy_to_signer || config.and_then(|config| config.post.copy_to_signer).unwrap_or_default()
    }
}
