//! A workbook around the parts that an input gives, so that the inputs are the XML and not its packing.

use std::io::{Cursor, Write as _};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// What separates the parts of an input; XML has no place for it.
const SEPARATOR: u8 = 0;

const SHEET_OF: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const LINKS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// The workbook that an input makes: after an `o` the content of an .ods; after any other letter sheet, shared strings,
/// styles, workbook and its relations of an .xlsx, of which the last may be missing.
pub fn of_parts(input: &[u8]) -> Vec<u8> {
    let (kind, parts) = input.split_first().unwrap_or((&b'x', b""));
    let mut parts = parts.split(|byte| *byte == SEPARATOR);
    let mut part = || parts.next();
    if *kind == b'o' {
        let content = part().unwrap_or_default();
        return packed(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", content),
        ]);
    }
    let mut all = vec![("xl/worksheets/sheet1.xml", part().unwrap_or_default())];
    all.extend(part().map(|text| ("xl/sharedStrings.xml", text)));
    all.extend(part().map(|text| ("xl/styles.xml", text)));
    all.push(("xl/workbook.xml", part().unwrap_or(SHEET_OF.as_bytes())));
    all.push(("xl/_rels/workbook.xml.rels", part().unwrap_or(LINKS.as_bytes())));
    packed(&all)
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(*name, stored).expect("a part begins");
        writer.write_all(bytes).expect("a part is written");
    }
    writer.finish().expect("the parts are packed").into_inner()
}
