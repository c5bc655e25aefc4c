//! What comes back: `protest bounces` reads returned mail, and the ledger, its report and the next run know it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use serde_json::Value;

use support::relay::{FakeRelay, Script};
use support::{EMBASSIES, Place, Ran, signers};

/// A campaign whose letters the relay took, with the Message-ID and the address of each, in the order of the rows.
struct Sent {
    place: Place,
    relay: FakeRelay,
    letters: Vec<(String, String)>,
}

fn sent(letters: usize) -> Sent {
    let relay = FakeRelay::start(Script::default());
    let place = Place::with_signers(&signers(letters));
    place.send(&relay.url, "").done();
    let report = place.read("report.csv");
    let rows = report.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let address = if cells[1] == "Japan" { "jp@embassy.example.org" } else { "fr@embassy.example.org" };
        (cells[cells.len() - 2].to_owned(), address.to_owned())
    });
    let letters = rows.collect();
    Sent { place, relay, letters }
}

impl Sent {
    /// The notice of this name about a letter.
    fn notice(&self, name: &str, letter: usize) -> String {
        let (id, to) = &self.letters[letter];
        notice(name, id, to)
    }

    fn bounces(&self, arguments: &str) -> (Ran, Value) {
        let ran = self.place.run(&format!("bounces --ledger l.ledger --json --embassies e.csv {arguments}"));
        let told = serde_json::from_str(&ran.stdout).unwrap_or(Value::Null);
        (ran, told)
    }

    fn status(&self) -> Value {
        serde_json::from_str(&self.place.run("status --ledger l.ledger --json").stdout).unwrap()
    }

    fn report(&self) -> Vec<String> {
        self.place.run("status --ledger l.ledger --signers signers.csv --embassies e.csv --from c@example.org --report report.csv").done();
        self.place.read("report.csv").lines().map(str::to_owned).collect()
    }
}

/// The same at a terminal, where a person answers.
fn at_a_terminal(place: &Place, arguments: &str, answers: &str) -> Ran {
    use std::io::Write as _;
    let program = env!("CARGO_BIN_EXE_protest");
    let mut child = std::process::Command::new("script")
        .args(["--quiet", "--return", "--command", &format!("{program} {arguments}"), "/dev/null"])
        .current_dir(place.path(""))
        .env("XDG_STATE_HOME", place.path("state"))
        .env_remove("PROTEST_CONFIG")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    Ran::of(&child.wait_with_output().unwrap())
}

fn notice(name: &str, id: &str, to: &str) -> String {
    let path = format!("{}/tests/bounces/{name}.eml", env!("CARGO_MANIFEST_DIR"));
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    text.replace("{message_id}", id).replace("{to}", to)
}

fn mbox(notices: &[String]) -> String {
    let quoted = |notice: &String| notice.replace("\nFrom ", "\n>From ");
    notices
        .iter()
        .map(|notice| format!("From MAILER-DAEMON Wed Dec  2 10:11:12 2026\n{}\n", quoted(notice)))
        .collect()
}

#[track_caller]
fn case(told: &Value, expected: &[(&str, u64)]) {
    let counted =
        ["messages", "bounced", "known", "delayed", "answered", "delivered", "foreign", "unmatched", "held"];
    for name in counted {
        let expected = expected.iter().find(|(known, _)| *known == name).map_or(0, |(_, number)| *number);
        assert_eq!(told[name].as_u64(), Some(expected), "{name}: {told}");
    }
}

#[test]
fn a_letter_that_came_back_is_recorded_and_reading_again_changes_nothing() {
    let sent = sent(4);
    let mailbox = mbox(&[sent.notice("postfix", 0), sent.notice("exim", 1), sent.notice("answer", 2)]);
    sent.place.write("returned.mbox", &mailbox);
    let (ran, told) = sent.bounces("returned.mbox");
    assert_eq!(ran.code, 0, "{ran:?}");
    case(&told, &[("messages", 3), ("bounced", 2), ("foreign", 1)]);
    let status = sent.status();
    assert_eq!(
        (status["bounced"].as_u64(), status["accepted"].as_u64(), status["total"].as_u64()),
        (Some(2), Some(2), Some(4))
    );
    let report = sent.report();
    assert!(
        report[1]
            .contains(",mail,bounced,5.1.1,550 5.1.1 <jp@embassy.example.org>: Recipient address rejected"),
        "{}",
        report[1]
    );
    assert!(report[2].contains(",mail,bounced,5.2.2,552 5.2.2 mailbox is full,"), "{}", report[2]);
    assert!(report[1].ends_with(",2026-12-02T10:11:12Z") || report[1].contains('Z'), "{}", report[1]);
    // The same mailbox, and one that overlaps with it.
    sent.place.write("maildir.eml", sent.notice("exim", 1));
    let (_, told) = sent.bounces("returned.mbox maildir.eml");
    case(&told, &[("messages", 4), ("known", 3), ("foreign", 1)]);
    assert_eq!(sent.report(), report);
    assert_eq!(sent.place.read("returned.mbox"), mailbox);
    // It counts like a refusal.
    sent.place.send(&sent.relay.url, "").refused(1, "4 rows: 2 accepted, 2 bounced.");
}

#[test]
fn only_a_failure_of_our_letter_to_its_own_address_changes_anything() {
    let sent = sent(2);
    let (id, to) = &sent.letters[0];
    let notices = [
        sent.notice("postfix-delay", 0),
        sent.notice("postfix-success", 0),
        sent.notice("out-of-office", 0),
        sent.notice("receipt", 0),
        sent.notice("quoted", 0),
        notice("postfix", "somebodyelses@example.org", "nobody@example.org"),
        notice("postfix", id, "other@embassy.example.org"),
        notice("postfix", "somebodyelses@example.org", to),
        sent.notice("no-original", 0),
        sent.notice("unknown-words", 0),
        sent.notice("twice-returned", 0),
    ];
    sent.place.write("returned.mbox", mbox(&notices));
    let before = sent.status();
    let (ran, told) = sent.bounces("returned.mbox");
    assert_eq!(ran.code, 0, "{ran:?}");
    let expected = [
        ("messages", 11),
        ("delayed", 1),
        ("delivered", 1),
        ("answered", 2),
        ("foreign", 3),
        ("unmatched", 4),
    ];
    case(&told, &expected);
    assert_eq!(sent.status(), before);
    let list = told["list"].as_array().unwrap();
    assert_eq!(list.len(), 4);
    assert_eq!(list[0]["status"], "5.1.1");
    assert_eq!(list[2]["subject"], "Undelivered Mail Returned to Sender");
    assert_eq!(list[2]["why"], "it does not return the letter's header");
    assert_eq!(list[3]["message"], 10);
}

#[test]
fn an_address_that_is_not_known_is_held_only_by_a_persons_word() {
    let sent = sent(4);
    sent.place.write("1.eml", sent.notice("postfix", 0));
    let (ran, told) = sent.bounces("1.eml");
    case(&told, &[("messages", 1), ("bounced", 1)]);
    ran.refused(0, "jp@embassy.example.org is not known to its mail server (5.1.1): 1 letter came back; line 2 of the address book, the Chinese embassy in Tokyo, Japan. It is not held: add --yes to hold it.");
    let (_, told) = sent.bounces("--yes 1.eml");
    case(&told, &[("messages", 1), ("known", 1), ("held", 1)]);
    let (_, told) = sent.bounces("--yes 1.eml");
    case(&told, &[("messages", 1), ("known", 1)]);
    sent.place.write("signers.csv", signers(6));
    let ran = sent.place.send(&sent.relay.url, "");
    ran.refused(1, "6 rows: 4 accepted, 1 pending, 1 bounced. 1 letter waits for another address of the embassy than jp@embassy.example.org");
}

#[test]
fn a_letter_leaves_again_where_the_book_has_another_address_and_an_old_notice_is_no_news_then() {
    let sent = sent(2);
    sent.place.write("1.mbox", mbox(&[sent.notice("postfix", 0), sent.notice("exim", 1)]));
    case(&sent.bounces("1.mbox").1, &[("messages", 2), ("bounced", 2)]);
    sent.place.write("e.csv", EMBASSIES.replace("jp@embassy", "new-jp@embassy"));
    let before = sent.relay.accepted().len();
    sent.place.send(&sent.relay.url, "").refused(1, "2 rows: 2 bounced.");
    assert_eq!(sent.relay.accepted().len(), before);
    let ran = sent.place.send(&sent.relay.url, "--retry-bounced");
    ran.refused(1, "1 letter came back from an address that the address book still has. It may have arrived all the same");
    ran.refused(1, "2 rows: 1 accepted, 1 bounced.");
    let accepted = sent.relay.accepted();
    assert_eq!(accepted.len(), before + 1);
    assert!(accepted[before].to.contains("new-jp@embassy.example.org"), "{}", accepted[before].to);
    // The old notice is about the first sending.
    case(&sent.bounces("1.mbox").1, &[("messages", 2), ("known", 1), ("unmatched", 1)]);
    assert_eq!(sent.status()["accepted"], 1);
    // A new one, from the new address, is about the second.
    let (id, _) = &sent.letters[0];
    sent.place.write("2.eml", notice("postfix", id, "new-jp@embassy.example.org"));
    case(&sent.bounces("2.eml").1, &[("messages", 1), ("bounced", 1)]);
}

#[test]
fn a_person_at_a_terminal_says_what_is_held_and_what_is_sent_once_more() {
    let sent = sent(2);
    sent.place.write("1.eml", sent.notice("postfix", 0));
    let line = "bounces --ledger l.ledger --embassies e.csv 1.eml";
    let ran = at_a_terminal(&sent.place, line, "n\n");
    assert!(
        ran.stdout.contains("Hold the letters to it until the book has another address? [y/N]"),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("1  came back, and are recorded so"), "{ran:?}");
    at_a_terminal(&sent.place, line, "y\n");
    assert!(sent.bounces("--yes 1.eml").1["held"] == 0, "held already");
    let before = sent.relay.accepted().len();
    let again = format!("{} --rate none --retry-bounced", Place::send_line(&sent.relay.url));
    let ran = at_a_terminal(&sent.place, &again, "n\n");
    assert!(
        ran.stdout.contains("They may have arrived") || ran.stdout.contains("It may have arrived"),
        "{ran:?}"
    );
    assert_eq!(sent.relay.accepted().len(), before);
    let ran = at_a_terminal(&sent.place, &again, "y\n");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(sent.relay.accepted().len(), before + 1);
    // The notice of the first sending says nothing of the second.
    case(&sent.bounces("1.eml").1, &[("messages", 1), ("known", 1)]);
}

#[test]
fn a_mailbox_that_is_not_there_or_is_none_does_not_hide_the_others() {
    let sent = sent(2);
    sent.place.write("1.eml", sent.notice("postfix", 0));
    sent.place.write("2.eml", sent.notice("qmail", 1));
    sent.place.write("list.txt", "hello\n");
    let (ran, told) = sent.bounces("list.txt 1.eml");
    ran.refused(65, "list.txt: this is no mailbox");
    case(&told, &[("messages", 1), ("bounced", 1)]);
    let (ran, told) = sent.bounces("absent.mbox list.txt 2.eml");
    ran.refused(66, "absent.mbox: ");
    case(&told, &[("messages", 1), ("bounced", 1)]);
    sent.place.run("bounces --ledger none.ledger 1.eml").refused(66, "none.ledger");
    sent.place.run("bounces --ledger l.ledger").refused(2, "PATH");
}

#[test]
fn a_dry_run_records_nothing_and_standard_input_is_a_mailbox_too() {
    let sent = sent(2);
    sent.place.write("1.eml", sent.notice("microsoft365", 0));
    let before = std::fs::read(sent.place.path("l.ledger")).unwrap();
    let ran = sent.place.run("bounces --ledger l.ledger --dry-run 1.eml");
    assert!(ran.done().stdout.contains("came back (a dry run: nothing was recorded)"), "{ran:?}");
    assert!(std::fs::read(sent.place.path("l.ledger")).unwrap() == before);
    let output = sent
        .place
        .command()
        .args(["bounces", "--ledger", "l.ledger", "-"])
        .stdin(std::fs::File::open(sent.place.path("1.eml")).unwrap())
        .output()
        .unwrap();
    let ran = Ran::of(&output);
    assert!(ran.done().stdout.contains("1  came back, and are recorded so"), "{ran:?}");
    assert_eq!(sent.status()["bounced"], 1);
}

#[test]
fn one_unreadable_message_marks_nothing_and_ends_nothing() {
    let sent = sent(2);
    let broken =
        "From: x\nContent-Type: multipart/report; boundary=\"\n\n\0\u{1}--\nFinal-Recipient: rfc822;\n"
            .to_owned();
    let deep = "Content-Type: message/rfc822\n\n".repeat(2_000);
    sent.place.write("1.mbox", mbox(&[broken, deep, sent.notice("opensmtpd", 1)]));
    let (_, told) = sent.bounces("1.mbox");
    case(&told, &[("messages", 3), ("bounced", 1), ("foreign", 1)]);
    assert_eq!(told["skipped"], 1);
    assert_eq!(sent.status()["bounced"], 1);
}
