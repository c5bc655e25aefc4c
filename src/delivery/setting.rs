//! What a run works with, what it tells while it goes on, and why it may end before its letters do.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use jiff::{SignedDuration, Timestamp};

use super::outbox::{Lane, Outbox, OutboxError};
use super::relay::SmtpRelay;
use super::session::Access;
use crate::campaign::amount::{Paces, Rate};
use crate::exit::{Exit, ExitCode};
use crate::ledger::{LedgerError, Outcome, Run as LedgerRun};

/// How a run is to go about it.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    /// Connections side by side.
    pub connections: u16,
    /// Letters on one connection before it is closed.
    pub per_connection: Option<u32>,
    /// How fast.
    pub paces: Paces,
    /// How many letters may be claimed.
    pub limit: Option<u64>,
    /// How long a deferred letter is tried again.
    pub retry_for: SignedDuration,
    /// Whether letters may leave whose window is over.
    pub after_window: bool,
    /// Whether to wait for windows and paces, or only to send what is due.
    pub wait: bool,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) enum Event<'a> {
    /// A letter has its outcome, and the outcome is durable.
    Letter {
        /// Its row in the list.
        row: u64,
        /// Its embassy.
        lane: &'a Lane,
        /// Its Message-ID.
        message_id: &'a str,
        /// What became of it.
        outcome: &'a Outcome,
    },
    /// A letter's outcome could not be recorded.
    Unrecorded {
        /// Its Message-ID.
        message_id: &'a str,
        /// What became of it.
        outcome: &'a Outcome,
    },
    /// Nothing may leave before then.
    Waiting(Timestamp),
    /// The relay asked to be spared, and the pace is now this.
    Braked(Rate),
    /// A connection came to nothing, and another will be tried.
    Reconnecting(&'a str),
}

/// Why a run ended before its letters did.
#[derive(Clone, Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum Stop {
    #[error("interrupted")]
    Interrupted,
    #[error(transparent)]
    Ledger(LedgerError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error("{0}")]
    Session(String, Exit),
    #[error("the relay does not let this account send on: {0}. Run the command again when it does")]
    Account(String),
    #[error("the relay wants another log-in: {0}")]
    LogIn(String),
    #[error("20 letters in a row were refused or left in doubt, the last with: {0}")]
    Refusals(String),
    #[error("the relay took no letter on three connections in a row: {0}")]
    DeadRelay(String),
}

impl ExitCode for Stop {
    fn exit(&self) -> Exit {
        match self {
            Stop::Interrupted => Exit::Interrupted,
            Stop::Ledger(error) => error.exit(),
            Stop::Session(_, exit) => *exit,
            Stop::Outbox(_) | Stop::Account(_) => Exit::TemporaryFailure,
            Stop::LogIn(_) => Exit::NoPermission,
            Stop::Refusals(_) | Stop::DeadRelay(_) => Exit::Unavailable,
        }
    }
}

/// The way to the relay.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    /// SMTP sessions.
    Smtp(SmtpRelay, Access),
    /// The local sendmail program, which is at this path.
    Sendmail(PathBuf),
}

/// What a run works with.
pub(crate) struct Setting<'a> {
    /// The letters.
    pub outbox: &'a dyn Outbox,
    /// The ledger's side of the run.
    pub ledger: &'a LedgerRun,
    /// Where messages are handed over.
    pub line: &'a Line,
    /// How to go about it.
    pub manner: &'a Manner,
    /// The clock.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    /// Set when the user wants to stop.
    pub interrupted: &'a AtomicBool,
    /// Who is told.
    pub observer: &'a (dyn Fn(&Event<'_>) + Sync),
}
