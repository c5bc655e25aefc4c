//! Which font has a character: the one built in (Noto Sans: Latin, Greek, Cyrillic), else one of the system's.
//!
//! The system's fonts are looked for only when a letter needs them, and stay at hand for the whole batch. So a letter in
//! Latin, Greek or Cyrillic is the same, byte for byte, on every machine.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read as _;
use std::sync::Arc;

use flate2::bufread::ZlibDecoder;
use fontique::{
    Blob, Collection, CollectionOptions, FamilyInfo, FontInfoOverride, SourceCache, SourceCacheOptions,
};
use krilla::text::{Font, Tag};
use parley::{FontContext, FontFamily, FontFamilyName, Layout, LayoutContext, Run};

use super::error::{MissingGlyph, PdfError};
use super::set_before::SetBefore;
use super::system::System;

/// What the font built in is called here, so that an installed Noto Sans is not taken for it.
const BUILT_IN: &str = "protest built-in";

/// Its faces, regular, bold and italic, as build.rs packs them.
const FACES: [&[u8]; 3] = [
    include_bytes!(concat!(env!("OUT_DIR"), "/regular")),
    include_bytes!(concat!(env!("OUT_DIR"), "/bold")),
    include_bytes!(concat!(env!("OUT_DIR"), "/italic")),
];

/// The fonts, and what has been read of them so far.
pub(super) struct Fonts {
    pub(super) context: FontContext,
    pub(super) layouts: LayoutContext<()>,
    /// The family that the letterhead chooses, if it does.
    chosen: Option<String>,
    /// The installed families that texts in a language have needed so far, in the order in which they are asked.
    families: HashMap<String, Vec<String>>,
    system: Option<System>,
    embedded: HashMap<FontKey, Font>,
    /// What was laid out with them.
    pub(super) set_before: SetBefore,
}

/// A font's data, its place in a collection, and the point in a variable font's space.
type FontKey = (u64, u32, Vec<(Tag, u32)>);

impl Fonts {
    /// The font built in, and before it the `chosen` family.
    pub(super) fn new(chosen: Option<&str>) -> Result<Fonts, PdfError> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for packed in FACES {
            let mut face = Vec::new();
            let unpacked = ZlibDecoder::new(packed).read_to_end(&mut face);
            unpacked.map_err(|_| PdfError::Invalid("a font that is built in is damaged"))?;
            let name = FontInfoOverride { family_name: Some(BUILT_IN), ..FontInfoOverride::default() };
            collection.register_fonts(Blob::new(Arc::new(face)), Some(name));
        }
        // A shared cache is never emptied: a font of 20 MB is read once for a whole batch.
        let source_cache = SourceCache::new(SourceCacheOptions { shared: true });
        let mut fonts = Fonts {
            context: FontContext { collection, source_cache },
            layouts: LayoutContext::new(),
            chosen: None,
            families: HashMap::new(),
            system: None,
            embedded: HashMap::new(),
            set_before: SetBefore::default(),
        };
        if let Some(name) = chosen {
            let family = fonts.system().family(name);
            let chosen = family.and_then(|family| fonts.take(&family));
            fonts.chosen = Some(chosen.ok_or_else(|| PdfError::NoSuchFont(name.to_owned()))?);
        }
        Ok(fonts)
    }

    /// The families for a text in this language, as a style wants them.
    pub(super) fn families(&self, language: &str) -> FontFamily<'static> {
        let needed = self.families.get(language).into_iter().flatten();
        let names =
            self.chosen.iter().map(String::as_str).chain([BUILT_IN]).chain(needed.map(String::as_str));
        let names = names.map(|name| FontFamilyName::Named(Cow::Owned(name.to_owned())));
        FontFamily::List(Cow::Owned(names.collect()))
    }

    fn system(&mut self) -> &mut System {
        self.system.get_or_insert_with(System::load)
    }

    /// Takes an installed family in among the fonts that text is laid out with, and returns its name there.
    fn take(&mut self, family: &FamilyInfo) -> Option<String> {
        let mut name = None;
        for (data, index) in self.system().faces(family) {
            let registered = self.context.collection.register_fonts(data, None);
            // A collection has faces of more than one family.
            let (id, _) =
                registered.iter().find(|(_, faces)| faces.iter().any(|face| face.index() == index))?;
            name = name.or(self.context.collection.family_name(*id).map(str::to_owned));
        }
        name
    }

    #[cfg(test)]
    pub(super) fn has_loaded_system_fonts(&self) -> bool {
        self.system.is_some()
    }

    /// Takes in a font that has `missing`, which a text in this language needs.
    ///
    /// # Errors
    /// Where no font has it.
    pub(super) fn look_further(&mut self, missing: char, text: &str, language: &str) -> Result<(), PdfError> {
        let family = self.system().family_with(missing, language);
        let taken = family.and_then(|family| self.take(&family));
        let needed = self.families.entry(language.to_owned()).or_default();
        match taken {
            // One that is there already has not helped.
            Some(name) if !needed.contains(&name) => {
                needed.push(name);
                Ok(())
            }
            _ => Err(PdfError::NoGlyph(MissingGlyph { character: missing, text: text.trim().to_owned() })),
        }
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
        let font = Font::new_variable(bytes.into(), data.index, &place).ok_or(PdfError::Invalid(
            "a font's file on this machine is damaged: write another in [paper] font",
        ))?;
        self.embedded.insert(key, font.clone());
        Ok(font)
    }
}

/// The first character of a layout for which its fonts have no glyph.
pub(super) fn missing(layout: &Layout<()>, text: &str) -> Option<char> {
    layout.lines().flat_map(|line| line.runs().collect::<Vec<_>>()).find_map(|run| {
        let bare = run.clusters().find(|cluster| cluster.glyphs().any(|glyph| glyph.id == 0))?;
        text.get(bare.text_range())?.chars().find(|c| !c.is_whitespace())
    })
}
