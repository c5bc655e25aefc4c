//! Where it is kept what became of each letter: what campaign.toml says of it.

use std::path::{Path, PathBuf};

use crate::keyed_toml::KeyedToml;
use crate::wording::quoted;

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
