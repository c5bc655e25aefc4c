//! Signers' lists: CSV in any encoding, and workbooks, whole and by their parts.

use protest_letter::workbench::parsers::{self, lists};
use protest_letter_fuzz::{place, target, workbook};

target!(signers_csv, a_list_holds_what_it_says);
target!(workbook_file, a_workbook_holds_what_it_says);
target!(workbook_parts, a_workbook_of_these_parts_holds_what_it_says);

fn a_list_holds_what_it_says(input: &[u8]) {
    match lists::read("fuzz.csv", input) {
        Err(told) => place::are_within("fuzz.csv", input, &told),
        Ok(list) => {
            place::are_within("fuzz.csv", input, &list.told);
            is_in_order(&list);
        }
    }
}

fn a_workbook_holds_what_it_says(input: &[u8]) {
    if let Ok(list) = lists::read("fuzz.xlsx", input) {
        is_in_order(&list);
    }
}

fn a_workbook_of_these_parts_holds_what_it_says(input: &[u8]) {
    a_workbook_holds_what_it_says(&workbook::of_parts(input));
}

fn is_in_order(list: &lists::List) {
    assert!(list.names.iter().all(|name| !name.is_empty() && !parsers::is_forbidden(name)), "{list:?}");
    assert_eq!(list.rows, list.counted, "{list:?}");
    assert!(list.found_again, "{list:?}");
    // A report can be fed back: its own columns make the same signers.
    if list.faulty == 0 {
        let again = lists::read("report.csv", &list.repeated);
        let again =
            again.unwrap_or_else(|told| panic!("{told}: {:?}", String::from_utf8_lossy(&list.repeated)));
        assert_eq!(again.signers, list.signers, "{:?}", String::from_utf8_lossy(&list.repeated));
    }
}
