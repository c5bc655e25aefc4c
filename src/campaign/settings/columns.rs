//! Which column of the signers' list means what: `[columns]` of campaign.toml.

use crate::keyed_toml::KeyedToml;
use crate::signer::Field;
use crate::signer::list::{ConsentColumn, Mapping, Order};

/// What the table says; what is wrong with it goes to the table's faults.
pub(super) fn mapping(table: &mut KeyedToml<'_>) -> Mapping {
    let name = table.text_or_words(Field::Name.name(), "[\"First name\", \"Last name\"]");
    let mut fields = Vec::new();
    for field in Field::ALL {
        if matches!(field, Field::Name | Field::Consent) {
            continue;
        }
        let column = table.text(field.name(), heading);
        fields.extend(column.map(|column| (field, column.value)));
    }
    Mapping {
        name: name.map(|name| name.value).unwrap_or_default(),
        fields,
        consent: consent(table),
        dates: table
            .text("dates", |text| {
                Order::named(text).ok_or("write \"day-first\" or \"month-first\", as the list's dates are")
            })
            .map(|order| order.value),
    }
}

/// `consent = "Agreed"`, or a table that says which of its cells are a yes.
fn consent(table: &mut KeyedToml<'_>) -> Option<ConsentColumn> {
    const KEY: &str = "consent";
    if !table.is_table(KEY) {
        let column = table.text(KEY, heading)?.value;
        return Some(ConsentColumn { column, ..ConsentColumn::default() });
    }
    table.table(KEY, |table| {
        let column = table.text("column", heading);
        let column = table.needed("column", "\"I agree\"", column);
        let words = |words: Option<crate::keyed_toml::Set<Vec<String>>>| {
            words.map(|words| words.value).unwrap_or_default()
        };
        Some(ConsentColumn {
            yes: words(table.text_or_words("yes", "[\"I agree\"]")),
            no: words(table.text_or_words("no", "[\"\"]")),
            date: table.text("date", heading).map(|date| date.value),
            column: column?.value,
        })
    })?
}

fn heading(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() {
        return Err("it is empty: write the column's heading, as it stands in the list");
    }
    Ok(text.to_owned())
}
