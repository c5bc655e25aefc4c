//! What every command has at hand: the global options, the terminal, the time.

use chrono::{DateTime, NaiveDate, Utc};

use super::options::GlobalOptions;
use super::terminal::Terminal;
use crate::campaign::settings::error::SettingsError;
use crate::campaign::settings::{Given, Settings};

/// What a command is run with.
pub(super) struct Session {
    pub(super) globals: GlobalOptions,
    pub(super) terminal: Terminal,
    pub(super) now: DateTime<Utc>,
}

impl Session {
    /// What every command is given: the files named by the global options.
    pub(super) fn given(&self) -> Given {
        Given { sources: self.globals.sources.clone(), ..Given::default() }
    }

    /// What the command works by.
    pub(super) fn settings(&self, given: &Given) -> Result<Settings, SettingsError> {
        Settings::read(given, self.now)
    }

    /// Today, as the user's notices count it.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }
}
