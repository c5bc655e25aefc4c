//! The fields of a signer that have a name of their own, in options and in the columns of a signers' file.
//!
//! What else a file's columns hold is an [extra column](super::extra).

use std::fmt;

/// A field that the program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    /// Who signs.
    Name,
    /// Where the signer lives, and so which embassy is written to.
    Country,
    /// The signer's city.
    City,
    /// The signer's own e-mail address.
    Email,
    /// A paragraph of the signer's own.
    Note,
    /// The letter's language.
    Lang,
    /// Which letter.
    Letter,
    /// Whom the letter greets.
    Addressee,
    /// Whether and since when the signer agrees.
    Consent,
    /// Whether answers may go to the signer.
    ReplyTo,
    /// Which mission, where it is not the embassy in the country.
    Mission,
}

impl Field {
    /// Every field, in the order of the documentation.
    pub(crate) const ALL: [Field; 11] = [
        Field::Name,
        Field::Country,
        Field::City,
        Field::Email,
        Field::Note,
        Field::Lang,
        Field::Letter,
        Field::Addressee,
        Field::Consent,
        Field::ReplyTo,
        Field::Mission,
    ];

    /// The column's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Country => "country",
            Field::City => "city",
            Field::Email => "email",
            Field::Note => "note",
            Field::Lang => "lang",
            Field::Letter => "letter",
            Field::Addressee => "addressee",
            Field::Consent => "consent",
            Field::ReplyTo => "reply_to",
            Field::Mission => "mission",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
