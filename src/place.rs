//! A place in a file that a person writes: what every error about such a file begins with.

use std::fmt;

/// A place in a file, lines and columns counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The file as the user named it.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Place {
    /// The place of the byte at `offset` of `source`; its end, where `source` is shorter.
    pub(crate) fn of(file: &str, source: &str, offset: usize) -> Place {
        let before = source.get(..offset).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        Place {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn lines_and_columns_are_counted_from_one_and_in_characters() {
        let place = |offset| Place::of("a.md", "né\nxyz", offset).to_string();
        assert_eq!(
            [place(0), place(3), place(5), place(99)],
            ["a.md:1:1", "a.md:1:3", "a.md:2:2", "a.md:2:4"]
        );
    }
}
