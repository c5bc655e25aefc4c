//! What the user should know about how a signers' file was read, though nothing is wrong with it.

use crate::signer::field::Field;
use crate::wording::quoted;
use std::fmt;

/// A sentence for the user, on stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The file is not UTF-8 and was read as Windows-1252.
    Windows1252,
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
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Windows1252 => f.write_str(
                "the signers' file is not UTF-8 and is read as Windows-1252: look whether accented letters come out right",
            ),
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
        }
    }
}
