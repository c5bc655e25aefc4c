//! The fields that a template may use, and how their values keep their place while Markdown is read.
//!
//! Markdown is read with a [`Marker`] where each value will stand, and the values are put in afterwards: so a
//! value can never become markup, and the text of a template is parsed once, not once a letter.

use std::fmt;

/// A field of a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    /// `{{addressee}}`: whom the letter addresses.
    Addressee,
    /// `{{salutation}}`: how it greets. Its value is the addressee, where that is another than the template's own.
    Salutation,
    /// `{{signer.name}}`
    SignerName,
    /// `{{signer.city}}`, empty where the signer gave none.
    SignerCity,
    /// `{{signer.country}}` as it stands alone: "Netherlands".
    SignerCountry,
    /// `{{signer.the_country}}` as it stands in a sentence: "the Netherlands".
    SignerTheCountry,
    /// `{{signer.note}}`, empty where the signer gave none.
    SignerNote,
    /// `{{embassy.city}}`
    EmbassyCity,
    /// `{{embassy.country}}` as it stands alone.
    EmbassyCountry,
    /// `{{embassy.the_country}}` as it stands in a sentence.
    EmbassyTheCountry,
    /// `{{protest_day}}`: the day of the protest in the letter's language.
    ProtestDay,
    /// `{{date}}`: the embassy's local date.
    Date,
    /// `{{extra.COLUMN}}`: a further column of the signers' file.
    Extra(String),
}

const NAMED: [(&str, Field); 12] = [
    ("addressee", Field::Addressee),
    ("salutation", Field::Salutation),
    ("signer.name", Field::SignerName),
    ("signer.city", Field::SignerCity),
    ("signer.country", Field::SignerCountry),
    ("signer.the_country", Field::SignerTheCountry),
    ("signer.note", Field::SignerNote),
    ("embassy.city", Field::EmbassyCity),
    ("embassy.country", Field::EmbassyCountry),
    ("embassy.the_country", Field::EmbassyTheCountry),
    ("protest_day", Field::ProtestDay),
    ("date", Field::Date),
];

impl Field {
    /// The field that a template calls `name`.
    pub(crate) fn named(name: &str) -> Option<Field> {
        if let Some(column) = name.strip_prefix("extra.") {
            let is_plain = !column.is_empty() && !column.contains(['.', '/', '[', ']']);
            return is_plain.then(|| Field::Extra(column.to_owned()));
        }
        NAMED.iter().find(|(known, _)| *known == name).map(|(_, field)| field.clone())
    }

    /// The names of all fields but the extra columns.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Field::Extra(column) = self {
            return write!(f, "extra.{column}");
        }
        let name = NAMED.iter().find(|(_, field)| field == self).map_or("", |(name, _)| *name);
        f.write_str(name)
    }
}

/// Stands in the text for the value of the field with this number. It is made of a noncharacter, which no
/// template and no value may contain, and a private-use character: neither means anything to Markdown.
#[derive(Clone, Copy)]
pub(super) struct Marker(pub(super) usize);

const OPENS: char = '\u{FDD0}';
const FIRST: u32 = 0xF_0000;
/// As many different fields as one template may use.
pub(super) const MOST_FIELDS: usize = 200;

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u32::try_from(self.0).ok().and_then(|n| char::from_u32(FIRST + n));
        write!(f, "{OPENS}{}", number.unwrap_or('\u{FFFD}'))
    }
}

/// Whether a value belongs somewhere in this text.
pub(super) fn has_marker(text: &str) -> bool {
    text.contains(OPENS)
}

/// `text` with each marker replaced by its value.
pub(super) fn fill(text: &str, values: &[String]) -> String {
    let mut parts = text.split(OPENS);
    let mut filled = String::with_capacity(text.len() + 64);
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let mut rest = part.chars();
        let number = rest.next().map_or(u32::MAX, |c| u32::from(c).wrapping_sub(FIRST));
        if let Some(value) = usize::try_from(number).ok().and_then(|number| values.get(number)) {
            filled.push_str(value);
        }
        filled.push_str(rest.as_str());
    }
    filled
}
