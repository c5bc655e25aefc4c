//! How a run ends: of several ends the one that counts, each told when it is known.

use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::cli::sums::verdict;
use crate::delivery::stop::Stop;
use crate::exit::{Exit, ExitCode as _};
use crate::ledger::{self, LedgerError};

/// What a run came to, of several ends the one that counts. Each is told when it is known, and the report is written
/// all the same.
pub(super) struct Ends<'s> {
    pub(super) exit: Exit,
    pub(super) session: &'s Session,
}

impl Ends<'_> {
    /// Whether it went well.
    pub(super) fn take(&mut self, result: Result<(), Failure>) -> bool {
        if let Err(failure) = &result {
            self.exit = self.exit.or_worse(failure.exit);
            self.session.terminal.error(failure);
        }
        result.is_ok()
    }

    /// The end of the run; where something stopped it, that is the reason to tell.
    pub(super) fn run(&mut self, stop: Option<&Stop>, ended: Result<(), LedgerError>) {
        let Some(stop) = stop else {
            self.take(ended.map_err(Failure::from));
            return;
        };
        self.exit = self.exit.or_worse(stop.exit());
        self.session.terminal.say(&match stop {
            Stop::Interrupted => "Interrupted. The same command goes on where this one ended.".to_owned(),
            stop => format!("The run stopped: {stop}"),
        });
    }

    /// How the whole campaign stands, said and as an exit code.
    pub(super) fn sum_up(&self, counts: &ledger::Counts, summary: &str) -> Exit {
        let exit = self.exit.or_worse(verdict(counts));
        match exit {
            Exit::Done => self.session.terminal.notice_line(summary),
            _ => self.session.terminal.say(summary),
        }
        exit
    }
}
