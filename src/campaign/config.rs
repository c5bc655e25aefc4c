//! campaign.toml: a campaign's own words, read once.
//!
//! Keys are the options' names with `_`; paths are relative to the file; no key holds a secret. Everything that
//! is wrong is told with file, line and column, and a mistyped key with the one that was meant.

mod paper;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::amount::{self, Rate};
use super::window::{NoHours, Window};
use crate::exit::{Exit, ExitCode};
use crate::files;
use crate::letter::paper::Stationery;
use crate::mailbox::Mailbox;
use crate::month_day::NoMonthDay;
use crate::plain_text;
use crate::suggestion;

/// What a campaign.toml says; a key that is not there is `None`.
#[derive(Clone, Debug, Default)]
#[allow(
    missing_docs,
    reason = "the names are those of the keys, which the organizers' documentation explains"
)]
pub(crate) struct Config {
    pub file: PathBuf,
    pub id: Option<String>,
    pub name: Option<String>,
    pub signers: Option<PathBuf>,
    pub letter: Option<String>,
    pub lang: Option<String>,
    pub bilingual: Option<bool>,
    pub unreviewed: Option<bool>,
    pub addressee: Option<String>,
    pub smtp: Option<String>,
    pub from: Option<Mailbox>,
    pub bounce: Option<Mailbox>,
    pub reply_to: Option<Mailbox>,
    pub ledger: Option<PathBuf>,
    pub post: Option<PathBuf>,
    pub report: Option<PathBuf>,
    pub connections: Option<u16>,
    pub per_connection: Option<u32>,
    pub rate: Option<Rate>,
    pub per_domain: Option<Rate>,
    pub per_embassy: Option<Rate>,
    pub limit: Option<u64>,
    pub retry_for: Option<Duration>,
    pub timeout: Option<Duration>,
    pub copy_to_signer: Option<bool>,
    pub consent_since: Option<NaiveDate>,
    pub ca: Option<PathBuf>,
    pub password_command: Option<Vec<String>>,
    pub auth: Option<Auth>,
    pub window: Option<Window>,
    pub paper: Stationery,
}

/// What `password_command` (or whatever else gives the secret) gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Auth {
    /// A password.
    #[default]
    Password,
    /// An `OAuth2` token, which expires.
    Xoauth2,
}

/// Why a campaign.toml cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// It is not there.
    #[error("{}: there is no such file", .0.display())]
    NotThere(PathBuf),
    /// It is there and cannot be read.
    #[error("{}: cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
    /// Something in it is wrong.
    #[error("{place}: {problem}")]
    #[allow(missing_docs, reason = "the place, and what is wrong there")]
    Wrong { place: String, problem: String },
    /// `password_command` in a file that others may change: whoever can, could run a program as this user.
    #[error("{}: it has a password_command, and others than you can write this file: run `chmod go-w` on it first", .0.display())]
    OthersCanWrite(PathBuf),
}

impl ExitCode for ConfigError {
    fn exit(&self) -> Exit {
        match self {
            ConfigError::NotThere(_) | ConfigError::Unreadable(..) => Exit::NoInput,
            ConfigError::Wrong { .. } | ConfigError::OthersCanWrite(_) => Exit::Config,
        }
    }
}

const KEYS: [&str; 41] = [
    "id",
    "name",
    "signers",
    "letter",
    "lang",
    "bilingual",
    "unreviewed",
    "addressee",
    "smtp",
    "from",
    "bounce",
    "reply_to",
    "ledger",
    "post",
    "report",
    "connections",
    "per_connection",
    "rate",
    "per_domain",
    "per_embassy",
    "limit",
    "retry_for",
    "timeout",
    "copy_to_signer",
    "consent_since",
    "ca",
    "password_command",
    "auth",
    "window",
    "day",
    "hours",
    "paper",
    "size",
    "envelope",
    "margins",
    "left",
    "right",
    "top",
    "bottom",
    "font",
    "logo",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: Option<Spanned<String>>,
    name: Option<Spanned<String>>,
    signers: Option<PathBuf>,
    letter: Option<String>,
    lang: Option<String>,
    bilingual: Option<bool>,
    unreviewed: Option<bool>,
    addressee: Option<Spanned<String>>,
    smtp: Option<String>,
    from: Option<Spanned<String>>,
    bounce: Option<Spanned<String>>,
    reply_to: Option<Spanned<String>>,
    ledger: Option<PathBuf>,
    post: Option<PathBuf>,
    report: Option<PathBuf>,
    connections: Option<Spanned<u16>>,
    per_connection: Option<Spanned<u32>>,
    rate: Option<Spanned<String>>,
    per_domain: Option<Spanned<String>>,
    per_embassy: Option<Spanned<String>>,
    limit: Option<u64>,
    retry_for: Option<Spanned<String>>,
    timeout: Option<Spanned<String>>,
    copy_to_signer: Option<bool>,
    consent_since: Option<Spanned<toml::Value>>,
    ca: Option<PathBuf>,
    password_command: Option<Spanned<Vec<String>>>,
    auth: Option<Spanned<String>>,
    window: Option<RawWindow>,
    paper: Option<paper::RawPaper>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    day: Spanned<String>,
    hours: Spanned<String>,
}

impl Config {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`ConfigError`]
    pub(crate) fn read(path: &Path) -> Result<Config, ConfigError> {
        let bytes = files::contents(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ConfigError::NotThere(path.to_owned()),
            _ => ConfigError::Unreadable(path.to_owned(), error),
        })?;
        let config = Config::parse(path, &bytes)?;
        if config.password_command.is_some() && others_can_write(path) {
            return Err(ConfigError::OthersCanWrite(path.to_owned()));
        }
        Ok(config)
    }

    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Config, ConfigError> {
        let text = std::str::from_utf8(bytes).map_err(|error| ConfigError::Wrong {
            place: place(path, &String::from_utf8_lossy(&bytes[..error.valid_up_to()]), usize::MAX),
            problem: "this byte is not UTF-8; save the file as UTF-8".to_owned(),
        })?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let raw: Raw = toml::from_str(text).map_err(|error| ConfigError::Wrong {
            place: place(path, text, error.span().map_or(0, |span| span.start)),
            problem: in_plain_words(error.message()),
        })?;
        Reader { path, text }.config(raw)
    }

    /// The folder that relative paths start from, and in which the ledger lies.
    pub(crate) fn folder(&self) -> &Path {
        match self.file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn config(&self, raw: Raw) -> Result<Config, ConfigError> {
        let beside = |path: Option<PathBuf>| path.map(|path| self.beside(&path));
        let one_line = |text: &str| plain_text::line(text);
        Ok(Config {
            file: self.path.to_owned(),
            id: self.read("id", raw.id, id)?,
            name: self.read("name", raw.name, one_line)?,
            signers: beside(raw.signers),
            // A file of one's own is named by its ending; an id is looked up among the templates.
            letter: raw.letter.map(|letter| match letter.strip_suffix(".md") {
                Some(_) => self.beside(Path::new(&letter)).display().to_string(),
                None => letter,
            }),
            lang: raw.lang,
            bilingual: raw.bilingual,
            unreviewed: raw.unreviewed,
            addressee: self.read("addressee", raw.addressee, one_line)?,
            smtp: raw.smtp,
            from: self.read("from", raw.from, Mailbox::parse)?,
            bounce: self.read("bounce", raw.bounce, Mailbox::parse)?,
            reply_to: self.read("reply_to", raw.reply_to, Mailbox::parse)?,
            ledger: beside(raw.ledger),
            post: beside(raw.post),
            report: beside(raw.report),
            connections: self.at_least_one("connections", raw.connections)?,
            per_connection: self.at_least_one("per_connection", raw.per_connection)?,
            rate: self.read("rate", raw.rate, str::parse)?,
            per_domain: self.read("per_domain", raw.per_domain, str::parse)?,
            per_embassy: self.read("per_embassy", raw.per_embassy, str::parse)?,
            limit: raw.limit,
            retry_for: self.read("retry_for", raw.retry_for, amount::duration)?,
            timeout: self.read("timeout", raw.timeout, amount::some_time)?,
            copy_to_signer: raw.copy_to_signer,
            consent_since: self.consent_since(raw.consent_since)?,
            ca: beside(raw.ca),
            password_command: match raw.password_command {
                Some(command) if command.get_ref().is_empty() => {
                    return Err(self.wrong(command.span(), "password_command: it is empty; write the program and its arguments: [\"pass\", \"mail\"]"));
                }
                command => command.map(|command| self.program_beside(command.into_inner())),
            },
            auth: self.read("auth", raw.auth, auth)?,
            window: raw.window.map(|raw| self.window(&raw)).transpose()?,
            paper: raw.paper.map(|raw| self.paper(raw)).transpose()?.unwrap_or_default(),
        })
    }

    /// A command whose program is named by a relative path, which starts from the file like every other; a bare name
    /// is looked for where programs are.
    fn program_beside(&self, mut command: Vec<String>) -> Vec<String> {
        if let Some(program) = command.first_mut().filter(|program| program.contains(std::path::is_separator))
        {
            *program = self.beside(Path::new(program.as_str())).display().to_string();
        }
        command
    }

    /// A path as the file means it.
    fn beside(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    fn read<T, E: std::fmt::Display>(
        &self,
        key: &str,
        value: Option<Spanned<String>>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = value else { return Ok(None) };
        parse(value.get_ref())
            .map(Some)
            .map_err(|problem| self.wrong(value.span(), &format!("{key}: {problem}")))
    }

    fn at_least_one<T: Default + PartialEq>(
        &self,
        key: &str,
        value: Option<Spanned<T>>,
    ) -> Result<Option<T>, ConfigError> {
        match value {
            Some(value) if *value.get_ref() == T::default() => {
                Err(self.wrong(value.span(), &format!("{key}: it must be at least 1")))
            }
            value => Ok(value.map(Spanned::into_inner)),
        }
    }

    fn consent_since(&self, value: Option<Spanned<toml::Value>>) -> Result<Option<NaiveDate>, ConfigError> {
        let Some(value) = value else { return Ok(None) };
        let text = match value.get_ref() {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let date = text.parse().map(Some);
        date.map_err(|_| {
            self.wrong(
                value.span(),
                &format!("consent_since: {text:?} is no date: write it as \"2026-10-01\""),
            )
        })
    }

    fn window(&self, raw: &RawWindow) -> Result<Window, ConfigError> {
        let day = raw.day.get_ref().parse();
        let day =
            day.map_err(|problem: NoMonthDay| self.wrong(raw.day.span(), &format!("day: {problem}")))?;
        let hours = raw.hours.get_ref().parse();
        let hours =
            hours.map_err(|problem: NoHours| self.wrong(raw.hours.span(), &format!("hours: {problem}")))?;
        Ok(Window { day, hours })
    }

    fn wrong(&self, span: Range<usize>, problem: &str) -> ConfigError {
        ConfigError::Wrong { place: place(self.path, self.text, span.start), problem: problem.to_owned() }
    }
}

/// A campaign's id names its ledger's file, so it is a plain word.
fn id(text: &str) -> Result<String, String> {
    let is_word = (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && !text.starts_with('.');
    if is_word {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?}: use up to 64 letters, digits, - _ and ."))
    }
}

fn auth(text: &str) -> Result<Auth, String> {
    match text {
        "password" => Ok(Auth::Password),
        "xoauth2" => Ok(Auth::Xoauth2),
        _ => Err(format!("{text:?}: write \"password\", or \"xoauth2\" if the secret is an OAuth2 token")),
    }
}

fn place(path: &Path, text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    let (line, column) = (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1);
    format!("{}:{line}:{column}", path.display())
}

fn in_plain_words(message: &str) -> String {
    let first_line = message.lines().next().unwrap_or_default();
    let Some(key) = first_line.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) else {
        return of_a_value(first_line);
    };
    if key.contains("password") {
        return format!(
            "\"{key}\": no password belongs in this file; use password_command, or PROTEST_SMTP_PASSWORD"
        );
    }
    match suggestion::nearest(key, KEYS) {
        Some(known) => format!("unknown key \"{key}\"; did you mean \"{known}\"?"),
        None => format!("unknown key \"{key}\""),
    }
}

/// What is wrong with a value, in the words of one who edits the file.
fn of_a_value(message: &str) -> String {
    if let Some(key) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return format!("the key \"{key}\" is missing here");
    }
    let words = [
        ("invalid type: ", ""),
        ("invalid value: ", ""),
        ("expected a string", "write it between quotation marks"),
        ("expected u16", "write a whole number from 1 to 65535"),
        ("expected u32", "write a whole number"),
        ("expected u64", "write a whole number"),
        ("expected a boolean", "write true or false"),
        ("expected a sequence", "write a list, such as [\"pass\", \"mail\"]"),
    ];
    words.iter().fold(message.to_owned(), |message, (theirs, ours)| message.replace(theirs, ours))
}

#[cfg(unix)]
fn others_can_write(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).map_or(true, |metadata| metadata.permissions().mode() & 0o022 != 0)
}

#[cfg(not(unix))]
fn others_can_write(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{Config, Rate};
    use crate::letter::paper::{Envelope, Margins, Paper};
    use std::path::{Path, PathBuf};

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(Path::new("dec2/campaign.toml"), text.as_bytes()).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(text: &str, start: &str) {
        let error = parse(text).unwrap_err();
        assert!(error.starts_with(start), "{error}");
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let config = parse("signers = \"signers.csv\"\nletter = \"own.md\"\nrate = \"30/min\"\n").unwrap();
        assert_eq!(config.signers, Some(PathBuf::from("dec2/signers.csv")));
        assert_eq!(config.letter.as_deref(), Some("dec2/own.md"));
        assert_eq!(config.rate, Some(Rate::per_minute(30.0)));
        assert_eq!(config.folder(), Path::new("dec2"));
        let program = |command: &str| {
            let config = parse(&format!("password_command = [\"{command}\"]")).unwrap();
            config.password_command.unwrap().remove(0)
        };
        assert_eq!(program("./token"), "dec2/./token");
        assert_eq!((program("pass"), program("/bin/pass")), ("pass".to_owned(), "/bin/pass".to_owned()));
    }

    #[test]
    fn the_letterhead_stands_in_a_table_of_its_own() {
        let paper =
            "[paper]\nsize = \"A4\"\nenvelope = \"swiss\"\nmargins = { left = 30 }\nlogo = \"logo.png\"\n";
        let paper = parse(paper).unwrap().paper;
        assert_eq!((paper.paper, paper.envelope), (Some(Paper::A4), Some(Envelope::Swiss)));
        assert_eq!(paper.margins, Margins { left: 30.0, ..Margins::default() });
        assert_eq!(paper.logo, Some(PathBuf::from("dec2/logo.png")));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_what_was_meant() {
        refused(
            "\nsinger = 1\n",
            "dec2/campaign.toml:2:1: unknown key \"singer\"; did you mean \"signers\"?",
        );
        refused("rate = \"fast\"", "dec2/campaign.toml:1:8: rate: \"fast\" is no rate");
        refused("from = \"nobody\"", "dec2/campaign.toml:1:8: from: \"nobody\" is not an e-mail address");
        refused("password = \"x\"", "dec2/campaign.toml:1:1: \"password\": no password belongs in this file");
        refused("[window]\nday = \"12-02\"\nhours = \"9-5\"", "dec2/campaign.toml:3:9: hours: ");
        refused("rate = 30", "dec2/campaign.toml:1:8: integer `30`, write it between quotation marks");
        refused("limit = -1", "dec2/campaign.toml:1:9: integer `-1`, write a whole number");
        refused("[window]\nday = \"12-02\"", "dec2/campaign.toml:1:1: the key \"hours\" is missing here");
        refused("connections = 0", "dec2/campaign.toml:1:15: connections: it must be at least 1");
        refused("id = \"../x\"", "dec2/campaign.toml:1:6: id: ");
        refused("auth = \"oauth\"", "dec2/campaign.toml:1:8: auth: \"oauth\": write \"password\"");
        refused("id = ", "dec2/campaign.toml:1:");
        refused("[paper]\nsize = \"a3\"", "dec2/campaign.toml:2:8: size: \"a3\" is no paper known here");
        refused("[paper]\nmargins = { left = 1 }", "dec2/campaign.toml:2:20: margins.left: 1 is no margin");
        refused(
            "[paper]\nenvelop = \"swiss\"",
            "dec2/campaign.toml:2:1: unknown key \"envelop\"; did you mean",
        );
        assert!(!parse("smtp_password = \"hunter2\"").unwrap_err().contains("hunter2"));
    }
}
