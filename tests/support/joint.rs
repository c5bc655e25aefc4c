//! A campaign that several groups send together: its database, and each group's folder.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};

use super::postgres::{Cluster, PASSWORD};
use super::relay::FakeRelay;
use super::{EMBASSIES, Place, Ran, words};

/// The campaign's id, which `init` makes of its name.
pub const ID: &str = "joint-2026";

/// A campaign that has begun in a database of its own.
pub struct Joint<'c> {
    pub cluster: &'c Cluster,
    pub database: String,
    secret: String,
    /// The database's URL, as it is in every group's campaign.toml.
    url: String,
}

impl<'c> Joint<'c> {
    /// Begins it, as the first group does.
    pub fn begin(cluster: &'c Cluster) -> Joint<'c> {
        Joint::begin_by(cluster, &cluster.url("DATABASE"))
    }

    /// The same by a URL in which DATABASE stands for the new database.
    pub fn begin_by(cluster: &'c Cluster, url: &str) -> Joint<'c> {
        let database = cluster.database();
        let url = url.replace("DATABASE", &database);
        let place = Place::new();
        let line = format!(
            "init begun --name Joint --from first@example.org --smtp smtps://first@example.org@smtp.example.org --day 12-02 \
             --ledger {url}"
        );
        let mut command = place.command();
        command.args(words(&line)).env("PROTEST_LEDGER_PASSWORD", PASSWORD);
        Ran::of(&command.output().unwrap()).done();
        Joint { cluster, database, secret: place.read("begun/campaign.secret"), url }
    }

    /// The folder of a group that joins with a list; it gets at the database by way of `port`.
    pub fn group(&self, list: &str, signers: &str, port: u16) -> Group {
        let url = self.url.replace(&self.cluster.port.to_string(), &port.to_string());
        Group::new(list, signers, &url, &self.secret, "")
    }

    /// The same, with more lines in its campaign.toml.
    pub fn group_with(&self, list: &str, signers: &str, more: &str) -> Group {
        Group::new(list, signers, &self.url, &self.secret, more)
    }

    /// How many letters the database has in each state, by the words that it has for them.
    pub fn sql(&self, text: &str) -> String {
        self.cluster.sql(&self.database, text)
    }
}

/// A group's folder.
pub struct Group {
    pub place: Place,
}

impl Group {
    fn new(list: &str, signers: &str, url: &str, secret: &str, more: &str) -> Group {
        let place = Place::with_signers(signers);
        place.write("e.csv", EMBASSIES);
        private(&place, "joint.secret", secret);
        let config = format!(
            "id = \"{ID}\"\nname = \"Joint\"\nfrom = \"{list}@example.org\"\nsigners = \"signers.csv\"\nlist = \"{list}\"\n\
             ledger = \"{url}\"\nsecret = \"joint.secret\"\nreport = \"report.csv\"\n{more}\n"
        );
        private(&place, "campaign.toml", &config);
        Group { place }
    }

    /// Gets at the database by way of another port from now on.
    pub fn by_way_of(&self, port: u16) {
        let config = self.place.read("campaign.toml");
        let (before, rest) = config.split_once("@127.0.0.1:").unwrap();
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        private(&self.place, "campaign.toml", &format!("{before}@127.0.0.1:{port}{after}"));
    }

    /// A command of this group's, with its password.
    pub fn command(&self, line: &str) -> Command {
        let mut command = self.place.command();
        command.args(words(line)).env("PROTEST_LEDGER_PASSWORD", PASSWORD);
        command
    }

    pub fn run(&self, line: &str) -> Ran {
        Ran::of(&self.command(line).output().unwrap())
    }

    fn send_line(relay: &FakeRelay, more: &str) -> String {
        let fast = if more.contains("--rate") { "" } else { "--rate none" };
        format!("send --embassies e.csv --smtp {} --yes {fast} {more}", relay.url)
    }

    /// Sends what is still to be sent.
    pub fn send(&self, relay: &FakeRelay, more: &str) -> Ran {
        self.run(&Group::send_line(relay, more))
    }

    /// Begins to send, and does not wait.
    pub fn begin(&self, relay: &FakeRelay, more: &str) -> Child {
        let said = std::fs::File::create(self.place.path("said.txt")).unwrap();
        let mut command = self.command(&Group::send_line(relay, more));
        command.stdout(Stdio::null()).stderr(said).spawn().unwrap()
    }

    /// What a run that was begun has said.
    pub fn said(&self) -> String {
        self.place.read("said.txt")
    }

    /// The whole campaign's numbers.
    pub fn status(&self) -> BTreeMap<String, u64> {
        let ran = self.run("status --json");
        let status: serde_json::Value = serde_json::from_str(&ran.done().stdout).unwrap();
        let numbers = status.as_object().unwrap().iter();
        numbers.filter_map(|(name, value)| Some((name.clone(), value.as_u64()?))).collect()
    }
}

fn private(place: &Place, name: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = place.write(name, text);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Signers of these numbers, all of whom agreed, to Japan and France in turn.
pub fn signers_of(numbers: impl IntoIterator<Item = usize>) -> String {
    let mut csv = "name,country,email,consent\n".to_owned();
    for number in numbers {
        let country = if number % 2 == 0 { "France" } else { "Japan" };
        csv.push_str(&format!("Signer {number},{country},s{number}@example.org,yes\n"));
    }
    csv
}

/// How often the letter of each signer arrived, whoever sent it.
pub fn arrived(relay: &FakeRelay) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for message in relay.accepted() {
        let id = message.data.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned();
        // The domain is that of the list that sent it.
        *counts.entry(id.split('@').next().unwrap().to_owned()).or_default() += 1;
    }
    counts
}
