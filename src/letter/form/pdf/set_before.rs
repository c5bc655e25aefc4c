//! Texts that were set before. In a batch most paragraphs are the same in every letter, and setting them takes longer than
//! drawing them.

use std::collections::HashMap;
use std::sync::Arc;

use super::lines::Lines;
use super::look::{Align, Look};
use super::typeset::Text;

/// The texts of the letters set last, and the lines that they made.
#[derive(Default)]
pub(super) struct SetBefore {
    young: HashMap<Setting, Arc<Lines>>,
    old: HashMap<Setting, Arc<Lines>>,
    /// How many bytes of text the young ones have.
    bytes: usize,
}

/// The bytes of text that are kept before the oldest go: the letter in every language that it comes in.
const ROOM: usize = 100_000;

/// All that a text's lines depend on. A font that is taken in later changes none of them, since it is asked last.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Setting {
    text: Text,
    language: String,
    alignment: Align,
    is_bold: bool,
    /// Size, leading and width, as their bits.
    measures: [u32; 3],
}

impl Setting {
    pub(super) fn of(text: &Text, look: Look<'_>, width: f32) -> Setting {
        Setting {
            text: text.clone(),
            language: look.language.to_owned(),
            alignment: look.alignment,
            is_bold: look.is_bold,
            measures: [look.size, look.leading, width].map(f32::to_bits),
        }
    }
}

impl SetBefore {
    pub(super) fn get(&mut self, setting: &Setting) -> Option<Arc<Lines>> {
        if let Some(lines) = self.young.get(setting) {
            return Some(Arc::clone(lines));
        }
        let (setting, lines) = self.old.remove_entry(setting)?;
        self.keep(setting, &lines);
        Some(lines)
    }

    pub(super) fn keep(&mut self, setting: Setting, lines: &Arc<Lines>) {
        self.bytes += setting.text.text.len();
        self.young.insert(setting, Arc::clone(lines));
        if self.bytes > ROOM {
            self.bytes = 0;
            self.old = std::mem::take(&mut self.young);
        }
    }
}
