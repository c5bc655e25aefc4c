//! Which countries the page knows, and by which names: in its languages, what the command line accepts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::country::{self, Territory};
use crate::letter::templates::DEFAULT_LANGUAGE;

/// The countries, in the order of their codes: every list of names is in the same order.
#[derive(Serialize)]
pub(super) struct Countries {
    codes: Vec<&'static str>,
    /// ISO 3166-1 alpha-3, empty where there is none.
    alpha3: Vec<&'static str>,
    /// Those before whose names English puts an article.
    articles: Vec<&'static str>,
    /// The states of territories that have no embassy of their own.
    states: BTreeMap<&'static str, &'static str>,
    /// Their English names, which addresses have in capitals.
    english: Vec<&'static str>,
    /// From where a letter would endanger its writer.
    danger: Vec<&'static str>,
    /// Other folded names than those shown, each with the codes that it may mean.
    aliases: BTreeMap<String, String>,
    /// Folded names that are no country.
    none: Vec<&'static str>,
}

impl Countries {
    /// The countries as people who speak these languages call them.
    pub(super) fn of(tags: &[&str]) -> Countries {
        let all = || Territory::all();
        Countries {
            codes: all().map(Territory::code).collect(),
            alpha3: all().map(Territory::alpha3).collect(),
            articles: all()
                .filter(|country| country.running_name() != country.name())
                .map(Territory::code)
                .collect(),
            states: all().filter_map(|country| Some((country.code(), country.state()?.code()))).collect(),
            english: names(DEFAULT_LANGUAGE),
            danger: all().filter(|country| country.danger().is_some()).map(Territory::code).collect(),
            aliases: aliases(tags),
            none: country::no_countries().collect(),
        }
    }
}

/// The names of all countries in a language.
pub(super) fn names(tag: &str) -> Vec<&'static str> {
    Territory::all().map(|country| country.name_in(tag)).collect()
}

/// The names by which the script would not find a country, or not the same, from the names shown alone.
fn aliases(tags: &[&str]) -> BTreeMap<String, String> {
    let mut shown: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for tag in tags.iter().copied().chain([DEFAULT_LANGUAGE]) {
        for country in Territory::all() {
            shown.entry(country::fold(country.name_in(tag))).or_default().insert(country.code());
        }
    }
    let mut aliases = BTreeMap::new();
    let known = tags.iter().copied().chain([DEFAULT_LANGUAGE]).map(known_tag);
    for (name, countries) in known.flat_map(country::names_in) {
        let codes: BTreeSet<&str> = countries.into_iter().map(Territory::code).collect();
        if !codes.is_empty() && shown.get(name) != Some(&codes) {
            aliases.insert(name.to_owned(), codes.into_iter().collect::<Vec<_>>().join(" "));
        }
    }
    // Who names a place inside China or North Korea gets the same sentence as who names the country.
    for (name, country) in country::inside_danger() {
        if !shown.contains_key(name) {
            aliases.entry(name.to_owned()).or_insert_with(|| country.code().to_owned());
        }
    }
    // A shown name that is no name in the look-up's table is none here either.
    for (name, _) in shown {
        if country::named(&name).is_none() && !aliases.contains_key(&name) {
            aliases.insert(name, String::new());
        }
    }
    aliases
}

/// The tag under which the table of names has a language: that of its words.
fn known_tag(tag: &str) -> &'static str {
    crate::words::Words::of(tag).tag()
}

#[cfg(test)]
mod tests {
    use super::Countries;

    #[test]
    fn a_page_knows_what_people_say_in_its_languages_and_what_is_ambiguous() {
        let countries = Countries::of(&["fr"]);
        let codes = |name: &str| countries.aliases.get(name).map(String::as_str);
        assert_eq!(codes("holland"), Some("NL"));
        assert_eq!(codes("rok"), Some("KR"));
        assert_eq!(codes("coree"), Some("KP KR"));
        assert_eq!(codes("korea"), Some("KP KR"));
        assert_eq!(codes("japon"), None, "it is a name that is shown");
        assert_eq!(
            (codes("shanghai"), codes("pyongyang"), codes("평양")),
            (Some("CN"), Some("KP"), Some("KP"))
        );
        assert_eq!(countries.states["PR"], "US");
        assert_eq!(countries.danger, ["CN", "HK", "KP", "MO"]);
    }
}
