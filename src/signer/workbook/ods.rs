//! `OpenDocument` spreadsheets (.ods), cell by cell: content.xml is read as a stream, so that a sheet needs no memory of its
//! own, and a row that is repeated a million times only where it has cells.

use super::{Wanted, Workbook, number};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::fs::File;
use std::io::{BufRead, BufReader};
use zip::ZipArchive;

/// An .ods file.
pub(super) struct Ods {
    archive: ZipArchive<BufReader<File>>,
}

/// The last row and column of a sheet.
const LAST_ROW: u32 = 1_048_575;
const LAST_COLUMN: u32 = 16_383;
/// The most cells that one cell is repeated to.
const MOST_REPEATED: u64 = 20_000_000;

impl Ods {
    pub(super) fn open(bytes: File) -> Result<Ods, String> {
        let archive = ZipArchive::new(BufReader::new(bytes)).map_err(|error| error.to_string())?;
        Ok(Ods { archive })
    }

    /// Goes through content.xml.
    fn events(&mut self, mut take: impl FnMut(Event<'_>) -> Result<Wanted, String>) -> Result<(), String> {
        let part = self.archive.by_name("content.xml").map_err(|error| error.to_string())?;
        let mut reader = reader(BufReader::new(part));
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
                Event::Eof => return Ok(()),
                event => {
                    if take(event)? == Wanted::Enough {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// All sheets, and whether each is visible.
    fn sheets(&mut self) -> Result<Vec<(String, bool)>, String> {
        let mut hidden_styles = Vec::new();
        let mut style = String::new();
        let mut sheets = Vec::new();
        self.events(|event| {
            if let Event::Start(tag) = &event {
                match tag.name().as_ref() {
                    "style:style" => style = attribute(tag, "style:name")?.unwrap_or_default(),
                    "style:table-properties"
                        if attribute(tag, "table:display")?.as_deref() == Some("false") =>
                    {
                        hidden_styles.push(style.clone());
                    }
                    "table:table" => {
                        let name = attribute(tag, "table:name")?.unwrap_or_default();
                        let style = attribute(tag, "table:style-name")?;
                        let is_visible = !style.is_some_and(|style| hidden_styles.contains(&style));
                        sheets.push((name, is_visible));
                    }
                    _ => {}
                }
            }
            Ok(Wanted::More)
        })?;
        Ok(sheets)
    }
}

fn reader<R: BufRead>(part: R) -> Reader<R> {
    let mut reader = Reader::from_reader(part);
    reader.config_mut().expand_empty_elements = true;
    reader
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let found = tag.try_get_attribute(name).map_err(|error| error.to_string())?;
    let value = |attribute: quick_xml::events::attributes::Attribute<'_>| {
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| error.to_string())?;
        Ok(value.into_owned())
    };
    found.map(value).transpose()
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> Result<u32, String> {
    Ok(attribute(tag, name)?.and_then(|count| count.parse().ok()).unwrap_or(1))
}

impl Workbook for Ods {
    fn visible(&mut self) -> Result<Vec<String>, String> {
        Ok(self.sheets()?.into_iter().filter(|(_, is_visible)| *is_visible).map(|(name, _)| name).collect())
    }

    fn has(&mut self, sheet: &str) -> Result<bool, String> {
        Ok(self.sheets()?.iter().any(|(name, _)| name == sheet))
    }

    fn read(&mut self, sheet: &str, cells: &mut dyn FnMut(u32, u32, String) -> Wanted) -> Result<(), String> {
        let mut table = Table::default();
        self.events(|event| match event {
            Event::Start(tag) => table.start(&tag, sheet),
            Event::End(tag) => table.end(tag.name().as_ref(), cells),
            Event::Text(text) => Ok(table.text(&text.xml10_content())),
            Event::GeneralRef(entity) => {
                let name: &str = entity.as_ref();
                let known = quick_xml::escape::resolve_xml_entity(name).map(str::to_owned);
                let character = || entity.resolve_char_ref().ok().flatten().map(String::from);
                // An entity that a DTD would have to name stands for nothing.
                Ok(known.or_else(character).map_or(Wanted::More, |text| table.text(&text)))
            }
            _ => Ok(Wanted::More),
        })
    }
}

/// Where in a sheet the stream is.
#[derive(Default)]
struct Table {
    is_wanted: bool,
    is_over: bool,
    row: u32,
    column: u32,
    row_repeats: u32,
    cells: Vec<(u32, String)>,
    cell: Option<Cell>,
    /// How deep in an annotation, whose words are no cell's.
    aside: u32,
    repeated: u64,
}

/// A cell that is being read.
struct Cell {
    repeats: u32,
    /// What its attributes say.
    value: Option<String>,
    /// What its paragraphs say.
    text: String,
    paragraphs: u32,
    is_in_paragraph: bool,
}

impl Table {
    fn start(&mut self, tag: &BytesStart<'_>, sheet: &str) -> Result<Wanted, String> {
        let name = tag.name();
        let name: &str = name.as_ref();
        if name == "table:table" {
            self.is_wanted = attribute(tag, "table:name")?.as_deref() == Some(sheet);
            return Ok(Wanted::More);
        }
        if !self.is_wanted {
            return Ok(Wanted::More);
        }
        match name {
            "table:table-row" => {
                self.row_repeats = repeated(tag, "table:number-rows-repeated")?;
                (self.column, self.cells) = (0, Vec::new());
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.cell = Some(Cell {
                    repeats: repeated(tag, "table:number-columns-repeated")?,
                    value: value(tag)?,
                    text: String::new(),
                    paragraphs: 0,
                    is_in_paragraph: false,
                });
            }
            "office:annotation" => self.aside += 1,
            _ => {}
        }
        if let Some(cell) = self.cell.as_mut().filter(|_| self.aside == 0) {
            match name {
                "text:p" => {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                    cell.is_in_paragraph = true;
                }
                "text:s" => {
                    let count = repeated(tag, "text:c")?.min(1_000);
                    cell.text.extend(std::iter::repeat_n(' ', count as usize));
                }
                "text:tab" => cell.text.push('\t'),
                "text:line-break" => cell.text.push('\n'),
                _ => {}
            }
        }
        Ok(Wanted::More)
    }

    fn text(&mut self, text: &str) -> Wanted {
        if let Some(cell) = self.cell.as_mut().filter(|cell| self.aside == 0 && cell.is_in_paragraph) {
            cell.text.push_str(text);
        }
        Wanted::More
    }

    fn end(
        &mut self,
        name: &str,
        cells: &mut dyn FnMut(u32, u32, String) -> Wanted,
    ) -> Result<Wanted, String> {
        match name {
            "office:annotation" => self.aside = self.aside.saturating_sub(1),
            "text:p" => {
                if let Some(cell) = &mut self.cell {
                    cell.is_in_paragraph = self.aside > 0 && cell.is_in_paragraph;
                }
            }
            "table:table-cell" | "table:covered-table-cell" => self.end_cell()?,
            "table:table-row" if self.is_wanted => return self.end_row(cells),
            "table:table" if self.is_wanted => {
                self.is_over = true;
                return Ok(Wanted::Enough);
            }
            _ => {}
        }
        Ok(Wanted::More)
    }

    fn end_cell(&mut self) -> Result<(), String> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let text = cell.value.unwrap_or(cell.text);
        let until = self.column.saturating_add(cell.repeats).min(LAST_COLUMN + 1);
        if !text.is_empty() {
            self.repeated += u64::from(until - self.column.min(until)) * u64::from(self.row_repeats);
            if self.repeated > MOST_REPEATED {
                return Err("it repeats its cells too often".to_owned());
            }
            self.cells.extend((self.column..until).map(|column| (column, text.clone())));
        }
        self.column = until;
        Ok(())
    }

    fn end_row(&mut self, cells: &mut dyn FnMut(u32, u32, String) -> Wanted) -> Result<Wanted, String> {
        if self.cells.is_empty() {
            self.row = self.row.saturating_add(self.row_repeats).min(LAST_ROW + 1);
            return Ok(Wanted::More);
        }
        for _ in 0..self.row_repeats {
            if self.row > LAST_ROW {
                return Err("it has more rows than a sheet can have".to_owned());
            }
            for (column, text) in &self.cells {
                if cells(self.row, *column, text.clone()) == Wanted::Enough {
                    return Ok(Wanted::Enough);
                }
            }
            self.row += 1;
        }
        Ok(Wanted::More)
    }
}

/// What a cell's attributes say of it; nothing where its paragraphs do.
fn value(tag: &BytesStart<'_>) -> Result<Option<String>, String> {
    let is_error = attribute(tag, "calcext:value-type")?.as_deref() == Some("error");
    Ok(match attribute(tag, "office:value-type")?.as_deref() {
        Some("float" | "currency" | "percentage") => {
            let value = attribute(tag, "office:value")?.unwrap_or_default();
            Some(value.parse().map_or(value, number))
        }
        Some("date") => attribute(tag, "office:date-value")?.map(|date| date_in_iso(&date)),
        Some("boolean") => attribute(tag, "office:boolean-value")?.map(|value| value.to_uppercase()),
        Some("string") if !is_error => attribute(tag, "office:string-value")?,
        _ => None,
    })
}

/// A date without the fractions of its seconds, and without a midnight that nobody wrote.
fn date_in_iso(date: &str) -> String {
    let whole = date.split_once('.').map_or(date, |(whole, _)| whole);
    whole.strip_suffix("T00:00:00").unwrap_or(whole).to_owned()
}
