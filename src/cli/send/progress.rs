//! What the user sees while letters leave: a bar on a terminal, a line an event elsewhere; quiet says neither.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;

use crate::cli::terminal::{Talk, Terminal, print};
use crate::delivery::run::Event;
use crate::ledger::Outcome;

/// Tells of a run.
pub(super) struct Progress {
    terminal: Terminal,
    bar: Option<ProgressBar>,
    names_letters: bool,
    accepted: AtomicU64,
    other: AtomicU64,
    broken_stdout: Mutex<bool>,
}

impl Progress {
    /// For a run in which at most `letters` leave.
    pub(super) fn new(terminal: Terminal, letters: u64) -> Progress {
        let wants_bar = letters > 1 && terminal.talk >= Talk::Normal && std::io::stderr().is_terminal();
        let bar = wants_bar.then(|| {
            let bar = ProgressBar::new(letters);
            if let Ok(style) =
                ProgressStyle::with_template("{bar:30} {pos}/{len}  {per_sec}  {eta} left  {msg}")
            {
                bar.set_style(style);
            }
            bar
        });
        Progress {
            terminal,
            bar,
            names_letters: true,
            accepted: AtomicU64::new(0),
            other: AtomicU64::new(0),
            broken_stdout: Mutex::new(false),
        }
    }

    /// For the run of a single letter, of which the command itself tells what became.
    pub(super) fn of_one(terminal: Terminal) -> Progress {
        Progress { names_letters: false, ..Progress::new(terminal, 1) }
    }

    /// Tells of an event.
    pub(super) fn tell(&self, event: &Event<'_>) {
        match event {
            Event::Letter { .. } if !self.names_letters => {}
            Event::Letter { row, lane, message_id, outcome } => {
                self.count(outcome);
                let line = format!("{message_id} row {row}, {}: {}", lane.destination, in_words(outcome));
                match (&self.bar, outcome) {
                    (Some(_), Outcome::Accepted(_)) => {}
                    (_, Outcome::Accepted(_)) => self.terminal.notice_line(&line),
                    _ => self.line(&line),
                }
            }
            Event::Unrecorded { message_id, outcome } => {
                let mut broken = self.broken_stdout.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let word = word(outcome);
                *broken |= print(format!("{message_id} {word}\n").as_bytes()).is_err();
            }
            Event::Waiting(until) => self.line(&format!("Nothing may leave before {until}; waiting. Ctrl-C ends it, and the same command goes on later.")),
            Event::Braked(rate) => self.line(&format!("The relay asked for fewer letters: the pace is now {rate}.")),
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
        let counter = if matches!(outcome, Outcome::Accepted(_)) { &self.accepted } else { &self.other };
        counter.fetch_add(1, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            if !matches!(outcome, Outcome::Deferred(_)) {
                bar.inc(1);
            }
            let (accepted, other) =
                (self.accepted.load(Ordering::Relaxed), self.other.load(Ordering::Relaxed));
            bar.set_message(format!("{accepted} accepted, {other} not"));
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.terminal.notice_line(text)),
            None => self.terminal.notice_line(text),
        }
    }
}

/// The outcome's word, as reports have it.
pub(super) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::Deferred(_) => "deferred",
        Outcome::Refused(_) | Outcome::NoSuchAddress(_) => "refused",
        Outcome::InDoubt(_) => "in_doubt",
        Outcome::Unsent => "pending",
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
        Outcome::Unsent => "not sent".to_owned(),
    }
}
