//! What a command reads before all else: campaign.toml, the address book, the letters.

use std::path::PathBuf;

use clap::Args;

use super::error::SettingsError;
use crate::embassy::AddressBook;
use crate::exit::ExitCode as _;
use crate::files;
use crate::letter::templates::Templates;

/// The heading under which `--help` lists the options of every command, after the command's own.
pub(crate) const EVERYWHERE: &str = "With every command";

/// Where they lie.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct SourceOptions {
    /// The campaign's file [default: campaign.toml in this folder, if there is one]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "PROTEST_CONFIG",
        hide_env_values = true,
        help_heading = EVERYWHERE
    )]
    pub config: Option<PathBuf>,
    /// An address book of your own in place of the one built in
    #[arg(long, global = true, value_name = "FILE", help_heading = EVERYWHERE)]
    pub embassies: Option<PathBuf>,
    /// A folder of letters of your own (ID.LANG.md) in place of those built in
    #[arg(long, global = true, value_name = "DIR", help_heading = EVERYWHERE)]
    pub letters: Option<PathBuf>,
}

impl SourceOptions {
    /// The address book: the one built in, or the user's own.
    ///
    /// # Errors
    /// Where the user's own cannot be read, or is not in order.
    pub(crate) fn address_book(&self) -> Result<AddressBook, SettingsError> {
        const ABOUT: &str = "address";
        let Some(path) = &self.embassies else { return Ok(AddressBook::builtin()) };
        let bytes = files::read(path).map_err(|error| SettingsError::new(ABOUT, error.exit(), error))?;
        let book = AddressBook::read(&bytes, &path.display().to_string());
        book.map_err(|error| SettingsError::new(ABOUT, error.exit(), error))
    }

    /// The templates: those built in, or the user's own.
    ///
    /// # Errors
    /// Where the user's own cannot be read.
    pub(crate) fn templates(&self) -> Result<Templates, SettingsError> {
        let Some(folder) = &self.letters else { return Ok(Templates::builtin()) };
        Templates::folder(folder).map_err(|error| SettingsError::new("letter", error.exit(), error))
    }
}
