//! The report of a campaign: the list, row by row, with what the ledger says of each letter.

use std::collections::{HashMap, HashSet};

use super::fate::{Fate, Outcome, ReplyCode};
use super::{Destination, Report, ReportError};
use crate::campaign::plan::judge::Judge;
use crate::campaign::plan::{self, Channel, Plan, Rules, WithoutMail};
use crate::embassy::Embassy;
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Keys, Ledger, LedgerError, LetterKey, Purpose, Standing, State};
use crate::letter::desk::Desk;
use crate::message::MessageId;
use crate::message::compose;
use crate::signer::list::{Entry, Row, Source, SourceError};

/// Why a campaign has no report.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum CampaignReportError {
    #[error(transparent)]
    Report(#[from] ReportError),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl ExitCode for CampaignReportError {
    fn exit(&self) -> Exit {
        match self {
            CampaignReportError::Report(error) => error.exit(),
            CampaignReportError::Source(error) => error.exit(),
            CampaignReportError::Ledger(error) => error.exit(),
        }
    }
}

/// What is told of, and by what it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Telling<'a> {
    /// The signers' list.
    pub source: &'a Source,
    /// Where its letters are written.
    pub desk: &'a Desk,
    /// The ledger's keys.
    pub keys: &'a Keys,
    /// The domain of the letters' Message-IDs, where it is known.
    pub domain: Option<&'a str>,
}

/// Writes the report, in place of a former one.
///
/// # Errors
/// Where list, ledger or report cannot be read or written.
pub(crate) fn write(
    destination: &Destination,
    telling: &Telling<'_>,
    plan: &Plan<'_>,
    rules: &Rules<'_>,
    ledger: &Ledger,
) -> Result<(), CampaignReportError> {
    let judge = Judge::new(telling.desk).under(rules);
    let mut report = destination.create(telling.source.layout())?;
    let mut rows = telling.source.rows(rules.conditions)?;
    let mut page = Page::default();
    while let Some(entry) = rows.next() {
        let entry = entry?;
        let mut own = Vec::new();
        rows.own_columns(&mut own);
        let found = match &entry {
            Entry::Withheld(withheld) => {
                let row = rows.whose(withheld);
                let letter = row.and_then(|row| {
                    let embassy = telling.desk.embassy(&row.signer, &row.wishes).ok()?;
                    Some(of_letter(&row, embassy, telling, rules))
                });
                letter.unwrap_or_default().left_out(&withheld.reason())
            }
            Entry::Faulty(fault) => Found::of(Outcome::Invalid, &fault.reasons()),
            Entry::Row(row) => of_row(row, &judge, telling, plan, rules),
        };
        page.add(own, found);
        if page.is_full() {
            page.tell(&mut report, ledger)?;
        }
    }
    page.tell(&mut report, ledger)?;
    report.finish()?;
    Ok(())
}

/// Rows whose letters are asked for in one go.
#[derive(Default)]
struct Page {
    rows: Vec<(Vec<u8>, Found)>,
    bytes: usize,
    /// Letters told in rows that are left out now: a second row of theirs is no second letter.
    told: HashSet<LetterKey>,
}

impl Page {
    fn add(&mut self, own_columns: Vec<u8>, found: Found) {
        self.bytes += own_columns.len();
        self.rows.push((own_columns, found));
    }

    /// So that neither many rows nor large ones need much memory.
    fn is_full(&self) -> bool {
        self.rows.len() >= 500 || self.bytes >= 256 * 1024
    }

    fn tell(&mut self, report: &mut Report<'_>, ledger: &Ledger) -> Result<(), CampaignReportError> {
        let letters: Vec<LetterKey> = self.rows.iter().filter_map(|(_, found)| found.letter).collect();
        let mut standings = if letters.is_empty() { HashMap::new() } else { ledger.standings(&letters)? };
        for (own_columns, mut found) in self.rows.drain(..) {
            if let Some(letter) = found.letter {
                if found.is_left_out() {
                    let went = standings.get(&letter).filter(|standing| has_left(standing));
                    let went = went.filter(|_| self.told.insert(letter)).cloned();
                    found.stand_although_left_out(went);
                } else {
                    found.stand(standings.remove(&letter));
                }
            }
            report.row(&own_columns, &found.fate())?;
        }
        self.bytes = 0;
        Ok(())
    }
}

/// What is found out about a row.
#[derive(Default)]
struct Found {
    /// The letter that the ledger is to be asked for.
    letter: Option<LetterKey>,
    embassy: String,
    channel: Option<&'static str>,
    outcome: Option<Outcome>,
    reply: String,
    message_id: String,
    standing: Option<Standing>,
}

impl Found {
    fn of(outcome: Outcome, reply: &str) -> Found {
        Found { outcome: Some(outcome), reply: reply.to_owned(), ..Found::default() }
    }

    /// With what the ledger says of its letter.
    fn stand(&mut self, standing: Option<Standing>) {
        if standing.as_ref().is_some_and(|standing| standing.is_with_another_list) {
            *self = Found::of(Outcome::Duplicate, "sent with another list");
            return;
        }
        if let Some(standing) = &standing {
            self.channel = channel_taken(standing.state).or(self.channel);
            let enhanced = standing.reply.enhanced.as_ref().filter(|_| standing.state != State::Bounced);
            let enhanced = enhanced.map(|code| format!("{code} ")).unwrap_or_default();
            self.reply = format!("{enhanced}{}", standing.reply.words);
            self.outcome = Some(outcome(standing.state));
        }
        self.standing = standing;
    }

    /// The same, of a row that is left out, unless its letter has left.
    fn left_out(mut self, reason: &str) -> Found {
        (self.outcome, self.reply) = (Some(Outcome::LeftOut), reason.to_owned());
        self
    }

    fn is_left_out(&self) -> bool {
        self.outcome == Some(Outcome::LeftOut)
    }

    fn stand_although_left_out(&mut self, went: Option<Standing>) {
        match went {
            Some(went) => self.stand(Some(went)),
            None => *self = Found::of(Outcome::LeftOut, &self.reply),
        }
    }

    fn fate(&self) -> Fate<'_> {
        Fate {
            embassy: &self.embassy,
            channel: self.channel,
            outcome: self.outcome.unwrap_or(Outcome::Pending),
            reply_code: self.standing.as_ref().and_then(|standing| {
                let reply = &standing.reply;
                match (&reply.enhanced, standing.state) {
                    (Some(enhanced), State::Bounced) => Some(ReplyCode::Enhanced(enhanced)),
                    _ => reply.code.map(ReplyCode::Reply),
                }
            }),
            reply: &self.reply,
            message_id: &self.message_id,
            at: self.standing.as_ref().and_then(|standing| standing.at),
        }
    }
}

fn of_row(
    row: &Row,
    judge: &Judge<'_, '_>,
    telling: &Telling<'_>,
    plan: &Plan<'_>,
    rules: &Rules<'_>,
) -> Found {
    let embassy = match judge.embassy(row) {
        Ok(embassy) => embassy,
        Err((_, sentence)) => return Found::of(Outcome::Invalid, &sentence),
    };
    let number = row.position.number;
    if let Ok(at) = plan.twins.binary_search_by_key(&number, |twin| twin.row) {
        return Found::of(Outcome::Invalid, &plan.twins[at].to_string());
    }
    if let Ok(at) = plan.repeats.binary_search_by_key(&number, |repeat| repeat.row) {
        let earlier = plan.repeats[at].earlier;
        return Found::of(Outcome::Duplicate, &format!("repeats row {earlier}"));
    }
    let found = of_letter(row, embassy, telling, rules);
    if found.channel == Some(POST) && rules.without_mail == WithoutMail::LeftOut {
        return found.left_out("no e-mail of the embassy is known, and post is left out");
    }
    found
}

/// The row's letter, and the way that it would go now.
fn of_letter(row: &Row, embassy: &Embassy, telling: &Telling<'_>, rules: &Rules<'_>) -> Found {
    let key = compose::key(telling.keys, &row.signer, embassy);
    let local_part = telling.keys.message_id_local_part(key, Purpose::Letter);
    Found {
        letter: Some(key),
        embassy: embassy.destination(),
        channel: Some(match plan::channel(embassy, rules.addresses) {
            Channel::Mail => MAIL,
            Channel::Post => POST,
        }),
        message_id: match telling.domain {
            Some(domain) => MessageId::new(&local_part, domain).as_str().to_owned(),
            None => local_part,
        },
        ..Found::default()
    }
}

const MAIL: &str = "mail";
const POST: &str = "post";

/// The way that a letter has gone; none where it has not.
fn channel_taken(state: State) -> Option<&'static str> {
    match state {
        State::ByPost => Some(POST),
        State::Accepted | State::Refused | State::InDoubt | State::Bounced => Some(MAIL),
        State::Pending | State::Claimed | State::Deferred => None,
    }
}

/// Whether something became of a letter of this list that no later no undoes.
fn has_left(standing: &Standing) -> bool {
    !standing.is_with_another_list && channel_taken(standing.state).is_some()
}

fn outcome(state: State) -> Outcome {
    match state {
        State::Pending | State::Claimed => Outcome::Pending,
        State::Accepted => Outcome::Accepted,
        State::Deferred => Outcome::Deferred,
        State::Refused => Outcome::Refused,
        State::InDoubt => Outcome::InDoubt,
        State::ByPost => Outcome::ByPost,
        State::Bounced => Outcome::Bounced,
    }
}
