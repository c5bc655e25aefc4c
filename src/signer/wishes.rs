//! How a signer wants to write: what a row of the signers' file may choose instead of the campaign's own choice.
//!
//! Whether there is such a letter, language or mission is left to those who know them.

use super::consent::{Consent, ConsentError, yes_or_no};
use super::field::Field;
use crate::country;
use crate::plain_text::{self, PlainTextError};

/// One signer's choices; none where the campaign's choice holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    /// The letter's language.
    pub lang: Option<String>,
    /// The letter's id or file.
    pub letter: Option<String>,
    /// Whom the letter greets.
    pub addressee: Option<String>,
    /// Which mission is meant.
    pub mission: Option<String>,
    /// Whether answers may go to the signer's own address.
    pub reply_to: bool,
    /// Whether the signer agreed.
    pub consent: Consent,
}

/// Why a choice cannot be one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WishError {
    /// It cannot stand in a letter.
    #[error("{0}: {1}")]
    Text(Field, PlainTextError),
    /// Neither yes nor no, quoted.
    #[error("reply_to: {0} is no answer: write yes if answers may go to the signer's own address, else no")]
    ReplyTo(String),
    /// No answer that consent could be read from.
    #[error(transparent)]
    Consent(#[from] ConsentError),
}

/// A choice in words: one line. `N/A` and `-` are none.
pub(super) fn text(field: Field, text: Option<&str>) -> Result<Option<String>, WishError> {
    let given = text.filter(|text| !country::says_nothing(text));
    let line = given.map(|text| plain_text::line(text).map_err(|error| WishError::Text(field, error)));
    line.transpose()
}

/// `reply_to`: nothing said is a no, since the reader is a government.
pub(super) fn reply_to(text: Option<&str>) -> Result<bool, WishError> {
    text.map_or(Ok(false), |text| yes_or_no(text).map_err(WishError::ReplyTo))
}
