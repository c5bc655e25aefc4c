//! What the user sees while letters leave: a bar on a terminal, a line an event elsewhere; quiet says neither.

use std::fmt::Write;
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::campaign::amount::{Rate, in_words as time_in_words};
use crate::campaign::forecast::Forecast;
use crate::cli::terminal::{Talk, Terminal, print};
use crate::delivery::work::Event;
use crate::ledger::Outcome;

/// Tells of a run.
pub(super) struct Progress {
    terminal: Terminal,
    bar: Option<ProgressBar>,
    names_letters: bool,
    counted: Mutex<Counted>,
}

/// The answers so far. A letter that was deferred may have another one.
#[derive(Default)]
struct Counted {
    accepted: u64,
    deferred: u64,
    refused: u64,
    in_doubt: u64,
}

impl Progress {
    /// For a run that lets at most `limit` of the letters leave that `forecast` is about.
    pub(super) fn new(terminal: Terminal, forecast: &Forecast, limit: Option<u64>) -> Progress {
        let letters = limit.map_or(forecast.letters, |limit| limit.min(forecast.letters));
        let done_at = forecast.done_at(limit);
        let wants_bar = letters > 1 && terminal.talk >= Talk::Normal && std::io::stderr().is_terminal();
        let bar = wants_bar.then(|| {
            let bar = ProgressBar::new(letters);
            if let Ok(style) =
                ProgressStyle::with_template("{bar:30} {pos}/{len}  {pace}  {left} left  {msg}")
            {
                // What cannot be shown is nothing to worry about.
                let style = style.with_key("pace", |state: &ProgressState, out: &mut dyn Write| {
                    let _ = write!(out, "{}", Rate::PerSecond(state.per_sec()));
                });
                bar.set_style(style.with_key("left", move |state: &ProgressState, out: &mut dyn Write| {
                    let planned = done_at.and_then(|done_at| (done_at - Utc::now()).to_std().ok());
                    let _ = out.write_str(&left(planned, state.eta()));
                }));
            }
            bar
        });
        Progress { terminal, bar, names_letters: true, counted: Mutex::default() }
    }

    /// For the run of a single letter, of which the command itself tells what became.
    pub(super) fn of_one(terminal: Terminal) -> Progress {
        Progress { terminal, bar: None, names_letters: false, counted: Mutex::default() }
    }

    /// Tells of an event.
    pub(super) fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Letter { .. } if !self.names_letters => {}
            Event::Letter { row, lane, message_id, outcome } => {
                self.count(outcome);
                let is_silent = self.bar.is_some() || self.terminal.talk < Talk::Normal;
                if is_silent && matches!(outcome, Outcome::Accepted(_)) {
                    return;
                }
                let line = format!("{message_id} row {row}, {}: {}", lane.destination, in_words(outcome));
                self.line(&line);
            }
            Event::Unrecorded { message_id, outcome } => {
                // Where stdout is closed, nobody is left to be told.
                let _ = print(format!("{message_id} {}\n", word(outcome)).as_bytes());
            }
            Event::Waiting(until) => self.line(&format!(
                "Nothing may leave before {}; waiting. Ctrl-C ends it, and the same command goes on later.",
                until.format("%Y-%m-%d %H:%M:%S UTC")
            )),
            Event::Braked(rate) => {
                self.line(&format!("The relay asked for fewer letters: the pace is now {rate}."));
            }
            Event::FewerConnections(why) => self.line(&format!(
                "The relay serves fewer connections than were asked for ({why}); the run goes on with those that it \
                 serves."
            )),
            Event::AddressHeld { address, reply } => self.line(&format!(
                "Three letters in a row to {address} were refused with the same words ({reply}): these and the others to \
                 it wait, pending, until the address changes in the address book or --retry-refused is given."
            )),
            Event::Hint(text) => self.line(text),
            Event::Reconnecting(why) => self.line(&format!("{why}; trying another connection.")),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn count(&self, outcome: &Outcome) {
        let Some(bar) = &self.bar else { return };
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Outcome::Accepted(_) => counted.accepted += 1,
            Outcome::Deferred(_) => counted.deferred += 1,
            Outcome::Refused(_) | Outcome::NoSuchAddress(_) => counted.refused += 1,
            Outcome::InDoubt(_) => counted.in_doubt += 1,
            Outcome::Unsent | Outcome::TakenBack { .. } => {}
        }
        if !matches!(outcome, Outcome::Deferred(_)) {
            bar.inc(1);
        }
        let named = [
            (counted.accepted, "accepted"),
            (counted.deferred, "deferred"),
            (counted.refused, "refused"),
            (counted.in_doubt, "in doubt"),
        ];
        let named = named.iter().filter(|(count, _)| *count > 0);
        bar.set_message(named.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", "));
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.terminal.notice_line(text)),
            None => self.terminal.notice_line(text),
        }
    }
}

/// How long the run goes on: as the plan computes it, while that lies ahead; afterwards as its letters leave.
fn left(planned: Option<Duration>, observed: Duration) -> String {
    match planned.unwrap_or(observed) {
        left if left < Duration::from_secs(1) => "a moment".to_owned(),
        left => time_in_words(left),
    }
}

/// The outcome's word, as reports have it.
pub(super) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::Deferred(_) => "deferred",
        Outcome::Refused(_) | Outcome::NoSuchAddress(_) => "refused",
        Outcome::InDoubt(_) => "in_doubt",
        Outcome::Unsent | Outcome::TakenBack { .. } => "pending",
    }
}

/// The outcome and the relay's words.
pub(super) fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted(reply)
        | Outcome::Deferred(reply)
        | Outcome::Refused(reply)
        | Outcome::NoSuchAddress(reply) => {
            let words = reply.to_string();
            let word = word(outcome).replace('_', " ");
            if words.is_empty() { word } else { format!("{word}: {words}") }
        }
        Outcome::InDoubt(why) => format!("in doubt: {why}"),
        Outcome::Unsent | Outcome::TakenBack { .. } => "not sent".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::left;
    use std::time::Duration;

    #[test]
    fn the_end_is_as_the_plan_computes_it_and_never_now_while_letters_remain() {
        let seconds = Duration::from_secs;
        assert_eq!(left(Some(seconds(40_000)), seconds(0)), "11 h 07 min");
        assert_eq!(left(None, seconds(90)), "1 min 30 s");
        assert_eq!(left(None, seconds(0)), "a moment");
    }
}
