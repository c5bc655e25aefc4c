//! Whose letters: what campaign.toml says of the signers' list.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::keyed_toml::{KeyedToml, Set};
use crate::wording::quoted;

/// What campaign.toml says of the signers.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignerKeys {
    /// `signers`
    pub signers: Option<PathBuf>,
    /// `report`
    pub report: Option<PathBuf>,
    /// `consent_since`
    pub consent_since: Option<Set<NaiveDate>>,
}

impl SignerKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path) -> SignerKeys {
        SignerKeys {
            signers: toml.path("signers").map(|path| home.join(path.value)),
            report: toml.path("report").map(|path| home.join(path.value)),
            consent_since: toml.text("consent_since", |text| {
                let date = text.parse::<NaiveDate>();
                date.map_err(|_| format!("{} is no date: write it as \"2026-10-01\"", quoted(text)))
            }),
        }
    }
}
