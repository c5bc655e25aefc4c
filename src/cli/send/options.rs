//! What `protest send` is told.

use std::path::PathBuf;

use clap::Args;

use crate::campaign::settings::pace::Early;
use crate::campaign::settings::paper::PaperOptions;
use crate::campaign::settings::post::Copies;
use crate::campaign::settings::sender::SenderOptions;
use crate::campaign::settings::signers::SignerOptions;
use crate::campaign::settings::{Given, PlanOptions};
use crate::cli::session::Session;
use crate::cli::terminal::PlanIs;
use crate::ledger::{Again, Retry};

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
    /// Send letters again that came back, where the book has another address now
    #[arg(long)]
    pub(super) retry_bounced: bool,
    /// Send each signer a copy of an accepted letter
    #[arg(long)]
    pub(super) copy_to_signer: bool,
    /// What became of every signer's letter, as .csv or .json
    #[arg(long, value_name = "FILE", help_heading = "Many signers")]
    pub(super) report: Option<PathBuf>,
}

impl Send {
    /// Which letters may be sent again; those that came back from an address that the book still has are asked about.
    pub(super) fn retry(&self) -> Retry {
        let bounced = if self.retry_bounced { Again::Moved } else { Again::No };
        Retry { in_doubt: self.retry_in_doubt, refused: self.retry_refused, bounced }
    }

    /// What the plan is shown for.
    pub(super) fn plan_is(&self) -> PlanIs {
        match (self.dry_run, self.yes) {
            (true, _) => PlanIs::Result,
            (false, true) => PlanIs::Agreed,
            (false, false) => PlanIs::AskedAbout,
        }
    }

    /// What it says of letters that are not due yet.
    pub(super) fn early(&self) -> Early {
        if self.no_wait { Early::Stays } else { Early::Waits }
    }

    /// What it says of letters, for the settings.
    pub(super) fn given(&self, session: &Session) -> Given {
        Given {
            signer: self.signer.clone(),
            sender: self.sender.clone(),
            plan: self.plan.clone(),
            paper: self.paper.clone(),
            report: self.report.clone(),
            copies: self.copy_to_signer.then_some(Copies::ToSigners),
            ..session.given()
        }
    }
}
