//! The letter in the browser against the command's own: every embassy, every language, to the letter.

use serde_json::{Value, json};

use crate::driver::Wish;
use crate::support::mailto::decoded;
use crate::support::{Place, Ran};
use crate::{TAGS, open};

/// The missions of the book that are written to without being asked for: an embassy or office for each country.
fn countries(place: &Place) -> Vec<String> {
    let ran = place.run("embassies --json");
    let rows: Vec<Value> = serde_json::from_str(&ran.done().stdout).unwrap();
    let danger = ["KP", "CN", "HK", "MO"];
    let mut codes: Vec<String> = rows
        .iter()
        .filter(|row| matches!(row["kind"].as_str(), Some("embassy" | "office")))
        .map(|row| row["country_code"].as_str().unwrap().to_owned())
        .filter(|code| !danger.contains(&code.as_str()))
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

/// For each country: what stands in the letter and in both links, in one language.
const READ_ALL: &str = "
const [tag, rows] = arguments;
const field = (id) => document.getElementById(id);
const set = (id, value, kind = 'input') => {
  field(id).value = value;
  field(id).dispatchEvent(new Event(kind, { bubbles: true }));
};
set('language', tag, 'change');
return rows.map(([name, country, city, note]) => {
  field('name').value = name;
  field('country').value = country;
  field('city').value = city;
  set('note', note);
  if (!field('doubt').hidden) field('unsure').click();
  return [field('letter').textContent, field('mail').getAttribute('href'), field('mission').value, field('status').textContent];
});";

#[test]
fn every_embassys_letter_in_every_language_is_the_commands_to_the_letter() {
    let place = Place::new();
    let Some(browser) = open(&place, "", Wish::default()) else { return };
    let countries = countries(&place);
    assert!(countries.len() > 170, "{}", countries.len());
    let particulars = [
        ("Aiko Tanaka", "", ""),
        ("Ólafur & Co.", "Osaka", ""),
        ("김하나", "", "One & *two*, 100%."),
        ("محمد", "Singapore", "Two & three."),
    ];
    let rows: Vec<[&str; 4]> = countries
        .iter()
        .zip(particulars.iter().cycle())
        .map(|(country, (name, city, note))| [*name, country.as_str(), *city, *note])
        .collect();
    let mut list = "name,country,city,note\n".to_owned();
    for [name, country, city, note] in &rows {
        list.push_str(&format!("{name},{country},{city},\"{note}\"\n"));
    }
    place.write("list.csv", list);
    let mut compared = 0;
    for tag in TAGS {
        let ran = place.run(&format!("preview --signers list.csv --all --wrap 0 --lang {tag} -q"));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let letters: Vec<&str> = ran.stdout.split("\u{c}\n").collect();
        assert_eq!(letters.len(), rows.len(), "{tag}");
        let shown = browser.run(READ_ALL, &[json!(tag), json!(rows)]);
        for ((row, letter), shown) in rows.iter().zip(letters).zip(shown.as_array().unwrap()) {
            let (header, text) = letter.split_once("\n\n").unwrap();
            let text = text.strip_suffix('\n').unwrap();
            assert_eq!(shown[0], json!(text), "{tag} {row:?} {}", shown[3]);
            let field =
                |name: &str| header.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            let link = shown[1].as_str().map(decoded);
            let expected =
                field("To: ").map(|to| (to, field("Subject: ").unwrap(), text.replace('\n', "\r\n")));
            assert_eq!(link, expected, "{tag} {row:?}");
            assert!(shown[2].as_str().unwrap().starts_with(&format!("{}/", row[1])), "{shown}");
            compared += 1;
        }
    }
    println!("{compared} letters compared: {} embassies in {} languages", rows.len(), TAGS.len());
    assert_eq!(browser.said(), [""; 0]);
}

#[test]
fn every_consulate_can_be_chosen_and_has_its_own_letter() {
    let place = Place::new();
    place.write(
        "own.en.md",
        "+++\nlanguage = \"en\"\nsubject = \"To {{embassy.city}}{{#if signer.city}} from {{signer.city}}{{/if}}\"\n\
         addressee = \"A\"\n+++\n\n{{date}}, to {{embassy.city}} in {{embassy.country}}\n\nfrom {{signer.country}}: {{protest_day}}\n\n\
         {{signer.name}}\n",
    );
    let Some(browser) = open(&place, "--letter own.en.md", Wish::default()) else { return };
    browser.type_into("#name", "Aiko");
    browser.type_into("#country", "USA");
    let read = "
const [id, city] = arguments;
const field = (name) => document.getElementById(name);
field('mission').value = id;
field('city').value = city;
field('mission').dispatchEvent(new Event('input', { bubbles: true }));
return [field('letter').textContent, field('subject').textContent, field('mail').getAttribute('href')];";
    for (id, query, city) in [
        ("US/embassy/Washington, D.C.", "US", ""),
        ("US/consulate-general/Chicago", "US Chicago", "Boston"),
        ("US/permanent-mission/New York", "US permanent-mission New York", ""),
        ("JP/consulate-general/Osaka", "JP Osaka", "Kyoto"),
    ] {
        let shown = browser.run(read, &[json!(id), json!(city)]);
        let mut arguments = vec![
            "preview",
            "--letter",
            "own.en.md",
            "--wrap",
            "0",
            "--name",
            "Aiko",
            "--country",
            "USA",
            "--mission",
            query,
        ];
        if !city.is_empty() {
            arguments.extend(["--city", city]);
        }
        let ran = place.run_with(&arguments);
        let (header, text) = ran.done().stdout.split_once("\n\n").unwrap();
        assert_eq!(shown[0], json!(text.trim_end_matches('\n')), "{id}");
        let subject = header.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
        assert_eq!(shown[1], json!(subject), "{id}");
    }
}

#[test]
fn what_is_typed_stands_in_the_letter_at_once_and_nothing_works_before_it_is_whole() {
    let place = Place::new();
    let Some(browser) = open(&place, "", Wish::default()) else { return };
    let letter = || browser.text("letter");
    assert!(letter().ends_with("(Your name)\n(Your country)"), "{}", letter());
    let closed = || {
        assert_eq!(
            (browser.attribute("mail", "href"), browser.attribute("mail-short", "href")),
            (None, None)
        );
        for id in ["copy", "print", "save", "gmail", "outlook", "yahoo"] {
            assert!(browser.attribute(id, "disabled").is_some(), "{id}");
        }
    };
    closed();
    browser.type_into("#name", "Aiko Tanaka");
    assert!(letter().ends_with("Aiko Tanaka\n(Your country)"), "{}", letter());
    closed();
    browser.type_into("#country", "Japan");
    assert!(letter().ends_with("Aiko Tanaka\nJapan"), "{}", letter());
    assert_eq!(browser.text("status"), "The letter is ready.");
    assert!(
        browser
            .attribute("mail", "href")
            .unwrap()
            .starts_with("mailto:info@china-embassy.or.jp?subject=Please%20stop")
    );
    browser.type_into("#city", "Osaka");
    browser.type_into("#note", "My own words.\nOn two lines.");
    assert!(letter().contains("\n\nMy own words. On two lines.\n\nI urge"), "{}", letter());
    assert!(letter().ends_with("Aiko Tanaka\nOsaka, Japan"));
    browser.clear("#country");
    closed();
}

#[test]
fn a_country_is_known_by_what_the_command_takes_in_the_pages_languages() {
    let place = Place::new();
    let Some(browser) = open(&place, "--lang de --lang ja", Wish::default()) else { return };
    browser.type_into("#name", "Aiko");
    let read = "
document.getElementById('country').value = arguments[0];
document.getElementById('country').dispatchEvent(new Event('input', { bubbles: true }));
document.getElementById('country').dispatchEvent(new Event('change', { bubbles: true }));
return [document.getElementById('mission').value, document.getElementById('letter').textContent === '', document.getElementById('status').textContent];";
    for (typed, code) in [
        ("Deutschland", "DE"),
        ("DEUTSCHLAND ", "DE"),
        ("germany", "DE"),
        ("DE", "DE"),
        ("deu", "DE"),
        ("日本", "JP"),
        ("アメリカ", "US"),
        ("UK", "GB"),
        ("Holland", "NL"),
        ("Burma", "MM"),
        ("Ivory Coast", "CI"),
        ("Cote d'Ivoire", "CI"),
        ("ROK", "KR"),
        ("South Korea (KR)", "KR"),
        ("NA", "NA"),
        ("Österreich", "AT"),
        ("osterreich", "AT"),
        ("Guinea", "GN"),
        ("the Netherlands", "NL"),
        ("Südkorea", "KR"),
    ] {
        let shown = browser.run(read, &[json!(typed)]);
        assert!(shown[0].as_str().unwrap().starts_with(&format!("{code}/")), "{typed}: {shown}");
        assert_eq!(shown[1], json!(false), "{typed}");
    }
    for (typed, sentence) in [
        ("Korea", "kann Südkorea (KR) / Nordkorea (KP) sein"),
        ("Kongo", "„Kongo“ kann"),
        ("Japn", "Meinten Sie Japan (JP)?"),
        ("Klingon", "„Klingon“ ist als Land nicht bekannt."),
        ("Europe", "„Europe“ ist kein Land"),
        (
            "North Korea",
            "Meinten Sie Südkorea (KR)? Ein Brief aus diesem Land würde den gefährden, der ihn schreibt: Nordkorea.",
        ),
        ("China", "würde den gefährden, der ihn schreibt: China."),
        ("Hong Kong", "gefährden"),
        ("Macau", "gefährden"),
        ("Andorra", "In diesem Land gibt es keine chinesische Botschaft: Andorra."),
        ("Puerto Rico", "Zuständig ist die in Washington, D.C. (Vereinigte Staaten)."),
    ] {
        let shown = browser.run(read, &[json!(typed)]);
        assert!(shown[2].as_str().unwrap().contains(sentence), "{typed}: {shown}");
        assert_eq!(shown[1], json!(true), "{typed}: no letter");
        assert_eq!(browser.attribute("mail", "href"), None);
    }
}

#[test]
fn languages_change_sentences_and_letter_together_and_the_browsers_is_offered_once() {
    let place = Place::new();
    let wish = Wish { languages: Some("ar-EG,fr") };
    let Some(browser) = open(&place, "", wish) else { return };
    assert_eq!(
        browser.run("return document.documentElement.lang", &[]),
        json!("en"),
        "nobody is moved unasked"
    );
    assert_eq!(browser.text("offered"), "اقرأ هذه الصفحة بالعربية");
    browser.type_into("#name", "Mariam");
    browser.type_into("#country", "Egypt");
    browser.click("#offered");
    let now = browser.run("return [document.documentElement.lang, document.documentElement.dir, document.getElementById('letter').lang, document.getElementById('letter').dir, document.getElementById('offer').hidden, document.querySelector('label[for=name]').textContent]", &[]);
    assert_eq!(now, json!(["ar", "rtl", "ar", "rtl", true, "اسمك"]));
    assert!(browser.text("letter").ends_with("Mariam\nمصر"), "{}", browser.text("letter"));
    assert_eq!(browser.run("return document.getElementById('unreviewed').hidden", &[]), json!(false));
    browser.open(&place.path("page.html"));
    place.run("page -o fr.html --lang fr").done();
    browser.open(&place.path("fr.html"));
    let languages = "return [...document.getElementById('language').options].map((option) => option.value)";
    assert_eq!(browser.run(languages, &[]), json!(["fr", "en"]));
    assert_eq!(browser.run("return document.getElementById('offer').hidden", &[]), json!(true));
}

#[test]
fn the_link_is_the_one_that_the_command_hands_to_the_mail_program() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let Some(browser) = open(&place, "", Wish::default()) else { return };
    std::fs::create_dir(place.path("bin")).unwrap();
    let desktop = place.write("bin/xdg-open", "#!/bin/sh\nprintf '%s' \"$1\" > opened\n");
    std::fs::set_permissions(&desktop, std::fs::Permissions::from_mode(0o755)).unwrap();
    for (number, tag) in TAGS.into_iter().enumerate() {
        let country = ["JP", "US", "CH", "KR", "BR"][number % 5];
        let row = ["O’Brien & Söhne (50%)", country, "Bern", "Was? Ja! *so* 'ist' es."];
        let shown = browser.run(READ_ALL, &[json!(tag), json!([row])]);
        let [name, country, city, note] = row;
        let output = place
            .command()
            .args([
                "open",
                "--via",
                "mailto",
                "--lang",
                tag,
                "--name",
                name,
                "--country",
                country,
                "--city",
                city,
                "--note",
                note,
            ])
            .env("PATH", format!("{}:/usr/bin:/bin", place.path("bin").display()))
            .output()
            .unwrap();
        Ran::of(&output).done();
        assert_eq!(shown[0][1], json!(place.read("opened")), "{tag}");
    }
}

#[test]
fn what_is_typed_is_read_as_the_command_reads_it() {
    let place = Place::new();
    let Some(browser) = open(&place, "--lang en", Wish::default()) else { return };
    for name in [
        "Ada\u{200b} Example",
        "  Ada \u{a0} Example ",
        "Ada\u{a0}Example",
        "علی\u{200c}رضا",
        "क\u{94d}\u{200d}ष",
        "Ada\u{ad}Example",
        "\u{3000}愛子\u{3000}",
        "A\u{301}da",
        "👩\u{200d}🔬 Ada",
    ] {
        let note = format!("{name}  {name}.");
        let shown = browser.run(READ_ALL, &[json!("en"), json!([[name, "Japan", name, note]])]);
        let ran = place.run_with(&[
            "preview",
            "--wrap",
            "0",
            "--name",
            name,
            "--country",
            "Japan",
            "--city",
            name,
            "--note",
            &note,
        ]);
        let (_, text) = ran.done().stdout.split_once("\n\n").unwrap();
        assert_eq!(shown[0][0], json!(text.trim_end_matches('\n')), "{name:?}");
    }
}
