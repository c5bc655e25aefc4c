//! Countries, e-mail addresses and the address book.

use protest_letter::workbench::parsers::{self, addresses};
use protest_letter_fuzz::{place, target};
use unicode_normalization::UnicodeNormalization as _;

target!(country, a_country_is_the_same_however_its_name_is_encoded);
target!(mailbox, a_mailbox_is_one_for_the_envelope);
target!(embassies_csv, a_book_holds_addresses);

fn a_country_is_the_same_however_its_name_is_encoded(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let found = addresses::country(&text);
    match &found {
        Ok(code) => assert_eq!(addresses::country(code).as_ref(), Ok(code)),
        Err(told) => {
            assert!(
                told.chars().count() < 2_000 && !told.contains(|c: char| c.is_control() && c != '\n'),
                "{told:?}"
            );
        }
    }
    // A name may be longer than is looked up once it is taken apart.
    if !text.is_ascii() && text.chars().count() < 60 {
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        assert_eq!(addresses::country(&composed).ok(), addresses::country(&decomposed).ok(), "{text:?}");
    }
    if found.is_ok() {
        assert_eq!(addresses::country(&format!(" \t{text}\u{a0} ")), found, "{text:?}");
    }
    // A short one may be a code, and a code is one by its case.
    let is_long_word = |word: &str| word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    if text.split(' ').all(is_long_word) {
        assert_eq!(addresses::country(&text.to_ascii_uppercase()).ok(), found.ok(), "{text:?}");
    }
}

fn a_mailbox_is_one_for_the_envelope(input: &[u8]) {
    if let Some(mailbox) = addresses::mailbox(&String::from_utf8_lossy(input)) {
        assert!(mailbox.bytes().all(|b| b.is_ascii_graphic()), "{mailbox}");
        assert_eq!(addresses::mailbox(&mailbox).as_ref(), Some(&mailbox));
    }
}

fn a_book_holds_addresses(input: &[u8]) {
    match addresses::book("fuzz.csv", input) {
        Err(told) => place::are_within("fuzz.csv", input, &told),
        Ok(missions) => {
            for (code, lines) in missions {
                assert_eq!(code.len(), 2);
                assert!(
                    lines.iter().all(|line| !parsers::is_forbidden(line) && !line.contains('\n')),
                    "{lines:?}"
                );
            }
        }
    }
}
