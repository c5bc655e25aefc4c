//! STAND-IN, to be dropped.
#![allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Territory {
    code: &'static str,
    name: &'static str,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Danger(Territory);
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct CountryError(String);
impl std::fmt::Display for Danger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "did you mean South Korea (KR)? A letter from inside {} would endanger its writer",
            self.0.name
        )
    }
}
impl Territory {
    pub fn code(self) -> &'static str {
        self.code
    }
    pub fn name(self) -> &'static str {
        self.name
    }
    pub fn danger(self) -> Option<Danger> {
        matches!(self.code, "KP" | "CN" | "HK" | "MO").then_some(Danger(self))
    }
}
const ALL: [(&str, &str); 12] = [
    ("JP", "Japan"),
    ("KR", "South Korea"),
    ("KP", "North Korea"),
    ("CN", "China"),
    ("HK", "Hong Kong"),
    ("MO", "Macau"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("US", "United States"),
    ("GB", "United Kingdom"),
    ("CH", "Switzerland"),
    ("BR", "Brazil"),
];
pub fn find(text: &str) -> Result<Territory, CountryError> {
    if text.trim().eq_ignore_ascii_case("korea") {
        return Err(CountryError(
            "\"Korea\" may be South Korea (KR) or North Korea (KP): write one of them".into(),
        ));
    }
    ALL.iter()
        .find(|(c, n)| c.eq_ignore_ascii_case(text.trim()) || n.eq_ignore_ascii_case(text.trim()))
        .map(|&(code, name)| Territory { code, name })
        .ok_or_else(|| CountryError(format!("{text:?} is not known as a country")))
}
impl Territory {
    pub fn running_name(self) -> &'static str { self.name }
    pub fn name_in(self, _l: &str) -> &'static str { self.name }
}
impl crate::exit::ExitCode for CountryError { fn exit(&self) -> crate::exit::Exit { crate::exit::Exit::Data } }
