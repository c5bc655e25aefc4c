//! `protest status`: where a campaign stands, by outcome and by embassy.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::failure::{Failure, Outcome};
use super::options::{LetterOptions, PlanOptions, SenderOptions};
use super::session::Session;
use super::sums::counts_in_words;
use super::{correspondent, printing, sources, table, terminal};
use crate::campaign::plan::{Rules, planner};
use crate::campaign::settings::file::CampaignFile;
use crate::exit::Exit;
use crate::ledger::{Ledger, Tally, Trace};
use crate::report::{self, Destination};
use crate::signer::list::{Conditions, Source};
use crate::wording::instant;

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest status\n  protest status --json\n  protest status --signers signers.csv --report report.csv"
)]
pub(super) struct Status {
    #[command(flatten)]
    sender: SenderOptions,
    /// The counts as JSON
    #[arg(long, conflicts_with = "in_doubt")]
    json: bool,
    /// The Message-IDs of the letters in doubt
    #[arg(long)]
    in_doubt: bool,
    /// The signers' list to report on [default: campaign.toml's]
    #[arg(long, value_name = "FILE", requires = "report")]
    signers: Option<PathBuf>,
    /// What became of every signer's letter, as .csv or .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The report tells of letters sent with --old-addresses
    #[arg(long, requires = "report")]
    old_addresses: bool,
}

pub(super) fn run(options: &Status, session: &Session) -> Outcome {
    let config = sources::config(&session.globals)?;
    let path = find(&options.sender, config.as_ref(), session)?;
    // The campaign's id is for the campaign's own ledger: that of single letters has its own.
    let is_campaigns = options.sender.ledger.is_none()
        && path == correspondent::campaign_ledger(&options.sender, config.as_ref(), session);
    let id = config.as_ref().filter(|_| is_campaigns).and_then(|config| config.ledger.id.as_deref());
    let mut ledger = Ledger::open_read_only(&path, id)?;
    session.terminal.notice_line(&format!("Ledger: {}", path.display()));
    if let Some(lost) = ledger.lost_commits() {
        session.terminal.say(&format!("{}: {lost}.", path.display()));
    }
    if let Some(report) = &options.report {
        let configured = || config.as_ref().and_then(|config| config.signers.signers.clone());
        let list = options
            .signers
            .clone()
            .or_else(configured)
            .ok_or_else(|| Failure::usage("a report is about a list: add --signers FILE.csv"))?;
        report_on(options, &list, report, &mut ledger, config.as_ref(), session)?;
        // For `forget`; where the ledger cannot be written, or is of an older release and only read here, this report is
        // the user's own to remember.
        if !ledger.is_older() {
            let report = std::path::absolute(report).unwrap_or_else(|_| report.clone());
            let _ = Ledger::open(&path, id).and_then(|ledger| ledger.remember(&report, Trace::Report));
        }
        return Ok(Exit::Done);
    }
    if options.in_doubt {
        let mut lines = String::new();
        for doubt in ledger.in_doubt()? {
            let at = doubt.at.map(instant).unwrap_or_default();
            lines.push_str(&format!("{}\t{}\t{at}\n", doubt.message_id, doubt.destination));
        }
        terminal::print(lines.as_bytes())?;
        return Ok(Exit::Done);
    }
    let tally = ledger.tally()?;
    let result = if options.json { in_json(&tally, &ledger)? } else { in_words(&tally, &ledger)? };
    terminal::print(result.as_bytes())?;
    Ok(Exit::Done)
}

/// The ledger that is meant: the one named, else beside campaign.toml, in this folder, or of single letters.
pub(super) fn find(
    options: &SenderOptions,
    config: Option<&CampaignFile>,
    session: &Session,
) -> Result<PathBuf, Failure> {
    if let Some(path) = &options.ledger {
        return Ok(path.clone());
    }
    let name = format!("dec2-{}.ledger", correspondent::year(session));
    let mut places = vec![
        correspondent::campaign_ledger(options, config, session),
        PathBuf::from(correspondent::campaign_ledger_name(config, session)),
        PathBuf::from(&name),
    ];
    places.extend(sources::state_folder().map(|folder| folder.join(&name)));
    if let Some(place) = places.iter().find(|place| place.is_file()) {
        return Ok(place.clone());
    }
    let mut looked: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
    looked.dedup();
    Err(Failure::new(
        Exit::NoInput,
        format!(
            "there is no ledger yet (looked for {}): name one with --ledger, or send first",
            looked.join(", ")
        ),
    ))
}

fn in_json(tally: &Tally, ledger: &Ledger) -> Result<String, Failure> {
    let counts = |counts: &crate::ledger::Counts| {
        json!({
            "total": counts.total(),
            "pending": counts.pending,
            "accepted": counts.accepted,
            "deferred": counts.deferred,
            "refused": counts.refused,
            "in_doubt": counts.in_doubt,
            "by_post": counts.by_post,
        })
    };
    let mut status = counts(&tally.all);
    status["campaign"] = json!(ledger.campaign_id());
    status["ledger"] = json!(ledger.path().display().to_string());
    status["embassies"] = tally.by_destination.iter().map(|(name, of)| (name.clone(), counts(of))).collect();
    let text = serde_json::to_string_pretty(&status);
    text.map(|text| text + "\n").map_err(|error| Failure::new(Exit::CannotCreate, error.to_string()))
}

fn in_words(tally: &Tally, ledger: &Ledger) -> Result<String, Failure> {
    let mut text = format!("Campaign {}: {} letters", ledger.campaign_id(), tally.all.total());
    text.push_str(&format!(" ({})\n", counts_in_words(&tally.all)));
    if tally.is_forgotten {
        text.push_str("Its signers are forgotten; only these counts are left.\n");
    }
    if !tally.by_destination.is_empty() {
        let mut rows = table::new([
            "embassy", "total", "accepted", "by post", "pending", "deferred", "refused", "in doubt",
        ]);
        for (name, counts) in &tally.by_destination {
            let numbers = [
                counts.total(),
                counts.accepted,
                counts.by_post,
                counts.pending,
                counts.deferred,
                counts.refused,
                counts.in_doubt,
            ];
            rows.add_row(std::iter::once(name.clone()).chain(numbers.map(|number| number.to_string())));
        }
        text.push_str(&format!("\n{}\n", table::shown(&rows)));
    }
    if !tally.is_forgotten {
        for held in ledger.held()? {
            text.push_str(&format!(
                "\nThe relay does not know {}: {} letters wait until it changes in the address book (or --retry-refused).\n",
                held.address, held.waiting
            ));
        }
    }
    Ok(text)
}

fn report_on(
    options: &Status,
    list: &Path,
    report: &Path,
    ledger: &mut Ledger,
    config: Option<&CampaignFile>,
    session: &Session,
) -> Result<(), Failure> {
    let source = Source::open(list)?;
    let destination = Destination::new(report, source.path())?;
    let desk = sources::desk(&session.globals, &LetterOptions::default(), config, session.now)?;
    let printer = printing::for_post(&PlanOptions::default(), None, config)?;
    let rules = Rules {
        conditions: Conditions { today: session.today(), consent_needed: true },
        old_addresses: options.old_addresses,
        no_post: false,
        window: None,
        printer: printer.as_ref(),
    };
    let keys = ledger.keys()?;
    let plan = planner::make(&source, &desk, &keys, &rules, &mut ledger.list()?)?;
    let from = correspondent::campaign_sender(&options.sender, config).ok().map(|sender| sender.from);
    let telling =
        report::campaign::Telling { source: &source, desk: &desk, keys: &keys, from: from.as_ref() };
    report::campaign::write(&destination, &telling, &plan, &rules, ledger)?;
    session.terminal.notice_line(&format!("{}: written.", report.display()));
    Ok(())
}
