//! What goes wrong in hand-made and machine-made CSV files.

use super::{PREVIEW, entries, faults, header_error, names, rows, source};
use crate::signer::csv::record::LONGEST_RECORD;
use crate::signer::list::Entry;

#[test]
fn an_unclosed_quotation_mark_is_told_where_it_opens_and_swallows_no_row() {
    let (sentences, signers) =
        faults("name,country,city\nAiko,JP,\"Osaka\nBo,FR,Lyon\nCem,DE,Ulm\n", PREVIEW);
    assert_eq!(signers, 2);
    assert_eq!(sentences.len(), 1);
    assert!(
        sentences[0].starts_with("signers.csv:2:3: a quotation mark opens here and is not closed"),
        "{sentences:?}"
    );
}

#[test]
fn a_quotation_mark_that_only_the_next_row_closes_is_told_where_it_opens() {
    let (sentences, signers) = faults("name,country\n\"Aiko,JP\n\"Bo\",FR\nCem,DE\n", PREVIEW);
    assert_eq!(signers, 2);
    assert!(sentences[0].starts_with("signers.csv:2:1: a quotation mark opens here"), "{sentences:?}");
}

#[test]
fn text_behind_a_closing_quotation_mark_is_told() {
    let (sentences, signers) = faults("name,country\n\"Ai\" Tanaka,JP\nBo,FR\n", PREVIEW);
    assert_eq!(signers, 1);
    assert!(sentences[0].starts_with("signers.csv:2:1: text stands behind"), "{sentences:?}");
}

#[test]
fn a_quotation_mark_within_a_bare_cell_is_text() {
    assert_eq!(names("name,country\nAiko \"Ai\" Tanaka,JP\n\"Bo\" ,FR\n"), ["Aiko \"Ai\" Tanaka", "Bo"]);
}

#[test]
fn ragged_rows_are_told_with_both_counts() {
    let (sentences, signers) = faults("name,country,city\nAiko,JP\nBo,FR,Lyon,,x\nCem,DE,,,\n", PREVIEW);
    assert_eq!(signers, 1);
    assert!(sentences[0].starts_with("signers.csv:2:2: the row has 2 cells, the header 3"), "{sentences:?}");
    assert!(sentences[1].starts_with("signers.csv:3:4: the row has 5 cells, the header 3"), "{sentences:?}");
}

#[test]
fn a_row_of_ten_megabytes_is_read_over_and_the_next_one_is_read() {
    for filling in ["x".repeat(10_000_000), format!("\"{}\"", "x\n".repeat(5_000_000))] {
        let lines = filling.matches('\n').count() as u64;
        let source = source(format!("name,country\nAiko,JP\n{filling},FR\nCem,DE\n"));
        let found = entries(&source, PREVIEW);
        let Entry::Faulty(row) = &found[1] else { panic!() };
        assert!(row.to_string().starts_with("signers.csv:3:1: the row has more than 1000000 bytes"), "{row}");
        let Entry::Row(row) = &found[2] else { panic!() };
        assert_eq!((row.signer.name(), row.position.line), ("Cem", 4 + lines));
    }
}

#[test]
fn an_unclosed_quotation_mark_before_ten_megabytes_swallows_no_row() {
    let row = format!("Bo,FR,{}\n", "x".repeat(1_000));
    let file = String::from("name,country,note\n\"Aiko,JP\n") + &row.repeat(10_000);
    let source = source(file);
    let mut rows = source.rows(PREVIEW).unwrap();
    let Entry::Faulty(row) = rows.next().unwrap().unwrap() else { panic!() };
    assert!(row.to_string().starts_with("signers.csv:2:1: a quotation mark opens here"), "{row}");
    assert_eq!(rows.filter(|entry| matches!(entry, Ok(Entry::Row(_)))).count(), 10_000);
}

#[test]
fn a_record_of_just_the_longest_length_is_read_whatever_the_chunks() {
    for length in [65_534, 65_535, 65_536, 65_537, LONGEST_RECORD - 20] {
        let note = format!("\"{}\"", "\"\"".repeat(length / 2));
        let (sentences, _) = faults(format!("name,country,note\nAiko,JP,{note}\n"), PREVIEW);
        assert!(sentences[0].contains("note: it has"), "{length}: {}", sentences[0]);
    }
}

#[test]
fn nul_bytes_are_refused_in_rows_and_explained_in_headers() {
    let (sentences, _) = faults("name,country\nAi\0ko,JP\n", PREVIEW);
    assert!(sentences[0].contains("U+0000"), "{sentences:?}");
    let utf16: Vec<u8> = "name,country\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(header_error(utf16).to_string().contains("UTF-16"));
}

#[test]
fn an_injected_header_is_refused_in_every_column() {
    for column in ["name", "city", "email", "lang", "letter", "addressee", "mission", "consent", "reply_to"] {
        let header =
            if column == "name" { "name,country,id".into() } else { format!("id,country,{column},name") };
        let attack = "\"x\r\nBcc: all@example.org\"";
        let row = if column == "name" { format!("{attack},JP,1") } else { format!("1,JP,{attack},Aiko") };
        let (sentences, signers) = faults(format!("{header}\n{row}\n"), PREVIEW);
        assert_eq!((sentences.len(), signers), (1, 0), "{column}");
        assert!(!sentences[0].contains(['\r', '\n']), "{sentences:?}");
    }
}

#[test]
fn formula_cells_are_text_and_no_names() {
    let (sentences, _) = faults("name,country\n=cmd|'/c calc'!A0,JP\n", PREVIEW);
    assert!(sentences[0].contains("it looks like a formula"), "{sentences:?}");
    let row = &rows("name,country,note\nAiko,JP,\"=HYPERLINK(\"\"x\"\")\"\n")[0];
    assert_eq!(row.signer.note(), Some("=HYPERLINK(\"x\")"));
}

#[test]
fn a_terminal_never_gets_a_control_character_and_never_a_whole_novel() {
    let novel = format!("\u{1b}[2J{}", "x".repeat(5_000));
    let (sentences, _) = faults(
        format!("name,country,{novel}\n").replace('\u{1b}', "E") + &format!("{novel},JP,1\n"),
        PREVIEW,
    );
    assert!(sentences[0].len() < 300 && !sentences[0].contains('\u{1b}'), "{}", sentences[0]);
}

#[test]
fn a_lost_character_is_refused() {
    let (sentences, _) = faults("name,country\nJos\u{fffd},BR\n", PREVIEW);
    assert!(sentences[0].starts_with("signers.csv:2:1: name: it contains U+FFFD"), "{sentences:?}");
}

#[test]
fn lines_are_counted_through_cells_of_several_lines() {
    let (sentences, _) =
        faults("name,country,note\r\nAiko,JP,\"a\r\nb\rc\nd\r\"\"\n\"\r\nBo,Korea,\r\n", PREVIEW);
    assert!(sentences[0].starts_with("signers.csv:8:2: "), "{sentences:?}");
}
