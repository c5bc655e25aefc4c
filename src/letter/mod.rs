//! From a template to a letter, and the forms that a letter takes (`form/`).
//!
//! A [`Letter`] is a template filled for one signer and one embassy, and maybe the English text under it. Whoever has one can print it; nothing in
//! it needs checking again.

pub(crate) mod date;
pub(crate) mod desk;
pub(crate) mod document;
pub(crate) mod form;
pub(crate) mod gapped;
pub(crate) mod language_names;
pub(crate) mod languages;
pub(crate) mod paper;
pub(crate) mod template;
pub(crate) mod templates;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::country::{self, Territory};
use crate::embassy::Embassy;
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
    subject: String,
    shape: Arc<Shape>,
    values: Vec<String>,
}

impl Letter<'_> {
    /// The letter's text from salutation to signature, in one language or two.
    pub(crate) fn document(&self) -> Document {
        let part = |text: &Text| Part {
            language: text.template.front_matter.language.clone(),
            subject: text.subject.clone(),
            blocks: text.shape.fill(&text.values),
        };
        Document { parts: self.texts().map(part).collect() }
    }

    fn texts(&self) -> impl Iterator<Item = &Text> {
        std::iter::once(&self.text).chain(&self.english)
    }

    /// "Osaka, December 2, 2026", or the date alone for a signer who gave no city.
    pub(crate) fn place_and_date(&self) -> String {
        date::over_a_letter(self.signer.city(), self.date, &self.template.front_matter.language)
    }

    /// "Osaka, Japan" as the letter's language writes it, or the country alone; a city that is called as its country is
    /// stands there once.
    pub(crate) fn place(&self) -> String {
        let language = &self.template.front_matter.language;
        let country = self.signer.country().name_in(language);
        match self.signer.city().filter(|city| !is_called_as(city, self.signer.country())) {
            Some(city) => date::place(city, country, language),
            None => country.to_owned(),
        }
    }
}

/// Whether a city has its country's name, as Singapore, Luxembourg, Monaco and Djibouti have.
fn is_called_as(city: &str, country: Territory) -> bool {
    country::named(city) == Some(country)
}
