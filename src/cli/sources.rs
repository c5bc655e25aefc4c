//! What a command works with, made from its options: campaign.toml, the desk, one signer.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};

use super::failure::Failure;
use super::options::{GlobalOptions, LetterOptions, SignerOptions};
use crate::campaign::settings::error::SettingsError;
use crate::campaign::settings::file::CampaignFile;
use crate::embassy::AddressBook;
use crate::exit::Exit;
use crate::files;
use crate::keyed_toml::Set;
use crate::letter::desk::Desk;
use crate::letter::templates::Templates;
use crate::signer::Wishes;

/// The campaign's file: the one named, else the one that lies in this folder.
pub(super) fn config(options: &GlobalOptions) -> Result<Option<CampaignFile>, Failure> {
    let mut errors = Vec::new();
    let file = CampaignFile::find(options.config.as_deref(), &mut errors);
    SettingsError::first(errors).map_or(Ok(file), |error| Err(error.into()))
}

/// The address book: the one built in, or the user's own.
pub(super) fn address_book(options: &GlobalOptions) -> Result<AddressBook, Failure> {
    let Some(path) = &options.embassies else { return Ok(AddressBook::builtin()) };
    let bytes = files::read(path)?;
    Ok(AddressBook::read(&bytes, &path.display().to_string())?)
}

/// The templates: those built in, or the user's own.
pub(super) fn templates(options: &GlobalOptions) -> Result<Templates, Failure> {
    match &options.letters {
        Some(folder) => Ok(Templates::folder(folder)?),
        None => Ok(Templates::builtin()),
    }
}

/// Where letters are written; what an option says outweighs what the campaign's file says.
pub(super) fn desk(
    globals: &GlobalOptions,
    letter: &LetterOptions,
    config: Option<&CampaignFile>,
    now: DateTime<Utc>,
) -> Result<Desk, Failure> {
    let or_configured = |given: &Option<String>, key: fn(&CampaignFile) -> &Option<Set<String>>| {
        given.clone().or_else(|| config.and_then(|config| Some(key(config).as_ref()?.value.clone())))
    };
    let defaults = Wishes {
        letter: or_configured(&letter.letter, |config| &config.letter.letter),
        lang: or_configured(&letter.lang, |config| &config.letter.lang),
        addressee: or_configured(&letter.addressee, |config| &config.letter.addressee),
        mission: letter.mission.clone(),
        ..Wishes::default()
    };
    let date = letter.date.as_deref().map(date).transpose()?;
    let bilingual = letter.bilingual
        || config.and_then(|config| Some(config.letter.bilingual.as_ref()?.value)).unwrap_or_default();
    Ok(Desk::new(address_book(globals)?, templates(globals)?, defaults, date, now).with_english(bilingual))
}

fn date(text: &str) -> Result<NaiveDate, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Data,
            format!("--date {text:?} is no date: write it as YYYY-MM-DD, such as 2026-12-02"),
        )
    })
}

/// The list of signers that is meant: that of the options, else campaign.toml's, unless one signer is named.
pub(super) fn signers_list(options: &SignerOptions, config: Option<&CampaignFile>) -> Option<PathBuf> {
    let is_one = options.name.is_some() || options.country.is_some();
    let configured = config.filter(|_| !is_one).and_then(|config| config.signers.signers.clone());
    options.signers.clone().or(configured)
}

/// What to say where an option for lists was given without one.
pub(super) fn no_list(options: &str) -> Failure {
    Failure::usage(format!("{options} go with a list: add --signers FILE.csv"))
}

/// The folder for what a program keeps between runs, by each platform's own custom.
pub(super) fn state_folder() -> Option<PathBuf> {
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
