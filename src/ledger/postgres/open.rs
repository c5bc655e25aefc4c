//! An open shared ledger: the tables of one campaign, found, made or refused.

use std::cell::{Cell, RefCell, RefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::connection::CONNECTING;
use super::counter::Count;
use super::draft::CAPS;
use super::fault::DatabaseFault;
use super::found::Found;
use super::session::Session;
use super::{alive, connection, steps};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{KeyRules, Keys};
use crate::ledger::location::{Location, SharedLedger, Terms};
use crate::ledger::run::Caps;
use crate::ledger::secret::Secret;

/// What may be done with a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Write,
    Read,
    /// Written, although the database has forgotten commits of the list.
    Behind,
}

/// An open ledger in a database.
pub(in crate::ledger) struct DatabaseLedger {
    pub(super) shared: Arc<SharedLedger>,
    pub(super) location: Location,
    session: RefCell<Session>,
    /// The how-manieth session it is.
    number: Cell<u64>,
    /// When it was used last.
    used: Cell<Instant>,
    access: Access,
    /// The own list's number, once it has one and that is known: it keeps it.
    list: Cell<Option<i32>>,
    /// Whether the list's Message-IDs are known to have the domain of its From address.
    has_domain: Cell<bool>,
    campaign_id: String,
    year: i32,
    pub(super) keys: Option<Arc<Keys>>,
    /// The server's system identifier, where this user may know it.
    pub(super) server: String,
}

impl std::fmt::Debug for DatabaseLedger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseLedger").field("location", &self.location).finish_non_exhaustive()
    }
}

impl DatabaseLedger {
    /// Opens the ledger, or makes its tables for the campaign `id` (default `dec2-YEAR`).
    pub(in crate::ledger) fn open_or_create(
        shared: Arc<SharedLedger>,
        id: Option<&str>,
        year: i32,
        now: DateTime<Utc>,
    ) -> Result<DatabaseLedger, LedgerError> {
        let location = Location::Shared(Arc::clone(&shared));
        let mut session = connection::connect(&shared, &location)?;
        let failed = |error: tokio_postgres::Error| DatabaseFault::of(&error).at(&location);
        let mut found = Found::read(&mut session, &shared, &location)?;
        if found.is_none() {
            let id = id.map_or_else(|| format!("dec2-{year}"), ToOwned::to_owned);
            make(&mut session, &shared, &id, year, now).map_err(failed)?;
            found = Found::read(&mut session, &shared, &location)?;
        }
        match found {
            Some(found) => DatabaseLedger::new(shared, session, found, Access::Write, id),
            None => Err(LedgerError::Absent(location)),
        }
    }

    /// Whether there are no tables yet, whatever campaign's; an error where this user must not make them.
    pub(in crate::ledger) fn is_free(shared: &Arc<SharedLedger>) -> Result<bool, LedgerError> {
        let location = Location::Shared(Arc::clone(shared));
        let mut session = connection::connect(shared, &location)?;
        let failed = |error: tokio_postgres::Error| DatabaseFault::of(&error).at(&location);
        if steps::schema_of(&mut session).map_err(failed)?.is_some() {
            return Ok(false);
        }
        steps::may_take_all(&mut session).map_err(|fault| fault.at(&location))?;
        Ok(true)
    }

    /// Opens an existing ledger to write in it.
    pub(in crate::ledger) fn open(
        shared: Arc<SharedLedger>,
        id: Option<&str>,
    ) -> Result<DatabaseLedger, LedgerError> {
        DatabaseLedger::opened(shared, Access::Write, id)
    }

    /// Opens an existing ledger to look at it.
    pub(in crate::ledger) fn open_read_only(
        shared: Arc<SharedLedger>,
        id: Option<&str>,
    ) -> Result<DatabaseLedger, LedgerError> {
        DatabaseLedger::opened(shared, Access::Read, id)
    }

    /// Opens one that has forgotten commits of the list, to put its letters in doubt.
    pub(in crate::ledger) fn open_behind_counter(
        shared: Arc<SharedLedger>,
        id: Option<&str>,
    ) -> Result<DatabaseLedger, LedgerError> {
        DatabaseLedger::opened(shared, Access::Behind, id)
    }

    fn opened(
        shared: Arc<SharedLedger>,
        access: Access,
        id: Option<&str>,
    ) -> Result<DatabaseLedger, LedgerError> {
        let location = Location::Shared(Arc::clone(&shared));
        let mut session = connection::connect(&shared, &location)?;
        match Found::read(&mut session, &shared, &location)? {
            Some(found) => DatabaseLedger::new(shared, session, found, access, id),
            None => Err(LedgerError::Absent(location)),
        }
    }

    fn new(
        shared: Arc<SharedLedger>,
        session: Session,
        found: Found,
        access: Access,
        id: Option<&str>,
    ) -> Result<DatabaseLedger, LedgerError> {
        let location = Location::Shared(Arc::clone(&shared));
        if let Some(wanted) = id.filter(|wanted| *wanted != found.id) {
            return Err(LedgerError::OtherCampaign { location, found: found.id, wanted: wanted.to_owned() });
        }
        let keys = match &found.seal {
            None => None,
            Some(seal) => {
                let Some(rules) = KeyRules::of(found.key_rules.into()) else {
                    return Err(DatabaseFault::Altered.at(&location));
                };
                let keys = Keys::new(Secret::of(*shared.secret.bytes()), &found.id, rules);
                if keys.own_check_value(found.year) != **seal {
                    return Err(DatabaseFault::OtherSecret.at(&location));
                }
                Some(Arc::new(keys))
            }
        };
        let ledger = DatabaseLedger {
            shared,
            location,
            session: RefCell::new(session),
            number: Cell::new(1),
            used: Cell::new(Instant::now()),
            access,
            list: Cell::new(found.list.as_ref().map(|list| list.0)),
            has_domain: Cell::new(false),
            campaign_id: found.id,
            year: found.year,
            keys,
            server: found.server,
        };
        if access == Access::Write {
            if let Some((_, owner)) = found.list.filter(|(_, owner)| *owner != ledger.sender()) {
                return Err(ledger.belongs_to(owner));
            }
            ledger.must_not_be_behind(found.commits)?;
        }
        Ok(ledger)
    }

    /// Where it lies.
    pub(in crate::ledger) fn location(&self) -> Location {
        self.location.clone()
    }

    /// The own list's name.
    pub(in crate::ledger) fn list_name(&self) -> &str {
        &self.shared.list
    }

    /// What the campaign's lists must have alike, as the first of them had it, and the caps that hold.
    pub(in crate::ledger) fn terms(&self) -> Result<Terms, LedgerError> {
        let failed = |error: tokio_postgres::Error| self.error(&error);
        let mut terms = Terms::default();
        for row in self.session().rows("SELECT name, value FROM protest.term", &[]).map_err(failed)? {
            match row.get(0) {
                "day" => terms.day = row.get(1),
                "letters" => terms.letters = row.get(1),
                _ => {}
            }
        }
        let caps = self.caps()?;
        (terms.per_domain, terms.per_embassy) = (caps.per_domain, caps.per_embassy);
        Ok(terms)
    }

    /// The caps that hold for all lists, in letters a second.
    pub(super) fn caps(&self) -> Result<Caps, LedgerError> {
        let row = self.session().row(&format!("SELECT {CAPS}"), &[]).map_err(|error| self.error(&error))?;
        Ok(Caps { per_domain: row.get(0), per_embassy: row.get(1) })
    }

    /// An older schema is not read at all.
    pub(in crate::ledger) fn is_older(&self) -> bool {
        false
    }

    pub(in crate::ledger) fn campaign_id(&self) -> &str {
        &self.campaign_id
    }

    pub(in crate::ledger) fn year(&self) -> i32 {
        self.year
    }

    pub(in crate::ledger) fn keys(&self) -> Result<Arc<Keys>, LedgerError> {
        self.keys.clone().ok_or_else(|| LedgerError::Forgotten(self.location.clone()))
    }

    /// The session; where it has had a rest and was lost meanwhile, as when the server was started again, a new one.
    pub(super) fn session(&self) -> RefMut<'_, Session> {
        const REST: Duration = Duration::from_secs(1);
        let mut session = self.session.borrow_mut();
        let has_rested = self.used.replace(Instant::now()).elapsed() > REST;
        if (has_rested && !session.answers(CONNECTING)) || session.is_over() {
            // Where there is none to be had, whoever asks hears of it.
            if let Ok(again) = connection::connect(&self.shared, &self.location) {
                *session = again;
                self.number.set(self.number.get() + 1);
            }
        }
        session
    }

    /// The session, and its number: what belongs to a session, such as its temporary table, goes with it.
    pub(super) fn numbered_session(&self) -> (RefMut<'_, Session>, u64) {
        let session = self.session();
        (session, self.number.get())
    }

    pub(super) fn error(&self, error: &tokio_postgres::Error) -> LedgerError {
        DatabaseFault::of(error).at(&self.location)
    }

    /// A transaction of the list's that writes, on a ledger that may be written: it first looks after runs that died, and
    /// counts as one of the list's commits.
    pub(super) fn write<T>(
        &self,
        change: impl FnOnce(&mut Session, i32) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        if self.access == Access::Read {
            return Err(LedgerError::ReadOnly(self.location.clone()));
        }
        let keys = self.keys()?;
        let failed = |error: tokio_postgres::Error| self.error(&error);
        let mut session = self.session();
        session.ahead_of_the_next(alive::ENROL_ALONE);
        let write = |transaction: &mut Session| {
            let list = self.own_list(transaction)?;
            alive::reap(transaction, &keys).map_err(failed)?;
            Ok((list, change(transaction, list)?))
        };
        match write(&mut session) {
            Ok((list, changed)) => {
                session.commit().map_err(failed)?;
                self.list.set(Some(list));
                Ok(changed)
            }
            Err(error) => {
                session.roll_back();
                Err(error)
            }
        }
    }

    /// The list's number, which it has from its first commit on; it belongs to the address that sent with it first. This is one
    /// of its commits.
    fn own_list(&self, transaction: &mut Session) -> Result<i32, LedgerError> {
        let (sender, domain) = (self.sender(), self.shared.from.domain());
        let sql = "INSERT INTO protest.list (name, sender, domain, commits) VALUES ($1, $2, $3, 1)
                   ON CONFLICT (name) DO UPDATE SET commits = list.commits + 1
                   RETURNING id, sender, forgotten, domain IS NOT DISTINCT FROM $3";
        let list = transaction.row(sql, &[&self.shared.list, &sender, &domain]);
        let list = list.map_err(|error| self.error(&error))?;
        if list.get::<_, bool>(2) {
            return Err(LedgerError::Forgotten(self.location.clone()));
        }
        match list.get::<_, String>(1) {
            owner if owner == sender => {
                self.has_domain.set(list.get(3));
                Ok(list.get(0))
            }
            owner => Err(self.belongs_to(owner)),
        }
    }

    /// Whether the list's Message-IDs are known to have this domain.
    pub(super) fn has_domain(&self, domain: &str) -> bool {
        self.has_domain.get() && domain == self.shared.from.domain()
    }

    /// The number of the own list, where it has sent or recorded anything.
    pub(super) fn list_number(&self) -> Result<Option<i32>, LedgerError> {
        if let Some(known) = self.list.get() {
            return Ok(Some(known));
        }
        let sql = "SELECT id FROM protest.list WHERE name = $1";
        let row = self.session().row_if_any(sql, &[&self.shared.list]).map_err(|error| self.error(&error))?;
        self.list.set(row.map(|row| row.get(0)));
        Ok(self.list.get())
    }

    pub(super) fn sender(&self) -> String {
        self.shared.from.to_string().to_lowercase()
    }

    fn belongs_to(&self, sender: String) -> LedgerError {
        DatabaseFault::OtherSender { list: self.shared.list.clone(), sender }.at(&self.location)
    }

    /// Refuses a database that knows fewer of the list's commits than this machine.
    fn must_not_be_behind(&self, found: i64) -> Result<(), LedgerError> {
        match Count::read(&self.shared.counter, &self.shared.list)? {
            Some(count) if found < count.commits => Err(DatabaseFault::Behind {
                counter: self.shared.counter.clone(),
                known: count.commits,
                found,
                elsewhere: count.server != self.server,
            }
            .at(&self.location)),
            _ => Ok(()),
        }
    }

    /// What the counter says, and what the database knows, where that is less.
    pub(super) fn behind(&self) -> Result<Option<(Count, i64)>, LedgerError> {
        let Some(count) = Count::read(&self.shared.counter, &self.shared.list)? else { return Ok(None) };
        let found = commits_of(&mut self.session(), &self.shared.list);
        let found = found.map_err(|error| self.error(&error))?;
        Ok((found < count.commits).then_some((count, found)))
    }
}

/// How many commits the database knows of list `$1`, as a column.
pub(super) const COMMITS: &str = "(SELECT coalesce(sum(commits), 0)::bigint FROM (
        SELECT commits FROM protest.list WHERE name = $1
        UNION ALL
        SELECT run.commits FROM protest.run JOIN protest.list ON list.id = run.list WHERE list.name = $1
    ) AS known)";

/// How many commits the database knows of a list.
fn commits_of(session: &mut Session, list: &str) -> Result<i64, tokio_postgres::Error> {
    session.row(&format!("SELECT {COMMITS}"), &[&list]).map(|row| row.get(0))
}

fn make(
    session: &mut Session,
    shared: &SharedLedger,
    id: &str,
    year: i32,
    now: DateTime<Utc>,
) -> Result<(), tokio_postgres::Error> {
    let keys = Keys::new(Secret::of(*shared.secret.bytes()), id, KeyRules::NEWEST);
    let rules = i32::try_from(KeyRules::NEWEST.number()).unwrap_or_default();
    session.transaction_begun_by(alive::ENROL_ALONE, |transaction| {
        // Another may have been quicker.
        if steps::schema_of(transaction)?.is_some() {
            return Ok(());
        }
        steps::take_all(transaction)?;
        let sql = "INSERT INTO protest.campaign (schema, id, year, made_at, key_rules, seal) VALUES ($1, $2, $3, $4, $5, $6)";
        let (seal, made_at) = (keys.own_check_value(year), now.timestamp_millis());
        transaction.change(sql, &[&steps::NEWEST, &id, &year, &made_at, &rules, &seal.as_slice()]).map(drop)
    })
}
