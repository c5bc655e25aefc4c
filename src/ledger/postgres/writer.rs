//! The commits of a run: one statement and one round trip for the rounds of all connections that wait.
//!
//! Letters, and the buckets of the pace, are expected to be as this run saw them last; where another run was quicker nothing is
//! written, the rows are read and locked, and the same rules decide again.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;

use super::alive;
use super::counter::Counter;
use super::draft::{self, Draft, Place, Stamp, Tie, Verdict};
use super::fault::{DatabaseFault, is_conflict, may_pass};
use super::letter::{By, Letter};
use super::round::{Judgement, Listed, Seen, Sight, Unjudged, bucket};
use super::rows;
use super::session::Session;
use crate::ledger::error::LedgerError;
use crate::ledger::key::{Keys, LetterKey};
use crate::ledger::location::{Location, SharedLedger};
use crate::ledger::outcome::State;
use crate::ledger::pace::Bucket;
use crate::ledger::round::{Answer, Item, Retry, Round};
use crate::ledger::run::Caps;

/// How often the rows are locked and judged anew, while others change them.
const TRIES: u32 = 20;
/// After a bucket was not as expected others use it too: for so many rounds the rows are read first.
const CONTENDED: u32 = 16;

/// The connection to the database that a run writes with.
pub(in crate::ledger) struct DatabaseWriter {
    pub(super) shared: Arc<SharedLedger>,
    pub(super) location: Location,
    pub(super) link: Link,
    pub(super) keys: Arc<Keys>,
    /// The From address, in small letters.
    pub(super) sender: String,
    pub(super) run: i32,
    pub(super) list: i32,
    pub(super) retry: Retry,
    pub(super) clock: Box<dyn Fn() -> DateTime<Utc> + Send>,
    /// Other runs that are known to have ended.
    pub(super) ended: HashSet<i64>,
    /// The letters that this run has claimed, or has an answer for that it may have to take back.
    pub(super) letters: HashMap<LetterKey, Letter>,
    pub(super) buckets: HashMap<String, Bucket>,
    /// The list's commits before the run's first.
    pub(super) before: i64,
    /// The run's commits.
    pub(super) commits: i64,
    pub(super) counter: Counter,
    /// How many rounds more are read before they are written.
    pub(super) contended: u32,
    pub(super) caps: Arc<Mutex<Caps>>,
    pub(super) interrupted: Arc<OnceLock<Arc<AtomicBool>>>,
    /// Why no further round is granted.
    pub(super) failure: Option<LedgerError>,
}

/// A session with its statement, and what is known of the server's clock.
pub(super) struct Link {
    pub(super) session: Session,
    statement: Statement,
    /// The server's process for it, which is ended when the connection is lost.
    pub(super) process: i32,
    now: i64,
    seen: Instant,
}

impl Link {
    /// For a run whose lock the session holds; nothing where it does not, as behind a pooler, and others would not see that the
    /// run lives.
    pub(super) fn new(mut session: Session, run: i32) -> Result<Option<Link>, tokio_postgres::Error> {
        // Letters are found by their keys, however few or many the server takes them for.
        let sql = format!(
            "SELECT {}, pg_backend_pid(), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
                    set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
                    set_config('enable_mergejoin', 'off', false)",
            alive::holds_lock()
        );
        let row = session.row(&sql, &[&i64::from(run)])?;
        if !row.get::<_, bool>(0) {
            return Ok(None);
        }
        let (process, now, seen) = (row.get(1), row.get(2), Instant::now());
        let statement = draft::prepare(&mut session)?;
        Ok(Some(Link { session, statement, process, now, seen }))
    }

    /// The server's clock, as far as it is known here: never ahead of it.
    fn now(&self) -> i64 {
        self.now.saturating_add(i64::try_from(self.seen.elapsed().as_micros()).unwrap_or_default())
    }

    fn saw(&mut self, now: i64) {
        (self.now, self.seen) = (now.max(self.now()), Instant::now());
    }
}

/// Why a commit was not made, or is not known to have been made.
pub(super) enum Trouble {
    /// The database may be there again in a moment.
    Passing(tokio_postgres::Error),
    Fault(LedgerError),
}

impl DatabaseWriter {
    pub(super) fn attempt(
        &mut self,
        rounds: &[Round],
        last: &mut Option<Judgement>,
    ) -> Result<Vec<Answer>, Trouble> {
        if self.contended == 0 {
            match self.as_seen_last(rounds, last)? {
                Some(answers) => return Ok(answers),
                None => self.contended = CONTENDED,
            }
        }
        self.contended -= 1;
        for _ in 0..TRIES {
            if let Some(answers) = self.by_rows(rounds, last)? {
                return Ok(answers);
            }
        }
        Err(Trouble::Fault(LedgerError::Busy(self.location.clone())))
    }

    /// One round trip; nothing where something is not as it was seen last.
    fn as_seen_last(
        &mut self,
        rounds: &[Round],
        last: &mut Option<Judgement>,
    ) -> Result<Option<Vec<Answer>>, Trouble> {
        let wanted = rounds.iter().flat_map(items);
        let letters = wanted.filter_map(|item| {
            let letter = self.letters.get(&item.letter())?.clone();
            let seal = letter.seal(&self.keys);
            let listed = Listed::Yes(letter.address.clone());
            Some((item.letter(), Seen { letter, seal, listed }))
        });
        let sight = self.sight(letters.collect(), self.buckets.clone(), HashSet::new(), false);
        let by = sight.by;
        let judgement = match sight.judge(rounds) {
            Ok(judgement) => judgement,
            Err(Unjudged::Unread) => return Ok(None),
            Err(Unjudged::Fault(error)) => return Err(Trouble::Fault(error)),
        };
        if judgement.draft.is_empty() {
            return Ok(Some(judgement.answers));
        }
        let judgement = last.insert(judgement);
        let stamp = Stamp { keys: &self.keys, by, commit: self.commits + 1 };
        let Link { session, statement, .. } = &mut self.link;
        let verdict = draft::write(session, statement, &judgement.draft, &stamp, Place::ByItself);
        match verdict {
            Ok(verdict) => {
                let Judgement { answers, draft } = judgement.clone();
                self.must_be_the_same_session(&verdict)?;
                self.take_in(draft, Some(verdict));
                Ok(Some(answers))
            }
            Err(error) if is_otherwise(&error) || is_conflict(&error) => {
                *last = None;
                Ok(None)
            }
            Err(error) => Err(self.trouble(error)),
        }
    }

    /// The rows are read and locked, and then written; nothing where another transaction was in the way.
    fn by_rows(
        &mut self,
        rounds: &[Round],
        last: &mut Option<Judgement>,
    ) -> Result<Option<Vec<Answer>>, Trouble> {
        match self.try_by_rows(rounds, last) {
            Err(Unwritten::Database(error)) if is_otherwise(&error) || is_conflict(&error) => {
                *last = None;
                Ok(None)
            }
            Err(Unwritten::Database(error)) => Err(self.trouble(error)),
            Err(Unwritten::Fault(error)) => Err(Trouble::Fault(error)),
            Ok((judgement, verdict)) => {
                if let Some(verdict) = &verdict {
                    self.must_be_the_same_session(verdict)?;
                }
                self.take_in(judgement.draft, verdict);
                Ok(Some(judgement.answers))
            }
        }
    }

    fn try_by_rows(
        &mut self,
        rounds: &[Round],
        last: &mut Option<Judgement>,
    ) -> Result<(Judgement, Option<Verdict>), Unwritten> {
        self.link.session.ahead_of_the_next("BEGIN");
        let (judgement, stamped) = match self.judge_by_rows(rounds) {
            Ok(judged) => judged,
            Err(error) => {
                self.link.session.roll_back();
                return Err(error);
            }
        };
        if judgement.draft.is_empty() {
            self.link.session.commit()?;
            return Ok((judgement, None));
        }
        let judgement = last.insert(judgement).clone();
        let stamp = Stamp { keys: &self.keys, by: stamped, commit: self.commits + 1 };
        let Link { session, statement, .. } = &mut self.link;
        let verdict = draft::write(session, statement, &judgement.draft, &stamp, Place::Last)?;
        Ok((judgement, Some(verdict)))
    }

    /// What the rounds come to by the rows, which are locked from now on.
    fn judge_by_rows(&mut self, rounds: &[Round]) -> Result<(Judgement, By), Unwritten> {
        let mut keys: Vec<_> = rounds.iter().flat_map(items).map(Item::letter).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut names: Vec<String> = rounds
            .iter()
            .flat_map(|round| &round.charges)
            .map(|charge| bucket(&charge.bucket, &self.sender))
            .collect();
        names.sort_unstable();
        names.dedup();
        let session = &mut self.link.session;
        let mut found = rows::read(session, &keys, &names, self.list)?;
        let others: Vec<i32> = found
            .letters
            .values()
            .filter(|seen| matches!(seen.letter.state, State::Claimed | State::Deferred))
            .filter_map(|seen| seen.letter.run)
            .filter(|run| *run != self.run && !self.ended.contains(&i64::from(*run)))
            .collect();
        if !others.is_empty() {
            let sql = "SELECT id FROM protest.run WHERE id = ANY($1) AND ended_at IS NOT NULL";
            let mut ended: Vec<i32> = session.rows(sql, &[&others])?.iter().map(|row| row.get(0)).collect();
            let dead = alive::dead(session)?;
            if !dead.is_empty() {
                alive::bury(session, &dead, &self.keys, None)?;
                found = rows::read(session, &keys, &names, self.list)?;
            }
            ended.extend(dead);
            self.ended.extend(ended.into_iter().map(i64::from));
        }
        if found.letters.values().any(|seen| seen.seal != seen.letter.seal(&self.keys)) {
            return Err(Unwritten::Fault(DatabaseFault::Altered.at(&self.location)));
        }
        let Some(now) = found.now else {
            return Err(Unwritten::Fault(LedgerError::Forgotten(self.location.clone())));
        };
        let letters = found.letters.into_iter().map(|(key, seen)| (key, seen.claimed_by(self.run)));
        let here = (self.clock)();
        let by = By { run: self.run, list: self.list, at: here.timestamp_millis() };
        let sight = Sight {
            location: &self.location,
            keys: &self.keys,
            by,
            sender: &self.sender,
            retry: self.retry,
            ended: &self.ended,
            letters: letters.collect(),
            is_read: true,
            buckets: found.buckets,
            held: found.held,
            now,
            here,
        };
        match sight.judge(rounds) {
            Ok(judgement) => Ok((judgement, by)),
            Err(Unjudged::Fault(error)) => Err(Unwritten::Fault(error)),
            // Everything is read.
            Err(Unjudged::Unread) => Err(Unwritten::Fault(LedgerError::Busy(self.location.clone()))),
        }
    }

    fn sight(
        &self,
        letters: HashMap<LetterKey, Seen>,
        buckets: HashMap<String, Bucket>,
        held: HashSet<String>,
        is_read: bool,
    ) -> Sight<'_> {
        let here = (self.clock)();
        Sight {
            location: &self.location,
            keys: &self.keys,
            by: By { run: self.run, list: self.list, at: here.timestamp_millis() },
            sender: &self.sender,
            retry: self.retry,
            ended: &self.ended,
            letters,
            is_read,
            buckets,
            held,
            now: self.link.now(),
            here,
        }
    }

    /// What was written is what is known from now on. Without a verdict it is known that it was written, and not which
    /// addresses the letters took: those are read when they are needed.
    pub(super) fn take_in(&mut self, draft: Draft, verdict: Option<Verdict>) {
        if draft.is_empty() {
            return;
        }
        self.commits += 1;
        let mut addresses: HashMap<LetterKey, Option<String>> = HashMap::new();
        if let Some(verdict) = verdict {
            self.link.saw(verdict.now);
            *self.caps.lock().unwrap_or_else(PoisonError::into_inner) =
                Caps { per_domain: verdict.per_domain, per_embassy: verdict.per_embassy };
            addresses.extend(verdict.addresses);
        }
        for (key, written) in draft.letters {
            let mut letter = written.letter;
            let address = addresses.remove(&key);
            let is_known = written.tie == Tie::None || address.is_some();
            letter.address = address.unwrap_or(letter.address);
            if is_known && may_change_again(&letter) {
                self.letters.insert(key, letter);
            } else {
                self.letters.remove(&key);
            }
        }
        self.buckets.extend(draft.buckets.into_iter().map(|(name, (_, bucket))| (name, bucket)));
    }

    /// Whoever sees another process than that of the lock speaks to a pooler, and may hold the lock no longer.
    fn must_be_the_same_session(&self, verdict: &Verdict) -> Result<(), Trouble> {
        if verdict.process == self.link.process {
            return Ok(());
        }
        Err(Trouble::Fault(DatabaseFault::Pooler.at(&self.location)))
    }

    fn trouble(&self, error: tokio_postgres::Error) -> Trouble {
        if may_pass(&error) {
            Trouble::Passing(error)
        } else {
            Trouble::Fault(DatabaseFault::of(&error).at(&self.location))
        }
    }
}

/// Why the rows were not written.
enum Unwritten {
    Database(tokio_postgres::Error),
    Fault(LedgerError),
}

impl From<tokio_postgres::Error> for Unwritten {
    fn from(error: tokio_postgres::Error) -> Unwritten {
        Unwritten::Database(error)
    }
}

/// All items that a round speaks of.
fn items(round: &Round) -> impl Iterator<Item = Item> {
    round.outcomes.iter().map(|(item, _)| *item).chain(round.claim)
}

/// Whether this run may have more to say of the letter.
fn may_change_again(letter: &Letter) -> bool {
    let has_copy_to_send = matches!(
        letter.copy,
        Some(crate::ledger::rules::CopyState::Owed | crate::ledger::rules::CopyState::Claimed)
    );
    matches!(letter.state, State::Claimed | State::Deferred | State::Refused) || has_copy_to_send
}

/// Whether something was not as it was expected.
fn is_otherwise(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::DIVISION_BY_ZERO)
}
