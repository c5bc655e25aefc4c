//! Where mail providers' own pages take a draft from: most people at a desk have no mail program behind `mailto:`.

use serde::{Deserialize, Serialize};

/// A provider's compose page.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Webmail {
    /// The button's id.
    pub(super) id: String,
    /// What the provider calls itself.
    pub(super) name: String,
    /// The page's address up to its first value.
    url: String,
    /// What it calls the address, the subject and the text.
    to: String,
    subject: String,
    body: String,
    #[cfg(test)]
    #[serde(skip_serializing)]
    source: String,
    #[cfg(test)]
    #[serde(skip_serializing)]
    checked: String,
}

#[derive(Deserialize)]
struct Table {
    webmail: Vec<Webmail>,
}

const TABLE: &str = include_str!("webmail.toml");

/// The providers in the order of their buttons.
pub(super) fn all() -> Vec<Webmail> {
    // A test reads it: what is read here is in order.
    toml::from_str(TABLE).map(|table: Table| table.webmail).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_provider_has_its_address_with_a_source_and_a_date() {
        let all = super::all();
        assert_eq!(
            all.iter().map(|provider| provider.id.as_str()).collect::<Vec<_>>(),
            ["gmail", "outlook", "yahoo"]
        );
        for provider in all {
            assert!(
                provider.url.starts_with("https://") && provider.url.ends_with(['?', '&']),
                "{provider:?}"
            );
            assert!(!provider.source.is_empty() && provider.checked.len() == 10, "{provider:?}");
        }
    }
}
