//! Which names are which country, which are two, and which are nobody's.

use super::fold::fold;
use super::{CountryError, Territory, find, table};
use proptest::prelude::*;

#[track_caller]
fn case(query: &str, code: &str) {
    assert_eq!(find(query).map(Territory::code), Ok(code), "{query}");
}

#[track_caller]
fn refused(query: &str, sentence: &str) {
    assert_eq!(find(query).unwrap_err().to_string(), sentence);
}

#[test]
fn codes_names_formal_names_and_aliases_are_known() {
    for (query, code) in [
        ("JP", "JP"),
        ("jpn", "JP"),
        ("Japan", "JP"),
        (" japan ", "JP"),
        ("Republic of Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Korea (Republic of)", "KR"),
        ("South Korea", "KR"),
        ("ROK", "KR"),
        ("Russian Federation", "RU"),
        ("Viet Nam", "VN"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("Holland", "NL"),
        ("the Netherlands", "NL"),
        ("Burma", "MM"),
        ("Ivory Coast", "CI"),
        ("cote d'ivoire", "CI"),
        ("USA", "US"),
        ("U.S.", "US"),
        ("America", "US"),
        ("Iran, Islamic Republic of", "IR"),
        ("Lao PDR", "LA"),
        ("Czech Republic", "CZ"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Swaziland", "SZ"),
        ("Kosovo", "XK"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Republic of the Congo", "CG"),
        ("DRC", "CD"),
        ("Niger", "NE"),
        ("Dominica", "DM"),
        ("Ireland", "IE"),
        ("Saint Lucia", "LC"),
        ("St. Lucia", "LC"),
        ("GN", "GN"),
        ("Trinidad and Tobago", "TT"),
        ("Puerto Rico", "PR"),
        ("AO", "AO"),
        ("Hong Kong", "HK"),
        ("Macau", "MO"),
    ] {
        case(query, code);
    }
}

#[test]
fn names_in_other_languages_are_known() {
    for (query, code) in [
        ("日本", "JP"),
        ("대한민국", "KR"),
        ("한국", "KR"),
        ("Deutschland", "DE"),
        ("Österreich", "AT"),
        ("ÖSTERREICH", "AT"),
        ("España", "ES"),
        ("Россия", "RU"),
        ("البرازيل", "BR"),
        ("Nederland", "NL"),
        ("Áo", "AT"),
        ("中国", "CN"),
        ("台灣", "TW"),
        ("ประเทศไทย", "TH"),
        ("米国", "US"),
        ("Российская Федерация", "RU"),
        ("Großbritannien", "GB"),
        ("Holanda", "NL"),
        ("भारत", "IN"),
        ("Ελλάδα", "GR"),
    ] {
        case(query, code);
    }
}

#[test]
fn lists_turn_names_round_and_people_shorten_them() {
    case("Gambia, The", "GM");
    case("Congo, the Democratic Republic of the", "CD");
    case("Korea, South", "KR");
    case("Korea, Dem. People's Rep.", "KP");
    case("Sao Tome", "ST");
    case("Macao SAR, China", "MO");
}

#[test]
fn nothing_is_guessed() {
    refused("Korea", "\"Korea\" may be South Korea (KR) or North Korea (KP): write one of them");
    assert!(
        find("Corée").is_err()
            && find("Корея").is_err()
            && find("朝鮮").is_err()
            && find("Guinée").is_err()
            && find("Kongo").is_err()
    );
    let guinea = find("Guinea").unwrap_err().to_string();
    for code in ["(GN)", "(GW)", "(GQ)", "(PG)"] {
        assert!(guinea.contains(code), "{guinea}");
    }
    assert!(find("Congo").unwrap_err().to_string().contains("(CD)"));
    refused(
        "Virgin Islands",
        "\"Virgin Islands\" may be British Virgin Islands (VG) or U.S. Virgin Islands (VI): write one of them",
    );
    assert!(find("EU").unwrap_err().to_string().contains("a union of countries"));
    // Vietnamese for Russia, and the code of Nigeria.
    assert!(find("Nga").unwrap_err().to_string().contains("Nigeria (NG) or Russia (RU)"));
    case("NGA", "NG");
}

#[test]
fn a_slip_is_answered_with_what_was_meant_and_never_mended_unasked() {
    refused("Jpan", "\"Jpan\" is not known as a country; did you mean Japan (JP)?");
    refused("Germny", "\"Germny\" is not known as a country; did you mean Germany (DE)?");
    assert!(find("Atlantis").unwrap_err().to_string().contains("`protest embassies` lists them"));
    assert!(find("Europe").unwrap_err().to_string().contains("a part of the world"));
    assert!(find("").is_err() && find("  ").is_err() && find(&"x".repeat(999)).is_err());
}

#[test]
fn every_code_and_every_name_of_cldr_is_right_or_refused_as_ambiguous() {
    let (mut tried, mut ambiguous) = (0, 0);
    for territory in Territory::all() {
        case(territory.code(), territory.code());
    }
    for (name, codes) in table::names() {
        tried += 1;
        assert_eq!(fold(name), fold(&fold(name)), "{name}");
        match find(name) {
            Ok(found) => assert_eq!(found.code(), codes, "{name}"),
            Err(_) => ambiguous += 1,
        }
    }
    assert!(tried > 18_000 && ambiguous < 130, "{tried} names tried, {ambiguous} refused");
}

/// Every name that CLDR 48 gives a territory in a language of its modern set, as it is written there. An abbreviation
/// that is another territory's ISO code in capitals (RU for Reino Unido) is read as the code.
#[test]
fn no_name_that_cldr_gives_a_country_finds_another() {
    let (mut tried, mut right, mut ambiguous, mut codes) = (0, 0, 0, Vec::new());
    for line in include_str!("../../tests/golden/cldr_country_names.tsv").lines() {
        let (code, names) = line.split_once('\t').unwrap();
        for name in names.split('\t') {
            tried += 1;
            match find(name) {
                Ok(found) if found.code() == code => right += 1,
                Ok(found) if found.code() == name => codes.push(name),
                Ok(found) => panic!("{name} is {code}, not {found:?}"),
                Err(CountryError::Ambiguous { candidates, .. }) => {
                    assert!(candidates.iter().any(|candidate| candidate.code() == code), "{name}");
                    ambiguous += 1;
                }
                Err(other) => panic!("{code}: {other}"),
            }
        }
    }
    assert_eq!((tried, right, ambiguous, codes), (18_650, 18_577, 69, vec!["KM", "RU", "AS", "SA"]));
}

#[test]
fn a_letter_names_a_country_as_people_do() {
    let us = find("US").unwrap();
    assert_eq!(
        (us.name(), us.running_name().as_str(), us.capitals().as_str()),
        ("United States", "the United States", "UNITED STATES")
    );
    assert_eq!(us.name_in("ja"), "アメリカ合衆国");
    assert_eq!(us.name_in("zh-Hant"), "美國");
    assert_eq!(us.name_in("tlh"), "United States");
    assert_eq!(find("CD").unwrap().running_name(), "the Democratic Republic of the Congo");
}

#[test]
fn a_letter_from_where_its_writer_would_be_in_danger_is_not_written() {
    let danger = |query: &str| find(query).unwrap().danger().map(|danger| danger.to_string());
    assert_eq!(
        danger("North Korea").as_deref(),
        Some("did you mean South Korea (KR)? A letter from inside North Korea would endanger its writer")
    );
    assert_eq!(danger("Macau").as_deref(), Some("A letter from inside Macau would endanger its writer"));
    assert_eq!(danger("Taiwan"), None);
}

#[test]
fn a_territory_names_its_state() {
    assert_eq!(find("Greenland").unwrap().state().map(super::Territory::name), Some("Denmark"));
    assert_eq!(find("Japan").unwrap().state(), None);
}

proptest! {
    #[test]
    fn no_text_makes_it_fail_otherwise(text in "\\PC{0,40}|.{0,40}") {
        let _ = find(&text);
    }
}
