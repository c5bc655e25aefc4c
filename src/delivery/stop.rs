//! Why a run ends before its letters do, and with which exit code.

use crate::campaign::letters::OutboxError;
use crate::exit::{Exit, ExitCode};
use crate::ledger::LedgerError;

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
