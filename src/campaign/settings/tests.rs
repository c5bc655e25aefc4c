//! Options over file over defaults, and which of several faults is told.

use super::ledger::Whereabouts;
use super::post::{Copies, Post, PostOptions};
use super::sender::SenderOptions;
use super::signers::{SignerOptions, Who};
use super::sources::SourceOptions;
use super::{Given, PlanOptions, Settings};
use crate::exit::{Exit, ExitCode as _};
use std::path::PathBuf;

const AT: &str = "2026-11-30T12:00:00Z";

/// A campaign's folder, and what a command is given that names its file.
fn campaign(text: &str) -> (tempfile::TempDir, Given) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("campaign.toml");
    std::fs::write(&path, text).unwrap();
    let sources = SourceOptions { config: Some(path), ..SourceOptions::default() };
    (folder, Given { sources, ..Given::default() })
}

fn judged(given: &Given) -> (Settings, Vec<(String, Exit)>) {
    let (settings, errors) = Settings::judge(given, AT.parse().unwrap());
    (settings, errors.iter().map(|error| (error.to_string(), error.exit())).collect())
}

#[test]
fn an_option_outweighs_the_file_and_the_file_the_default() {
    let (folder, given) = campaign(
        "id = \"c\"\nsigners = \"list.csv\"\npost = \"post\"\nfrom = \"a@example.org\"\nsmtp = \"sendmail:\"\n\
         connections = 3\ncopy_to_signer = true\n[window]\nday = \"12-02\"\nhours = \"09:00-17:00\"\n",
    );
    let (settings, errors) = judged(&given);
    assert_eq!(errors, []);
    assert_eq!(settings.who, Who::List(folder.path().join("list.csv")));
    assert_eq!((settings.pace.connections, settings.copies), (3, Copies::ToSigners));
    assert_eq!(settings.post, Post::To(folder.path().join("post")));
    assert_eq!(settings.sender.of_campaign().unwrap().from.to_string(), "a@example.org");
    assert_eq!(settings.ledger.of_campaign(), Whereabouts::File(folder.path().join("c.ledger")));

    let sender = SenderOptions { from: Some("b@example.org".to_owned()), ..SenderOptions::default() };
    let post = PostOptions { no_post: true, ..PostOptions::default() };
    let plan = PlanOptions { post, ..PlanOptions::default() };
    let (settings, _) = judged(&Given { sender, plan, ..given });
    assert_eq!(settings.post, Post::LeftOut);
    assert_eq!(settings.sender.of_campaign().unwrap().from.to_string(), "b@example.org");
}

#[test]
fn one_signer_takes_nothing_that_speaks_for_the_campaigns_list() {
    let (_folder, given) = campaign(
        "id = \"c\"\nsigners = \"list.csv\"\npost = \"post\"\nledger = \"c.ledger\"\n[window]\nday = \"01-01\"\nhours = \"09:00-17:00\"\n",
    );
    let signer = SignerOptions { name: Some("Aiko".to_owned()), ..SignerOptions::default() };
    let (settings, errors) = judged(&Given { signer, ..given });
    assert_eq!(errors, []);
    assert_eq!((settings.who, settings.post, settings.window), (Who::One, Post::Pending, None));
    assert_eq!((settings.ledger.year, settings.ledger.id), (2026, None));
}

#[test]
fn everything_that_is_wrong_is_found_and_the_first_to_be_told_is_what_counts_most() {
    let (_folder, given) = campaign("rate = \"fast\"\nsmtp = \"smtps://me:secret@smtp.example.org\"\n");
    let sender = SenderOptions { from: Some("nobody".to_owned()), ..SenderOptions::default() };
    let given = Given { sender, ..given };
    let (_, errors) = judged(&given);
    let exits: Vec<Exit> = errors.iter().map(|(_, exit)| *exit).collect();
    assert_eq!(exits, [Exit::Config, Exit::Usage, Exit::Data], "{errors:?}");
    let first = Settings::read(&given, AT.parse().unwrap()).unwrap_err();
    assert!(first.to_string().contains("campaign.toml:2:8: smtp: "), "{first}");
}

#[test]
fn a_letter_that_is_not_there_is_told_with_its_place() {
    for (text, place) in [
        ("name = \"n\"\nletter = \"nope\"\n", ":2:10: there is no letter \"nope\""),
        ("lang = \"xx\"\n", ":1:8: the letter \"dec2\" is not there in \"xx\""),
        ("letter = \"own.md\"\n", "own.md: there is no such file"),
    ] {
        let (_folder, given) = campaign(text);
        let told = judged(&given).0.desk().unwrap_err().to_string();
        assert!(told.contains(place), "{told}");
    }
    let missing = Given {
        sources: SourceOptions { config: Some(PathBuf::from("none.toml")), ..SourceOptions::default() },
        ..Given::default()
    };
    assert_eq!(judged(&missing).1, [("none.toml: there is no such file".to_owned(), Exit::NoInput)]);
}
