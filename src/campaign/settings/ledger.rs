//! Where it is kept what became of each letter: the option, the keys, and what follows from them.

use std::fmt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::error::SettingsError;
use super::shared::{SharedKeys, SharedPlace};
use super::signers::Who;
use crate::database_url::{DatabaseUrl, DatabaseUrlError};
use crate::exit::{Exit, ExitCode as _};
use crate::keyed_toml::{KeyedToml, Set};
use crate::ledger::Location;
use crate::month_day::MonthDay;
use crate::wording::quoted;

/// Where a ledger lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whereabouts {
    /// In a file of this machine.
    File(PathBuf),
    /// In a database that several share.
    Shared(SharedPlace),
}

impl Whereabouts {
    /// The file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Whereabouts::File(path) => Some(path),
            Whereabouts::Shared(_) => None,
        }
    }

    /// Whether an open ledger lies there.
    pub(crate) fn is(&self, location: &Location) -> bool {
        match self {
            Whereabouts::File(path) => Location::from(path).is(location),
            Whereabouts::Shared(place) => location.shared().is_some_and(|shared| shared.url == place.url),
        }
    }
}

impl fmt::Display for Whereabouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Whereabouts::File(path) => path.display().fmt(f),
            Whereabouts::Shared(place) => place.url.fmt(f),
        }
    }
}

/// Where ledgers lie, and what a new one is for.
#[derive(Clone, Debug)]
pub(crate) struct LedgerPlace {
    /// What `--ledger` says: it outweighs all else.
    given: Option<Named>,
    /// What campaign.toml says.
    configured: Option<Named>,
    /// What it says of a shared one.
    shared: SharedKeys,
    /// The folder of campaign.toml, if there is one.
    home: Option<PathBuf>,
    today: NaiveDate,
    /// The campaign's id, if it has one.
    pub id: Option<String>,
    /// The year of the protest day: of the one nearest to now.
    pub year: i32,
}

impl LedgerPlace {
    /// `day` is the campaign's; `home` the folder of its campaign.toml.
    pub(super) fn judge(
        given: Option<&Path>,
        keys: &LedgerKeys,
        who: &Who,
        home: Option<&Path>,
        day: MonthDay,
        today: NaiveDate,
        errors: &mut Vec<SettingsError>,
    ) -> LedgerPlace {
        let given = given.and_then(|given| {
            let read = Named::read(given, Path::to_owned);
            read.map_err(|error| errors.push(SettingsError::new("ledger", error.exit(), error))).ok()
        });
        let place = LedgerPlace {
            given,
            configured: keys.ledger.clone(),
            shared: keys.shared.clone(),
            home: home.map(Path::to_owned),
            today,
            id: keys.id.clone(),
            year: day.nearest_year(today),
        };
        if let Whereabouts::Shared(shared) = place.of_campaign() {
            errors.extend(if *who == Who::One { place.of_one().err() } else { shared.objection() });
        }
        place
    }

    /// A campaign's: `--ledger`, else what campaign.toml says, else `ID.ledger` beside it or here.
    pub(crate) fn of_campaign(&self) -> Whereabouts {
        match self.given.as_ref().or(self.configured.as_ref()) {
            Some(named) => self.whereabouts(named),
            None => Whereabouts::File(self.beside(".ledger")),
        }
    }

    /// The one of single letters: `--ledger`, else one of the user's own, whatever folder the program is run in.
    ///
    /// # Errors
    /// Where the system names no folder for it, and where a database is named, which is a campaign's.
    pub(crate) fn of_one(&self) -> Result<PathBuf, SettingsError> {
        match &self.given {
            Some(Named::File(path)) => return Ok(path.clone()),
            Some(Named::Database(url)) => {
                let problem =
                    format!("{url} is a campaign's: a single letter has a ledger in a file of its own");
                return Err(SettingsError::new("ledger", Exit::Usage, problem));
            }
            None => {}
        }
        let folder = state_folder().ok_or_else(|| {
            let problem = "no folder for the ledger is known (HOME is not set): add --ledger FILE";
            SettingsError::new("ledger", Exit::CannotCreate, problem)
        })?;
        Ok(folder.join(self.name_of_ones()))
    }

    /// The one to look at: `--ledger`; beside a campaign.toml that campaign's, also where none is there yet; else a list's
    /// in this folder, or that of single letters.
    ///
    /// # Errors
    /// Where there is none.
    pub(crate) fn to_look_at(&self) -> Result<Whereabouts, SettingsError> {
        if self.given.is_some() || self.home.is_some() {
            return Ok(self.of_campaign());
        }
        let mut places = vec![self.beside(".ledger")];
        places.extend(state_folder().map(|folder| folder.join(self.name_of_ones())));
        let there = places.iter().find(|place| place.is_file());
        there.cloned().map(Whereabouts::File).ok_or_else(|| {
            let looked: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
            let problem = format!(
                "there is no ledger yet (looked for {}): name one with --ledger, or send first",
                looked.join(", ")
            );
            SettingsError::new("ledger", Exit::NoInput, problem)
        })
    }

    fn whereabouts(&self, named: &Named) -> Whereabouts {
        match named {
            Named::File(path) => Whereabouts::File(path.clone()),
            Named::Database(url) => Whereabouts::Shared(SharedPlace {
                url: url.clone(),
                keys: self.shared.clone(),
                counter: self.beside(".counter"),
            }),
        }
    }

    /// `ID.ENDING`, beside campaign.toml or here.
    fn beside(&self, ending: &str) -> PathBuf {
        let id = self.id.clone().unwrap_or_else(|| format!("dec2-{}", self.year));
        self.home.as_deref().unwrap_or(Path::new("")).join(id + ending)
    }

    fn name_of_ones(&self) -> String {
        format!("dec2-{}.ledger", MonthDay::DECEMBER_2.nearest_year(self.today))
    }
}

/// The folder for what a program keeps between runs, by each platform's own custom.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(folder) = variable("XDG_STATE_HOME") {
        return Some(folder.join("protest"));
    }
    if cfg!(windows) {
        return Some(variable("LOCALAPPDATA")?.join("protest"));
    }
    let home = variable("HOME")?;
    let folder = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/state" };
    Some(home.join(folder).join("protest"))
}

/// A ledger as it is named: what begins like a URL is one, and never a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A file.
    File(PathBuf),
    /// A database.
    Database(DatabaseUrl),
}

impl Named {
    fn read(named: &Path, file: impl FnOnce(&Path) -> PathBuf) -> Result<Named, DatabaseUrlError> {
        match named.to_str().filter(|text| DatabaseUrl::is_meant(text)) {
            Some(url) => DatabaseUrl::parse(url).map(Named::Database),
            None => Ok(Named::File(file(named))),
        }
    }
}

/// What campaign.toml says of the ledger.
#[derive(Clone, Debug, Default)]
pub(crate) struct LedgerKeys {
    /// `id`: the campaign's, which names its ledger.
    pub id: Option<String>,
    /// `ledger`
    pub ledger: Option<Named>,
    /// What only a shared one needs.
    pub shared: SharedKeys,
}

impl LedgerKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path, errors: &mut Vec<SettingsError>) -> LedgerKeys {
        let ledger = toml.path("ledger").and_then(|Set { value, place }| {
            let read = Named::read(&value, |path| home.join(path));
            let told = |error: DatabaseUrlError| {
                SettingsError::at(place, "ledger", error.exit(), format!("ledger: {error}"))
            };
            read.map_err(|error| errors.push(told(error))).ok()
        });
        LedgerKeys {
            id: toml.text("id", id).map(|id| id.value),
            ledger,
            shared: SharedKeys::read(toml, home),
        }
    }
}

/// A campaign's id names its ledger's file, so it is a plain word.
fn id(text: &str) -> Result<String, String> {
    let is_word = (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && !text.starts_with('.');
    if is_word {
        Ok(text.to_owned())
    } else {
        Err(format!("{}: use up to 64 letters, digits, - _ and .", quoted(text)))
    }
}
