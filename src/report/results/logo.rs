//! A logo as the page has it: the picture alone, without what cameras and programs write into its file.
//!
//! A photograph's metadata may name the place where it was taken and who took it; a page to publish must not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::exit::{Exit, ExitCode};

/// The largest file.
const LARGEST: usize = 500_000;

/// A picture that can stand in the page.
#[derive(Debug)]
pub(crate) struct Logo {
    kind: &'static str,
    bytes: Vec<u8>,
}

/// Why a file is no logo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LogoError {
    /// Neither of the two kinds.
    #[error("this is neither a PNG nor a JPEG picture")]
    Kind,
    /// Too much for a page.
    #[error("it has {0} bytes; at most 500,000 are taken")]
    Size(usize),
    /// Cut short, or never whole.
    #[error("the picture is damaged")]
    Damaged,
}

impl ExitCode for LogoError {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

impl Logo {
    /// The picture in a file's bytes.
    ///
    /// # Errors
    /// Where it is none, or too large.
    pub(crate) fn read(bytes: &[u8]) -> Result<Logo, LogoError> {
        if bytes.len() > LARGEST {
            return Err(LogoError::Size(bytes.len()));
        }
        if let Some(chunks) = bytes.strip_prefix(PNG) {
            return Ok(Logo { kind: "image/png", bytes: png(chunks).ok_or(LogoError::Damaged)? });
        }
        if bytes.starts_with(b"\xff\xd8\xff") {
            return Ok(Logo { kind: "image/jpeg", bytes: jpeg(bytes).ok_or(LogoError::Damaged)? });
        }
        Err(LogoError::Kind)
    }

    /// As an address that the page itself holds.
    pub(super) fn address(&self) -> String {
        format!("data:{};base64,{}", self.kind, STANDARD.encode(&self.bytes))
    }
}

/// The chunks that make the picture (PNG 3 §11), up to its end: no text, no time, no Exif, no profile.
fn png(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut picture = PNG.to_vec();
    let mut has_begun = false;
    loop {
        let length = u32::from_be_bytes(*chunks.first_chunk::<4>()?);
        let whole = usize::try_from(length).ok()?.checked_add(12)?;
        let (chunk, rest) = chunks.split_at_checked(whole)?;
        let name = &chunk[4..8];
        has_begun |= name == b"IHDR";
        if [&b"IHDR"[..], b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"].contains(&name) {
            picture.extend_from_slice(chunk);
        }
        chunks = rest;
        if name == b"IEND" {
            return has_begun.then_some(picture);
        }
    }
}

/// The segments that make the picture (ITU T.81, annex B), up to its end: of the application's own segments only those that
/// say how its colours are meant, without a thumbnail.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    const START: u8 = 0xD8;
    const END: u8 = 0xD9;
    const SCAN: u8 = 0xDA;
    let mut picture = vec![0xFF, START];
    let mut rest = &bytes[2..];
    let mut has_scan = false;
    loop {
        let (&[first, marker], _) = rest.split_first_chunk::<2>()?;
        if first != 0xFF {
            return None;
        }
        // A marker may be preceded by any number of fill bytes.
        if marker == 0xFF {
            rest = &rest[1..];
            continue;
        }
        if marker == END {
            picture.extend_from_slice(&[0xFF, END]);
            return has_scan.then_some(picture);
        }
        let length = u16::from_be_bytes(*rest.get(2..)?.first_chunk::<2>()?);
        let (segment, behind) = rest.split_at_checked(2 + usize::from(length))?;
        let content = segment.get(4..)?;
        match marker {
            // JFIF: version, density, and a thumbnail of no size.
            0xE0 if content.starts_with(b"JFIF\0") && content.len() >= 14 => {
                picture.extend_from_slice(&[0xFF, 0xE0, 0, 16]);
                picture.extend_from_slice(&content[..12]);
                picture.extend_from_slice(&[0, 0]);
            }
            // Adobe: which colour model it is.
            0xEE if content.starts_with(b"Adobe") && content.len() == 12 => {
                picture.extend_from_slice(segment);
            }
            0xE0..=0xEF | 0xFE => {}
            _ => picture.extend_from_slice(segment),
        }
        rest = behind;
        if marker == SCAN {
            has_scan = true;
            // Until the next marker that is none of the scan's own: a stuffed zero or a restart.
            let is_own = |pair: &[u8]| pair[0] != 0xFF || matches!(pair[1], 0 | 0xD0..=0xD7);
            let end = rest.windows(2).position(|pair| !is_own(pair))?;
            picture.extend_from_slice(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Logo, LogoError, PNG};
    use proptest::prelude::*;

    fn chunk(name: &str, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], name.as_bytes(), content, &[0; 4]].concat()
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, content].concat()
    }

    #[test]
    fn a_png_keeps_its_picture_and_loses_its_words_and_what_stands_behind_it() {
        let file = [
            PNG,
            &chunk("IHDR", &[1; 13]),
            &chunk("tEXt", b"Author\0Aiko"),
            &chunk("eXIf", b"GPS"),
            &chunk("IDAT", b"x"),
            &chunk("IEND", b""),
            b"Aiko",
        ]
        .concat();
        let logo = Logo::read(&file).unwrap();
        assert_eq!(
            logo.bytes,
            [PNG, &chunk("IHDR", &[1; 13]), &chunk("IDAT", b"x"), &chunk("IEND", b"")].concat()
        );
        assert!(logo.address().starts_with("data:image/png;base64,iVBORw0KGgo"));
    }

    #[test]
    fn a_jpeg_keeps_its_picture_and_loses_its_words_place_and_thumbnail() {
        let jfif = [b"JFIF\0\x01\x02\x00\0\x01\0\x01\x01\x01".as_slice(), b"RGB"].concat();
        let scan = [segment(0xDA, &[1, 1, 0, 0, 63, 0]), b"ab\xff\x00c\xff\xd0d".to_vec()].concat();
        let file = [
            &b"\xff\xd8"[..],
            &segment(0xE0, &jfif),
            &segment(0xE1, b"Exif\0\0GPS"),
            &segment(0xFE, b"Aiko"),
            &segment(0xDB, b"q"),
            &scan,
            &segment(0xFE, b"Aiko"),
            &scan,
            b"\xff\xd9Aiko",
        ]
        .concat();
        let logo = Logo::read(&file).unwrap();
        let kept = [
            &b"\xff\xd8"[..],
            &segment(0xE0, b"JFIF\0\x01\x02\x00\0\x01\0\x01\0\0"),
            &segment(0xDB, b"q"),
            &scan,
            &scan,
            b"\xff\xd9",
        ]
        .concat();
        assert_eq!(logo.bytes, kept);
    }

    #[test]
    fn what_is_no_picture_is_told() {
        assert_eq!(Logo::read(b"GIF89a").unwrap_err(), LogoError::Kind);
        assert_eq!(Logo::read(b"<svg>").unwrap_err(), LogoError::Kind);
        assert_eq!(Logo::read(PNG).unwrap_err(), LogoError::Damaged);
        assert_eq!(Logo::read(b"\xff\xd8\xff\xd9").unwrap_err(), LogoError::Damaged);
        assert_eq!(Logo::read(&vec![0; 500_001]).unwrap_err(), LogoError::Size(500_001));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0..3) {
            let head: &[u8] = [PNG, b"\xff\xd8\xff\xe0", b""][usize::try_from(kind).unwrap()];
            let _ = Logo::read(&[head, &bytes].concat());
        }
    }
}
