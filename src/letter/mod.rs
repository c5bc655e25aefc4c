//! From a template to a letter, and the forms that a letter takes (`form/`).
//!
//! A [`Letter`] is a template filled for one signer and one embassy, and maybe the English text under it. Whoever has one can print it; nothing in
//! it needs checking again.

pub(crate) mod date;
pub(crate) mod desk;
pub(crate) mod document;
pub(crate) mod form;
pub(crate) mod languages;
pub(crate) mod paper;
pub(crate) mod template;
pub(crate) mod templates;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::embassy::Embassy;
use crate::language::Direction;
use crate::signer::Signer;
use document::{Document, Part};
use template::{Shape, Template};

/// A template filled for one signer and one embassy.
#[derive(Debug)]
pub(crate) struct Letter<'a> {
    /// Who writes.
    pub signer: &'a Signer,
    /// To which embassy.
    pub embassy: &'a Embassy,
    /// From which template.
    pub template: Arc<Template>,
    /// The subject line.
    pub subject: String,
    /// The embassy's local date.
    pub date: NaiveDate,
    text: Text,
    /// The English text that stands under a translation, if it is wanted.
    english: Option<Text>,
}

/// A template's text and the values that belong in it.
#[derive(Debug)]
struct Text {
    template: Arc<Template>,
    shape: Arc<Shape>,
    values: Vec<String>,
}

impl Letter<'_> {
    /// The letter's text from salutation to signature, in one language or two.
    pub(crate) fn document(&self) -> Document {
        let part = |text: &Text| Part {
            language: text.template.front_matter.language.clone(),
            blocks: text.shape.fill(&text.values),
        };
        Document { parts: self.texts().map(part).collect() }
    }

    fn texts(&self) -> impl Iterator<Item = &Text> {
        std::iter::once(&self.text).chain(&self.english)
    }

    /// "Osaka, December 2, 2026", or the date alone for a signer who gave no city.
    pub(crate) fn place_and_date(&self) -> String {
        let language = &self.template.front_matter.language;
        let date = date::full(self.date, language);
        match self.signer.city() {
            Some(city) => format!("{city}{}{}{date}", end_of_name(language), date::separator(language)),
            None => date,
        }
    }
}

/// In a line from right to left a day that follows a name in Latin letters would stand on the wrong side of the name,
/// apart from its month (UAX #9, W7): a mark that is not seen ends the name.
fn end_of_name(language: &str) -> &'static str {
    match Direction::of(language) {
        Direction::Rtl => "\u{200F}",
        Direction::Ltr => "",
    }
}
