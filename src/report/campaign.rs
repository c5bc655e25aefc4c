//! The report of a campaign: the list, row by row, with what the ledger says of each letter.

use super::fate::{Fate, Outcome, ReplyCode};
use super::{Destination, ReportError};
use crate::campaign::plan::judge::Judge;
use crate::campaign::plan::{self, Channel, Plan, Rules, WithoutMail};
use crate::exit::{Exit, ExitCode};
use crate::ledger::{Keys, Ledger, LedgerError, Purpose, Standing, State};
use crate::letter::desk::Desk;
use crate::mailbox::Mailbox;
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
    /// From which address the letters go; without it a Message-ID is told without its domain.
    pub from: Option<&'a Mailbox>,
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
    let mut own = Vec::new();
    let mut rows = telling.source.rows(rules.conditions)?;
    while let Some(entry) = rows.next() {
        let entry = entry?;
        rows.own_columns(&mut own);
        let found = match &entry {
            Entry::Withheld(withheld) => Found::of(Outcome::LeftOut, &withheld.reason()),
            Entry::Faulty(fault) => Found::of(Outcome::Invalid, &fault.reasons()),
            Entry::Row(row) => of_row(row, &judge, telling, plan, rules, ledger)?,
        };
        report.row(&own, &found.fate())?;
    }
    report.finish()?;
    Ok(())
}

/// What is found out about a row.
#[derive(Default)]
struct Found {
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
    ledger: &Ledger,
) -> Result<Found, LedgerError> {
    let embassy = match judge.embassy(row) {
        Ok(embassy) => embassy,
        Err((_, sentence)) => return Ok(Found::of(Outcome::Invalid, &sentence)),
    };
    let number = row.position.number;
    if let Ok(at) = plan.twins.binary_search_by_key(&number, |twin| twin.row) {
        return Ok(Found::of(Outcome::Invalid, &plan.twins[at].to_string()));
    }
    if let Ok(at) = plan.repeats.binary_search_by_key(&number, |repeat| repeat.row) {
        let earlier = plan.repeats[at].earlier;
        return Ok(Found::of(Outcome::Duplicate, &format!("repeats row {earlier}")));
    }
    let channel = plan::channel(embassy, rules.addresses);
    if channel == Channel::Post && rules.without_mail == WithoutMail::LeftOut {
        return Ok(Found::of(Outcome::LeftOut, "no e-mail of the embassy is known, and post is left out"));
    }
    let key = compose::key(telling.keys, &row.signer, embassy);
    let local_part = telling.keys.message_id_local_part(key, Purpose::Letter);
    let standing = ledger.standing(key)?;
    if standing.as_ref().is_some_and(|standing| standing.is_with_another_list) {
        return Ok(Found::of(Outcome::Duplicate, "sent with another list"));
    }
    let reply = standing.as_ref().map_or(String::new(), |standing| {
        let enhanced = standing.reply.enhanced.as_ref().filter(|_| standing.state != State::Bounced);
        let enhanced = enhanced.map(|code| format!("{code} ")).unwrap_or_default();
        format!("{enhanced}{}", standing.reply.words)
    });
    Ok(Found {
        embassy: embassy.destination(),
        channel: Some(match channel {
            Channel::Mail => "mail",
            Channel::Post => "post",
        }),
        outcome: Some(standing.as_ref().map_or(Outcome::Pending, |standing| outcome(standing.state))),
        reply,
        message_id: match telling.from {
            Some(from) => MessageId::new(&local_part, from).as_str().to_owned(),
            None => local_part,
        },
        standing,
    })
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
