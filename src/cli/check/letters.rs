//! The letters themselves: those of a list, or one.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::findings::kept;
use crate::campaign::forecast::Forecast;
use crate::campaign::known;
use crate::campaign::plan::{self, Channel, planner};
use crate::campaign::settings::Settings;
use crate::campaign::settings::letter::Unreviewed;
use crate::campaign::settings::signers::SignerOptions;
use crate::check::addresses::{self, Addressed};
use crate::check::rows::{self, Since};
use crate::check::{Finding, letters, pace, shared};
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::cli::sums::counts_in_words;
use crate::cli::to_copy::shell_quoted;
use crate::cli::{correspondent, one_signer, shared_ledger};
use crate::ledger::{Ledger, Location, Retry};
use crate::letter::desk::Desk;
use crate::mailbox::Mailbox;
use crate::signer::Wishes;

/// A list: its letters, rows, consents, addresses, windows. Gives how many letters go by mail.
pub(super) fn campaign(
    list: &Path,
    desk: &Desk,
    settings: &Settings,
    session: &Session,
    findings: &mut Vec<Finding>,
) -> Result<u64, Failure> {
    let Some(source) = kept("rows", settings.open(list).map_err(Failure::from), findings) else {
        return Ok(0);
    };
    for notice in source.notices().iter().chain(source.remarks()) {
        session.terminal.notice(&notice.to_string());
    }
    let location = shared_ledger::of_campaign(settings);
    let Some(location) = kept("ledger", location, findings) else { return Ok(0) };
    let ledger = correspondent::ledger_to_look_at(&location, settings);
    let Some(mut ledger) = kept("ledger", ledger, findings) else { return Ok(0) };
    let printer = settings.printer_for_post().map_err(Failure::from);
    let printer = kept("post", printer, findings).flatten();
    let rules = settings.rules(ledger.year(), printer.as_ref());
    let since = since(settings);
    let survey = rows::survey(&source, rules.conditions, since.as_ref()).map_err(Failure::from);
    let Some(survey) = kept("rows", survey, findings) else { return Ok(0) };
    findings.extend(letters::judge(desk, &survey.wanted, settings.letter.unreviewed));
    let Some(keys) = kept("ledger", ledger.keys().map_err(Failure::from), findings) else { return Ok(0) };
    let mut listed = ledger.list()?;
    let plan = planner::make(&source, desk, &keys, &rules, &mut listed)?;
    findings.extend(rows::judge(&plan, &listed.shared_emails(10)?));
    findings.extend(survey.own_words());
    findings.extend(survey.consents(since.as_ref()));
    let addressed: Vec<Addressed<'_>> = plan
        .lanes
        .iter()
        .map(|lane| Addressed { embassy: lane.embassy, channel: lane.channel, letters: lane.letters })
        .collect();
    findings.extend(addresses::judge(addressed.iter().copied(), session.today()));
    findings.extend(addresses::post(&addressed, settings.post.folder().is_some()));
    let standing = listed.compare(Retry::default())?;
    let forecast = Forecast::of(&plan, &standing, &settings.pace, session.now);
    findings.extend(pace::judge(&forecast, &settings.pace));
    let mail = plan.count(Channel::Mail);
    if let Some(terms) = listed.ledger().terms()? {
        findings.extend(shared::judge(&settings.terms()?, &terms));
    }
    // Where it is named wrongly, that was told, and this is another one.
    if !findings.iter().any(|finding| finding.check == "ledger") {
        findings.push(of_ledger(&location, listed.ledger(), source.path())?);
    }
    Ok(mail)
}

fn of_ledger(location: &Location, ledger: &Ledger, list: Option<&Path>) -> Result<Finding, Failure> {
    if let Some(other) = known::sent_with_another(ledger, list)? {
        let message = format!(
            "{location}: nothing was sent with it, and the list was sent with another: {}",
            other.display()
        );
        let what_to_do = format!(
            "add --ledger {} to go on where the other ended; with this one every letter leaves again",
            shell_quoted(&other.display().to_string())
        );
        return Ok(Finding::note("ledger", message, what_to_do));
    }
    if !location.is(ledger.location()) {
        return Ok(Finding::good("ledger", format!("{location} will be made: nothing was sent yet")));
    }
    let counts = ledger.tally()?.all;
    let words = counts_in_words(&counts);
    let words = if counts.total() == 0 { "nothing was sent yet".to_owned() } else { words };
    let message = format!("{location}: {words}");
    Ok(if counts.bounced > 0 {
        let what_to_do = "--retry-bounced sends those again whose embassy has another address in the book";
        Finding::note("ledger", message, what_to_do)
    } else if counts.in_doubt > 0 {
        Finding::note(
            "ledger",
            message,
            "`protest status --in-doubt` names them, `protest settle` settles them",
        )
    } else {
        Finding::good("ledger", message)
    })
}

/// From when on consents are to the letter as it is: what the campaign says, else when the letter's file was changed.
fn since(settings: &Settings) -> Option<Since> {
    if let Some(day) = settings.consent_since {
        return Some(Since::Stated(day));
    }
    let letter = settings.letter.letter()?;
    let changed = std::fs::metadata(letter).and_then(|metadata| metadata.modified()).ok()?;
    let changed = DateTime::<Utc>::from(changed);
    Some(Since::Changed { file: letter.to_owned(), on: changed.date_naive() })
}

/// One signer's letter. Gives how many letters go by mail.
pub(super) fn one_signer(
    options: &SignerOptions,
    desk: &Desk,
    settings: &Settings,
    session: &Session,
    from: &mut Option<Mailbox>,
    findings: &mut Vec<Finding>,
) -> u64 {
    let signer = one_signer::one_signer(options, session.terminal);
    let Some(signer) = kept("signer", signer, findings) else { return 0 };
    let account = correspondent::with_account(signer, desk, settings);
    let account = account.and_then(|(signer, from)| Ok((signer, from.ok_or_else(correspondent::no_from)?)));
    let Some((signer, address)) = kept("from", account, findings) else { return 0 };
    *from = Some(address);
    let wishes = Wishes::default();
    let letter = desk.letter(&signer, &wishes).map_err(Failure::from);
    let Some(letter) = kept("letter", letter, findings) else { return 0 };
    findings.extend(letters::judge(desk, &BTreeSet::new(), Unreviewed::Taken));
    let channel = plan::channel(letter.embassy, settings.addresses);
    findings.extend(addresses::judge(
        [Addressed { embassy: letter.embassy, channel, letters: 1 }],
        session.today(),
    ));
    u64::from(channel == Channel::Mail)
}
