//! Where a ledger lies: in a file of this machine, or in a database that several machines share.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::secret::Secret;
use crate::database_url::DatabaseUrl;
use crate::mailbox::Mailbox;

/// Where a ledger lies. It is shown as its path or URL.
#[derive(Clone, Debug)]
pub(crate) enum Location {
    /// A file on a disk of this machine.
    File(PathBuf),
    /// A database, with what this machine brings along.
    Shared(Arc<SharedLedger>),
}

/// A shared ledger's database, and what is not in it.
#[derive(Debug)]
pub(crate) struct SharedLedger {
    /// Server, database and user.
    pub url: DatabaseUrl,
    /// The user's password, where the server wants one.
    pub password: Option<SecretString>,
    /// The campaign's secret, which was handed on by hand.
    pub secret: Secret,
    /// Whose letters these are: the list's name.
    pub list: String,
    /// From which address they come: the list belongs to the first one that sent with it.
    pub from: Mailbox,
    /// `ID.counter` beside campaign.toml; `ID.outcomes` lies there too.
    pub counter: PathBuf,
    /// What every list of the campaign must have alike.
    pub terms: Terms,
    /// How long the database is tried again after it was lost in mid-run.
    pub retry_for: Duration,
}

/// What every list of a shared campaign must have alike, and the caps, of which the smallest holds for all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Terms {
    /// The protest day, as campaign.toml has it.
    pub day: String,
    /// A hash of the letter's texts.
    pub letters: String,
    /// The most letters a second to one domain.
    pub per_domain: Option<f64>,
    /// The most letters a second to one mailbox.
    pub per_embassy: Option<f64>,
}

impl Location {
    /// The file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Location::File(path) => Some(path),
            Location::Shared(_) => None,
        }
    }

    /// Whether it is the same: a file by whatever path.
    pub(crate) fn is(&self, other: &Location) -> bool {
        match (self, other) {
            (Location::File(one), Location::File(other)) => {
                one.canonicalize().is_ok_and(|one| one == *other) || one == other
            }
            _ => self == other,
        }
    }

    /// The database, if it is one.
    pub(crate) fn shared(&self) -> Option<&SharedLedger> {
        match self {
            Location::File(_) => None,
            Location::Shared(shared) => Some(shared),
        }
    }
}

impl PartialEq for Location {
    fn eq(&self, other: &Location) -> bool {
        match (self, other) {
            (Location::File(one), Location::File(other)) => one == other,
            (Location::Shared(one), Location::Shared(other)) => one.url == other.url,
            _ => false,
        }
    }
}

impl Eq for Location {}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => path.display().fmt(f),
            Location::Shared(shared) => shared.url.fmt(f),
        }
    }
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Location {
        Location::File(path)
    }
}

impl From<&PathBuf> for Location {
    fn from(path: &PathBuf) -> Location {
        Location::File(path.clone())
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Location {
        Location::File(path.to_owned())
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Location {
        location.clone()
    }
}
