//! Tables for people: plain columns, no boxes, as wide as the terminal.

use comfy_table::{ContentArrangement, Table, presets};

/// A table with these column heads.
pub(super) fn new<const N: usize>(heads: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width()).set_header(heads);
    table
}

/// The table without the blanks that would only wrap.
pub(super) fn shown(table: &Table) -> String {
    table.trim_fmt()
}

fn width() -> u16 {
    let columns = indicatif::TermLike::width(&indicatif::console::Term::stdout());
    if columns == 0 { 100 } else { columns.max(60) }
}
