//! Which country is meant: names in many languages, codes, and what a letter calls a country.
//!
//! Nothing is guessed. A name that may be two countries is an error that names both, and a name from a place where a
//! letter would endanger its writer is told so. The tables come from Unicode CLDR 48 (`scripts/country_names.py`) and
//! are searched where they lie, so that nothing is done at start-up.

mod abbreviations;
mod candidates;
mod error;
mod find;
mod fold;
mod found;
mod near;
mod parts;
mod places;
mod short;
mod state;
mod table;
mod territory;

pub(crate) use error::CountryError;
pub(crate) use find::{find, named, names_in, read};
pub(crate) use fold::fold;
pub(crate) use found::Found;
pub(crate) use places::inside_danger;
pub(crate) use short::says_nothing;
pub(crate) use state::no_countries;
pub(crate) use territory::Territory;

#[cfg(test)]
mod tests;
