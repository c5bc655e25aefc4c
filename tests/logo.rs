//! The logo of a letterhead: what of its file comes into a PDF, and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use support::Place;

/// A red pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12P4z8AAAAMBAQAY3Y2wAAAAAElFTkSuQmCC";

/// Eight by eight red pixels.
const JPEG: &str = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6j\
                    q62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk\
                    pKSkpKT/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAA\
                    AAAAAAAAAAAAAAAABAb/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCAANSP/9k=";

const PLACE: &[u8] = b"Exif\0\0GPS 35.6586 139.7454";

fn with_logo(bytes: &[u8]) -> Place {
    let place = Place::new();
    place.write("logo", bytes);
    place.write("campaign.toml", "[paper]\nlogo = \"logo\"\n");
    place
}

fn printed(bytes: &[u8]) -> Vec<u8> {
    let place = with_logo(bytes);
    place.run("write --name A --country Japan -o letter.pdf").done();
    std::fs::read(place.path("letter.pdf")).unwrap()
}

#[test]
fn where_a_picture_was_taken_is_in_no_letter() {
    let jpeg = STANDARD.decode(JPEG).unwrap();
    let length = u16::try_from(PLACE.len() + 2).unwrap().to_be_bytes();
    let told = [&jpeg[..2], b"\xFF\xE1", &length, PLACE, &jpeg[2..], PLACE].concat();
    assert_eq!(printed(&told), printed(&jpeg));
    assert!(!printed(&told).windows(8).any(|part| part == b"139.7454"));

    let png = STANDARD.decode(PNG).unwrap();
    // After the signature and the header; the sum behind a chunk that is dropped is never looked at.
    let length = u32::try_from(PLACE.len()).unwrap().to_be_bytes();
    let told = [&png[..33], &length, b"eXIf", PLACE, b"\0\0\0\0", &png[33..], PLACE].concat();
    assert_eq!(printed(&told), printed(&png));
}

#[test]
fn a_file_that_claims_a_picture_beyond_measure_or_is_damaged_is_told() {
    let png = STANDARD.decode(PNG).unwrap();
    let mut huge = png.clone();
    huge[16..24].copy_from_slice(&[0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF]);
    let mut damaged = png.clone();
    damaged[45] ^= 0xFF;
    for (bytes, sentence) in [
        (huge, "at most 4000 pixels a side"),
        (damaged, "it cannot be put into a PDF"),
        (png[..40].to_vec(), "the picture is damaged: save it anew"),
        (b"<svg></svg>".to_vec(), "it is neither a PNG nor a JPEG picture"),
    ] {
        let place = with_logo(&bytes);
        place
            .run("write --name A --country Japan -o letter.pdf")
            .refused(65, sentence)
            .refused(65, "this logo");
        assert!(!place.has("letter.pdf"));
    }
}
