//! `protest results`: what became of a campaign, as a page to publish.

use std::path::PathBuf;

use clap::Args;

use super::failure::{Failure, Outcome};
use super::published::publish_page;
use super::session::Session;
use super::shared_ledger;
use crate::campaign::settings::Given;
use crate::campaign::settings::sender::SenderOptions;
use crate::exit::{Exit, ExitCode as _};
use crate::files::{self, Old};
use crate::ledger::Ledger;
use crate::page::title;
use crate::report::results::{Logo, Results, ResultsPage, languages};

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest results -o results.html\n  protest results -o results.html --ledger dec2-2026.ledger --lang de --title \"Our letters\""
)]
pub(super) struct ResultsOptions {
    /// The file to write
    #[arg(short, long, value_name = "FILE.html")]
    output: PathBuf,
    /// The campaign's ledger [default: as `protest status`]
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// What the page is called
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// A picture over the title, PNG or JPEG up to 500 kB; what its file says of place and author is left out
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// A language of the page; it opens in the first, and has English too [default: all, opening in English]
    #[arg(long, value_name = "TAG")]
    lang: Vec<String>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(options: &ResultsOptions, session: &Session) -> Outcome {
    let sender = SenderOptions { ledger: options.ledger.clone(), ..SenderOptions::default() };
    let settings = session.settings(&Given { sender, ..session.given() })?;
    settings.must_not_read(&options.output)?;
    if let Some(logo) = options.logo.as_deref().filter(|logo| files::is_same(&options.output, logo)) {
        return Err(Failure::usage(format!(
            "{} is the logo itself: give the page another name",
            logo.display()
        )));
    }
    let asked = if options.lang.is_empty() { &settings.page.lang } else { &options.lang };
    let languages = languages(asked)?;
    let title = options.title.as_deref().map(title::read).transpose();
    let title = title.map_err(|error| Failure::new(Exit::Data, format!("--title: {error}")))?;
    let logo = options.logo.as_deref().map(|path| {
        let logo = Logo::read(&files::read(path)?);
        logo.map_err(|error| Failure::new(error.exit(), format!("{}: {error}", path.display())))
    });
    let logo = logo.transpose()?;
    let location = shared_ledger::to_look_at(&settings)?;
    let is_campaigns = options.ledger.is_none() && settings.ledger.of_campaign().is(&location);
    let id = settings.ledger.id.as_deref().filter(|_| is_campaigns);
    let ledger = Ledger::open_read_only(&location, id)?;
    session.terminal.notice_line(&format!("Ledger: {location}"));
    let results = Results::of(&ledger.tally()?, &ledger.days()?, session.now);
    let page = ResultsPage { results: &results, title: title.as_deref(), logo: logo.as_ref(), languages };
    publish_page(session.terminal, &options.output, &page.render(), Old::by(options.force))?;
    Ok(Exit::Done)
}
