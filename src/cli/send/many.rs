//! A list of signers, each of whose letters goes once.

use std::path::Path;
use std::sync::Arc;

use chrono::Utc;

use super::ends::Ends;
use super::options::Send;
use super::plan_in_words::{self, Shown};
use super::progress::Progress;
use super::{carry_out, confirm, ledger_in_words, rehearsal};
use crate::campaign::forecast::Forecast;
use crate::campaign::known::Known;
use crate::campaign::letters::Letters;
use crate::campaign::plan::{Plan, Rules, planner};
use crate::campaign::settings::Settings;
use crate::campaign::settings::letter::Unreviewed;
use crate::campaign::settings::pace::Manner;
use crate::campaign::settings::post::Copies;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::session::Session;
use crate::cli::{correspondent, notices, route, shared_ledger};
use crate::delivery::clock::SteadyClock;
use crate::delivery::outboxes::Campaign;
use crate::delivery::post::{Post, Written};
use crate::exit::Exit;
use crate::ledger::{Comparison, Ledger, List, Location, Retry, Scope, Trace};
use crate::relay::Relay;
use crate::report::campaign::Telling;
use crate::report::{self, Destination};
use crate::signer::list::Source;
use crate::wording::count;

pub(super) fn run(options: &Send, list: &Path, settings: &Settings, session: &Session) -> Outcome {
    let sender = settings.sender.of_campaign()?;
    let relay = settings.relay()?.clone();
    let desk = settings.desk_for_sending()?;
    let source = opened(list, options, settings, session)?;
    let report = settings.report.as_ref().map(|path| Destination::new(path, source.path())).transpose()?;
    let looks_only = options.dry_run || options.rehearse.is_some() || relay.directory().is_some();
    let conditions = settings.conditions();
    // A list that can send nothing makes no ledger.
    source.rows(conditions)?;
    let location = shared_ledger::of_campaign(settings)?;
    let mut ledger = open_ledger(&location, settings, looks_only)?;
    let printer = settings.printer_for_post()?;
    let rules = settings.rules(ledger.year(), printer.as_ref());
    let keys = ledger.keys()?;
    let campaign_id = ledger.campaign_id().to_owned();
    let year = ledger.year();
    let steady = Arc::new(SteadyClock::new(Utc::now));
    let clock = || steady.now();
    let letters = Letters {
        desk: &desk,
        source: &source,
        conditions,
        keys: Arc::clone(&keys),
        sender,
        copy_to_signer: settings.copies == Copies::ToSigners,
        clock: &clock,
    };
    let first_line =
        ledger_in_words::first_line(&ledger, session)? + &ledger_in_words::of_list(&ledger, source.path())?;
    let mut listed = ledger.list()?;
    let plan = planner::make(&source, &desk, &keys, &rules, &mut listed)?;
    tell_faults(&plan, options, session)?;
    allow_unreviewed(&plan, settings)?;
    if let Some(to) = &options.rehearse {
        return rehearsal::many(&letters, &plan, to, relay, settings, session);
    }
    if let (Some(folder), false) = (relay.directory(), options.dry_run) {
        return rehearsal::write_all(&letters, &plan, folder, session);
    }
    route::must_be_there(&relay, settings, session.terminal)?;
    let manner = Manner { early: options.early(), ..settings.pace.clone() };
    let post_folder = settings.post.folder();
    let (standing, retry) = standing(&listed, options, session)?;
    let forecast = Forecast::of(&plan, &standing, &manner, session.now);
    let shown = Shown {
        campaign_id: &campaign_id,
        ledger: &location,
        plan: &plan,
        letters: &letters,
        relay: &relay,
        manner: &manner,
        standing,
        forecast: &forecast,
        look_alikes: listed.look_alikes(10)?,
        post_folder,
        now: session.now,
    };
    let in_words = format!("{first_line}{}", plan_in_words::plan_in_words(&shown));
    session.terminal.show_plan(&in_words, options.plan_is())?;
    if relay == Relay::Sendmail {
        notices::of_relay(Some(&relay), session.terminal);
    }
    if options.dry_run {
        session.terminal.notice("A dry run: nothing was sent, and no file was made.");
        return Ok(Exit::Done);
    }
    confirm::the_plan(options, session)?;
    let line = route::line(relay, &letters.sender.from, settings, session.terminal)?;
    let interruption = carry_out::interruption()?;
    let interrupted = interruption.begin();
    let ledgers_clock = Arc::clone(&steady);
    let (_, run) = listed.start(Scope::Campaign, retry, move || ledgers_clock.now())?;
    run.heed(interruption.wanted());
    let mut ends = Ends { exit: Exit::Done, session };
    remember(&letters, &ledger)?;
    let posted = post_folder.zip(printer.as_ref()).map_or(Ok(()), |(folder, printer)| {
        // Known to `forget` before the first name is in it.
        ledger.remember(folder, Trace::PostFolder)?;
        let post = Post { folder, printer, year };
        tell_written(&post, &post.write(&letters, &plan, &ledger, interrupted)?, session);
        Ok(())
    });
    // Where letters on paper cannot be written, something is wrong that the user should look at first.
    let mut stop = None;
    if ends.take(posted) {
        let outbox = Campaign::new(&letters, &plan, Some((&ledger, retry))).with_owed_copies()?;
        let progress = Progress::new(session.terminal, &forecast, manner.limit);
        stop = carry_out::carry_out(&outbox, &run, &line, &manner, &clock, &interruption, &progress);
        progress.end();
        let copies = ends.copies(&ledger, &outbox, letters.copy_to_signer);
        ends.take(copies);
    }
    ends.run(stop.as_ref(), run.end());
    if let Some(destination) = &report {
        let domain = Some(letters.sender.from.domain());
        let telling = Telling { source: &source, desk: &desk, keys: &keys, domain };
        ends.take(report_on(destination, &telling, &plan, &rules, &ledger));
    }
    Ok(ends.sum_up(&ledger, &plan, &manner, clock(), post_folder.is_some()))
}

/// How the list stands beside the ledger, and which letters may be sent again.
fn standing(listed: &List<'_>, options: &Send, session: &Session) -> Result<(Comparison, Retry), Failure> {
    let standing = listed.compare(options.retry())?;
    let retry = confirm::the_letters_that_came_back(standing.came_back, options, session);
    Ok((if retry == options.retry() { standing } else { listed.compare(retry)? }, retry))
}

/// What lies in the post folder now, and what is still missing in it.
fn tell_written(post: &Post<'_>, written: &Written, session: &Session) {
    if written.letters > 0 {
        let letters = count(written.letters, "letter");
        session.terminal.notice_line(&format!("{}: {letters} written for the post.", post.folder.display()));
    }
    if let Some(first) = written.left.first() {
        let left = written.left.len() as u64;
        session.terminal.say(&format!(
            "{}: {} {} there of signers who are not in this list any more, or said no: do not post them; the covers name \
             their files, the first is {}.",
            post.folder.display(),
            count(left, "letter"),
            if left == 1 { "lies" } else { "lie" },
            first.display()
        ));
    }
    if let Some(missing) = written.streets.in_words() {
        let covers = "Their covers in the folder say so too.";
        session.terminal.notice(&format!("{missing} Find it out before you post them. {covers}"));
    }
    post.printer.borrow().remark().iter().for_each(|remark| session.terminal.notice(remark));
}

/// The domain of the letters' Message-IDs; and the list, so that `forget` names it, and a new ledger elsewhere is told
/// from this one.
fn remember(letters: &Letters<'_>, ledger: &Ledger) -> Result<(), Failure> {
    ledger.keep_domain(letters.sender.from.domain())?;
    let Some(list) = letters.source.path() else { return Ok(()) };
    ledger.remember(list, Trace::List)?;
    if let (Some(known), Some(file)) = (Known::here(), ledger.location().file()) {
        known.keep_list(ledger.campaign_id(), list, file);
    }
    Ok(())
}

fn report_on(
    destination: &Destination,
    telling: &Telling<'_>,
    plan: &Plan<'_>,
    rules: &Rules<'_>,
    ledger: &Ledger,
) -> Result<(), Failure> {
    report::campaign::write(destination, telling, plan, rules, ledger)?;
    Ok(ledger.remember(destination.path(), Trace::Report)?)
}

/// The list, with what is to be known of it told.
fn opened(list: &Path, options: &Send, settings: &Settings, session: &Session) -> Result<Source, Failure> {
    let source = settings.open(list)?;
    for notice in source.notices().iter().chain(source.remarks()) {
        session.terminal.notice(&notice.to_string());
    }
    if source.count() == 0 && !options.dry_run {
        let told = format!("{}: there is nobody to write for", list.display());
        return Err(Failure::new(Exit::Data, told));
    }
    Ok(source)
}

/// Faulty rows stop everything, unless the others are to be sent without them.
fn tell_faults(plan: &Plan<'_>, options: &Send, session: &Session) -> Result<(), Failure> {
    if plan.faults.is_empty() {
        return Ok(());
    }
    if !options.skip_invalid {
        let hint = "\nNothing was sent. Mend these rows, or add --skip-invalid to send the others.";
        return Err(Failure::new(Exit::Data, format!("{}{hint}", plan.faults)));
    }
    session.terminal.say(&plan.faults.to_string());
    Ok(())
}

/// A translation that nobody has reviewed stands under many names only where the organizer says so.
///
/// Without the word it is a usage error: the rows are in order, what is missing is an option.
fn allow_unreviewed(plan: &Plan<'_>, settings: &Settings) -> Result<(), Failure> {
    if settings.letter.unreviewed == Unreviewed::Taken || plan.unreviewed.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "no native speaker has reviewed the translations that these letters are in: {}. Read them (`protest letters show \
         ID --lang TAG`), then add --unreviewed; nothing was sent",
        plan_in_words::unreviewed(plan)
    )))
}

/// The ledger to send with, or one to look at, which leaves no file behind.
fn open_ledger(location: &Location, settings: &Settings, looks_only: bool) -> Result<Ledger, Failure> {
    if looks_only {
        correspondent::ledger_to_look_at(location, settings)
    } else {
        correspondent::open_ledger(location, settings)
    }
}
