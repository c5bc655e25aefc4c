//! Where a test's ledger lies: the promises are tried on each storage, by the same tests.
//!
//! A file lies in a folder of the test's own. A database is one of its own on a `PostgreSQL` that the tests start; where there
//! is none they say what they leave out.

use std::path::PathBuf;

use crate::ledger::Location;

/// Runs tests, functions of a ledger's place, on each storage.
macro_rules! in_both {
    ($($name:ident),+ $(,)?) => {
        mod in_a_file {
            $(#[test]
            fn $name() {
                let (_folder, path) = crate::ledger::tests::place();
                super::$name(&path.into());
            })+
        }

        #[cfg(all(unix, feature = "postgres"))]
        mod in_a_database {
            $(#[test]
            fn $name() {
                if let Some(stage) = crate::ledger::tests::stage::database() {
                    super::$name(&stage.location);
                }
            })+
        }
    };
}
pub(super) use in_both;

/// What a process that a test starts finds its ledger by.
pub(super) fn told(location: &Location) -> String {
    match location {
        Location::File(path) => path.display().to_string(),
        Location::Shared(shared) => format!("{} {}", shared.url, shared.counter.display()),
    }
}

/// The ledger that it was told of.
pub(super) fn location_told(text: &str) -> Location {
    match text.split_once(' ') {
        #[cfg(all(unix, feature = "postgres"))]
        Some((url, counter)) if url.starts_with("postgresql:") => shared(url, PathBuf::from(counter)),
        _ => PathBuf::from(text).into(),
    }
}

#[cfg(all(unix, feature = "postgres"))]
pub(super) use database::database;
#[cfg(all(unix, feature = "postgres"))]
use database::shared;

#[cfg(all(unix, feature = "postgres"))]
mod database {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use super::super::postgres::{Cluster, PASSWORD};
    use crate::database_url::DatabaseUrl;
    use crate::ledger::{Location, Secret, SharedLedger, Terms};
    use crate::mailbox::Mailbox;

    /// A database of a test's own, and the folder for what lies beside.
    pub(in crate::ledger::tests) struct Stage {
        pub(in crate::ledger::tests) location: Location,
        _folder: tempfile::TempDir,
    }

    pub(in crate::ledger::tests) fn database() -> Option<Stage> {
        let cluster = Cluster::shared()?;
        let folder = tempfile::tempdir().unwrap();
        let url = cluster.url(&cluster.database());
        Some(Stage { location: shared(&url, folder.path().join("dec2-2026.counter")), _folder: folder })
    }

    pub(in crate::ledger::tests) fn shared(url: &str, counter: PathBuf) -> Location {
        Location::Shared(Arc::new(SharedLedger {
            url: DatabaseUrl::parse(url).unwrap(),
            password: Some(PASSWORD.to_owned().into()),
            secret: Secret::of([7; 32]),
            list: "berlin".to_owned(),
            from: Mailbox::parse("berlin@example.org").unwrap(),
            counter,
            terms: Terms { day: "12-02".to_owned(), letters: "the same".to_owned(), ..Terms::default() },
            retry_for: Duration::ZERO,
        }))
    }
}
