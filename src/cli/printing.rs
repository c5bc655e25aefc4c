//! The printer with the campaign's stationery.

use std::cell::RefCell;

use super::failure::Failure;
use super::options::{PaperSize, PlanOptions};
use crate::campaign::settings::file::CampaignFile;
use crate::letter::form::pdf::printer::Printer;
use crate::letter::paper::{Paper, Stationery};

/// The printer with that stationery.
pub(super) fn printer(paper: Option<PaperSize>, config: Option<&CampaignFile>) -> Result<Printer, Failure> {
    Ok(Printer::new(stationery(paper, config))?)
}

/// The campaign's stationery; `--paper` outweighs its paper.
pub(super) fn stationery(paper: Option<PaperSize>, config: Option<&CampaignFile>) -> Stationery {
    let mut stationery = config.map(|config| config.paper.clone()).unwrap_or_default();
    if let Some(size) = paper {
        stationery.paper = Some(match size {
            PaperSize::A4 => Paper::A4,
            PaperSize::Letter => Paper::Letter,
        });
    }
    stationery
}

/// What prints the letters that go by post, where a folder for them is given.
pub(super) fn for_post(
    options: &PlanOptions,
    paper: Option<PaperSize>,
    config: Option<&CampaignFile>,
) -> Result<Option<RefCell<Printer>>, Failure> {
    let has_folder = options.post.is_some() || config.is_some_and(|config| config.post.post.is_some());
    if options.no_post || !has_folder {
        return Ok(None);
    }
    Ok(Some(RefCell::new(printer(paper, config)?)))
}
