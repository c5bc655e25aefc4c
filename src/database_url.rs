//! A `PostgreSQL` database as one URL, as libpq has it: `postgresql://user@host[:port]/database`.
//!
//! A Unix socket is named by its folder: `postgresql://user@/database?host=/var/run/postgresql`. A password in it is refused
//! and never shown again. Away from this machine the connection is encrypted always, and nothing in the URL switches that off.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::exit::{Exit, ExitCode};
use crate::percent;
use crate::relay::Host;

/// Where `PostgreSQL` listens when nothing else is said.
const PORT: u16 = 5432;

/// A database on a server, and as whom it is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DatabaseUrl {
    /// The server's user.
    pub user: String,
    /// Where the server is.
    pub server: Server,
    /// Its port, which is a part of a Unix socket's name too.
    pub port: u16,
    /// The database.
    pub database: String,
    /// `?sslrootcert=FILE`: a root that the server's certificate may come from, besides the system's.
    pub root: Option<PathBuf>,
}

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    /// A host.
    Host(Host),
    /// The folder of a Unix socket.
    Socket(PathBuf),
}

/// Why a URL is no database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum DatabaseUrlError {
    #[error(
        "the ledger's URL has a password in it, which others could see: take it out, and give it in PROTEST_LEDGER_PASSWORD or by ledger_password_command"
    )]
    Password,
    #[error("{0:?} is no way to a ledger (did you mean postgresql://?)")]
    Scheme(String),
    #[error("the ledger's URL lacks the // after postgresql: write postgresql://USER@HOST/DATABASE")]
    NoSlashes,
    #[error("the ledger's URL names no user: write postgresql://USER@HOST/DATABASE")]
    NoUser,
    #[error("the ledger's URL names no database: write postgresql://USER@HOST/DATABASE")]
    NoDatabase,
    #[error(
        "the ledger's URL names no host: write postgresql://USER@HOST/DATABASE, or ?host=/FOLDER for a Unix socket"
    )]
    NoHost,
    #[error("the ledger's URL has the host {0:?}, which is no host name or address")]
    Host(String),
    // What stands there may be a password, so it is not shown.
    #[error("the ledger's URL has a port that is no number from 1 to 65535: write HOST or HOST:PORT")]
    Port,
    #[error("the ledger's URL has a character that cannot stand in a user's or a database's name")]
    Name,
    #[error(
        "the ledger's URL has the parameter {0:?}: only host (the folder of a Unix socket), port and sslrootcert have a meaning here. The connection is encrypted always, but on this machine"
    )]
    Parameter(String),
}

impl ExitCode for DatabaseUrlError {
    fn exit(&self) -> Exit {
        match self {
            DatabaseUrlError::Password => Exit::Usage,
            _ => Exit::Config,
        }
    }
}

impl DatabaseUrl {
    /// Whether a text is meant as a database and not as a file's path.
    pub(crate) fn is_meant(text: &str) -> bool {
        let text = text.trim();
        text.contains("://") || scheme_of(text).is_some_and(|scheme| scheme.starts_with("postgres"))
    }

    /// Reads a URL.
    ///
    /// # Errors
    /// [`DatabaseUrlError`], without the password if there was one.
    pub(crate) fn parse(url: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
        let url = url.trim();
        let rest = after_scheme(url)?;
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        // A password may hold slashes, so what follows the last @ decides.
        let (user, rest) = rest.rsplit_once('@').ok_or(DatabaseUrlError::NoUser)?;
        if user.contains(':') {
            return Err(DatabaseUrlError::Password);
        }
        let user = name(user)?.ok_or(DatabaseUrlError::NoUser)?;
        let (server, database) = rest.split_once('/').ok_or(DatabaseUrlError::NoDatabase)?;
        let database = name(database)?.ok_or(DatabaseUrlError::NoDatabase)?;
        let (host, port) = Host::with_port(server).map_err(|_| DatabaseUrlError::Host(shortened(server)))?;
        let mut url = DatabaseUrl {
            user,
            server: Server::Socket(PathBuf::new()),
            port: port.map_or(Ok(PORT), port_of)?,
            database,
            root: None,
        };
        let mut host = (!host.is_empty()).then(|| host.to_owned());
        for parameter in query.into_iter().flat_map(|query| query.split('&')) {
            let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match key {
                "password" => return Err(DatabaseUrlError::Password),
                "host" => host = decoded(value),
                "port" => url.port = port_of(value)?,
                "sslrootcert" => url.root = decoded(value).map(PathBuf::from),
                _ => return Err(DatabaseUrlError::Parameter(shortened(key))),
            }
        }
        let host = host.ok_or(DatabaseUrlError::NoHost)?;
        url.server = if host.starts_with('/') {
            Server::Socket(PathBuf::from(host))
        } else {
            Server::Host(Host::parse(&host).map_err(|_| DatabaseUrlError::Host(shortened(&host)))?)
        };
        Ok(url)
    }

    /// Whether what goes there stays on this machine.
    pub(crate) fn is_here(&self) -> bool {
        match &self.server {
            Server::Host(host) => host.is_loopback(),
            Server::Socket(_) => true,
        }
    }

    /// The folder of the socket, if it is one.
    pub(crate) fn socket(&self) -> Option<&Path> {
        match &self.server {
            Server::Host(_) => None,
            Server::Socket(folder) => Some(folder),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, database) = (encoded(&self.user), encoded(&self.database));
        let port = if self.port == PORT { String::new() } else { format!(":{}", self.port) };
        match &self.server {
            Server::Host(host) => write!(f, "postgresql://{user}@{host}{port}/{database}"),
            Server::Socket(folder) => {
                write!(f, "postgresql://{user}@{port}/{database}?host={}", folder.display())
            }
        }
    }
}

fn scheme_of(text: &str) -> Option<String> {
    text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase())
}

fn after_scheme(url: &str) -> Result<&str, DatabaseUrlError> {
    if let Some(rest) = url.strip_prefix("postgresql://") {
        return Ok(rest);
    }
    let scheme = scheme_of(url).unwrap_or_default();
    if scheme != "postgresql" {
        // What stands behind an @ or a slash may be a password.
        return Err(DatabaseUrlError::Scheme(shortened(scheme.split(['@', '/']).next().unwrap_or_default())));
    }
    match url.split_once("://") {
        Some((_, rest)) => Ok(rest),
        None => Err(DatabaseUrlError::NoSlashes),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

fn port_of(port: &str) -> Result<u16, DatabaseUrlError> {
    let number = port.bytes().all(|b| b.is_ascii_digit()).then(|| port.parse().ok()).flatten();
    number.filter(|port| *port != 0).ok_or(DatabaseUrlError::Port)
}

/// The name of a user or a database, without percent encoding; none where nothing stands there.
fn name(text: &str) -> Result<Option<String>, DatabaseUrlError> {
    if text.is_empty() {
        return Ok(None);
    }
    let name = decoded(text).filter(|name| !name.contains(char::is_control));
    name.map(Some).ok_or(DatabaseUrlError::Name)
}

fn decoded(text: &str) -> Option<String> {
    percent::decoded(text).filter(|text| !text.is_empty())
}

fn encoded(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    name.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{DatabaseUrl, DatabaseUrlError};
    use crate::exit::{Exit, ExitCode as _};

    #[track_caller]
    fn shown(url: &str) -> String {
        DatabaseUrl::parse(url).unwrap().to_string()
    }

    #[test]
    fn a_database_is_named_as_libpq_names_it() {
        for url in [
            "postgresql://desk@db.example.org/dec2",
            "postgresql://desk@db.example.org:6000/dec2",
            "postgresql://desk@[::1]/dec2",
            "postgresql://desk@/dec2?host=/var/run/postgresql",
            "postgresql://desk@:6000/dec2?host=/tmp",
            "postgresql://the%20desk@localhost/dec%2F2",
        ] {
            assert_eq!(shown(url), url);
        }
        assert_eq!(
            shown("postgresql://desk@/dec2?port=6000&host=%2Ftmp"),
            "postgresql://desk@:6000/dec2?host=/tmp"
        );
        assert!(DatabaseUrl::parse("postgresql://desk@127.0.0.1/dec2").unwrap().is_here());
        assert!(!DatabaseUrl::parse("postgresql://desk@db.example.org/dec2").unwrap().is_here());
    }

    #[test]
    fn a_password_is_refused_and_not_echoed() {
        for url in [
            "postgresql://desk:hunter2@db.example.org/dec2",
            "postgresql://desk:hunter2/@db.example.org/dec2",
            "postgresql://desk@db.example.org/dec2?password=hunter2",
        ] {
            let error = DatabaseUrl::parse(url).unwrap_err();
            assert_eq!((&error, error.exit()), (&DatabaseUrlError::Password, Exit::Usage));
            assert!(!error.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = |url: &str| DatabaseUrl::parse(url).unwrap_err().to_string();
        assert!(error("postgres://desk@db/dec2").contains("did you mean postgresql://?"));
        assert!(error("postgresql:desk@db/dec2").contains("//"));
        assert!(error("postgresql://db.example.org/dec2").contains("no user"));
        assert!(error("postgresql://desk@db.example.org").contains("no database"));
        assert!(error("postgresql://desk@/dec2").contains("no host"));
        assert!(error("postgresql://desk@db:0/dec2").contains("port"));
        assert!(error("postgresql://desk@db/dec2?sslmode=disable").contains("sslmode"));
    }

    #[test]
    fn a_path_is_no_database() {
        for path in ["dec2.ledger", "/srv/dec2.ledger", "C:\\dec2.ledger", "postgres"] {
            assert!(!DatabaseUrl::is_meant(path), "{path}");
        }
        assert!(DatabaseUrl::is_meant("postgres://x"));
        assert!(DatabaseUrl::is_meant("mysql://x"));
        assert!(DatabaseUrl::is_meant("postgresql:x"));
    }
}
