//! What an organizer says of a list: which column means what, in which encoding it is, which worksheet is meant.
//!
//! [`Mapping`] is `[columns]` of campaign.toml as a value. It wins over every synonym; a suggestion for it is written with
//! [`Mapping::block`], for the organizer to paste.

use crate::signer::consent::date::Order;
use crate::signer::field::Field;
use std::fmt::Write as _;

/// What the organizer says of a list, beside the list itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Instructions {
    /// Which column means what.
    pub columns: Mapping,
    /// In which encoding the file is, by its name.
    pub encoding: Option<String>,
    /// Which sheet of a workbook is meant.
    pub worksheet: Option<String>,
    /// Whom the letters address whose rows do not say otherwise.
    pub addressee: Option<String>,
}

/// Which column means what, by the columns' headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mapping {
    /// The columns that make up the name, in this order.
    pub name: Vec<String>,
    /// The columns of the other fields but consent.
    pub fields: Vec<(Field, String)>,
    /// Where the consent stands.
    pub consent: Option<ConsentColumn>,
    /// Which number of a date is the day.
    pub dates: Option<Order>,
}

/// Where the consent stands, and what says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConsentColumn {
    /// The column of the answer.
    pub column: String,
    /// The cells that are a yes; without them the usual words.
    pub yes: Vec<String>,
    /// Cells that are a no beside the usual words.
    pub no: Vec<String>,
    /// The column of the day on which it was given.
    pub date: Option<String>,
}

impl Mapping {
    /// As it stands in campaign.toml.
    pub(crate) fn block(&self) -> String {
        let mut text = String::from("[columns]\n");
        let mut line = |key: &str, value: String| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{key} = {value}");
        };
        match self.name.as_slice() {
            [] => {}
            [whole] => line("name", toml_string(whole)),
            parts => line("name", format!("[{}]", toml_strings(parts))),
        }
        for (field, column) in &self.fields {
            line(field.name(), toml_string(column));
        }
        if let Some(consent) = &self.consent {
            line("consent", consent.value());
        }
        if let Some(order) = self.dates {
            line("dates", toml_string(order.name()));
        }
        text
    }
}

impl ConsentColumn {
    /// As it stands behind `consent =`.
    pub(super) fn value(&self) -> String {
        let column = toml_string(&self.column);
        if self.yes.is_empty() && self.no.is_empty() && self.date.is_none() {
            return column;
        }
        let mut value = format!("{{ column = {column}");
        for (key, words) in [("yes", &self.yes), ("no", &self.no)] {
            if !words.is_empty() {
                let _ = write!(value, ", {key} = [{}]", toml_strings(words));
            }
        }
        if let Some(date) = &self.date {
            let _ = write!(value, ", date = {}", toml_string(date));
        }
        value.push_str(" }");
        value
    }
}

/// Texts as basic strings of TOML, one after another.
pub(super) fn toml_strings(texts: &[impl AsRef<str>]) -> String {
    texts.iter().map(|text| toml_string(text.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A text as a basic string of TOML.
pub(super) fn toml_string(text: &str) -> String {
    let mut string = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => string.push_str("\\\""),
            '\\' => string.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(string, "\\u{:04X}", u32::from(c));
            }
            c => string.push(c),
        }
    }
    string.push('"');
    string
}

#[cfg(test)]
mod tests {
    use super::{ConsentColumn, Mapping};
    use crate::signer::field::Field;

    #[test]
    fn a_mapping_is_written_as_campaign_toml_has_it() {
        let mapping = Mapping {
            name: vec!["First Name".to_owned(), "Last Name".to_owned()],
            fields: vec![(Field::Country, "Which \"country\"?".to_owned())],
            consent: Some(ConsentColumn {
                column: "I agree".to_owned(),
                yes: vec!["I agree".to_owned()],
                no: vec![String::new()],
                date: Some("Timestamp".to_owned()),
            }),
            dates: None,
        };
        let block = mapping.block();
        assert_eq!(
            block,
            "[columns]\nname = [\"First Name\", \"Last Name\"]\ncountry = \"Which \\\"country\\\"?\"\n\
             consent = { column = \"I agree\", yes = [\"I agree\"], no = [\"\"], date = \"Timestamp\" }\n"
        );
        assert!(toml::from_str::<toml::Table>(&block).is_ok());
    }
}
