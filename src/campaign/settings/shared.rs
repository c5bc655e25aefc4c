//! A ledger that several organizations share: what this one brings along, none of which is in the database.

use std::path::{Path, PathBuf};

use super::Settings;
use super::error::SettingsError;
use super::relay::program;
use crate::database_url::DatabaseUrl;
use crate::exit::{Exit, ExitCode as _};
use crate::keyed_toml::KeyedToml;
use crate::ledger::Terms;
use crate::letter::templates::DEFAULT_ID;
use crate::month_day::MonthDay;
use crate::plain_text;

/// What campaign.toml says of a shared ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SharedKeys {
    /// `secret`: the file with the campaign's secret.
    pub secret: Option<PathBuf>,
    /// `list`: what this organization's letters are marked with.
    pub list: Option<String>,
    /// `ledger_password_command`: a program and its arguments.
    pub password_command: Option<Vec<String>>,
}

impl SharedKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path) -> SharedKeys {
        SharedKeys {
            secret: toml.path("secret").map(|secret| home.join(secret.value)),
            list: toml.text("list", list).map(|list| list.value),
            password_command: program(toml, "ledger_password_command", "[\"pass\", \"ledger\"]", home),
        }
    }
}

/// A list is one line, and short: everybody who shares the ledger reads it.
fn list(text: &str) -> Result<String, String> {
    const LONGEST: usize = 200;
    let line = plain_text::line(text).map_err(|error| error.to_string())?;
    if line.is_empty() || line.chars().count() > LONGEST {
        return Err(format!("write a name of up to {LONGEST} characters, or leave the line out"));
    }
    Ok(line)
}

/// Where a shared ledger lies, and what is needed to get at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SharedPlace {
    /// The database.
    pub url: DatabaseUrl,
    /// What campaign.toml says besides.
    pub keys: SharedKeys,
    /// What counts the commits of this list.
    pub counter: PathBuf,
}

impl SharedPlace {
    /// The file with the campaign's secret.
    ///
    /// # Errors
    /// Where none is named.
    pub(crate) fn secret(&self) -> Result<&Path, SettingsError> {
        self.keys.secret.as_deref().ok_or_else(no_secret)
    }

    /// What stands in the way before anything is opened.
    pub(super) fn objection(&self) -> Option<SettingsError> {
        if !cfg!(feature = "postgres") {
            return Some(SettingsError::new(
                "ledger",
                Exit::Config,
                "ledger: this protest was built without shared ledgers. The packages and the container have them; from the source, \
                 build it with `cargo install --path . --features postgres`",
            ));
        }
        self.secret().err()
    }
}

impl Settings {
    /// What every list of a shared campaign has alike, as this one has it.
    ///
    /// # Errors
    /// Where the letter cannot be read.
    pub(crate) fn terms(&self) -> Result<Terms, SettingsError> {
        let letter = self.letter.letter().unwrap_or(DEFAULT_ID);
        let letters = self.sources.templates()?.hash(letter);
        let letters = letters.map_err(|error| SettingsError::new("letter", error.exit(), error))?;
        let day = self.window.map_or(MonthDay::DECEMBER_2, |window| window.day);
        Ok(Terms {
            day: day.to_string(),
            letters,
            per_domain: self.pace.paces.per_domain.per_second(),
            per_embassy: self.pace.paces.per_embassy.per_second(),
        })
    }
}

fn no_secret() -> SettingsError {
    let problem = "ledger: a shared ledger needs the campaign's secret, which is not in the database: write `secret = \"FILE\"` into \
                   campaign.toml, with the file that you were handed (`protest init --ledger URL` makes a new one)";
    SettingsError::new("ledger", Exit::Config, problem)
}
