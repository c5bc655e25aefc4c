//! What a letter's language asks of the program: how it writes dates, and how it is called.
//!
//! languages.tsv comes from Unicode CLDR, but for what letters write otherwise (`scripts/letter_languages.py` names
//! both); it is read where it lies, when it is asked.

use crate::language;

const TABLE: &str = include_str!("languages.tsv");

/// A language that letters are written in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Language {
    pub(super) tag: &'static str,
    /// Its English name.
    pub(super) name: &'static str,
    /// What it is called at home, with `|` between the names.
    own: &'static str,
    /// Its three-letter codes (ISO 639-2 and -3), with spaces between them.
    codes: &'static str,
    /// A sender's place, with `{city}` and `{country}`: some go from the large to the small.
    pub(super) place: &'static str,
    /// City and date over a letter, with `{city}` and `{date}`.
    pub(super) dateline: &'static str,
    /// The date over a letter of a signer who gave no city.
    pub(super) alone: &'static str,
    /// How a date writes the first day of a month: a numeral, or an ordinal.
    pub(super) first: &'static str,
    /// What its calendar counts more than the Gregorian one.
    pub(super) years: i32,
    /// A date, with `{d}` day, `{m}` month's number, `{M}` month's name, `{y}` year.
    pub(super) full: &'static str,
    /// The same without the year.
    pub(super) day: &'static str,
    months: &'static str,
}

impl Language {
    /// The language that `tag` means, if letters are written in it.
    pub(super) fn of(tag: &str) -> Option<Language> {
        let known = language::choose(tag, all().map(|language| language.tag))?;
        all().find(|language| language.tag == known)
    }

    /// What it is called, in English and at home.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.own.split('|'))
    }

    /// Its three-letter codes.
    pub(super) fn codes(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.codes.split(' ')
    }

    /// The name of a month, the first being 1, in the form that stands beside a day.
    pub(super) fn month(&self, number: u32) -> &'static str {
        let index = usize::try_from(number).unwrap_or_default().saturating_sub(1);
        self.months.split('|').nth(index).unwrap_or_default()
    }
}

/// The English name of a language, or its tag where no letter is written in it.
pub(crate) fn name(tag: &str) -> String {
    Language::of(tag).map_or_else(|| tag.to_owned(), |language| language.name.to_owned())
}

pub(super) fn all() -> impl Iterator<Item = Language> + Clone {
    TABLE.lines().skip(1).filter_map(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next();
        Some(Language {
            tag: cell()?,
            name: cell()?,
            own: cell()?,
            codes: cell()?,
            place: cell()?,
            dateline: cell()?,
            alone: cell()?,
            first: cell()?,
            years: cell()?.parse().ok()?,
            full: cell()?,
            day: cell()?,
            months: cell()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Language, TABLE, all, name};

    #[test]
    fn every_row_is_whole() {
        assert_eq!(all().count(), TABLE.lines().count() - 1);
        for language in all() {
            assert_eq!(language.months.split('|').filter(|month| !month.is_empty()).count(), 12);
            assert!(language.place.contains("{city}") && language.place.contains("{country}"));
            assert!(language.dateline.contains("{date}") && language.alone.contains("{date}"));
            assert!(language.full.contains("{y}") && language.day.contains("{d}"), "{}", language.tag);
            assert_eq!(Language::of(language.tag).map(|found| found.tag), Some(language.tag));
        }
    }

    #[test]
    fn a_language_is_called_by_its_english_name_where_it_is_known() {
        assert_eq!(name("zh-TW"), "Traditional Chinese");
        assert_eq!(name("tlh"), "tlh");
    }
}
