//! Lists of signers as spreadsheets save them: an .xlsx whose texts are shared strings, as Excel writes it, and an .ods.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use zip::write::{SimpleFileOptions, ZipWriter};

const HEADINGS: [&str; 4] = ["name", "country", "email", "consent"];

/// The cells of a row.
fn cells(number: usize) -> [String; 4] {
    let (name, email) = (format!("Example Signer {number}"), format!("s{number}@example.org"));
    [name, "Japan".to_owned(), email, "yes".to_owned()]
}

/// Writes a workbook with so many signers, all to the one embassy; the kind follows from the file's ending.
pub fn write(path: &Path, count: usize) {
    let mut parts = Parts(ZipWriter::new(BufWriter::new(File::create(path).unwrap())));
    if path.extension().is_some_and(|ending| ending == "ods") {
        ods(&mut parts, count);
    } else {
        xlsx(&mut parts, count);
    }
    parts.0.finish().unwrap().flush().unwrap();
}

struct Parts(ZipWriter<BufWriter<File>>);

impl Parts {
    fn begin(&mut self, name: &str, head: &str) {
        self.0.start_file(name, SimpleFileOptions::default().compression_level(Some(1))).unwrap();
        self.add(head);
    }

    fn add(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }
}

fn xlsx(parts: &mut Parts, count: usize) {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    parts.begin("[Content_Types].xml", &format!(r#"<Types xmlns="{PACKAGE}/content-types"/>"#));
    let relations = |target: &[(&str, &str)]| {
        let each = target.iter().enumerate().map(|(index, (kind, target))| {
            format!(r#"<Relationship Id="rId{}" Type="{OFFICE}/{kind}" Target="{target}"/>"#, index + 1)
        });
        format!(
            r#"<Relationships xmlns="{PACKAGE}/relationships">{}</Relationships>"#,
            each.collect::<String>()
        )
    };
    parts.begin("_rels/.rels", &relations(&[("officeDocument", "xl/workbook.xml")]));
    let sheets = r#"<sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets>"#;
    parts.begin(
        "xl/workbook.xml",
        &format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>"#),
    );
    let links = [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")];
    parts.begin("xl/_rels/workbook.xml.rels", &relations(&links));
    parts.begin("xl/sharedStrings.xml", &format!(r#"<sst xmlns="{MAIN}">"#));
    let shared = |text: &str| format!("<si><t>{text}</t></si>");
    parts.add(&HEADINGS.map(shared).concat());
    parts.add(&["Japan", "yes"].map(shared).concat());
    for number in 1..=count {
        let [name, _, email, _] = cells(number);
        parts.add(&(shared(&name) + &shared(&email)));
    }
    parts.add("</sst>");
    parts.begin("xl/worksheets/sheet1.xml", &format!(r#"<worksheet xmlns="{MAIN}"><sheetData>"#));
    let mut row = |number: usize, strings: [usize; 4]| {
        let mut text = format!(r#"<row r="{number}">"#);
        for (column, string) in "ABCD".chars().zip(strings) {
            let _ = write!(text, r#"<c r="{column}{number}" t="s"><v>{string}</v></c>"#);
        }
        parts.add(&(text + "</row>"));
    };
    row(1, [0, 1, 2, 3]);
    (1..=count).for_each(|number| row(number + 1, [2 * number + 4, 4, 2 * number + 5, 5]));
    parts.add("</sheetData></worksheet>");
}

fn ods(parts: &mut Parts, count: usize) {
    parts.begin("mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    let names = ["office", "table", "text"]
        .map(|name| format!(r#" xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0""#));
    let head = format!("<office:document-content{}><office:body><office:spreadsheet>", names.concat());
    parts.begin("content.xml", &head);
    parts.add(r#"<table:table table:name="List">"#);
    let mut row = |cells: &[String; 4]| {
        let cell = |text: &String| {
            format!(
                r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
            )
        };
        let row = cells.iter().map(cell).collect::<String>();
        parts.add(&format!("<table:table-row>{row}</table:table-row>"));
    };
    row(&HEADINGS.map(str::to_owned));
    (1..=count).for_each(|number| row(&cells(number)));
    parts.add("</table:table></office:spreadsheet></office:body></office:document-content>");
}
