//! Reports: the signers' own columns kept, ours beside them, the file put in place whole.

use super::fate::{Fate, Outcome, ReplyCode};
use super::{Destination, ReportError};
use crate::exit::{Exit, ExitCode};
use crate::signer::list::{Conditions, Entry, Instructions, Source};
use crate::zone::date;
use proptest::prelude::*;
use std::path::Path;

const CONDITIONS: Conditions = Conditions { today: date(2026, 11, 24), consent_needed: false };

fn accepted() -> Fate<'static> {
    Fate {
        embassy: "JP",
        channel: Some("mail"),
        outcome: Outcome::Accepted,
        reply_code: Some(ReplyCode::Reply(250)),
        reply: "2.0.0 Ok: queued as \"4F1\"",
        message_id: "<x@example.org>",
        at: Some("2026-12-02T00:00:00Z".parse().unwrap()),
    }
}

/// Writes the report on `source` to `path`: one fate for all rows that are in order.
fn tell(source: &Source, path: &Path, fate: &Fate<'_>) -> String {
    let destination = Destination::new(path, source.path()).unwrap();
    let mut report = destination.create(source.layout()).unwrap();
    let mut rows = source.rows(CONDITIONS).unwrap();
    let mut own = Vec::new();
    while let Some(entry) = rows.next() {
        rows.own_columns(&mut own);
        match entry.unwrap() {
            Entry::Faulty(row) => {
                let reply = row.reasons();
                report.row(&own, &Fate { outcome: Outcome::Invalid, reply: &reply, ..fate.clone() }).unwrap();
            }
            _ => report.row(&own, fate).unwrap(),
        }
    }
    report.finish().unwrap();
    String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
}

fn told(file: &str, name: &str, fate: &Fate<'_>) -> String {
    let folder = tempfile::tempdir().unwrap();
    tell(
        &Source::read("signers.csv", file.as_bytes(), &Instructions::default()).unwrap(),
        &folder.path().join(name),
        fate,
    )
}

#[test]
fn the_own_columns_come_first_byte_for_byte() {
    let report = told("\u{feff}Name ; \"country\";Note\r\n\"Aiko\"  ;JP; =1+1 \r\n", "r.csv", &accepted());
    assert_eq!(
        report,
        "\u{feff}Name ; \"country\";Note;embassy;channel;outcome;reply_code;reply;message_id;at\r\n\
         \"Aiko\"  ;JP; =1+1 ;JP;mail;accepted;250;\"2.0.0 Ok: queued as \"\"4F1\"\"\";<x@example.org>;2026-12-02T00:00:00Z\r\n"
    );
}

#[test]
fn a_cell_of_ours_is_no_formula_and_one_line() {
    for reply in ["=cmd", "+1", "-1", "@SUM", "\t=cmd", "\r\n=cmd"] {
        let report = told("name,country\nAiko,JP\n", "r.csv", &Fate { reply, ..accepted() });
        let cell = report.lines().nth(1).unwrap().split(',').nth(6).unwrap();
        assert!(cell.starts_with('\''), "{cell:?}");
        assert_eq!(report.lines().count(), 2);
    }
}

#[test]
fn rows_that_are_not_in_order_have_the_headers_number_of_cells() {
    let report = told("name,country,city\nAiko,JP\nBo,FR,Lyon,x\n\"Cem,DE,Ulm\n", "r.csv", &accepted());
    let own: Vec<&str> =
        report.lines().skip(1).map(|line| line.split(",JP,mail,invalid").next().unwrap()).collect();
    assert_eq!(own, ["Aiko,JP,", "Bo,FR,Lyon", "\"\"\"Cem,DE,Ulm\",,"]);
}

#[test]
fn json_has_the_same_names_with_numbers_and_nulls() {
    let fate = Fate { channel: None, reply_code: None, message_id: "", at: None, ..accepted() };
    let report = told("name,country,\nAiko,JP,\"x\"\"y\"\nBo,FR,\n", "r.json", &fate);
    let rows: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(
        rows[0],
        serde_json::json!({"name": "Aiko", "country": "JP", "column 3": "x\"y", "embassy": "JP", "channel": null,
            "outcome": "accepted", "reply_code": null, "reply": "2.0.0 Ok: queued as \"4F1\"", "message_id": null, "at": null})
    );
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(told("name,country\n", "r.json", &fate), "[\n]\n");
}

#[test]
fn a_report_fed_back_keeps_the_own_columns_and_replaces_ours() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("1.csv"), folder.path().join("2.csv"));
    let file = "job,name,\"country\"\r\n\"a \"\"b\"\"\",Aiko ,JP\n";
    let before = tell(
        &Source::read("signers.csv", file.as_bytes(), &Instructions::default()).unwrap(),
        &first,
        &accepted(),
    );
    let again = Source::open(&first, &Instructions::default()).unwrap();
    assert_eq!(again.notices(), []);
    assert_eq!(tell(&again, &second, &accepted()), before);
}

#[test]
fn only_csv_and_json_are_reports_and_the_signers_file_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let signers = folder.path().join("signers.csv");
    std::fs::write(&signers, "name,country\n").unwrap();
    for name in ["report.txt", "report", ".csv"] {
        let error = Destination::new(&folder.path().join(name), Some(&signers)).unwrap_err();
        assert!(matches!(error, ReportError::Ending(_)) && error.exit() == Exit::Usage, "{name}");
    }
    let hard_link = folder.path().join("link.csv");
    std::fs::hard_link(&signers, &hard_link).unwrap();
    for path in [folder.path().join("./signers.csv"), hard_link] {
        let error = Destination::new(&path, Some(&signers)).unwrap_err();
        assert!(matches!(error, ReportError::SignersFile(_)) && error.exit() == Exit::Usage);
    }
}

#[test]
fn a_report_replaces_the_former_one_whole_and_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.csv");
    std::fs::write(&path, "the former one").unwrap();
    let source =
        Source::read("signers.csv", &b"name,country\nAiko,JP\n"[..], &Instructions::default()).unwrap();
    let destination = Destination::new(&path, None).unwrap();
    drop(destination.create(source.layout()).unwrap());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "the former one");
    tell(&source, &path, &accepted());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}

#[test]
fn a_report_in_a_folder_that_is_not_there_cannot_be_written() {
    let refused = Destination::new(Path::new("no/such/report.csv"), None).unwrap_err();
    assert_eq!(refused.exit(), Exit::CannotCreate);
}

proptest! {
    #[test]
    fn any_file_that_can_be_read_has_a_report_that_is_read_back_the_same(
        rows in "(Aiko|,|,|\"|\"\"|\n|\r\n|JP|;|é|=1){0,40}",
    ) {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::read("signers.csv", format!("name,country\n{rows}").as_bytes(), &Instructions::default()).unwrap();
        let first = tell(&source, &folder.path().join("1.csv"), &accepted());
        let again = Source::open(&folder.path().join("1.csv"), &Instructions::default()).unwrap();
        let own = |source: &Source| -> Vec<Vec<u8>> {
            let mut rows = source.rows(CONDITIONS).unwrap();
            let mut all = Vec::new();
            while let Some(entry) = rows.next() {
                entry.unwrap();
                let mut own = Vec::new();
                rows.own_columns(&mut own);
                all.push(own);
            }
            all
        };
        prop_assert_eq!(own(&source), own(&again), "{}", first);
    }
}
