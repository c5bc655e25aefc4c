//! A campaign: its file, and the plan that follows from it: which letter, which channel, when.

pub mod amount;
pub mod config;
pub mod folder;
pub mod forecast;
pub mod plan;
pub mod roll;
pub mod window;
