//! A text's lines: none wider than its column, and each with its baseline where the lines around it have theirs.
//!
//! parley 0.10 counts some ligatures of Arabic, Thai and Devanagari short when it breaks and aligns, so a line is measured
//! by the glyphs that will be drawn, and broken again where they would stand beyond the edge.

use parley::{Layout, Line, Run};

use super::look::{Align, Look};

/// A text in lines.
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) layout: Layout<()>,
    pub(super) language: String,
    size: f32,
    /// From one line's top to the next one's, in points.
    pub(super) height: f32,
    alignment: Align,
    /// The column's, in points.
    width: f32,
}

/// Where the baseline stands below the middle of a line, in font sizes: where Noto Sans has it. The same for every font, so
/// that lines in one script and lines in another stand equally far apart.
const BELOW_MIDDLE: f32 = 0.388;

/// Less than this nobody sees, and sums of rounded numbers may come to.
const HAIR: f32 = 0.01;

impl Lines {
    /// Breaks a layout into lines that fit a column of this width.
    pub(super) fn broken(
        mut layout: Layout<()>,
        text: String,
        look: Look<'_>,
        leading: f32,
        width: f32,
    ) -> Lines {
        break_lines(&mut layout, width);
        Lines {
            text,
            layout,
            language: look.language.to_owned(),
            size: look.size,
            height: look.size * leading,
            alignment: look.alignment,
            width,
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.layout.len()
    }

    /// How far below a line's top its baseline is.
    pub(super) fn baseline(&self) -> f32 {
        self.height / 2.0 + BELOW_MIDDLE * self.size
    }

    /// How far from the column's left edge the first glyph of a line stands; a space at a line's end hangs out.
    pub(super) fn indent(&self, line: &Line<'_, ()>) -> f32 {
        let space = line.metrics().trailing_whitespace;
        let is_rtl = self.layout.is_rtl();
        // From right to left the space that ends a line is the first from the left.
        let left = if is_rtl { -space } else { 0.0 };
        let free = self.width - (drawn(line) - space);
        match (self.alignment, is_rtl) {
            (Align::Left, _) | (Align::Start | Align::LetterStart, false) | (Align::LetterEnd, true) => left,
            (Align::Start | Align::LetterStart, true) | (Align::LetterEnd, false) => left + free,
            (Align::Centre, _) => left + free / 2.0,
        }
    }
}

/// Breaks lines so that no drawn line is wider than `width`, unless it holds nothing that could go to the next.
fn break_lines(layout: &mut Layout<()>, width: f32) {
    let mut widths: Vec<f32> = Vec::new();
    loop {
        let mut lines = layout.break_lines();
        lines.state_mut().set_layout_max_advance(width);
        let mut number = 0;
        loop {
            lines.state_mut().set_line_max_advance(widths.get(number).copied().unwrap_or(width));
            if lines.break_next().is_none() {
                break;
            }
            number += 1;
        }
        lines.finish();
        let too_wide = layout.lines().enumerate().find_map(|(number, line)| {
            let excess = drawn(&line) - line.metrics().trailing_whitespace - width;
            (excess > HAIR).then_some((number, excess))
        });
        let Some((number, excess)) = too_wide else { return };
        if widths.len() <= number {
            widths.resize(number + 1, width);
        }
        widths[number] -= excess.max(0.1);
        if widths[number] < width / 2.0 {
            return;
        }
    }
}

/// The width of a line as it will be drawn.
fn drawn(line: &Line<'_, ()>) -> f32 {
    line.runs().map(|run| advance(&run)).sum()
}

/// The width of a run as it will be drawn.
pub(super) fn advance(run: &Run<'_, ()>) -> f32 {
    run.visual_clusters().flat_map(|cluster| cluster.glyphs()).map(|glyph| glyph.advance).sum()
}
