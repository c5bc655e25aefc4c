//! Whether letters fit their windows: `check` and the plan of `send` do one sum.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use chrono::{TimeDelta, Utc};
use support::{Place, signers};

/// Ten letters, whose windows of an hour open in three days.
fn campaign(more: &str) -> Place {
    let place = Place::with_signers(&signers(10));
    place.write(
        "campaign.toml",
        format!(
            "id = \"c\"\nsigners = \"signers.csv\"\nfrom = \"c@example.org\"\nsmtp = \"smtp://127.0.0.1:9\"\n{more}\
             [window]\nday = \"{}\"\nhours = \"09:00-10:00\"\n",
            (Utc::now() + TimeDelta::days(3)).format("%m-%d")
        ),
    );
    place
}

/// What `check` says of the pace, and what the plan says of what is left over.
fn both(place: &Place, options: &str) -> (String, String) {
    let ran = place.run(&format!("check --embassies e.csv {options}"));
    let judged = ran.stdout.lines().filter(|line| line.contains(" pace: ")).collect::<Vec<_>>().join("\n");
    let plan = place.run(&format!("send --dry-run --embassies e.csv {options}"));
    plan.done();
    let told = plan.stdout.lines().filter(|line| line.contains("fit")).collect::<Vec<_>>().join("\n");
    (judged, told)
}

#[test]
fn a_window_that_is_still_to_come_is_kept_under_after_window_too() {
    let place = campaign("");
    for options in ["--rate 2/h", "--rate 2/h --after-window"] {
        let (judged, told) = both(&place, options);
        assert!(judged.contains("6 of 10 letters do not fit their windows"), "{options}: {judged}");
        assert!(told.contains("6 letters do not fit and stay pending"), "{options}: {told}");
    }
}

#[test]
fn all_paces_are_judged_together() {
    // Either pace alone would do for half of the letters; together they leave over what both hold back.
    let place = campaign("rate = \"8/h\"\nper_embassy = \"4/h\"\n");
    let (judged, told) = both(&place, "");
    assert!(judged.contains("2 of 10 letters do not fit their windows at these paces"), "{judged}");
    assert!(
        judged.contains("per_embassy = \"4/h\" leaves letters over: 1 to fr@embassy.example.org; 1 to jp@"),
        "{judged}"
    );
    assert!(told.contains("2 letters do not fit and stay pending"), "{told}");
    let place = campaign("");
    let (judged, told) = both(&place, "--rate 30/min");
    assert!(judged.contains("10 letters at 30/min need 20 s and fit their windows"), "{judged}");
    assert!(told.contains("they fit their windows"), "{told}");
}
