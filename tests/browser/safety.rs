//! What must not happen: a request, a script or markup that somebody typed, a letter from where it endangers its writer.

use serde_json::json;

use crate::driver::Wish;
use crate::support::Place;
use crate::{TAGS, open};

#[test]
fn nothing_is_asked_for_and_the_policy_is_never_broken_whatever_is_done() {
    let place = Place::new();
    let Some(browser) = open(&place, "", Wish::default()) else { return };
    browser.type_into("#name", "Aiko Tanaka");
    browser.type_into("#country", "Japan");
    for tag in TAGS {
        browser.run(
            "const field = document.getElementById('language'); field.value = arguments[0]; field.dispatchEvent(new Event('change', { bubbles: true }));",
            &[json!(tag)],
        );
    }
    browser.click("#copy");
    browser.click("#save");
    let asked: Vec<String> = browser.requests();
    let foreign: Vec<&String> = asked
        .iter()
        .filter(|url| {
            !url.starts_with("file://") && !url.starts_with("blob:null") && !url.starts_with("data:,")
        })
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    assert_eq!(asked.iter().filter(|url| url.starts_with("file://")).count(), 1, "{asked:?}");
    assert_eq!(browser.said(), [""; 0]);
    let kept =
        "return [document.cookie, Object.keys(localStorage).length, Object.keys(sessionStorage).length]";
    assert_eq!(browser.run(kept, &[]), json!(["", 0, 0]));
}

#[test]
fn what_is_typed_is_text_and_never_markup_script_header_or_template() {
    let place = Place::new();
    let title = "A & B \"quoted\" 5 > 3";
    place.run_with(&["page", "-o", "page.html", "--title", title]).done();
    let Some(browser) = crate::Browser::start(Wish::default()) else { return };
    browser.open(&place.path("page.html"));
    assert_eq!(browser.text("title"), title);
    browser.type_into("#country", "Japan");
    for hostile in [
        "<img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "{{signer.city}} {name} $& ${name}",
        "a\"b'c`d\\e",
        "A?cc=x@example.org&bcc=y@example.org",
        "%0D%0ABcc: x@example.org",
        "**bold** [link](https://example.org) # heading",
        "__proto__",
    ] {
        for field in ["name", "city", "note"] {
            let set = "
const field = document.getElementById(arguments[0]);
field.value = arguments[1];
field.dispatchEvent(new Event('input', { bubbles: true }));
const link = document.getElementById('mail').getAttribute('href');
return [document.getElementById('letter').children.length, document.getElementById('letter').textContent.includes(arguments[1]), link];";
            if field != "name" {
                browser.run(set, &[json!("name"), json!("Aiko")]);
            }
            let shown = browser.run(set, &[json!(field), json!(hostile)]);
            assert_eq!((&shown[0], &shown[1]), (&json!(0), &json!(true)), "{field}: {hostile}");
            let link = shown[2].as_str().unwrap();
            assert_eq!((link.matches('?').count(), link.matches('&').count()), (1, 1), "{link}");
            browser.run(set, &[json!(field), json!("")]);
        }
    }
    assert_eq!(browser.said(), [""; 0]);
}

#[test]
fn what_the_command_refuses_is_told_and_makes_no_letter() {
    let place = Place::new();
    let Some(browser) = open(&place, "--lang en", Wish::default()) else { return };
    browser.type_into("#country", "Japan");
    let set = "
document.getElementById(arguments[0]).value = arguments[1];
document.getElementById(arguments[0]).dispatchEvent(new Event('input', { bubbles: true }));
return [document.getElementById('letter').textContent, document.getElementById('status').textContent, document.getElementById('copy').disabled];";
    for (field, value, sentence) in [
        ("name", "a\u{202E}b".to_owned(), "Your name: the character U+202E may not stand in a letter."),
        ("name", "a\u{7}b".to_owned(), "U+0007"),
        ("name", "\u{200B}\u{200D}".to_owned(), "nothing can be seen in it"),
        ("name", "x".repeat(201), "201 characters are too many; at most 200"),
        ("city", "a\u{FEFF}b".to_owned(), "U+FEFF"),
        ("note", "a\tb".to_owned(), "U+0009"),
        ("note", "x".repeat(2001), "at most 2000"),
        ("country", "x".repeat(201), "201 characters are too many"),
        (
            "country",
            "North Korea".to_owned(),
            "Did you mean South Korea (KR)? A letter from inside North Korea would endanger its writer.",
        ),
        ("country", "PRC".to_owned(), "A letter from inside China would endanger its writer."),
    ] {
        let before = browser.run(set, &[json!("name"), json!("Aiko")]);
        assert_ne!(before[0], json!(""), "{before}");
        let shown = browser.run(set, &[json!(field), json!(value)]);
        assert_eq!((&shown[0], &shown[2]), (&json!(""), &json!(true)), "{field}: {shown}");
        assert!(shown[1].as_str().unwrap().contains(sentence), "{shown}");
        assert_eq!(
            (browser.attribute("mail", "href"), browser.attribute("mail-short", "href")),
            (None, None)
        );
        browser.run(set, &[json!(field), json!(if field == "country" { "Japan" } else { "" })]);
    }
}

#[test]
fn without_javascript_there_are_the_letter_the_addresses_and_links_and_no_dead_form() {
    let place = Place::new();
    let Some(browser) = crate::Browser::start(Wish::default()) else { return };
    place.run("page -o page.html --lang en").done();
    browser.cdp("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    browser.open(&place.path("page.html"));
    let shown = browser.cdp(
        "Runtime.evaluate",
        &json!({"returnByValue": true, "expression": "[document.body.innerText, document.querySelectorAll('a[href^=mailto]').length, getComputedStyle(document.getElementById('form')).display]"}),
    );
    let shown = &shown["result"]["value"];
    let text = shown[0].as_str().unwrap();
    assert!(text.contains("Dear President Xi Jinping,") && text.contains("(Your name)"), "{text}");
    assert!(text.contains("3-4-33 Moto-Azabu") && text.contains("would endanger the writer"), "{text}");
    assert!(shown[1].as_u64().unwrap() > 100 && shown[2] == "none", "{shown}");
}
