//! The forms that a letter takes, one file each.

pub(crate) mod file_name;
pub(crate) mod html;
pub(crate) mod markdown;
pub(crate) mod pdf;
pub(crate) mod text;
