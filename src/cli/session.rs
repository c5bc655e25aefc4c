//! What every command has at hand: the global options, the terminal, the time.

use chrono::{DateTime, NaiveDate, Utc};

use super::options::GlobalOptions;
use super::terminal::Terminal;

/// What a command is run with.
pub(super) struct Session {
    pub(super) globals: GlobalOptions,
    pub(super) terminal: Terminal,
    pub(super) now: DateTime<Utc>,
}

impl Session {
    /// Today, as the user's notices count it.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }
}
