//! Where a row stands, to find it again and to tell a person where to look.

use std::fmt::Write as _;
use std::sync::Arc;

/// Where a record stands, to find it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// Its first byte, in the spool.
    pub offset: u64,
    /// Its first line, counted from 1 with the header; in a workbook the sheet's row.
    pub line: u64,
    /// The row's number, counted from 1 without the header.
    pub number: u64,
}

/// A list's name, and how places in it are told: by line and column, or as a spreadsheet names its cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The worksheet, in a workbook.
    pub sheet: Option<Arc<str>>,
}

impl Places {
    /// `list.csv:7:3`, or `list.xlsx:Sheet1!C7`; columns count from 1.
    pub(crate) fn at(&self, line: u64, column: usize) -> String {
        let file = &self.file;
        match &self.sheet {
            None => format!("{file}:{line}:{column}"),
            Some(sheet) => format!("{file}:{}!{}{line}", in_marks(sheet), letters(column)),
        }
    }

    /// What a place in one line is called: a line, or a row.
    pub(crate) fn what(&self) -> &'static str {
        if self.sheet.is_some() { "row" } else { "line" }
    }

    /// `line 3`, `lines 3, 4 and 5`, `lines 3, 4, 5 and 96 more`.
    pub(crate) fn lines(&self, first: &[u64], total: u64) -> String {
        let what = self.what();
        let mut text = format!("{what}{} ", if total == 1 { "" } else { "s" });
        let all = first.len() as u64 == total;
        for (index, line) in first.iter().enumerate() {
            let between = match index {
                0 => "",
                _ if all && index + 1 == first.len() => " and ",
                _ => ", ",
            };
            // Writing to a String cannot fail.
            let _ = write!(text, "{between}{line}");
        }
        if !all {
            let more = crate::wording::grouped(total - first.len() as u64);
            let _ = write!(text, " and {more} more");
        }
        text
    }
}

/// A sheet's name as formulas write it: between apostrophes where it is no plain word.
fn in_marks(sheet: &str) -> String {
    if sheet.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.') {
        sheet.to_owned()
    } else {
        format!("'{}'", sheet.replace('\'', "''"))
    }
}

/// A column's letters, counted from 1: A, Z, AA.
pub(crate) fn letters(column: usize) -> String {
    let mut rest = column.max(1);
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::{Places, letters};

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        assert_eq!([1, 3, 26, 27, 703].map(letters), ["A", "C", "Z", "AA", "AAA"]);
        let sheet = |name: &str| Places { file: "list.xlsx".into(), sheet: Some(name.into()) };
        assert_eq!(sheet("Sheet1").at(7, 3), "list.xlsx:Sheet1!C7");
        assert_eq!(sheet("Form Responses 1").at(2, 1), "list.xlsx:'Form Responses 1'!A2");
    }

    #[test]
    fn lines_are_named_and_a_flood_is_counted() {
        let places = Places { file: "list.csv".into(), sheet: None };
        assert_eq!(places.lines(&[3], 1), "line 3");
        assert_eq!(places.lines(&[3, 4, 9], 3), "lines 3, 4 and 9");
        assert_eq!(places.lines(&[3, 4], 99), "lines 3, 4 and 97 more");
    }
}
