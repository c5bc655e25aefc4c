//! What holds for any bytes whatever.

use super::{PREVIEW, SEND, entries};
use crate::plain_text::first_forbidden;
use crate::signer::csv::record::{MANY, Records};
use crate::signer::list::{Entry, Instructions, Source};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const HEADERS: &[&[u8]] = &[
    b"",
    b"\xff\xfe",
    b"name,country\n",
    b"name;country;consent;note;city;age\r\n",
    b"name\tcountry\tembassy\temail\n",
];
const TEXTS: &[&str] = &["Aiko", "JP", "FR", "yes", "no", "a@example.org", "é", " "];
const MARKS: &[&str] = &[",", ";", "\t", "\n", "\r\n", "\r", "\"", "\"\""];

/// Pieces of which nearly every file is nasty in its own way.
fn files() -> impl Strategy<Value = Vec<u8>> {
    let known = |pieces| select(pieces).prop_map(|text: &str| text.as_bytes().to_vec());
    let piece = prop_oneof![8 => known(TEXTS), 8 => known(MARKS), 1 => vec(any::<u8>(), 0..8)];
    (select(HEADERS), vec(piece, 0..60)).prop_map(|(header, pieces)| [header, &pieces.concat()].concat())
}

proptest! {
    #[test]
    fn any_bytes_give_signers_that_can_stand_in_a_letter_or_say_what_is_wrong(bytes in files()) {
        let Ok(source) = Source::read("any.csv", &bytes[..], &Instructions::default()) else { return Ok(()) };
        let conditions = if source.rows(SEND).is_ok() { SEND } else { PREVIEW };
        for entry in entries(&source, conditions) {
            match &entry {
                Entry::Row(row) => {
                    let signer = &row.signer;
                    let texts = [Some(signer.name()), signer.city(), signer.note()];
                    let extra = signer.extra().map(|(_, value)| value);
                    prop_assert!(texts.into_iter().flatten().chain(extra).all(|text| first_forbidden(text).is_none()));
                    prop_assert_eq!(source.row_at(row.position, conditions).unwrap(), entry);
                }
                Entry::Faulty(row) => {
                    prop_assert!(!row.faults.is_empty());
                    prop_assert!(!row.reasons().chars().any(char::is_control));
                    prop_assert_eq!(source.row_at(row.position, conditions).unwrap(), entry);
                }
                Entry::Withheld(_) => {}
            }
        }
    }

    #[test]
    fn the_records_and_the_line_ends_between_them_are_the_file(bytes in files(), chunk in 1_usize..9) {
        let spool = crate::signer::csv::spool::Spool::unnamed(|out| out.write_all(&bytes)).unwrap();
        let mut records = Records::new(&spool, b',', 0, 1, chunk);
        let mut whole = Records::new(&spool, b',', 0, 1, MANY);
        let mut end = 0;
        while records.advance().unwrap() {
            prop_assert!(whole.advance().unwrap());
            let (record, other) = (records.record(), whole.record());
            prop_assert_eq!((record.bytes, record.cells), (other.bytes, other.cells));
            let start = usize::try_from(records.record_offset()).unwrap();
            prop_assert!(bytes[end..start].iter().all(|b| b"\r\n".contains(b)));
            let lines = String::from_utf8_lossy(&bytes[..start]).replace("\r\n", "\n").replace('\r', "\n").matches('\n').count();
            prop_assert_eq!(records.record_line(), 1 + lines as u64);
            end = start + record.bytes.len();
            prop_assert_eq!(&bytes[start..end], record.bytes);
        }
        prop_assert!(!whole.advance().unwrap());
        prop_assert!(bytes[end..].iter().all(|b| b"\r\n".contains(b)));
    }
}
