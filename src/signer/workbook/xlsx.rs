//! Office Open XML workbooks (.xlsx), cell by cell.

use super::{Wanted, Workbook, number};
use calamine::{DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx, XlsxError};
use std::fs::File;
use std::io::BufReader;

/// A workbook that calamine unpacks.
pub(super) fn open(bytes: File) -> Result<Xlsx<BufReader<File>>, String> {
    Xlsx::new(BufReader::new(bytes)).map_err(in_words)
}

fn in_words(error: XlsxError) -> String {
    match error {
        XlsxError::Password => "it is locked with a password".to_owned(),
        other => other.to_string(),
    }
}

impl Workbook for Xlsx<BufReader<File>> {
    fn visible(&mut self) -> Result<Vec<String>, String> {
        let sheets = self.sheets_metadata().iter();
        Ok(sheets
            .filter(|sheet| sheet.visible == SheetVisible::Visible)
            .map(|sheet| sheet.name.clone())
            .collect())
    }

    fn has(&mut self, sheet: &str) -> Result<bool, String> {
        Ok(self.sheets_metadata().iter().any(|known| known.name == sheet))
    }

    fn read(&mut self, sheet: &str, cells: &mut dyn FnMut(u32, u32, String) -> Wanted) -> Result<(), String> {
        let mut reader = match self.worksheet_cells_reader(sheet) {
            Ok(reader) => reader,
            // A sheet of a chart alone has no cells.
            Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
            Err(error) => return Err(in_words(error)),
        };
        while let Some(cell) = reader.next_cell().map_err(in_words)? {
            let (row, column) = cell.get_position();
            if cells(row, column, text(cell.get_value())) == Wanted::Enough {
                break;
            }
        }
        Ok(())
    }
}

/// What a cell says; a formula's kept value.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => number(*value),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(at) => date(*at),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A date cell, in the calendar of 1900 or 1904 that its workbook counts by: the day, and the time where there is one.
fn date(at: ExcelDateTime) -> String {
    if at.is_duration() {
        return number(at.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    // 8:14:44 is a fraction of a day that falls short of it by less than a millisecond.
    let (hour, minute, second) = match (milli, hour, minute, second) {
        (500.., hour, minute, second) if second < 59 => (hour, minute, second + 1),
        (_, hour, minute, second) => (hour, minute, second),
    };
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}
