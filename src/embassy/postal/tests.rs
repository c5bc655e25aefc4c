//! Addresses of the book as they stand on paper.

use super::within_country;
use crate::country::Territory;
use crate::embassy::AddressBook;

#[track_caller]
fn case(country: &str, city: &str, address: &str, expected: &[&str]) {
    let lines = within_country(address, city, Territory::of_code(country).unwrap());
    let lines: Vec<String> = lines.iter().map(|line| line.parts.join(line.joint)).collect();
    assert_eq!(lines, expected);
}

#[test]
fn the_street_stands_above_the_town_with_its_postcode() {
    case("DE", "Berlin", "Märkisches Ufer 54, 10179 Berlin", &["Märkisches Ufer 54", "10179 Berlin"]);
    case("CH", "Bern", "Kalcheggweg 10, 3006 Bern", &["Kalcheggweg 10", "3006 Bern"]);
    case(
        "GR",
        "Athens",
        "Dimokratias 10, Paleo Psychiko, 154 52 Athens",
        &["Dimokratias 10, Paleo Psychiko", "154 52 Athens"],
    );
    case(
        "NL",
        "The Hague",
        "Willem Lodewijklaan 10, 2517 JT The Hague",
        &["Willem Lodewijklaan 10", "2517 JT The Hague"],
    );
    case(
        "CA",
        "Ottawa",
        "515 St. Patrick Street, Ottawa, ON K1N 5H3",
        &["515 St. Patrick Street", "Ottawa, ON K1N 5H3"],
    );
    case(
        "US",
        "Washington, D.C.",
        "3505 International Place, N.W., Washington, D.C. 20008",
        &["3505 International Place, N.W.", "Washington, D.C. 20008"],
    );
    case(
        "AU",
        "Canberra",
        "15 Coronation Drive, Yarralumla ACT 2600, Canberra",
        &["15 Coronation Drive", "Yarralumla ACT 2600, Canberra"],
    );
    case(
        "BE",
        "Brussels",
        "Avenue de Tervueren 443-445, 1150 Woluwe-Saint-Pierre, Brussels",
        &["Avenue de Tervueren 443-445", "1150 Woluwe-Saint-Pierre, Brussels"],
    );
    case(
        "JP",
        "Tokyo",
        "3-4-33 Moto-Azabu, Minato-ku, Tokyo 106-0046",
        &["3-4-33 Moto-Azabu, Minato-ku", "Tokyo 106-0046"],
    );
    case("IS", "Reykjavík", "Bríetartún 1, 105 Reykjavík", &["Bríetartún 1", "105 Reykjavík"]);
    case("LV", "Riga", "Ganību dambis 5, Rīga, LV-1045", &["Ganību dambis 5", "Rīga, LV-1045"]);
}

#[test]
fn a_number_of_a_street_or_a_road_is_no_postcode() {
    case(
        "BH",
        "Manama",
        "Building 1109, Road 2819, Block 428, Al Seef, Manama",
        &["Building 1109, Road 2819, Block 428, Al Seef", "Manama"],
    );
    case(
        "CR",
        "San José",
        "Del cruce, 900 metros a mano derecha, Sabanilla, San José",
        &["Del cruce, 900 metros a mano derecha, Sabanilla", "San José"],
    );
    case(
        "PH",
        "Manila",
        "4896 Pasay Road, Makati, Metro Manila",
        &["4896 Pasay Road, Makati", "Metro Manila"],
    );
}

#[test]
fn the_postcode_stands_below_the_town_where_the_post_wants_it_so() {
    case(
        "GB",
        "London",
        "49-51 Portland Place, London W1B 1JL",
        &["49-51 Portland Place", "London", "W1B 1JL"],
    );
    case("RU", "Moscow", "ul. Druzhby 6, Moscow 117330", &["ul. Druzhby 6", "Moscow", "117330"]);
    case("RU", "Kazan", "ul. Podluzhnaya 21, Kazan", &["ul. Podluzhnaya 21", "Kazan"]);
}

#[test]
fn a_post_office_box_has_a_line_of_its_own() {
    case(
        "UG",
        "Kampala",
        "37, Malcolm X Avenue, Kololo, Kampala (P.O. Box 4106)",
        &["37, Malcolm X Avenue, Kololo", "P.O. Box 4106", "Kampala"],
    );
    case(
        "JO",
        "Amman",
        "No. 9, Jakarta Street, Rabyah, Amman (P.O. Box 7365, 11118 Amman)",
        &["No. 9, Jakarta Street, Rabyah", "Amman", "P.O. Box 7365, 11118 Amman"],
    );
    case(
        "DE",
        "Bonn",
        "Kurfürstenallee 12 (corner Friedrich-Ebert-Straße 59), Bad Godesberg, Bonn",
        &["Kurfürstenallee 12 (corner Friedrich-Ebert-Straße 59), Bad Godesberg", "Bonn"],
    );
}

#[test]
fn a_city_that_is_called_like_its_country_stays() {
    case("SG", "Singapore", "150 Tanglin Road, Singapore 247969", &["150 Tanglin Road", "Singapore 247969"]);
    case(
        "DJ",
        "Djibouti",
        "Rue d'Addis-Abeba, Djibouti (B.P. 2021)",
        &["Rue d'Addis-Abeba", "B.P. 2021", "Djibouti"],
    );
    case(
        "LU",
        "Luxembourg",
        "2, rue Van der Meulen, L-2152 Luxembourg",
        &["2, rue Van der Meulen", "L-2152 Luxembourg"],
    );
    case(
        "DE",
        "Berlin",
        "Märkisches Ufer 54, 10179 Berlin, Germany",
        &["Märkisches Ufer 54", "10179 Berlin"],
    );
}

#[test]
fn lines_are_filled_as_far_as_they_fit() {
    let book = AddressBook::builtin();
    let bahrain = book.for_country(Territory::of_code("BH").unwrap()).unwrap().postal(None);
    let lines = bahrain.lines(|line| line.len() <= 30);
    let expected = [
        "Embassy of the",
        "People’s Republic of China",
        "Building 1109, Road 2819",
        "Block 428, Al Seef",
        "Manama",
        "BAHRAIN",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn what_is_posted_within_the_country_does_not_name_it_unless_its_street_is_not_known() {
    let book = AddressBook::builtin();
    let germany = Territory::of_code("DE").unwrap();
    let lines = |query: &str| book.mission(query).unwrap().postal(Some(germany)).lines(|_| true);
    assert_eq!(lines("Berlin").last().unwrap(), "10179 Berlin");
    assert_eq!(
        lines("Munich"),
        ["Consulate-General of the People’s Republic of China", "(street not known)", "Munich", "GERMANY"]
    );
}
