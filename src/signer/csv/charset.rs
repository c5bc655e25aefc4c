//! The encodings that a list may come in, by the names that people and programs give them.
//!
//! All that the WHATWG Encoding Standard knows, under its labels; Windows' code pages by their numbers; and the two of DOS
//! that old databases still write.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use std::io::{self, Read, Write};

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::signer) enum Charset {
    /// One of the Encoding Standard's.
    Standard(&'static Encoding),
    /// One of DOS's: ASCII, and these 128 characters.
    Dos(&'static str),
}

const CHUNK: usize = 1 << 16;

/// Names beside the Encoding Standard's labels.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("cp932", "shift_jis"),
    ("cp936", "gb18030"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("cp874", "windows-874"),
    ("windows-932", "shift_jis"),
    ("windows-936", "gb18030"),
    ("windows-950", "big5"),
    ("macroman", "macintosh"),
    ("mac-roman", "macintosh"),
    ("utf16", "utf-16le"),
    ("uhc", "euc-kr"),
];

/// IBM's code page 437, of DOS in English.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
/// IBM's code page 850, of DOS in western Europe.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

impl Charset {
    /// UTF-8, in which everything is kept.
    pub(in crate::signer) const UTF_8: Charset = Charset::Standard(UTF_8);

    /// The encoding of that name.
    pub(in crate::signer) fn named(name: &str) -> Option<Charset> {
        let name = name.trim().to_ascii_lowercase().replace(' ', "-");
        match name.as_str() {
            "cp437" | "ibm437" | "437" => return Some(Charset::Dos(CP437)),
            "cp850" | "ibm850" | "850" => return Some(Charset::Dos(CP850)),
            _ => {}
        }
        let label =
            OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name.as_str(), |(_, label)| *label);
        Encoding::for_label_no_replacement(label.as_bytes()).map(Charset::Standard)
    }

    /// The name that is nearest to one that means nothing.
    pub(in crate::signer) fn nearest(name: &str) -> Option<&'static str> {
        crate::suggestion::nearest(name, NAMES.split_whitespace())
    }

    /// What it is called where the user is to write it.
    pub(in crate::signer) fn label(self) -> &'static str {
        match self {
            Charset::Dos(CP437) => "cp437",
            Charset::Dos(_) => "cp850",
            Charset::Standard(encoding) => match encoding.name() {
                "Shift_JIS" => "shift_jis",
                "EUC-KR" => "euc-kr",
                "EUC-JP" => "euc-jp",
                "GBK" | "gb18030" => "gb18030",
                "Big5" => "big5",
                "KOI8-R" => "koi8-r",
                "KOI8-U" => "koi8-u",
                "IBM866" => "ibm866",
                "UTF-8" => "utf-8",
                "UTF-16LE" => "utf-16le",
                "UTF-16BE" => "utf-16be",
                other => other,
            },
        }
    }

    /// Its label, with the number or name under which a spreadsheet lists it.
    pub(in crate::signer) fn in_words(self) -> String {
        let label = self.label();
        let also = match label {
            "shift_jis" => " (cp932)",
            "euc-kr" => " (cp949)",
            "gb18030" => " (GBK, cp936)",
            "big5" => " (cp950)",
            "windows-874" => " (cp874)",
            "macintosh" => " (MacRoman)",
            _ => "",
        };
        format!("{label}{also}")
    }

    /// The text of these bytes; U+FFFD where they are not in this encoding.
    pub(in crate::signer) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Charset::Standard(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Charset::Dos(table) => bytes.iter().map(|&b| of_dos(table, b)).collect(),
        }
    }

    /// Writes what `reader` gives, which is in this encoding, as UTF-8.
    pub(in crate::signer) fn transcode(self, mut reader: impl Read, out: &mut dyn Write) -> io::Result<()> {
        let mut decoder = match self {
            Charset::Standard(encoding) => Some(encoding.new_decoder_without_bom_handling()),
            Charset::Dos(_) => None,
        };
        let mut bytes = vec![0; CHUNK];
        loop {
            let count = reader.read(&mut bytes)?;
            match (&mut decoder, self) {
                (Some(decoder), _) => decoded(decoder, &bytes[..count], count == 0, out)?,
                (None, charset) => out.write_all(charset.decode(&bytes[..count]).as_bytes())?,
            }
            if count == 0 {
                return Ok(());
            }
        }
    }
}

fn decoded(decoder: &mut Decoder, mut bytes: &[u8], last: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut text = vec![0; 3 * CHUNK];
    loop {
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut text, last);
        out.write_all(&text[..written])?;
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return Ok(());
        }
    }
}

fn of_dos(table: &str, b: u8) -> char {
    if b.is_ascii() {
        return char::from(b);
    }
    table.chars().nth(usize::from(b) - 128).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The names that are offered to one who mistyped.
const NAMES: &str = "utf-8 utf-16le utf-16be shift_jis cp932 euc-jp iso-2022-jp euc-kr cp949 gb18030 gbk cp936 big5 cp950 windows-874 \
     cp874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 \
     windows-1258 koi8-r koi8-u ibm866 macintosh macroman x-mac-cyrillic iso-8859-1 iso-8859-2 iso-8859-3 iso-8859-4 \
     iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 latin1 cp437 \
     cp850";

#[cfg(test)]
mod tests {
    use super::{Charset, NAMES};

    #[test]
    fn every_name_that_is_offered_is_one() {
        for name in NAMES.split_whitespace() {
            assert!(Charset::named(name).is_some(), "{name}");
        }
        assert_eq!(Charset::named("CP 949"), None);
        assert_eq!(Charset::named("Shift_JIS").map(Charset::label), Some("shift_jis"));
        assert_eq!(Charset::nearest("shift-jsi"), Some("shift_jis"));
        assert_eq!(Charset::named("iso-2022-kr"), None);
    }

    #[test]
    fn the_code_pages_of_dos_are_read() {
        let cp437 = Charset::named("cp437").unwrap();
        assert_eq!(cp437.decode(b"Jos\x82, Besan\x87on, K\x94ln"), "José, Besançon, Köln");
        let mut out = Vec::new();
        Charset::named("cp850").unwrap().transcode(&b"S\xc6o Paulo"[..], &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "São Paulo");
    }
}
