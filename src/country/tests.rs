//! Which names are which country, which are two, and which are nobody's.

use super::find::read;
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
        find("Corée").is_err() && find("Корея").is_err() && find("朝鮮").is_err() && find("Kongo").is_err()
    );
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
            // Two small letters are a code.
            Ok(found) => assert!(found.code() == codes || found.code() == name.to_uppercase(), "{name}"),
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
    assert_eq!((tried, right, ambiguous, codes), (18_650, 18_634, 12, vec!["KM", "RU", "AS", "SA"]));
}

#[test]
fn what_is_exactly_a_states_name_is_that_state_and_is_said() {
    case("Guinea", "GN");
    case("Guinée", "GN");
    case("Guinea-Bissau", "GW");
    case("Equatorial Guinea", "GQ");
    case("Papua New Guinea", "PG");
    let remark = read("Guinea").unwrap().remark.unwrap().to_string();
    assert_eq!(remark, "\"Guinea\" is read as the state of that name, Guinea (GN), and no other");
}

#[test]
fn codes_and_second_names_in_brackets_are_taken_where_both_mean_the_same() {
    for (query, code) in [
        ("South Korea (KR)", "KR"),
        ("United States (US)", "US"),
        ("United Kingdom (UK)", "GB"),
        ("United Arab Emirates (UAE)", "AE"),
        ("Germany (Deutschland)", "DE"),
        ("Ivory Coast (Côte d'Ivoire)", "CI"),
        ("Burma (Myanmar)", "MM"),
        ("日本 (Japan)", "JP"),
        ("日本（Japan）", "JP"),
        ("Belgique / België", "BE"),
        ("Switzerland/Suisse/Schweiz", "CH"),
        ("JP - Japan", "JP"),
        ("Japan [JPN]", "JP"),
        ("Congo (DRC)", "CD"),
        ("Korea (KR)", "KR"),
        ("Taiwan (ROC)", "TW"),
        ("Republic of China (Taiwan)", "TW"),
    ] {
        case(query, code);
    }
    refused("Germany (France)", "\"Germany (France)\" names Germany (DE) and France (FR): write one of them");
    refused("Taiwan, China", "\"Taiwan, China\" names Taiwan (TW) and China (CN): write one of them");
}

#[test]
fn a_part_of_a_country_beside_it_confirms_it_and_is_said() {
    for (query, code) in [
        ("USA - California", "US"),
        ("California, USA", "US"),
        ("CA, USA", "US"),
        ("Georgia, USA", "US"),
        ("England, United Kingdom", "GB"),
        ("Ontario, Canada", "CA"),
        ("Scotland", "GB"),
        ("N. Ireland", "GB"),
    ] {
        let found = read(query).unwrap();
        assert_eq!(found.territory.code(), code, "{query}");
        let remark = found.remark.unwrap().to_string();
        assert_eq!(remark, format!("\"{query}\" is read as {}", found.territory.running_name()));
    }
    refused(
        "Glasgow, Scotland",
        "\"Glasgow, Scotland\" is more than a country: did you mean United Kingdom (GB)? A city has a place of its own",
    );
    refused("California", "\"California\" is a part of the United States: write United States (US)");
    case("Georgia", "GE");
}

#[test]
fn address_lists_and_their_abbreviations_are_read() {
    for (query, code) in [
        ("Palestinian Territory, Occupied", "PS"),
        ("Macedonia, the former Yugoslav Republic of", "MK"),
        ("Virgin Islands, U.S.", "VI"),
        ("Virgin Islands, British", "VG"),
        ("Democratic Republic of Congo", "CD"),
        ("Czech Rep.", "CZ"),
        ("S. Africa", "ZA"),
        ("So. Korea", "KR"),
        ("S Korea", "KR"),
        ("Dominican Rep.", "DO"),
        ("St. Vincent and the Grenadines", "VC"),
        ("Utd. Kingdom", "GB"),
        ("Holy See (Vatican City State)", "VA"),
        ("Falkland Islands (Malvinas)", "FK"),
        ("Tanzania, United Republic of", "TZ"),
        ("Micronesia, Federated States of", "FM"),
        ("Bolivia (Plurinational State of)", "BO"),
        ("호주", "AU"),
        ("豪州", "AU"),
    ] {
        case(query, code);
    }
}

#[test]
fn a_cell_that_slipped_is_no_country() {
    for empty in ["N/A", "#N/A", "n/a", "-", "--", "null"] {
        assert_eq!(find(empty), Err(CountryError::Empty), "{empty}");
    }
    case("NA", "NA");
    case("jp", "JP");
    for word in ["No", "Mr", "c/o", "Si", "me", "in", "si", "mr", "am", "no", "Jp", "A/S", "J.P."] {
        assert!(find(word).is_err(), "{word}");
    }
    refused("No", "\"No\" is a word, or the code of Norway (NO): write the country's name");
    refused(
        "in",
        "\"in\" looks like an abbreviated state, or like the code of India (IN): write United States or India",
    );
    for state in ["Ga.", "Pa.", "Md.", "La.", "Calif."] {
        refused(state, &format!("\"{state}\" looks like an abbreviated state: write United States"));
    }
}

#[test]
fn a_wrong_neighbour_is_never_offered() {
    for (query, offered) in
        [("Saudi", "Saudi Arabia (SA)"), ("Gaza", "Palestine (PS)"), ("Aussie", "Australia (AU)")]
    {
        refused(query, &format!("\"{query}\" is not known as a country; did you mean {offered}?"));
    }
    for query in
        ["Paris", "London", "Tokyo", "Seoul", "Berlin", "Sydney", "Ada Example", "Osaka", "yes", "Madrid"]
    {
        let sentence = find(query).unwrap_err().to_string();
        assert!(!sentence.contains("did you mean"), "{sentence}");
    }
}

#[test]
fn china_and_north_korea_are_known_in_every_spelling() {
    for (query, code) in [
        ("North Korea (DPRK)", "KP"),
        ("China (PRC)", "CN"),
        ("P.R. China", "CN"),
        ("Korea, DPR", "KP"),
        ("No. Korea", "KP"),
        ("N.Korea", "KP"),
        ("조선민주주의인민공화국", "KP"),
        ("北朝鮮", "KP"),
        ("Nordkorea", "KP"),
        ("КНДР", "KP"),
        ("中华人民共和国", "CN"),
        ("Volksrepublik China", "CN"),
        ("Hong Kong SAR", "HK"),
        ("Beijing", "CN"),
        ("Inner Mongolia", "CN"),
        ("Shanghai, China", "CN"),
        ("Nowhere Village, North Korea", "KP"),
        ("Xinjiang", "CN"),
        ("Pyongyang", "KP"),
        ("평양", "KP"),
    ] {
        case(query, code);
        assert!(find(query).unwrap().danger().is_some(), "{query}");
    }
    for exile in ["Tibet", "Lhasa", "East Turkestan"] {
        let sentence = find(exile).unwrap_err().to_string();
        assert!(
            sentence.contains("write the country you live in") && sentence.contains("endanger"),
            "{sentence}"
        );
    }
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
