//! Letters in doubt, settled by what a relay's log says and by nothing else; a damaged ledger, mended after a question.

#![allow(clippy::unwrap_used, reason = "this is how a test fails")]

mod support;

use std::collections::HashMap;
use std::io::Write as _;

use support::relay::{Act, At, FakeRelay, Script};
use support::{Place, signers};

/// A campaign whose letters at these numbers are in doubt; all others were accepted. And their Message-IDs.
fn in_doubt(letters: usize, doubtful: &[usize]) -> (Place, Vec<String>) {
    let acts = doubtful.iter().map(|number| ((At::Dot, *number), Act::Close)).collect::<HashMap<_, _>>();
    let relay = FakeRelay::start(Script { acts, ..Script::default() });
    let place = Place::with_signers(&signers(letters));
    place.send(&relay.url, "");
    let listed = place.run("status --in-doubt --ledger l.ledger").done().stdout.clone();
    let ids: Vec<String> = listed.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), doubtful.len());
    (place, ids)
}

fn postfix_log(id: &str) -> String {
    format!(
        "Nov 25 09:40:00 mail postfix/cleanup[11]: 4XyzAB1cDz: message-id=<{id}>\n\
         Nov 25 09:40:00 mail postfix/qmgr[12]: 4XyzAB1cDz: from=<c@example.org>, size=26, nrcpt=1 (queue active)\n"
    )
}

#[test]
fn a_log_that_was_packed_when_it_was_rotated_is_unpacked_or_told() {
    let (place, ids) = in_doubt(2, &[1]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(postfix_log(&ids[0]).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    place.write("cut.gz", &packed[..packed.len() / 2]);
    place.run("settle --from-log cut.gz --ledger l.ledger").refused(65, "cannot be unpacked");
    place.write("log.xz", b"\xfd7zXZ\0more");
    place.run("settle --from-log log.xz --ledger l.ledger").refused(65, "packed (xz)");
    place.write("mail.log.2.gz", packed);
    place
        .run("settle --from-log mail.log.2.gz --ledger l.ledger")
        .done()
        .refused(0, "1 letter settled as accepted, 0 still in doubt");
}

#[test]
fn a_log_of_another_program_is_told_and_settles_nothing() {
    let (place, ids) = in_doubt(2, &[1]);
    place.write(
        "maillog",
        format!("Nov 25 09:40:00 mail sm-mta[99]: 2AP9e0x1: from=<c@example.org>, msgid=<{}>\n", ids[0]),
    );
    place
        .run("settle --from-log maillog --ledger l.ledger")
        .refused(65, "no line of Postfix, Exim or OpenSMTPD is in this file");
}

fn opensmtpd_log(messages: &[&str]) -> String {
    let line = |id: &&str| {
        format!(
            "Nov 25 09:40:00 mail smtpd[1]: 9518b868a08274c6 smtp envelope evpid={id}00000001 from=<c@example.org> \
             to=<jp@embassy.example.org>\n"
        )
    };
    messages.iter().map(line).collect()
}

#[test]
fn a_letter_settled_before_accounts_for_its_message_in_the_log() {
    // Letters 1, 3 and 5 go to Japan.
    let (place, ids) = in_doubt(6, &[1, 3, 5]);
    let settle = "settle --from-log mail.log --ledger l.ledger --from c@example.org";
    place.run(&format!("settle {} accepted --ledger l.ledger", ids[0])).done();
    // Two messages arrived, of which one may be the letter settled by hand: nobody can tell.
    place.write("mail.log", opensmtpd_log(&["aaaaaaaa", "bbbbbbbb"]));
    place.run(settle).refused(1, "1 settled by hand; it does not tell which is which");
    place.write("mail.log", opensmtpd_log(&["aaaaaaaa", "bbbbbbbb", "cccccccc"]));
    place.run(settle).done();
    place.run(&format!("settle {} accepted --ledger l.ledger", ids[1])).refused(65, "it is accepted");
}

#[test]
fn a_letter_settled_by_the_log_keeps_its_message_and_leaves_none_over() {
    let (place, _) = in_doubt(6, &[1, 3]);
    let settle = "settle --from-log mail.log --ledger l.ledger --from c@example.org";
    // Only one of two letters arrived.
    place.write("mail.log", opensmtpd_log(&["aaaaaaaa"]));
    place.run(settle).refused(1, "1 message without a recorded answer, and 2 letters in doubt");
    place.write("mail.log", opensmtpd_log(&["aaaaaaaa", "bbbbbbbb"]));
    place.run(settle).done();
    // Another letter is in doubt later, and the same two messages are in the log: none of them is that letter's.
    let relay =
        FakeRelay::start(Script { acts: HashMap::from([((At::Dot, 1), Act::Close)]), ..Script::default() });
    place.write("signers.csv", signers(7));
    assert_eq!(place.send(&relay.url, "").code, 1);
    place.run(settle).refused(1, "0 letters settled as accepted, 1 still in doubt");
}

#[test]
fn status_names_the_letters_in_doubt_as_json_too() {
    let (place, _) = in_doubt(3, &[1]);
    let lines = place.run("status --in-doubt --ledger l.ledger").done().stdout.clone();
    let json = place.run("status --json --in-doubt --ledger l.ledger").done().stdout.clone();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["in_doubt"], 1);
    let letters = json["letters_in_doubt"].as_array().unwrap();
    let told: Vec<String> = letters
        .iter()
        .map(|letter| ["message_id", "embassy", "at"].map(|key| letter[key].as_str().unwrap()).join("\t"))
        .collect();
    assert_eq!(lines.trim_end(), told.join("\n"));
    let json = place.run("status --json --ledger l.ledger").done().stdout.clone();
    assert!(!json.contains("letters_in_doubt"), "{json}");
}

#[test]
fn without_the_senders_address_nothing_is_counted() {
    let (place, _) = in_doubt(2, &[1]);
    place.write("mail.log", opensmtpd_log(&["aaaaaaaa"]));
    place
        .run("settle --from-log mail.log --ledger l.ledger")
        .refused(1, "from which address did the letters come?");
}

#[test]
fn a_damaged_ledger_is_mended_after_a_question_and_kept_as_it_was() {
    let (place, _) = in_doubt(4, &[]);
    let damaged = "settle --damaged --ledger l.ledger";
    place.run(damaged).done().refused(0, "the ledger is whole");
    let ledger = rusqlite::Connection::open(place.path("l.ledger")).unwrap();
    ledger.execute("UPDATE letter SET state = 'pending' WHERE id = 2", []).unwrap();
    ledger.close().unwrap();
    let before = std::fs::read(place.path("l.ledger")).unwrap();
    let relay = FakeRelay::start(Script::default());
    place
        .send(&relay.url, "")
        .refused(78, "1 letter does not agree with its check value: number 2 (to FR, pending)");
    place.send(&relay.url, "--dry-run").refused(78, "settle --damaged");
    place.run(damaged).refused(2, "add --yes");
    assert!(std::fs::read(place.path("l.ledger")).unwrap() == before);
    place.run(&format!("{damaged} --yes")).refused(1, "1 letter is in doubt now");
    assert!(std::fs::read(place.path("l.ledger.damaged")).unwrap() == before);
    assert_eq!(place.send(&relay.url, "").code, 1);
    assert!(relay.accepted().is_empty());
}

#[test]
fn a_letter_whose_text_was_damaged_is_put_in_doubt_when_asked() {
    for (column, of) in [("address", 2), ("sent_to", 1), ("words", 1), ("destination", 2), ("relay", 1)] {
        let (place, _) = in_doubt(3, &[1]);
        let ledger = rusqlite::Connection::open(place.path("l.ledger")).unwrap();
        let flipped = format!("UPDATE letter SET {column} = CAST(x'6A70C0' AS TEXT) WHERE id = {of}");
        ledger.execute(&flipped, []).unwrap();
        ledger.close().unwrap();
        let relay = FakeRelay::start(Script::default());
        place.send(&relay.url, "").refused(78, "`protest settle --damaged`");
        place.run("settle --damaged --yes --ledger l.ledger").refused(1, "1 letter is in doubt now");
        assert_eq!(place.send(&relay.url, "").code, 1, "{column}");
        assert!(relay.accepted().is_empty(), "{column}");
        place.run("status --ledger l.ledger").done();
    }
}
