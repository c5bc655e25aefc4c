//! Bars beside one another: which country has how many letters, and which day.

use std::fmt::Write as _;

use crate::letter::form::html::escape;
use crate::wording::grouped;

/// Bars, the longest as long as the picture; before each stands a label, which is markup, and behind it its number. `name` is
/// what a reader hears of the picture, and `key` that of its words.
pub(super) fn bars(html: &mut String, bars: &[(String, u64)], key: &str, name: &str) {
    const ROW: usize = 24;
    const BEFORE: u64 = 300;
    const LONGEST: u64 = 600;
    let Some(most) = bars.iter().map(|(_, letters)| (*letters).max(1)).max() else { return };
    let _ = writeln!(
        html,
        "<svg class=\"bars\" viewBox=\"0 0 1000 {}\" role=\"img\" data-label=\"{key}\" aria-label=\"{}\">",
        bars.len() * ROW,
        escape(name)
    );
    for (number, (label, letters)) in bars.iter().enumerate() {
        let length = (letters * LONGEST / most).max(2);
        let top = number * ROW;
        let _ = writeln!(
            html,
            "<text class=\"name\" x=\"{}\" y=\"{}\">{label}</text><rect x=\"{BEFORE}\" y=\"{}\" width=\"{length}\" height=\"16\"/>\
             <text x=\"{}\" y=\"{}\">{}</text>",
            BEFORE - 8,
            top + 17,
            top + 4,
            BEFORE + length + 8,
            top + 17,
            grouped(*letters)
        );
    }
    html.push_str("</svg>\n");
}
