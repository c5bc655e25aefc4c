//! The action page: the letter in a supporter's browser, whole in one file, made from the same templates, country names and
//! addresses as the command's.
//!
//! What differs from reader to reader is filled by `browser/*.js`; everything else is set here. Nothing that an organizer or
//! a file brings in can become markup or script: it is text, escaped where it stands.

mod countries;
mod data;
mod frame;
mod missions;
mod webmail;

use std::sync::Arc;

use crate::embassy::AddressBook;
use crate::exit::{Exit, ExitCode};
use crate::language;
use crate::letter::gapped::Gapped;
use crate::letter::template::{Template, TemplateError};
use crate::letter::templates::{DEFAULT_ID, DEFAULT_LANGUAGE, Templates, TemplatesError};
use crate::mailbox::Mailbox;
use crate::plain_text::{self, PlainTextError};
use crate::words::Words;

/// What an action page is made from.
pub(crate) struct ActionPage<'a> {
    /// The addresses.
    pub book: &'a AddressBook,
    /// The templates.
    pub templates: &'a Templates,
    /// Which letter, where it is not the default.
    pub letter: Option<&'a str>,
    /// Whom it addresses, where that is not left to the template.
    pub addressee: Option<&'a str>,
    /// The languages asked for; none: all.
    pub languages: &'a [String],
    /// What the page is called, where it is not what it says of itself.
    pub title: Option<&'a str>,
    /// Who answers for it.
    pub contact: Option<&'a Mailbox>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's sentence says what it is")]
pub(crate) enum PageError {
    #[error(transparent)]
    Templates(#[from] TemplatesError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("addressee: {0}")]
    Addressee(PlainTextError),
    #[error("the page cannot be made: {0}")]
    Data(serde_json::Error),
}

impl ExitCode for PageError {
    fn exit(&self) -> Exit {
        match self {
            PageError::Templates(error) => error.exit(),
            PageError::Template(error) => error.exit(),
            PageError::Addressee(_) | PageError::Data(_) => Exit::Data,
        }
    }
}

/// A letter in one of the page's languages.
struct Version {
    template: Arc<Template>,
    gapped: Gapped,
    words: &'static Words,
}

impl Version {
    /// The language of the letter.
    fn tag(&self) -> &str {
        &self.template.front_matter.language
    }
}

impl ActionPage<'_> {
    /// The page's file.
    ///
    /// # Errors
    /// [`PageError`]
    pub(crate) fn render(&self) -> Result<String, PageError> {
        let addressee = self.addressee.map(plain_text::line).transpose().map_err(PageError::Addressee)?;
        let versions: Vec<Version> = self
            .opened()?
            .into_iter()
            .map(|template| {
                // As `send`: these letters leave under people's names.
                if let Some(flaw) = template.flaw() {
                    return Err(TemplateError::Flawed(flaw.clone()));
                }
                let gapped = Gapped::of(&template, addressee.as_deref())?;
                Ok(Version { words: Words::of(&template.front_matter.language), template, gapped })
            })
            .collect::<Result<_, TemplateError>>()?;
        frame::render(self, &versions)
    }

    /// The language in which the page opens.
    ///
    /// # Errors
    /// As those of [`render`](Self::render).
    pub(crate) fn opening_language(&self) -> Result<String, PageError> {
        let templates = self.opened()?;
        Ok(templates.first().map_or_else(String::new, |template| template.front_matter.language.clone()))
    }

    /// The templates, that in which the page opens first.
    fn opened(&self) -> Result<Vec<Arc<Template>>, PageError> {
        let id = self.letter.unwrap_or(DEFAULT_ID);
        let available: Vec<&str> = self.templates.languages(id).collect();
        let english = language::choose(DEFAULT_LANGUAGE, available.iter().copied());
        let mut wanted: Vec<Option<&str>> = self.languages.iter().map(|tag| Some(tag.as_str())).collect();
        if available.is_empty() {
            // A file of one's own has one language, and of a letter that is not there it is told.
            wanted.push(None);
        } else {
            let is_open = wanted.is_empty();
            wanted.extend(english.map(Some));
            wanted.extend(available.iter().filter(|_| is_open).map(|tag| Some(*tag)));
        }
        let mut templates: Vec<Arc<Template>> = Vec::new();
        for tag in wanted {
            let template = self.templates.template(id, tag)?;
            if !templates.iter().any(|known| known.front_matter.language == template.front_matter.language) {
                templates.push(Arc::new(template));
            }
        }
        Ok(templates)
    }
}

#[cfg(test)]
mod tests;
