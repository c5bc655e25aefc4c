//! The results page in a browser: it asks for nothing, speaks every language, and everybody can read it.

use serde_json::json;

use crate::TAGS;
use crate::access::{axe, violations};
use crate::driver::{Browser, Wish};
use crate::support::relay::{FakeRelay, Script};
use crate::support::{Place, signers};

#[test]
fn the_results_speak_every_language_and_axe_finds_nothing_by_day_and_by_night() {
    let Some(browser) = Browser::start(Wish::default()) else { return };
    let mut list = signers(40);
    for number in 1..=3 {
        list.push_str(&format!("Poster {number},Germany,p{number}@example.org,yes\n"));
    }
    let place = Place::with_signers(&list);
    let relay = FakeRelay::start(Script::default());
    place.send(&relay.url, "--post post").done();
    place.run("results -o results.html --ledger l.ledger --title Letters").done();
    browser.open(&place.path("results.html"));
    browser.run(&axe(), &[]);
    for (number, tag) in TAGS.into_iter().enumerate() {
        browser.run(
            "const field = document.getElementById('language'); field.value = arguments[0]; field.dispatchEvent(new Event('change', { bubbles: true }));",
            &[json!(tag)],
        );
        let width = [320, 360, 1280][number % 3];
        browser.resize(width, 900);
        for scheme in ["light", "dark"] {
            browser.colours(scheme);
            assert_eq!(violations(&browser), [""; 0], "{tag} {scheme}");
        }
        let wide = browser.run("return document.documentElement.scrollWidth", &[]);
        assert!(wide.as_u64().unwrap() <= u64::from(width), "{tag} at {width}: {wide}");
        let empty = "return [...document.querySelectorAll('[data-word]')].filter((place) => place.textContent === '').length";
        assert_eq!(browser.run(empty, &[]), json!(0), "{tag}");
    }
    assert_eq!(browser.requests().iter().filter(|url| !url.starts_with("data:,")).count(), 1);
    assert_eq!(browser.said(), [""; 0]);
}
