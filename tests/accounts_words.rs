//! What a relay says about the account, the address or itself, and not about the letter: the letter is never charged
//! with it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::collections::BTreeMap;

use support::script::Played;
use support::{Place, Ran};

/// Made-up embassies of six countries.
const BOOK: &str = "\
country_code,country,city,kind,address,email,phone,website,time_zone,source,checked,confidence,note
JP,Japan,Tokyo,embassy,1 Example Street,jp@embassy.example.org,,,Asia/Tokyo,made up,2026-10,high,
FR,France,Paris,embassy,2 rue Exemple,fr@embassy.example.org,,,Europe/Paris,made up,2026-10,high,
DE,Germany,Berlin,embassy,3 Beispielweg,de@embassy.example.org,,,Europe/Berlin,made up,2026-10,high,
KR,South Korea,Seoul,embassy,4 Example-ro,kr@embassy.example.org,,,Asia/Seoul,made up,2026-10,high,
GB,United Kingdom,London,embassy,5 Example Road,gb@embassy.example.org,,,Europe/London,made up,2026-10,high,
US,United States,Washington,embassy,6 Example Avenue,us@embassy.example.org,,,America/New_York,made up,2026-10,high,
";

/// Twenty-four signers of these countries in turn.
fn list(countries: &[&str]) -> Place {
    let place = Place::new();
    place.write("e.csv", BOOK);
    let mut csv = "name,country,email,consent\n".to_owned();
    for (number, country) in (1..=24).zip(countries.iter().cycle()) {
        csv.push_str(&format!("Signer {number},{country},s{number}@example.org,yes\n"));
    }
    place.write("signers.csv", csv);
    place
}

fn six() -> Place {
    list(&["Japan", "France", "Germany", "South Korea", "United Kingdom", "United States"])
}

#[track_caller]
fn outcomes(place: &Place, expected: &[(&str, usize)]) {
    let expected: BTreeMap<String, usize> =
        expected.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect();
    assert_eq!(place.outcomes(), expected);
}

/// 24 letters to six embassies through a relay that plays `script`: it stops with `code`, the letters that were not
/// accepted are pending, and it says so and what to do.
#[track_caller]
fn stops(script: &str, code: i32, accepted: usize, what_to_do: &str) -> Ran {
    let relay = Played::start(script);
    let place = six();
    let ran = place.send(&relay.url(), "--retry-for 0");
    ran.refused(code, what_to_do);
    match accepted {
        0 => outcomes(&place, &[("pending", 24)]),
        _ => outcomes(&place, &[("accepted", accepted), ("pending", 24 - accepted)]),
    }
    assert_eq!(relay.taken().len(), accepted);
    ran
}

#[test]
fn a_quota_of_an_hour_or_a_day_stops_the_run_until_it_is_over() {
    for reply in [
        "550 5.4.6 Domain example.org has exceeded the max emails per hour (50/50 (100%)) allowed. Message discarded.",
        "550 5.4.5 Daily user sending limit exceeded.",
        "554 5.7.1 You have reached the limit of 300 messages per day",
    ] {
        stops(&format!("RCPT#4+: {reply}"), 75, 3, "when the hour or the day is over");
    }
    stops("DOT: 550 send spam mail rejected: exceeded hour limit", 75, 0, "--limit N sends no more than N");
}

#[test]
fn a_sender_that_the_account_does_not_own_stops_the_run() {
    for script in [
        "RCPT: 553 5.7.1 <letters@example.org>: Sender address rejected: not owned by user letters",
        "DOT: 550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        "DOT: 554 Message rejected: Email address is not verified. The following identities failed the check in region \
         EX-1: letters@example.org",
        "MAIL: 550 5.7.1 Sender address rejected: unverified sender",
    ] {
        stops(script, 69, 0, "Send from an address that this account owns");
    }
}

#[test]
fn an_account_that_is_suspended_or_blocked_stops_the_run() {
    stops("DOT#4+: 550 5.7.1 Account suspended. Please contact support.", 69, 3, "Ask the provider");
    let blocked = "550 5.7.501 Service unavailable. Access denied, spam abuse detected from example.org";
    stops(&format!("DOT#4+: {blocked}"), 69, 3, "Ask the provider");
    stops("MAIL#4+: 550 5.7.0 payment required: your subscription has expired", 69, 3, "Ask the provider");
}

#[test]
fn a_relay_that_forwards_nothing_for_us_stops_the_run() {
    for reply in ["554 5.7.1 Relay access denied", "550 5.7.1 Relaying denied", "550 relay not permitted"] {
        stops(&format!("RCPT: {reply}"), 69, 0, "write your user name into the relay's URL");
    }
}

#[test]
fn a_relay_that_wants_a_log_in_stops_the_run_at_the_first_word_of_it() {
    for script in [
        "MAIL: 550 5.7.1 Authentication required",
        "RCPT: 454 4.7.0 Authentication required before sending",
        "DATA: 530 5.7.0 Must authenticate",
        "DOT: 535 5.7.8 bad credentials",
    ] {
        let ran = stops(script, 77, 0, "the relay wants another log-in");
        assert_eq!(ran.stderr.matches("The run stopped").count(), 1);
    }
}

#[test]
fn the_same_words_to_three_letters_of_different_addresses_stop_the_run() {
    stops(
        "DOT: 550-5.7.26 This mail has been blocked because the sender is unauthenticated. | 550 5.7.26 DKIM = did not pass",
        69,
        0,
        "So they are about the account or the relay",
    );
    // Ids, digits and addresses make no difference.
    stops(
        "RCPT#4: 550 5.7.1 <kr@embassy.example.org> policy 4711 (id A1)\nRCPT#5: 550 5.7.1 <a@b.example> policy 12 (id \
         B2)\nRCPT#6+: 550 5.7.1 <x@y.example> policy 13 (id C3)",
        69,
        3,
        "to different addresses, were refused with the same words",
    );
}

#[test]
fn the_same_words_over_several_connections_are_taken_back_too() {
    for _ in 0..3 {
        let relay = Played::start("DOT: 554 5.7.1 no thanks");
        let place = six();
        place.send(&relay.url(), "--retry-for 0 --connections 4").refused(69, "with the same words");
        // Also those that were on their way when the third refusal came.
        outcomes(&place, &[("pending", 24)]);
    }
}

#[test]
fn the_same_words_to_three_letters_of_one_address_hold_that_address() {
    let relay = Played::start("RCPT~jp@: 552 5.2.2 <jp@embassy.example.org>: mailbox full");
    let place = list(&["Japan"]);
    let ran = place.send(&relay.url(), "--retry-for 0");
    ran.refused(1, "24 letters wait for another address of the embassy than jp@embassy.example.org");
    assert!(!ran.stderr.contains("The same command goes on"));
    outcomes(&place, &[("pending", 24)]);
    // Held: the next run asks the relay nothing.
    let before = relay.connections();
    assert_eq!(place.send(&relay.url(), "").code, 1);
    assert_eq!(relay.connections(), before);
    // Freed by the option, once the mailbox has room.
    let relay = Played::start("");
    place.send(&relay.url(), "--retry-refused").done();
    assert_eq!(relay.taken().len(), 24);
}

#[test]
fn an_address_that_is_held_keeps_no_other_embassy_waiting() {
    let relay = Played::start("RCPT~jp@: 552 5.2.2 <jp@embassy.example.org>: mailbox full");
    let place = Place::new();
    place.write("e.csv", BOOK);
    let rows: String = (1..=8)
        .map(|number| {
            let country = if number <= 5 { "Japan" } else { "France" };
            format!("Signer {number},{country},s{number}@example.org,yes\n")
        })
        .collect();
    place.write("signers.csv", format!("name,country,email,consent\n{rows}"));
    place.send(&relay.url(), "--retry-for 0").refused(1, "5 letters wait for another address");
    outcomes(&place, &[("accepted", 3), ("pending", 5)]);
}

#[test]
fn three_stale_addresses_are_three_words_about_addresses_and_none_about_the_account() {
    let unknown = "550 5.1.1 no such user here";
    let relay = Played::start(&format!("RCPT~jp@: {unknown}\nRCPT~fr@: {unknown}\nRCPT~de@: {unknown}"));
    let place = six();
    place.send(&relay.url(), "--retry-for 0").refused(1, "jp@embassy.example.org, which is held");
    outcomes(&place, &[("accepted", 12), ("pending", 9), ("refused", 3)]);
}

#[test]
fn what_the_relay_says_is_kept_without_the_signers_name_and_address() {
    let relay = Played::start(
        "DOT#1: 550 5.7.1 <s1@example.org>: no letters of SIGNER 1 \u{1b}[31m for <jp@embassy.example.org>",
    );
    let place = six();
    let ran = place.send(&relay.url(), "--limit 1");
    ran.refused(75, "refused: 550 5.7.1 <…>: no letters of … ␛[31m for <jp@embassy.example.org>");
    let ledger = std::fs::read(place.path("l.ledger")).unwrap();
    let ledger = String::from_utf8_lossy(&ledger).to_lowercase();
    assert!(!ledger.contains("signer 1") && !ledger.contains("s1@example.org"));
    assert!(place.read("report.csv").contains("no letters of … ␛[31m for"));
}

#[cfg(unix)]
mod sendmail {
    use super::{Place, outcomes, six};
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::{Duration, Instant};

    /// A sendmail that takes `taken` letters, and then does as `then` says.
    fn with_sendmail(taken: usize, then: &str) -> Place {
        let place = six();
        std::fs::create_dir(place.path("bin")).unwrap();
        let program = place.write(
            "bin/sendmail",
            format!(
                "#!/bin/sh\nn=$(cat \"$HOME/n\" 2>/dev/null || echo 0); n=$((n+1)); echo $n >\"$HOME/n\"\n\
                 if [ $n -le {taken} ]; then cat >/dev/null; exit 0; fi\n{then}\n"
            ),
        );
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).unwrap();
        place
    }

    fn send(place: &Place, more: &str) -> super::Ran {
        let line = format!("{} --rate none --retry-for 0 {more}", Place::send_line("sendmail:"));
        let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
        let mut command = place.command();
        command.args(super::support::words(&line)).env("PATH", path).env("HOME", place.path(""));
        command.env("PROTEST_SMTP_PASSWORD", "hunter2").env("PROTEST_LEDGER_PASSWORD", "hunter2");
        super::Ran::of(&command.output().unwrap())
    }

    #[test]
    fn a_sendmail_without_account_or_network_stops_the_run_and_its_own_words_are_told() {
        for (code, words) in [
            (78, "sendmail: account default not found: no configuration file available"),
            (69, "sendmail: cannot connect to smtp.example.org, port 587"),
            (71, "out of processes"),
            (127, "not found"),
        ] {
            let place = with_sendmail(3, &format!("cat >/dev/null; echo \"{words}\" >&2; exit {code}"));
            send(&place, "").refused(69, words);
            outcomes(&place, &[("accepted", 3), ("pending", 21)]);
        }
    }

    #[test]
    fn a_sendmail_that_knows_no_such_user_refuses_that_letter_and_75_defers_it() {
        let unknown = "case $* in *jp@*) echo unknown user >&2; exit 67;; esac; cat >/dev/null; exit 0";
        let place = with_sendmail(0, unknown);
        assert_eq!(send(&place, "").code, 1);
        outcomes(&place, &[("accepted", 20), ("refused", 4)]);
        let place = with_sendmail(0, "cat >/dev/null; exit 75");
        assert_eq!(send(&place, "--limit 2").code, 75);
        outcomes(&place, &[("deferred", 2), ("pending", 22)]);
    }

    #[test]
    fn a_sendmail_that_floods_stderr_or_leaves_a_child_behind_holds_nobody_up() {
        let begun = Instant::now();
        let place = with_sendmail(0, "cat >/dev/null; head -c 3000000 /dev/zero >&2; sleep 30 & exit 0");
        send(&place, "--limit 2").refused(75, "2 accepted");
        assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_sendmail_that_never_ends_is_ended_and_its_letter_in_doubt() {
        let place = with_sendmail(0, "cat >/dev/null; exec sleep 600");
        assert_eq!(send(&place, "--limit 1 --timeout 1s").code, 75);
        outcomes(&place, &[("in_doubt", 1), ("pending", 23)]);
    }

    #[test]
    fn a_sendmail_inherits_no_password() {
        let place = with_sendmail(0, "cat >/dev/null; env >\"$HOME/env\"; exit 0");
        assert_eq!(send(&place, "--limit 1").code, 75);
        assert!(place.read("env").contains("PATH=") && !place.read("env").contains("hunter2"));
    }
}
