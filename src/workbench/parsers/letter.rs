//! Templates, filled.

use crate::letter::form::text;
use crate::letter::template::Template;

/// A template: front matter between `+++` lines, then CommonMark.
#[derive(Debug)]
pub struct Letter(Template);

impl Letter {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Letter, String> {
        Template::read(file, bytes).map(Letter).map_err(|error| error.to_string())
    }

    /// Filled, so that each field has the value that `value` gives for its name: its subject, and its paragraphs as text.
    ///
    /// # Errors
    /// What is wrong with its text, or with its subject once it has its values.
    pub fn filled(&self, value: impl Fn(&str) -> String) -> Result<(String, Vec<String>), String> {
        let value = |field: &_| value(&ToString::to_string(field));
        let subject = self.0.subject(&value).map_err(|error| error.to_string())?;
        let (shape, values) = self.0.text(&value).map_err(|error| error.to_string())?;
        Ok((subject, text::paragraphs(&shape, &values)))
    }
}
