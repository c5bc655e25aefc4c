//! A sheet's cells, one after another, to lines of CSV: one for each row, as wide as the first that has cells at least.

use super::Out;
use std::io;

/// The last row and column of a sheet, as spreadsheets have them.
const LAST_ROW: u32 = 1_048_575;
const LAST_COLUMN: u32 = 16_383;
/// The most bytes that a sheet's cells make.
const MOST: u64 = 1 << 30;

/// The lines of a sheet.
pub(super) struct Cells<'a> {
    out: Out<'a>,
    /// The row that is being filled, counted from 0.
    row: u32,
    line: Vec<String>,
    /// How many cells each line has at least.
    width: usize,
    written: u64,
}

impl<'a> Cells<'a> {
    pub(super) fn new(out: Out<'a>) -> Cells<'a> {
        Cells { out, row: 0, line: Vec::new(), width: 0, written: 0 }
    }

    /// Puts a cell, to the right of the last one or further down.
    pub(super) fn put(&mut self, row: u32, column: u32, text: String) -> io::Result<()> {
        let invalid = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
        if row < self.row || row > LAST_ROW || column > LAST_COLUMN {
            return Err(invalid("its cells are not in their order"));
        }
        if text.is_empty() {
            return Ok(());
        }
        while self.row < row {
            self.end_row()?;
        }
        let column = column as usize;
        if column < self.line.len() {
            return Err(invalid("its cells are not in their order"));
        }
        self.line.resize(column, String::new());
        self.line.push(text);
        if self.written > MOST {
            return Err(invalid("its cells hold more than 1 GiB"));
        }
        Ok(())
    }

    /// Ends the last row.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.end_row()
    }

    fn end_row(&mut self) -> io::Result<()> {
        if self.line.iter().any(|cell| !cell.trim().is_empty()) {
            if self.width == 0 {
                self.width = self.line.len();
            }
            let width = self.width.max(self.line.len());
            self.line.resize(width, String::new());
            let cells: Vec<String> = self.line.iter().map(|cell| quoted(cell)).collect();
            let line = cells.join(",");
            self.written += line.len() as u64;
            self.out.write_all(line.as_bytes())?;
        }
        self.line.clear();
        self.row += 1;
        self.out.write_all(b"\n")
    }
}

/// A cell as CSV has it; a tab or a line break within it stays.
fn quoted(cell: &str) -> String {
    let needs_marks = cell.contains(['"', ',', '\n', '\r']) || cell.starts_with(' ');
    if needs_marks { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
