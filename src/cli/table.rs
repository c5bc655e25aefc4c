//! Tables for people: plain columns, no boxes, as wide as the terminal; elsewhere one line a row.
//!
//! No word is broken: an address that is split cannot be copied. Where a terminal is too narrow for the columns, each row
//! stands as a paragraph.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::terminal;

/// Blanks that comfy-table puts around a cell.
const PADDING: usize = 2;

/// A table with these column heads.
pub(super) fn new<const N: usize>(heads: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(heads);
    table
}

/// The table in lines without blanks at their ends.
pub(super) fn shown(table: &Table) -> String {
    match terminal_size::terminal_size_of(std::io::stdout()) {
        Some((terminal_size::Width(columns), _)) => shown_within(table, columns),
        None => table.trim_fmt(),
    }
}

fn shown_within(table: &Table, columns: u16) -> String {
    let needs = longest_words(table);
    if needs.iter().map(|need| need + PADDING).sum::<usize>() > usize::from(columns) {
        return paragraphs(table, usize::from(columns));
    }
    let mut table = table.clone();
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    for (number, need) in needs.iter().enumerate() {
        let need = Width::Fixed(u16::try_from(need + PADDING).unwrap_or(columns));
        if let Some(column) = table.column_mut(number) {
            column.set_constraint(ColumnConstraint::LowerBoundary(need));
        }
    }
    table.trim_fmt()
}

fn cells(row: &comfy_table::Row) -> Vec<String> {
    row.cell_iter().map(comfy_table::Cell::content).collect()
}

fn heads(table: &Table) -> Vec<String> {
    table.header().map(cells).unwrap_or_default()
}

/// For each column its longest word.
fn longest_words(table: &Table) -> Vec<usize> {
    let mut longest = vec![0; heads(table).len()];
    for row in table.row_iter().map(cells).chain(std::iter::once(heads(table))) {
        for (cell, longest) in row.iter().zip(&mut longest) {
            let words = cell.split_whitespace().map(unicode_width::UnicodeWidthStr::width);
            *longest = words.max().unwrap_or_default().max(*longest);
        }
    }
    longest
}

/// Each row as a paragraph: a line for each cell that says something, with its column's head.
fn paragraphs(table: &Table, columns: usize) -> String {
    let heads = heads(table);
    let mut text = String::new();
    for row in table.row_iter().map(cells) {
        for (head, cell) in heads.iter().zip(&row).filter(|(_, cell)| !matches!(cell.as_str(), "" | "-")) {
            let line = if head.is_empty() { cell.clone() } else { format!("{head}: {cell}") };
            text.push_str(&terminal::filled_to(columns.max(20), &line, "", "  "));
            text.push('\n');
        }
        text.push('\n');
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{new, shown_within};

    #[test]
    fn no_address_is_broken_however_narrow_the_terminal() {
        let mut table = new(["", "city", "post", "e-mail"]);
        table.add_row([
            "JP",
            "Tokyo",
            "3-4-33 Moto-Azabu, Minato-ku, Tokyo 106-0046",
            "info@china-embassy.or.jp",
        ]);
        table.add_row(["DE", "Berlin", "Märkisches Ufer 54, 10179 Berlin", "-"]);
        for columns in [20, 40, 60, 80, 120] {
            let shown = shown_within(&table, columns);
            assert!(
                shown.contains("info@china-embassy.or.jp") && shown.contains("106-0046"),
                "{columns}: {shown}"
            );
            let widest = shown.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= usize::from(columns.max(32)), "{columns}: {shown}");
        }
        assert!(shown_within(&table, 40).starts_with("JP\ncity: Tokyo\npost: 3-4-33"));
    }
}
