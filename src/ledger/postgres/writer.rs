//! The commits of a run: one statement and one round trip for the rounds of all connections that wait.
//!
//! Letters, and the buckets of the pace, are expected to be as this run saw them last; where another run was quicker nothing is
//! written, the rows are read and locked, and the same rules decide again.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use chrono::{DateTime, Utc};
use postgres::error::SqlState;
use postgres::{Client, Statement};

use super::alive;
use super::counter::Counter;
use super::draft::{self, Draft, Stamp, Tie, Verdict};
use super::fault::{DatabaseFault, is_conflict, may_pass};
use super::letter::{By, COLUMNS, Letter};
use super::round::{Judgement, Listed, Seen, Sight, Unjudged, bucket};
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

/// A connection with its statement, and what is known of the server's clock.
pub(super) struct Link {
    pub(super) client: Client,
    statement: Statement,
    /// The server's process for it, which is ended when the connection is lost.
    pub(super) process: i32,
    now: i64,
    seen: Instant,
}

impl Link {
    /// For a run whose lock the connection holds.
    pub(super) fn new(mut client: Client) -> Result<Link, postgres::Error> {
        let statement = draft::prepare(&mut client)?;
        let row = client.query_one(
            "SELECT pg_backend_pid(), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
            &[],
        )?;
        Ok(Link { client, statement, process: row.get(0), now: row.get(1), seen: Instant::now() })
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
    Passing(postgres::Error),
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
        let Link { client, statement, .. } = &mut self.link;
        let verdict = draft::write(client, statement, &judgement.draft, &stamp);
        match verdict {
            Ok(verdict) => {
                let Judgement { answers, draft } = judgement.clone();
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
        let keys: Vec<LetterKey> = {
            let mut keys: Vec<_> = rounds.iter().flat_map(items).map(Item::letter).collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let mut transaction = self.link.client.transaction()?;
        let mut letters = read(&mut transaction, &keys, self.list)?;
        let others: Vec<i32> = letters
            .values()
            .filter(|seen| matches!(seen.letter.state, State::Claimed | State::Deferred))
            .filter_map(|seen| seen.letter.run)
            .filter(|run| *run != self.run && !self.ended.contains(&i64::from(*run)))
            .collect();
        if !others.is_empty() {
            let sql = "SELECT id FROM protest.run WHERE id = ANY($1) AND ended_at IS NOT NULL";
            let mut ended: Vec<i32> =
                transaction.query(sql, &[&others])?.iter().map(|row| row.get(0)).collect();
            let dead = alive::dead(&mut transaction)?;
            if !dead.is_empty() {
                alive::bury(&mut transaction, &dead, &self.keys, None)?;
                letters = read(&mut transaction, &keys, self.list)?;
            }
            ended.extend(dead);
            self.ended.extend(ended.into_iter().map(i64::from));
        }
        if letters.values().any(|seen| seen.seal != seen.letter.seal(&self.keys)) {
            return Err(Unwritten::Fault(DatabaseFault::Altered.at(&self.location)));
        }
        let letters = letters.into_iter().map(|(key, seen)| (key, seen.claimed_by(self.run))).collect();
        let mut names: Vec<String> = rounds
            .iter()
            .flat_map(|round| &round.charges)
            .map(|charge| bucket(&charge.bucket, &self.sender))
            .collect();
        names.sort_unstable();
        names.dedup();
        let sql = "SELECT name, tokens, at FROM protest.bucket WHERE name = ANY($1) ORDER BY name FOR UPDATE";
        let buckets = transaction.query(sql, &[&names])?;
        let buckets =
            buckets.iter().map(|row| (row.get(0), Bucket { tokens: row.get(1), at: row.get(2) })).collect();
        let sql = "SELECT address, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
                   FROM protest.campaign LEFT JOIN protest.held ON true WHERE seal IS NOT NULL";
        let rows = transaction.query(sql, &[])?;
        let held = rows.iter().filter_map(|row| row.get::<_, Option<String>>(0)).collect();
        let Some(now) = rows.first().map(|row| row.get(1)) else {
            return Err(Unwritten::Fault(LedgerError::Forgotten(self.location.clone())));
        };
        let here = (self.clock)();
        let by = By { run: self.run, list: self.list, at: here.timestamp_millis() };
        let sight = Sight {
            location: &self.location,
            keys: &self.keys,
            by,
            sender: &self.sender,
            retry: self.retry,
            ended: &self.ended,
            letters,
            is_read: true,
            buckets,
            held,
            now,
            here,
        };
        let judgement = match sight.judge(rounds) {
            Ok(judgement) => judgement,
            Err(Unjudged::Fault(error)) => return Err(Unwritten::Fault(error)),
            // Everything is read.
            Err(Unjudged::Unread) => return Err(Unwritten::Fault(LedgerError::Busy(self.location.clone()))),
        };
        if judgement.draft.is_empty() {
            transaction.commit()?;
            return Ok((judgement, None));
        }
        let judgement = last.insert(judgement).clone();
        let stamp = Stamp { keys: &self.keys, by, commit: self.commits + 1 };
        let verdict = draft::write(&mut transaction, &self.link.statement, &judgement.draft, &stamp)?;
        transaction.commit()?;
        Ok((judgement, Some(verdict)))
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

    fn trouble(&self, error: postgres::Error) -> Trouble {
        if may_pass(&error) {
            Trouble::Passing(error)
        } else {
            Trouble::Fault(DatabaseFault::of(&error).at(&self.location))
        }
    }
}

/// Why the rows were not written.
enum Unwritten {
    Database(postgres::Error),
    Fault(LedgerError),
}

impl From<postgres::Error> for Unwritten {
    fn from(error: postgres::Error) -> Unwritten {
        Unwritten::Database(error)
    }
}

/// All items that a round speaks of.
fn items(round: &Round) -> impl Iterator<Item = Item> {
    round.outcomes.iter().map(|(item, _)| *item).chain(round.claim)
}

/// Reads and locks letters, with what the list has of them.
pub(super) fn read(
    transaction: &mut postgres::Transaction<'_>,
    keys: &[LetterKey],
    list: i32,
) -> Result<HashMap<LetterKey, Seen>, postgres::Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT letter.seal, listed.letter IS NOT NULL, listed.address, {COLUMNS}
         FROM protest.letter LEFT JOIN protest.listed ON listed.letter = letter.id AND listed.list = $2
         WHERE letter.key = ANY($1) ORDER BY letter.key FOR UPDATE OF letter"
    );
    let keys: Vec<&[u8]> = keys.iter().map(|key| key.0.as_slice()).collect();
    let rows = transaction.query(&sql, &[&keys, &list])?;
    let seen = rows.iter().filter_map(|row| {
        let letter = Letter::read(row, 3)?;
        let listed = if row.get(1) { Listed::Yes(row.get(2)) } else { Listed::No };
        Some((letter.key, Seen { letter, seal: row.get(0), listed }))
    });
    Ok(seen.collect())
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
fn is_otherwise(error: &postgres::Error) -> bool {
    error.code() == Some(&SqlState::DIVISION_BY_ZERO)
}
