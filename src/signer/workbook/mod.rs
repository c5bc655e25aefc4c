//! Workbooks of spreadsheets (.xlsx, .ods) to the records of a list.
//!
//! A sheet becomes CSV in an unnamed file, a line for each of its rows, so that everything behind it reads one kind of list
//! in bounded memory. A workbook comes from strangers: how much it may unpack to is limited before anything is read, and
//! macros, links and DTDs are never followed.

mod cells;
mod error;
mod limits;
mod ods;
mod xlsx;

use crate::signer::csv::spool::Spool;
use cells::Cells;
pub(crate) use error::WorkbookError;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;

/// A worksheet's cells as text: CSV with a line for each of its rows.
pub(super) struct Sheet {
    /// The sheet's name.
    pub name: Arc<str>,
    /// Its cells.
    pub text: Spool,
}

/// A workbook whose sheets are known by their names.
trait Workbook {
    /// The sheets that are not hidden.
    fn visible(&mut self) -> Result<Vec<String>, String>;

    /// Whether there is a sheet of that name, hidden or not.
    fn has(&mut self, sheet: &str) -> Result<bool, String>;

    /// Puts a sheet's cells into `cells`, from left to right and down, until it wants no more of them.
    fn read(&mut self, sheet: &str, cells: &mut dyn FnMut(u32, u32, String) -> Wanted) -> Result<(), String>;
}

/// Whether another cell is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    More,
    Enough,
}

/// Whether these are the first bytes of a workbook, or of another file that is packed as they are.
pub(super) fn is_one(first: &[u8]) -> bool {
    first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06")
}

/// The cells of the worksheet that is meant; without a name the only visible one that has cells.
pub(super) fn read(file: &Arc<str>, bytes: File, worksheet: Option<&str>) -> Result<Sheet, WorkbookError> {
    let broken = |why: String| WorkbookError::Broken { file: file.clone(), why };
    let copy = bytes.try_clone().map_err(|error| broken(error.to_string()))?;
    let kind = limits::examined(file, copy, limits::Limits::USUAL)?;
    let mut workbook: Box<dyn Workbook> = match kind {
        limits::Kind::Xlsx => Box::new(xlsx::open(bytes).map_err(broken)?),
        limits::Kind::Ods => Box::new(ods::Ods::open(bytes).map_err(broken)?),
    };
    let name = chosen(file, workbook.as_mut(), worksheet)?;
    let mut failed = None;
    let text = Spool::unnamed(|out| {
        let mut cells = Cells::new(out);
        let mut written = Ok(());
        let read = workbook.read(&name, &mut |row, column, text| {
            written = cells.put(row, column, text);
            if written.is_ok() { Wanted::More } else { Wanted::Enough }
        });
        failed = read.err();
        written?;
        cells.end()
    });
    match (failed, text) {
        (Some(why), _) => Err(broken(why)),
        (None, Ok(text)) => Ok(Sheet { name: name.into(), text }),
        (None, Err(error)) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(broken(error.to_string()))
        }
        (None, Err(error)) => Err(WorkbookError::NoRoom { file: file.clone(), error }),
    }
}

/// The sheet of that name, or the only visible one that has cells.
fn chosen(
    file: &Arc<str>,
    workbook: &mut dyn Workbook,
    worksheet: Option<&str>,
) -> Result<String, WorkbookError> {
    let broken = |why: String| WorkbookError::Broken { file: file.clone(), why };
    let visible = workbook.visible().map_err(broken)?;
    if let Some(name) = worksheet {
        if workbook.has(name).map_err(broken)? {
            return Ok(name.to_owned());
        }
        return Err(WorkbookError::NoSuchSheet {
            file: file.clone(),
            name: name.to_owned(),
            sheets: visible,
        });
    }
    let mut with_cells = Vec::new();
    for name in visible {
        let mut has_cells = false;
        let look = &mut |_, _, text: String| {
            has_cells |= !text.trim().is_empty();
            if has_cells { Wanted::Enough } else { Wanted::More }
        };
        workbook.read(&name, look).map_err(broken)?;
        if has_cells {
            with_cells.push(name);
        }
    }
    match with_cells.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(WorkbookError::Empty(file.clone())),
        _ => Err(WorkbookError::WhichSheet { file: file.clone(), sheets: with_cells }),
    }
}

/// A number as a cell shows it that nobody formatted: a whole one without point or exponent.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e18 { format!("{value:.0}") } else { format!("{value}") }
}

/// A stream that cells are written to.
type Out<'a> = &'a mut dyn Write;

#[cfg(test)]
mod tests;
