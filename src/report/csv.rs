//! The report as CSV, in the form of the signers' own file.
//!
//! Our cells are one line each, and none of them is a formula to a spreadsheet; the signers' own are left as they are.

use super::fate::Fate;
use crate::signer::list::{Layout, REPORT_COLUMNS};
use crate::wording::instant;
use std::io::{self, Write};

pub(super) fn begin(out: &mut impl Write, layout: &Layout) -> io::Result<()> {
    if layout.has_mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    line(out, layout, &layout.header, REPORT_COLUMNS)
}

pub(super) fn row(
    out: &mut impl Write,
    layout: &Layout,
    own_columns: &[u8],
    fate: &Fate<'_>,
) -> io::Result<()> {
    let reply_code = fate.reply_code.map(|code| code.to_string()).unwrap_or_default();
    let at = fate.at.map(instant).unwrap_or_default();
    let reply = harmless(fate.reply);
    let (embassy, message_id) = (harmless(fate.embassy), harmless(fate.message_id));
    let cells = [
        &embassy,
        fate.channel.unwrap_or_default(),
        fate.outcome.name(),
        &reply_code,
        &reply,
        &message_id,
        &at,
    ];
    line(out, layout, own_columns, cells)
}

fn line(out: &mut impl Write, layout: &Layout, own_columns: &[u8], cells: [&str; 7]) -> io::Result<()> {
    let mut line = own_columns.to_vec();
    for cell in cells {
        line.push(layout.delimiter);
        layout.push_cell(&mut line, cell);
    }
    line.extend_from_slice(layout.line_end.as_bytes());
    out.write_all(&line)
}

/// A text on one line that no spreadsheet takes for a formula, whatever the relay said.
fn harmless(text: &str) -> String {
    let one_line = text.replace(char::is_control, " ");
    if one_line.trim_start().starts_with(['=', '+', '-', '@']) { format!("'{one_line}") } else { one_line }
}
