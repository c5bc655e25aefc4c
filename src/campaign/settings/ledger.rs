//! Where it is kept what became of each letter: the option, the keys, and what follows from them.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::error::SettingsError;
use crate::exit::Exit;
use crate::keyed_toml::KeyedToml;
use crate::ledger::Location;
use crate::month_day::MonthDay;
use crate::wording::quoted;

/// Where ledgers lie, and what a new one is for.
#[derive(Clone, Debug)]
pub(crate) struct LedgerPlace {
    /// What `--ledger` says: it outweighs all else.
    given: Option<PathBuf>,
    /// What campaign.toml says.
    configured: Option<PathBuf>,
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
    pub(super) fn of(
        given: Option<&Path>,
        keys: &LedgerKeys,
        home: Option<&Path>,
        day: MonthDay,
        today: NaiveDate,
    ) -> LedgerPlace {
        LedgerPlace {
            given: given.map(Path::to_owned),
            configured: keys.ledger.clone(),
            home: home.map(Path::to_owned),
            today,
            id: keys.id.clone(),
            year: day.nearest_year(today),
        }
    }

    /// A campaign's: `--ledger`, else what campaign.toml says, else `ID.ledger` beside it or here.
    pub(crate) fn of_campaign(&self) -> Location {
        let given = self.given.as_ref().or(self.configured.as_ref());
        let path = given.cloned().unwrap_or_else(|| {
            let name = match &self.id {
                Some(id) => format!("{id}.ledger"),
                None => format!("dec2-{}.ledger", self.year),
            };
            self.home.as_deref().unwrap_or(Path::new("")).join(name)
        });
        path.into()
    }

    /// The one of single letters: `--ledger`, else one of the user's own, whatever folder the program is run in.
    ///
    /// # Errors
    /// Where the system names no folder for it.
    pub(crate) fn of_one(&self) -> Result<PathBuf, SettingsError> {
        if let Some(path) = &self.given {
            return Ok(path.clone());
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
    pub(crate) fn to_look_at(&self) -> Result<Location, SettingsError> {
        if self.given.is_some() || self.home.is_some() {
            return Ok(self.of_campaign());
        }
        let mut places = vec![self.of_campaign()];
        places.extend(state_folder().map(|folder| folder.join(self.name_of_ones()).into()));
        let there = places.iter().find(|place| place.file().is_none_or(Path::is_file));
        there.cloned().ok_or_else(|| {
            let looked: Vec<String> = places.iter().map(ToString::to_string).collect();
            let problem = format!(
                "there is no ledger yet (looked for {}): name one with --ledger, or send first",
                looked.join(", ")
            );
            SettingsError::new("ledger", Exit::NoInput, problem)
        })
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

/// What campaign.toml says of the ledger.
#[derive(Clone, Debug, Default)]
pub(crate) struct LedgerKeys {
    /// `id`: the campaign's, which names its ledger.
    pub id: Option<String>,
    /// `ledger`
    pub ledger: Option<PathBuf>,
}

impl LedgerKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path) -> LedgerKeys {
        LedgerKeys {
            id: toml.text("id", id).map(|id| id.value),
            ledger: toml.path("ledger").map(|path| home.join(path.value)),
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
