//! `--channel`: of a list's letters those that go one way and have not gone yet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::Place;

/// Japan and France have an e-mail address, Germany has none, and Italy's is too old to be used for a list.
const LIST: &str = "name,country,city,consent\nAiko,Japan,Osaka,yes\nBo,Germany,Bonn,yes\nCarla,Italy,Rome,yes\n\
                    Denis,France,Lyon,yes\nEva,Germany,Berlin,yes\n";

const OPTIONS: &str = "--signers signers.csv --embassies e.csv";

fn written(place: &Place, folder: &str) -> Vec<String> {
    let names = std::fs::read_dir(place.path(folder)).unwrap();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn letters_of_one_way_are_written_under_their_own_rows_and_the_others_counted() {
    let place = Place::with_signers(LIST);
    let ran = place.run(&format!("write {OPTIONS} --as txt -o mail --channel mail"));
    assert!(ran.done().stderr.contains("Left out: 3 letters that go by post."), "{}", ran.stderr);
    assert_eq!(written(&place, "mail"), ["0001-JP-aiko.txt", "0004-FR-denis.txt"]);
    place.run(&format!("write {OPTIONS} --as txt -o post --channel post")).done();
    assert_eq!(written(&place, "post"), ["0002-DE-bo.txt", "0003-IT-carla.txt", "0005-DE-eva.txt"]);
    place.run(&format!("write {OPTIONS} --as txt -o all")).done();
    assert_eq!(written(&place, "all").len(), 5);

    let shown = place.run(&format!("preview {OPTIONS} --all --channel mail")).done().stdout.clone();
    assert!(shown.contains("\nDenis\n") && !shown.contains("\nEva\n"), "{shown}");
    let labels = place.run(&format!("labels {OPTIONS} -o l.pdf --channel mail"));
    assert!(labels.done().stderr.contains("2 labels written"), "{}", labels.stderr);
}

#[test]
fn what_the_ledger_has_as_by_post_is_left_out_with_its_number() {
    let place = Place::with_signers(&LIST.replace("Eva,Germany,Berlin,yes\n", ""));
    let send = format!(
        "send {OPTIONS} --from c@example.org --smtp smtp://127.0.0.1:9 --yes --post paper --retry-for 0s"
    );
    place.run(&send).refused(69, "127.0.0.1:9");
    place.write("signers.csv", LIST);
    let ran = place.run(&format!("write {OPTIONS} --as pdf -o post --channel post"));
    // A notice is wrapped where it is long.
    let told = ran.done().stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Left out: 2 letters that the ledger has as accepted or by post (dec2-"), "{told}");
    assert_eq!(written(&place, "post"), ["0005-DE-eva.pdf"]);
    place.run(&format!("write {OPTIONS} --merge -o all.pdf --channel post")).done();
    let labels = place.run(&format!("labels {OPTIONS} -o l.pdf --channel post"));
    assert!(labels.done().stderr.contains("1 label written"), "{}", labels.stderr);
}

#[test]
fn one_signer_one_row_and_send_know_no_such_choice() {
    let place = Place::with_signers(LIST);
    place
        .run("write --name A --country Japan --channel mail -o x.txt")
        .refused(2, "--channel go with a list");
    place.run("preview --name A --country Japan --channel mail").refused(2, "--channel go with a list");
    place.run(&format!("preview {OPTIONS} --row 1 --channel mail")).refused(2, "add --all");
    place.run(&format!("preview {OPTIONS} --channel mail")).refused(2, "--all");
    place.run(&format!("send {OPTIONS} --channel mail --dry-run")).refused(2, "--channel");
    place.run(&format!("write {OPTIONS} --as txt -o x --channel fax")).refused(2, "mail, post");
}
