//! A template's file as text: UTF-8 with LF line ends, nothing invisible in it, and no larger than a letter is.
//!
//! What is no text at all is called by its name: who wrote the letter in a word processor learns how to save it.

use super::TemplateError;
use crate::place::Place;
use crate::plain_text;

/// The largest file that is a letter: two hundred pages.
const LARGEST: usize = 500_000;

/// The text of `file`.
///
/// # Errors
/// Where it is too large, no text, or holds what no letter may hold.
pub(in crate::letter) fn decode(file: &str, bytes: &[u8]) -> Result<String, TemplateError> {
    if let Some(kind) = kind_of(bytes) {
        return Err(TemplateError::NotText { file: file.to_owned(), kind });
    }
    if bytes.len() > LARGEST {
        return Err(TemplateError::TooLarge { file: file.to_owned(), kilobytes: bytes.len() / 1000 });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        TemplateError::NotUtf8 { place: Place::of(file, &before, before.len()) }
    })?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).replace("\r\n", "\n");
    let unfit = text.char_indices().find(|&(_, c)| !matches!(c, '\n' | '\t') && plain_text::is_forbidden(c));
    if let Some((offset, character)) = unfit {
        return Err(TemplateError::Forbidden { place: Place::of(file, &text, offset), character });
    }
    Ok(text)
}

/// What the file is, where its first bytes say that it is no plain text.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 9] = [
        (b"{\\rtf", "a word processor's document (RTF)"),
        (b"PK\x03\x04", "a document of Word, LibreOffice or Pages, or another packed file"),
        (b"\xD0\xCF\x11\xE0", "a document of an older Word"),
        (b"%PDF", "a PDF"),
        (b"\xFF\xFE", "text in UTF-16"),
        (b"\xFE\xFF", "text in UTF-16"),
        (b"\x1F\x8B", "a packed file"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
    ];
    if let Some((_, kind)) = KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(kind);
    }
    let start = bytes.trim_ascii_start();
    let is_tag =
        |tag: &str| start.get(..tag.len()).is_some_and(|text| text.eq_ignore_ascii_case(tag.as_bytes()));
    ["<!doctype", "<html", "<?xml"].iter().any(|tag| is_tag(tag)).then_some("a web page (HTML)")
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        for (bytes, kind) in [
            (&b"{\\rtf1\\ansi Dear"[..], "my.md: this is a word processor's document (RTF), not plain text"),
            (b"PK\x03\x04rest", "Word"),
            (b"\xff\xfe+\0", "UTF-16"),
            (b"\n<!DOCTYPE html>", "web page"),
        ] {
            let told = decode("my.md", bytes).unwrap_err().to_string();
            assert!(told.contains(kind) && told.contains("save it as plain text"), "{told}");
        }
        assert_eq!(decode("my.md", "\u{feff}a\r\nb".as_bytes()).unwrap(), "a\nb");
        let told = decode("my.md", &vec![b'x'; 600_000]).unwrap_err().to_string();
        assert_eq!(told, "my.md: it has 600 kB, and a letter at most 500");
    }
}
