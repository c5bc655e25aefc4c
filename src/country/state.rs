//! To which state a territory belongs that has no Chinese embassy of its own; and what is no country at all.

/// Territories of ISO 3166-1 and the states that they belong to (ISO 3166-1 remarks; CIA World Factbook,
/// "Dependencies and areas of special sovereignty").
const STATES: [(&str, &[&str]); 10] = [
    ("AU", &["CC", "CX", "HM", "NF"]),
    ("DK", &["FO", "GL"]),
    ("ES", &["EA", "IC"]),
    ("FI", &["AX"]),
    ("FR", &["BL", "CP", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"]),
    (
        "GB",
        &[
            "AC", "AI", "BM", "CQ", "DG", "FK", "GG", "GI", "GS", "IM", "IO", "JE", "KY", "MS", "PN", "SH",
            "TA", "TC", "VG",
        ],
    ),
    ("NL", &["AW", "BQ", "CW", "SX"]),
    ("NO", &["BV", "SJ"]),
    ("NZ", &["TK"]),
    ("US", &["AS", "GU", "MP", "PR", "UM", "VI"]),
];

/// The state's code.
pub(super) fn of(code: &str) -> Option<&'static str> {
    STATES.iter().find(|(_, territories)| territories.contains(&code)).map(|(state, _)| *state)
}

/// Folded names that people may write and that are no country, by what they are.
const NO_COUNTRIES: [(&str, &[&str]); 5] = [
    (
        "a part of the world, not a country",
        &[
            "europe",
            "asia",
            "africa",
            "oceania",
            "northamerica",
            "southamerica",
            "latinamerica",
            "middleeast",
        ],
    ),
    ("a union of countries", &["eu", "europeanunion"]),
    ("an organization of countries", &["un", "unitednations"]),
    ("the whole world", &["world", "earth", "international", "worldwide"]),
    ("a country no more", &["ussr", "sovietunion", "yugoslavia", "czechoslovakia", "gdr", "eastgermany"]),
];

/// What a folded name is that people may write, and that is no country.
pub(super) fn no_country(folded: &str) -> Option<&'static str> {
    NO_COUNTRIES.iter().find(|(_, names)| names.contains(&folded)).map(|(what, _)| *what)
}

/// Every folded name that is no country.
pub(crate) fn no_countries() -> impl Iterator<Item = &'static str> {
    NO_COUNTRIES.iter().flat_map(|(_, names)| names.iter().copied())
}
