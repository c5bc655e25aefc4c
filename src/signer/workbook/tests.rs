//! Workbooks as spreadsheets write them, made here part by part; and some that nobody would write.

use super::limits::{Limits, examined};
use super::{WorkbookError, read};
use crate::exit::{Exit, ExitCode as _};
use crate::signer::list::{Conditions, Entry, Instructions, Row, Source};
use crate::zone::date;
use std::io::{Seek as _, Write as _};
use zip::write::{SimpleFileOptions, ZipWriter};

const SEND: Conditions = Conditions { today: date(2026, 11, 25), consent_needed: true };

/// A packed file of these parts.
fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;

/// An .xlsx of these sheets: name, state, rows.
fn xlsx(sheets: &[(&str, &str, &str)], is_1904: bool) -> Vec<u8> {
    let mut entries = String::new();
    let mut links = String::new();
    let mut parts = Vec::new();
    for (index, (name, state, rows)) in sheets.iter().enumerate() {
        let id = index + 1;
        entries += &format!(r#"<sheet name="{name}" sheetId="{id}" state="{state}" r:id="rId{id}"/>"#);
        links += &format!(
            r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{id}.xml"/>"#
        );
        parts.push((
            format!("xl/worksheets/sheet{id}.xml"),
            format!(
                r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        ));
    }
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr date1904="{}"/><sheets>{entries}</sheets></workbook>"#,
        u8::from(is_1904)
    );
    let relations = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"#
    );
    let mut all = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/styles.xml", STYLES),
    ];
    all.extend(parts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    packed(&all)
}

fn text_cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

const HEADING: &str = r#"<row r="3"><c r="A3" t="inlineStr"><is><t>name</t></is></c><c r="B3" t="inlineStr"><is><t>country</t></is></c><c r="C3" t="inlineStr"><is><t>consent</t></is></c><c r="D3" t="inlineStr"><is><t>phone</t></is></c></row>"#;

fn source(bytes: &[u8], said: &Instructions) -> Result<Source, crate::signer::list::SourceError> {
    Source::read("list.xlsx", bytes, said)
}

#[track_caller]
fn rows(bytes: &[u8]) -> Vec<Row> {
    let source = source(bytes, &Instructions::default()).unwrap();
    let row = |entry| match entry {
        Ok(Entry::Row(row)) => *row,
        other => panic!("{other:?}"),
    };
    source.rows(SEND).unwrap().map(row).collect()
}

/// 46347.34 is 2026-11-21 08:09:36 in the calendar of 1900.
fn signer(row: u32, name: &str, day: &str) -> String {
    format!(
        r#"<row r="{row}">{}{}<c r="C{row}" s="1"><v>{day}</v></c><c r="D{row}"><v>819000000000</v></c></row>"#,
        text_cell(&format!("A{row}"), name),
        text_cell(&format!("B{row}"), "Japan")
    )
}

#[test]
fn dates_are_as_their_cells_mean_them_and_numbers_have_no_exponent() {
    for (is_1904, day) in [(false, "46347.34"), (true, "44885.34")] {
        let sheet = HEADING.to_owned() + &signer(4, "Ada Example", day);
        let found = rows(&xlsx(&[("Sheet1", "visible", &sheet)], is_1904));
        assert_eq!(found[0].position.line, 4);
        assert_eq!(found[0].wishes.consent, crate::signer::consent::Consent::Given(Some(date(2026, 11, 21))));
        let phone: Vec<&str> = found[0].signer.extra().map(|(_, value)| value).collect();
        assert_eq!(phone, ["819000000000"]);
    }
}

#[test]
fn a_place_is_told_as_the_spreadsheet_names_it_and_an_error_cell_is_residue() {
    let faulty = r#"<row r="4"><c r="A4" t="e"><v>#REF!</v></c><c r="B4" t="inlineStr"><is><t>Atlantis</t></is></c><c r="C4" t="b"><v>1</v></c></row>"#;
    let sheet = HEADING.to_owned() + faulty;
    let bytes = xlsx(&[("Form Responses 1", "visible", &sheet), ("Notes", "hidden", &sheet)], false);
    let source = source(&bytes, &Instructions::default()).unwrap();
    let Some(Ok(Entry::Faulty(fault))) = source.rows(SEND).unwrap().next() else { panic!() };
    let told = fault.to_string();
    assert!(
        told.contains(
            "list.xlsx:'Form Responses 1'!A4: name: it looks like a spreadsheet's error: \"#REF!\""
        ),
        "{told}"
    );
    assert!(told.contains("list.xlsx:'Form Responses 1'!B4: \"Atlantis\" is not known"), "{told}");
}

#[test]
fn of_several_sheets_one_has_to_be_named() {
    let sheet = HEADING.to_owned() + &signer(4, "Ada Example", "46347");
    let other = HEADING.to_owned() + &signer(4, "Bo Example", "46347");
    let bytes =
        xlsx(&[("List", "visible", &sheet), ("Old", "visible", &other), ("Empty", "visible", "")], false);
    let error = source(&bytes, &Instructions::default()).unwrap_err();
    assert_eq!(error.exit(), Exit::Usage);
    assert!(error.to_string().ends_with("Add --worksheet with one of \"List\", \"Old\""), "{error}");
    let said = |name: &str| Instructions { worksheet: Some(name.to_owned()), ..Instructions::default() };
    let old = source(&bytes, &said("Old")).unwrap();
    let Some(Ok(Entry::Row(row))) = old.rows(SEND).unwrap().next() else { panic!() };
    assert_eq!(row.signer.name(), "Bo Example");
    let error = source(&bytes, &said("Lst")).unwrap_err();
    assert!(error.exit() == Exit::Data && error.to_string().contains("did you mean \"List\"?"), "{error}");
}

#[test]
fn what_goes_with_a_text_does_not_go_with_a_workbook() {
    let sheet = HEADING.to_owned() + &signer(4, "Ada Example", "46347");
    let bytes = xlsx(&[("List", "visible", &sheet)], false);
    let said = Instructions { encoding: Some("cp932".to_owned()), ..Instructions::default() };
    assert_eq!(source(&bytes, &said).unwrap_err().exit(), Exit::Usage);
    let said = Instructions { worksheet: Some("List".to_owned()), ..Instructions::default() };
    assert_eq!(source(b"name,country\n", &said).unwrap_err().exit(), Exit::Usage);
}

/// An .ods whose content is this; the first style hides its sheet.
fn ods(body: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:style="s" xmlns:table="t" xmlns:text="x"><office:automatic-styles><style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"#
    );
    packed(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

const ODS_HEADING: &str = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>name</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>country</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>consent</text:p></table:table-cell></table:table-row>"#;

#[test]
fn an_opendocument_spreadsheet_is_read_and_its_hidden_sheet_is_not() {
    let signer = r#"<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/></table:table-row><table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>a remark</text:p></office:annotation><text:p>Ada<text:s/>&amp;Co <text:span>Example</text:span></text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Japan</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-11-21T08:14:44.000000000"><text:p>21.11.26</text:p></table:table-cell></table:table-row>"#;
    let body = format!(
        r#"<table:table table:name="Hidden" table:style-name="ta2">{ODS_HEADING}</table:table><table:table table:name="List">{ODS_HEADING}{signer}</table:table>"#
    );
    let found = rows(&ods(&body));
    assert_eq!((found[0].signer.name(), found[0].position.line), ("Ada &Co Example", 4));
    assert_eq!(found[0].wishes.consent, crate::signer::consent::Consent::Given(Some(date(2026, 11, 21))));
}

fn stored(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

fn refused(bytes: &[u8]) -> WorkbookError {
    read(&"list".into(), stored(bytes), None).err().unwrap()
}

#[test]
fn a_workbook_that_was_made_to_burst_is_told_how_to_be_saved() {
    let repeated = r#"<table:table table:name="List"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>"#;
    assert!(refused(&ods(repeated)).to_string().contains("save it as CSV UTF-8"));
    let spaces = " ".repeat(100_000);
    let limits = |all, part| {
        let bytes = stored(&packed(&[
            ("xl/workbook.xml", ""),
            ("xl/sharedStrings.xml", &spaces),
            ("xl/a.bin", &spaces),
        ]));
        examined(&"list".into(), bytes, Limits { all, part })
            .err()
            .map(|error| (error.exit(), error.to_string()))
    };
    assert_eq!(limits(300_000, 100_000), None);
    let (exit, told) = limits(300_000, 99_999).unwrap();
    assert!(exit == Exit::Data && told.contains("more than 512 MiB: save it as CSV UTF-8"), "{told}");
    assert!(limits(150_000, 100_000).unwrap().1.contains("more than 1 GiB"));
    let names: Vec<String> = (0..10_001).map(|number| format!("xl/{number}.xml")).collect();
    let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert!(refused(&packed(&parts)).to_string().contains("10,000 parts"));
}

#[test]
fn what_is_no_workbook_after_all_gets_its_own_sentence() {
    for (parts, said) in [
        (vec![("Index/Document.iwa", "")], "Numbers"),
        (vec![("xl/workbook.bin", "")], ".xlsb"),
        (vec![("word/document.xml", "")], ".docx"),
        (vec![("signers.csv", "")], "unpack it first"),
        (vec![("xl/workbook.xml", "<not a workbook")], "save it as CSV UTF-8"),
    ] {
        let error = refused(&packed(&parts)).to_string();
        assert!(error.contains(said), "{error}");
    }
    let mut broken = xlsx(&[("List", "visible", HEADING)], false);
    broken.truncate(broken.len() / 2);
    assert!(refused(&broken).to_string().contains("save it as CSV UTF-8"));
}
