//! Where the commands of a page run: a folder with a made-up address book, a list of supporters, and a relay on
//! loopback in the place of every mail server that the page names.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::page::Line;
use crate::support::relay::{FakeRelay, Script};
use crate::support::{EMBASSIES, Place, Ran};

/// The list that the pages speak of.
const SIGNERS: &str = "\
name,country,email,city,consent
Example Signer One,Japan,one@example.org,Osaka,2026-11-02
Example Signer Two,France,two@example.org,Lyon,2026-11-03
Example Signer Three,Germany,three@example.org,Bonn,yes
Example Signer Four,France,four@example.org,Nice,no
";

pub(crate) struct Stage {
    place: Place,
    relay: FakeRelay,
    folder: PathBuf,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        let place = Place::with_signers(SIGNERS);
        let folder = place.path("");
        let program = env!("CARGO_BIN_EXE_protest");
        let book = place.write("e.csv", EMBASSIES);
        let returned =
            "From a@example.org Wed Dec  2 10:11:12 2026\nFrom: a@example.org\nSubject: Hello\n\nHello.\n\n";
        place.write("returned.mbox", returned);
        // No letter of a test is ever addressed to an embassy that exists.
        let script = format!(
            "#!/bin/sh\ncase \" $* \" in *' --embassies '*|' embassies '*) exec {program} \"$@\";; esac\n\
             exec {program} --embassies {} \"$@\"\n",
            book.display()
        );
        std::fs::create_dir(place.path("bin")).unwrap();
        let wrapper = place.write("bin/protest", script);
        std::fs::set_permissions(&wrapper, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(
            EMBASSIES.lines().skip(1).all(|row| !row.contains('@') || row.contains("@embassy.example.org"))
        );
        Stage { place, relay: FakeRelay::start(Script::default()), folder }
    }

    /// How many letters the relay took.
    pub(crate) fn accepted(&self) -> usize {
        self.relay.accepted().len()
    }

    /// Runs a line as its reader would.
    pub(crate) fn run(&mut self, line: &Line) -> Ran {
        if let Some(folder) = line.text.strip_prefix("cd ") {
            self.folder.push(folder.trim());
            return Ran { code: 0, stdout: String::new(), stderr: String::new() };
        }
        let mut command = self.on_loopback(&line.text.replacen("cargo run -- ", "protest ", 1));
        if command.starts_with("protest send ") {
            // As its reader does, who is told so otherwise.
            command = command.replace("Your Name", "Example Reader");
        }
        let answers = match command.as_str() {
            "protest" => "Example Reader\nJapan\n\n\n0\n",
            _ => "y\n",
        };
        let mut run = if line.asks {
            let mut run = Command::new("script");
            run.args(["--quiet", "--return", "--command", &command, "/dev/null"]);
            run
        } else {
            let mut run = Command::new("bash");
            run.args(["--norc", "-c", &command]);
            run
        };
        let path = std::env::var("PATH").unwrap_or_default();
        run.current_dir(&self.folder)
            .env("PATH", format!("{}:{path}", self.place.path("bin").display()))
            .env_remove("XDG_STATE_HOME")
            .env("HOME", self.place.path(""))
            .env("LC_ALL", "C.UTF-8")
            .env_remove("PROTEST_CONFIG")
            .env_remove("PROTEST_SMTP_PASSWORD")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = run.spawn().unwrap();
        // A command that asks nothing may have ended before it could read.
        let _ = child.stdin.take().unwrap().write_all(if line.asks { answers.as_bytes() } else { b"" });
        Ran::of(&child.wait_with_output().unwrap())
    }

    /// The line with the relay of this test in the place of the page's mail servers; it knows no accounts, so the
    /// account's address stands beside it.
    fn on_loopback(&self, line: &str) -> String {
        let has_sender = line.contains("--from");
        let words = line.split(' ').map(|word| {
            let account = word.strip_prefix("smtps://").and_then(|rest| rest.rsplit_once('@'));
            match account {
                Some(_) if has_sender => self.relay.url.clone(),
                Some((address, _)) => format!("{} --from {address}", self.relay.url),
                None => word.to_owned(),
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }
}
