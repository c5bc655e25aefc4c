//! What the user should know about how a signers' list was read, though nothing is wrong with it.

use super::mapping::toml_string;
use crate::signer::field::Field;
use crate::wording::quoted;
use std::fmt;

/// A sentence for the user, on stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A column goes by another name than its own.
    Synonym {
        /// Its name in the file.
        written: String,
        /// What it was read as.
        meant: Field,
    },
    /// `name` was read as the whole name although a part of it stands in a column of its own.
    WholeName {
        /// The column that was read.
        written: String,
        /// The column with a part of the name.
        part: String,
    },
    /// A column that is read as one of the user's own, although its name is a known one but for a slip.
    Slip {
        /// Its name in the file.
        written: String,
        /// What may be meant.
        meant: Field,
    },
    /// Columns that a report adds, and so are not read.
    Reserved(Vec<String>),
    /// A column that is not used, though it looks as if it should be.
    Unused {
        /// Its name in the file.
        written: String,
        /// What its cells look like.
        looks: &'static str,
        /// The field that it may be.
        key: Field,
    },
    /// A column of days that is not used.
    UnusedDates(String),
    /// A column that may hold words for the letter.
    Message(String),
    /// Something about the rows, in a sentence.
    Rows(String),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Synonym { written, meant: Field::Note } => {
                write!(f, "the column {} is read as note: it will stand in the letter", quoted(written))
            }
            Notice::Synonym { written, meant } => {
                write!(f, "the column {} is read as {meant}", quoted(written))
            }
            Notice::WholeName { written, part } => write!(
                f,
                "the column {} is read as the whole name, although there is a column {}",
                quoted(written),
                quoted(part)
            ),
            Notice::Slip { written, meant } => write!(
                f,
                "the column {} is read as one of your own; did you mean {meant}? Then rename it",
                quoted(written)
            ),
            Notice::Reserved(names) => {
                let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                write!(f, "not read, because a report adds columns of these names: {}", names.join(", "))
            }
            Notice::Unused { written, looks, key } => write!(
                f,
                "the column {} is not used, though its cells look like {looks}; to use it: {key} = {} under [columns] in \
                 campaign.toml",
                quoted(written),
                toml_string(written)
            ),
            Notice::UnusedDates(written) => write!(
                f,
                "the column {} is not used, though its cells look like dates; if they are the days of consent: consent = \
                 {{ column = …, date = {} }} under [columns] in campaign.toml",
                quoted(written),
                toml_string(written)
            ),
            Notice::Message(written) => write!(
                f,
                "the column {} does not stand in the letters; if it holds words for the embassy: note = {} under [columns] in \
                 campaign.toml",
                quoted(written),
                toml_string(written)
            ),
            Notice::Rows(sentence) => f.write_str(sentence),
        }
    }
}
