//! One signer's letter on its way: what the relay gets, what is sent again, what leaves no trace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::collections::HashMap;

use support::relay::{Act, At, FakeRelay, Script};
use support::{EMBASSIES, Place, Ran, words};

fn place() -> Place {
    let place = Place::new();
    place.write("e.csv", EMBASSIES);
    place
}

/// Sends A's letter to Japan, unless `more` says otherwise.
#[track_caller]
fn send(place: &Place, url: &str, more: &str) -> Ran {
    let name = if more.contains("--name") { "" } else { "--name A" };
    let country = if more.contains("--country") { "" } else { "--country Japan" };
    let from = if more.contains("--from") || more.contains("--email") { "" } else { "--from a@example.org" };
    place.run(&format!("send {name} {country} {from} --embassies e.csv --smtp {url} --yes {more}"))
}

fn without_date(message: &str) -> &str {
    assert!(message.starts_with("Date: "), "{message}");
    message.split_once("\r\n").unwrap().1
}

#[test]
fn what_is_sent_is_what_was_shown_and_written_but_for_the_date() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    let who = "--name {Doe, Jóhn} --country Japan --from jóhn@bücher.example --embassies e.csv";
    place.run(&format!("preview --headers {who}")).refused(65, "use an address in ASCII letters");
    let who = &who.replace("jóhn@", "john@");
    let shown = place.run(&format!("preview --headers {who}"));
    place.run(&format!("write x.eml {who}").replace("x.eml", "-o x.eml")).done();
    place.run(&format!("send {who} --yes --smtp {}", relay.url)).done();
    let sent = &relay.accepted()[0].data;
    assert_eq!(without_date(sent), without_date(&shown.done().stdout));
    assert_eq!(without_date(sent), without_date(&place.read("x.eml")));
    assert!(sent.contains("\r\nFrom: =?utf-8?b?RG9lLCBKw7Nobg==?= <john@xn--bcher-kva.example>\r\n"));
    assert_eq!(
        relay.commands()[..4],
        [
            "EHLO xn--bcher-kva.example",
            "MAIL FROM:<john@xn--bcher-kva.example>",
            "RCPT TO:<jp@embassy.example.org>",
            "DATA"
        ]
    );
}

#[test]
fn a_letter_goes_once_however_its_account_was_named() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    send(&place, &relay.url, "").done();
    for more in ["", "--email a@example.org", "--city Osaka", "--dry-run", "--email A@EXAMPLE.org"] {
        send(&place, &relay.url, more).refused(0, "This letter was accepted on 20");
    }
    place
        .run("send --name A --country Japan --embassies e.csv --yes --smtp smtps://a@example.org@localhost:1")
        .refused(0, "it is not sent again");
    assert_eq!(relay.accepted().len(), 1);
}

#[test]
fn a_letter_that_looks_like_one_already_sent_is_told_in_the_plan() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    send(&place, &relay.url, "").done();
    for (more, sentence) in [
        ("--from b@example.org", "a letter already sent: the same name at the same embassy, accepted on 20"),
        ("--name B", "the same e-mail at the same embassy"),
        ("--country France", "the same signer at another embassy"),
    ] {
        let ran = send(&place, &relay.url, &format!("{more} --dry-run"));
        assert!(ran.done().stdout.contains(sentence), "{}", ran.stdout);
        send(&place, &relay.url, more).refused(0, sentence);
    }
    assert_eq!(relay.accepted().len(), 4);
}

#[test]
fn the_sixth_signer_of_single_letters_is_asked_to_make_a_list() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    for name in ["A", "B", "C", "D", "E"] {
        send(&place, &relay.url, &format!("--name {name}")).done();
    }
    for more in ["--name F", "--name F --dry-run"] {
        send(&place, &relay.url, more).refused(65, "5 other signers have sent single letters from here");
    }
    send(&place, &relay.url, "--name A --country France").done();
    assert_eq!(relay.accepted().len(), 6);
}

#[test]
fn the_address_is_from_else_email_else_the_relays_user() {
    let place = place();
    let from = |more: &str, expected: &str| {
        let ran = place.run(&format!("preview --headers --name A --country Japan --embassies e.csv {more}"));
        assert!(
            ran.done().stdout.contains(&format!("\r\nFrom: A <{expected}>\r\n")),
            "{more}: {}",
            ran.stdout
        );
    };
    let url = "--smtp smtps://url@example.org@smtp.example.org";
    from(&format!("--from from@example.org --email email@example.org {url}"), "from@example.org");
    from(&format!("--email email@example.org {url}"), "email@example.org");
    from(url, "url@example.org");
    for url in ["", "--smtp smtps://aiko@smtp.example.org", "--smtp sendmail:"] {
        for command in ["preview --headers", "write -o x.eml"] {
            place
                .run(&format!("{command} --name A --country Japan --embassies e.csv {url}"))
                .refused(2, "Add --from ADDRESS");
        }
    }
    // A campaign's own address stands back.
    place.write("campaign.toml", "from = \"campaign@example.org\"\n");
    from(&format!("--email email@example.org {url}"), "email@example.org");
    from(url, "url@example.org");
    from("", "campaign@example.org");
}

#[test]
fn a_campaign_that_lies_about_is_not_a_single_letters_own() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    let day = "[window]\nday = \"01-01\"\nhours = \"09:00-10:00\"\n";
    let config = format!(
        "id = \"mine\"\nsmtp = \"{}\"\nsigners = \"signers.csv\"\npost = \"post\"\nledger = \"mine.ledger\"\n\
         from = \"campaign@example.org\"\n{day}",
        relay.url
    );
    place.write("campaign.toml", config);
    place.write("signers.csv", "name,country,consent,email\nB,France,yes,b@example.org\n");
    place.run("send --name A --country Japan --email a@example.org --embassies e.csv --yes").done();
    assert_eq!(relay.accepted()[0].to, "RCPT TO:<jp@embassy.example.org>");
    assert_eq!(place.files(), ["campaign.toml", "e.csv", "signers.csv"]);
    let state = place.path("state/protest");
    assert_eq!(std::fs::read_dir(state).unwrap().count(), 1);
    // In a campaign's folder `status` is about that campaign, also where none of its letters was sent yet; elsewhere it
    // is about single letters, and says so.
    place.run("status").refused(66, "mine.ledger: there is no ledger here");
    std::fs::remove_file(place.path("campaign.toml")).unwrap();
    assert!(place.run("status").refused(0, ".ledger").stdout.contains("1 accepted"));
}

#[test]
fn a_dry_run_and_a_no_leave_no_trace() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    let ran = send(&place, &relay.url, "--dry-run");
    assert!(ran.done().stdout.starts_with("From: A <a@example.org>\nTo: jp@embassy.example.org\nPost: "));
    send(&place, "file:out", "--dry-run").done();
    send(&place, "sendmail:", "--dry-run").done();
    place
        .run(&format!(
            "send --name A --country Japan --from a@example.org --embassies e.csv --smtp {}",
            relay.url
        ))
        .refused(2, "add --yes");
    assert_eq!((place.files(), relay.connections()), (vec!["e.csv".to_owned()], 0));
    let out = place
        .command()
        .args(words("send --dry-run --name A --country Japan --from a@example.org"))
        .args(["--embassies", "e.csv", "--smtp", "smtp://localhost:1"])
        .env_remove("XDG_STATE_HOME")
        .env("HOME", place.path("home"))
        .output();
    Ran::of(&out.unwrap()).done();
    assert!(!place.has("home"));
}

#[test]
fn a_rehearsal_goes_to_one_address_with_an_id_of_its_own_and_no_ledger() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    send(&place, &relay.url, "--rehearse me@example.org").done();
    let rehearsed = relay.accepted()[0].clone();
    assert_eq!(rehearsed.to, "RCPT TO:<me@example.org>");
    assert!(rehearsed.data.contains("\r\nTo: me@example.org\r\n"));
    assert!(rehearsed.data.contains("\r\nSubject: [rehearsal for JP] Please stop"), "{}", rehearsed.data);
    assert!(!rehearsed.data.contains("embassy.example.org") && !place.has("state"));
    send(&place, &relay.url, "--rehearse fr@embassy.example.org").refused(65, "an embassy's own address");
    send(&place, &relay.url, "--rehearse nobody")
        .refused(65, "--rehearse: \"nobody\" is not an e-mail address");
    assert_eq!(relay.accepted().len(), 1);
}

#[test]
fn a_folder_as_relay_gets_the_message_and_the_ledger_nothing() {
    let place = place();
    send(&place, "file:out", "").done();
    assert!(place.read("out/0001-JP-a.eml").contains("\r\nTo: jp@embassy.example.org\r\n"));
    assert!(support::is_private(&place.path("out/0001-JP-a.eml")) && support::is_private(&place.path("out")));
    assert!(!place.has("state"));
}

#[test]
fn what_the_relay_answers_decides_the_end() {
    let cases = [
        (At::Rcpt, Act::Say("550 5.7.1 not you"), 1, "Refused: the mail server did not take the letter"),
        (At::Dot, Act::Say("550 5.7.1 not this"), 1, "(550 5.7.1 not this)"),
        (
            At::Dot,
            Act::Say("451 4.3.0 later"),
            75,
            "was not sent (451 4.3.0 later). The same command tries it again",
        ),
        (At::Mail, Act::Say("535 5.7.8 who are you"), 77, "535 5.7.8"),
        (
            At::Dot,
            Act::Close,
            1,
            "In doubt: the letter to the Chinese embassy in Tokyo, Japan may have arrived",
        ),
    ];
    for (at, act, code, sentence) in cases {
        let script = Script { acts: HashMap::from([((at, 1), act.clone())]), ..Script::default() };
        let (place, relay) = (place(), FakeRelay::start(script));
        let ran = send(&place, &relay.url, "");
        ran.refused(code, sentence);
        let again = send(&place, &relay.url, "");
        if code == 1 {
            assert_eq!(again.code, 1, "{act:?}: {}", again.stderr);
            send(&place, &relay.url, "--retry-in-doubt --retry-refused").done();
        } else {
            again.done();
        }
    }
}

#[test]
fn a_doubt_names_the_command_that_settles_it() {
    let acts = HashMap::from([((At::Dot, 1), Act::Close)]);
    let (place, relay) = (place(), FakeRelay::start(Script { acts, ..Script::default() }));
    let ran = send(&place, &relay.url, "");
    let id = ran.stderr.split("`protest settle ").nth(1).unwrap().split(' ').next().unwrap();
    place.run(&format!("settle {id} accepted")).done();
    send(&place, &relay.url, "").refused(0, "This letter was accepted");
}

#[test]
fn where_nobody_listens_nothing_is_lost() {
    let place = place();
    send(&place, "smtp://127.0.0.1:1", "").refused(69, "nothing listens there");
    let status = place.run("status --json").done().stdout.clone();
    assert!(status.contains("\"pending\": 1") && status.contains("\"total\": 1"), "{status}");
}

#[test]
fn an_address_of_low_confidence_is_asked_for() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    send(&place, &relay.url, "--country Italy").refused(2, "--old-addresses");
    assert!(relay.accepted().is_empty());
    send(&place, &relay.url, "--country Italy --old-addresses")
        .refused(0, "LOW confidence, last checked 2012");
    assert_eq!(relay.accepted().len(), 1);
}

#[test]
fn a_copy_goes_to_the_account_that_the_letter_came_from() {
    let (place, relay) = (place(), FakeRelay::start(Script::default()));
    send(&place, &relay.url, "--copy-to-signer").done();
    let to: Vec<String> = relay.accepted().into_iter().map(|accepted| accepted.to).collect();
    assert_eq!(to, ["RCPT TO:<jp@embassy.example.org>", "RCPT TO:<a@example.org>"]);
}

#[cfg(unix)]
#[test]
fn the_local_sendmail_programs_end_is_the_letters() {
    use std::os::unix::fs::PermissionsExt as _;
    for (script, code, sentence) in [
        ("cat > sent; echo \"$@\" > arguments", 0, "Accepted"),
        ("cat > sent; echo busy >&2; exit 75", 75, "was not sent (busy)"),
        ("cat > sent; echo no such thing >&2; exit 67", 1, "Refused: the mail server did not take"),
        ("cat > sent; kill -9 $$", 1, "In doubt"),
    ] {
        let place = place();
        std::fs::create_dir(place.path("bin")).unwrap();
        let program = place.write("bin/sendmail", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
        let line =
            "send --name A --country Japan --from a@example.org --embassies e.csv --smtp sendmail: --yes";
        let ran = Ran::of(&place.command().args(words(line)).env("PATH", path).output().unwrap());
        ran.refused(code, sentence).refused(code, "this machine's name and your user name");
        assert!(place.read("sent").contains("\nTo: jp@embassy.example.org\n"));
        if code == 0 {
            assert_eq!(place.read("arguments"), "-i -f a@example.org -- jp@embassy.example.org\n");
        }
    }
}
