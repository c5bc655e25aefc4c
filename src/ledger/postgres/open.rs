//! An open shared ledger: the tables of one campaign, found, made or refused.

use std::cell::{Cell, RefCell, RefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use postgres::{Client, GenericClient, Transaction};

use super::connection::CONNECTING;
use super::counter::Count;
use super::draft::CAPS;
use super::fault::DatabaseFault;
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
    client: RefCell<Client>,
    /// When it was used last.
    used: Cell<Instant>,
    access: Access,
    /// The own list's number, once it has one and that was asked for: it keeps it.
    list: Cell<Option<i32>>,
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
        let mut client = connection::connect(&shared, &location)?;
        let failed = |error: postgres::Error| DatabaseFault::of(&error).at(&location);
        if steps::schema_of(&mut client).map_err(failed)?.is_none() {
            let id = id.map_or_else(|| format!("dec2-{year}"), ToOwned::to_owned);
            make(&mut client, &shared, &id, year, now).map_err(failed)?;
        }
        DatabaseLedger::new(shared, client, Access::Write, id)
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
        let client = connection::connect(&shared, &Location::Shared(Arc::clone(&shared)))?;
        DatabaseLedger::new(shared, client, access, id)
    }

    fn new(
        shared: Arc<SharedLedger>,
        mut client: Client,
        access: Access,
        id: Option<&str>,
    ) -> Result<DatabaseLedger, LedgerError> {
        let location = Location::Shared(Arc::clone(&shared));
        let failed = |error: postgres::Error| DatabaseFault::of(&error).at(&location);
        match steps::schema_of(&mut client).map_err(failed)? {
            None => return Err(LedgerError::Absent(location)),
            Some(found) if found > steps::NEWEST => {
                let (found, known) = (found.into(), steps::NEWEST.into());
                return Err(LedgerError::Newer { location, found, known });
            }
            Some(found) if found < steps::NEWEST => {
                return Err(DatabaseFault::Older { found, known: steps::NEWEST }.at(&location));
            }
            Some(_) => {}
        }
        let campaign = client
            .query_one("SELECT id, year, key_rules, seal FROM protest.campaign", &[])
            .map_err(failed)?;
        let (found, year, rules): (String, i32, i32) = (campaign.get(0), campaign.get(1), campaign.get(2));
        if let Some(wanted) = id.filter(|wanted| *wanted != found) {
            return Err(LedgerError::OtherCampaign { location, found, wanted: wanted.to_owned() });
        }
        let keys = match campaign.get::<_, Option<&[u8]>>(3) {
            None => None,
            Some(seal) => {
                let Some(rules) = KeyRules::of(rules.into()) else {
                    return Err(DatabaseFault::Altered.at(&location));
                };
                let keys = Keys::new(Secret::of(*shared.secret.bytes()), &found, rules);
                if keys.own_check_value(year) != *seal {
                    return Err(DatabaseFault::OtherSecret.at(&location));
                }
                Some(Arc::new(keys))
            }
        };
        let server = system_identifier(&mut client).map_err(failed)?;
        let ledger = DatabaseLedger {
            shared,
            location,
            client: RefCell::new(client),
            used: Cell::new(Instant::now()),
            access,
            list: Cell::new(None),
            campaign_id: found,
            year,
            keys,
            server,
        };
        if access == Access::Write {
            ledger.must_be_its_senders()?;
            ledger.must_not_be_behind()?;
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
        let failed = |error: postgres::Error| self.error(&error);
        let mut terms = Terms::default();
        for row in self.client().query("SELECT name, value FROM protest.term", &[]).map_err(failed)? {
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
        let row =
            self.client().query_one(&format!("SELECT {CAPS}"), &[]).map_err(|error| self.error(&error))?;
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

    /// The connection; where it has had a rest and was lost meanwhile, as when the server was started again, a new one.
    pub(super) fn client(&self) -> RefMut<'_, Client> {
        const REST: Duration = Duration::from_secs(1);
        let mut client = self.client.borrow_mut();
        let has_rested = self.used.replace(Instant::now()).elapsed() > REST;
        if (has_rested && client.is_valid(CONNECTING).is_err()) || client.is_closed() {
            // Where there is none to be had, whoever asks hears of it.
            if let Ok(again) = connection::connect(&self.shared, &self.location) {
                *client = again;
            }
        }
        client
    }

    pub(super) fn error(&self, error: &postgres::Error) -> LedgerError {
        DatabaseFault::of(error).at(&self.location)
    }

    /// A transaction of the list's that writes, on a ledger that may be written: it first looks after runs that died, and
    /// counts as one of the list's commits.
    pub(super) fn write<T>(
        &self,
        change: impl FnOnce(&mut Transaction<'_>, i32) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        if self.access == Access::Read {
            return Err(LedgerError::ReadOnly(self.location.clone()));
        }
        let keys = self.keys()?;
        let failed = |error: postgres::Error| self.error(&error);
        let mut client = self.client();
        let mut transaction = client.transaction().map_err(failed)?;
        alive::enrol_alone(&mut transaction).map_err(failed)?;
        let list = self.own_list(&mut transaction)?;
        alive::reap(&mut transaction, &keys).map_err(failed)?;
        let sql = "UPDATE protest.list SET commits = commits + 1 WHERE id = $1";
        transaction.execute(sql, &[&list]).map_err(failed)?;
        let changed = change(&mut transaction, list)?;
        transaction.commit().map_err(failed)?;
        Ok(changed)
    }

    /// The list's number, which it has from its first commit on; it belongs to the address that sent with it first.
    fn own_list(&self, transaction: &mut Transaction<'_>) -> Result<i32, LedgerError> {
        let failed = |error: postgres::Error| self.error(&error);
        let sender = self.sender();
        let sql = "INSERT INTO protest.list (name, sender, domain) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
        transaction
            .execute(sql, &[&self.shared.list, &sender, &self.shared.from.domain()])
            .map_err(failed)?;
        let sql = "SELECT id, sender, forgotten FROM protest.list WHERE name = $1";
        let list = transaction.query_one(sql, &[&self.shared.list]).map_err(failed)?;
        if list.get::<_, bool>(2) {
            return Err(LedgerError::Forgotten(self.location.clone()));
        }
        match list.get::<_, String>(1) {
            owner if owner == sender => Ok(list.get(0)),
            owner => Err(self.belongs_to(owner)),
        }
    }

    /// The number of the own list, where it has sent or recorded anything.
    pub(super) fn list_number(&self) -> Result<Option<i32>, LedgerError> {
        if let Some(known) = self.list.get() {
            return Ok(Some(known));
        }
        let sql = "SELECT id FROM protest.list WHERE name = $1";
        let row = self.client().query_opt(sql, &[&self.shared.list]).map_err(|error| self.error(&error))?;
        self.list.set(row.map(|row| row.get(0)));
        Ok(self.list.get())
    }

    pub(super) fn sender(&self) -> String {
        self.shared.from.to_string().to_lowercase()
    }

    fn belongs_to(&self, sender: String) -> LedgerError {
        DatabaseFault::OtherSender { list: self.shared.list.clone(), sender }.at(&self.location)
    }

    fn must_be_its_senders(&self) -> Result<(), LedgerError> {
        let sql = "SELECT sender FROM protest.list WHERE name = $1";
        let owner = self.client().query_opt(sql, &[&self.shared.list]).map_err(|error| self.error(&error))?;
        match owner.map(|row| row.get::<_, String>(0)) {
            Some(owner) if owner != self.sender() => Err(self.belongs_to(owner)),
            _ => Ok(()),
        }
    }

    /// Refuses a database that knows fewer of the list's commits than this machine.
    fn must_not_be_behind(&self) -> Result<(), LedgerError> {
        match self.behind()? {
            None => Ok(()),
            Some((count, found)) => Err(DatabaseFault::Behind {
                counter: self.shared.counter.clone(),
                known: count.commits,
                found,
                elsewhere: count.server != self.server,
            }
            .at(&self.location)),
        }
    }

    /// What the counter says, and what the database knows, where that is less.
    pub(super) fn behind(&self) -> Result<Option<(Count, i64)>, LedgerError> {
        let Some(count) = Count::read(&self.shared.counter, &self.shared.list)? else { return Ok(None) };
        let found = commits_of(&mut *self.client(), &self.shared.list);
        let found = found.map_err(|error| self.error(&error))?;
        Ok((found < count.commits).then_some((count, found)))
    }
}

/// How many commits the database knows of a list.
pub(super) fn commits_of(client: &mut impl GenericClient, list: &str) -> Result<i64, postgres::Error> {
    let sql = "SELECT coalesce(sum(commits), 0)::bigint FROM (
                   SELECT commits FROM protest.list WHERE name = $1
                   UNION ALL
                   SELECT run.commits FROM protest.run JOIN protest.list ON list.id = run.list WHERE list.name = $1
               ) AS known";
    client.query_one(sql, &[&list]).map(|row| row.get(0))
}

/// By which the server knows itself; a question mark where this user must not ask.
fn system_identifier(client: &mut Client) -> Result<String, postgres::Error> {
    let sql = "SELECT has_function_privilege('pg_control_system()', 'execute')";
    if !client.query_one(sql, &[])?.get::<_, bool>(0) {
        return Ok("?".to_owned());
    }
    client.query_one("SELECT system_identifier::text FROM pg_control_system()", &[]).map(|row| row.get(0))
}

fn make(
    client: &mut Client,
    shared: &SharedLedger,
    id: &str,
    year: i32,
    now: DateTime<Utc>,
) -> Result<(), postgres::Error> {
    let keys = Keys::new(Secret::of(*shared.secret.bytes()), id, KeyRules::NEWEST);
    let mut transaction = client.transaction()?;
    alive::enrol_alone(&mut transaction)?;
    // Another may have been quicker.
    if steps::schema_of(&mut transaction)?.is_some() {
        return Ok(());
    }
    steps::take_all(&mut transaction)?;
    let rules = i32::try_from(KeyRules::NEWEST.number()).unwrap_or_default();
    transaction.execute(
        "INSERT INTO protest.campaign (schema, id, year, made_at, key_rules, seal) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            &steps::NEWEST,
            &id,
            &year,
            &now.timestamp_millis(),
            &rules,
            &keys.own_check_value(year).as_slice(),
        ],
    )?;
    transaction.commit()
}
