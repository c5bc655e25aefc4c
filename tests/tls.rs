//! Certificates, STARTTLS and log-ins that are not as they should be: nothing is sent, and the user is told why.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this is how a test fails")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use support::certificate::{self, certificate};
use support::{EMBASSIES, Place, Ran, words};

/// What a relay does before it takes letters.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Implicit,
    StartTls,
    NoStartTls,
    InjectsAfter220,
    RefusesLogIn,
    /// Offers XOAUTH2 beside PLAIN, and takes the token `fresh`.
    TakesTokens,
}

/// Serves connections until the test ends; gives its port, and a list that collects the messages.
fn relay(config: &Arc<ServerConfig>, manner: Manner) -> (u16, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (config, log) = (Arc::clone(config), Arc::clone(&received));
    std::thread::spawn(move || {
        for socket in listener.incoming().take(20).flatten() {
            let (config, log) = (Arc::clone(&config), Arc::clone(&log));
            std::thread::spawn(move || drop(serve(socket, config, manner, &log)));
        }
    });
    (port, received)
}

fn serve(
    mut socket: TcpStream,
    config: Arc<ServerConfig>,
    manner: Manner,
    log: &std::sync::Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let tls = |socket| StreamOwned::new(ServerConnection::new(config).unwrap(), socket);
    if matches!(manner, Manner::Implicit | Manner::RefusesLogIn | Manner::TakesTokens) {
        return talk(tls(socket), true, manner, log);
    }
    socket.write_all(b"220 relay\r\n")?;
    let mut reader = BufReader::new(socket.try_clone()?);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.trim_end() {
            "STARTTLS" if manner == Manner::InjectsAfter220 => {
                socket.write_all(b"220 go\r\n250 injected\r\n")?;
            }
            "STARTTLS" => {
                socket.write_all(b"220 go\r\n")?;
                return talk(tls(socket), false, manner, log);
            }
            _ if manner == Manner::NoStartTls => socket.write_all(b"250 relay\r\n")?,
            _ => socket.write_all(b"250-relay\r\n250 STARTTLS\r\n")?,
        }
    }
}

fn talk(
    stream: impl Read + Write,
    greets: bool,
    manner: Manner,
    log: &std::sync::Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    if greets {
        stream.get_mut().write_all(b"220 relay\r\n")?;
    }
    let mut in_data = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let answer = match line.split(' ').next().unwrap_or_default() {
            "." if in_data => {
                in_data = false;
                "250 2.0.0 taken"
            }
            _ if in_data => {
                log.lock().unwrap().push(line.to_owned());
                continue;
            }
            "EHLO" if manner == Manner::TakesTokens => "250-relay\r\n250 AUTH PLAIN XOAUTH2",
            // "user=aiko@example.org^Aauth=Bearer fresh^A^A"
            "AUTH" if line == "AUTH XOAUTH2 dXNlcj1haWtvQGV4YW1wbGUub3JnAWF1dGg9QmVhcmVyIGZyZXNoAQE=" => {
                "235 2.7.0 welcome"
            }
            // What is wrong with the token comes first, and the verdict after an empty line.
            "AUTH" if manner == Manner::TakesTokens => "334 eyJzdGF0dXMiOiI0MDEifQ==",
            "" if manner == Manner::TakesTokens => "535 5.7.8 that token has expired",
            "EHLO" => "250-relay\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN",
            "AUTH" if manner == Manner::RefusesLogIn => "535 5.7.8 bad credentials",
            // "\0aiko@example.org\0secret"
            "AUTH" if line == "AUTH PLAIN AGFpa29AZXhhbXBsZS5vcmcAc2VjcmV0" => "235 2.7.0 welcome",
            "AUTH" => "535 5.7.8 other credentials than expected",
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        stream.get_mut().write_all(format!("{answer}\r\n").as_bytes())?;
    }
}

fn send(place: &Place, url: &str, more: &str) -> Ran {
    place.write("e.csv", EMBASSIES);
    let line = format!(
        "send --name A --country Japan --embassies e.csv --from a@example.org --yes --timeout 5s --smtp {url} {more}"
    );
    let mut command = place.command();
    command.args(words(&line)).env("PROTEST_SMTP_PASSWORD", "secret");
    Ran::of(&command.output().unwrap())
}

#[test]
fn a_letter_goes_over_tls_with_a_log_in_and_over_starttls() {
    let certificate = certificate("localhost", false);
    for (manner, scheme) in [(Manner::Implicit, "smtps"), (Manner::StartTls, "smtp+starttls")] {
        let (port, received) = relay(&certificate.config, manner);
        let place = Place::new();
        place.write("ca.pem", &certificate.authority);
        let ran = send(&place, &format!("{scheme}://aiko@example.org@localhost:{port}"), "--ca ca.pem");
        assert!(!ran.done().stderr.contains("secret"));
        assert!(received.lock().unwrap().iter().any(|line| line == "Dear President Xi Jinping,"));
    }
}

#[test]
fn a_certificate_behind_a_byte_order_mark_is_read() {
    let certificate = certificate("localhost", false);
    let (port, _) = relay(&certificate.config, Manner::Implicit);
    let place = Place::new();
    place.write("ca.pem", format!("\u{feff}{}", certificate.authority));
    send(&place, &format!("smtps://aiko@example.org@localhost:{port}"), "--ca ca.pem").done();
}

#[test]
fn a_certificate_that_is_not_in_order_is_refused() {
    let good = certificate("localhost", false);
    for (certificate, sentence) in [
        (certificate("localhost", true), "its certificate has expired"),
        (certificate("smtp.example.org", false), "its certificate is made out to another name"),
        (certificate::self_signed(&["localhost"], true), "its certificate has expired"),
        (
            certificate::self_signed(&["smtp.example.org"], false),
            "its certificate is made out to another name",
        ),
        (certificate::same_key_in_another(&["localhost"]), "an authority's own and not a server's"),
        (certificate::signed_by_a_hosts_own(&["localhost"]), "an issuer that this system does not trust"),
        (certificate::with_a_common_name_only("localhost"), "its certificate has no subjectAltName"),
    ] {
        for (manner, scheme) in [(Manner::Implicit, "smtps"), (Manner::StartTls, "smtp+starttls")] {
            let (port, received) = relay(&certificate.config, manner);
            let place = Place::new();
            place.write("ca.pem", &certificate.authority);
            send(&place, &format!("{scheme}://aiko@localhost:{port}"), "--ca ca.pem").refused(77, sentence);
            assert!(received.lock().unwrap().is_empty());
        }
    }
    let (port, received) = relay(&good.config, Manner::Implicit);
    let place = Place::new();
    send(&place, &format!("smtps://aiko@localhost:{port}"), "")
        .refused(77, "an issuer that this system does not trust");
    assert!(received.lock().unwrap().is_empty());
}

#[test]
fn a_mail_bridges_own_certificate_is_trusted_as_it_is() {
    for (host, names) in [("127.0.0.1", ["127.0.0.1"]), ("localhost", ["localhost"])] {
        let certificate = certificate::self_signed(&names, false);
        for (manner, scheme) in [(Manner::Implicit, "smtps"), (Manner::StartTls, "smtp+starttls")] {
            let (port, received) = relay(&certificate.config, manner);
            let place = Place::new();
            place.write("ca.pem", &certificate.authority);
            send(&place, &format!("{scheme}://aiko@example.org@{host}:{port}"), "--ca ca.pem").done();
            assert!(received.lock().unwrap().iter().any(|line| line == "Dear President Xi Jinping,"));
        }
    }
}

#[test]
fn starttls_taken_out_or_followed_by_other_bytes_ends_the_session() {
    let certificate = certificate("localhost", false);
    for (manner, sentence) in [
        (Manner::NoStartTls, "it offers no STARTTLS, so nothing was sent"),
        (Manner::InjectsAfter220, "somebody on the way put them in"),
    ] {
        let (port, received) = relay(&certificate.config, manner);
        let place = Place::new();
        place.write("ca.pem", &certificate.authority);
        send(&place, &format!("smtp+starttls://aiko@localhost:{port}"), "--ca ca.pem").refused(77, sentence);
        assert!(received.lock().unwrap().is_empty());
    }
}

#[test]
fn a_wrong_password_is_told_in_the_relays_words_and_not_repeated() {
    let certificate = certificate("localhost", false);
    let (port, _) = relay(&certificate.config, Manner::RefusesLogIn);
    let place = Place::new();
    place.write("ca.pem", &certificate.authority);
    let ran = send(&place, &format!("smtps://aiko@localhost:{port}"), "--ca ca.pem");
    assert!(!ran.refused(77, "the log-in was refused: 535 5.7.8 bad credentials").stderr.contains("secret"));
}

#[test]
fn a_file_that_holds_no_certificate_is_told() {
    let place = Place::new();
    place.write("ca.pem", "nothing");
    send(&place, "smtps://aiko@localhost:1", "--ca ca.pem").refused(65, "ca.pem: no certificate in PEM form");
    send(&place, "smtps://aiko@localhost:1", "--ca no.pem").refused(66, "no.pem: cannot be read");
}

#[test]
fn check_tries_certificate_and_log_in_and_sends_nothing() {
    let certificate = certificate("localhost", false);
    let check = |manner, password: &str, ca: &str| {
        let (port, received) = relay(&certificate.config, manner);
        let place = Place::new();
        place.write("ca.pem", &certificate.authority);
        place.write("e.csv", EMBASSIES);
        let line = format!(
            "check --name A --country Japan --embassies e.csv --from aiko@example.org --timeout 5s \
             --smtp smtps://aiko@example.org@localhost:{port} {ca}"
        );
        let mut command = place.command();
        command.args(words(&line)).env("LC_ALL", "C.UTF-8");
        if !password.is_empty() {
            command.env("PROTEST_SMTP_PASSWORD", password);
        }
        let ran = Ran::of(&command.output().unwrap());
        assert!(received.lock().unwrap().is_empty());
        assert!(password.is_empty() || !format!("{ran:?}").contains(password));
        ran
    };
    let good = check(Manner::Implicit, "secret", "--ca ca.pem");
    assert!(good.done().stdout.contains("lets aiko@example.org in"), "{}", good.stdout);
    let refused = check(Manner::RefusesLogIn, "hunter2", "--ca ca.pem");
    assert_eq!(refused.code, 77, "{refused:?}");
    assert!(refused.stdout.contains("✗ log-in: "), "{}", refused.stdout);
    let untrusted = check(Manner::Implicit, "secret", "");
    assert_eq!(untrusted.code, 77, "{untrusted:?}");
    assert!(untrusted.stdout.contains("✗ tls: "), "{}", untrusted.stdout);
    let unasked = check(Manner::Implicit, "", "--ca ca.pem");
    assert_eq!(unasked.code, 2, "{unasked:?}");
    assert!(
        unasked.stdout.contains("✓ tls: ") && unasked.stdout.contains("✗ log-in: the password of"),
        "{}",
        unasked.stdout
    );
}

/// A campaign.toml whose `password_command` prints these lines, one a run, and the last one from then on.
#[cfg(unix)]
fn with_tokens(place: &Place, tokens: &[&str]) {
    use std::os::unix::fs::PermissionsExt as _;
    place.write("tokens", tokens.join("\n") + "\n");
    let program = place.write(
        "token",
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho run >> runs\nhead -n 1 tokens\n\
         if [ \"$(wc -l < tokens)\" -gt 1 ]; then sed 1d tokens > rest; mv rest tokens; fi\n",
    );
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    let config = place
        .write("campaign.toml", "auth = \"xoauth2\"\npassword_command = [\"./token\"]\nca = \"ca.pem\"\n");
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_token_that_has_expired_is_fetched_anew_once() {
    let certificate = certificate("localhost", false);
    let sent = |tokens: &[&str]| {
        let (port, received) = relay(&certificate.config, Manner::TakesTokens);
        let place = Place::new();
        place.write("ca.pem", &certificate.authority);
        place.write("e.csv", EMBASSIES);
        with_tokens(&place, tokens);
        let ran = place.run(&format!(
            "send --name A --country Japan --embassies e.csv --from a@example.org --yes --timeout 5s \
             --smtp smtps://aiko@example.org@localhost:{port}"
        ));
        assert!(!ran.stderr.contains("stale") && !ran.stderr.contains("fresh"), "{ran:?}");
        let letters =
            received.lock().unwrap().iter().filter(|line| *line == "Dear President Xi Jinping,").count();
        (ran, letters, place.read("runs").lines().count())
    };
    let (ran, letters, runs) = sent(&["stale", "fresh"]);
    ran.done();
    assert_eq!((letters, runs), (1, 2));
    let (ran, letters, runs) = sent(&["fresh"]);
    ran.done();
    assert_eq!((letters, runs), (1, 1));
    let (ran, letters, runs) = sent(&["stale"]);
    ran.refused(77, "the log-in was refused: 535 5.7.8 that token has expired password_command prints the same token again");
    assert_eq!((letters, runs), (0, 2));
    let (ran, letters, runs) = sent(&["stale", "stale too"]);
    ran.refused(77, "the log-in was refused: 535 5.7.8 that token has expired");
    assert_eq!((letters, runs), (0, 3));
}

#[cfg(unix)]
#[test]
fn a_password_command_is_not_run_from_a_file_that_others_can_write() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    with_tokens(&place, &["fresh"]);
    std::fs::set_permissions(place.path("campaign.toml"), std::fs::Permissions::from_mode(0o620)).unwrap();
    place
        .run("send --name A --country Japan --from a@example.org --yes --smtp smtps://aiko@localhost:1")
        .refused(78, "others than you can write this file");
    assert!(!place.has("runs"));
}
