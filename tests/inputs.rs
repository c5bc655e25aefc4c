//! Nothing that a command makes is written over a file that it reads, whatever `--force` says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::{EMBASSIES, Place, signers};

/// A campaign whose every input has a name that a report could have.
fn place() -> Place {
    let place = Place::with_signers(&signers(2));
    place.write("book.csv", EMBASSIES);
    place.run("letters new own.md").done();
    std::fs::create_dir(place.path("letters")).unwrap();
    std::fs::copy(place.path("own.md"), place.path("letters/own.en.md")).unwrap();
    place.write(
        "campaign.csv",
        "id = \"c\"\nsigners = \"signers.csv\"\nfrom = \"c@example.org\"\nsmtp = \"sendmail:\"\nledger = \"l.json\"\n",
    );
    place
}

/// The line is refused with 2, and every file is as it was.
#[track_caller]
fn refused(place: &Place, line: &str, sentence: &str) {
    let contents = |place: &Place| {
        let names = place.files().into_iter().filter(|name| place.path(name).is_file());
        names.map(|name| (name.clone(), std::fs::read(place.path(&name)).unwrap())).collect::<Vec<_>>()
    };
    let before = contents(place);
    place.run(line).refused(2, sentence);
    assert_eq!(contents(place), before, "{line}");
}

#[test]
fn a_report_takes_no_inputs_place() {
    let place = place();
    place.write("l.json", "not yet a ledger");
    for (report, what) in [
        ("signers.csv", "signers.csv is the signers' file itself"),
        ("book.csv", "book.csv is the address book itself"),
        ("campaign.csv", "campaign.csv is the campaign's file itself"),
        ("l.json", "l.json is the ledger itself"),
    ] {
        let line = format!("--config campaign.csv send --embassies book.csv --dry-run --report {report}");
        refused(&place, &line, what);
    }
    // A link to it is the same file.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(place.path("book.csv"), place.path("link.csv")).unwrap();
        let line = "--config campaign.csv send --embassies book.csv --dry-run --report link.csv";
        refused(&place, line, "link.csv is the address book itself");
    }
}

#[test]
fn a_letter_takes_no_inputs_place() {
    let place = place();
    let one = "write --name A --country Japan --embassies book.csv --force";
    refused(&place, &format!("{one} --letter own.md -o own.md"), "own.md is the letter itself");
    refused(
        &place,
        &format!("{one} --letters letters --letter own -o letters/own.en.md"),
        "is one of the letters itself",
    );
    place.run(&format!("{one} --letter own.md -o other.md")).done();
    place.write("book.md", "x");
    place.write("book.txt", EMBASSIES);
    let line = "write --name A --country Japan --embassies book.txt --force -o book.txt";
    refused(&place, line, "book.txt is the address book itself");
}

#[test]
fn an_out_folder_is_made_with_the_first_letter_and_not_before_an_error() {
    let place = Place::with_signers("name,country\nA,Atlantis\n");
    place.run("write --signers none.csv --as txt -o out").refused(66, "none.csv");
    place.run("write --signers signers.csv --as txt -o out").refused(65, "Atlantis");
    assert!(!place.has("out"));
}

#[test]
fn a_page_takes_no_inputs_place() {
    let place = place();
    place.write("logo.png", "what is not to be lost");
    for kept in ["l.json", "l.json-wal", "l.json.run-1.lock"] {
        place.write(kept, "what is not to be lost");
    }
    for (output, what) in [
        ("signers.csv", "the signers' file itself"),
        ("campaign.csv", "the campaign's file itself"),
        ("book.csv", "the address book itself"),
        ("l.json", "the ledger itself"),
        ("l.json-wal", "a file of the ledger itself"),
        ("l.json.run-1.lock", "a file of the ledger itself"),
        ("logo.png", "the logo itself"),
    ] {
        let results = format!(
            "--config campaign.csv --embassies book.csv results --ledger l.json --logo logo.png -o {output} --force"
        );
        refused(&place, &results, what);
    }
    let page = "--config campaign.csv --embassies book.csv page -o page.html --force --url https://example.org/ --poster";
    place.write("poster.csv", "id = \"c\"\nsmtp = \"sendmail:\"\nledger = \"l.pdf\"\n");
    place.write("l.pdf", "what is not to be lost");
    refused(&place, &format!("{page} l.pdf").replace("campaign.csv", "poster.csv"), "the ledger itself");
}
