//! The fonts that are installed on this machine, asked only when a letter needs one.
//!
//! They are kept apart from the fonts that text is laid out with: a collection that knows the system asks it again for
//! every piece of text, which takes longer than all the rest of a letter.

use std::panic::AssertUnwindSafe;

use fontique::{
    Collection, CollectionOptions, FallbackKey, FamilyInfo, Language, Script, SourceCache, SourceCacheOptions,
};

/// The installed fonts.
pub(super) struct System {
    collection: Collection,
    cache: SourceCache,
}

/// Asked first: the system's own choice may be a script's ornamental hand.
const PREFERRED: [&str; 4] =
    ["Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai", "Noto Sans Devanagari"];

impl System {
    pub(super) fn load() -> System {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        load_quietly(&mut collection);
        System { collection, cache: SourceCache::new(SourceCacheOptions { shared: true }) }
    }

    pub(super) fn family(&mut self, name: &str) -> Option<FamilyInfo> {
        self.collection.family_by_name(name)
    }

    /// A family that has this character: the one that the system has for its script in this language, else any.
    pub(super) fn family_with(&mut self, character: char, language: &str) -> Option<FamilyInfo> {
        // Fontconfig knows Chinese by the place where it is written.
        let language = match language {
            "zh-Hans" => "zh-CN",
            "zh-Hant" => "zh-TW",
            other => other,
        };
        let language = Language::parse(language).ok();
        let mut names: Vec<String> = PREFERRED.map(str::to_owned).to_vec();
        if let Some(script) = script(character) {
            let fallback = self.collection.fallback_families(FallbackKey::new(script, language.as_ref()));
            let fallback: Vec<_> = fallback.collect();
            names.extend(fallback.iter().filter_map(|id| Some(self.collection.family_name(*id)?.to_owned())));
        }
        let mut others: Vec<String> = self.collection.family_names().map(str::to_owned).collect();
        others.sort();
        names.extend(others);
        // Coloured pictures have no outline that could be printed.
        names.retain(|name| !name.contains("Emoji"));
        names.into_iter().find_map(|name| self.family(&name).filter(|family| self.has(family, character)))
    }

    fn has(&mut self, family: &FamilyInfo, character: char) -> bool {
        let Some(font) = family.default_font() else { return false };
        let Some(data) = font.load(Some(&mut self.cache)) else { return false };
        let charmap = font.charmap_index();
        charmap
            .charmap(data.as_ref())
            .and_then(|charmap| charmap.map(character))
            .is_some_and(|glyph| glyph != 0)
    }

    /// The upright faces of a family, regular and bold: each font's data, and its place in it.
    pub(super) fn faces(&mut self, family: &FamilyInfo) -> Vec<(fontique::Blob<u8>, u32)> {
        let weights = [fontique::FontWeight::NORMAL, fontique::FontWeight::BOLD];
        let mut faces = Vec::new();
        for weight in weights {
            let (width, style) = (fontique::FontWidth::NORMAL, fontique::FontStyle::Normal);
            let Some(font) = family.match_font(width, style, weight, true) else { continue };
            if let Some(data) = font.load(Some(&mut self.cache)) {
                faces.push((data, font.index()));
            }
        }
        faces.dedup_by_key(|(data, index)| (data.id(), *index));
        faces
    }
}

/// The script of a character, where more than one family may be installed for it: Chinese, Japanese and Korean.
fn script(character: char) -> Option<Script> {
    let name = match u32::from(character) {
        0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF => "Hang",
        0x3040..=0x309F => "Hira",
        0x30A0..=0x30FF => "Kana",
        0x2E80..=0x303F | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x2_0000..=0x3_FFFF => "Hani",
        0x0590..=0x05FF => "Hebr",
        0x0600..=0x077F => "Arab",
        0x0900..=0x097F => "Deva",
        0x0E00..=0x0E7F => "Thai",
        _ => return None,
    };
    name.parse().ok()
}

/// Loads the system's fonts. fontique 0.10 panics where there is fontconfig and not a single font: that is no more than a
/// machine without fonts, and nothing that a user should read a trace of.
fn load_quietly(collection: &mut Collection) {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let loaded = std::panic::catch_unwind(AssertUnwindSafe(|| collection.load_system_fonts()));
    std::panic::set_hook(hook);
    // It stays as it was: the fonts are looked at before the collection takes them.
    drop(loaded);
}
