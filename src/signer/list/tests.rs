//! Files as people send them: what is read, what is refused, and where it says so.

use super::{Conditions, Entry, Faults, Instructions, Row, Source, SourceError};
use crate::exit::{Exit, ExitCode};
use crate::signer::Field;
use crate::zone::date;

mod nasty;
mod properties;

pub(super) const PREVIEW: Conditions = Conditions { today: date(2026, 11, 24), consent_needed: false };
pub(super) const SEND: Conditions = Conditions { consent_needed: true, ..PREVIEW };

pub(super) fn source(bytes: impl AsRef<[u8]>) -> Source {
    Source::read("signers.csv", bytes.as_ref(), &Instructions::default()).unwrap()
}

pub(super) fn header_error(bytes: impl AsRef<[u8]>) -> SourceError {
    Source::read("signers.csv", bytes.as_ref(), &Instructions::default()).unwrap_err()
}

pub(super) fn entries(source: &Source, conditions: Conditions) -> Vec<Entry> {
    source.rows(conditions).unwrap().map(Result::unwrap).collect()
}

/// The rows, none of which may be faulty.
#[track_caller]
pub(super) fn rows(bytes: impl AsRef<[u8]>) -> Vec<Row> {
    let row = |entry| match entry {
        Entry::Row(row) => *row,
        other => panic!("not a signer: {other:?}"),
    };
    entries(&source(bytes), PREVIEW).into_iter().map(row).collect()
}

#[track_caller]
pub(super) fn names(bytes: impl AsRef<[u8]>) -> Vec<String> {
    rows(bytes).iter().map(|row| row.signer.name().to_owned()).collect()
}

/// All that is wrong, and how many signers there are beside it.
pub(super) fn faults(bytes: impl AsRef<[u8]>, conditions: Conditions) -> (Vec<String>, usize) {
    let (mut sentences, mut signers) = (Vec::new(), 0);
    for entry in entries(&source(bytes), conditions) {
        match entry {
            Entry::Faulty(row) => sentences.extend(row.faults.iter().map(ToString::to_string)),
            Entry::Row(_) => signers += 1,
            Entry::Withheld(_) => {}
        }
    }
    (sentences, signers)
}

#[test]
fn a_row_is_a_signer_with_wishes() {
    let row = &rows(
        "name,country,city,email,note,lang,letter,addressee,consent,reply_to,mission,Job\n\
         Aiko Tanaka,Japan,Osaka,aiko@example.org,\"one,\r\n\"\"two\"\"\",ja,plain,Dear Sir,2026-11-02,yes,Osaka,nurse\n",
    )[0];
    assert_eq!((row.position.number, row.position.line), (1, 2));
    assert_eq!(row.signer.note(), Some("one, \"two\""));
    assert_eq!(
        row.signer.extra().map(|(column, value)| (column.spelling(), value)).collect::<Vec<_>>(),
        [("Job", "nurse")]
    );
    let wishes = &row.wishes;
    assert_eq!(wishes.lang.as_deref(), Some("ja"));
    assert_eq!(wishes.letter.as_deref(), Some("plain"));
    assert_eq!(wishes.addressee.as_deref(), Some("Dear Sir"));
    assert_eq!(wishes.mission.as_deref(), Some("Osaka"));
    assert!(wishes.reply_to);
}

#[test]
fn delimiters_line_ends_and_empty_lines_make_no_difference() {
    for delimiter in [",", ";", "\t"] {
        for line_end in ["\n", "\r\n", "\r"] {
            let file = ["name,country", "", "Aiko,JP", ",", "\"Bo\",FR", "", ""]
                .join(line_end)
                .replace(',', delimiter);
            assert_eq!(names(&file), ["Aiko", "Bo"], "{file:?}");
            let second = rows(&file)[1].position;
            assert_eq!((second.number, second.line), (2, 5), "{file:?}");
        }
    }
}

#[test]
fn every_encoding_of_a_spreadsheet_is_read() {
    let text = "name;country\r\nJosé Ñandú;Brazil\r\n";
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(order).collect()
    };
    let files = [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ];
    for file in files {
        assert_eq!(names(&file), ["José Ñandú"]);
        assert_eq!(source(&file).notices(), []);
    }
    let windows_1252 = b"name;country\r\nJos\xe9 \xd1and\xfa;Brazil\r\n";
    let error = header_error(windows_1252).to_string();
    assert!(
        error.starts_with("signers.csv:2:1: this file is not UTF-8. It is likely to be windows-1252"),
        "{error}"
    );
    assert!(
        error.contains("names in it read \"José Ñandú\"") && error.contains("--encoding windows-1252"),
        "{error}"
    );
    let said = Instructions { encoding: Some("latin1".to_owned()), ..Instructions::default() };
    let source = Source::read("signers.csv", &windows_1252[..], &said).unwrap();
    assert!(matches!(&entries(&source, PREVIEW)[0], Entry::Row(row) if row.signer.name() == "José Ñandú"));
}

#[test]
fn a_character_that_is_cut_in_two_by_the_reading_stays_whole() {
    for shift in 0..4 {
        let text = format!("name,country\n{}José Ñandú 김하나,JP\n", "\n".repeat(shift))
            .replace("José", &"é€𝄞".repeat(60));
        let text = text.clone() + &text.split_once('\n').unwrap().1.repeat(200);
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(source(&text).notices(), []);
        assert!(names(&text).iter().eq(names(utf16).iter()));
    }
}

#[test]
fn a_few_broken_characters_do_not_break_all_the_others() {
    let (sentences, signers) =
        faults(b"name,country\nJos\xc3\xa9 \xc3\x91,BR\nJos\xe9,BR\nZo\xc3\xab,FR\n", PREVIEW);
    assert_eq!(signers, 2);
    assert!(sentences[0].starts_with("signers.csv:3:1: name: it is not UTF-8"), "{sentences:?}");
}

#[test]
fn headers_are_matched_without_case_and_by_their_synonyms_which_are_announced() {
    let file = " Full Name ;LAND;E-Mail;Reply-To\nAiko;JP;aiko@example.org;yes\n";
    assert!(rows(file)[0].wishes.reply_to);
    let notices: Vec<String> = source(file).notices().iter().map(ToString::to_string).collect();
    assert_eq!(
        notices,
        ["the column \"Full Name\" is read as name", "the column \"LAND\" is read as country"]
    );
}

#[test]
fn a_slip_in_an_optional_columns_name_is_told_and_a_column_of_ones_own_is_not() {
    let said = |header: &str| {
        let file = format!("{header}\nAiko,JP,x\n");
        source(&file).notices().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let slip = |written: &str, meant: &str| {
        vec![format!(
            "the column \"{written}\" is read as one of your own; did you mean {meant}? Then rename it"
        )]
    };
    assert_eq!(said("name,country,emial"), slip("emial", "email"));
    assert_eq!(said("name,country,Mision"), slip("Mision", "mission"));
    assert_eq!(said("name,country,relpy_to"), slip("relpy_to", "reply_to"));
    for own in ["age", "date", "job", "role", "group", "state", "postcode"] {
        assert_eq!(said(&format!("name,country,{own}")), [""; 0], "{own}");
    }
}

#[test]
fn a_column_under_its_own_name_goes_before_a_synonym() {
    let row = &rows("name,country,comment,note\nAiko,JP,called twice,I protest.\n")[0];
    assert_eq!(row.signer.note(), Some("I protest."));
    assert_eq!(row.signer.extra().next().map(|(_, value)| value), Some("called twice"));
}

#[test]
fn a_header_that_leaves_a_choice_is_refused() {
    for (header, said) in [
        ("name,country,Name", "signers.csv:1:3: columns 1 and 3 (\"name\" and \"Name\") both mean name"),
        ("name,pays,land", "signers.csv:1:3: columns 2 and 3"),
        ("name,country,Job,job", "signers.csv:1:4: columns 3 and 4 are both named \"job\""),
        ("Nom,Prénom,Pays", "signers.csv:1:1: \"Nom\" beside \"Prénom\" may be a part of the name only"),
        ("first name,last name,country", "no column \"name\": put the whole name"),
        ("name,contry", "no column \"country\": if \"contry\" is meant"),
        ("id,age", "no column \"country\" in the header, which names \"id\", \"age\""),
    ] {
        let error = header_error(format!("{header}\nx,y\n"));
        assert_eq!(error.exit(), Exit::Data);
        assert!(error.to_string().contains(said), "{header}: {error}");
    }
    assert!(header_error("\n\n").to_string().contains("is empty"));
}

#[test]
fn sending_needs_everyones_consent_and_a_no_leaves_the_row_out() {
    let file =
        "name,country,consent\nAiko,JP,yes\n—,Atlantis,no\nCem,DE,\nDana,FR,2026-12-24\nEli,US,perhaps\n";
    let found = entries(&source(file), SEND);
    assert!(matches!(found[0], Entry::Row(_)) && matches!(found[1], Entry::Withheld(_)));
    let (sentences, _) = faults(file, SEND);
    assert!(sentences[0].starts_with("signers.csv:4:3: consent: it is empty"), "{sentences:?}");
    assert!(
        sentences[1].contains("it is in the future") && sentences[1].ends_with("\"2026-12-24\""),
        "{sentences:?}"
    );
    assert!(
        sentences[2].contains("it is no answer") && sentences[2].ends_with("\"perhaps\""),
        "{sentences:?}"
    );
    assert_eq!(faults(file, PREVIEW).0.len(), 2);
}

#[test]
fn a_file_without_a_consent_column_can_be_previewed_and_not_sent() {
    let file = "name,country\nAiko,JP\n";
    assert_eq!(names(file), ["Aiko"]);
    let error = source(file).rows(SEND).unwrap_err();
    assert!(error.to_string().starts_with("signers.csv:1:1: no column \"consent\""), "{error}");
}

#[test]
fn an_unknown_country_among_a_thousand_rows_is_found_with_its_line_and_column() {
    let row = |number| {
        let country = if number == 613 { "Korea" } else { "Japan" };
        format!("Signer {number},s{number}@example.org,{country}\n")
    };
    let file = String::from("name,email,country\n") + &(1..=1_000).map(row).collect::<String>();
    let (sentences, signers) = faults(&file, PREVIEW);
    assert_eq!(signers, 999);
    assert!(sentences[0].starts_with("signers.csv:614:3: \"Korea\" may be"), "{sentences:?}");
}

#[test]
fn a_row_is_found_again_at_its_place() {
    let source = source("name,country,consent\n\nAiko,JP,yes\n\"Bo\n\",FR,yes\nCem,DE,no\n");
    for entry in entries(&source, SEND) {
        let position = match &entry {
            Entry::Row(row) => row.position,
            Entry::Faulty(row) => row.position,
            Entry::Withheld(withheld) => withheld.position,
        };
        assert_eq!(source.row_at(position, SEND).unwrap(), entry);
    }
}

#[test]
fn who_knows_more_can_blame_a_field_in_the_same_words() {
    let source = source("name,country,lang\nAiko,JP,tlh\n");
    let Entry::Row(row) = &entries(&source, PREVIEW)[0] else { panic!() };
    let fault = source.fault(row.position, Field::Lang, "no letter is in that language".into()).unwrap();
    assert_eq!(fault.to_string(), "signers.csv:2:3: no letter is in that language: \"tlh\"");
}

#[test]
fn what_is_wrong_with_a_flood_of_rows_for_one_reason_is_one_paragraph() {
    let file = String::from("name,country\n") + &"Aiko,Korea\n".repeat(30_000) + &",JP\n".repeat(5);
    let mut faults = Faults::default();
    for entry in entries(&source(file), PREVIEW) {
        let Entry::Faulty(row) = entry else { panic!() };
        faults.push(row);
    }
    let shown = faults.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    assert!(lines[0].contains("\"Korea\" may be") && lines[0].ends_with("and 29,987 more"), "{shown}");
    assert!(
        lines[1].starts_with("signers.csv:30002:1: name: ") && lines[1].contains("lines 30003, 30004"),
        "{shown}"
    );
    assert_eq!(lines[2], "30,005 faulty rows in all");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Source::open("no/such/signers.csv".as_ref(), &Instructions::default()).unwrap_err();
    assert_eq!(error.exit(), Exit::NoInput);
    assert!(error.to_string().starts_with("no/such/signers.csv cannot be read"), "{error}");
    assert_eq!(Source::open(".".as_ref(), &Instructions::default()).unwrap_err().exit(), Exit::NoInput);
}

#[test]
fn a_file_that_changes_under_the_reading_ends_it() {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    std::fs::write(&path, "name,country\nAiko,JP\n").unwrap();
    let source = Source::open(&path, &Instructions::default()).unwrap();
    let Entry::Row(row) = &entries(&source, PREVIEW)[0] else { panic!() };
    std::fs::write(&path, "name,country\nBo,FR,\n").unwrap();
    assert!(matches!(source.row_at(row.position, PREVIEW), Err(SourceError::Changed(_))));
    assert!(source.rows(PREVIEW).unwrap().any(|entry| matches!(entry, Err(SourceError::Changed(_)))));
}
