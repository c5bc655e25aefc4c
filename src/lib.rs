//! The December 2 letter to the Chinese embassies: filled, previewed, written, sent.
//!
//! Data flows one way: *signer + embassy + template → letter → (text | HTML | PDF | message) → (stdout | file | relay)
//! → ledger → report*. A module knows the ones before it in this list, never those after. Two doors lead in: [`run`], which is
//! the command line, and a workbench for benchmarks, fuzz targets and examples, of which nothing is promised.

mod bounce;
mod campaign;
mod check;
mod content_policy;
mod country;
#[allow(dead_code, reason = "campaign.toml does not name a database yet")]
mod database_url;
mod delivery;
mod embassy;
mod exit;
mod files;
mod hexadecimal;
mod keyed_toml;
mod language;
mod ledger;
mod letter;
mod mailbox;
mod message;
mod month_day;
mod page;
mod percent;
mod picture;
mod place;
mod plain_text;
mod program;
mod provider;
mod relay;
mod report;
mod signer;
mod suggestion;
mod tls;
mod unfinished;
mod wording;
mod words;
mod zone;

mod cli;
#[doc(hidden)]
pub mod workbench;

pub use cli::run;
