//! A campaign: its file, and the plan that follows from it: which letter, which channel, when.

pub(crate) mod amount;
pub(crate) mod folder;
pub(crate) mod forecast;
pub(crate) mod known;
pub(crate) mod letters;
pub(crate) mod plan;
pub(crate) mod secret_file;
pub(crate) mod settings;
pub(crate) mod window;
