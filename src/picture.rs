//! A picture that the user names, such as a logo: what makes the picture, and nothing of what cameras and programs write into
//! its file beside it.
//!
//! A photograph's metadata may name the place where it was taken and who took it; a letter must not. The pixels are counted
//! before anything unpacks them: a file of a hundred bytes can claim billions.

use crate::exit::{Exit, ExitCode};

/// A PNG or JPEG picture without metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Which of the two it is.
    pub(crate) kind: PictureKind,
    /// Its file, as short as the picture allows.
    pub(crate) bytes: Vec<u8>,
}

/// The kinds of pictures that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PictureKind {
    /// Portable Network Graphics.
    Png,
    /// Joint Photographic Experts Group.
    Jpeg,
}

/// Why a file is no picture that could be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each is told by its own sentence")]
pub(crate) enum PictureError {
    #[error("it is neither a PNG nor a JPEG picture")]
    Kind,
    #[error("it has {0} × {1} pixels; a picture of at most {LARGEST} pixels a side is taken")]
    Size(u32, u32),
    #[error("the picture is damaged: save it anew")]
    Damaged,
}

impl ExitCode for PictureError {
    fn exit(&self) -> Exit {
        Exit::Data
    }
}

/// Pixels a side: six times what a printer makes of a logo's 60 mm. Unpacked it takes at most 64 MB.
const LARGEST: u32 = 4_000;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

impl Picture {
    /// The picture in a file's bytes.
    ///
    /// # Errors
    /// Where there is none, or it is too large or not whole.
    pub(crate) fn read(bytes: &[u8]) -> Result<Picture, PictureError> {
        let (kind, bare) = if let Some(chunks) = bytes.strip_prefix(PNG) {
            (PictureKind::Png, png(chunks))
        } else if bytes.starts_with(b"\xFF\xD8\xFF") {
            (PictureKind::Jpeg, jpeg(bytes))
        } else {
            return Err(PictureError::Kind);
        };
        let Bare { bytes, width, height } = bare.ok_or(PictureError::Damaged)?;
        if width == 0 || height == 0 {
            return Err(PictureError::Damaged);
        }
        if width > LARGEST || height > LARGEST {
            return Err(PictureError::Size(width, height));
        }
        Ok(Picture { kind, bytes })
    }
}

/// What is left of a file, and how large the picture is.
struct Bare {
    bytes: Vec<u8>,
    width: u32,
    height: u32,
}

/// The chunks that make the picture (PNG 3 §11), up to its end: no text, no time, no Exif, no profile.
fn png(mut chunks: &[u8]) -> Option<Bare> {
    let mut bare = Bare { bytes: PNG.to_vec(), width: 0, height: 0 };
    loop {
        let length = u32::from_be_bytes(*chunks.first_chunk()?);
        let (chunk, rest) = chunks.split_at_checked(usize::try_from(length).ok()?.checked_add(12)?)?;
        let (name, content) = chunk.get(4..)?.split_first_chunk::<4>()?;
        if name == b"IHDR" {
            bare.width = u32::from_be_bytes(*content.first_chunk()?);
            bare.height = u32::from_be_bytes(*content.get(4..)?.first_chunk()?);
        }
        if [b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"].contains(&name) {
            bare.bytes.extend_from_slice(chunk);
        }
        chunks = rest;
        if name == b"IEND" {
            return Some(bare);
        }
    }
}

/// The segments that make the picture (ITU T.81, annex B), up to its end; of the application's own segments only those that
/// say how its colours are meant, without a thumbnail.
fn jpeg(bytes: &[u8]) -> Option<Bare> {
    let mut bare = Bare { bytes: vec![0xFF, 0xD8], width: 0, height: 0 };
    let mut rest = bytes.get(2..)?;
    let mut has_scan = false;
    loop {
        let &[0xFF, marker] = rest.first_chunk::<2>()? else { return None };
        match marker {
            // Any number of these may fill up the room before a marker.
            0xFF => rest = rest.get(1..)?,
            0xD9 => {
                bare.bytes.extend_from_slice(&[0xFF, 0xD9]);
                return has_scan.then_some(bare);
            }
            _ => {
                let length = u16::from_be_bytes(*rest.get(2..)?.first_chunk()?);
                let (segment, behind) = rest.split_at_checked(2 + usize::from(length))?;
                push_segment(marker, segment, &mut bare)?;
                rest = behind;
                if marker == 0xDA {
                    has_scan = true;
                    // A scan ends at the next marker that is none of its own: a stuffed zero or a restart.
                    let is_end = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7);
                    let (scan, behind) = rest.split_at(rest.windows(2).position(is_end)?);
                    bare.bytes.extend_from_slice(scan);
                    rest = behind;
                }
            }
        }
    }
}

fn push_segment(marker: u8, segment: &[u8], bare: &mut Bare) -> Option<()> {
    let content = segment.get(4..)?;
    match marker {
        // JFIF: version and density, with a thumbnail of no size.
        0xE0 if content.starts_with(b"JFIF\0") => {
            bare.bytes.extend_from_slice(&[0xFF, 0xE0, 0, 16]);
            bare.bytes.extend_from_slice(content.get(..12)?);
            bare.bytes.extend_from_slice(&[0, 0]);
        }
        // Adobe: which colour model it is.
        0xEE if content.starts_with(b"Adobe") && content.len() == 12 => bare.bytes.extend_from_slice(segment),
        // The application's segments, and comments.
        0xE0..=0xEF | 0xFE => {}
        // A frame: precision, height, width.
        0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
            bare.height = u16::from_be_bytes(*content.get(1..)?.first_chunk()?).into();
            bare.width = u16::from_be_bytes(*content.get(3..)?.first_chunk()?).into();
            bare.bytes.extend_from_slice(segment);
        }
        _ => bare.bytes.extend_from_slice(segment),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{PNG, Picture, PictureError};
    use proptest::prelude::*;

    fn chunk(name: [u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], &name, content, &[0; 4]].concat()
    }

    fn header(width: u32, height: u32) -> Vec<u8> {
        chunk(*b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat())
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, content].concat()
    }

    #[test]
    fn a_png_keeps_its_picture_and_loses_its_words_and_what_stands_behind_it() {
        let (header, pixels, end) = (header(1, 1), chunk(*b"IDAT", b"x"), chunk(*b"IEND", b""));
        let (text, place) = (chunk(*b"tEXt", b"Author\0Aiko"), chunk(*b"eXIf", b"GPS"));
        let file = [PNG, &header, &text, &place, &pixels, &end, b"Aiko"].concat();
        assert_eq!(Picture::read(&file).unwrap().bytes, [PNG, &header, &pixels, &end].concat());
    }

    #[test]
    fn a_jpeg_keeps_its_picture_and_loses_its_words_place_and_thumbnail() {
        let jfif =
            |thumbnail: &[u8]| segment(0xE0, &[&b"JFIF\0\x01\x02\0\0\x01\0\x01"[..], thumbnail].concat());
        let frame = segment(0xC0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]);
        let scan = [segment(0xDA, &[1, 1, 0, 0, 63, 0]), b"ab\xff\0c\xff\xd0d".to_vec()].concat();
        let (exif, comment) = (segment(0xE1, b"Exif\0\0GPS"), segment(0xFE, b"Aiko"));
        let parts: [&[u8]; 9] = [
            b"\xff\xd8",
            &jfif(b"\x01\x01RGB"),
            &exif,
            &comment,
            &frame,
            &scan,
            &comment,
            &scan,
            b"\xff\xd9Aiko",
        ];
        let kept: [&[u8]; 6] = [b"\xff\xd8", &jfif(b"\0\0"), &frame, &scan, &scan, b"\xff\xd9"];
        assert_eq!(Picture::read(&parts.concat()).unwrap().bytes, kept.concat());
    }

    #[test]
    fn what_is_no_picture_or_claims_too_many_pixels_is_told() {
        let refused = |file: &[u8]| Picture::read(file).unwrap_err();
        assert_eq!((refused(b"GIF89a"), refused(b"")), (PictureError::Kind, PictureError::Kind));
        assert_eq!(
            (refused(PNG), refused(b"\xff\xd8\xff\xd9")),
            (PictureError::Damaged, PictureError::Damaged)
        );
        let huge =
            [PNG, &header(0x7FFF_FFFF, 0x7FFF_FFFF), &chunk(*b"IDAT", b"x"), &chunk(*b"IEND", b"")].concat();
        let sentence = refused(&huge).to_string();
        assert_eq!(
            sentence,
            "it has 2147483647 × 2147483647 pixels; a picture of at most 4000 pixels a side is taken"
        );
        let empty = [PNG, &header(0, 1), &chunk(*b"IEND", b"")].concat();
        assert_eq!(refused(&empty), PictureError::Damaged);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0_usize..3) {
            let head: &[u8] = [PNG, b"\xff\xd8\xff\xe0", b""][kind];
            let _ = Picture::read(&[head, &bytes].concat());
        }
    }
}
