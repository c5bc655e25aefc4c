//! Files that somebody took for a list: a page that asked for a log-in, a picture of one, a program's own format.

/// What these first bytes of a file are, and what to do, where they are no list.
pub(super) fn what(first: &[u8]) -> Option<&'static str> {
    if let Some((_, what)) = BEGINNINGS.iter().find(|(beginning, _)| first.starts_with(beginning)) {
        return Some(what);
    }
    let text = String::from_utf8_lossy(first);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let start: String = text.chars().take(200).collect::<String>().to_lowercase();
    if start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.starts_with("<head")
        || start.starts_with("<table")
    {
        Some(
            "a web page, not a list: perhaps one that asks for a log-in; download the list again, as CSV UTF-8 or as a workbook (.xlsx)",
        )
    } else if start.starts_with("<?xml") || start.starts_with("<workbook") {
        Some("XML, not a list: open it in a spreadsheet and save it as CSV UTF-8")
    } else if start.starts_with('{') || start.starts_with("[{") || start.starts_with("[\n") {
        Some("JSON, not a list: export it as CSV UTF-8")
    } else if start.starts_with("{\\rtf") {
        Some("a text document (RTF), not a list: save the table as CSV UTF-8")
    } else {
        None
    }
}

const BEGINNINGS: [(&[u8], &str); 9] = [
    (b"%PDF", "a PDF, not a list: export the table it was made of as CSV UTF-8"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old workbook (.xls), or one that is locked with a password: open it and save it as CSV UTF-8 or as .xlsx without a password",
    ),
    (b"\x1f\x8b", "a packed file (gzip): unpack it first (gunzip)"),
    (b"BZh", "a packed file (bzip2): unpack it first (bunzip2)"),
    (b"\xfd7zXZ", "a packed file (xz): unpack it first (unxz)"),
    (b"7z\xbc\xaf", "a packed file (7z): unpack it first"),
    (b"\x89PNG", "a picture, not a list: the table it shows has to be exported as CSV UTF-8"),
    (b"\xff\xd8\xff", "a picture, not a list: the table it shows has to be exported as CSV UTF-8"),
    (b"SQLite format 3\0", "a database (such as a ledger), not a list: export the table as CSV UTF-8"),
];

#[cfg(test)]
mod tests {
    use super::what;

    #[test]
    fn a_page_and_an_old_workbook_are_no_lists() {
        assert!(what(b"<!DOCTYPE html>\n<html>").unwrap().contains("web page"));
        assert!(what(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0").unwrap().contains(".xls"));
        assert!(what(b"%PDF-1.7").is_some() && what(b"{\"name\": 1}").is_some());
        assert_eq!(what(b"name,country\n"), None);
    }
}
