//! The letter on paper: a PDF that is ready to print, sign and post.
//!
//! PDF/A-2a, as krilla's validator enforces it: tagged, with title and language, fonts embedded. Nothing in it says who
//! made it, where, or when, so the same letter is the same bytes. A `Printer` keeps fonts and shapes for a whole batch.

mod address;
mod draw;
pub(crate) mod error;
mod fonts;
mod galley;
pub(crate) mod labels;
mod lines;
mod look;
mod millimetre;
mod pages;
pub(crate) mod poster;
pub(crate) mod printer;
mod set_before;
mod sheet;
mod system;
#[cfg(test)]
mod tests;
mod typeset;
