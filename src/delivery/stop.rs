//! Why a run ends before its letters do, with which exit code, and what the user can do.

use crate::campaign::letters::OutboxError;
use crate::exit::{Exit, ExitCode};
use crate::ledger::LedgerError;
use crate::provider::replies::About;

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
    #[error("{}: {}. The letter is pending again. {}", subject(*about), quoted(reply), about.what_to_do())]
    Account { about: About, reply: String },
    #[error(
        "the relay wants another log-in: {}. See to it that the relay's URL has your user name, and that the password is right (`protest check` tries both); then run the same command again",
        quoted(.0)
    )]
    LogIn(String),
    #[error(
        "three letters in a row, to different addresses, were refused with the same words: {}. So they are about the account or the relay and not about the letters, which are pending again. Ask whoever runs the mail server, or use another; then run the same command again",
        quoted(.0)
    )]
    SameWords(String),
    #[error(
        "20 letters in a row were refused or left in doubt, the last with: {}. When the cause is mended, the same command goes on, and --retry-refused sends the refused ones again",
        quoted(.0)
    )]
    Refusals(String),
    #[error(
        "the relay took no letter on three connections in a row: {}. When it does again, the same command goes on (--retry-refused takes refused letters along)",
        quoted(.0)
    )]
    DeadRelay(String),
    #[error(
        "sendmail could not take the letter, which is pending again: {}. That is about this machine's mail set-up and not about the letter; when it is mended, run the same command again",
        quoted(.0)
    )]
    Sendmail(String),
}

/// What the relay said, as part of a sentence that goes on.
fn quoted(reply: &str) -> &str {
    reply.trim_end_matches(['.', ' '])
}

fn subject(about: About) -> &'static str {
    match about {
        About::Quota => "the account has sent as many letters as it may for now",
        About::Sender => "the relay does not let this account send under this address",
        About::Account => "the relay does not let this account send",
        About::Relay => "the relay forwards no letters for this account",
        About::LogIn => "the relay wants a log-in",
    }
}

impl ExitCode for Stop {
    fn exit(&self) -> Exit {
        match self {
            Stop::Interrupted => Exit::Interrupted,
            Stop::Ledger(error) => error.exit(),
            Stop::Session(_, exit) => *exit,
            Stop::Outbox(_) | Stop::Account { about: About::Quota, .. } => Exit::TemporaryFailure,
            Stop::LogIn(_) | Stop::Account { about: About::LogIn, .. } => Exit::NoPermission,
            Stop::Account { .. }
            | Stop::SameWords(_)
            | Stop::Refusals(_)
            | Stop::DeadRelay(_)
            | Stop::Sendmail(_) => Exit::Unavailable,
        }
    }
}
