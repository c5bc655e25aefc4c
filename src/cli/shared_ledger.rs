//! A ledger that is shared, with what this machine brings along: the secret from its file, the password from where passwords
//! come from, the list's name.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use super::failure::Failure;
use super::password;
use crate::campaign::secret_file;
use crate::campaign::settings::Settings;
use crate::campaign::settings::ledger::Whereabouts;
use crate::campaign::settings::shared::SharedPlace;
use crate::database_url::DatabaseUrl;
use crate::exit::Exit;
use crate::ledger::{Ledger, Location, Secret, SharedLedger, Terms};
use crate::mailbox::Mailbox;
use crate::month_day::MonthDay;

/// Where the ledger lies, with all that is needed to open it.
pub(super) fn location(whereabouts: &Whereabouts, settings: &Settings) -> Result<Location, Failure> {
    match whereabouts {
        Whereabouts::File(path) => Ok(Location::File(path.clone())),
        Whereabouts::Shared(place) => Ok(Location::Shared(Arc::new(shared(place, settings)?))),
    }
}

/// Where the campaign's ledger lies.
pub(super) fn of_campaign(settings: &Settings) -> Result<Location, Failure> {
    location(&settings.ledger.of_campaign(), settings)
}

/// Where the ledger to look at lies.
pub(super) fn to_look_at(settings: &Settings) -> Result<Location, Failure> {
    location(&settings.ledger.to_look_at()?, settings)
}

fn shared(place: &SharedPlace, settings: &Settings) -> Result<SharedLedger, Failure> {
    let from = settings.sender.of_campaign()?.from;
    Ok(SharedLedger {
        url: place.url.clone(),
        secret: secret_file::read(place.secret()?)?,
        list: place.keys.list.clone().unwrap_or_else(|| list_of(&from)),
        from,
        password: password::of_ledger(place.keys.password_command.as_deref())?,
        counter: place.counter.clone(),
        terms: settings.terms()?,
        retry_for: settings.pace.retry_for.to_std().unwrap_or_default(),
    })
}

/// What a list is called that nobody has given a name: its whole From address, whose case makes no difference here.
fn list_of(from: &Mailbox) -> String {
    from.to_string().to_lowercase()
}

/// A campaign that is about to begin in a database which has none yet.
pub(super) struct New {
    campaign: String,
    ledger: Arc<SharedLedger>,
}

impl New {
    /// Sees whether the database can be had, and is free.
    pub(super) fn at(
        url: DatabaseUrl,
        campaign: &str,
        from: &Mailbox,
        folder: &Path,
        day: NaiveDate,
    ) -> Result<New, Failure> {
        const PATIENCE: Duration = Duration::from_secs(10);
        // The letter is still to be written: its hash is that of the first list to be sent.
        let terms = Terms { day: MonthDay::of(day).to_string(), ..Terms::default() };
        let fresh = Secret::fresh();
        let fresh = fresh.map_err(|error| {
            Failure::new(Exit::CannotCreate, format!("the system gives no random bytes: {error}"))
        })?;
        let ledger = Arc::new(SharedLedger {
            url,
            password: password::of_ledger(None)?,
            secret: fresh,
            list: list_of(from),
            from: from.clone(),
            counter: folder.join(format!("{campaign}.counter")),
            terms,
            retry_for: PATIENCE,
        });
        let location = Location::Shared(Arc::clone(&ledger));
        if !Ledger::is_free(&location)? {
            return Err(Failure::new(
                Exit::CannotCreate,
                format!(
                    "{location}: there is a campaign already: join it with the campaign.toml and the secret of those who began it"
                ),
            ));
        }
        Ok(New { campaign: campaign.to_owned(), ledger })
    }

    /// The text of the file that is handed on.
    pub(super) fn secret_text(&self) -> String {
        secret_file::text(&self.campaign, &self.ledger.secret)
    }

    /// Makes the tables.
    pub(super) fn make_tables(&self, day: NaiveDate, now: DateTime<Utc>) -> Result<(), Failure> {
        let location = Location::Shared(Arc::clone(&self.ledger));
        Ledger::open_or_create(&location, Some(&self.campaign), day.year(), now)?;
        Ok(())
    }
}
