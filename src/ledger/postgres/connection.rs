//! A connection to the database: encrypted with the name verified, but on this machine; alive or known to be dead within a
//! minute on both sides; and only to a server that keeps what it calls recorded.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::DatabaseFault;
use super::session::Session;
use crate::database_url::Server;
use crate::ledger::error::LedgerError;
use crate::ledger::location::{Location, SharedLedger};
use crate::tls;

/// After so much silence a connection is asked whether it lives, then every five seconds, three times.
const SILENCE: Duration = Duration::from_secs(15);
const BETWEEN: Duration = Duration::from_secs(5);
const TIMES: u32 = 3;
const UNANSWERED: Duration = Duration::from_secs(30);
pub(super) const CONNECTING: Duration = Duration::from_secs(10);

/// What every session sets, where the server knows it: its own side of the above, and that no default of a role or a
/// database changes what a transaction means or how long one waits for another.
const MANNERS: [(&str, &str); 13] = [
    ("search_path", "pg_catalog, pg_temp"),
    ("tcp_keepalives_idle", "15"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "30000"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "off"),
    ("lock_timeout", "30000"),
    ("statement_timeout", "0"),
    ("idle_in_transaction_session_timeout", "60000"),
    ("idle_session_timeout", "0"),
    ("jit", "off"),
    ("plan_cache_mode", "force_generic_plan"),
];

/// Connects, and sees whether the server can be relied upon.
pub(super) fn connect(shared: &SharedLedger, location: &Location) -> Result<Session, LedgerError> {
    open(shared).map_err(|fault| fault.at(location))
}

fn open(shared: &SharedLedger) -> Result<Session, DatabaseFault> {
    let mut session = connected(shared)?;
    let (names, values): (Vec<&str>, Vec<&str>) = MANNERS.into_iter().unzip();
    let row = session.row(
        "SELECT count(set_config(manner.name, manner.value, false)),
                (SELECT min(name) FROM pg_settings
                 WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off')
         FROM unnest($1::text[], $2::text[]) AS manner (name, value)
         JOIN pg_settings ON pg_settings.name = manner.name AND context IN ('user', 'superuser')",
        &[&names, &values],
    );
    match row.map_err(|error| DatabaseFault::of(&error))?.get(1) {
        Some(setting) => Err(DatabaseFault::Unsafe { setting }),
        None => Ok(session),
    }
}

fn connected(shared: &SharedLedger) -> Result<Session, DatabaseFault> {
    let url = &shared.url;
    let mut config = Config::new();
    config
        .user(&url.user)
        .dbname(&url.database)
        .port(url.port)
        .application_name("protest")
        .connect_timeout(CONNECTING)
        .tcp_user_timeout(UNANSWERED)
        .keepalives_idle(SILENCE)
        .keepalives_interval(BETWEEN)
        .keepalives_retries(TIMES);
    match &url.server {
        #[cfg(unix)]
        Server::Socket(folder) => config.host_path(folder),
        #[cfg(not(unix))]
        Server::Socket(folder) => {
            return Err(DatabaseFault::Away(format!(
                "{}: this system has no such sockets",
                folder.display()
            )));
        }
        // Without its brackets: it is no URL.
        Server::Host(host) => config.host(host.to_string().trim_matches(['[', ']'])),
    };
    if let Some(password) = &shared.password {
        config.password(password.expose_secret());
    }
    if url.is_here() && url.root.is_none() {
        return Session::begin(config.ssl_mode(SslMode::Disable), NoTls);
    }
    let tls =
        tls::config(url.root.as_deref()).map_err(|error| DatabaseFault::Certificate(error.to_string()))?;
    let tls = MakeRustlsConnect::new(std::sync::Arc::unwrap_or_clone(tls));
    Session::begin(config.ssl_mode(SslMode::Require), tls)
}
