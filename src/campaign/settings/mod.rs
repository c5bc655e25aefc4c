//! What a campaign is told: the options of the command line over campaign.toml over the defaults.

pub(crate) mod error;
pub(crate) mod file;
pub(crate) mod ledger;
pub(crate) mod letter;
mod owner;
pub(crate) mod pace;
pub(crate) mod page;
pub(crate) mod paper;
pub(crate) mod post;
pub(crate) mod relay;
pub(crate) mod sender;
pub(crate) mod signers;
