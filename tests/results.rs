//! `protest results`: the page of a campaign's numbers, from its ledger alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::relay::{FakeRelay, Script};
use support::{Place, signers};

/// A campaign that was carried out: letters to Japan and France in turn, some of them to Germany, by post.
fn campaign(letters: usize) -> Place {
    let mut list = signers(letters);
    for number in 1..=3 {
        list.push_str(&format!("Poster {number},Germany,p{number}@example.org,yes\n"));
    }
    let place = Place::with_signers(&list);
    let relay = FakeRelay::start(Script::default());
    place.send(&relay.url, "--post post").done();
    place
}

#[test]
fn the_results_tell_numbers_and_nobodys_name() {
    let place = campaign(26);
    place.run("results -o results.html --ledger l.ledger --lang fr").done();
    let html = place.read("results.html");
    assert!(html.contains("<p class=\"sum\">29</p>") && html.contains("<html lang=\"fr\""));
    // Three letters to Germany are few, and so the smaller of the others is hidden with them.
    assert!(
        html.contains("moins de 5")
            && html.contains("non montré")
            && html.contains("<td class=\"number\">13</td>"),
        "{html}"
    );
    for secret in ["Signer", "Poster", "@example", "example.org", "l.ledger"] {
        assert!(!html.contains(secret), "{secret}");
    }
    assert!(html.contains("script-src 'sha256-") && !html.contains(" style="));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(place.path("results.html")).unwrap().permissions().mode() & 0o777;
        assert!(matches!(mode, 0o644 | 0o640 | 0o600), "{mode:o}");
    }
    place.run("results -o results.html --ledger l.ledger").refused(73, "--force replaces it");
}

#[test]
fn after_forget_the_numbers_stay_and_the_days_are_gone() {
    let place = campaign(26);
    place.run("results -o before.html --ledger l.ledger --lang en").done();
    assert!(place.read("before.html").contains("Letters by day (UTC)</h2>"));
    place.run("forget --ledger l.ledger --yes").done();
    place.run("results -o after.html --ledger l.ledger --lang en").done();
    let after = place.read("after.html");
    assert!(after.contains("<p class=\"sum\">29</p>") && !after.contains("Letters by day (UTC)</h2>"));
}

#[test]
fn few_letters_have_totals_alone() {
    let place = campaign(10);
    place.run("results -o results.html --ledger l.ledger --lang en").done();
    let html = place.read("results.html");
    assert!(html.contains("only the totals are shown") && !html.contains("Japan") && !html.contains("<svg"));
}

#[test]
fn what_the_results_cannot_be_made_from_is_told_and_no_file_is_left() {
    let place = Place::new();
    place.run("results -o results.html").refused(66, "there is no ledger yet");
    place.run("results -o results.html --ledger gone.ledger").refused(66, "gone.ledger");
    place.write("l.ledger", "no ledger");
    place.run("results -o results.html --ledger l.ledger").refused(78, "l.ledger");
    let place = campaign(10);
    place.write("logo.gif", "GIF89a");
    place.write("large.png", vec![0; 500_001]);
    for (arguments, code, sentence) in [
        ("--logo logo.gif", 65, "logo.gif: it is neither a PNG nor a JPEG picture"),
        ("--logo large.png", 65, "at most 500,000 are taken"),
        ("--logo gone.png", 66, "gone.png: there is no such file"),
        ("--title <b>x</b>", 65, "has markup in it"),
        ("--lang xx", 65, "the page cannot speak \"xx\""),
    ] {
        place.run(&format!("results -o results.html --ledger l.ledger {arguments}")).refused(code, sentence);
        assert!(!place.has("results.html"));
    }
}
