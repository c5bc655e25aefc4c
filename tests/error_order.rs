//! Which of several faults is told, before anything is asked, begun or made: 2 before 78, 78 before 66, 66 before 65.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::{Place, signers};

const BAD_FILE: &str = "id = \"c\"\nrate = \"fast\"\nsigners = \"none.csv\"\n";
const MISSING_LIST: &str =
    "id = \"c\"\nfrom = \"c@example.org\"\nsmtp = \"sendmail:\"\nsigners = \"none.csv\"\n";

/// Runs the line in a folder with this campaign.toml, and holds it against its code and the beginning of its sentence; no file
/// is made, whatever is wrong.
#[track_caller]
fn case(campaign: &str, line: &str, code: i32, sentence: &str) {
    let place = Place::with_signers(&signers(2));
    place.write("campaign.toml", campaign);
    let before = place.files();
    let ran = place.run(line);
    assert_eq!(ran.code, code, "{line}: {ran:?}");
    assert!(ran.stderr.contains(sentence), "{line}: {}", ran.stderr);
    assert_eq!(ran.stderr.matches("error:").count(), 1, "{line}: {}", ran.stderr);
    assert_eq!(place.files(), before, "{line}");
    assert!(!place.has("state"), "{line}");
}

#[test]
fn of_several_faults_the_one_that_counts_most_is_told() {
    let one = "--name Aiko --country Japan";
    for (campaign, line, code, sentence) in [
        // 2: the command line's own.
        ("", "send", 2, "whose letter?"),
        ("", "send --country Japan --smtp smtp://example.org", 78, "smtp://"),
        ("", "send --country Japan", 2, "Add --name"),
        ("", "send --signers none.csv", 2, "from which address"),
        (BAD_FILE, "send --smtp smtps://me:pw@example.org", 2, "password"),
        (BAD_FILE, "send --report r.csv --name Aiko --country Japan", 78, "campaign.toml:2:8: rate: "),
        // 78: campaign.toml, the relay.
        (BAD_FILE, "send --letter nope", 78, "campaign.toml:2:8: rate: "),
        ("", "send --signers none.csv --from c@example.org --letter nope", 78, "through which mail server?"),
        ("", &format!("send {one} --letter nope"), 78, "through which mail server?"),
        // 66: a file that the user names.
        (MISSING_LIST, "send --lang xx --embassies none.csv", 66, "none.csv: there is no such file"),
        (MISSING_LIST, "send", 66, "none.csv"),
        ("", "preview --name Aiko --country Atlantis --letter none.md", 66, "none.md"),
        ("", "write --signers signers.csv --as txt -o out --letter none.md", 66, "none.md"),
        // 65: values.
        ("", "write --signers signers.csv --as txt -o out --letter nope", 65, "there is no letter \"nope\""),
        ("letter = \"nope\"\n", "write --signers signers.csv --as txt -o out", 65, "campaign.toml:1:10: "),
        ("", "write --signers signers.csv --as txt -o out --mission Atlantis", 65, "Atlantis"),
        ("", "write --signers signers.csv --as txt -o out --lang xx", 65, "\"xx\""),
        ("", "write --signers signers.csv --as eml -o out --from nobody", 65, "--from: "),
        ("", "labels --signers signers.csv -o l.pdf --letter nope", 65, "\"nope\""),
        (MISSING_LIST, "send --signers signers.csv --letter nope", 65, "\"nope\""),
        (MISSING_LIST, "send --signers signers.csv --addressee {\u{1b}[2J}", 65, "addressee: "),
        ("", &format!("preview {one} --date 2026-13-01"), 65, "is no date"),
    ] {
        case(campaign, line, code, sentence);
    }
}
