//! What follows for the run from connections that fail: a pause and another try, fewer of them, or the end.

use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::breaker::BETWEEN_CONNECTIONS;
use super::schedule::FIRST_RETRY;
use super::session::error::SessionError;
use super::shared::{Shared, TICK};
use super::stop::Stop;
use super::work::Event;
use crate::exit::{Exit, ExitCode as _};

impl Shared<'_> {
    /// There is no thread for connection `number`.
    pub(super) fn no_thread(&self, number: u16, error: &std::io::Error) {
        let problem = format!("this system gives no more than {} threads: {error}", number - 1);
        if number == 1 {
            self.stop(Stop::Session(problem, Exit::Unavailable));
        } else {
            (self.work.observer)(&Event::FewerConnections(&problem));
        }
    }

    /// A connection is gone. Where the relay took no MAIL on it, it counts towards a dead relay; where no letter went
    /// over it, there is a pause before the next.
    pub(super) fn connection_lost(&self, why: &str, mail_taken: bool, letter_sent: bool) {
        let too_many = self.state().breaker.connection_lost(why, mail_taken, letter_sent);
        if let Some(stop) = too_many {
            return self.stop(stop);
        }
        if letter_sent {
            return;
        }
        (self.work.observer)(&Event::Reconnecting(why));
        self.pause(BETWEEN_CONNECTIONS);
    }

    fn pause(&self, mut left: Duration) {
        while !left.is_zero() && !self.is_stopping() && !self.finished.load(Ordering::Acquire) {
            std::thread::sleep(TICK.min(left));
            left = left.saturating_sub(TICK);
        }
    }

    /// A session is open: the relay lets us in.
    pub(super) fn session_opened(&self) {
        self.state().no_log_in = None;
    }

    /// A session could not be opened, `failures` times in a row on this connection: the end of the run, or a pause before
    /// the next try.
    pub(super) fn session_failed(&self, error: &SessionError, failures: u32) {
        match error.exit() {
            // A certificate or a log-in is no better the second time.
            exit @ (Exit::NoPermission | Exit::Config | Exit::Data | Exit::NoInput) => {
                self.stop(Stop::Session(error.to_string(), exit));
            }
            _ if self.sessions.load(Ordering::SeqCst) > 0 => self.do_without(&error.to_string(), failures),
            Exit::TemporaryFailure => self.wait_for_log_in(error),
            _ => self.connection_lost(&error.to_string(), false, false),
        }
    }

    /// The relay serves other connections of this run, and not this one: it is tried again now and then.
    fn do_without(&self, why: &str, failures: u32) {
        const LONGEST: Duration = Duration::from_secs(60);
        if !self.told_fewer.swap(true, Ordering::Relaxed) {
            (self.work.observer)(&Event::FewerConnections(why));
        }
        self.pause(BETWEEN_CONNECTIONS.saturating_mul(1 << failures.min(5)).min(LONGEST));
    }

    /// The relay takes no log-in at the moment: it is asked again as a deferred letter is sent again.
    fn wait_for_log_in(&self, error: &SessionError) {
        let now = self.now();
        let mut state = self.state();
        let (since, tries) = state.no_log_in.unwrap_or((now, 0));
        state.no_log_in = Some((since, tries + 1));
        drop(state);
        let wait = FIRST_RETRY * (1 << tries.min(16));
        let until = since.checked_add_signed(self.work.manner.retry_for).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if now + wait >= until {
            let problem = format!("{error}. Run the same command again later");
            return self.stop(Stop::Session(problem, Exit::TemporaryFailure));
        }
        (self.work.observer)(&Event::Reconnecting(&error.to_string()));
        self.pause(wait);
    }

    /// What may be wrong while a session is waited for.
    pub(super) fn hint(&self, text: &str) {
        (self.work.observer)(&Event::Hint(text));
    }
}
