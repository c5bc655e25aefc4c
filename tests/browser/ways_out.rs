//! The ways by which a letter leaves the page: each gives the whole letter, to the right address, or says why not.

use mail_parser::MessageParser;
use serde_json::{Value, json};

use crate::driver::{Browser, Wish};
use crate::open;
use crate::support::Place;

/// A page with a book of made-up missions: sure, unsure, without e-mail, without a street.
const BOOK: &str = "\
country_code,country,city,kind,address,email,phone,website,time_zone,source,checked,confidence,email_source,email_checked,email_confidence,note
JP,Japan,Tokyo,embassy,\"1 Example Street, Tokyo\",jp+a@embassy.example.org,,https://jp.example.org/,Asia/Tokyo,made up,2026-10,high,made up,2026-10,high,
JP,Japan,Osaka,consulate-general,\"9 Example Street, Osaka\",osaka@embassy.example.org,,,Asia/Tokyo,made up,2026-10,high,made up,2020-01,medium,! nobody is there in August
IT,Italy,Rome,embassy,\"3 via Esempio, Roma\",it@embassy.example.org,,,Europe/Rome,made up,2026-10,high,made up,2012,low,
DE,Germany,Berlin,embassy,\"4 Beispielweg, Berlin\",,,,Europe/Berlin,made up,2026-10,high,,,,
FR,France,Paris,embassy,,,,,Europe/Paris,made up,2026-10,low,,,,
BT,Bhutan,,none,,,,,Asia/Thimphu,made up,2026-10,high,,,,No diplomatic relations
";

fn filled(place: &Place, options: &str, country: &str) -> Option<Browser> {
    place.write("e.csv", BOOK);
    let browser = open(place, &format!("--embassies e.csv {options}"), Wish::default())?;
    browser.type_into("#name", "Jóhn Doe");
    browser.type_into("#country", country);
    Some(browser)
}

/// Keeps what is copied and opened, so that a test can read it.
fn watch(browser: &Browser) {
    browser.run(
        "
window.copied = null;
window.opened = [];
navigator.clipboard.writeText = async (text) => { window.copied = text; };
window.open = (url, target, features) => { window.opened.push([url, target, features]); return null; };
// A mail program would open here: the link's own work is not this test's.
document.addEventListener('click', (event) => { if (event.target.closest('a')) event.preventDefault(); });",
        &[],
    );
}

fn order(browser: &Browser) -> Value {
    browser.run("return [...document.querySelectorAll('#ways .way')].map((way) => way.id)", &[])
}

#[test]
fn a_long_letter_names_the_short_link_first_and_both_copy_it() {
    let place = Place::new();
    let Some(browser) = filled(&place, "", "Japan") else { return };
    watch(&browser);
    assert_eq!(order(&browser), json!(["mail-short", "mail", "copy", "print", "save"]));
    assert_eq!(browser.run("return document.getElementById('long').hidden", &[]), json!(false));
    let (long, short) =
        (browser.attribute("mail", "href").unwrap(), browser.attribute("mail-short", "href").unwrap());
    assert!(long.len() > 2048 && long.starts_with(&format!("{short}&body=")), "{long}");
    assert!(short.starts_with("mailto:jp%2Ba@embassy.example.org?subject=Please%20stop"), "{short}");
    browser.click("#mail");
    let copied = browser.run("return [window.copied, document.getElementById('status').textContent]", &[]);
    assert_eq!(copied[0], json!(browser.text("letter")));
    assert!(copied[1].as_str().unwrap().contains("can be pasted"), "{copied}");
    browser.click("#copy");
    assert_eq!(browser.text("status"), "The letter is copied and can be pasted.");
    let rel =
        "return [...document.querySelectorAll('a')].every((link) => link.rel === 'noreferrer noopener')";
    assert_eq!(browser.run(rel, &[]), json!(true));
}

#[test]
fn a_short_letter_fits_the_link_which_then_comes_first() {
    let place = Place::new();
    place.write("short.md", "+++\nlanguage = \"en\"\nsubject = \"Please & thank you?\"\naddressee = \"Sir\"\n+++\n\nPlease stop.\n\n{{signer.name}}\n");
    let Some(browser) = filled(&place, "--letter short.md", "Japan") else { return };
    assert_eq!(order(&browser), json!(["mail", "mail-short", "copy", "print", "save"]));
    assert_eq!(browser.run("return document.getElementById('long').hidden", &[]), json!(true));
}

#[test]
fn a_draft_is_saved_that_opens_for_editing_with_the_whole_letter() {
    let place = Place::new();
    for (language, country) in [("en", "Japan"), ("ru", "JP"), ("th", "JP")] {
        let Some(browser) = filled(&place, &format!("--lang {language}"), country) else { return };
        browser.click("#save");
        let saved = browser.downloads.path().join("letter.eml");
        for _ in 0..200 {
            if saved.exists() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let bytes = std::fs::read(&saved).unwrap();
        let source = String::from_utf8(bytes.clone()).unwrap();
        assert!(source.starts_with("X-Unsent: 1\r\nTo: jp+a@embassy.example.org\r\nSubject: "), "{source}");
        assert!(
            source.is_ascii() && source.split("\r\n").all(|line| line.len() <= 76 && !line.contains('\n'))
        );
        for name in ["From:", "Date:", "Message-ID:"] {
            assert!(!source.contains(name), "{source}");
        }
        let message = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(message.subject().unwrap(), browser.text("subject"));
        let body = message.body_text(0).unwrap().replace("\r\n", "\n");
        assert_eq!(body.trim_end(), browser.text("letter"), "{language}");
    }
}

#[test]
fn a_providers_page_is_opened_at_the_click_with_the_letter_or_with_the_letter_copied() {
    let place = Place::new();
    for (language, fits) in [("en", true), ("th", false)] {
        let Some(browser) = filled(&place, &format!("--lang {language}"), "JP") else { return };
        watch(&browser);
        for (id, host, subject) in [
            ("gmail", "https://mail.google.com/", "su="),
            ("outlook", "https://outlook.live.com/", "subject="),
            ("yahoo", "https://compose.mail.yahoo.com/", "subject="),
        ] {
            browser.click(&format!("#{id}"));
            let opened = browser.run("return [window.opened.at(-1), window.copied]", &[]);
            let url = opened[0][0].as_str().unwrap();
            assert!(
                url.starts_with(host) && url.contains(subject) && url.contains("to=jp%2Ba%40embassy"),
                "{url}"
            );
            assert_eq!((&opened[0][1], &opened[0][2]), (&json!("_blank"), &json!("noopener,noreferrer")));
            assert_eq!(url.contains("&body="), fits, "{language} {id}");
            assert!(url.len() <= 8000, "{}", url.len());
            if !fits {
                assert_eq!(opened[1], json!(browser.text("letter")));
            }
        }
    }
}

#[test]
fn without_an_email_address_printing_comes_first_and_no_mail_leaves() {
    let place = Place::new();
    let Some(browser) = filled(&place, "", "Germany") else { return };
    assert_eq!(order(&browser)[0], json!("print"));
    assert_eq!((browser.attribute("mail", "href"), browser.attribute("mail-short", "href")), (None, None));
    for (id, works) in [("print", true), ("copy", true), ("save", false), ("gmail", false)] {
        assert_eq!(browser.attribute(id, "disabled").is_none(), works, "{id}");
    }
    let address = browser.text("address");
    assert!(
        address.contains("4 Beispielweg") && address.contains("No e-mail address of this mission is known")
    );
    browser.clear("#country");
    browser.type_into("#country", "France");
    assert!(browser.text("address").contains("No street address of this mission is known"));
}

#[test]
fn an_unsure_address_is_used_only_after_its_box_is_ticked_and_for_that_mission_alone() {
    let place = Place::new();
    let Some(browser) = filled(&place, "", "Italy") else { return };
    assert!(
        browser.text("address").contains("low confidence")
            && browser.text("address").contains("more than three years")
    );
    assert_eq!(browser.attribute("mail", "href"), None);
    browser.click("#unsure");
    assert!(browser.attribute("mail", "href").unwrap().starts_with("mailto:it@embassy.example.org?"));
    browser.clear("#country");
    browser.type_into("#country", "Japan");
    assert_eq!(browser.run("return document.getElementById('doubt').hidden", &[]), json!(true));
    browser.clear("#country");
    browser.type_into("#country", "Italy");
    assert_eq!(browser.attribute("mail", "href"), None, "the tick was for another look");
}

#[test]
fn another_mission_is_the_supporters_choice_and_a_country_without_one_gets_none_unasked() {
    let place = Place::new();
    let Some(browser) = filled(&place, "", "Japan") else { return };
    let values = "return [...document.getElementById('mission').options].map((option) => option.value)";
    let options = browser.run(values, &[]);
    assert_eq!(
        (&options[0], &options[1]),
        (&json!("JP/embassy/Tokyo"), &json!("JP/consulate-general/Osaka"))
    );
    browser.type_into("#mission", "Consulate");
    assert!(browser.attribute("mail", "href").unwrap().contains("osaka@"));
    assert!(browser.text("address").contains("nobody is there in August"));
    browser.clear("#country");
    browser.type_into("#country", "Bhutan");
    assert_eq!((browser.text("letter").as_str(), browser.attribute("mail", "href")), ("", None));
    assert!(browser.text("status").contains("There is no Chinese embassy in this country: Bhutan."));
    assert_eq!(browser.run(values, &[])[0], json!(""));
}

#[test]
fn on_paper_the_letter_stands_alone_with_the_address_in_the_window() {
    let place = Place::new();
    let Some(browser) = filled(&place, "", "Japan") else { return };
    let printed = browser.cdp(
        "Page.printToPDF",
        &json!({"preferCSSPageSize": true, "paperWidth": 8.27, "paperHeight": 11.69}),
    );
    let pdf = base64(printed["data"].as_str().unwrap());
    place.write("letter.pdf", pdf);
    let text = |options: &[&str]| {
        let output = std::process::Command::new("pdftotext")
            .args(options)
            .arg(place.path("letter.pdf"))
            .arg("-")
            .output();
        output.ok().map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let Some(all) = text(&[]) else { return println!("left out: pdftotext is not installed") };
    assert_eq!(all.matches('\u{c}').count(), 1, "one sheet");
    assert!(
        all.contains("Jóhn Doe") && all.contains("1 Example Street") && !all.contains("Your name"),
        "{all}"
    );
    assert!(!all.contains("Copy the letter") && !all.contains("JAPAN"), "{all}");
    // The window of a DIN envelope: 45 to 90 mm from above, 20 to 105 mm from the left; in points of 1/72 in.
    let window = text(&["-x", "56", "-y", "127", "-W", "241", "-H", "128", "-r", "72"]).unwrap();
    assert!(
        window.contains("Embassy of the People’s Republic of China") && window.contains("Tokyo"),
        "{window}"
    );
}

/// Decodes what the browser hands out.
fn base64(text: &str) -> Vec<u8> {
    let value = |c: u8| {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            .iter()
            .position(|&known| known == c)
    };
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_usize, 0);
    for value in text.bytes().filter_map(value) {
        bits = (bits << 6) | value;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xFF).unwrap());
        }
        bits &= 0xFFFF;
    }
    bytes
}
