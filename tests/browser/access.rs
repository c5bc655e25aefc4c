//! Everybody can use the page: with a keyboard alone, with a screen reader, on the smallest telephone, by night.

use serde_json::{Value, json};

use crate::driver::{Browser, TAB, Wish};
use crate::support::Place;
use crate::{TAGS, open};

/// axe-core, as `scripts/fetch_axe` brings it.
pub(crate) fn axe() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/axe/axe-4.14.1.js");
    std::fs::read_to_string(path).unwrap_or_else(|_| panic!("run scripts/fetch_axe first"))
}

/// What axe-core finds wrong with the page as it stands.
pub(crate) fn violations(browser: &Browser) -> Vec<String> {
    let script = "const done = arguments[arguments.length - 1]; axe.run(document).then((found) => done(found.violations), (error) => done(String(error)));";
    let found = browser.run_async(script, &[]);
    let told = |violation: &Value| {
        format!(
            "{}: {}",
            violation["id"],
            violation["nodes"].as_array().map_or(&Value::Null, |nodes| &nodes[0]["html"])
        )
    };
    found.as_array().unwrap_or_else(|| panic!("{found}")).iter().map(told).collect()
}

#[test]
fn axe_finds_nothing_in_any_language_by_day_and_by_night() {
    let place = Place::new();
    let Some(browser) = open(&place, "--title Letters --contact us@example.org", Wish::default()) else {
        return;
    };
    browser.run(&axe(), &[]);
    browser.resize(1280, 900);
    browser.type_into("#name", "Aiko");
    for (number, tag) in TAGS.into_iter().enumerate() {
        browser.run(
            "for (const [id, value, kind] of [['language', arguments[0], 'change'], ['country', arguments[1], 'change']]) { const field = document.getElementById(id); field.value = value; field.dispatchEvent(new Event('input', { bubbles: true })); field.dispatchEvent(new Event(kind, { bubbles: true })); }",
            // An address that is sure, one that is not, none by e-mail, and a refusal.
            &[json!(tag), json!(["JP", "UY", "DE", "KP"][number % 4])],
        );
        browser.resize([1280, 360][number % 2], 900);
        for scheme in ["light", "dark"] {
            browser.colours(scheme);
            assert_eq!(violations(&browser), [""; 0], "{tag} {scheme}");
        }
    }
}

#[test]
fn a_keyboard_is_enough() {
    let place = Place::new();
    let Some(browser) = open(&place, "--lang en", Wish::default()) else { return };
    let focused = || browser.run("return document.activeElement.id", &[]);
    let mut reached = Vec::new();
    let mut to = |wanted: &str| {
        for _ in 0..20 {
            browser.press(TAB);
            let here = focused().as_str().unwrap_or_default().to_owned();
            reached.push(here.clone());
            if here == wanted {
                return;
            }
        }
        panic!("{wanted} is not reached: {reached:?}");
    };
    to("name");
    "Aiko".chars().for_each(|key| browser.press(&key.to_string()));
    to("country");
    "Japan".chars().for_each(|key| browser.press(&key.to_string()));
    to("city");
    to("note");
    "Hello".chars().for_each(|key| browser.press(&key.to_string()));
    to("sheet");
    to("mail-short");
    to("mail");
    to("copy");
    to("print");
    to("save");
    to("gmail");
    assert_eq!(browser.text("status"), "The letter is ready.");
    assert!(browser.text("letter").contains("\n\nHello\n\n"));
    let visible = "const look = getComputedStyle(document.activeElement); return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2";
    assert_eq!(browser.run(visible, &[]), json!(true), "the focus is seen");
}

#[test]
fn nothing_is_cut_off_on_the_narrowest_screen_or_the_widest() {
    let place = Place::new();
    let Some(browser) = open(&place, "", Wish::default()) else { return };
    browser.type_into("#name", "Aiko");
    browser.type_into("#country", "Uruguay");
    for width in [320, 360, 1280] {
        browser.resize(width, 800);
        for tag in TAGS {
            browser.run(
                "const field = document.getElementById('language'); field.value = arguments[0]; field.dispatchEvent(new Event('change', { bubbles: true }));",
                &[json!(tag)],
            );
            let wide = browser.run("return document.documentElement.scrollWidth", &[]);
            assert!(wide.as_u64().unwrap() <= u64::from(width), "{tag} at {width}: {wide}");
        }
    }
    let columns = "return document.getElementById('form').getBoundingClientRect().right <= document.querySelector('.paper').getBoundingClientRect().left";
    assert_eq!(browser.run(columns, &[]), json!(true), "on a desk the letter stands beside the form");
}
