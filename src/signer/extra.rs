//! The columns that an organizer adds to the signers' file, which a template may name as `{{extra.COLUMN}}`.
//!
//! COLUMN is the header's text as the organizer wrote it, where each run of characters that a template's field
//! cannot have (white space and ASCII punctuation but `-` and `_`) is one `_`. Two columns whose names differ in case
//! alone are one, so that a template may write a name in capitals or not.

use crate::plain_text::{self, PlainTextError};
use std::fmt;
use std::sync::Arc;

/// The name of an extra column, fit for `{{extra.COLUMN}}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ExtraColumn {
    spelling: Arc<str>,
    folded: Arc<str>,
}

impl ExtraColumn {
    /// The column that a header's text names; none where nothing is left that a template could name.
    pub(crate) fn new(header: &str) -> Option<ExtraColumn> {
        let fits = |c: char| {
            c.is_ascii_alphanumeric() || c == '-' || c == '_' || (!c.is_ascii() && !c.is_whitespace())
        };
        let words = header.split(|c| !fits(c)).filter(|word| !word.is_empty());
        let spelling = words.collect::<Vec<_>>().join("_");
        (!spelling.is_empty())
            .then(|| ExtraColumn { folded: spelling.to_lowercase().into(), spelling: spelling.into() })
    }

    /// As the organizer wrote it.
    pub(crate) fn spelling(&self) -> &str {
        &self.spelling
    }

    /// In lower case: what two spellings of one name have in common.
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }
}

impl fmt::Display for ExtraColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelling)
    }
}

/// What stands in an extra column: nothing, or what could stand as a note.
pub(super) fn value(text: &str) -> Result<String, PlainTextError> {
    match plain_text::note(text) {
        Err(PlainTextError::Empty) => Ok(String::new()),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::ExtraColumn;

    #[test]
    fn a_header_becomes_a_name_that_a_template_can_write() {
        let spelling = |header| ExtraColumn::new(header).map(|column| column.spelling().to_owned());
        assert_eq!(spelling("Job title (now)").as_deref(), Some("Job_title_now"));
        assert_eq!(spelling("T-shirt_size").as_deref(), Some("T-shirt_size"));
        assert_eq!(spelling("職業 1").as_deref(), Some("職業_1"));
        assert_eq!(spelling(" ?! "), None);
    }
}
