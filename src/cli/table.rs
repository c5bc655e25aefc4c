//! Tables for people: plain columns, no boxes, as wide as the terminal; elsewhere one line a row.

use comfy_table::{ContentArrangement, Table, presets};

/// A table with these column heads.
pub(super) fn new<const N: usize>(heads: [&str; N]) -> Table {
    const NARROWEST: u16 = 60;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(heads);
    if let Some((terminal_size::Width(columns), _)) = terminal_size::terminal_size_of(std::io::stdout()) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns.max(NARROWEST));
    }
    table
}

/// The table in lines without blanks at their ends.
pub(super) fn shown(table: &Table) -> String {
    table.trim_fmt()
}
