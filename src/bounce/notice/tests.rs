//! The notices of each system, as its documentation shows them (`tests/bounces`), and notices that are none.

use proptest::prelude::*;

use super::{Notice, Report, recognize};
use crate::bounce::report::Fate;

const ID: &str = "abcdefghijklmnopqrstuvwxyz234567@example.org";
const TO: &str = "jp@embassy.example.org";

fn filled(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/bounces/{name}.eml", env!("CARGO_MANIFEST_DIR"));
    let mut bytes = std::fs::read(path).unwrap();
    for (field, value) in [("{message_id}", ID), ("{to}", TO)] {
        while let Some(at) = bytes.windows(field.len()).position(|window| window == field.as_bytes()) {
            bytes.splice(at..at + field.len(), value.bytes());
        }
    }
    bytes
}

fn reports(name: &str) -> Vec<Report> {
    match recognize(&filled(name)) {
        Notice::Reports(reports) => reports,
        other => panic!("{name}: {other:?}"),
    }
}

/// The one report in it, about our letter: what became of it, and the words.
#[track_caller]
fn case(name: &str, fate: Fate, status: Option<&str>, words: &str) {
    let reports = reports(name);
    assert_eq!(reports.len(), 1, "{name}: {reports:#?}");
    let ids = &reports[0].message_ids;
    assert!(ids.iter().any(|id| id == ID), "{name}: {ids:?}");
    let ours = reports[0].recipients.iter().find(|one| one.addresses.iter().any(|a| a.to_string() == TO));
    let ours = ours.unwrap_or_else(|| panic!("{name}: {:?}", reports[0].recipients));
    assert_eq!((ours.fate, ours.status.as_deref()), (Some(fate), status), "{name}");
    assert!(ours.words.contains(words), "{name}: {}", ours.words);
}

#[test]
fn a_failure_is_told_from_a_delay_and_from_a_success_in_every_dialect() {
    case("postfix", Fate::Failed, Some("5.1.1"), "Recipient address rejected: User unknown");
    case("postfix-delay", Fate::Delayed, Some("4.4.1"), "Connection timed out");
    case("postfix-success", Fate::Delivered, Some("2.0.0"), "");
    case("postfix-expired", Fate::Failed, Some("4.4.1"), "Connection timed out");
    case("exim", Fate::Failed, Some("5.2.2"), "mailbox is full");
    case("exim-text", Fate::Failed, Some("5.1.1"), "550 5.1.1 unknown user");
    case("qmail", Fate::Failed, Some("5.1.1"), "no mailbox here by that name");
    case("yahoo", Fate::Failed, None, "This user doesn't have an account");
    case("gmail", Fate::Failed, Some("5.1.1"), "does not exist");
    case("gmail-text", Fate::Failed, Some("5.7.1"), "550 5.7.1 message refused by policy");
    case("gmail-text-delay", Fate::Delayed, None, "did not accept our requests");
    case("microsoft365", Fate::Failed, Some("5.1.10"), "RecipientNotFound");
    case("microsoft365-replaced", Fate::Failed, Some("5.4.14"), "Hop count exceeded");
    case("exchange-text", Fate::Failed, Some("5.1.1"), "RecipNotFound");
    case("sendmail-text", Fate::Failed, Some("5.1.1"), "User unknown");
    case("opensmtpd", Fate::Failed, Some("5.1.1"), "550 5.1.1 no such user here");
    case("localized", Fate::Failed, Some("5.2.2"), "邮箱已满");
    case("other-charset", Fate::Failed, Some("5.7.1"), "");
    case("global", Fate::Failed, Some("5.6.7"), "");
    case("several-recipients", Fate::Failed, Some("5.7.1"), "");
}

#[test]
fn a_notice_that_returns_nothing_of_the_letter_names_no_letter() {
    for (name, fate) in
        [("no-original", Fate::Failed), ("exim-text-delay", Fate::Delayed), ("exchange-2003", Fate::Failed)]
    {
        let report = &reports(name)[0];
        assert!(report.message_ids.is_empty(), "{name}");
        assert_eq!(report.recipients[0].fate, Some(fate), "{name}");
    }
    let Notice::Unclear(report) = recognize(&filled("unknown-words")) else { panic!() };
    assert_eq!(report.subject, "Message undeliverable");
}

#[test]
fn what_a_person_or_a_machine_answers_is_no_report() {
    assert_eq!(recognize(&filled("out-of-office")), Notice::Answer);
    assert_eq!(recognize(&filled("receipt")), Notice::Answer);
    assert_eq!(recognize(&filled("answer")), Notice::Other);
    assert_eq!(recognize(&filled("quoted")), Notice::Other);
}

#[test]
fn reports_handed_on_whole_count_and_what_lies_in_a_returned_message_does_not() {
    assert_eq!(reports("digest").len(), 2);
    let twice = reports("twice-returned");
    assert_eq!(twice.len(), 1);
    assert_eq!(twice[0].message_ids, ["notice@mail.example.org"]);
    assert_eq!(twice[0].recipients.len(), 1);
}

fn every_fixture() -> &'static [Vec<u8>] {
    static FIXTURES: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
    FIXTURES.get_or_init(read_every_fixture)
}

fn read_every_fixture() -> Vec<Vec<u8>> {
    let folder = format!("{}/tests/bounces", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names.iter().map(|path| filled(path.file_stem().unwrap().to_str().unwrap())).collect()
}

/// Whether a report names our letter.
fn names_ours(notice: &Notice) -> bool {
    matches!(notice, Notice::Reports(reports)
        if reports.iter().any(|report| report.message_ids.iter().any(|id| id.eq_ignore_ascii_case(ID))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_message_is_something(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = recognize(&bytes);
    }

    #[test]
    fn any_damage_is_something_and_makes_no_message_id(
        which in 0_usize..1_000,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, prop::collection::vec(any::<u8>(), 0..6)), 1..8),
    ) {
        let fixtures = every_fixture();
        let mut bytes = fixtures[which % fixtures.len()].clone();
        for (at, length, put) in cuts {
            let at = at.index(bytes.len().max(1)).min(bytes.len());
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, put);
        }
        let notice = recognize(&bytes);
        let is_there = bytes.iter().filter(|byte| !byte.is_ascii_whitespace()).copied().collect::<Vec<u8>>();
        let is_there = is_there.windows(ID.len()).any(|window| window.eq_ignore_ascii_case(ID.as_bytes()));
        prop_assert!(is_there || !names_ours(&notice));
    }
}

#[test]
fn a_message_that_its_parser_did_not_expect_is_read_on() {
    // Found by fuzzing: mail-parser's own assertion, which a build for users and one for tests are without.
    let message = b"Content-Type:multipart/\n boundary=b/mx\n\n--b/mxContent-Type:message/rfc822\n\nContent-Type:message/rfc822\n\n\n--b/mx--";
    assert!(!matches!(recognize(message), Notice::Reports(_)));
}
