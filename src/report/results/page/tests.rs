//! What the results page shows and what it hides, in its bars, its map and the tables under them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{ResultsPage, languages};
use crate::ledger::{Counts, Tally};
use crate::report::results::{Logo, Results};
use crate::zone::date;

fn tally(letters: &[(&str, u64)]) -> Tally {
    let counts = |accepted| Counts { accepted, ..Counts::default() };
    let all = letters.iter().map(|(_, sum)| sum).sum();
    let by_destination = letters.iter().map(|(name, sum)| ((*name).to_owned(), counts(*sum))).collect();
    Tally { all: counts(all), by_destination, is_forgotten: false }
}

fn page(letters: &[(&str, u64)], days: &[(u32, u64)], asked: &[&str]) -> String {
    let days: Vec<_> = days.iter().map(|(day, letters)| (date(2026, 12, *day), *letters)).collect();
    let at = chrono::DateTime::from_timestamp(1_796_220_000, 0).unwrap();
    let results = Results::of(&tally(letters), &days, at);
    let asked: Vec<String> = asked.iter().map(|tag| (*tag).to_owned()).collect();
    ResultsPage { results: &results, title: None, logo: None, languages: languages(&asked).unwrap() }.render()
}

#[test]
fn a_page_tells_totals_countries_and_days_and_hides_the_same_everywhere() {
    let html = page(
        &[("JP", 1200), ("JP consulate-general Osaka", 34), ("DE", 20), ("FR", 3), ("IT", 2), ("ES", 9)],
        &[(1, 3), (2, 1265)],
        &["en"],
    );
    assert!(html.contains("<p class=\"sum\">1,268</p>"));
    assert!(html.contains("data-country=\"JP\">Japan</th><td class=\"number\">1,234</td>"), "{html}");
    assert!(html.contains(">France</th><td class=\"number\" data-word=\"results_fewer\">fewer than 5</td>"));
    assert!(html.contains(">Spain</th><td class=\"number\" data-word=\"results_not_shown\">not shown</td>"));
    assert!(
        html.contains("<bdi dir=\"ltr\">2026-12-01 – 2026-12-02</bdi></th><td class=\"number\">1,268</td>")
    );
    let bars = html.split_once("<svg class=\"bars\"").unwrap().1.split_once("</svg>").unwrap().0;
    assert!(
        bars.contains("Japan")
            && bars.contains("Germany")
            && !bars.contains("France")
            && !bars.contains("Spain")
    );
    assert!(html.contains("not that anybody has read it"));
    assert!(!html.contains("<script"), "one language needs none");
    assert!(
        html.contains("script-src 'none'")
            && !html.contains("style=")
            && !html.contains("http:")
            && !html.contains("https:")
    );
}

#[test]
fn few_letters_have_totals_alone_and_a_forgotten_ledger_no_days() {
    let html = page(&[("JP", 19)], &[(2, 19)], &["en"]);
    assert!(html.contains("only the totals are shown") && !html.contains("<svg") && !html.contains("Japan"));
    let html = page(&[("JP", 20)], &[], &["en"]);
    assert!(html.contains("Japan") && !html.contains("Letters by day"));
}

#[test]
fn a_page_speaks_the_languages_asked_for_and_english() {
    let html = page(&[("JP", 30)], &[(2, 30)], &["arabic", "de"]);
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">") && html.contains("id=\"chooser\""));
    let (_, data) = html.split_once("id=\"data\">").unwrap();
    let data: serde_json::Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    let tags: Vec<&str> = data.as_array().unwrap().iter().map(|one| one["tag"].as_str().unwrap()).collect();
    assert_eq!(tags, ["ar", "de", "en"]);
    assert_eq!(data[1]["countries"]["JP"], "Japan");
    let refused = languages(&["jp".to_owned()]).unwrap_err().to_string();
    assert!(
        refused.starts_with("the page cannot speak \"jp\": did you mean ja?; it can speak en, ar,"),
        "{refused}"
    );
    assert_eq!(languages(&[]).unwrap().len(), 22);
}

#[test]
fn title_and_logo_are_the_organizers() {
    let results = Results::of(&tally(&[("JP", 30)]), &[], chrono::DateTime::UNIX_EPOCH);
    // A picture of one pixel, with words in it that no page shall have.
    let logo = STANDARD.decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAAC3RFWHRBdXRob3IAQWlrb7xq3XQAAAAKSURBVHgBY/gPAAEBAQDgTGZOAAAAAElFTkSuQmCC",
    );
    let logo = Logo::read(&logo.unwrap()).unwrap();
    let page = ResultsPage {
        results: &results,
        title: Some("A & B < C"),
        logo: Some(&logo),
        languages: languages(&[]).unwrap(),
    };
    let html = page.render();
    assert!(
        html.contains("<title>A &amp; B &lt; C</title>") && html.contains("src=\"data:image/png;base64,")
    );
    assert!(html.len() < 300_000, "{}", html.len());
}
