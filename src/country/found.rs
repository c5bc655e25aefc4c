//! The country that a text was found to name, and what the reader should hear about it.

use std::fmt;

use super::territory::Territory;

/// A country that was found, and what the reader should hear about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The country.
    pub(crate) territory: Territory,
    /// Where the text says more, or less, than the country's name.
    pub(crate) remark: Option<Remark>,
}

/// What a text was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// A part of the country, or the country with a part of it.
    Part {
        /// As it is written.
        query: String,
        /// As what it is read.
        read_as: Territory,
    },
    /// The state of that name, which other states have in theirs.
    State {
        /// As it is written.
        query: String,
        /// As what it is read.
        read_as: Territory,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remark::Part { query, read_as } => write!(f, "\"{query}\" is read as {}", read_as.running_name()),
            Remark::State { query, read_as } => {
                write!(
                    f,
                    "\"{query}\" is read as the state of that name, {} ({}), and no other",
                    read_as.name(),
                    read_as.code()
                )
            }
        }
    }
}

impl From<Territory> for Found {
    fn from(territory: Territory) -> Found {
        Found { territory, remark: None }
    }
}
