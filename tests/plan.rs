//! What `send --signers` says before the question, what it records, and what its end adds up to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::relay::{FakeRelay, Script};
use support::{EMBASSIES, Place, signers};

const NOWHERE: &str = "smtp://127.0.0.1:9";

/// What the plan of a list says, a campaign.toml beside it.
fn plan(list: &str, campaign: &str, more: &str) -> String {
    let place = Place::with_signers(list);
    place.write("campaign.toml", campaign);
    let before = place.files();
    let line = format!("{} --dry-run {more}", Place::send_line(NOWHERE));
    let plan = place.run(&line).done().stdout.clone();
    assert_eq!(place.files(), before, "a dry run made a file");
    plan
}

#[track_caller]
fn says(plan: &str, sentences: &[&str]) {
    for sentence in sentences {
        assert!(plan.contains(sentence), "{sentence:?} is not in:\n{plan}");
    }
}

#[test]
fn the_plan_does_the_sum() {
    let list = signers(20_000).replace("France", "Japan");
    let day = chrono::Utc::now() + chrono::TimeDelta::days(10);
    let window = format!("[window]\nday = \"{}\"\nhours = \"09:00-17:00\"\n", day.format("%m-%d"));
    let window = window.as_str();
    let with_window = plan(&list, window, "");
    let open = day.format("They leave between %Y-%m-%d 00:00 and %Y-%m-%d 08:00 UTC").to_string();
    says(
        &with_window,
        &[
            "20,000 letters at 30/min need 11 h 07 min; their windows hold 14,400",
            &open,
            "5,600 letters do not fit and stay pending",
        ],
    );
    let list = signers(900).replace("France", "Japan");
    says(&plan(&list, window, ""), &["900 letters at 30/min need 30 min 00 s; they fit their windows"]);
    says(&plan(&list, "per_embassy = \"1000/h\"\n", ""), &["900 letters at these paces need 54 min 00 s"]);
}

#[test]
fn what_is_left_out_is_told_with_its_reason_and_the_end_adds_up_to_the_list() {
    let place = Place::with_signers(
        "name,country,email,consent\n\
         Aiko,Japan,a@example.org,yes\n\
         AIKO,Japan,A@example.org,yes\n\
         Bo,France,,no\n\
         Cem,Germany,,yes\n\
         Dana,Korea,,yes\n\
         Eli,France,,yes\n\
         Eli,France,,2026-01-01\n",
    );
    let relay = FakeRelay::start(Script { pipelining: true, ..Script::default() });
    place.send(&relay.url, "").refused(65, "signers.csv:6:2: \"Korea\" may be").refused(
        65,
        "signers.csv:7:1: row 7 has the same name; add an e-mail or a city: these may be two people",
    );
    assert_eq!(relay.connections(), 0);
    let ran = place.send(&relay.url, "--skip-invalid");
    ran.refused(75, "row 2 repeats row 1").refused(75, "1 row whose signers said no").refused(
        75,
        "7 rows: 1 accepted, 1 pending, 1 said no, 1 repeated, 3 faulty. 1 by mail, 1 by post: give --post DIR.",
    );
    let expected = [("accepted", 1), ("duplicate", 1), ("invalid", 3), ("left_out", 1), ("pending", 1)];
    assert_eq!(place.outcomes(), expected.map(|(word, count)| (word.to_owned(), count)).into());
    place
        .send(&relay.url, "--skip-invalid --no-post")
        .done()
        .refused(0, "7 rows: 1 accepted, 1 said no, 1 without post, 1 repeated, 3 faulty.");
}

#[test]
fn a_corrected_typo_is_told_before_the_question() {
    let place = Place::with_signers("name,country,email,consent\nAiko Tanaca,Japan,a@example.org,yes\n");
    let relay = FakeRelay::start(Script::default());
    place.send(&relay.url, "").done();
    place.write("signers.csv", "name,country,email,consent\nAiko Tanaka,Japan,a@example.org,yes\n");
    let ran = place.send(&relay.url, "--dry-run");
    says(&ran.stdout, &["1 new letter", "row 1: the same e-mail at the same embassy, accepted"]);
}

#[test]
fn a_dry_run_fails_where_the_run_would_and_writes_nothing_for_a_folder_either() {
    let place = Place::with_signers(&signers(2));
    let line = Place::send_line("smtps://c@localhost:9");
    place.run(&format!("{line} --dry-run --ca no.pem")).refused(66, "no.pem");
    place.run(&format!("{} --dry-run", Place::send_line("file:out"))).done();
    assert_eq!(place.files(), ["e.csv", "signers.csv"]);
    place.run(&Place::send_line("file:out")).done();
    assert_eq!(place.files(), ["e.csv", "out", "signers.csv"]);
}

#[test]
fn letters_on_paper_that_cannot_be_written_stop_the_run_and_are_told_in_the_report() {
    let place = Place::with_signers(
        "name,country,email,consent\nA,Germany,a@example.org,yes\nB,Japan,b@example.org,yes\n",
    );
    let relay = FakeRelay::start(Script::default());
    place.write("post", "in the way");
    place.send(&relay.url, "--post post").refused(73, "post").refused(73, "2 rows: 2 pending");
    assert_eq!((relay.connections(), place.outcomes().get("pending")), (0, Some(&2)));
    place.send(&relay.url, "--post paper").done();
    assert!(place.files().contains(&"paper".to_owned()));
}

#[test]
fn the_campaigns_file_names_the_list_for_every_command() {
    let place = Place::with_signers(&signers(2));
    place.write("campaign.toml", "signers = \"signers.csv\"\nfrom = \"c@example.org\"\nid = \"mine\"\n");
    let shown = place.run("preview --all --embassies e.csv").done().stdout.clone();
    assert_eq!(shown.matches('\u{c}').count(), 1);
    place.run("preview --row 2 --embassies e.csv").done();
    place.run("preview --row 3 --embassies e.csv").refused(65, "there is no row 3: the list has 2");
    place.run("preview --row 0 --embassies e.csv").refused(2, "0 is not in 1..");
    place.run("preview --embassies e.csv").refused(2, "Add --row N");
    place.run("write --as txt -o letters --embassies e.csv").done();
    let relay = FakeRelay::start(Script::default());
    place.run(&format!("send --embassies e.csv --smtp {} --rate none --yes", relay.url)).done();
    place.run("status --report told.csv --embassies e.csv").done();
    assert!(place.read("told.csv").contains(",accepted,250,"));
    place.run("forget --ledger mine.ledger --yes").refused(0, "told.csv");
    place.run("preview --row 1 --config no.toml").refused(66, "no.toml");
    std::fs::remove_file(place.path("campaign.toml")).unwrap();
    place
        .run("preview --row 1")
        .refused(2, "--row, --all and --channel go with a list: add --signers FILE.csv");
}

#[test]
fn an_embassys_own_address_is_nobodys_however_it_is_written() {
    let list = "name,country,email,consent\nA,Japan,JP@Embassy.example.org,yes\n";
    let place = Place::with_signers(list);
    let sentence = "signers.csv:2:3: \"JP@embassy.example.org\" is an embassy's own address";
    place.send(NOWHERE, "").refused(65, sentence);
    place.run("preview --all --signers signers.csv --embassies e.csv").refused(65, sentence);
}

#[test]
fn a_report_without_a_folder_is_told_before_anything_leaves() {
    let place = Place::with_signers(&signers(1));
    let relay = FakeRelay::start(Script::default());
    let line = Place::send_line(&relay.url).replace("report.csv", "no/report.csv");
    place.run(&line).refused(73, "there is no folder for this report");
    assert_eq!(relay.connections(), 0);
}

#[test]
fn a_window_is_kept_in_each_embassys_own_time_zone() {
    let now = chrono::Utc::now();
    // Where the day is over by now, or has not begun.
    let elsewhere =
        if chrono::Timelike::hour(&now) >= 11 { "Pacific/Kiritimati" } else { "Pacific/Pago_Pago" };
    let place = Place::with_signers(&signers(2));
    let book = EMBASSIES.replace("Asia/Tokyo", "Etc/UTC").replace("Europe/Paris", elsewhere);
    place.write("e.csv", book);
    let day = now.format("%m-%d");
    place.write("campaign.toml", format!("[window]\nday = \"{day}\"\nhours = \"00:00-24:00\"\n"));
    let relay = FakeRelay::start(Script::default());
    place.send(&relay.url, "--no-wait").refused(75, "2 rows: 1 accepted, 1 pending.");
    assert!(relay.accepted()[0].to.contains("jp@"));
    if elsewhere == "Pacific/Kiritimati" {
        place.send(&relay.url, "--no-wait").refused(75, "1 letter does not fit and stays pending");
        place.send(&relay.url, "--after-window").done();
        assert_eq!(relay.accepted().len(), 2);
    }
}
