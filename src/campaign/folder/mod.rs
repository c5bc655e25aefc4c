//! A new campaign's folder: campaign.toml with each key explained, an empty list of signers, the letter to put into
//! one's own words, the sentence that signers agree to, and what keeps all that is personal out of version control.
//!
//! Only what the files say; where they are written is left to the command.

use chrono::{Datelike as _, Days, NaiveDate};

use crate::letter::date;
use crate::mailbox::Mailbox;
use crate::month_day::MonthDay;
use crate::provider::Provider;

/// What an organizer says of a campaign that is about to begin.
#[derive(Debug)]
pub(crate) struct Beginning<'a> {
    /// What the campaign is called, if it has a name.
    pub name: Option<&'a str>,
    /// The address that its letters come from.
    pub from: &'a Mailbox,
    /// The relay's URL.
    pub smtp: &'a str,
    /// The relay's provider, if it is known.
    pub provider: Option<&'a Provider>,
    /// The URL of the ledger that it shares with others, if it does.
    pub ledger: Option<&'a str>,
    /// The day on which the letters are to go.
    pub day: NaiveDate,
    /// The text of the letter to start from.
    pub letter: &'a str,
    /// The day on which the folder is made.
    pub today: NaiveDate,
}

/// The folder's files.
const NAMES: [&str; 5] = ["campaign.toml", "signers.csv", "own.md", "consent.md", ".gitignore"];

/// The file with a shared campaign's secret, beside them.
pub(crate) const SECRET: &str = "campaign.secret";

/// The files' texts, by their names.
pub(crate) fn files(beginning: &Beginning<'_>) -> [(&'static str, String); 5] {
    let [config_file, list, letter, sentence, ignored] = NAMES;
    [
        (config_file, config(beginning)),
        (list, "name,country,city,email,consent,reply_to,note\n".to_owned()),
        (letter, own_letter(beginning)),
        (sentence, consent(beginning)),
        (ignored, include_str!("gitignore").to_owned()),
    ]
}

fn config(beginning: &Beginning<'_>) -> String {
    let name = match beginning.name {
        Some(name) => format!("name = {}", quoted(name)),
        None => "#name = \"Letters for refugees\"".to_owned(),
    };
    let takes_tokens_only = beginning.provider.is_some_and(Provider::takes_tokens_only);
    let auth = if takes_tokens_only {
        "# What password_command prints is an OAuth2 token, and it is run again when the token has expired:\nauth = \"xoauth2\""
    } else {
        "# If what password_command prints is an OAuth2 token:\n#auth = \"xoauth2\""
    };
    let fields = [
        ("id", quoted(&id(beginning))),
        ("name", name),
        ("from", quoted(&beginning.from.to_string())),
        ("smtp", quoted(beginning.smtp)),
        ("ledger", ledger(beginning)),
        ("log_in", comment(beginning.provider.and_then(Provider::how_to_log_in))),
        ("auth", auth.to_owned()),
        ("limits", comment(beginning.provider.and_then(limits))),
        ("today", quoted(&beginning.today.to_string())),
        ("day", quoted(&MonthDay::of(beginning.day).to_string())),
    ];
    filled(include_str!("campaign.toml"), &fields)
}

/// The lines about a shared ledger: as they are meant, or to be begun with.
fn ledger(beginning: &Beginning<'_>) -> String {
    let (before, url) = match beginning.ledger {
        Some(url) => ("", url),
        None => ("#", "postgresql://USER@HOST/DATABASE"),
    };
    format!("{before}ledger = {}\n{before}secret = {}", quoted(url), quoted(SECRET))
}

/// What the provider lets an account send, and who says so.
fn limits(provider: &Provider) -> Option<String> {
    let known = provider.limits.as_ref()?;
    Some(format!("{} ({}; {})", provider.limits_in_words()?, known.source, known.checked))
}

/// What who agrees must know where organizations share a ledger.
const SHARED: &str = "\
> Other organizations send letters of this campaign too, so that nobody writes twice. Each of them can tell
> whether my name and e-mail address are on one of the campaign's lists.
>";

fn consent(beginning: &Beginning<'_>) -> String {
    const KEPT: Days = Days::new(30);
    let until = beginning.day.checked_add_days(KEPT).unwrap_or(beginning.day);
    let fields = [
        ("campaign", beginning.name.unwrap_or(beginning.from.domain()).to_owned()),
        ("from", beginning.from.to_string()),
        ("day", date::full(beginning.day, "en")),
        ("until", date::full(until, "en")),
        ("shared", if beginning.ledger.is_some() { SHARED.to_owned() } else { String::new() }),
    ];
    filled(include_str!("consent.md"), &fields)
}

/// The letter, whose protest day is the campaign's.
fn own_letter(beginning: &Beginning<'_>) -> String {
    let day = format!("protest_day = {}", quoted(&MonthDay::of(beginning.day).to_string()));
    let lines = beginning.letter.lines().map(|line| match line.split('=').next() {
        Some(key) if key.trim() == "protest_day" => day.as_str(),
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// A plain word that names the ledger: the campaign's name in ASCII letters, and the year.
pub(crate) fn id(beginning: &Beginning<'_>) -> String {
    const LONGEST: usize = 40;
    let mut word = String::new();
    for c in beginning.name.unwrap_or_default().chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => word.push(c),
            _ if !word.is_empty() && !word.ends_with('-') => word.push('-'),
            _ => {}
        }
    }
    word.truncate(LONGEST);
    let word = match word.trim_end_matches('-') {
        "" => "dec2",
        word => word,
    };
    format!("{word}-{}", beginning.day.year())
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A sentence as lines of comment; nothing where there is none.
fn comment(sentence: Option<String>) -> String {
    let lines = textwrap::Options::new(116).initial_indent("# ").subsequent_indent("# ").break_words(false);
    sentence.map(|sentence| textwrap::fill(&format!("{sentence}."), lines)).unwrap_or_default()
}

/// A text whose `{{fields}}` have their values; a line that held nothing but an empty field is left out.
fn filled(text: &str, fields: &[(&str, String)]) -> String {
    let mut whole = String::new();
    for line in text.lines() {
        let mut filled = line.to_owned();
        for (field, value) in fields {
            filled = filled.replace(&format!("{{{{{field}}}}}"), value);
        }
        if !filled.is_empty() || line.is_empty() {
            whole.push_str(&filled);
            whole.push('\n');
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::{Beginning, files};
    use crate::campaign::settings::file::CampaignFile;
    use crate::letter::template::Template;
    use crate::mailbox::Mailbox;
    use crate::provider;
    use crate::relay::Relay;
    use crate::zone::date;

    #[track_caller]
    fn parsed(text: &str) -> CampaignFile {
        let mut errors = Vec::new();
        let file = CampaignFile::parse("x/campaign.toml".as_ref(), text.as_bytes(), &mut errors).unwrap();
        assert!(errors.is_empty(), "{errors:?}");
        file
    }

    fn made(name: Option<&str>, from: &str, smtp: &str) -> [(&'static str, String); 5] {
        let from = Mailbox::parse(from).unwrap();
        files(&Beginning {
            name,
            from: &from,
            smtp,
            provider: provider::of_domain(from.domain()),
            ledger: None,
            day: date(2026, 11, 30),
            letter: include_str!("../../../letters/dec2.en.md"),
            today: date(2026, 11, 24),
        })
    }

    #[test]
    fn the_files_are_what_the_program_reads() {
        let names = [None, Some("Letters \"for\" refugees\\"), Some("난민에게 편지를")];
        for name in names {
            for (from, smtp) in
                [("a@gmail.com", "smtps://a@gmail.com@smtp.gmail.com"), ("a@example.org", "sendmail:")]
            {
                let [(_, config), _, (_, letter), _, _] = made(name, from, smtp);
                let config = parsed(&config);
                assert_eq!(config.sender.name.as_deref(), name);
                assert_eq!(config.relay.smtp.unwrap(), Relay::parse(smtp).unwrap());
                let window = config.pace.window.unwrap();
                assert_eq!(window.day.to_string(), "11-30");
                let letter = Template::read("own.md", letter.as_bytes()).unwrap();
                assert_eq!(letter.front_matter.protest_day.to_string(), "11-30");
            }
        }
    }

    #[test]
    fn the_ledgers_name_is_a_plain_word_with_the_year() {
        let id = |name| {
            let [(_, config), ..] = made(name, "a@example.org", "sendmail:");
            parsed(&config).ledger.id.unwrap()
        };
        assert_eq!(id(Some("Letters for Refugees!")), "letters-for-refugees-2026");
        assert_eq!(id(Some("편지")), "dec2-2026");
        assert_eq!(id(None), "dec2-2026");
    }

    #[test]
    fn what_is_known_of_the_provider_stands_beside_the_keys_that_it_is_about() {
        let [(_, config), ..] = made(None, "a@gmail.com", "smtps://a@gmail.com@smtp.gmail.com");
        assert!(config.contains("myaccount.google.com/apppasswords"), "{config}");
        assert!(config.contains("500 letters a day"), "{config}");
        let [(_, config), ..] =
            made(None, "a@outlook.com", "smtp+starttls://a@outlook.com@smtp-mail.outlook.com");
        assert!(config.contains("\nauth = \"xoauth2\"\n"), "{config}");
    }

    #[test]
    fn the_sentence_says_who_keeps_what_how_long_and_who_reads_it() {
        let [_, _, _, (_, consent), _] = made(Some("Letters"), "a@example.org", "sendmail:");
        for part in [
            "Letters sends the letter",
            "November 30, 2026",
            "government of China",
            "December 30, 2026",
            "a@example.org",
        ] {
            assert!(consent.contains(part), "{part}: {consent}");
        }
    }
}
