//! Letters that a real server takes and cannot deliver: what it writes back is read with `protest bounces`.

use serde_json::Value;

use crate::support::relay::{At, Script};
use crate::support::{Place, Ran, words};
use crate::{Kind, received, server, start_before};

/// Four embassies, whose server answers each in its own way.
const BOOK: &str = "\
country_code,country,city,kind,address,email,phone,website,time_zone,source,checked,confidence,email_source,email_checked,email_confidence,note
JP,Japan,Tokyo,embassy,,unknown@embassy.example.org,,,Asia/Tokyo,made up,2026-10,high,made up,2026-10,high,
FR,France,Paris,embassy,,full@embassy.example.org,,,Europe/Paris,made up,2026-10,high,made up,2026-10,high,
IT,Italy,Rome,embassy,,nowhere@elsewhere.example.org,,,Europe/Rome,made up,2026-10,high,made up,2026-10,high,
DE,Germany,Berlin,embassy,,late@embassy.example.org,,,Europe/Berlin,made up,2026-10,high,made up,2026-10,high,
";

fn letters_come_back_from(kind: Kind, warns: bool) {
    let to = vec![
        (At::Rcpt, "unknown@", "550 5.1.1 no such user here"),
        (At::Dot, "full@", "552 5.2.2 mailbox full"),
        (At::Rcpt, "nowhere@", "550 5.1.2 no such domain"),
        (At::Rcpt, "late@", "451 4.2.0 come again"),
    ];
    let Some((server, sink)) = start_before(kind, Script { to, ..Script::default() }) else { return };
    let place = Place::new();
    place.write("e.csv", BOOK);
    place.write("ca.pem", &server.authority);
    let ca = if server.authority.is_empty() { "" } else { "--ca ca.pem" };
    let countries = ["Japan", "France", "Italy", "Germany"];
    let rows = countries.map(|country| format!("Aiko,{country},aiko@example.org,yes\n")).concat();
    place.write("signers.csv", format!("name,country,email,consent\n{rows}"));
    let mut command = place.command();
    command
        .args(words(&format!("{} --rate none {ca}", Place::send_line(&server.url))))
        .env("PROTEST_SMTP_PASSWORD", server::PASSWORD);
    let ran = Ran::of(&command.output().unwrap());
    assert_eq!(ran.code, 0, "{}\n{}", ran.stderr, server.log());
    let expected = if warns { 4 } else { 3 };
    let came = received(&sink, expected);
    assert!(came.len() >= expected, "{came:#?}\n{}", server.log());
    std::fs::create_dir(place.path("returned")).unwrap();
    for (number, notice) in came.iter().enumerate() {
        assert!(notice.to.contains("c@example.org"), "{}", notice.to);
        place.write(&format!("returned/{number}.eml"), &notice.data);
    }
    let ran = place.run("bounces --ledger l.ledger --embassies e.csv --json returned");
    let told: Value = serde_json::from_str(&ran.done().stdout).unwrap();
    assert_eq!(
        (&told["bounced"], &told["unmatched"], &told["foreign"]),
        (&3.into(), &0.into(), &0.into()),
        "{told}\n{came:#?}"
    );
    if warns {
        assert_ne!(told["delayed"], 0, "{told}\n{came:#?}");
    }
    place.run("status --ledger l.ledger --signers signers.csv --embassies e.csv --from c@example.org --report report.csv").done();
    let report = place.read("report.csv");
    let outcome = |country: &str| {
        let row = report.lines().find(|line| line.contains(country)).unwrap();
        let cells: Vec<&str> = row.split(',').collect();
        format!("{} {}", cells[6], cells[7])
    };
    assert_eq!(outcome("Japan"), "bounced 5.1.1", "{report}\n{came:#?}");
    assert_eq!(outcome("France"), "bounced 5.2.2", "{report}\n{came:#?}");
    assert_eq!(outcome("Italy"), "bounced 5.1.2", "{report}\n{came:#?}");
    assert_eq!(outcome("Germany").split(' ').next(), Some("accepted"), "{report}");
}

#[test]
fn what_postfix_returns_is_recognized_and_its_warnings_change_nothing() {
    letters_come_back_from(Kind::Postfix, true);
}

#[test]
fn what_exim_returns_is_recognized_and_its_warnings_change_nothing() {
    letters_come_back_from(Kind::Exim, true);
}

#[test]
fn what_opensmtpd_returns_is_recognized() {
    letters_come_back_from(Kind::OpenSmtpd, false);
}
