//! From nothing to a campaign that is ready: the folder that `init` makes, what `check` says of a plan.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::{Place, is_private};

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
    place.run(INIT).refused(73, "camp/own.md: this file is there already");
    assert_eq!(place.read("camp/own.md"), "my own words");
    assert_eq!(std::fs::read_dir(place.path("camp")).unwrap().count(), 1);
    place.write("file", "");
    place
        .run("init file --from a@example.org --smtp sendmail:")
        .refused(73, "file: this is there already, and no folder");
    place.run("init file/camp --from a@example.org --smtp sendmail:").refused(73, "cannot be made");
    // An existing folder takes the files beside what is in it.
    std::fs::remove_file(place.path("camp/own.md")).unwrap();
    place.write("camp/notes.txt", "kept");
    place.run(INIT).done();
    assert_eq!(place.read("camp/notes.txt"), "kept");
}

#[test]
fn without_a_terminal_a_missing_answer_is_named() {
    let place = Place::new();
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
