//! From nothing to a campaign that is ready: the folder that `init` makes, what `check` says of a plan.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::relay::{FakeRelay, Script};
use support::{Place, is_private, signers};

const INIT: &str = "init camp --name {Letters for Refugees} --from letters@example.org \
                    --smtp smtps://letters@example.org@smtp.example.org";

#[test]
fn the_folder_that_init_makes_works_at_once_and_is_its_owners_alone() {
    let place = Place::new();
    let ran = place.run(INIT);
    ran.done();
    assert!(ran.stderr.contains("protest --config camp/campaign.toml send --dry-run"), "{}", ran.stderr);
    assert!(is_private(&place.path("camp")));
    for name in ["campaign.toml", "signers.csv", "own.md", "consent.md", ".gitignore"] {
        assert!(is_private(&place.path("camp").join(name)), "{name}");
    }
    assert_eq!(place.files(), ["camp"]);
    let row = "Aiko Example,Japan,Osaka,aiko@example.org,yes,no,\n";
    place.write("camp/signers.csv", format!("{}{row}", place.read("camp/signers.csv")));
    let plan = place.run("--config camp/campaign.toml send --dry-run");
    plan.done();
    assert!(plan.stdout.contains("1 row: 1 letter by mail"), "{}", plan.stdout);
    assert!(
        plan.stdout.contains("\"NAME via Letters for Refugees\" <letters@example.org>"),
        "{}",
        plan.stdout
    );
    assert!(
        place.run("preview --letter camp/own.md --name Aiko --country Japan").done().stdout.contains("Aiko")
    );
}

#[test]
fn init_writes_over_nothing_and_makes_all_or_nothing() {
    let place = Place::new();
    std::fs::create_dir(place.path("camp")).unwrap();
    place.write("camp/own.md", "my own words");
    place.run(INIT).refused(73, "camp: this folder is not empty (\"own.md\" is in it): name another");
    assert_eq!(place.read("camp/own.md"), "my own words");
    assert_eq!(std::fs::read_dir(place.path("camp")).unwrap().count(), 1);
    place.write("file", "");
    place
        .run("init file --from a@example.org --smtp sendmail:")
        .refused(73, "file: this is there already, and no folder");
    place.run("init file/camp --from a@example.org --smtp sendmail:").refused(73, "cannot be made");
    // What nobody sees in a folder, such as a repository's own, is no content.
    std::fs::remove_file(place.path("camp/own.md")).unwrap();
    std::fs::create_dir(place.path("camp/.git")).unwrap();
    place.run(INIT).done();
    assert!(place.has("camp/.git") && place.has("camp/campaign.toml"));
}

#[test]
fn without_a_terminal_a_missing_answer_is_named() {
    let place = Place::new();
    place
        .run("init")
        .refused(2, "which folder is to be made? Name it, for example: protest init my-campaign");
    place.run("init camp").refused(2, "Add --from ADDRESS");
    place.run("init camp --from a@example.org").refused(2, "Add --smtp smtps://a@example.org@SERVER");
    place.run("init camp --from nobody").refused(65, "--from: \"nobody\" is not an e-mail address");
    place
        .run("init camp --from a@example.org --smtp smtp://mail.example.org")
        .refused(78, "speaks without encryption");
    place
        .run("init camp --from a@example.org --smtp sendmail: --day 2.12.")
        .refused(65, "--day: \"2.12.\" is no month and day");
    assert_eq!(place.files(), [""; 0]);
}

#[test]
fn a_known_provider_needs_no_mail_server_and_says_what_it_wants() {
    let place = Place::new();
    let ran = place.run("init camp --from you@gmail.com");
    assert!(ran.done().stderr.contains("make an app password at"), "{}", ran.stderr);
    let config = place.read("camp/campaign.toml");
    assert!(config.contains("smtp = \"smtps://you@gmail.com@smtp.gmail.com\""), "{config}");
}

#[test]
fn signers_ledger_report_and_post_stay_out_of_version_control() {
    let place = Place::new();
    place.run(INIT).done();
    let ignored = place.read("camp/.gitignore");
    for line in ["*.csv", "*.ledger*", "/post/", "*.json"] {
        assert!(ignored.lines().any(|ignored| ignored == line), "{line}");
    }
}

/// A campaign of two signers that is in order, through the relay at `url`.
fn campaign(url: &str, more: &str) -> Place {
    let place = Place::with_signers(
        "name,country,email,consent,note\nAiko Example,Japan,aiko@example.org,2026-11-02,My own words.\n\
         Ben Example,France,ben@example.org,2026-11-02,\n",
    );
    place.write(
        "campaign.toml",
        format!("id = \"c\"\nname = \"C\"\nsigners = \"signers.csv\"\nfrom = \"c@example.org\"\nsmtp = \"{url}\"\n{more}"),
    );
    place
}

fn check(place: &Place, more: &str) -> (support::Ran, Vec<serde_json::Value>) {
    let ran = place.run(&format!("check --embassies e.csv --timeout 5s --json {more}"));
    let findings: Vec<serde_json::Value> = serde_json::from_str(&ran.stdout).unwrap();
    for finding in &findings {
        assert_eq!(finding["ok"].as_bool().unwrap(), finding["verdict"] != "bad", "{finding}");
        assert!(finding["message"].is_string() && finding.get("what_to_do").is_some(), "{finding}");
    }
    (ran, findings)
}

/// The message of the first finding of this check with this verdict.
#[track_caller]
fn message(findings: &[serde_json::Value], check: &str, verdict: &str) -> String {
    let found = findings.iter().find(|finding| finding["check"] == check && finding["verdict"] == verdict);
    let found = found.unwrap_or_else(|| panic!("no {verdict} {check} in {findings:#?}"));
    found["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_campaign_in_order_passes_and_check_sends_nothing_and_makes_no_file() {
    let relay = FakeRelay::start(Script::default());
    let place = campaign(&relay.url, "");
    let files = place.files();
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 0, "{ran:?}");
    for seen in ["config", "letter", "rows", "consent", "address", "ledger", "relay", "tls", "pace"] {
        message(&findings, seen, "good");
    }
    assert_eq!(
        message(&findings, "own-words", "good"),
        "1 of 2 letters have words of the signer's own (50 %)"
    );
    assert_eq!(relay.commands(), ["EHLO example.org", "QUIT"]);
    assert_eq!(place.files(), files);
}

#[test]
fn a_list_of_ticks_and_crosses_says_what_to_do() {
    let place = campaign("smtp://127.0.0.1:1", "");
    let told = |locale: &str| {
        let mut command = place.command();
        command.args(["check", "--embassies", "e.csv"]).env("LC_ALL", locale);
        support::Ran::of(&command.output().unwrap())
    };
    let ran = told("C.UTF-8");
    assert_eq!(ran.code, 69, "{ran:?}");
    assert!(ran.stdout.contains("✓ config: campaign.toml is in order\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("✗ relay: 127.0.0.1:1: no connection"), "{}", ran.stdout);
    assert!(ran.stdout.contains("    do: see to it that host and port are right"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n1 thing stands in the way; "), "{}", ran.stdout);
    let ascii = told("C").stdout;
    assert!(ascii.is_ascii() && ascii.contains("NO relay: "), "{ascii}");
}

#[test]
fn faulty_rows_shared_emails_and_equal_letters_are_told() {
    let relay = FakeRelay::start(Script::default());
    let place = campaign(&relay.url, "");
    let mut list =
        "name,country,email,consent,note\nEd,Koera,ed@example.org,yes,\nFay,Japan,nobody,maybe,\n".to_owned();
    for number in 0..8 {
        list.push_str(&format!("Signer {number},Japan,family@example.org,yes,\n"));
    }
    place.write("signers.csv", list);
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 65, "{ran:?}");
    let rows = message(&findings, "rows", "bad");
    for part in [
        "2 of 10 rows cannot be used",
        "signers.csv:2:2: \"Koera\"",
        "signers.csv:3:3: email",
        "signers.csv:3:4: consent",
    ] {
        assert!(rows.contains(part), "{part}: {rows}");
    }
    assert_eq!(
        message(&findings, "shared-emails", "note"),
        "1 e-mail is used by several signers, first in row 3 (8 signers)"
    );
    assert!(message(&findings, "own-words", "note").starts_with("0 of 8 letters"));
}

#[test]
fn consents_older_than_consent_since_are_named_by_their_rows() {
    let relay = FakeRelay::start(Script::default());
    let place = campaign(&relay.url, "consent_since = \"2026-11-03\"\n");
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 65, "{ran:?}");
    let consents = message(&findings, "consent", "bad");
    assert_eq!(consents, "2 consents are older than 2026-11-03, the day of consent_since: rows 1, 2");
    place.write("signers.csv", "name,country,email,consent\nAiko,Japan,a@example.org,yes\n");
    assert!(message(&check(&place, "").1, "consent", "note").starts_with("1 consent without a day"));
}

#[test]
fn a_letter_changed_after_the_consents_is_a_note() {
    let relay = FakeRelay::start(Script::default());
    let place = campaign(&relay.url, "letter = \"own.md\"\n");
    place.run("letters new own.md").done();
    place.write("signers.csv", "name,country,email,consent\nAiko,Japan,a@example.org,2020-01-01\n");
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 0, "{ran:?}");
    let consents = message(&findings, "consent", "note");
    assert!(consents.starts_with("1 consent is older than own.md, which was last changed on"), "{consents}");
}

#[test]
fn a_broken_letter_a_broken_config_and_an_old_address_are_told() {
    let relay = FakeRelay::start(Script::default());
    let place = campaign(&relay.url, "letter = \"own.md\"\n");
    place.write("own.md", "no front matter");
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 65, "{ran:?}");
    assert!(message(&findings, "letter", "bad").starts_with("own.md:1:1:"));
    let place = campaign(&relay.url, "pots = \"x\"\n");
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 78, "{ran:?}");
    assert!(message(&findings, "config", "bad").contains("did you mean \"post\"?"));
    let place = campaign("smtp://mail.example.org", "");
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 78, "{ran:?}");
    assert!(message(&findings, "relay", "bad").contains("speaks without encryption"));
    let place = campaign(&relay.url, "post = \"post\"\n");
    place.write(
        "signers.csv",
        "name,country,email,consent\nAiko,Italy,a@example.org,yes\nBen,Germany,b@example.org,yes\n",
    );
    let (ran, findings) = check(&place, "--old-addresses");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        message(&findings, "address", "note")
            .contains("it@embassy.example.org, last checked 2012, low confidence")
    );
    assert!(message(&findings, "post", "good").starts_with("1 letter by post"));
}

#[test]
fn each_language_is_looked_at_and_an_unreviewed_translation_needs_the_organizers_word() {
    let relay = FakeRelay::start(Script::default());
    let place = campaign(&relay.url, "");
    place.write(
        "signers.csv",
        "name,country,consent,lang\nAiko,Japan,yes,ja\nBen,France,yes,\nCy,France,yes,xx\n",
    );
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 65, "{ran:?}");
    assert!(message(&findings, "letter", "good").contains("(en)"));
    let letters: Vec<&str> = findings
        .iter()
        .filter(|found| found["check"] == "letter")
        .map(|found| found["message"].as_str().unwrap())
        .collect();
    assert!(letters.iter().any(|told| told.contains("(ja): no native speaker")), "{letters:?}");
    assert!(letters.iter().any(|told| told.contains("is not there in \"xx\"")), "{letters:?}");
    place.write("signers.csv", "name,country,consent,lang\nAiko,Japan,yes,ja\n");
    assert_eq!(check(&place, "").0.code, 2);
    assert_eq!(check(&place, "--unreviewed").0.code, 0);
}

#[test]
fn letters_by_post_without_a_folder_would_stay_pending() {
    let relay = FakeRelay::start(Script::default());
    let place = campaign(&relay.url, "");
    place.write("signers.csv", "name,country,email,consent\nBen,Germany,b@example.org,yes\n");
    let (ran, findings) = check(&place, "");
    assert_eq!(ran.code, 75, "{ran:?}");
    assert!(message(&findings, "post", "bad").contains("no folder to write them to"));
    assert_eq!(check(&place, "--post post").0.code, 0);
}

#[test]
fn a_pace_that_does_not_fit_the_window_is_told_with_one_that_would() {
    let relay = FakeRelay::start(Script::default());
    let in_ten_days = chrono::Utc::now() + chrono::Days::new(10);
    let window = format!("[window]\nday = \"{}\"\nhours = \"09:00-17:00\"\n", in_ten_days.format("%m-%d"));
    let place = campaign(&relay.url, &window);
    place.write("signers.csv", signers(200));
    let (ran, findings) = check(&place, "--rate 10/h");
    assert_eq!(ran.code, 75, "{ran:?}");
    let told = message(&findings, "pace", "bad");
    assert!(
        told.contains("of 200 letters do not fit their windows") && told.contains("20 of 100 to Tokyo"),
        "{told}"
    );
    assert!(ran.stdout.contains("1/min would do: rate = \\\"1/min\\\""), "{}", ran.stdout);
    assert_eq!(check(&place, "--rate 1/min").0.code, 0);
}

#[test]
fn one_signers_letter_can_be_checked_too() {
    let relay = FakeRelay::start(Script::default());
    let place = Place::with_signers("");
    let who = format!("--name Aiko --country Japan --from aiko@example.org --smtp {}", relay.url);
    let (ran, findings) = check(&place, &who);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        message(&findings, "address", "good").starts_with("Tokyo, Japan: 1 letter to jp@embassy.example.org")
    );
    let ran = place.run("check --embassies e.csv");
    ran.refused(2, "what shall be checked?");
    let (ran, findings) = check(&place, &who.replace("Japan", "{North Korea}"));
    assert_eq!(ran.code, 65, "{ran:?}");
    assert!(message(&findings, "signer", "bad").contains("would endanger its writer"));
}

#[test]
fn old_facts_faulty_lines_and_a_form_for_a_correction() {
    let place = Place::with_signers("");
    let stale = place.run("embassies --stale --json --embassies e.csv");
    let facts: Vec<serde_json::Value> = serde_json::from_str(&stale.done().stdout).unwrap();
    let facts: Vec<String> = facts.iter().map(|fact| format!("{} {}", fact["line"], fact["value"])).collect();
    assert_eq!(facts, ["4 \"it@embassy.example.org\""]);
    let good = place.run("embassies --check --embassies e.csv");
    assert!(
        good.done()
            .stdout
            .contains("note: e.csv:4:1: e-mail of Rome it@embassy.example.org: last checked 2012")
    );
    let twice = support::EMBASSIES.lines().nth(1).unwrap();
    place.write(
        "e.csv",
        format!("{}{twice}\n{}\n", support::EMBASSIES, twice.replace("Tokyo", "").replace("high", "sure")),
    );
    let ran = place.run("embassies --check --embassies e.csv");
    assert_eq!(ran.code, 65, "{ran:?}");
    for part in [
        "wrong: e.csv:7:3: this mission stands in line 2 already",
        "wrong: e.csv:8:12: confidence \"sure\"",
        "note: e.csv:4:1:",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    place.run("embassies --check").done();
    let form = place.run("embassies --report JP");
    assert!(form.done().stdout.contains("\n  country_code:     JP\n"), "{}", form.stdout);
    assert!(form.stdout.contains("\nWhat is right "), "{}", form.stdout);
    place.run("embassies --report Narnia").refused(65, "Narnia");
}

#[cfg(not(feature = "keyring"))]
#[test]
fn without_a_keyring_login_says_how_to_have_one_and_how_to_do_without() {
    let ran = Place::new().run("login --smtp smtps://you@example.org@smtp.example.org");
    ran.refused(2, "cargo install --path . --features keyring").refused(2, "password_command");
}
