//! Whose letters: the options, the keys, and what follows from them.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use super::columns;
use super::letter::LetterOptions;
use crate::keyed_toml::KeyedToml;
use crate::plain_text;
use crate::signer::list::{Instructions, Mapping};
use crate::wording::quoted;

/// Who writes, and how.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct SignerOptions {
    /// Your name, as it shall stand under the letter (it need not be your legal name)
    #[arg(long, value_name = "NAME", help_heading = "One signer")]
    pub name: Option<String>,
    /// Your country: a name or an ISO code
    #[arg(long, value_name = "COUNTRY", help_heading = "One signer")]
    pub country: Option<String>,
    /// Your city, which then stands before the country
    #[arg(long, value_name = "CITY", help_heading = "One signer")]
    pub city: Option<String>,
    /// Your e-mail address
    #[arg(long, value_name = "ADDRESS", help_heading = "One signer")]
    pub email: Option<String>,
    /// A paragraph of your own, put before the demands
    #[arg(long, value_name = "TEXT", help_heading = "One signer")]
    pub note: Option<String>,
    /// A list of signers who consented (.csv, .xlsx or .ods; - reads standard input)
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["name", "country", "city", "email", "note"],
        help_heading = "Many signers"
    )]
    pub signers: Option<PathBuf>,
    #[command(flatten)]
    pub list: ListOptions,
    #[command(flatten)]
    pub letter: LetterOptions,
}

/// How a list is read.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct ListOptions {
    /// The sheet of a workbook that holds the list [default: the only one that has cells]
    #[arg(long, value_name = "NAME", help_heading = "Many signers")]
    pub worksheet: Option<String>,
    /// The encoding of a list that is not UTF-8, such as windows-1251, euc-kr or cp932
    #[arg(long, value_name = "NAME", help_heading = "Many signers")]
    pub encoding: Option<String>,
}

impl ListOptions {
    /// What is said of a list: by these options, else by campaign.toml.
    pub(super) fn instructions(&self, keys: &SignerKeys) -> Instructions {
        Instructions {
            addressee: None,
            columns: keys.columns.clone(),
            encoding: self.encoding.clone().or_else(|| keys.encoding.clone()),
            worksheet: self.worksheet.clone().or_else(|| keys.worksheet.clone()),
        }
    }
}

/// Whose letters are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// One signer's, of whom the options tell.
    One,
    /// Those of this list.
    List(PathBuf),
    /// Nobody is named.
    Nobody,
}

impl Who {
    /// The list of the options; else one signer, where one is named; else campaign.toml's list.
    pub(super) fn of(options: &SignerOptions, list: Option<&Path>, keys: &SignerKeys) -> Who {
        let is_one = options.name.is_some() || options.country.is_some();
        match options.signers.as_deref().or(list).or(keys.signers.as_deref().filter(|_| !is_one)) {
            Some(list) => Who::List(list.to_owned()),
            None if is_one => Who::One,
            None => Who::Nobody,
        }
    }

    /// The list.
    pub(crate) fn list(&self) -> Option<&Path> {
        match self {
            Who::List(list) => Some(list),
            Who::One | Who::Nobody => None,
        }
    }
}

/// What campaign.toml says of the signers.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignerKeys {
    /// `signers`
    pub signers: Option<PathBuf>,
    /// `worksheet`
    pub worksheet: Option<String>,
    /// `encoding`
    pub encoding: Option<String>,
    /// `[columns]`
    pub columns: Mapping,
    /// `report`
    pub report: Option<PathBuf>,
    /// `consent_since`
    pub consent_since: Option<NaiveDate>,
}

impl SignerKeys {
    pub(super) fn read(toml: &mut KeyedToml<'_>, home: &Path) -> SignerKeys {
        SignerKeys {
            signers: toml.path("signers").map(|path| home.join(path.value)),
            worksheet: toml.text("worksheet", plain_text::line).map(|name| name.value),
            encoding: toml.text("encoding", plain_text::line).map(|name| name.value),
            columns: toml.table("columns", columns::mapping).unwrap_or_default(),
            report: toml.path("report").map(|path| home.join(path.value)),
            consent_since: toml.text("consent_since", date).map(|date| date.value),
        }
    }
}

fn date(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| format!("{} is no date: write it as \"2026-10-01\"", quoted(text)))
}
