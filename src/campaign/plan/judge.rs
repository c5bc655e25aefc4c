//! Judges what a row alone cannot know: whether its letter can be written.

use std::collections::HashSet;

use super::{Channel, Rules, channel};
use crate::embassy::Embassy;
use crate::letter::Letter;
use crate::letter::desk::Desk;
use crate::letter::template::Translation;
use crate::mailbox::Mailbox;
use crate::signer::Field;
use crate::signer::list::Row;

/// Judges rows by an address book and its letters.
#[derive(Debug)]
pub(crate) struct Judge<'d, 'p> {
    desk: &'d Desk,
    rules: Option<Rules<'p>>,
    mailboxes: HashSet<Mailbox>,
}

impl<'d, 'p> Judge<'d, 'p> {
    /// By the address book and the letters of `desk`.
    pub(crate) fn new(desk: &'d Desk) -> Judge<'d, 'p> {
        let mailboxes =
            desk.book.missions().filter_map(|embassy| Some(embassy.email.as_ref()?.mailbox.folded()));
        Judge { desk, rules: None, mailboxes: mailboxes.collect() }
    }

    /// The judge that tries out what goes by post under these rules.
    #[must_use]
    pub(crate) fn under(self, rules: &Rules<'p>) -> Judge<'d, 'p> {
        Judge { rules: Some(*rules), ..self }
    }

    /// A row's letter.
    ///
    /// # Errors
    /// The field that has to be mended, and the sentence that says how.
    pub(crate) fn letter<'r>(&'r self, row: &'r Row) -> Result<Letter<'r>, (Field, String)> {
        if let Some(email) = row.signer.email().filter(|email| self.mailboxes.contains(&email.folded())) {
            return Err((
                Field::Email,
                format!("\"{email}\" is an embassy's own address: write the signer's"),
            ));
        }
        let letter = self.desk.letter(&row.signer, &row.wishes);
        let letter = letter.map_err(|error| (error.field(&row.wishes), error.to_string()))?;
        if let Some(Rules { printer: Some(printer), addresses, .. }) = self.rules
            && channel(letter.embassy, addresses) == Channel::Post
        {
            let tried = printer.borrow_mut().try_out(&letter);
            tried.map_err(|error| (error.field(&row.signer), error.to_string()))?;
        }
        Ok(letter)
    }

    /// The embassy that a row's letter goes to, once it is sure that the letter can be written.
    ///
    /// # Errors
    /// As those of [`Judge::letter`].
    pub(crate) fn embassy(&self, row: &Row) -> Result<&'d Embassy, (Field, String)> {
        self.letter(row)?;
        self.desk.embassy(&row.signer, &row.wishes).map_err(|error| (Field::Country, error.to_string()))
    }

    /// The language of a row's letter, where it is a translation that nobody has reviewed.
    pub(super) fn unreviewed(&self, row: &Row) -> Option<String> {
        let template = self.desk.template(&row.wishes).ok()?;
        let front_matter = &template.front_matter;
        (front_matter.translation == Translation::Unreviewed).then(|| front_matter.language.clone())
    }
}
