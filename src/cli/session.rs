//! What every command has at hand: the global options, the terminal, the time.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::options::GlobalOptions;
use super::terminal::Terminal;

/// What a command is run with.
pub(super) struct Session {
    pub(super) globals: GlobalOptions,
    pub(super) terminal: Terminal,
    pub(super) now: Timestamp,
}

impl Session {
    /// Today, as the user's notices count it.
    pub(super) fn today(&self) -> Date {
        TimeZone::UTC.to_datetime(self.now).date()
    }
}
