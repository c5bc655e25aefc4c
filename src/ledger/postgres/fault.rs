//! What can go wrong with a shared ledger's database, each as a sentence with its next step and its exit code.

use std::path::PathBuf;

use tokio_postgres::error::SqlState;

use crate::exit::{Exit, ExitCode};
use crate::ledger::error::LedgerError;
use crate::ledger::location::Location;
use crate::tls;

/// What is wrong with the database, or with what it is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum DatabaseFault {
    #[error(
        "the database server cannot be reached ({0}). When it runs and the way to it is open, run the same command again"
    )]
    Away(String),
    #[error(
        "the database server has no room for another connection ({0}): run the same command again when another run has ended, or ask whoever runs it for a higher max_connections"
    )]
    Full(String),
    #[error(
        "the database server refuses the password: see to it that PROTEST_LEDGER_PASSWORD or ledger_password_command gives the one of this user"
    )]
    Password,
    #[error(
        "the database server wants a password: give it in PROTEST_LEDGER_PASSWORD or by ledger_password_command"
    )]
    NoPassword,
    #[error(
        "the database server does not let this user in ({0}): ask whoever runs it for an entry in pg_hba.conf"
    )]
    NoEntry(String),
    #[error("{0}")]
    Certificate(String),
    #[error(
        "the database server speaks no TLS, and the ledger is not sent over a network in clear: ask whoever runs it for ssl = on, with a certificate for the name in the ledger's URL"
    )]
    NoTls,
    #[error(
        "the server has no such database: ask whoever runs it to make it (`createdb`), or correct the ledger's URL"
    )]
    NoDatabase,
    #[error(
        "the database does not let this user do that ({0}): ask whoever runs it for the rights (GRANT CREATE ON DATABASE for the first, the same role for all who join)"
    )]
    NoRight(String),
    #[error(
        "the secret here is another one than the campaign began with: take the file that was handed on with its campaign.toml. With this one every signer would be a new one"
    )]
    OtherSecret,
    #[error(
        "the list {list:?} belongs to {sender}, which was the first to send with it: give yours another name (list = \"…\" in campaign.toml)"
    )]
    OtherSender { list: String, sender: String },
    #[error(
        "the server has {setting} = off: what it calls recorded may be lost when it loses power, and letters would leave twice. Ask whoever runs it to set it to on"
    )]
    Unsafe { setting: String },
    #[error(
        "something stands between here and the server that does not keep a session together (a pooler, such as PgBouncer in transaction mode): others could not see that a run lives. Name the server itself in the ledger's URL, or let the pooler keep sessions"
    )]
    Pooler,
    #[error("the database has forgotten something: {} says that the list had {known} commits here, and the database knows {found}{}. Letters that left would leave again, so nothing does. Was an old backup restored, or is it another server? Bring the newer database back; else `protest settle --from-counter` puts this list's letters without an outcome in doubt", counter.display(), if *elsewhere { " (and it is another server)" } else { "" })]
    Behind { counter: PathBuf, known: i64, found: i64, elsewhere: bool },
    #[error("the database was lost in mid-run ({words}), and nothing further left. {}", kept_in_words(kept.as_ref()))]
    Lost { words: String, kept: Option<PathBuf> },
    #[error("the outcomes that an earlier run kept in {} cannot be read there: {words}", path.display())]
    Outcomes { path: PathBuf, words: String },
    #[error(
        "the ledger has schema {found}, which is an older one than this program knows ({known}): `protest send` brings it up to date"
    )]
    Older { found: i32, known: i32 },
    #[error(
        "a letter does not agree with its check value: the database was damaged, or changed by something else than protest. Nothing leaves: let whoever runs it restore it"
    )]
    Altered,
    #[error("the database answered: {0}")]
    Failed(String),
}

fn kept_in_words(kept: Option<&PathBuf>) -> String {
    match kept {
        Some(path) => format!(
            "The outcomes that were still due are kept in {}, and the next run records them: run the same command again when \
             the database is back",
            path.display()
        ),
        None => "Run the same command again when the database is back".to_owned(),
    }
}

impl ExitCode for DatabaseFault {
    fn exit(&self) -> Exit {
        match self {
            DatabaseFault::Away(_) => Exit::Unavailable,
            DatabaseFault::Full(_) => Exit::TemporaryFailure,
            DatabaseFault::Password
            | DatabaseFault::NoPassword
            | DatabaseFault::NoEntry(_)
            | DatabaseFault::NoRight(_)
            | DatabaseFault::Certificate(_)
            | DatabaseFault::NoTls => Exit::NoPermission,
            DatabaseFault::NoDatabase
            | DatabaseFault::OtherSecret
            | DatabaseFault::OtherSender { .. }
            | DatabaseFault::Unsafe { .. }
            | DatabaseFault::Pooler
            | DatabaseFault::Behind { .. }
            | DatabaseFault::Altered
            | DatabaseFault::Older { .. } => Exit::Config,
            DatabaseFault::Lost { .. } | DatabaseFault::Outcomes { .. } | DatabaseFault::Failed(_) => {
                Exit::CannotCreate
            }
        }
    }
}

impl DatabaseFault {
    /// About the ledger there.
    pub(super) fn at(self, location: &Location) -> LedgerError {
        LedgerError::Database(location.clone(), self)
    }

    /// What the client or the server said.
    pub(super) fn of(error: &tokio_postgres::Error) -> DatabaseFault {
        let Some(answer) = error.as_db_error() else { return DatabaseFault::without_answer(error) };
        let words = answer.message().to_owned();
        match answer.code() {
            code if *code == SqlState::INVALID_PASSWORD => DatabaseFault::Password,
            code if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => DatabaseFault::NoEntry(words),
            code if *code == SqlState::INVALID_CATALOG_NAME => DatabaseFault::NoDatabase,
            code if *code == SqlState::INSUFFICIENT_PRIVILEGE => DatabaseFault::NoRight(words),
            code if *code == SqlState::TOO_MANY_CONNECTIONS => DatabaseFault::Full(words),
            // PgBouncer with pool_mode = statement, which takes no transaction.
            _ if words.contains("statement pooling mode") => DatabaseFault::Pooler,
            code if matches!(&code.code()[..2], "57" | "08") => DatabaseFault::Away(words),
            _ => DatabaseFault::Failed(words),
        }
    }

    fn without_answer(error: &tokio_postgres::Error) -> DatabaseFault {
        let mut words = Vec::new();
        let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
        while let Some(inner) = cause {
            if let Some(problem) = certificate_fault(inner) {
                return DatabaseFault::Certificate(problem);
            }
            words.push(inner.to_string());
            cause = inner.source();
        }
        let is_lost = error.is_closed() || has_lost_its_way(error);
        let words = words.pop().unwrap_or_else(|| error.to_string());
        // The client has no codes for what it says of itself.
        if words.contains("password missing") {
            DatabaseFault::NoPassword
        } else if words.contains("server does not support TLS") {
            DatabaseFault::NoTls
        } else if is_lost {
            DatabaseFault::Away(words)
        } else {
            DatabaseFault::Failed(format!("{error}: {words}"))
        }
    }
}

/// What is wrong with the server's certificate, if that is what is wrong.
fn certificate_fault(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    let rustls = match error.downcast_ref::<rustls::Error>() {
        Some(error) => error,
        None => error.downcast_ref::<std::io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>()?,
    };
    tls::about_certificate(rustls, "?sslrootcert=FILE in the ledger's URL")
}

/// Whether the server, or the way to it, may be better in a moment: then the same is tried again.
pub(super) fn may_pass(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        // 53: no room; 57: shut down or starting; 58: the server's disk; 08: connection; 25: in recovery after a crash.
        Some(answer) => {
            matches!(&answer.code().code()[..2], "53" | "57" | "58" | "08" | "25") || is_conflict(error)
        }
        None => error.is_closed() || has_lost_its_way(error),
    }
}

/// Whether the connection broke, as the system says.
fn has_lost_its_way(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error + 'static>::is::<std::io::Error>)
}

/// Whether another transaction was in the way, and nothing was written: 40001 serialization, 40P01 deadlock, 55P03 lock.
pub(super) fn is_conflict(error: &tokio_postgres::Error) -> bool {
    let codes =
        [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::LOCK_NOT_AVAILABLE];
    error.code().is_some_and(|code| codes.contains(code))
}
