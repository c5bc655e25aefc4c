//! Which font has a character: the one built in (Noto Sans: Latin, Greek, Cyrillic), else one of the system's.
//!
//! The system's fonts are looked for only when a letter needs them, and stay at hand for the whole batch. So a letter in
//! Latin, Greek or Cyrillic is the same, byte for byte, on every machine.

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use fontique::{
    Blob, Collection, CollectionOptions, FontInfoOverride, GenericFamily, SourceCache, SourceCacheOptions,
};
use krilla::text::{Font, Tag};
use parley::{FontContext, FontFamily, FontFamilyName, Layout, LayoutContext, Run};

use super::error::{MissingGlyph, PdfError};

/// What the font built in is called here, so that an installed Noto Sans is not taken for it.
const BUILT_IN: &str = "protest built-in";

/// The fonts, and what has been read of them so far.
pub(super) struct Fonts {
    pub(super) context: FontContext,
    pub(super) layouts: LayoutContext<()>,
    /// In which order families are asked; after them come the system's own choices for a script.
    families: Vec<String>,
    are_system_fonts_loaded: bool,
    embedded: HashMap<FontKey, Font>,
}

/// A font's data, its place in a collection, and the point in a variable font's space.
type FontKey = (u64, u32, Vec<(Tag, u32)>);

impl Fonts {
    /// The font built in, and before it the `chosen` family.
    pub(super) fn new(chosen: Option<&str>) -> Result<Fonts, PdfError> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for face in [ttf_noto_sans::REGULAR, ttf_noto_sans::BOLD, ttf_noto_sans::ITALIC] {
            let name = FontInfoOverride { family_name: Some(BUILT_IN), ..FontInfoOverride::default() };
            collection.register_fonts(Blob::new(Arc::new(face)), Some(name));
        }
        // A shared cache is never emptied: a font of 20 MB is read once for a whole batch.
        let source_cache = SourceCache::new(SourceCacheOptions { shared: true });
        let mut fonts = Fonts {
            context: FontContext { collection, source_cache },
            layouts: LayoutContext::new(),
            families: vec![BUILT_IN.to_owned()],
            are_system_fonts_loaded: false,
            embedded: HashMap::new(),
        };
        if let Some(chosen) = chosen {
            fonts.load_system_fonts();
            if fonts.context.collection.family_id(chosen).is_none() {
                return Err(PdfError::NoSuchFont(chosen.to_owned()));
            }
            fonts.families.insert(0, chosen.to_owned());
        }
        Ok(fonts)
    }

    /// The families as a style wants them.
    pub(super) fn families(&self) -> FontFamily<'static> {
        let names = self.families.iter().map(|name| FontFamilyName::Named(Cow::Owned(name.clone())));
        FontFamily::List(Cow::Owned(names.collect()))
    }

    fn load_system_fonts(&mut self) {
        // Before the system's own choice, which may be a script's ornamental hand.
        const PREFERRED: [&str; 4] =
            ["Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai", "Noto Sans Devanagari"];
        load_quietly(&mut self.context.collection);
        // Coloured pictures have no outline that could be printed.
        self.context.collection.set_generic_families(GenericFamily::Emoji, std::iter::empty());
        let collection = &mut self.context.collection;
        let installed = PREFERRED.iter().filter(|name| collection.family_id(name).is_some());
        self.families.extend(installed.map(|name| (*name).to_owned()));
        self.are_system_fonts_loaded = true;
    }

    #[cfg(test)]
    pub(super) fn has_loaded_system_fonts(&self) -> bool {
        self.are_system_fonts_loaded
    }

    /// Whether laying the text out again may find a glyph for `missing`: more fonts are at hand now.
    ///
    /// # Errors
    /// Where no font has it.
    pub(super) fn look_further(&mut self, missing: char, text: &str) -> Result<(), PdfError> {
        if !self.are_system_fonts_loaded {
            self.load_system_fonts();
            return Ok(());
        }
        let families: Vec<String> = self.context.collection.family_names().map(str::to_owned).collect();
        let found = families
            .into_iter()
            .find(|name| !self.families.contains(name) && !name.contains("Emoji") && self.has(name, missing));
        match found {
            Some(family) => {
                self.families.push(family);
                Ok(())
            }
            None => Err(PdfError::NoGlyph(MissingGlyph { character: missing, text: text.trim().to_owned() })),
        }
    }

    fn has(&mut self, family: &str, character: char) -> bool {
        let FontContext { collection, source_cache } = &mut self.context;
        let Some(info) = collection.family_by_name(family).and_then(|family| family.default_font().cloned())
        else {
            return false;
        };
        let Some(data) = info.load(Some(source_cache)) else { return false };
        let charmap = info.charmap_index();
        charmap
            .charmap(data.as_ref())
            .and_then(|charmap| charmap.map(character))
            .is_some_and(|glyph| glyph != 0)
    }

    /// The font of a run, as the PDF embeds it.
    ///
    /// # Errors
    /// Where its file is damaged.
    pub(super) fn embedded(&mut self, run: &Run<'_, ()>) -> Result<Font, PdfError> {
        let data = run.font();
        let place: Vec<(Tag, f32)> = run
            .synthesis()
            .variation_settings()
            .iter()
            .map(|(tag, value)| (Tag::new(&tag.to_be_bytes()), *value))
            .collect();
        let key = (
            data.data.id(),
            data.index,
            place.iter().map(|(tag, value)| (*tag, value.to_bits())).collect::<Vec<_>>(),
        );
        if let Some(font) = self.embedded.get(&key) {
            return Ok(font.clone());
        }
        let (bytes, _) = data.data.clone().into_raw_parts();
        let font = Font::new_variable(bytes.into(), data.index, &place)
            .ok_or_else(|| PdfError::Invalid("a font's file on this machine is damaged".to_owned()))?;
        self.embedded.insert(key, font.clone());
        Ok(font)
    }
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

/// The first character of a layout for which its fonts have no glyph.
pub(super) fn missing(layout: &Layout<()>, text: &str) -> Option<char> {
    layout.lines().flat_map(|line| line.runs().collect::<Vec<_>>()).find_map(|run| {
        let bare = run.clusters().find(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0))?;
        text.get(bare.text_range())?.chars().find(|c| !c.is_whitespace())
    })
}
