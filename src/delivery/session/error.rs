//! Why a session could not be opened, each with what to do.

use crate::exit::{Exit, ExitCode};

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum SessionError {
    #[error("{relay}: no connection: {problem}")]
    NoConnection { relay: String, problem: String },
    #[error("{relay}: {problem} ({during})")]
    Lost { relay: String, problem: String, during: &'static str },
    #[error("{relay}: it does not want to talk: {reply}")]
    Unwilling { relay: String, reply: String },
    #[error("{relay}: {problem}")]
    Certificate { relay: String, problem: String },
    #[error(
        "{relay}: it speaks no TLS on this port: {problem}. Is it smtp+starttls:// (port 587) rather than smtps:// (port 465), or the other way round?"
    )]
    NoTls { relay: String, problem: String },
    #[error("{relay}: {problem}")]
    WrongPort { relay: String, problem: String },
    #[error(
        "{relay}: it speaks only TLS older than 1.2, which protects nothing any more, so nothing was sent: ask whoever runs it for TLS 1.2 or 1.3, or use another server"
    )]
    OldTls { relay: String },
    #[error(
        "{relay}: it offers no STARTTLS, so nothing was sent: either it has none, or somebody on the way took the offer out"
    )]
    NoStartTls { relay: String },
    #[error("{relay}: it refused STARTTLS: {reply}")]
    StartTlsRefused { relay: String, reply: String },
    #[error(
        "{relay}: bytes came after its answer to STARTTLS and before TLS began: somebody on the way put them in, so nothing was sent"
    )]
    Injected { relay: String },
    #[error("{relay}: the log-in was refused: {reply}{}", hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default())]
    LogInRefused { relay: String, reply: String, hint: Option<String> },
    #[error("{relay}: it takes no log-in at the moment: {reply}")]
    LogInDeferred { relay: String, reply: String },
    #[error("{relay}: the token was refused, and there is another now: {reply}")]
    TokenExpired { relay: String, reply: String },
    #[error(
        "{relay}: it takes no OAuth2 tokens (XOAUTH2): leave `auth` out of campaign.toml, and give a password"
    )]
    NoTokens { relay: String },
    #[error("{relay}: it offers no log-in that this program knows (PLAIN, LOGIN or XOAUTH2)")]
    NoMechanism { relay: String },
}

impl ExitCode for SessionError {
    fn exit(&self) -> Exit {
        match self {
            SessionError::NoConnection { .. }
            | SessionError::Lost { .. }
            | SessionError::Unwilling { .. }
            | SessionError::NoTls { .. } => Exit::Unavailable,
            SessionError::WrongPort { .. } => Exit::Config,
            SessionError::LogInDeferred { .. } => Exit::TemporaryFailure,
            _ => Exit::NoPermission,
        }
    }
}
