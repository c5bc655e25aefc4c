//! Pages that work in a browser: whole in one file, with nothing loaded from elsewhere.

pub(crate) mod action;
pub(crate) mod copy_page;
pub(crate) mod parts;
pub(crate) mod poster;
pub(crate) mod title;
