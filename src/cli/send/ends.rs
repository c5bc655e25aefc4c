//! How a run ends: of several ends the one that counts, each told when it is known.

use chrono::{DateTime, Utc};

use crate::campaign::plan::{Plan, PlanLane};
use crate::campaign::settings::pace::Manner;
use crate::campaign::window::Phase;
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::cli::sums::{self, Rest, verdict};
use crate::delivery::outboxes::Campaign;
use crate::delivery::stop::Stop;
use crate::exit::{Exit, ExitCode as _};
use crate::ledger::{Ledger, LedgerError};

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

    /// How the copies to signers stand: while one is owed that was asked for, the run is not done.
    pub(super) fn copies(
        &mut self,
        ledger: &Ledger,
        outbox: &Campaign<'_>,
        are_wanted: bool,
    ) -> Result<(), Failure> {
        let copies = ledger.copies()?;
        // Who left the list is owed none.
        let owed = if copies.owed > 0 { outbox.owed()?.len() as u64 } else { 0 };
        if owed > 0 && are_wanted {
            self.exit = self.exit.or_worse(Exit::TemporaryFailure);
        }
        if let Some(text) = sums::copies(owed, copies, are_wanted) {
            self.session.terminal.say(&text);
        }
        Ok(())
    }

    /// How the whole campaign stands, said and as an exit code.
    pub(super) fn sum_up(
        mut self,
        ledger: &Ledger,
        plan: &Plan<'_>,
        manner: &Manner,
        now: DateTime<Utc>,
        has_post_folder: bool,
    ) -> Exit {
        let stand = || -> Result<_, LedgerError> {
            Ok((ledger.tally()?, ledger.held()?, ledger.with_another_list()?))
        };
        let (tally, held, with_another_list) = match stand() {
            Ok(stand) => stand,
            // The reason why the run stopped counts too.
            Err(error) => {
                self.take(Err(error.into()));
                return self.exit;
            }
        };
        let counts = tally.all;
        let mut summary = sums::summary(&counts, plan, has_post_folder, &held, with_another_list);
        // Where something has to be mended first, that was said.
        let nothing_to_mend = matches!(
            self.exit,
            Exit::Done | Exit::TemporaryFailure | Exit::SomeLettersFailed | Exit::Interrupted
        );
        if nothing_to_mend {
            let is_over = |lane: &PlanLane<'_>| {
                let window = manner.window_of(lane.opening, now);
                window.is_some_and(|opening| opening.phase(now) == Phase::After)
            };
            summary.push_str(&Rest::of(&tally, &held, plan, has_post_folder, is_over).in_words());
        }
        let exit = self.exit.or_worse(verdict(&counts, &held));
        match exit {
            Exit::Done => self.session.terminal.notice_line(&summary),
            _ => self.session.terminal.say(&summary),
        }
        exit
    }
}
