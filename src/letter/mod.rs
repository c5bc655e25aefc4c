//! From a template to a letter, and the forms that a letter takes.

pub mod document;
pub mod template;
