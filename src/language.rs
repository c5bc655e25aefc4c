//! Language tags (BCP 47): which of the languages at hand one means, and which way it is written.
//!
//! A region or a script that is not named stands for the usual one: `zh-TW` is traditional Chinese, `pt-BR` is
//! content with `pt`. Another script is another language: nobody who asks for `zh-Hant` is given `zh-Hans`.

/// The usual scripts of languages that are not written in Latin letters (CLDR, likelySubtags). Chinese has two.
const SCRIPTS: [(&str, &str); 39] = [
    ("am", "Ethi"),
    ("ar", "Arab"),
    ("be", "Cyrl"),
    ("bg", "Cyrl"),
    ("bn", "Beng"),
    ("ckb", "Arab"),
    ("dv", "Thaa"),
    ("el", "Grek"),
    ("fa", "Arab"),
    ("gu", "Gujr"),
    ("he", "Hebr"),
    ("hi", "Deva"),
    ("hy", "Armn"),
    ("ja", "Jpan"),
    ("ka", "Geor"),
    ("kk", "Cyrl"),
    ("km", "Khmr"),
    ("kn", "Knda"),
    ("ko", "Kore"),
    ("ky", "Cyrl"),
    ("lo", "Laoo"),
    ("mk", "Cyrl"),
    ("ml", "Mlym"),
    ("mn", "Cyrl"),
    ("mr", "Deva"),
    ("my", "Mymr"),
    ("ne", "Deva"),
    ("pa", "Guru"),
    ("ps", "Arab"),
    ("ru", "Cyrl"),
    ("sd", "Arab"),
    ("si", "Sinh"),
    ("sr", "Cyrl"),
    ("ta", "Taml"),
    ("te", "Telu"),
    ("th", "Thai"),
    ("uk", "Cyrl"),
    ("ur", "Arab"),
    ("yi", "Hebr"),
];

/// Where Chinese is written in traditional characters.
const TRADITIONAL: [&str; 3] = ["HK", "MO", "TW"];

/// Which way a text runs, as HTML calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// The direction in which `tag`'s language is written.
    pub(crate) fn of(tag: &str) -> Direction {
        const FROM_THE_RIGHT: [&str; 3] = ["Arab", "Hebr", "Thaa"];
        // A tag means the same however it is written: uz-Arab, uz-arab.
        let script = Tag::read(tag).script();
        let is_from_the_right = FROM_THE_RIGHT.iter().any(|known| known.eq_ignore_ascii_case(script));
        if is_from_the_right { Direction::Rtl } else { Direction::Ltr }
    }

    /// The direction that all letters of `text` have; none where they differ, or there are none.
    pub(crate) fn of_text(text: &str) -> Option<Direction> {
        let mut letters = text.chars().filter(|c| c.is_alphabetic()).map(|c| match c {
            // Hebrew to Arabic Extended-A and their presentation forms; the scripts of the supplementary plane that
            // run from right to left (Unicode, DerivedBidiClass: R and AL).
            '\u{590}'..='\u{8FF}'
            | '\u{FB1D}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFF}'
            | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}' => Direction::Rtl,
            _ => Direction::Ltr,
        });
        let first = letters.next()?;
        letters.all(|direction| direction == first).then_some(first)
    }

    /// The direction of a paragraph in a text that runs `around`: its own, where all its letters agree.
    pub(crate) fn of_paragraph(text: &str, around: Direction) -> Direction {
        Direction::of_text(text).unwrap_or(around)
    }

    /// The word for it in HTML.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Direction::Ltr => "ltr",
            Direction::Rtl => "rtl",
        }
    }
}

/// The script in which a tag's language is written, as ISO 15924 calls it: "Latn", "Hant".
pub(crate) fn script(tag: &str) -> &str {
    Tag::read(tag).script()
}

/// The one of `there` that `wanted` means, if one does: itself, else the same language in the same script, best of
/// the same region, then of none.
pub(crate) fn choose<'a>(wanted: &str, there: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    if let Some(exact) = there.clone().find(|tag| tag.eq_ignore_ascii_case(wanted)) {
        return Some(exact);
    }
    let wanted = Tag::read(wanted);
    let distance = |known: &str| {
        let known = Tag::read(known);
        let is_same = known.language.eq_ignore_ascii_case(wanted.language)
            && known.script().eq_ignore_ascii_case(wanted.script());
        is_same.then(|| match (known.region, wanted.region) {
            (Some(known), Some(wanted)) if known.eq_ignore_ascii_case(wanted) => 0,
            (None, _) => 1,
            _ => 2,
        })
    };
    there
        .filter_map(|tag| Some((distance(tag)?, tag)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, tag)| tag)
}

/// Whether two tags are of one language, whatever script or region.
pub(crate) fn is_same_language(one: &str, other: &str) -> bool {
    Tag::read(one).language.eq_ignore_ascii_case(Tag::read(other).language)
}

/// The tag in a POSIX locale's name such as `de_AT.UTF-8`; none for `C` and `POSIX`, which are no language.
pub(crate) fn of_locale(name: &str) -> Option<&str> {
    let tag = name.split(['.', '@']).next().unwrap_or_default();
    (!matches!(tag, "" | "C" | "POSIX")).then_some(tag)
}

/// A tag's subtags; POSIX joins them with `_`.
struct Tag<'a> {
    language: &'a str,
    script: Option<&'a str>,
    region: Option<&'a str>,
}

impl<'a> Tag<'a> {
    fn read(tag: &'a str) -> Tag<'a> {
        let mut subtags = tag.split(['-', '_']);
        let language = subtags.next().unwrap_or_default();
        let (mut script, mut region) = (None, None);
        for subtag in subtags {
            let is_letters = subtag.bytes().all(|b| b.is_ascii_alphabetic());
            match subtag.len() {
                // What follows a single letter is an extension: it says nothing of script or region.
                1 => break,
                4 if is_letters => script = script.or(Some(subtag)),
                2 if is_letters => region = region.or(Some(subtag)),
                3 if subtag.bytes().all(|b| b.is_ascii_digit()) => region = region.or(Some(subtag)),
                _ => {}
            }
        }
        Tag { language, script, region }
    }

    fn script(&self) -> &'a str {
        if let Some(script) = self.script {
            return script;
        }
        let in_region = |regions: &[&str]| {
            self.region.is_some_and(|region| regions.iter().any(|known| known.eq_ignore_ascii_case(region)))
        };
        if self.language.eq_ignore_ascii_case("zh") {
            return if in_region(&TRADITIONAL) { "Hant" } else { "Hans" };
        }
        let usual = SCRIPTS.iter().find(|(language, _)| language.eq_ignore_ascii_case(self.language));
        usual.map_or("Latn", |(_, script)| script)
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, choose, of_locale};

    const LETTERS: [&str; 9] = ["ar", "de", "en", "ja", "mn", "pt", "zh-Hans", "zh-Hant", "sr-Latn"];

    #[track_caller]
    fn case(wanted: &str, expected: Option<&str>) {
        assert_eq!(choose(wanted, LETTERS.iter().copied()), expected, "{wanted}");
    }

    #[test]
    fn a_region_or_a_script_left_out_means_the_usual_one() {
        for (wanted, expected) in [
            ("JA", "ja"),
            ("ja-JP", "ja"),
            ("de_AT", "de"),
            ("pt-BR", "pt"),
            ("en-GB", "en"),
            ("zh", "zh-Hans"),
            ("zh-CN", "zh-Hans"),
            ("zh-SG", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("zh_hk", "zh-Hant"),
            ("zh-Hant-HK", "zh-Hant"),
            ("mn-Cyrl", "mn"),
            ("de-DE-1996", "de"),
            ("de-u-co-phonebk", "de"),
        ] {
            case(wanted, Some(expected));
        }
    }

    #[test]
    fn another_script_or_language_is_never_put_in_its_place() {
        for wanted in ["mn-Mong", "ja-Latn", "sr", "d", "deu", "", "klingon", "zh-Latn"] {
            case(wanted, None);
        }
        assert_eq!(choose("zh-TW", ["zh-Hans"].into_iter()), None);
    }

    #[test]
    fn the_same_region_comes_first_and_another_is_better_than_none() {
        assert_eq!(choose("pt-BR", ["pt-PT", "pt", "pt-BR"].into_iter()), Some("pt-BR"));
        assert_eq!(choose("pt-BR", ["pt-PT", "pt"].into_iter()), Some("pt"));
        assert_eq!(choose("pt", ["en", "pt-PT"].into_iter()), Some("pt-PT"));
    }

    #[test]
    fn a_locale_names_a_language_or_none() {
        assert_eq!(of_locale("de_AT.UTF-8"), Some("de_AT"));
        assert_eq!(of_locale("ca_ES@valencia"), Some("ca_ES"));
        for none in ["", "C", "C.UTF-8", "POSIX"] {
            assert_eq!(of_locale(none), None);
        }
    }

    #[test]
    fn a_text_has_a_direction_if_its_letters_agree() {
        assert_eq!(Direction::of_text("Aiko (1)"), Some(Direction::Ltr));
        assert_eq!(Direction::of_text("سلام 12"), Some(Direction::Rtl));
        assert_eq!((Direction::of_text("Aiko, اليابان"), Direction::of_text("12")), (None, None));
    }

    #[test]
    fn the_script_decides_the_direction() {
        for (tag, direction) in [
            ("ar", Direction::Rtl),
            ("he-IL", Direction::Rtl),
            ("uz-Arab", Direction::Rtl),
            ("uz-arab", Direction::Rtl),
            ("UZ_ARAB", Direction::Rtl),
            ("ja", Direction::Ltr),
            ("az", Direction::Ltr),
        ] {
            assert_eq!(Direction::of(tag), direction, "{tag}");
        }
    }
}
