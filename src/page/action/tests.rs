//! What a page holds and what it refuses: the letter of every language, its policy, its size.

use super::ActionPage;
use crate::embassy::AddressBook;
use crate::letter::templates::Templates;
use crate::mailbox::Mailbox;

fn page(languages: &[&str], made_by: (Option<&str>, Option<&Mailbox>)) -> Result<String, String> {
    let (book, templates) = (AddressBook::builtin(), Templates::builtin());
    let languages: Vec<String> = languages.iter().map(|tag| (*tag).to_owned()).collect();
    let (title, contact) = made_by;
    let page = ActionPage {
        book: &book,
        templates: &templates,
        letter: None,
        addressee: None,
        languages: &languages,
        title,
        contact,
    };
    page.render().map_err(|error| error.to_string())
}

/// What the script is given.
fn data(html: &str) -> serde_json::Value {
    let (_, after) = html.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
}

fn tags(html: &str) -> Vec<String> {
    let languages = data(html)["languages"].clone();
    languages.as_array().unwrap().iter().map(|one| one["tag"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_policy_stands_before_all_else_and_lets_nothing_but_the_page_run() {
    let html = page(&["de"], (None, None)).unwrap();
    let head = html.split_once("<head>").unwrap().1.trim_start();
    assert!(head.starts_with(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-"
    ));
    assert!(!html.contains(" style=") && !html.contains(" onclick") && !html.contains("unsafe-inline"));
    assert!(!html.contains(" src=") && !html.contains("@import") && !html.contains("url("));
}

#[test]
fn a_page_has_the_languages_asked_for_and_english_and_opens_in_the_first() {
    assert_eq!(tags(&page(&["de", "ar"], (None, None)).unwrap()), ["de", "ar", "en"]);
    assert_eq!(tags(&page(&["en"], (None, None)).unwrap()), ["en"]);
    let all = tags(&page(&[], (None, None)).unwrap());
    assert_eq!((all.len(), all[0].as_str()), (22, "en"));
    let arabic = page(&["ar"], (None, None)).unwrap();
    assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\">"));
    let refused = page(&["tlh"], (None, None)).unwrap_err();
    assert!(refused.contains("the letter \"dec2\" is not there in \"tlh\""), "{refused}");
}

#[test]
fn a_page_is_no_larger_than_a_slow_line_takes() {
    for tag in crate::words::tags() {
        let size = page(&[tag], (None, None)).unwrap().len();
        assert!(size <= 300_000, "{tag}: {size}");
    }
    assert!(page(&[], (None, None)).unwrap().len() <= 900_000);
}

#[test]
fn a_title_is_text() {
    let contact = Mailbox::parse("a'b@example.org").unwrap();
    let html = page(&["en"], (Some("Tea & \"biscuits\" < 5"), Some(&contact))).unwrap();
    assert!(html.contains("<h1 id=\"title\">Tea &amp; &quot;biscuits&quot; &lt; 5</h1>"));
    assert!(html.contains("<a href=\"mailto:a&#39;b@example.org\""));
}

#[test]
fn every_sentence_that_the_page_asks_for_is_there() {
    let words = crate::words::Words::of("en");
    let files = [
        include_str!("browser/page.html"),
        include_str!("browser/page.js"),
        include_str!("browser/country.js"),
        include_str!("browser/text.js"),
        include_str!("browser/letter.js"),
    ];
    let known: std::collections::BTreeSet<&str> = words.beginning_with("page_").map(|(key, _)| key).collect();
    let mut asked = std::collections::BTreeSet::new();
    for text in files {
        for part in text.split("page_").skip(1) {
            let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(part.len());
            // `page_kind_${…}`: the rest of the key is a value.
            if !part[..end].ends_with('_') {
                let key = format!("page_{}", &part[..end]);
                assert!(known.contains(key.as_str()), "{key}");
                asked.insert(key);
            }
        }
    }
    assert!(asked.len() > 40, "{asked:?}");
}

#[test]
fn without_a_script_there_are_the_letter_the_addresses_and_their_links() {
    let html = page(&["en"], (None, None)).unwrap();
    assert!(html.contains("Dear President Xi Jinping,") && html.contains("(Your name)\n(Your country)"));
    let addresses = html.rsplit_once("<noscript>").unwrap().1;
    assert!(addresses.contains("<h3>Japan</h3>") && addresses.contains("mailto:info@china-embassy.or.jp\""));
    assert_eq!(html.matches("would endanger the writer").count(), 2, "once in the page and once in its data");
}
