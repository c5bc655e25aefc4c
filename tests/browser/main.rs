//! The pages in a real browser: the letter is the command's to the letter, nothing leaves, and everybody can use it.
//!
//! They run with `PROTEST_REAL_SERVERS=1`, and need Debian's chromium and chromium-driver, and axe-core, which
//! `scripts/fetch_axe` brings; without it they say that they are left out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "this is how a test fails, and tells what it saw"
)]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod driver;
mod letters;
mod results;
mod safety;
mod ways_out;

use driver::{Browser, Wish};
use support::Place;

/// The tags of the languages that letters are written in, English first.
const TAGS: [&str; 22] = [
    "en", "ar", "cs", "de", "es", "fr", "hi", "id", "it", "ja", "ko", "mn", "nl", "pl", "pt", "ru", "sv",
    "th", "uk", "vi", "zh-Hans", "zh-Hant",
];

/// A browser that has the page open which these options make; nothing where there is no browser.
fn open(place: &Place, options: &str, wish: Wish<'_>) -> Option<Browser> {
    let browser = Browser::start(wish)?;
    place.run(&format!("page -o page.html --force {options}")).done();
    browser.open(&place.path("page.html"));
    Some(browser)
}
