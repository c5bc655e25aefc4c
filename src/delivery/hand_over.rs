//! Messages that no ledger keeps: rehearsals. Each is tried once, over one connection.

use super::compose::Composed;
use super::dotted::Dotted;
use super::reply::Stage;
use super::sendmail;
use super::session::{Begun, DotOutcome, Next, Session, SessionError};
use super::setting::Line;
use super::worker::outcome_of;
use crate::ledger::Outcome;

/// Hands the messages over, and says what became of each.
///
/// # Errors
/// Where there is no session to be had.
pub fn hand_over(line: &Line, messages: &[Composed]) -> Result<Vec<Outcome>, SessionError> {
    let (relay, access) = match line {
        Line::Smtp(relay, access) => (relay, access),
        Line::Sendmail(program) => {
            return Ok(messages.iter().map(|message| sendmail::deliver(program, message)).collect());
        }
    };
    let mut outcomes = Vec::with_capacity(messages.len());
    let mut open = None;
    for message in messages {
        let mut session = match open.take() {
            Some(session) => session,
            None => Session::open(relay, access, &|| false)?,
        };
        let data = Dotted::new(&message.bytes);
        let name = relay.to_string();
        let (outcome, goes_on) = match session.begin(&message.envelope, data.size()) {
            Begun::Ready => match session.deliver(&data, Next::Nothing).outcome {
                DotOutcome::Answered(reply) => (outcome_of(&reply, Stage::Dot, &name), true),
                DotOutcome::NotSent(_) => (Outcome::Unsent, false),
                DotOutcome::InDoubt(why) => (Outcome::InDoubt(why), false),
            },
            Begun::Refused { stage, reply } => (outcome_of(&reply, stage, &name), session.reset().is_ok()),
            Begun::ReadyButRefused { stage, reply } => (outcome_of(&reply, stage, &name), false),
            Begun::Lost(_) => (Outcome::Unsent, false),
        };
        outcomes.push(outcome);
        if goes_on {
            open = Some(session);
        }
    }
    if let Some(session) = open {
        session.quit();
    }
    Ok(outcomes)
}
