//! A large mailbox of returned mail: every letter that came back is found, none besides, in little memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a trial")]

mod support;

use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use serde_json::Value;

use support::relay::{FakeRelay, Script};
use support::trial::size;
use support::{Place, signers};

/// The notices that say that a letter failed and name it.
const NOTICES: [&str; 12] = [
    "postfix",
    "postfix-expired",
    "exim",
    "exim-text",
    "qmail",
    "yahoo",
    "gmail",
    "gmail-text",
    "microsoft365",
    "exchange-text",
    "sendmail-text",
    "opensmtpd",
];

/// Ordinary mail, as it lies between notices.
const MAIL: &str = "Return-Path: <a@example.org>\nFrom: Someone <a@example.org>\nTo: letters@example.org\nSubject: Hello\n\
    Message-ID: <1@example.org>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n";

#[test]
fn every_letter_that_came_back_is_found_among_ordinary_mail() {
    let (letters, messages) = (size(60, 5_000), size(2_400, 200_000));
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    let place = Place::with_signers(&signers(letters));
    place.send(&relay.url, "--connections 4").done();
    let ids = ids(&place.read("report.csv"));
    assert_eq!(ids.len(), letters);
    let bytes = write_mailbox(&place.path("large.mbox"), &ids, messages);
    let begun = Instant::now();
    let (told, peak) = read_mailbox(&place);
    let took = begun.elapsed();
    assert_eq!(told["messages"], messages);
    assert_eq!(told["bounced"], letters);
    assert_eq!(told["foreign"], messages - letters);
    println!(
        "tried {messages} messages ({} MB) with {letters} notices of {} systems: {} recognized, {} read as mail, in {took:.1?}, \
         {peak} kB at most",
        bytes / 1_000_000,
        NOTICES.len(),
        told["bounced"],
        told["foreign"]
    );
}

/// The Message-ID and the address of every letter.
fn ids(report: &str) -> Vec<(String, &'static str)> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let to = if cells[1] == "Japan" { "jp@embassy.example.org" } else { "fr@embassy.example.org" };
        (cells[cells.len() - 2].to_owned(), to)
    };
    report.lines().skip(1).map(row).collect()
}

/// Notices spread evenly over other mail; how many bytes they are.
fn write_mailbox(path: &Path, ids: &[(String, &str)], messages: usize) -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bounces");
    let notices: Vec<String> = NOTICES
        .iter()
        .map(|name| std::fs::read_to_string(folder.join(format!("{name}.eml"))).unwrap())
        .collect();
    let mail = format!("{MAIL}{}", "A line of ordinary mail, as long as such lines are.\n".repeat(25));
    let mut mailbox = BufWriter::new(std::fs::File::create(path).unwrap());
    let every = messages / ids.len();
    for number in 0..messages {
        mailbox.write_all(b"From MAILER-DAEMON Wed Dec  2 10:11:12 2026\n").unwrap();
        match ids.get(number / every).filter(|_| number % every == 0) {
            Some((id, to)) => {
                let notice = &notices[(number / every) % notices.len()];
                mailbox.write_all(notice.replace("{message_id}", id).replace("{to}", to).as_bytes()).unwrap();
            }
            None => mailbox.write_all(mail.as_bytes()).unwrap(),
        }
        mailbox.write_all(b"\n").unwrap();
    }
    mailbox.flush().unwrap();
    std::fs::metadata(path).unwrap().len()
}

/// What is told of the mailbox, and the most memory that it took in kB, where the system says so.
fn read_mailbox(place: &Place) -> (Value, u64) {
    let mut child = place
        .command()
        .args(["bounces", "--ledger", "l.ledger", "--json", "large.mbox"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(peak);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    (serde_json::from_slice(&output.stdout).unwrap(), peak)
}
