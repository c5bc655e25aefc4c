//! What a run works with, and what it tells while it goes on.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::outbox::{Lane, Outbox};
use super::session::Access;
use crate::campaign::amount::Rate;
use crate::campaign::settings::pace::Manner;
use crate::ledger::{KeptReply, Outcome, Run as LedgerRun};
use crate::relay::SmtpRelay;

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
    Waiting(DateTime<Utc>),
    /// The relay asked to be spared, and the pace is now this.
    Braked(Rate),
    /// A connection came to nothing, and another will be tried.
    Reconnecting(&'a str),
    /// The relay serves fewer connections than were asked for.
    FewerConnections(&'a str),
    /// Three letters in a row to this address were refused with these words: it is held, and they are pending again.
    AddressHeld {
        /// The embassy's address.
        address: &'a str,
        /// What the relay said.
        reply: &'a KeptReply,
    },
    /// What may be wrong while the relay is waited for.
    Hint(&'a str),
}

/// The way to the relay.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    /// SMTP sessions.
    Smtp(SmtpRelay, Access),
    /// The local sendmail program, which is at this path, and how long it may take over a letter.
    Sendmail(PathBuf, Duration),
}

/// What a run works with.
pub(crate) struct Work<'a> {
    /// The letters.
    pub outbox: &'a dyn Outbox,
    /// The ledger's side of the run.
    pub ledger: &'a LedgerRun,
    /// Where messages are handed over.
    pub line: &'a Line,
    /// How to go about it.
    pub manner: &'a Manner,
    /// The clock.
    pub clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    /// Set when the user wants to stop.
    pub interrupted: &'a AtomicBool,
    /// Who is told.
    pub observer: &'a (dyn Fn(&Event<'_>) + Sync),
}
