//! The program as a user runs it: in an empty folder, with a state folder and an address book of its own.

#![allow(dead_code, unreachable_pub, reason = "each test file uses the part that it needs")]

pub mod certificate;
#[cfg(target_os = "linux")]
pub mod disk;
#[cfg(unix)]
pub mod joint;
pub mod mailto;
#[cfg(unix)]
pub mod pooler;
#[cfg(unix)]
pub mod postgres;
#[cfg(target_os = "linux")]
pub mod recorded;
pub mod relay;
pub mod script;
pub mod trial;
pub mod typist;
pub mod wire;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A made-up address book: two embassies with an e-mail address, one without, a country with none.
pub const EMBASSIES: &str = "\
country_code,country,city,kind,address,email,phone,website,time_zone,source,checked,confidence,email_source,email_checked,email_confidence,note
JP,Japan,Tokyo,embassy,\"1 Example Street, Tokyo\",jp@embassy.example.org,,,Asia/Tokyo,made up,2026-10,high,made up,2026-10,high,
FR,France,Paris,embassy,\"2 rue Exemple, Paris\",fr@embassy.example.org,,,Europe/Paris,made up,2026-10,high,made up,2026-10,high,
IT,Italy,Rome,embassy,\"3 via Esempio, Roma\",it@embassy.example.org,,,Europe/Rome,made up,2026-10,high,made up,2012,low,
DE,Germany,Berlin,embassy,\"4 Beispielweg, Berlin\",,,,Europe/Berlin,made up,2026-10,high,,,,
BT,Bhutan,,none,,,,,Asia/Thimphu,made up,2026-10,high,,,,No diplomatic relations
";

/// Signers who agreed: `letters` of them to Japan and France in turn.
pub fn signers(letters: usize) -> String {
    let mut csv = "name,country,email,consent\n".to_owned();
    for number in 1..=letters {
        let country = if number % 2 == 0 { "France" } else { "Japan" };
        csv.push_str(&format!("Signer {number},{country},s{number}@example.org,yes\n"));
    }
    csv
}

/// A folder to run in.
pub struct Place {
    folder: TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Place {
        Place { folder: TempDir::new().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| name != "state");
        names.sort();
        names
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_protest"));
        command
            .current_dir(self.folder.path())
            .env_remove("PROTEST_CONFIG")
            .env_remove("PROTEST_SMTP_PASSWORD")
            .env_remove("PROTEST_LEDGER_PASSWORD")
            .env("XDG_STATE_HOME", self.path("state"))
            .stdin(Stdio::null());
        command
    }

    /// A folder with an address book and a list of signers in it.
    pub fn with_signers(list: &str) -> Place {
        let place = Place::new();
        place.write("e.csv", EMBASSIES);
        place.write("signers.csv", list);
        place
    }

    /// From now on the embassy in Berlin has an e-mail address in the address book.
    pub fn give_berlin_mail(&self) {
        let line = "DE,Germany,Berlin,embassy,\"4 Beispielweg, Berlin\",";
        let book = self.read("e.csv").replace(line, &format!("{line}de@embassy.example.org"));
        self.write(
            "e.csv",
            book.replace(",,,,Europe/Berlin", ",,,Europe/Berlin")
                .replace("high,,,,\n", "high,made up,2026-10,high,\n"),
        );
    }

    /// Sends the list through the relay at `url`, as fast as it goes.
    #[track_caller]
    pub fn send(&self, url: &str, more: &str) -> Ran {
        self.run(&format!("{} --rate none {more}", Place::send_line(url)))
    }

    pub fn send_line(url: &str) -> String {
        format!(
            "send --signers signers.csv --embassies e.csv --from c@example.org --smtp {url} --yes \
             --ledger l.ledger --report report.csv"
        )
    }

    /// How many rows of the report have each outcome.
    pub fn outcomes(&self) -> std::collections::BTreeMap<String, usize> {
        let report = self.read("report.csv");
        let mut counts = std::collections::BTreeMap::new();
        let column = report.lines().next().unwrap().split(',').position(|name| name == "outcome").unwrap();
        for line in report.lines().skip(1) {
            *counts.entry(line.split(',').nth(column).unwrap().to_owned()).or_default() += 1;
        }
        counts
    }

    /// The outcome of each Message-ID that the report tells of.
    pub fn told(&self) -> Vec<(String, String)> {
        let report = self.read("report.csv");
        let head: Vec<&str> = report.lines().next().unwrap().split(',').collect();
        let column = |name: &str| head.iter().position(|head| *head == name).unwrap();
        let (outcome, message_id) = (column("outcome"), column("message_id"));
        // Replies may hold commas, and stand between quotation marks then: what follows is counted from the end.
        let cell = |line: &str, index: usize| {
            let from_end = head.len() - 1 - index;
            line.rsplit(',').nth(from_end).unwrap().to_owned()
        };
        report
            .lines()
            .skip(1)
            .map(|line| (line.split(',').nth(outcome).unwrap().to_owned(), cell(line, message_id)))
            .collect()
    }

    /// Runs the program with these arguments, separated by white space; `{…}` keeps white space together.
    #[track_caller]
    pub fn run(&self, arguments: &str) -> Ran {
        self.run_with(&words(arguments))
    }

    #[track_caller]
    pub fn run_with<S: AsRef<str>>(&self, arguments: &[S]) -> Ran {
        let output = self.command().args(arguments.iter().map(AsRef::as_ref)).output().unwrap();
        Ran::of(&output)
    }
}

impl Ran {
    pub fn of(output: &Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It ended with this code, and said this on stderr.
    #[track_caller]
    pub fn refused(&self, code: i32, sentence: &str) -> &Ran {
        assert_eq!(self.code, code, "{self:?}");
        // Notices are wrapped; a sentence is looked for as if they were not.
        let stderr = self.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(stderr.contains(sentence), "{sentence:?} is not in {:?}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    #[track_caller]
    pub fn done(&self) -> &Ran {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

/// The words of a command line; `{…}` is one word.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('{') {
            Some(braced) => braced.split_once('}').unwrap(),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// Whether a path is there, and its owner's alone.
#[cfg(unix)]
pub fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode().trailing_zeros() >= 6
}
