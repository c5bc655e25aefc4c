//! `protest send`: shows the plan, asks, sends; for one signer and for a list.

mod dispatch;
mod many;
mod one;
mod post;
mod progress;
mod question;
mod rehearsal;

pub(super) use question::counts_in_words;

use std::path::PathBuf;

use clap::Args;

use super::failure::{Failure, Outcome};
use super::options::{PaperOptions, PlanOptions, SenderOptions, SignerOptions};
use super::session::Session;
use super::sources;
use crate::campaign::config::Config;
use crate::ledger::Retry;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest send --name \"Your Name\" --country Japan --smtp smtps://you@example.org@smtp.example.org\n  protest send --signers signers.csv --dry-run"
)]
pub(super) struct Send {
    #[command(flatten)]
    pub(super) signer: SignerOptions,
    #[command(flatten)]
    pub(super) sender: SenderOptions,
    #[command(flatten)]
    plan: PlanOptions,
    #[command(flatten)]
    paper: PaperOptions,
    /// Answer the plan's question with yes
    #[arg(short, long)]
    yes: bool,
    /// Show the plan and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Send one letter per template and language to this address alone, and none to an embassy
    #[arg(long, value_name = "ADDRESS", conflicts_with = "dry_run")]
    rehearse: Option<String>,
    /// Send what is due and do not wait for windows
    #[arg(long, help_heading = "Pace")]
    no_wait: bool,
    /// Send the other letters although rows are faulty
    #[arg(long, help_heading = "Many signers")]
    skip_invalid: bool,
    /// Send letters in doubt again, at the risk that they arrive twice
    #[arg(long)]
    retry_in_doubt: bool,
    /// Send refused letters again
    #[arg(long)]
    retry_refused: bool,
    /// Send each signer a copy of an accepted letter
    #[arg(long)]
    copy_to_signer: bool,
    /// What became of every signer's letter, as .csv or .json
    #[arg(long, value_name = "FILE", help_heading = "Many signers")]
    report: Option<PathBuf>,
}

impl Send {
    fn retry(&self) -> Retry {
        Retry { in_doubt: self.retry_in_doubt, refused: self.retry_refused }
    }

    fn wants_copy(&self, config: Option<&Config>) -> bool {
        self.copy_to_signer || config.and_then(|config| config.copy_to_signer).unwrap_or_default()
    }
}

pub(super) fn run(options: &Send, session: &Session) -> Outcome {
    dispatch::interruption()?;
    let config = sources::config(&session.globals)?;
    if let Some(list) = sources::signers_list(&options.signer, config.as_ref()) {
        return many::run(options, &list, config.as_ref(), session);
    }
    for (given, option) in [(options.plan.post.is_some(), "--post"), (options.report.is_some(), "--report")] {
        if given {
            return Err(Failure::usage(format!("{option} goes with --signers")));
        }
    }
    one::run(options, config.as_ref(), session)
}
