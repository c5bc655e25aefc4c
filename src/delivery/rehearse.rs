//! Messages that no ledger keeps: rehearsals. Each is tried once, over one connection.

use super::dotted::Dotted;
use super::reply::{Reply, Stage, outcome_of};
use super::sendmail;
use super::session::error::SessionError;
use super::session::transaction::{Begun, Behind, DotOutcome};
use super::session::{Session, Watch};
use super::work::Line;
use crate::ledger::Outcome;
use crate::message::compose::Composed;

/// What became of a message.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    /// Its outcome.
    pub outcome: Outcome,
    /// Where it was not sent: what the relay said, or how the connection ended.
    pub why_unsent: Option<String>,
}

impl Handed {
    fn lost(why: String) -> Handed {
        Handed { outcome: Outcome::Unsent, why_unsent: Some(why) }
    }

    fn answered(reply: &Reply, stage: Stage, relay: &str) -> Handed {
        // To oneself: the words are shown once, and kept nowhere.
        match outcome_of(reply, stage, relay, reply.text()) {
            Outcome::Unsent => Handed::lost(reply.to_string()),
            outcome => Handed::from(outcome),
        }
    }
}

impl From<Outcome> for Handed {
    fn from(outcome: Outcome) -> Handed {
        Handed { outcome, why_unsent: None }
    }
}

/// Hands the messages over, and says what became of each.
///
/// # Errors
/// Where there is no session to be had.
pub(crate) fn hand_over(
    line: &Line,
    messages: &[Composed],
    watch: Watch<'_>,
) -> Result<Vec<Handed>, SessionError> {
    let (relay, access) = match line {
        Line::Smtp(relay, access) => (relay, access),
        Line::Sendmail(program, patience) => {
            let deliver = |message| match sendmail::deliver(program, message, *patience) {
                sendmail::Handed::Settled(outcome) => outcome.into(),
                sendmail::Handed::Impossible(why) => Handed::lost(why),
            };
            return Ok(messages.iter().map(deliver).collect());
        }
    };
    let mut all = Vec::with_capacity(messages.len());
    let mut open = None;
    for message in messages {
        let mut session = match open.take() {
            Some(session) => session,
            None => Session::open(relay, access, watch)?,
        };
        let data = Dotted::new(&message.bytes);
        let name = relay.to_string();
        let (handed, goes_on) = match session.begin(&message.envelope, data.size()) {
            Begun::Ready => match session.deliver(&data, Behind::Nothing, || {}).outcome {
                DotOutcome::Answered(reply) => (Handed::answered(&reply, Stage::Dot, &name), true),
                DotOutcome::NotSent(why) => (Handed::lost(why), false),
                DotOutcome::InDoubt(why) => (Outcome::InDoubt(why).into(), false),
            },
            Begun::Refused { stage, reply } => {
                (Handed::answered(&reply, stage, &name), session.reset().is_ok())
            }
            Begun::ReadyButRefused { stage, reply } => (Handed::answered(&reply, stage, &name), false),
            Begun::Lost(why) => (Handed::lost(why), false),
        };
        all.push(handed);
        if goes_on {
            open = Some(session);
        }
    }
    if let Some(session) = open {
        session.quit();
    }
    Ok(all)
}
