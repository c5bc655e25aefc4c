//! Lists as real forms, spreadsheets and sites export them: what is read, what is stopped, and what is said of it.
//!
//! Each case is a file's bytes, what the command comes to, and words that have to stand in what it says.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use support::{EMBASSIES, Place};

const SEND: &str = "send --dry-run --from letters@example.org --smtp smtp://127.0.0.1:2525 --ledger none.ledger \
                    --embassies book.csv --signers list.csv";

/// `name,country,email,consent` with these rows.
fn signers(rows: &str) -> Vec<u8> {
    format!("name,country,email,consent\n{rows}").into_bytes()
}

/// A list of one column of names.
fn names(names: &[&str]) -> Vec<u8> {
    let row = |(index, name): (usize, &&str)| {
        format!("\"{}\",Japan,r{index}@example.org,yes\n", name.replace('"', "\"\""))
    };
    signers(&names.iter().enumerate().map(row).collect::<String>())
}

/// A list of one column of consents.
fn consents(cells: &[&str]) -> Vec<u8> {
    let row =
        |(index, cell): (usize, &&str)| format!("Signer {index},Japan,r{index}@example.org,\"{cell}\"\n");
    signers(&cells.iter().enumerate().map(row).collect::<String>())
}

/// A list of one column of countries.
fn countries(cells: &[&str]) -> Vec<u8> {
    let row = |(index, cell): (usize, &&str)| format!("Signer {index},\"{cell}\",r{index}@example.org,yes\n");
    signers(&cells.iter().enumerate().map(row).collect::<String>())
}

#[track_caller]
fn case(bytes: impl AsRef<[u8]>, code: i32, words: &[&str]) {
    case_with("", bytes, code, words);
}

#[track_caller]
fn case_with(more: &str, bytes: impl AsRef<[u8]>, code: i32, words: &[&str]) {
    let place = Place::new();
    place.write("list.csv", bytes);
    place.write("book.csv", EMBASSIES);
    let ran = place.run(&format!("{SEND} {more}"));
    let told = format!("{}{}", ran.stdout, ran.stderr);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(ran.code, code, "{told}");
    for word in words {
        assert!(told.contains(word), "{word:?} is not in: {told}");
    }
}

#[test]
fn an_encoding_that_nobody_named_is_refused_with_the_likely_one_and_names_in_it() {
    let list = |rows: &[u8]| [b"name,country,email,consent\n", rows].concat();
    for (rows, words) in [
        (
&b"\x8c\xa9\x96{ \x89\xd4\x8eq,JP,a@example.org,yes\n\x89\xcb\x8b\xf3 \x91\xbe\x98Y,JP,b@example.org,yes\n"[..], ["shift_jis (cp932)", "見本 花子"]),
        (b"\xb1\xe8\xbf\xb9\xbd\xc3,KR,a@example.org,yes\n\xb9\xda\xba\xb8\xb1\xe2,KR,b@example.org,yes\n", ["euc-kr (cp949)", "김예시"]),
        (b"\xcf\xf0\xe8\xec\xe5\xf0\xee\xe2\xe0 \xc0\xed\xed\xe0,JP,a@example.org,yes\n", ["windows-1251", "Примерова Анна"]),
        (b"Tom\xe1\x9a P\xf8\xedklad,JP,a@example.org,yes\n\xa3ucja Wz\xf3r,JP,b@example.org,yes\n", ["windows-1250", "Tomáš Příklad"]),
        (b"Andr\x8e Fictif,JP,a@example.org,yes\nJ\x9frgen Beispiel,JP,b@example.org,yes\n", ["macintosh", "Jürgen Beispiel"]),
        (b"Jos\x82 Exemple,JP,a@example.org,yes\nZo\x89 Muster,JP,b@example.org,yes\n", ["no encoding that is known fits", "cp437"]),
    ] {
        case(list(rows), 65, &words);
    }
    let mixed = list(b"Jos\xc3\xa9 Exemple,JP,a@example.org,yes\nZo\xeb Muster,JP,b@example.org,yes\nRen\xe9 Fictif,JP,c@example.org,yes\n");
    case(mixed, 65, &["line 2 is UTF-8, and lines 3 and 4 are not: two encodings in one file"]);
}

#[test]
fn an_encoding_that_is_named_is_read_and_one_that_is_none_is_told() {
    let list = b"name,country,email,consent\nJos\x82 Exemple,JP,a@example.org,yes\n";
    case_with("--encoding cp437", list, 0, &["1 letter by mail"]);
    case_with("--encoding shift-jsi", list, 65, &["did you mean shift_jis?"]);
    case_with(
        "--encoding cp932",
        "\u{feff}name,country,consent\nAda,JP,yes\n",
        65,
        &["its byte order mark says that it is utf-8"],
    );
    case_with("--worksheet List", list, 2, &["is no workbook"]);
}

#[test]
fn headings_of_form_tools_are_taken_and_announced() {
    for heading in [
        "your-email",
        "primary_email",
        "Email (required)",
        "E-mail 1 - Value",
        "Dirección de correo electrónico",
        "メールアドレス（必須）",
        "E-posta adresi",
        "What is your email address?",
    ] {
        let list = format!(
            "name,country,consent,{heading}\nAda Example,Japan,yes,ada@example.org\nAda Example,Japan,yes,bo@example.org\n"
        );
        case(list, 0, &[&format!("the column \"{heading}\" is read as email"), "2 letters by mail"]);
    }
    case(
        "\u{200b}name,country,email,consent\nAda Example,Japan,ada@example.org,yes\n",
        0,
        &["1 letter by mail"],
    );
    case(
        "full_name,email,city,state,country_code,consent\nAda Example,a@example.org,Osaka,,Japan,yes\n",
        0,
        &["\"country_code\" is read as country"],
    );
    case(
        "name,country,consent,E-mail 1 - Value,E-mail 2 - Value\nAda Example,Japan,yes,a@example.org,b@example.org\n",
        0,
        &["\"E-mail 2 - Value\" is not used, though its cells look like e-mail addresses"],
    );
    case(
        "name,country,consent,Message\nAda Example,Japan,yes,Please call me back\n",
        0,
        &["\"Message\" does not stand in the letters", "note = \"Message\""],
    );
}

#[test]
fn an_error_about_a_missing_column_ends_with_the_lines_to_paste_and_they_work() {
    let parts = "First Name,Last Name,Country,Email,Consent\nAda,Example,Japan,ada@example.org,yes\n";
    case(parts, 65, &["[columns] name = [\"First Name\", \"Last Name\"]"]);
    let form = "Timestamp,Email Address,What is your full name?,Which country do you live in?,\"I agree that my name goes to the embassy\"\n\
                11/21/2026 8:14:44,ada@example.org,Ada Example,Japan,I agree\n";
    let consent = "consent = { column = \"I agree that my name goes to the embassy\", yes = [\"I agree\"], date = \"Timestamp\" }";
    case(
        form,
        65,
        &[
            "name = \"What is your full name?\"",
            "country = \"Which country do you live in?\"",
            "email = \"Email Address\"",
            consent,
        ],
    );
    for (list, columns) in
        [(parts, "name = [\"First Name\", \"Last Name\"]\nconsent = \"Consent\""), (form, consent)]
    {
        let place = Place::new();
        place.write("list.csv", list);
        place.write("book.csv", EMBASSIES);
        place.write("campaign.toml", format!("[columns]\n{columns}\n"));
        let ran = place.run(SEND);
        ran.done();
        assert!(ran.stdout.contains("1 letter by mail"), "{}", ran.stdout);
    }
    let place = Place::new();
    place.write("list.csv", parts);
    place.write("book.csv", EMBASSIES);
    // Nor is a ledger made for a list without a column of consent.
    place.write("list.csv", "name,country\nAda Example,Japan\n");
    place.run(&SEND.replace("--dry-run", "--yes")).refused(65, "no column \"consent\"");
    assert!(!place.files().iter().any(|name| name.ends_with(".ledger")), "{:?}", place.files());
    place.write("list.csv", parts);
    place.write("campaign.toml", "[columns]\nname = \"Frist Name\"\n");
    place.run(SEND).refused(65, "did you mean \"First Name\"?");
}

#[test]
fn residue_of_other_programs_is_stopped_and_the_same_reason_told_once() {
    case(
        names(&["NULL", "\\N", "nan", "None"]),
        65,
        &["a program's word for nothing: \"NULL\"; the same in lines 3, 4 and 5", "4 faulty rows in all"],
    );
    case(
        names(&["#N/A", "#REF!", "#NAME?"]),
        65,
        &["a spreadsheet's error: \"#N/A\"; the same in lines 3 and 4"],
    );
    case(names(&["O&#39;Hara", "M&uuml;ller", "Ada &amp; Bo"]), 65, &["it looks like HTML", "lines 3 and 4"]);
    case(
        names(&["\"Ada Example\"", "'Smith", "=\"Ada Example\""]),
        65,
        &["quoted twice", "a spreadsheet's mark", "a formula", "3 faulty rows"],
    );
    case(
        names(&["ada@example.org", "+81 90 0000 0000", "2026-11-21"]),
        65,
        &["an e-mail address", "a telephone number", "a date"],
    );
    case(
        names(&["MÃ¼ller", "JosÃ©", "Ð˜Ð²Ð°Ð½", "Dvo?ák"]),
        65,
        &["read in another encoding", "characters were lost", "4 faulty rows"],
    );
    case(
        names(&["*|FNAME|*", "{{name}}", "[First Name]", "«Name»"]),
        65,
        &["a mail merge that was not filled", "lines 3, 4 and 5"],
    );
    case(names(&["=?UTF-8?Q?Zo=C3=AB_Exemple?="]), 65, &["a coded mail header: write the name itself"]);
    case(
        names(&["Ada Null", "Nan Sample", "Sam None", "Jean-Null Exemple", "O'Test", "Ng"]),
        0,
        &["6 letters by mail"],
    );
    let city = "name,country,city,email,consent\nSigner,Japan,#REF!,a@example.org,yes\n";
    case(city, 65, &["city: it looks like a spreadsheet's error"]);
    let note = "name,country,email,consent,note\nAda,Japan,a@example.org,yes,<p>My own words</p>\nBo,Japan,b@example.org,yes,First_x000D_ second\n";
    case(note, 65, &["note: it looks like HTML", "a program's code for a character"]);
    let email = "name,country,email,consent\nAda Example,Japan,Ada Example <ada@example.org>,yes\nBo Example,Japan,mailto:bo@example.org,yes\n";
    case(
        email,
        65,
        &["write only the address itself: ada@example.org", "write only the address itself: bo@example.org"],
    );
}

#[test]
fn what_nobody_sees_makes_no_second_letter() {
    for unseen in ["\u{200b}", "\u{ad}", "\u{200c}"] {
        let list = signers(&format!(
            "Ada Example,Japan,ada@example.org,yes\nAda{unseen} Example,Japan,ada@example.org,yes\n"
        ));
        case(list, 0, &["1 letter by mail", "row 2 repeats row 1"]);
    }
    case(
        signers(
            "Ada Example,Japan,\u{200b}ada@example.org,yes\nBo Example,Japan,bo@example.org,yes\u{200b}\n",
        ),
        0,
        &["2 letters by mail"],
    );
    case(
        signers("Ada O'Hara,Japan,ada@example.org,yes\nAda O’Hara,Japan,ada@example.org,yes\n"),
        0,
        &["rows 1 and 2"],
    );
}

#[test]
fn country_cells_are_read_or_asked_about_and_danger_is_told() {
    case(countries(&["N/A", "#N/A", "n/a"]), 65, &["no country was given", "lines 3 and 4"]);
    case(
        countries(&["No", "Mr", "c/o", "Si"]),
        65,
        &["4 faulty rows", "is a word, or the code of Norway (NO)"],
    );
    case(countries(&["Ga.", "Pa."]), 65, &["looks like an abbreviated state: write United States"]);
    case(countries(&["Japan (JP)", "France (France)", "日本 (Japan)", "jp"]), 0, &["4 letters by mail"]);
    case(
        countries(&["Saudi", "Aussie"]),
        65,
        &["did you mean Saudi Arabia (SA)?", "did you mean Australia (AU)?"],
    );
    case(
        countries(&["North Korea (DPRK)", "P.R. China", "Beijing", "Pyongyang"]),
        65,
        &["would endanger its writer", "4 faulty rows"],
    );
    case(countries(&["Lhasa"]), 65, &["write the country you live in"]);
}

#[test]
fn shapes_that_programs_give_a_file_are_no_errors_and_files_that_are_no_lists_are_told() {
    case(
        "sep=;\r\nname;country;email;consent\r\nAda Example;Japan;ada@example.org;yes\r\n",
        0,
        &["1 letter by mail"],
    );
    case(
        signers("Ada Example,Japan,ada@example.org,yes,,,\nBo Example,France,bo@example.org,yes,,,\n"),
        0,
        &["2 letters by mail"],
    );
    case(
        signers(
            "Ada Example,Japan,a@example.org,yes\nname,country,email,consent\nBo Example,France,b@example.org,yes\n",
        ),
        0,
        &["2 letters by mail", "a line that repeats the headings"],
    );
    case(signers("Ada Example,Japan,ada@example.org,yes\r\n\u{1a}"), 0, &["1 letter by mail"]);
    case(
        [&b"\xef\xbb\xbf\xef\xbb\xbf"[..], &signers("Ada Example,Japan,ada@example.org,yes\n")].concat(),
        0,
        &["1 letter by mail"],
    );
    case(
        "Ada Example,Japan,ada@example.org,yes\nBo Example,France,bo@example.org,yes\n",
        65,
        &["looks like a signer, not like headings", "name,country,email,consent"],
    );
    case(
        "Signers of our campaign,,,\n,,,\nname,country,email,consent\nAda Example,Japan,a@example.org,yes\n",
        65,
        &["the headings seem to stand in line 3"],
    );
    case(
        signers("\"Ada \\\"Bo\\\" Example\",Japan,ada@example.org,yes\n"),
        65,
        &["as MySQL and PHP scripts write them"],
    );
    case(
        "name, country, email, consent\n\"Ada Example\", \"Japan\", \"ada@example.org\", \"yes\"\n",
        0,
        &["1 letter by mail"],
    );
    case(signers("\"Ada\nExample\",Japan,ada@example.org,yes\n"), 65, &["a line feed"]);
    case("name|country|email|consent\nAda Example|Japan|ada@example.org|yes\n", 0, &["1 letter by mail"]);
    case("<!DOCTYPE html>\n<html><body>Sign in, please</body></html>\n", 65, &["a web page, not a list"]);
    case(signers(""), 0, &["no signer is in this list"]);
}

#[test]
fn consents_are_read_as_forms_write_them_and_never_guessed() {
    case(consents(&["I agree", "on", "checked", "x"]), 0, &["4 letters by mail"]);
    case(consents(&["同意します", "동의합니다", "J'accepte", "Ich stimme zu"]), 0, &["4 letters by mail"]);
    case(
        consents(&["I said so on the phone"]),
        65,
        &["[columns] consent = { column = \"consent\", yes = [\"I said so on the phone\"] }"],
    );
    case(
        consents(&["11/21/2026 8:14:44", "11/20/2026 20:00:01", "11/5/2026 9:00:00"]),
        0,
        &["3 letters by mail"],
    );
    case(consents(&["21/11/2026 08:14:44", "05/11/2026 09:00:00"]), 0, &["2 letters by mail"]);
    case(
        consents(&["2026-11-21T08:14:44.123Z", "2026-11-21 08:14:44", "2026-11-21T08:14:44+09:00"]),
        0,
        &["3 letters by mail"],
    );
    case(consents(&["2026/11/21 午前 8:14:44 GMT+9", "2026/11/21 8:14:44"]), 0, &["2 letters by mail"]);
    case(consents(&["46347.34", "46346"]), 65, &["a bare number"]);
    case(consents(&["November 21, 2026", "Sat, 21 Nov 2026 08:14:44 +0000"]), 0, &["2 letters by mail"]);
    case(consents(&["05/06/2026", "03/04/2026"]), 65, &["day or month first?", "dates = \"day-first\""]);
    case(
        consents(&["11/21/2026 8:14:44", "21/11/2026 08:14:44"]),
        65,
        &["the day first in line 3, the month first in line 2"],
    );
    case(consents(&["1970-01-01", "0001-01-01"]), 65, &["the zero of a program's calendar"]);
    case(consents(&["off", "unchecked", "N"]), 0, &["0 letters by mail", "3 rows whose signers said no"]);
}

#[test]
fn a_no_withdraws_every_yes_of_the_same_signer_wherever_it_stands() {
    let list = "name,country,city,email,consent\nAda Example,Japan,Osaka,ada@example.org,2026-11-01\nBo Example,France,,bo@example.org,yes\n\
                Ada Example,Japan,Osaka,ADA@example.org,no\n";
    case(list, 0, &["1 letter by mail", "2 rows whose signers said no"]);
    let other = "name,country,email,consent\nAda Example,Japan,ada@example.org,yes\nAda Example,Japan,other@example.org,no\n";
    case(other, 0, &["1 letter by mail"]);
}

#[test]
fn what_may_be_wrong_is_noticed_with_its_rows_before_a_letter_leaves() {
    case(
        names(&["test test", "Test User", "asdf", "xxx"]),
        0,
        &["4 names look like test entries: row 1 \"test test\""],
    );
    case_with(
        "--addressee {President Example Person}",
        names(&["Ada Example", "Example Person"]),
        0,
        &["1 signer is named like the one whom the letter addresses: row 2 \"Example Person\""],
    );
    case(names(&["Ada & Bo Example", "Cy Example; Di Example"]), 0, &["look like more than one person"]);
    let cities = "name,country,city,email,consent\nAda Example,Japan,\"12 Example Street, 560-0001 Osaka\",ada@example.org,yes\n";
    case(cities, 0, &["holds more than a city"]);
    let note =
        "name,country,email,consent,note\nAda Example,Japan,,yes,\"Please call me: +81 90 0000 0000\"\n";
    case(note, 0, &["1 note holds an e-mail address, a telephone number or a link"]);
    let equal = "name,country,email,consent,note\nAda,Japan,a@example.org,yes,Add your own words here\nBo,Japan,b@example.org,yes,Add your own words here\n";
    case(equal, 0, &["the same note stands in 2 rows, first in row 1"]);
    let twice = "name,country,city,email,consent\nAda Example,Japan,Osaka,ada@example.org,yes\nAda Example,Japan,Osaka,,yes\n\
                 Bo Example,Japan,,bo@example.org,yes\nExample Bo,Japan,,bo@example.org,yes\n";
    case(
        twice,
        0,
        &[
            "the same name and country, and perhaps one person twice: rows 1 and 2",
            "the same e-mail and country, and perhaps one person twice: rows 3 and 4",
        ],
    );
}

#[test]
fn init_maps_a_list_that_is_there_already_and_the_campaign_runs_with_it() {
    let place = Place::new();
    place.write(
        "form.csv",
        "First Name,Last Name,Where do you live?,I agree\nAda,Example,Japan,I agree to all of it\n",
    );
    place.run("init camp --from letters@example.org --smtp smtp://127.0.0.1:2525 --signers form.csv").done();
    let config = place.read("camp/campaign.toml");
    assert!(config.contains("name = [\"First Name\", \"Last Name\"]"), "{config}");
    assert!(config.contains("yes = [\"I agree to all of it\"]"), "{config}");
    assert!(!place.has("camp/signers.csv"));
    let ran = place.run("--config camp/campaign.toml send --dry-run");
    assert!(ran.done().stdout.contains("1 row: 1 letter by mail"), "{}", ran.stdout);
}

/// A campaign's file for this list, and what is said on the way.
fn begun(list: &str) -> (Place, String, String) {
    let place = Place::new();
    place.write("form.csv", list);
    let ran =
        place.run("init camp --from letters@example.org --smtp smtp://127.0.0.1:2525 --signers form.csv");
    let said = ran.done().stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    let config = place.read("camp/campaign.toml");
    (place, config, said)
}

#[test]
fn no_answer_that_may_be_a_refusal_is_proposed_as_consent() {
    let list = "Name,Country,I agree that my letter is sent\nAda Example,Japan,I agree\nBo Example,Japan,No thanks\n\
                Cy Example,Japan,Please do not send\nDi Example,Japan,Vielleicht\nEd Example,Japan,\"I agree, but not yet\"\n";
    let (place, config, said) = begun(list);
    assert!(config.contains("yes = [\"I agree\"]"), "{config}");
    let doubted = "# These answers may be no consent, and are none until they stand in yes = […]: \"No thanks\", \"Please do not send\", \
         \"Vielleicht\", \"I agree, but not yet\"";
    assert!(config.contains(doubted), "{config}");
    assert!(said.contains("are not taken as one: \"No thanks\""), "{said}");
    let plan = place.run("--config camp/campaign.toml send --dry-run");
    plan.refused(65, "it is none of the answers that [columns] names as a yes or a no");
    // The lines to paste say the same.
    place.write("campaign.toml", "[columns]\nname = \"Name\"\n");
    let error = place
        .run("send --signers form.csv --dry-run --from letters@example.org --smtp smtp://127.0.0.1:2525");
    error.refused(65, "yes = [\"I agree\"]").refused(65, doubted);
}

#[test]
fn a_column_of_yes_and_no_about_something_else_is_left_for_the_organizer_to_name() {
    for column in ["Paid", "I agree to get the newsletter", "GDPR", "I do not agree"] {
        let (place, config, said) =
            begun(&format!("Name,Country,{column}\nAda Example,Japan,yes\nBo Example,Japan,no\n"));
        assert!(config.contains(&format!("\n#consent = \"{column}\"\n")), "{config}");
        assert!(!config.contains("\nconsent ="), "{config}");
        assert!(said.contains(&format!("\"{column}\" is not taken as the consent")), "{said}");
        place.run("--config camp/campaign.toml send --dry-run").refused(65, "no column \"consent\"");
    }
    let two = "Name,Country,I agree to be named,I agree that the letter is sent\nAda Example,Japan,no,yes\n";
    let (_, config, _) = begun(two);
    assert!(config.contains("\nconsent = \"I agree that the letter is sent\""), "{config}");
}

#[test]
fn a_column_that_is_taken_for_its_cells_alone_is_told() {
    let (_, _, said) = begun("Name,Where,Consent\nAda Example,Japan,yes\nBo Example,France,yes\n");
    assert!(
        said.contains("the column \"Where\" is taken as country for its cells alone; see [columns]"),
        "{said}"
    );
}

#[test]
fn no_refusal_is_offered_as_a_yes_beside_its_fault() {
    let list = |cells: &[&str]| {
        let row = |(number, cell): (usize, &&str)| {
            format!(
                "Ada Example {},Japan,{cell},a{number}@example.org\n",
                "ABCDEFGH".chars().nth(number).unwrap()
            )
        };
        "name,country,consent,email\n".to_owned() + &cells.iter().enumerate().map(row).collect::<String>()
    };
    let told = |list: &str, columns: &str| {
        let place = Place::new();
        place.write("list.csv", list);
        place.write("book.csv", EMBASSIES);
        place.write("campaign.toml", columns);
        let ran = place.run(SEND);
        ran.refused(65, "");
        ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let refusals = told(&list(&["No thanks", "never", "not yet", "maybe"]), "");
    assert!(!refusals.contains("yes = ["), "{refusals}");
    assert!(
        refusals.contains("\"No thanks\", \"never\", \"not yet\", \"maybe\" may be no yes"),
        "{refusals}"
    );
    let both = told(&list(&["Ndiyo", "No thanks"]), "");
    assert!(both.contains("yes = [\"Ndiyo\"]") && both.contains("\"No thanks\" may be no yes"), "{both}");
    let empty = told(&list(&["-", "N/A", "#N/A"]), "");
    assert!(empty.contains("consent: it is empty") && !empty.contains("yes = ["), "{empty}");
    let named = told(
        &list(&["Ndiyo", "Hakika"]),
        "[columns]\nconsent = { column = \"consent\", yes = [\"Ndiyo\"] }\n",
    );
    assert!(
        named.contains("add these words to yes = […] under [columns] in campaign.toml: \"Hakika\""),
        "{named}"
    );
}
