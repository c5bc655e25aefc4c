//! `protest status`: where a campaign stands, by outcome and by embassy.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::failure::{Failure, Outcome};
use super::session::Session;
use super::shared_ledger;
use super::sums::counts_in_words;
use super::{table, terminal};
use crate::campaign::plan::planner;
use crate::campaign::settings::post::PostOptions;
use crate::campaign::settings::sender::SenderOptions;
use crate::campaign::settings::signers::{ListOptions, SignerOptions};
use crate::campaign::settings::{Given, PlanOptions, Settings};
use crate::exit::Exit;
use crate::ledger::{Counts, Doubt, Ledger, Tally, Trace};
use crate::report::{self, Destination};
use crate::wording::{count, instant};

#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  protest status\n  protest status --json\n  protest status --signers signers.csv --report report.csv"
)]
pub(super) struct Status {
    #[command(flatten)]
    sender: SenderOptions,
    /// The counts as JSON
    #[arg(long)]
    json: bool,
    /// The Message-IDs of the letters in doubt; with --json beside the counts
    #[arg(long)]
    in_doubt: bool,
    /// The signers' list to report on [default: campaign.toml's]
    #[arg(long, value_name = "FILE", requires = "report")]
    signers: Option<PathBuf>,
    #[command(flatten)]
    list: ListOptions,
    /// What became of every signer's letter, as .csv or .json
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The report tells of letters sent with --old-addresses
    #[arg(long, requires = "report")]
    old_addresses: bool,
}

pub(super) fn run(options: &Status, session: &Session) -> Outcome {
    let given = Given {
        sender: options.sender.clone(),
        list: options.signers.clone(),
        report: options.report.clone(),
        signer: SignerOptions { list: options.list.clone(), ..SignerOptions::default() },
        plan: PlanOptions {
            post: PostOptions { old_addresses: options.old_addresses, ..PostOptions::default() },
            ..PlanOptions::default()
        },
        ..session.given()
    };
    let settings = session.settings(&given)?;
    let location = shared_ledger::to_look_at(&settings)?;
    // The campaign's id is for the campaign's own ledger: that of single letters has its own.
    let is_campaigns = options.sender.ledger.is_none() && settings.ledger.of_campaign().is(&location);
    let id = settings.ledger.id.as_deref().filter(|_| is_campaigns);
    let mut ledger = Ledger::open_read_only(&location, id)?;
    session.terminal.notice_line(&format!("Ledger: {location}"));
    if let Some(lost) = ledger.lost_commits() {
        session.terminal.say(&format!("{location}: {lost}."));
    }
    if let Some(report) = &options.report {
        let list = settings
            .who
            .list()
            .ok_or_else(|| Failure::usage("a report is about a list: add --signers FILE.csv"))?;
        report_on(list, report, &mut ledger, &settings, session)?;
        // For `forget`; where the ledger cannot be written, or is of an older release and only read here, this report is
        // the user's own to remember.
        if !ledger.is_older() {
            let _ = Ledger::open(&location, id).and_then(|ledger| ledger.remember(report, Trace::Report));
        }
        return Ok(Exit::Done);
    }
    if options.in_doubt && !options.json {
        let mut lines = String::new();
        for doubt in ledger.in_doubt()? {
            let at = doubt.at.map(instant).unwrap_or_default();
            lines.push_str(&format!("{}\t{}\t{at}\n", doubt.message_id, doubt.destination));
        }
        terminal::print_text(&lines)?;
        return Ok(Exit::Done);
    }
    let tally = ledger.tally_of_all()?;
    let own = ledger.list_name().map(|name| Ok::<_, Failure>((name, ledger.tally()?.all))).transpose()?;
    if options.json {
        let mut status = in_json(&tally, own.as_ref(), &ledger);
        if options.in_doubt {
            status["letters_in_doubt"] = ledger.in_doubt()?.iter().map(doubt_in_json).collect();
        }
        terminal::print_json(&status)?;
    } else {
        terminal::print_text(&in_words(&tally, own.as_ref(), &ledger)?)?;
    }
    Ok(Exit::Done)
}

fn in_json(tally: &Tally, own: Option<&(&str, Counts)>, ledger: &Ledger) -> Value {
    let counts = |counts: &Counts| {
        json!({
            "total": counts.total(),
            "pending": counts.pending,
            "accepted": counts.accepted,
            "deferred": counts.deferred,
            "refused": counts.refused,
            "in_doubt": counts.in_doubt,
            "by_post": counts.by_post,
            "bounced": counts.bounced,
        })
    };
    let mut status = counts(&tally.all);
    status["campaign"] = json!(ledger.campaign_id());
    if let Some((name, own)) = own {
        status["list"] = counts(own);
        status["list"]["name"] = json!(name);
    }
    status["ledger"] = json!(ledger.location().to_string());
    status["embassies"] = tally.by_destination.iter().map(|(name, of)| (name.clone(), counts(of))).collect();
    status
}

fn doubt_in_json(doubt: &Doubt) -> Value {
    json!({ "message_id": doubt.message_id, "embassy": doubt.destination, "at": doubt.at.map(instant) })
}

fn in_words(tally: &Tally, own: Option<&(&str, Counts)>, ledger: &Ledger) -> Result<String, Failure> {
    let mut text = format!("Campaign {}: {}", ledger.campaign_id(), count(tally.all.total(), "letter"));
    text.push_str(&format!(" ({})\n", counts_in_words(&tally.all)));
    if let Some((name, own)) = own {
        text.push_str(&format!("List {name}: {} of them ({})\n", own.total(), counts_in_words(own)));
    }
    if tally.is_forgotten {
        text.push_str("Its signers are forgotten; only these counts are left.\n");
    }
    if !tally.by_destination.is_empty() {
        let mut rows = table::new([
            "embassy", "total", "accepted", "by post", "pending", "deferred", "refused", "bounced",
            "in doubt",
        ]);
        for (name, counts) in &tally.by_destination {
            let numbers = [
                counts.total(),
                counts.accepted,
                counts.by_post,
                counts.pending,
                counts.deferred,
                counts.refused,
                counts.bounced,
                counts.in_doubt,
            ];
            rows.add_row(std::iter::once(name.clone()).chain(numbers.map(|number| number.to_string())));
        }
        text.push_str(&format!("\n{}\n", table::shown(&rows)));
    }
    if !tally.is_forgotten {
        for held in ledger.held()? {
            text.push_str(&format!(
                "\nThe relay does not know {}: {} {} until it changes in the address book (or --retry-refused).\n",
                held.address,
                count(held.waiting, "letter"),
                if held.waiting == 1 { "waits" } else { "wait" }
            ));
        }
    }
    Ok(text)
}

fn report_on(
    list: &Path,
    report: &Path,
    ledger: &mut Ledger,
    settings: &Settings,
    session: &Session,
) -> Result<(), Failure> {
    let source = settings.open(list)?;
    let destination = Destination::new(report, source.path())?;
    let desk = settings.desk()?;
    let printer = settings.printer_for_post()?;
    let rules = settings.rules(ledger.year(), printer.as_ref());
    let keys = ledger.keys()?;
    let plan = planner::make(&source, &desk, &keys, &rules, &mut ledger.list()?)?;
    let domain = match settings.sender.of_campaign() {
        Ok(sender) => Some(sender.from.domain().to_owned()),
        Err(_) => ledger.domain()?,
    };
    let domain = domain.as_deref();
    let telling = report::campaign::Telling { source: &source, desk: &desk, keys: &keys, domain };
    report::campaign::write(&destination, &telling, &plan, &rules, ledger)?;
    session.terminal.notice_line(&format!("{}: written.", report.display()));
    Ok(())
}
