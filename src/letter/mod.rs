//! From a template to a letter, and the forms that a letter takes: text, Markdown, HTML.
//!
//! A [`Letter`] is a template filled for one signer and one embassy. Whoever has one can print it; nothing in
//! it needs checking again.

pub mod date;
pub mod desk;
pub mod document;
pub mod file_name;
pub mod html;
pub mod markdown;
pub mod shelf;
pub mod template;
pub mod text;

use std::sync::Arc;

use jiff::civil::Date;

use crate::embassy::Embassy;
use crate::signer::Signer;
use document::Document;
use template::{Shape, Template};

/// A template filled for one signer and one embassy.
#[derive(Debug)]
pub struct Letter<'a> {
    /// Who writes.
    pub signer: &'a Signer,
    /// To which embassy.
    pub embassy: &'a Embassy,
    /// From which template.
    pub template: Arc<Template>,
    /// The subject line.
    pub subject: String,
    /// The embassy's local date.
    pub date: Date,
    shape: Arc<Shape>,
    values: Vec<String>,
}

impl Letter<'_> {
    /// The letter's text from salutation to signature.
    pub fn document(&self) -> Document {
        self.shape.fill(&self.values)
    }

    /// "Osaka, December 2, 2026", or the date alone for a signer who gave no city.
    pub fn place_and_date(&self) -> String {
        let date = date::full(self.date, &self.template.front_matter.language);
        match self.signer.city() {
            Some(city) => format!("{city}, {date}"),
            None => date,
        }
    }
}
