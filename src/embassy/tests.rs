//! The address book as it is compiled in, and books that are not in order.

use super::{AddressBook, Kind, read};
use crate::country::{self, find};
use proptest::prelude::*;

const HEADER: &str = "country_code,country,city,kind,address,email,phone,website,time_zone,source,checked,confidence,email_source,email_checked,email_confidence,note\n";

fn faults(rows: &str) -> Vec<String> {
    let error = AddressBook::read(format!("{HEADER}{rows}").as_bytes(), "my.csv").unwrap_err();
    error.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn the_book_built_in_holds_to_its_own_rules() {
    let book = read::read(include_bytes!("../../embassies.csv"), "embassies.csv").unwrap();
    assert_eq!(book.len(), 298);
    let missions = || book.iter().filter(|row| !matches!(row.kind, Kind::None | Kind::ConsulateGeneral));
    assert_eq!(missions().count(), 182);
    assert_eq!(missions().filter(|row| row.address.is_some()).count(), 175);
    assert_eq!(missions().filter(|row| row.email.is_some()).count(), 157);
    let today = crate::zone::date(2026, 11, 24);
    for row in &book {
        assert!(!row.checked.is_after(today), "{row:?}");
        assert!(row.email.as_ref().is_none_or(|email| !email.checked.is_after(today)), "{row:?}");
    }
}

/// What a letter is written from was checked here: the line alone is read as the whole file has it.
#[test]
fn a_line_of_the_book_built_in_says_alone_what_it_says_in_the_file() {
    let file = read::read(AddressBook::builtin_bytes(), "embassies.csv").unwrap();
    let (book, searched) = (AddressBook::builtin(), AddressBook::builtin());
    assert_eq!(book.missions().count(), file.len());
    for (alone, checked) in book.missions().zip(&file) {
        assert_eq!(format!("{alone:?}"), format!("{checked:?}"));
        let of_country = searched.rows_of(checked.country).map(|row| row.line);
        let expected = file.iter().filter(|row| row.country == checked.country).map(|row| row.line);
        assert!(of_country.eq(expected), "{checked:?}");
    }
}

/// What README and docs say of the book, word for word: whoever changes the table changes them.
#[test]
fn the_documents_count_what_the_book_holds() {
    let book = read::read(include_bytes!("../../embassies.csv"), "embassies.csv").unwrap();
    let missions: Vec<_> =
        book.iter().filter(|row| !matches!(row.kind, Kind::None | Kind::ConsulateGeneral)).collect();
    let (all, streets) = (missions.len(), missions.iter().filter(|row| row.address.is_some()).count());
    let emails = missions.iter().filter(|row| row.email.is_some()).count();
    let (lines, none) = (book.len(), book.iter().filter(|row| row.kind == Kind::None).count());
    let said = [
        (
            include_str!("../../README.md"),
            format!(
                "of {all} embassies, offices and permanent missions, {streets} have a street address and {emails} an e-mail"
            ),
        ),
        (
            include_str!("../../docs/supporters.md"),
            format!("for {} of the {all} missions no e-mail", all - emails),
        ),
        (
            include_str!("../../docs/organizers.md"),
            format!("of {all} missions {emails} have an e-mail address"),
        ),
        (
            include_str!("../../CHANGELOG.md"),
            format!("of {} missions, and of {none} countries without one", lines - none),
        ),
    ];
    for (document, sentence) in said {
        let joined = document.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined.contains(&sentence), "a document no longer says: {sentence}");
    }
}

#[test]
fn a_note_warns_where_it_is_marked_and_the_mark_is_not_shown() {
    let row = "JP,Japan,Tokyo,embassy,,,,,Asia/Tokyo,x,2024,high,,,,";
    let read = |note: &str| {
        let book = AddressBook::read(format!("{HEADER}{row}{note}\n").as_bytes(), "my.csv").unwrap();
        let embassy = book.missions().next().unwrap();
        (embassy.note.clone().unwrap(), embassy.note_warns)
    };
    assert_eq!(read("! about to move"), ("about to move".to_owned(), true));
    assert_eq!(read("moved: do not post"), ("moved: do not post".to_owned(), false));
    let warned: Vec<&str> = AddressBook::builtin()
        .missions()
        .filter(|row| row.note_warns)
        .map(|row| row.country.code())
        .collect();
    assert_eq!(warned, ["BN", "HN", "XK", "LY", "LT", "PS", "SD", "GB", "YE", "DE"]);
}

#[test]
fn a_spreadsheets_marks_on_a_book_are_no_error_and_its_dates_are_told_once() {
    let row = |checked: &str| {
        format!("JP,Japan,Tokyo,embassy,,a@example.org,,,Asia/Tokyo,x,{checked},high,x,{checked},high,,,\n")
    };
    let book = |rows: &str| {
        AddressBook::read(format!("{},,\n{rows}", HEADER.trim_end()).as_bytes(), "my.csv")
            .map_err(|e| e.to_string())
    };
    assert_eq!(book(&format!("{}{}\n", row("2026-10"), ",".repeat(17))).unwrap().missions().count(), 1);
    let told = book(&format!("{}{}", row("Oct-26"), row("Oct-26").replace("JP", "FR"))).unwrap_err();
    let expected = [
        "my.csv:2:11: checked \"Oct-26\", and one more cell of this column: a spreadsheet has changed these dates.",
        "my.csv:2:14: email_checked \"Oct-26\", and one more",
    ];
    assert_eq!(told.lines().count(), expected.len(), "{told}");
    for (line, expected) in told.lines().zip(expected) {
        assert!(line.starts_with(expected), "{line}");
    }
}

#[test]
fn the_clock_of_every_row_is_held_against_the_time_zone_database() {
    let golden = include_str!("../../tests/golden/time_zones.tsv");
    for row in read::read(include_bytes!("../../embassies.csv"), "embassies.csv").unwrap() {
        let begin = format!("\n{}\t", row.zone);
        assert!(golden.contains(&begin), "{}: run scripts/time_zones.py again", row.zone);
    }
}

#[test]
fn each_fact_of_the_book_built_in_has_the_form_that_it_should() {
    let mut reader = csv::Reader::from_reader(&include_bytes!("../../embassies.csv")[..]);
    let header = reader.headers().unwrap().clone();
    for record in reader.records() {
        let record = record.unwrap();
        let cell = |name| record.get(header.iter().position(|column| column == name).unwrap()).unwrap();
        let has_email = !cell("email").is_empty();
        for fact in ["email_source", "email_checked", "email_confidence"] {
            assert_eq!(!cell(fact).is_empty(), has_email, "{fact} of {record:?}");
        }
        assert!(cell("phone").is_empty() || cell("phone").starts_with('+'), "{record:?}");
        assert!(cell("website").is_empty() || cell("website").starts_with("http"), "{record:?}");
        // It stands on the envelope: what there is to say of it belongs into the note.
        assert!(!["\"", "page", "?"].iter().any(|remark| cell("address").contains(remark)), "{record:?}");
        assert!(record.iter().all(|cell| cell.trim() == cell && !cell.contains("  ")), "{record:?}");
    }
}

#[test]
fn the_country_column_of_the_book_built_in_names_the_code() {
    let mut reader = csv::Reader::from_reader(&include_bytes!("../../embassies.csv")[..]);
    for record in reader.records() {
        let record = record.unwrap();
        // "Guinea" alone may be four countries.
        if &record[0] == "GN" {
            continue;
        }
        assert_eq!(
            find(&record[1]).map(crate::country::Territory::code).as_deref(),
            Ok(&record[0]),
            "{}",
            &record[1]
        );
    }
}

#[test]
fn every_faulty_cell_is_told_with_its_place() {
    let rows = "\
JA,Japan,Tokyo,embassy,,,,,Asia/Tokyo,x,2024,high,,,,
JP,Japan,Tokyo,ambassy,,tokyo@csm.mfa.gov.cn,,,Asia/Tokio,,2024-13,sure,,,,
JP,Japan,,embassy,,nobody,,,Asia/Tokyo,x,2024,high,,,,
BT,Bhutan,,none,street,,,,Asia/Thimphu,x,2024,high,,,,
";
    let expected = [
        "my.csv:2:1: country_code \"JA\" is no ISO 3166-1",
        "my.csv:3:4: kind \"ambassy\" is none of embassy, consulate-general",
        "my.csv:3:9: time_zone \"Asia/Tokio\"",
        "my.csv:3:11: checked \"2024-13\" is no date",
        "my.csv:3:12: confidence \"sure\"",
        "my.csv:3:6: email: tokyo@csm.mfa.gov.cn is a consular section's",
        "my.csv:3:10: source: every fact needs one",
        "my.csv:4:6: email: \"nobody\" is not an e-mail address",
        "my.csv:4:3: city: a mission is in one",
        "my.csv:5:4: kind none says",
        "my.csv:5:16: note: a row of kind none",
    ];
    let faults = faults(rows);
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, expected) in faults.iter().zip(expected) {
        assert!(fault.starts_with(expected), "{fault}\n{expected}");
    }
}

#[test]
fn an_empty_line_counts_and_a_semicolon_separates_as_a_comma_does() {
    let row = "JP,Japan,Tokyo,embassy,,,,,Asia/Tokio,x,2024,high,,,,\n";
    assert!(faults(&format!("\n\r\n{row}"))[0].starts_with("my.csv:4:9: "));
    for delimiter in [";", "\t"] {
        let text = format!("{HEADER}{row}").replace(',', delimiter).replace("Tokio", "Tokyo");
        assert_eq!(AddressBook::read(text.as_bytes(), "my.csv").unwrap().missions().count(), 1);
    }
}

#[test]
fn a_line_break_in_an_address_and_a_second_row_for_a_mission_are_refused() {
    let twice = "JP,Japan,Tokyo,embassy,,,,,Asia/Tokyo,x,2024,high,,,,\n";
    assert_eq!(faults(&format!("{twice}{twice}")), ["my.csv:3:3: this mission stands in line 2 already"]);
    let injected = "JP,Japan,Tokyo,embassy,\"1 Street\nBcc: x\",,,,Asia/Tokyo,x,2024,high,,,,\n";
    assert!(faults(injected)[0].contains("address: it contains U+000A"));
}

#[test]
fn a_mistyped_column_is_told_and_the_three_of_the_email_may_be_missing() {
    let error = AddressBook::read(b"country_cod,city\n", "my.csv").unwrap_err().to_string();
    assert!(
        error.starts_with("my.csv:1:1: unknown column \"country_cod\"; did you mean country_code?"),
        "{error}"
    );
    let short = "country_code,country,city,kind,address,email,phone,website,time_zone,source,checked,confidence,note\n\
                 JP,Japan,Tokyo,embassy,,post@example.org,,,Asia/Tokyo,own,2024,high,\n";
    let book = AddressBook::read(short.as_bytes(), "my.csv").unwrap();
    assert_eq!(book.missions().next().unwrap().email.as_ref().unwrap().source, "own");
    assert!(
        AddressBook::read(b"\xff", "my.csv")
            .unwrap_err()
            .to_string()
            .starts_with("my.csv:1:1: this line is not UTF-8")
    );
}

#[test]
fn each_country_has_its_answer() {
    let book = AddressBook::builtin();
    let answer = |name: &str| match book.for_country(find(name).unwrap()) {
        Ok(embassy) => embassy.title(),
        Err(error) => error.to_string(),
    };
    assert_eq!(answer("Japan"), "the Chinese embassy in Tokyo, Japan");
    assert_eq!(answer("Germany"), "the Chinese embassy in Berlin, Germany");
    assert_eq!(answer("Kosovo"), "the Chinese office in Pristina, Kosovo");
    assert!(answer("Bhutan").starts_with("there is no Chinese embassy in Bhutan: No diplomatic relations"));
    assert!(
        answer("Puerto Rico")
            .starts_with("there is no Chinese embassy in Puerto Rico, a territory of the United States: the one in Washington"),
        "{}",
        answer("Puerto Rico")
    );
    for territory in crate::country::Territory::all() {
        let answered = book.for_country(territory);
        assert!(
            !matches!(answered, Err(super::NoEmbassy::NotInBook { .. }))
                || ["AQ", "EH", "HK", "MO", "KP"].contains(&territory.code()),
            "{territory:?}"
        );
    }
}

#[test]
fn a_mission_is_named_by_country_city_or_both() {
    let book = AddressBook::builtin();
    let mission =
        |query: &str| book.mission(query).map(super::Embassy::destination).map_err(|error| error.to_string());
    assert_eq!(mission("Osaka").as_deref(), Ok("JP consulate-general Osaka"));
    assert_eq!(mission("osaka, japan").as_deref(), Ok("JP consulate-general Osaka"));
    assert_eq!(mission("US").as_deref(), Ok("US"));
    let ambiguous = mission("New York").unwrap_err();
    assert!(
        ambiguous.contains("\"US consulate-general New York\"") && ambiguous.contains("permanent-mission"),
        "{ambiguous}"
    );
    assert_eq!(mission("US permanent-mission New York").as_deref(), Ok("US permanent-mission New York"));
    assert!(mission("Osakaa").unwrap_err().contains("did you mean Osaka?"));
    assert!(
        book.search("japan").len() > 3 && book.search("osak").len() == 1 && book.search("xyzzy").is_empty()
    );
}

#[test]
fn a_postal_address_ends_with_the_country_in_capitals() {
    for embassy in AddressBook::builtin().missions() {
        let lines = embassy.post_lines();
        assert_eq!(lines.last(), Some(&embassy.country.capitals()));
        let before = &lines[lines.len() - 2];
        let is_city = before.as_str() == embassy.city;
        assert!(is_city || country::named(before) != Some(embassy.country), "{lines:?}");
        assert!(lines.len() >= 2 && lines.iter().all(|line| !line.trim().is_empty()), "{lines:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail_otherwise(bytes in proptest::collection::vec(any::<u8>(), 0..200), rows in "([A-Z]{0,2},?[a-z,\"\n]{0,40}){0,5}") {
        let _ = AddressBook::read(&bytes, "x");
        let _ = AddressBook::read(format!("{HEADER}{rows}").as_bytes(), "x");
    }
}
