//! Where letters are written: the address book, the templates, and what holds for every letter.
//!
//! One desk writes the letter of a single supporter and the million letters of a campaign in the same way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use super::date;
use super::form::text;
use super::template::{Field, Template, TemplateError};
use super::templates::{DEFAULT_ID, DEFAULT_LANGUAGE, Templates, TemplatesError};
use super::{Letter, Text, is_called_as};
use crate::embassy::{AddressBook, Embassy, NoEmbassy};
use crate::exit::{Exit, ExitCode};
use crate::language;
use crate::plain_text::{self, PlainTextError};
use crate::signer::{self, Signer, Wishes};

/// Everything that a letter is made from, but for its signer.
#[derive(Debug)]
pub(crate) struct Desk {
    /// The addresses.
    pub book: AddressBook,
    /// The templates.
    pub templates: Templates,
    /// What holds for a signer who does not wish otherwise.
    defaults: Wishes,
    /// The date to write, where it is not the embassy's own of the day.
    date: Option<NaiveDate>,
    /// Whether the English text stands under a translation.
    bilingual: bool,
    /// Whether the letters leave under a signer's name: then one with a flaw is no letter.
    sends: bool,
    now: DateTime<Utc>,
    /// By id and language, as they were asked for.
    read: Mutex<HashMap<Wanted, Arc<Template>>>,
}

type Wanted = (String, Option<String>);

/// The name in the README's examples, which who copies one may forget to replace.
const EXAMPLE: &str = "Your Name";

/// Why a letter cannot be written.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each variant's sentence says what it is")]
pub(crate) enum DeskError {
    #[error(transparent)]
    NoEmbassy(#[from] NoEmbassy),
    #[error(transparent)]
    Templates(#[from] TemplatesError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("addressee: {0}")]
    Addressee(PlainTextError),
    #[error("name: \"{EXAMPLE}\" is the name of the examples: write the signer's own")]
    ExampleName,
    #[error(
        "this letter would not hold the signer's name: {{{{signer.name}}}} stands in a part of it that is left out for them; put it \
         where it always stands"
    )]
    Nameless,
}

impl DeskError {
    /// Which of a row's fields has to be mended.
    pub(crate) fn field(&self, wishes: &Wishes) -> signer::Field {
        match self {
            DeskError::NoEmbassy(_) if wishes.mission.is_some() => signer::Field::Mission,
            DeskError::NoEmbassy(_) => signer::Field::Country,
            DeskError::Addressee(_) => signer::Field::Addressee,
            DeskError::ExampleName => signer::Field::Name,
            DeskError::Templates(TemplatesError::NoSuchLanguage { .. }) => signer::Field::Lang,
            DeskError::Templates(_) | DeskError::Template(_) | DeskError::Nameless => signer::Field::Letter,
        }
    }
}

impl ExitCode for DeskError {
    fn exit(&self) -> Exit {
        match self {
            DeskError::NoEmbassy(error) => error.exit(),
            DeskError::Templates(error) => error.exit(),
            DeskError::Template(error) => error.exit(),
            DeskError::Addressee(_) | DeskError::ExampleName | DeskError::Nameless => Exit::Data,
        }
    }
}

impl Desk {
    /// A desk at which `now` it is, and `date`, if given, is written instead of the embassy's date.
    pub(crate) fn new(
        book: AddressBook,
        templates: Templates,
        defaults: Wishes,
        date: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Desk {
        Desk { book, templates, defaults, date, bilingual: false, sends: false, now, read: Mutex::default() }
    }

    /// The same desk, at which the English text is put under a translation if `bilingual`.
    #[must_use]
    pub(crate) fn with_english(self, bilingual: bool) -> Desk {
        Desk { bilingual, ..self }
    }

    /// The same desk, at which nothing is written that must not go out.
    #[must_use]
    pub(crate) fn for_sending(self) -> Desk {
        Desk { sends: true, ..self }
    }

    /// The embassy to which this signer writes.
    ///
    /// # Errors
    /// Where the signer's country has none and no mission was chosen.
    pub(crate) fn embassy(&self, signer: &Signer, wishes: &Wishes) -> Result<&Embassy, NoEmbassy> {
        match wishes.mission.as_deref().or(self.defaults.mission.as_deref()) {
            Some(query) => self.book.mission(query),
            None => self.book.for_country(signer.country()),
        }
    }

    /// The template that this signer's letter is made from.
    ///
    /// # Errors
    /// Where there is no such letter, or it is not in order.
    pub(crate) fn template(&self, wishes: &Wishes) -> Result<Arc<Template>, TemplatesError> {
        let language = wishes.lang.as_ref().or(self.defaults.lang.as_ref());
        self.remembered((self.letter_id(wishes).to_owned(), language.cloned()))
    }

    /// The letter in the language of a signer who named none, if it is there and not English anyway.
    pub(crate) fn in_own_language(&self, tag: &str) -> Option<Arc<Template>> {
        let id = self.defaults.letter.as_deref().unwrap_or(DEFAULT_ID);
        if self.defaults.lang.is_some() || language::is_same_language(tag, DEFAULT_LANGUAGE) {
            return None;
        }
        let known = language::choose(tag, self.templates.languages(id))?;
        self.remembered((id.to_owned(), Some(known.to_owned()))).ok()
    }

    fn letter_id<'a>(&'a self, wishes: &'a Wishes) -> &'a str {
        wishes.letter.as_ref().or(self.defaults.letter.as_ref()).map_or(DEFAULT_ID, String::as_str)
    }

    /// The English text to put under `template`, which is not English itself.
    fn english(&self, template: &Template, wishes: &Wishes) -> Result<Option<Arc<Template>>, TemplatesError> {
        if !self.bilingual || language::is_same_language(&template.front_matter.language, DEFAULT_LANGUAGE) {
            return Ok(None);
        }
        let wanted = self.templates.english_of(self.letter_id(wishes))?;
        self.remembered((wanted, Some(DEFAULT_LANGUAGE.to_owned()))).map(Some)
    }

    fn remembered(&self, key: Wanted) -> Result<Arc<Template>, TemplatesError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(template) = read.get(&key) {
            return Ok(Arc::clone(template));
        }
        let (id, language) = &key;
        let template = Arc::new(self.templates.template(id, language.as_deref())?);
        if let (true, Some(flaw)) = (self.sends, template.flaw()) {
            return Err(TemplateError::Flawed(flaw.clone()).into());
        }
        read.insert(key, Arc::clone(&template));
        Ok(template)
    }

    /// The letter of `signer`.
    ///
    /// # Errors
    /// [`DeskError`]
    pub(crate) fn letter<'a>(&'a self, signer: &'a Signer, wishes: &Wishes) -> Result<Letter<'a>, DeskError> {
        self.letter_dated(signer, wishes, self.date)
    }

    /// The letter of `signer` as it leaves at `now`: a run may last for days.
    ///
    /// # Errors
    /// [`DeskError`]
    pub(crate) fn letter_at<'a>(
        &'a self,
        signer: &'a Signer,
        wishes: &Wishes,
        now: DateTime<Utc>,
    ) -> Result<Letter<'a>, DeskError> {
        let embassy = self.embassy(signer, wishes)?;
        self.letter_dated(signer, wishes, self.date.or_else(|| Some(embassy.time_zone().date(now))))
    }

    /// The letter of `signer` with this date on it, or the embassy's own of the day.
    ///
    /// # Errors
    /// [`DeskError`]
    pub(crate) fn letter_dated<'a>(
        &'a self,
        signer: &'a Signer,
        wishes: &Wishes,
        date: Option<NaiveDate>,
    ) -> Result<Letter<'a>, DeskError> {
        if self.sends && signer.name().eq_ignore_ascii_case(EXAMPLE) {
            return Err(DeskError::ExampleName);
        }
        let template = self.template(wishes)?;
        let embassy = self.embassy(signer, wishes)?;
        let addressee = wishes.addressee.as_ref().or(self.defaults.addressee.as_ref());
        let addressee = addressee
            .map(|addressee| plain_text::line(addressee))
            .transpose()
            .map_err(DeskError::Addressee)?;
        let date = date.unwrap_or_else(|| embassy.time_zone().date(self.now));
        let occasion = Occasion { signer, embassy, addressee: addressee.as_deref(), date };
        let text = occasion.text(&template)?;
        let english = self.english(&template, wishes)?;
        let letter = Letter {
            signer,
            embassy,
            subject: text.subject.clone(),
            date,
            text,
            english: english.map(|english| occasion.text(&english)).transpose()?,
            template,
        };
        // A letter of one's own may have its name in a part that is not for everybody.
        if self.sends && letter.template.is_own() && !text::render(&letter, 0).contains(signer.name()) {
            return Err(DeskError::Nameless);
        }
        Ok(letter)
    }
}

/// What the values of one letter are taken from, in whichever language.
struct Occasion<'a> {
    signer: &'a Signer,
    embassy: &'a Embassy,
    /// Whom the letter addresses, where it is not left to the template.
    addressee: Option<&'a str>,
    date: NaiveDate,
}

impl Occasion<'_> {
    /// The text of `template` with its values.
    fn text(&self, template: &Arc<Template>) -> Result<Text, TemplateError> {
        if template.uses_columns() {
            let columns: Vec<&str> = self.signer.extra().map(|(column, _)| column.spelling()).collect();
            template.expect_columns(&columns)?;
        }
        let value = |field: &Field| self.value(field, template);
        let (shape, values) = template.text(&value)?;
        Ok(Text { template: Arc::clone(template), subject: template.subject(&value)?, shape, values })
    }

    fn value(&self, field: &Field, template: &Template) -> String {
        let front_matter = &template.front_matter;
        let Occasion { signer, embassy, addressee, date } = *self;
        let language = front_matter.language.as_str();
        match field {
            Field::Addressee => addressee.unwrap_or(&front_matter.addressee).to_owned(),
            // None where the letter greets its own addressee, for whom it has the whole polite form.
            Field::Salutation => {
                addressee.filter(|other| *other != front_matter.addressee).unwrap_or_default().to_owned()
            }
            Field::SignerName => signer.name().to_owned(),
            // "Singapore, Singapore" is said once, where the text has a way to say it.
            Field::SignerCity => signer
                .city()
                .filter(|city| !template.does_without(field) || !is_called_as(city, signer.country()))
                .unwrap_or_default()
                .to_owned(),
            Field::SignerCountry => signer.country().name_in(language).to_owned(),
            Field::SignerTheCountry => in_a_sentence(signer.country(), language),
            Field::SignerNote => signer.note().unwrap_or_default().to_owned(),
            Field::EmbassyCity => embassy.city.clone(),
            Field::EmbassyCountry => embassy.country.name_in(language).to_owned(),
            Field::EmbassyTheCountry => in_a_sentence(embassy.country, language),
            Field::ProtestDay => date::month_and_day(front_matter.protest_day, language),
            Field::Date => date::full(date, language),
            Field::Extra(column) => {
                let found = signer.extra().find(|(known, _)| known.folded() == column.to_lowercase());
                found.map(|(_, value)| value.to_owned()).unwrap_or_default()
            }
        }
    }
}

/// English puts an article before some countries; other languages' letters write their own sentence round it.
fn in_a_sentence(country: crate::country::Territory, language: &str) -> String {
    match language.split('-').next() {
        Some("en") => country.running_name().clone(),
        _ => country.name_in(language).to_owned(),
    }
}
