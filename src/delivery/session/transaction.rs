//! Transactions: envelope, body, final dot.
//!
//! With PIPELINING a letter's body and the next letter's envelope leave in one write, so that a letter costs one
//! round trip (RFC 2920 §3.1: content may be the first item of a group).

use std::io;
use std::time::Duration;

use super::stream::{Broken, Patience};
use super::{Lost, Session};
use crate::delivery::dotted::Dotted;
use crate::delivery::reply::{Reply, Stage};
use crate::message::Envelope;

/// What became of an envelope.
#[derive(Debug)]
pub(crate) enum Begun {
    /// 354: the body may follow.
    Ready,
    /// The relay does not want it.
    Refused {
        /// Which command it answered so.
        stage: Stage,
        /// What it said.
        reply: Reply,
    },
    /// 354 although MAIL or RCPT was refused: no body may follow, and the connection must be closed.
    ReadyButRefused {
        /// Which command was refused.
        stage: Stage,
        /// What it said.
        reply: Reply,
    },
    /// The connection is lost; nothing of the letter has left.
    Lost(String),
}

/// What is sent behind a body.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Behind<'a> {
    /// Nothing.
    Nothing,
    /// The envelope of the next letter, of this size. Only with PIPELINING.
    Envelope(&'a Envelope, usize),
    /// QUIT: it was the last letter of this connection.
    Quit,
}

/// What became of a body, and of the envelope behind it.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// Of the body.
    pub outcome: DotOutcome,
    /// Of the next envelope, if there was one.
    pub next: Option<Begun>,
    /// Why nothing more may be said on this connection, if so.
    pub over: Option<String>,
}

impl Delivery {
    fn not_sent(why: String, then: Behind<'_>) -> Delivery {
        let next = matches!(then, Behind::Envelope(..)).then(|| Begun::Lost(why.clone()));
        Delivery { outcome: DotOutcome::NotSent(why.clone()), next, over: Some(why) }
    }

    /// What follows from the relay's answer to a body, and from what its write came to; `next` reads the answers to the
    /// envelope behind it.
    pub(in crate::delivery) fn of(
        answer: Result<Reply, Lost>,
        sent: Result<(), Broken>,
        next: Option<impl FnOnce() -> Begun>,
    ) -> Delivery {
        let broken =
            sent.as_ref().err().map(|broken| Lost::Io(io::Error::from(broken.error.kind())).to_string());
        let outcome = match (answer, sent) {
            // It cannot have taken a letter whose end has not left.
            (Ok(reply), Err(Broken { first_part_left: false, .. })) if reply.is_positive() => {
                DotOutcome::NotSent(Lost::Unasked(reply.to_string()).to_string())
            }
            // A relay that asks for more text has not understood that this was the end of it.
            (Ok(reply), _) if reply.code() / 100 == 3 => {
                DotOutcome::InDoubt(format!("the relay answered the whole letter with {reply}"))
            }
            (Ok(reply), _) => DotOutcome::Answered(reply),
            (Err(_), Err(Broken { first_part_left: false, error })) => {
                DotOutcome::NotSent(Lost::Io(error).to_string())
            }
            (Err(lost), _) => DotOutcome::InDoubt(lost.to_string()),
        };
        let over = match &outcome {
            DotOutcome::Answered(reply) if reply.code() == 421 => Some(format!("the relay closes: {reply}")),
            DotOutcome::Answered(_) => broken,
            DotOutcome::NotSent(why) | DotOutcome::InDoubt(why) => Some(why.clone()),
        };
        let next = next.map(|read| match &over {
            Some(why) => Begun::Lost(why.clone()),
            None => read(),
        });
        Delivery { outcome, next, over }
    }
}

/// What became of a body.
#[derive(Debug)]
pub(crate) enum DotOutcome {
    /// The relay answered the final dot.
    Answered(Reply),
    /// The final dot has not left this machine.
    NotSent(String),
    /// It may have arrived, and nobody knows.
    InDoubt(String),
}

impl Session<'_> {
    /// Sends an envelope: MAIL, RCPT and DATA.
    pub(crate) fn begin(&mut self, envelope: &Envelope, size: usize) -> Begun {
        if !self.pipelining {
            return self.begin_in_lock_step(envelope, size);
        }
        let commands = self.envelope_commands(envelope, size).concat();
        match self.send(&commands) {
            Ok(()) => self.read_begun(),
            Err(lost) => Begun::Lost(lost.to_string()),
        }
    }

    /// Sends the body of the letter that has its 354, and `then` behind it. While the relay has them, `meanwhile` is done.
    pub(crate) fn deliver(&mut self, data: &Dotted, then: Behind<'_>, meanwhile: impl FnOnce()) -> Delivery {
        // Time has passed since the 354: what lies there now is no answer to this letter, and a connection that was
        // closed meanwhile gets none that would then be in doubt.
        if let Err(lost) = self.expect_silence() {
            return Delivery::not_sent(lost.to_string(), then);
        }
        let behind = match then {
            Behind::Nothing => String::new(),
            Behind::Envelope(envelope, size) => self.envelope_commands(envelope, size).concat(),
            Behind::Quit => "QUIT\r\n".to_owned(),
        };
        let sent = match self.stream.prepare(data.as_bytes(), behind.as_bytes()) {
            Ok(outgoing) => self.stream.send(&outgoing, self.timeouts.dot),
            Err(error) => Err(Broken { first_part_left: false, error }),
        };
        if sent.is_ok() {
            meanwhile();
        }
        let answer = match &sent {
            // Whatever the write came to: first what the relay has said.
            Err(Broken { first_part_left: false, .. }) => {
                self.reply(Patience::of_a_body(self.timeouts.command.min(AFTER_A_BROKEN_WRITE)))
            }
            _ => self.reply(Patience::of_a_body(self.timeouts.dot)),
        };
        let next = matches!(then, Behind::Envelope(..)).then_some(|| self.read_begun());
        Delivery::of(answer, sent, next)
    }

    fn envelope_commands(&self, envelope: &Envelope, size: usize) -> [String; 3] {
        let size = if self.size { format!(" SIZE={size}") } else { String::new() };
        [
            format!("MAIL FROM:<{}>{size}\r\n", envelope.reverse_path),
            format!("RCPT TO:<{}>\r\n", envelope.forward_path),
            "DATA\r\n".to_owned(),
        ]
    }

    fn begin_in_lock_step(&mut self, envelope: &Envelope, size: usize) -> Begun {
        let commands = self.envelope_commands(envelope, size);
        let mut commands = commands.iter();
        begun_in_lock_step(|| match commands.next() {
            Some(command) => self.command(command.trim_end()),
            None => Err(Lost::Closed),
        })
    }

    fn read_begun(&mut self) -> Begun {
        begun(|| self.reply(Patience::of_a_command(self.timeouts.command)))
    }
}

/// What became of an envelope whose commands are asked one after the other.
pub(in crate::delivery) fn begun_in_lock_step(mut ask: impl FnMut() -> Result<Reply, Lost>) -> Begun {
    for stage in [Stage::Mail, Stage::Rcpt, Stage::Data] {
        match ask() {
            Ok(reply) if stage == Stage::Data && reply.code() == 354 => return Begun::Ready,
            Ok(reply) if stage != Stage::Data && reply.code() / 100 == 2 => {}
            Ok(reply) if reply.is_positive() => return Begun::Lost(out_of_step(stage, &reply)),
            Ok(reply) => return Begun::Refused { stage, reply },
            Err(lost) => return Begun::Lost(lost.to_string()),
        }
    }
    Begun::Lost("the relay did not answer DATA".to_owned())
}

/// What became of a pipelined envelope, by the three replies to it. The first refusal is the one that counts; the others
/// only follow from it.
pub(in crate::delivery) fn begun(mut read: impl FnMut() -> Result<Reply, Lost>) -> Begun {
    let mut refused: Option<(Stage, Reply)> = None;
    for here in [Stage::Mail, Stage::Rcpt, Stage::Data] {
        let reply = match (read(), refused.take()) {
            (Ok(reply), None) => reply,
            (Ok(reply), Some((stage, first))) => {
                if reply.code() == 354 {
                    return Begun::ReadyButRefused { stage, reply: first };
                }
                // No relay takes DATA so: the answers have got out of step, and the refusal was none.
                if here == Stage::Data && reply.is_positive() {
                    return Begun::Lost(out_of_step(here, &reply));
                }
                refused = Some((stage, first));
                continue;
            }
            // It refused, and closed: the refusal is an answer.
            (Err(_), Some((stage, reply))) => return Begun::Refused { stage, reply },
            (Err(lost), None) => return Begun::Lost(lost.to_string()),
        };
        let is_good = if here == Stage::Data { reply.code() == 354 } else { reply.code() / 100 == 2 };
        if reply.code() == 421 {
            return Begun::Refused { stage: here, reply };
        }
        if !is_good && reply.is_positive() {
            return Begun::Lost(out_of_step(here, &reply));
        }
        if !is_good {
            refused = Some((here, reply));
        }
    }
    refused.map_or(Begun::Ready, |(stage, reply)| Begun::Refused { stage, reply })
}

/// A 2yz or 3yz where it does not belong: nobody knows any more which answer belongs to what.
fn out_of_step(stage: Stage, reply: &Reply) -> String {
    let command = match stage {
        Stage::Mail => "MAIL",
        Stage::Rcpt => "RCPT",
        Stage::Data | Stage::Dot => "DATA",
    };
    format!("the relay answered {command} with {reply}")
}

/// How long a relay whose connection broke under a write is listened to.
const AFTER_A_BROKEN_WRITE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::{Begun, Broken, Delivery, DotOutcome};
    use crate::delivery::reply::{Reply, ReplyLine};

    #[test]
    fn a_354_to_a_body_whose_write_broke_behind_the_dot_is_no_acceptance() {
        let reply = Reply::of(vec![ReplyLine::parse(b"354 go on").unwrap()]).unwrap();
        let broken = Broken { first_part_left: true, error: std::io::ErrorKind::ConnectionReset.into() };
        let delivery = Delivery::of(Ok(reply), Err(broken), None::<fn() -> Begun>);
        assert!(matches!(delivery.outcome, DotOutcome::InDoubt(_)), "{delivery:?}");
    }
}
