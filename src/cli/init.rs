//! `protest init`: a campaign's folder, ready to edit. It asks what it needs to know, or takes options.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::{Failure, Outcome};
use super::session::Session;
use super::shared_ledger;
use super::to_copy::shell_quoted;
use crate::campaign::folder::{self, Beginning};
use crate::database_url::DatabaseUrl;
use crate::exit::Exit;
use crate::files;
use crate::letter::templates::DEFAULT_ID;
use crate::mailbox::Mailbox;
use crate::month_day::MonthDay;
use crate::plain_text;
use crate::provider::{self, Provider};
use crate::relay::Relay;
use crate::signer::Field;
use crate::signer::list::Source;

#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  protest init my-campaign --name \"Letters for Refugees\" --from letters@example.org \\\n    --smtp smtps://letters@example.org@smtp.example.org"
)]
pub(super) struct Init {
    /// The folder to make [default: on a terminal it is asked for]
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// What the campaign is called: embassies read "Aiko Tanaka via NAME"
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The address that the letters come from
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// The mail server [default: the one of the address's provider, where it is known]
    #[arg(long, value_name = "URL")]
    smtp: Option<String>,
    /// The day on which the letters are to go
    #[arg(long, value_name = "MM-DD")]
    day: Option<String>,
    /// The list of signers, where there is one: its path and its columns are written into campaign.toml
    #[arg(long, value_name = "LIST")]
    signers: Option<PathBuf>,
    // Given as `help`, since a comment would want angle brackets around a URL.
    #[arg(
        long,
        value_name = "URL",
        help = "A ledger to share with other organizations: postgresql://USER@HOST/DATABASE; makes its tables and secret"
    )]
    ledger: Option<String>,
}

pub(super) fn run(options: &Init, session: &Session) -> Outcome {
    // Before anything else is asked: an answer for nothing is a nuisance.
    let folder = &folder_to_make(options, session)?;
    let list = options.signers.as_deref().map(Listed::of).transpose()?;
    let answers = Answers::of(options, session)?;
    let day = answers.day.in_year(answers.day.nearest_year(session.today()));
    let url = options.ledger.as_deref().map(DatabaseUrl::parse).transpose()?;
    let shown_url = url.as_ref().map(ToString::to_string);
    let letter = session.globals.sources.templates()?.text(DEFAULT_ID, None)?;
    let beginning = Beginning {
        name: answers.name.as_deref(),
        from: &answers.from,
        smtp: &answers.smtp,
        provider: answers.provider,
        ledger: shown_url.as_deref(),
        day,
        letter: &letter,
        today: session.today(),
    };
    let mut files = Vec::from(folder::files(&beginning));
    if let Some(list) = &list {
        list.put_into(&mut files);
        for doubt in &list.doubts {
            session.terminal.notice(&format!("{doubt}; see [columns] in campaign.toml"));
        }
        for missing in &list.missing {
            session
                .terminal
                .notice(&format!("no column of the list fits {missing}: campaign.toml has a line for it"));
        }
    }
    let Some(url) = url else {
        files::write_folder(folder, &files)?;
        session.terminal.notice_line(&next_steps(folder, &answers, options.signers.as_deref()));
        return Ok(Exit::Done);
    };
    // First seen whether the database can be had, then the secret kept, and then the tables made by which it is known: no
    // table is there whose secret nobody has.
    let id = folder::id(&beginning);
    let new = shared_ledger::New::at(url, &id, &answers.from, folder, day)?;
    files.push((folder::SECRET, new.secret_text()));
    files::write_folder(folder, &files)?;
    new.make_tables(day, session.now)?;
    session.terminal.say(&of_secret(folder));
    session.terminal.notice_line(&next_steps(folder, &answers, options.signers.as_deref()));
    Ok(Exit::Done)
}

/// The folder, which may be there if it is empty.
fn folder_to_make(options: &Init, session: &Session) -> Result<PathBuf, Failure> {
    let usable = |folder: PathBuf| files::expect_empty(&folder).map(|()| folder).map_err(Failure::from);
    if let Some(folder) = &options.folder {
        return usable(folder.clone());
    }
    answer(None, "Which folder is to be made for the campaign?", session, |text| match text {
        Some(text) => usable(text.into()),
        None => {
            Err(Failure::usage("which folder is to be made? Name it, for example: protest init my-campaign"))
        }
    })
}

/// A list that is there already.
struct Listed {
    path: String,
    columns: String,
    /// The needed fields that no column fits.
    missing: Vec<&'static str>,
    /// What of it the organizer should look at.
    doubts: Vec<String>,
}

impl Listed {
    fn of(path: &Path) -> Result<Listed, Failure> {
        let proposal = Source::proposal(path)?;
        let mapping = &proposal.mapping;
        let mut columns = proposal.block();
        let mut missing = Vec::new();
        let has_country = mapping.fields.iter().any(|(field, _)| *field == Field::Country);
        for (has, key) in [
            (!mapping.name.is_empty(), "name"),
            (has_country, "country"),
            (mapping.consent.is_some(), "consent"),
        ] {
            let is_likely = key == "consent" && proposal.likely_consent.is_some();
            if !has && !is_likely {
                columns.push_str(&format!("# Which column is it?\n#{key} = \"\"\n"));
                missing.push(key);
            }
        }
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let path = toml::Value::String(path.display().to_string()).to_string();
        Ok(Listed { path, columns, missing, doubts: proposal.doubts() })
    }

    /// The list's path and columns in campaign.toml, and no empty list beside it.
    fn put_into(&self, files: &mut Vec<(&'static str, String)>) {
        files.retain(|(name, _)| *name != "signers.csv");
        for (name, text) in files {
            if *name == "campaign.toml" {
                *text = text.replace("signers = \"signers.csv\"", &format!("signers = {}", self.path));
                text.push_str(&format!("\n# Which column of the list means what.\n{}", self.columns));
            }
        }
    }
}

/// What the organizer said, read and found usable.
struct Answers {
    name: Option<String>,
    from: Mailbox,
    smtp: String,
    provider: Option<&'static Provider>,
    day: MonthDay,
}

impl Answers {
    fn of(options: &Init, session: &Session) -> Result<Answers, Failure> {
        let wrong = |option: &str, problem: &dyn std::fmt::Display| {
            Failure::new(Exit::Data, format!("{option}: {problem}"))
        };
        let from_where =
            "from which address will the campaign send? Add --from ADDRESS (and --name NAME, and --smtp URL)";
        let from = answer(
            options.from.as_deref(),
            "From which e-mail address do the letters come?",
            session,
            |text| match text {
                Some(text) => Mailbox::parse(text).map_err(|error| wrong("--from", &error)),
                None => Err(Failure::usage(from_where)),
            },
        )?;
        let name = answer(
            options.name.as_deref(),
            "What is the campaign called? Embassies read it after each name (Enter: no name)",
            session,
            |text| {
                let name = text.map(plain_text::line).transpose();
                name.map_err(|error| wrong("--name", &error))
            },
        )?;
        let home = provider::of_domain(from.domain());
        let known = home.and_then(|home| home.relay_url(from.local_part(), from.domain()));
        let question = match &known {
            Some(url) => format!("Through which mail server? (Enter: {url})"),
            None => "Through which mail server, such as smtps://you@example.org@smtp.example.org?".to_owned(),
        };
        let (smtp, provider) = answer(options.smtp.as_deref(), &question, session, |text| {
            let url = text.or(known.as_deref()).ok_or_else(|| no_relay(&from, home))?;
            Ok((url.to_owned(), provider_of(&Relay::parse(url)?)))
        })?;
        let question = format!("On which day, as MM-DD? (Enter: {})", MonthDay::DECEMBER_2);
        let day = answer(options.day.as_deref(), &question, session, |text| {
            let day = text.map_or(Ok(MonthDay::DECEMBER_2), str::parse::<MonthDay>);
            day.map_err(|error| wrong("--day", &error))
        })?;
        Ok(Answers { name, from, smtp, provider, day })
    }
}

/// What an option says; else what the user answers, who is asked again where that cannot be read; else what `read`
/// makes of no answer.
fn answer<T>(
    given: Option<&str>,
    question: &str,
    session: &Session,
    read: impl Fn(Option<&str>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if given.is_some() || !session.terminal.can_ask() {
        return read(given);
    }
    loop {
        let text = session
            .terminal
            .ask(question)
            .ok_or_else(|| Failure::new(Exit::Interrupted, "no answer was given; nothing was made"))?;
        match read(Some(text.as_str()).filter(|text| !text.is_empty())) {
            Ok(answer) => return Ok(answer),
            Err(failure) => session.terminal.say(&failure.to_string()),
        }
    }
}

fn provider_of(relay: &Relay) -> Option<&'static Provider> {
    match relay {
        Relay::Smtp(relay) => provider::at_host(&relay.host.to_string()),
        Relay::Sendmail | Relay::Directory(_) => None,
    }
}

fn no_relay(from: &Mailbox, home: Option<&Provider>) -> Failure {
    let why = match home.and_then(Provider::how_to_log_in) {
        Some(how) => how,
        None => {
            format!("the mail server of {} is not known here; your provider's help names it", from.domain())
        }
    };
    Failure::usage(format!("through which mail server? Add --smtp smtps://{from}@SERVER: {why}"))
}

/// What holding the secret means.
fn of_secret(folder: &Path) -> String {
    let sentence = format!(
        "{}: whoever holds the secret can tell whether a name is on any list of this campaign. Hand it on by hand, with \
         campaign.toml and the letter, to the groups that send with you, and to nobody else; consent.md says so to those who \
         sign.",
        folder.join(folder::SECRET).display()
    );
    textwrap::fill(&sentence, 80) + "\n"
}

/// What the organizer does next, ready to copy.
fn next_steps(folder: &Path, answers: &Answers, list: Option<&Path>) -> String {
    let place = |name: &str| folder.join(name).display().to_string();
    let config = folder.join("campaign.toml");
    let config = match config.to_str() {
        Some(text) if text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b)) => {
            text.to_owned()
        }
        _ => shell_quoted(&config.display().to_string()),
    };
    let mut text = format!(
        "{}: the campaign's folder is made.\n\nNext:\n  \
         1. Put the letter into your own words: {}\n  \
         2. Let people agree to the sentence in {}\n  \
         3. Write those who agreed, one a line, into {}\n\nThen copy these, one after another:\n\n  \
         protest --config {config} check\n  \
         protest --config {config} send --dry-run\n  \
         protest --config {config} send --rehearse {}\n  \
         protest --config {config} send",
        folder.display(),
        place("own.md"),
        place("consent.md"),
        list.map_or_else(|| place("signers.csv"), |list| list.display().to_string()),
        answers.from,
    );
    let known = answers.provider.map(|provider| [provider.how_to_log_in(), provider.limits_in_words()]);
    for sentence in known.into_iter().flatten().flatten() {
        text.push_str(&format!("\n\n{}", textwrap::fill(&format!("{sentence}."), 80)));
    }
    text
}
