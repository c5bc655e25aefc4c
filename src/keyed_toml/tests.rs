//! Values with their places, and what is said of a document that is not in order.

use super::{KeyedToml, Set};
use crate::place::Place;

fn read(toml: &str) -> KeyedToml<'_> {
    KeyedToml::read("a.toml", toml, 0..toml.len()).unwrap()
}

#[track_caller]
fn broken(toml: &str, sentence: &str) {
    let error = KeyedToml::read("a.toml", toml, 0..toml.len()).err().unwrap();
    assert!(error.to_string().starts_with(sentence), "{error}");
}

fn word(text: &str) -> Result<String, String> {
    if text.contains(' ') { Err(format!("{text:?}: write one word")) } else { Ok(text.to_owned()) }
}

#[test]
fn a_value_comes_with_its_place_in_the_whole_file() {
    let file = "+++\nname = \"Ada\"\nday = 2026-12-02\n+++\n";
    let mut toml = KeyedToml::read("a.md", file, 4..file.len() - 4).unwrap();
    let Set { value, place } = toml.text("name", word).unwrap();
    assert_eq!((value.as_str(), place.to_string().as_str()), ("Ada", "a.md:2:8"));
    assert_eq!(toml.text("day", word).unwrap().value, "2026-12-02");
    assert_eq!(toml.text("city", word), None);
    toml.end().unwrap();
}

#[test]
fn each_kind_of_value_is_asked_for_by_its_name() {
    let mut toml = read(
        "count = 1_000\nleft = 12.5\nok = true\nfile = 'C:\\list.csv'\nrun = [\"pass\", \"mail\"]\nname = \"Full name\"\n\
         [window]\nday = \"12-02\"\n",
    );
    assert_eq!(toml.number("count", 1..=u64::MAX).unwrap().value, 1_000);
    assert!((toml.measure("left", 5.0..=60.0, "millimetres").unwrap().value - 12.5).abs() < 0.001);
    assert!(toml.switch("ok").unwrap().value);
    assert_eq!(toml.path("file").unwrap().value.to_str(), Some("C:\\list.csv"));
    assert_eq!(toml.words("run", "").unwrap().value, ["pass", "mail"]);
    assert_eq!(toml.text_or_words("name", "").unwrap().value, ["Full name"]);
    assert!(toml.is_table("window"));
    assert_eq!(toml.table("window", |window| window.text("day", word)).unwrap().unwrap().value, "12-02");
    toml.end().unwrap();
}

#[test]
fn all_faults_are_told_by_place_in_our_own_words() {
    let mut toml = read(
        "rate = 30\ncount = -1\nok = \"yes\"\nrun = \"pass\"\nname = \"a b\"\nfile = \"C:\\new\"\nsinger = 1\n[window]\nhours = 9\n\
         signers = \"x\"\n[paper]\nday = 1\n",
    );
    toml.text("signers", word);
    toml.path("file");
    toml.text("name", word);
    toml.words("run", "[\"pass\", \"mail\"]");
    toml.switch("ok");
    toml.number("count", 1..=9);
    toml.text("rate", word);
    toml.table("paper", |paper| paper.text("size", word));
    toml.table("window", |window| {
        let hours = window.text("hours", word);
        window.needed("hours", "hours = \"09:00-18:00\"", hours);
        let day = window.text("day", word);
        window.needed("day", "day = \"12-02\"", day);
    });
    let place = Place::of("a.toml", "", 0);
    toml.refuse(place, "rate and count exclude each other".to_owned());
    let faults: Vec<String> = toml.faults().iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "a.toml:1:1: rate and count exclude each other",
            "a.toml:1:8: rate: write it between quotation marks: \"…\"",
            "a.toml:2:9: count: write a whole number from 1 to 9, without quotation marks",
            "a.toml:3:6: ok: write true or false, without quotation marks",
            "a.toml:4:7: run: write a list of texts, such as [\"pass\", \"mail\"]",
            "a.toml:5:8: name: \"a b\": write one word",
            "a.toml:6:8: file: a path with backslashes stands between single quotation marks: 'C:\\Users\\ada\\list.csv'",
            "a.toml:7:1: unknown key \"singer\"; did you mean \"signers\"?",
            "a.toml:9:9: window.hours: write it between quotation marks: \"…\"",
            "a.toml:10:1: \"signers\" belongs above the first line in [brackets]",
            "a.toml:12:1: \"day\" belongs below a line [window]",
            "a.toml:8:1: window.day is missing here; add a line such as day = \"12-02\"",
        ]
    );
}

#[test]
fn what_is_no_toml_is_explained_where_it_stands() {
    broken(
        "name = “Example”\n",
        "a.toml:1:8: these are curly quotation marks (“ ”): write straight ones (\" \")",
    );
    broken(
        "\nfile = \"C:\\Users\\ada\\ok.csv\"\n",
        "a.toml:2:8: a path with backslashes stands between single quotation marks: 'C:\\Users\\ada\\ok.csv'",
    );
    broken("a = 1\nb = \n", "a.toml:2:3: a value is missing after the =");
    broken("rate = 30/min # slowly\n", "a.toml:1:8: text stands between quotation marks: rate = \"30/min\"");
    broken(
        "name = Example Campaign\n",
        "a.toml:1:8: text stands between quotation marks: name = \"Example Campaign\"",
    );
    broken(
        "name = \"Example\nb = 1\n",
        "a.toml:1:8: the quotation mark that opens here is not closed on this line",
    );
    broken("a = 1\n a = 2\n", "a.toml:2:2: \"a\" stands here a second time");
    broken("[b]\na = 1\na = 2\n", "a.toml:3:1: \"a\" stands here a second time");
    broken("[b]\na = 1\n[b]\n", "a.toml:3:1: \"[b]\" stands here a second time");
    broken("hello there\n", "a.toml:1:1: this is no line of TOML");
    broken("name: \"Example\"\n", "a.toml:1:1: this is no line of TOML");
    broken("a = \"x\" y\n", "a.toml:1:");
    broken("a = [\"x\" \"y\"]\n", "a.toml:1:");
}

#[test]
fn a_secret_is_not_repeated() {
    for toml in [
        "smtp_password = hunter2\n",
        "secret = \"hunter2\\q\"\n",
        "password = “hunter2”",
        "token = \"hunter2",
        "smtp = \"smtps://aiko:hunter2\\q@smtp.example.org\"\n",
        "smtp = smtps://aiko:hunter2@smtp.example.org\n",
    ] {
        let error = KeyedToml::read("a.toml", toml, 0..toml.len()).err().unwrap().to_string();
        assert!(!error.contains("hunter"), "{error}");
    }
}
