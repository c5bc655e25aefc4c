//! A run whose database is lost: it waits, takes its lock again, and finds out by its own number of commits whether the last one
//! was made. When its patience is over, what the relay has answered is kept beside campaign.toml.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::fault::DatabaseFault;
use super::outcomes::{self, Late};
use super::round::Judgement;
use super::session::Session;
use super::writer::{DatabaseWriter, Link, Trouble};
use super::{alive, beside, connection};
use crate::ledger::error::LedgerError;
use crate::ledger::group_commit::Writer;
use crate::ledger::outcome::Outcome;
use crate::ledger::round::{Answer, Item, Round};

/// The pauses between two attempts to reach a database that is away.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl DatabaseWriter {
    /// Waits for a database that is away, until it is there again or the patience is over. True if the last commit was made.
    fn come_back(&mut self, until: Instant, pause: &mut Duration) -> Result<bool, Trouble> {
        std::thread::sleep((*pause).min(until.saturating_duration_since(Instant::now())));
        *pause = (*pause * 2).min(LONGEST_PAUSE);
        let mut session = connection::connect(&self.shared, &self.location).map_err(Trouble::Fault)?;
        let process = self.link.process;
        let come_back = || {
            // What the old connection had still in hand is done or undone when its process is gone. It is who has logged in that may
            // end it, and not the role that all groups work as.
            let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                       WHERE pid = $1 AND application_name = 'protest' AND usename = session_user";
            let sql = if has_timed_termination(&mut session)? { sql } else { &sql.replace(", 5000", "") };
            session.ahead_of_the_next("SET ROLE NONE");
            session.rows(sql, &[&process])?;
            session.ahead_of_the_next("RESET ROLE");
            alive::take_lock(&mut session, self.run)?;
            // Others may have taken the run for dead meanwhile.
            let sql = "UPDATE protest.run SET ended_at = NULL WHERE id = $1 RETURNING commits";
            let commits: i64 = session.row(sql, &[&self.run])?.get(0);
            Ok((Link::new(session, self.run)?, commits))
        };
        let (link, commits) = come_back().map_err(Trouble::Passing)?;
        let Some(link) = link else { return Err(Trouble::Fault(DatabaseFault::Pooler.at(&self.location))) };
        self.link = link;
        self.buckets.clear();
        Ok(commits > self.commits)
    }

    fn try_to_commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError> {
        let mut last = None;
        let mut trouble = match self.attempt(rounds, &mut last) {
            Ok(answers) => return self.noted(answers),
            Err(Trouble::Fault(error)) => return Err(error),
            Err(Trouble::Passing(error)) => DatabaseFault::of(&error),
        };
        let (until, mut pause) = (Instant::now() + self.shared.retry_for, FIRST_PAUSE);
        while Instant::now() < until && !self.is_interrupted() {
            match self.come_back(until, &mut pause) {
                // The commit was made, and only its answer lost.
                Ok(true) => {
                    if let Some(Judgement { answers, draft }) = last.take() {
                        self.take_in(draft, None);
                        return self.noted(answers);
                    }
                    return Err(DatabaseFault::Altered.at(&self.location));
                }
                Ok(false) => {}
                Err(Trouble::Passing(error)) => {
                    trouble = DatabaseFault::of(&error);
                    continue;
                }
                Err(Trouble::Fault(LedgerError::Database(
                    _,
                    fault @ (DatabaseFault::Away(_) | DatabaseFault::Full(_)),
                ))) => {
                    trouble = fault;
                    continue;
                }
                Err(Trouble::Fault(error)) => return Err(error),
            }
            match self.attempt(rounds, &mut last) {
                Ok(answers) => return self.noted(answers),
                Err(Trouble::Fault(error)) => return Err(error),
                Err(Trouble::Passing(error)) => trouble = DatabaseFault::of(&error),
            }
        }
        let kept = Some(beside::outcomes(&self.shared));
        Err(DatabaseFault::Lost { words: words_of(trouble), kept }.at(&self.location))
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.get().is_some_and(|wanted| wanted.load(Ordering::Relaxed))
    }

    fn noted(&mut self, answers: Vec<Answer>) -> Result<Vec<Answer>, LedgerError> {
        self.counter
            .note(self.before + self.commits)
            .map_err(|error| LedgerError::io(&self.shared.counter, &error))?;
        Ok(answers)
    }

    /// Keeps what could not be recorded beside campaign.toml. A letter that was to be claimed has not left.
    fn keep(&self, rounds: &[Round]) -> Result<(), LedgerError> {
        let at = (self.clock)().timestamp_millis();
        let late = |item: Item, outcome: &Outcome| Late { run: self.run, at, item, outcome: outcome.clone() };
        let late = rounds.iter().flat_map(|round| {
            let outcomes = round.outcomes.iter().map(|(item, outcome)| late(*item, outcome));
            outcomes.chain(round.claim.map(|item| late(item, &Outcome::Unsent))).collect::<Vec<_>>()
        });
        outcomes::keep(&self.shared, late)
    }
}

impl Writer for DatabaseWriter {
    fn commit(&mut self, rounds: &[Round]) -> Result<Vec<Answer>, LedgerError> {
        if self.failure.is_none() {
            match self.try_to_commit(rounds) {
                Ok(answers) => return Ok(answers),
                Err(error) => self.failure = Some(error),
            }
        }
        // Whatever the failure is, what the relay has answered is not lost.
        let kept = self.keep(rounds);
        let failure = self.fail_for_good();
        kept.map_or_else(Err, |()| Err(failure))
    }

    fn end(&mut self) -> Result<(), LedgerError> {
        if let Some(error) = &self.failure {
            return Err(error.clone());
        }
        let ended_at = (self.clock)().timestamp_millis();
        alive::end(&mut self.link.session, self.run, &self.keys, ended_at)
            .map_err(|error| DatabaseFault::of(&error).at(&self.location))
    }

    fn fail_for_good(&mut self) -> LedgerError {
        let failed = || LedgerError::Write {
            location: self.location.clone(),
            words: "the thread that wrote it has failed".to_owned(),
        };
        self.failure.get_or_insert_with(failed).clone()
    }
}

/// Since version 14 the server can be asked to wait until a process is gone.
fn has_timed_termination(session: &mut Session) -> Result<bool, tokio_postgres::Error> {
    let sql = "SELECT current_setting('server_version_num')::integer >= 140000";
    session.row(sql, &[]).map(|row| row.get(0))
}

fn words_of(fault: DatabaseFault) -> String {
    match fault {
        DatabaseFault::Away(words) | DatabaseFault::Full(words) | DatabaseFault::Failed(words) => words,
        fault => fault.to_string(),
    }
}
