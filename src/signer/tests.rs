//! Who can be a signer, and what is said to who cannot.

use super::extra::ExtraColumn;
use super::person::{Particulars, Signer, SignerError};
use crate::country;
use crate::exit::{Exit, ExitCode};

fn aiko() -> Particulars<'static> {
    Particulars {
        name: "Aiko Tanaka",
        country: "Japan",
        city: Some("Osaka"),
        email: Some("aiko@example.org"),
        note: Some("My grandmother came from Wonsan.\nI think of her."),
        extra: vec![(ExtraColumn::new("Job title").unwrap(), "teacher")],
    }
}

/// The error sentences, each of which ends the program with 65.
#[track_caller]
fn refused(particulars: &Particulars<'_>) -> Vec<String> {
    let errors = Signer::new(particulars, country::find).unwrap_err();
    assert!(errors.iter().all(|error| error.exit() == Exit::Data));
    errors.iter().map(SignerError::to_string).collect()
}

#[test]
fn a_signer_has_what_was_told() {
    let signer = Signer::new(&aiko(), country::find).unwrap();
    assert_eq!(signer.name(), "Aiko Tanaka");
    assert_eq!(signer.country().code(), "JP");
    assert_eq!(signer.city(), Some("Osaka"));
    assert_eq!(signer.email().unwrap().to_string(), "aiko@example.org");
    assert_eq!(signer.note(), Some("My grandmother came from Wonsan. I think of her."));
    let extra: Vec<_> = signer.extra().map(|(column, value)| (column.spelling(), value)).collect();
    assert_eq!(extra, [("Job_title", "teacher")]);
}

#[test]
fn a_line_break_in_a_name_is_refused_with_its_place() {
    let sentences = refused(&Particulars { name: "Aiko\nBcc: all@example.org", ..aiko() });
    assert_eq!(
        sentences,
        ["name: it contains U+000A (a line feed) at character 5, which may not stand in a letter"]
    );
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let sentences = refused(&Particulars {
        name: " ",
        country: "Korea",
        city: Some("O\u{202e}saka"),
        email: Some("aiko"),
        note: Some("\u{2028}"),
        extra: vec![(ExtraColumn::new("age").unwrap(), "4\0")],
    });
    let fields: Vec<&str> = sentences.iter().map(|sentence| sentence.split(':').next().unwrap()).collect();
    assert_eq!(fields[0], "name");
    assert!(fields[1].contains("\"Korea\""), "{}", fields[1]);
    assert_eq!(fields[2..], ["city", "email", "note", "age"]);
}

#[test]
fn nobody_whom_a_letter_would_endanger_becomes_a_signer() {
    for country in ["KP", "North Korea", "China", "Hong Kong", "Macau"] {
        let sentences = refused(&Particulars { country, ..aiko() });
        assert!(sentences[0].contains("endanger"), "{country}: {sentences:?}");
    }
}

#[test]
fn an_extra_value_may_be_empty_and_its_line_breaks_are_spaces() {
    let value = |text| {
        let extra = vec![(ExtraColumn::new("job").unwrap(), text)];
        let signer = Signer::new(&Particulars { extra, ..aiko() }, country::find).unwrap();
        signer.extra().next().unwrap().1.to_owned()
    };
    assert_eq!(value(" "), "");
    assert_eq!(value("nurse\r\nand mother"), "nurse and mother");
}
