//! Templates: read or refused with a place, and filled so that a value stays text.

use protest_letter::workbench::parsers::letter::Letter;
use protest_letter_fuzz::{place, target};

target!(template, a_value_stays_text);

/// A value that no template holds.
const PLAIN: &str = "Qz7kW";
/// Another, which would be much if it were no text.
const MARKUP: &str =
    r#"**v** _w_ <b x="y">&amp; [a](https://example.org) `c` {{signer.name}} {{{x}}} \_ # > 1. | +++"#;

fn a_value_stays_text(input: &[u8]) {
    let filled = Letter::read("fuzz.md", input).and_then(|letter| {
        let plain = letter.filled(|_| PLAIN.to_owned())?;
        Ok((letter, plain))
    });
    let (letter, plain) = match filled {
        Ok(filled) => filled,
        Err(told) => return place::are_within("fuzz.md", input, &told),
    };
    // What is left out leaves no hole that could not be a letter, or says so.
    let _ = letter.filled(|_| String::new());
    if String::from_utf8_lossy(input).contains(PLAIN) {
        return;
    }
    // With its values the subject may be too long.
    let Ok((subject, paragraphs)) = letter.filled(|_| MARKUP.to_owned()) else { return };
    assert_eq!(subject, plain.0.replace(PLAIN, MARKUP));
    let expected: Vec<String> = plain.1.iter().map(|text| text.replace(PLAIN, MARKUP)).collect();
    assert_eq!(paragraphs, expected);
}
