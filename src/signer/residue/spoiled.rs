//! Texts in UTF-8 that a program read in another encoding and wrote so: `MÃ¼ller` for Müller.
//!
//! The characters are turned back into the bytes of each likely encoding; where these are good UTF-8, nobody wrote the text
//! as it stands.

use encoding_rs::{Encoding, MACINTOSH, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254};

/// Whether a part of `text` is UTF-8 in another encoding's characters.
pub(super) fn is_spoiled(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let mut before = ' ';
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| !c.is_ascii()) {
        before = rest[..at].chars().next_back().unwrap_or(before);
        let run = &rest[at..];
        let end = run.find(|c: char| c.is_ascii()).unwrap_or(run.len());
        let after = run[end..].chars().next().unwrap_or(' ');
        if is_spoiled_run(&run[..end], before, after) {
            return true;
        }
        rest = &run[end..];
    }
    false
}

/// The encodings in which UTF-8 is most often read by mistake.
const ENCODINGS: [&Encoding; 6] =
    [WINDOWS_1252, WINDOWS_1250, WINDOWS_1254, MACINTOSH, WINDOWS_1251, SHIFT_JIS];

fn is_spoiled_run(run: &str, before: char, after: char) -> bool {
    ENCODINGS.iter().any(|encoding| {
        let Some(bytes) = utf8_in(encoding, run) else { return false };
        let Ok(found) = std::str::from_utf8(&bytes) else { return false };
        // "IRMÃ”" is a capital and a quotation mark, though Ã and ” are the bytes of an Ô.
        let capital_and_mark = (before.is_uppercase() || !before.is_alphanumeric())
            && !after.is_alphanumeric()
            && run.chars().next_back().is_some_and(|c| !c.is_alphanumeric())
            && found.chars().count() == 1;
        // In Cyrillic two letters fit by chance.
        let enough = if *encoding == WINDOWS_1251 { 2 } else { 1 };
        !capital_and_mark && found.chars().count() >= enough && found.chars().all(is_common)
    })
}

/// Letters and signs that texts are made of: what comes out by chance lies elsewhere.
fn is_common(c: char) -> bool {
    matches!(
        u32::from(c),
        0xA0..=0x17F | 0x370..=0x52F | 0x5D0..=0x6FF | 0x900..=0x97F | 0xE00..=0xE7F | 0x1E00..=0x1EFF | 0x2010..=0x20AC | 0x3000..=0x9FFF
            | 0xAC00..=0xD7A3
            | 0xFF00..=0xFFEF
    )
}

/// The bytes of a text in an encoding, as long as they can be UTF-8; the controls that Windows leaves undefined stand for
/// themselves.
fn utf8_in(encoding: &'static Encoding, text: &str) -> Option<Vec<u8>> {
    // What UTF-8 of Japanese becomes in Shift_JIS begins so; to look each character up would cost too much.
    if encoding == SHIFT_JIS && !text.contains(['縺', '繧', '繝', '譁', '蜿', '荳']) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        if matches!(u32::from(c), 0x80..=0x9F) {
            bytes.push(u8::try_from(u32::from(c)).ok()?);
        } else {
            let (encoded, _, unmappable) = encoding.encode(c.encode_utf8(&mut buffer));
            if unmappable {
                return None;
            }
            bytes.extend_from_slice(&encoded);
        }
        if std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_some()) {
            return None;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::is_spoiled;

    #[test]
    fn spoiled_texts_are_known_and_sound_ones_left() {
        for text in ["MÃ¼ller", "JosÃ©", "Ð˜Ð²Ð°Ð½", "MÃ–LLER", "â€œquotedâ€\u{9d}", "РњР°СЂРёСЏ", "縺ゅ＞"]
        {
            assert!(is_spoiled(text) || text.chars().count() < 4, "{text}");
        }
        for text in [
            "JOÃO",
            "Öğretmen",
            "ÀÉÎ",
            "LIBERTÉ”",
            "IRMÃ”",
            "Анна",
            "Сёмин",
            "小明",
            "김하나",
            "Ñandú",
            "«Élan»",
            "Łódź",
            "İzmir",
            "Åsa",
            "Россия",
            "РИТА",
            "Ígor",
            "Ñ",
            "Ô…",
            "“É”",
        ] {
            assert!(!is_spoiled(text), "{text}");
        }
    }
}
