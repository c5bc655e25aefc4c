//! Everything that a relay can say at a step, and what the session takes it for: every sequence of replies up to a length,
//! and then silence or the end, read by the session's own rules. Those that come to the same are one.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::sync::OnceLock;

use super::world::{End, Line};
use crate::delivery::reply::{Meaning, Reply, ReplyLine, Stage, outcome_of};
use crate::delivery::session::transaction::{Begun, Delivery, DotOutcome, begun, begun_in_lock_step};
use crate::delivery::session::{Broken, Lost};
use crate::ledger::Outcome;

/// What a relay may say; the last is no reply.
const SAID: [&str; 8] = [
    "250 2.0.0 ok",
    "354 go on",
    "450 4.2.0 later",
    "550 5.7.1 not wanted",
    "550 5.1.1 unknown",
    "421 4.3.2 closing",
    "530 5.7.0 log in",
    "what",
];

/// What became of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Enveloped {
    /// Nothing where the letter has its 354.
    pub(super) end: Option<End>,
    pub(super) line: Line,
    /// The relay's word is about the account, and ends the run.
    pub(super) stops: bool,
}

/// What became of a body, and of the envelope behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Delivered {
    pub(super) end: End,
    /// What the relay said first, which is its answer.
    pub(super) said_yes: bool,
    pub(super) said_no: bool,
    pub(super) next: Option<Enveloped>,
    pub(super) line: Line,
    pub(super) stops: bool,
}

/// How the write of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Write {
    Whole,
    /// It broke when the final dot had left.
    BrokenBehindTheDot,
    BrokenBeforeTheDot,
}

/// The relay's part of a conversation, in the order in which it is read.
struct Script {
    said: VecDeque<Option<Reply>>,
    closes: bool,
}

impl Script {
    fn read(&mut self) -> Result<Reply, Lost> {
        match self.said.pop_front() {
            Some(Some(reply)) => Ok(reply),
            Some(None) => Err(Lost::NoReply("what".to_owned())),
            None if self.closes => Err(Lost::Closed),
            None => Err(Lost::Io(io::ErrorKind::TimedOut.into())),
        }
    }

    /// What is left of the connection.
    fn line(&self) -> Line {
        if self.closes || !self.said.is_empty() { Line::Disturbed } else { Line::Open }
    }
}

/// How many replies more than are due are tried: what one more does, the end of the connection does too.
fn more() -> u32 {
    if super::is_whole() { 2 } else { 0 }
}

/// Every script of so many replies at most.
fn scripts(most: u32) -> impl Iterator<Item = Script> {
    let known: Vec<Option<Reply>> = SAID
        .iter()
        .map(|line| ReplyLine::parse(line.as_bytes()).and_then(|line| Reply::of(vec![line])))
        .collect();
    (0..=most).flat_map(move |length| {
        let known = known.clone();
        (0..SAID.len().pow(length)).flat_map(move |number| {
            let mut rest = number;
            let said: VecDeque<Option<Reply>> = (0..length)
                .map(|_| {
                    let next = known[rest % SAID.len()].clone();
                    rest /= SAID.len();
                    next
                })
                .collect();
            [false, true].map(|closes| Script { said: said.clone(), closes })
        })
    })
}

/// `judge`: what a reply means for its letter, and whether it ends the run.
fn judge(stage: Stage, reply: &Reply) -> (End, bool) {
    let stops = matches!(reply.meaning(stage), Meaning::AccountLevel(_) | Meaning::LogInNeeded);
    let end = match outcome_of(reply, stage, "relay.example.org", reply.text()) {
        Outcome::Accepted(_) => End::Accepted,
        Outcome::Deferred(_) => End::Deferred,
        Outcome::Refused(_) => End::Refused,
        Outcome::NoSuchAddress(_) => End::NoSuchAddress,
        Outcome::InDoubt(_) => End::InDoubt,
        Outcome::Unsent | Outcome::TakenBack { .. } => End::Unsent,
    };
    (end, stops)
}

/// `after_envelope`: what follows from the answer to an envelope. RSET may be answered, or not.
fn after_envelope(begun: &Begun, line: Line) -> Vec<Enveloped> {
    match begun {
        Begun::Ready => vec![Enveloped { end: None, line, stops: false }],
        Begun::Lost(_) => vec![Enveloped { end: Some(End::Unsent), line: Line::Gone, stops: false }],
        Begun::ReadyButRefused { stage, reply } => {
            let (end, stops) = judge(*stage, reply);
            vec![Enveloped { end: Some(end), line: Line::Gone, stops }]
        }
        Begun::Refused { stage, reply } => {
            let (end, stops) = judge(*stage, reply);
            let lines: &[Line] = match (end, line) {
                (End::Unsent, _) | (_, Line::Disturbed) => &[Line::Gone],
                _ => &[Line::Open, Line::Gone],
            };
            lines.iter().map(|line| Enveloped { end: Some(end), line: *line, stops }).collect()
        }
    }
}

/// What may become of an envelope.
pub(super) fn envelopes(pipelining: bool) -> &'static [Enveloped] {
    static KNOWN: [OnceLock<Vec<Enveloped>>; 2] = [const { OnceLock::new() }; 2];
    KNOWN[usize::from(pipelining)].get_or_init(|| {
        let became = scripts(3 + more()).flat_map(|mut script| {
            let begun =
                if pipelining { begun(|| script.read()) } else { begun_in_lock_step(|| script.read()) };
            after_envelope(&begun, script.line())
        });
        became.collect::<BTreeSet<Enveloped>>().into_iter().collect()
    })
}

/// What may become of a body whose write ended so.
pub(super) fn bodies(write: Write, has_next: bool) -> &'static [Delivered] {
    static KNOWN: [OnceLock<Vec<Delivered>>; 6] = [const { OnceLock::new() }; 6];
    KNOWN[write as usize * 2 + usize::from(has_next)].get_or_init(|| {
        let longest = if has_next { 4 } else { 1 } + more();
        let became = scripts(longest).flat_map(|script| body(write, has_next, script));
        became.collect::<BTreeSet<Delivered>>().into_iter().collect()
    })
}

fn body(write: Write, has_next: bool, mut script: Script) -> Vec<Delivered> {
    let answer = script.read();
    let code = answer.as_ref().map_or(0, Reply::code);
    let sent = match write {
        Write::Whole => Ok(()),
        _ => Err(Broken {
            first_part_left: write == Write::BrokenBehindTheDot,
            error: io::ErrorKind::ConnectionReset.into(),
        }),
    };
    let delivery = Delivery::of(answer, sent, has_next.then_some(|| begun(|| script.read())));
    let (end, stops) = match &delivery.outcome {
        DotOutcome::Answered(reply) => judge(Stage::Dot, reply),
        DotOutcome::NotSent(_) => (End::Unsent, false),
        DotOutcome::InDoubt(_) => (End::InDoubt, false),
    };
    let line = if delivery.over.is_some() { Line::Gone } else { script.line() };
    let (said_yes, said_no) = (code / 100 == 2, code / 100 >= 4);
    let delivered = |next| Delivered { end, said_yes, said_no, next, line, stops };
    match &delivery.next {
        None => vec![delivered(None)],
        Some(begun) => after_envelope(begun, line).into_iter().map(|next| delivered(Some(next))).collect(),
    }
}
