//! Commits that a run has made and the ledger no longer has: it was moved or copied without its log, or the log was
//! damaged.
//!
//! Then nobody can tell which letters left. None of the run's letters is sent again without a word: those without an
//! outcome are in doubt.

use std::fmt;
use std::path::PathBuf;

/// How it is seen that a run has lost commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LostCommits {
    /// The ledger.
    pub ledger: PathBuf,
    /// What is missing of the run.
    pub missing: Missing,
    /// Where the ledger lay when the run began, if that is somewhere else.
    pub began_at: Option<PathBuf>,
}

/// What a run had written that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The lock file, which goes with the run and its log.
    Lock(PathBuf),
    /// The end of the log: the lock file counts so many commits more than the ledger.
    Log(u64),
}

impl fmt::Display for LostCommits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let log = with_ending(&self.ledger, "-wal");
        match &self.missing {
            Missing::Lock(lock) => write!(
                f,
                "the last run did not end, and its lock file {} is missing, and with it perhaps the log {}",
                lock.display(),
                log.display()
            )?,
            Missing::Log(commits) => write!(
                f,
                "the last run did not end, and {commits} of its commits are missing: the log {} is missing or damaged",
                log.display()
            )?,
        }
        let lies = match &self.began_at {
            Some(place) => format!("they may lie where the ledger was then, beside {}", place.display()),
            None => "they may lie where the ledger was before".to_owned(),
        };
        write!(
            f,
            ". So every letter of that run without an outcome is in doubt, and none of them is sent again. If the ledger was \
             moved or copied, {lies}: bring them before you go on; else settle the letters by the relay's log (`protest settle \
             --from-log FILE`), or send them again with --retry-in-doubt, at the risk that they arrive twice"
        )
    }
}

/// The path of a file that lies beside the ledger.
pub(super) fn with_ending(ledger: &std::path::Path, ending: &str) -> PathBuf {
    let mut path = ledger.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
