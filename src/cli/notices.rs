//! What a signer should know before relying on a letter: how old and how sure the address is, how old the text
//! is, and what the embassy learns about the signer. Said once a run, on stderr: of a single letter what matters first, in
//! five lines, and all of it with `-v`.

use chrono::NaiveDate;

use super::terminal::Terminal;
use crate::embassy::{Checked, Confidence, Embassy, OLD_AFTER_YEARS};
use crate::letter::Letter;
use crate::letter::template::Translation;
use crate::letter::templates::{DEFAULT_ID, DEFAULT_LANGUAGE};
use crate::provider::{self, SenderAddress};
use crate::relay::Relay;

/// How many lines are said of a single letter unless the signer wants all.
const MOST_LINES: usize = 5;

/// How the letter will travel, as far as the command knows it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way<'a> {
    /// Nobody has said yet.
    Either(Option<&'a Relay>),
    /// By mail.
    Mail(Option<&'a Relay>),
    /// On paper.
    Post,
    /// As a file, which may go either way.
    File,
}

/// Something to know, in full and in short.
struct Notice {
    /// Everything that is known of it.
    all: String,
    /// What is said unless everything is wanted; nothing where it can wait.
    first: Option<String>,
    /// The same where there is little room.
    short: Option<String>,
    /// Whether it may be left to `-v` where there is no room at all.
    can_wait: bool,
}

impl Notice {
    fn plain(text: impl Into<String>) -> Notice {
        let text = text.into();
        Notice { all: text.clone(), first: Some(text), short: None, can_wait: false }
    }
}

/// What to know of one letter that goes this way: what matters most comes first.
pub(super) fn of_letter(letter: &Letter<'_>, way: Way<'_>, today: NaiveDate, terminal: Terminal) {
    let mut notices = Vec::new();
    notices.extend(flaw(letter));
    notices.extend(addresses(letter.embassy, way, today));
    notices.extend(translation(letter));
    notices.extend(text(letter));
    if let (Way::Either(relay) | Way::Mail(relay), Some(_)) = (way, &letter.embassy.email) {
        notices.push(visibility(relay));
    }
    tell(notices, terminal);
}

/// Says what there is room for.
fn tell(mut notices: Vec<Notice>, terminal: Terminal) {
    if terminal.says_all() {
        notices.iter().for_each(|notice| terminal.notice(&notice.all));
        return;
    }
    let mut lines: Vec<usize> = notices
        .iter()
        .map(|notice| notice.first.as_deref().map_or(0, |text| terminal.lines_of(text)))
        .collect();
    let is_too_long = |lines: &[usize]| lines.iter().sum::<usize>() > MOST_LINES;
    for place in (0..notices.len()).rev() {
        if is_too_long(&lines)
            && let Some(short) = notices[place].short.take()
        {
            lines[place] = terminal.lines_of(&short);
            notices[place].first = Some(short);
        }
    }
    while is_too_long(&lines)
        && let Some(place) = notices.iter().rposition(|notice| notice.can_wait)
    {
        notices.remove(place);
        lines.remove(place);
    }
    notices.iter().filter_map(|notice| notice.first.as_deref()).for_each(|text| terminal.notice(text));
}

/// How old and how sure the embassy's addresses are, and what to do where there is none.
pub(super) fn of_embassy(embassy: &Embassy, today: NaiveDate, terminal: Terminal) {
    for notice in addresses(embassy, Way::Either(None), today) {
        if let Some(text) = if terminal.says_all() { Some(notice.all) } else { notice.first } {
            terminal.notice(&text);
        }
    }
}

fn addresses(embassy: &Embassy, way: Way<'_>, today: NaiveDate) -> Vec<Notice> {
    let title = embassy.title();
    let mut notices = Vec::new();
    if let Some(note) = embassy.note.as_deref().filter(|_| embassy.note_warns) {
        let note = note.trim_end_matches('.');
        let all = format!("Mind what is known of {title}: {note}.");
        let first = note.split("; ").next().unwrap_or(note);
        let first = Some(format!("Mind what is known of it: {first}."));
        notices.push(Notice { all, first, short: None, can_wait: false });
    }
    let see = embassy.website.as_ref().map_or_else(String::new, |website| format!("; see {website}"));
    let mut standing = |what: &str, confidence, checked: Checked, source: &str| {
        let years = checked.years_before(today);
        let age = if years >= OLD_AFTER_YEARS { format!(", {years} years ago") } else { String::new() };
        let is_doubtful = years >= OLD_AFTER_YEARS || confidence == Confidence::Low;
        let low = if confidence == Confidence::Low { "LOW confidence, " } else { "" };
        let source = shortened(source);
        notices.push(Notice {
            all: format!(
                "{what} of {title}: {}, last checked {checked}{age}; source: {source}{}",
                sure(confidence),
                // A full stop behind a link would be copied with it.
                if is_doubtful && !see.is_empty() { see.as_str() } else { "." }
            ),
            first: is_doubtful.then(|| format!("{what}: {low}last checked {checked}{age}{see}")),
            short: is_doubtful.then(|| format!("{what}: {low}last checked {checked}{age} (-v).")),
            can_wait: false,
        });
    };
    if let (Some(email), false) = (&embassy.email, matches!(way, Way::Post)) {
        standing("E-mail", email.confidence, email.checked, &email.source);
    }
    if embassy.address.is_some() && !matches!((way, &embassy.email), (Way::Mail(_), Some(_))) {
        standing("Street", embassy.confidence, embassy.checked, &embassy.source);
    }
    if embassy.email.is_none() {
        notices.extend(match (&embassy.address, &embassy.website, way) {
            (Some(_), _, Way::Post) => None,
            (Some(_), ..) => Some(Notice {
                short: Some("No e-mail known: print it (`protest write … -o letter.pdf`) and post it.".to_owned()),
                ..Notice::plain(format!(
                    "No e-mail address of {title} is known: print the letter (`protest write … -o letter.pdf`) and post it."
                ))
            }),
            (None, Some(website), _) => Some(Notice {
                short: Some(format!("No e-mail, no street known; see {website}")),
                ..Notice::plain(format!(
                    "Neither an e-mail address nor a street address of {title} is known. Its website, where one may be \
                     found: {website}"
                ))
            }),
            (None, None, _) => Some(Notice {
                short: Some("No address of it is known. Do you know one? See the README.".to_owned()),
                ..Notice::plain(format!(
                    "No address of {title} is known. Do you know one? The README says how to add it."
                ))
            }),
        });
    }
    notices
}

fn sure(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high confidence",
        Confidence::Medium => "medium confidence",
        Confidence::Low => "LOW confidence",
    }
}

/// What speaks only for the website is of no use here.
fn shortened(source: &str) -> &str {
    source.split("; existence and website").next().unwrap_or(source).trim_end_matches('.')
}

/// How old the text is, and how sure a translation: of the first letter of a list.
pub(super) fn of_text(letter: &Letter<'_>, terminal: Terminal) {
    for notice in flaw(letter).into_iter().chain(text(letter)).chain(translation(letter)) {
        terminal.notice(&notice.all);
    }
}

/// Why the letter is shown and would not be sent.
fn flaw(letter: &Letter<'_>) -> Option<Notice> {
    let flaw = letter.template.flaw()?;
    Some(Notice::plain(format!("{flaw} (`protest send` does not send it so.)")))
}

/// Whose words they are, and of when; a letter of one's own needs no word about it.
fn text(letter: &Letter<'_>) -> Option<Notice> {
    let front_matter = &letter.template.front_matter;
    if letter.template.is_own() {
        return None;
    }
    if front_matter.published.as_deref() != Some("2006-11") {
        return front_matter.source.as_ref().map(|source| Notice::plain(format!("Whose words: {source}.")));
    }
    let speaks_of_the_day =
        letter.template.file().rsplit('/').next().is_some_and(|file| file.starts_with(DEFAULT_ID));
    let of_the_day =
        if speaks_of_the_day { "; its second paragraph speaks of joint protests on the day" } else { "" };
    let (plain, lang) = match front_matter.language.as_str() {
        DEFAULT_LANGUAGE => ("; for any day: `--letter plain`", String::new()),
        tag => ("", format!(" --lang {tag}")),
    };
    let another = format!("Own words: `protest letters new my.md{lang}`{plain}.");
    let short = format!("The text is of 2006{of_the_day}.");
    Some(Notice {
        all: format!("The text is of November 2006{of_the_day}. {another}"),
        first: Some(format!("{short} {another}")),
        short: Some(short),
        can_wait: true,
    })
}

/// How sure a translation is.
pub(super) fn of_translation(letter: &Letter<'_>, terminal: Terminal) {
    if let Some(notice) = translation(letter) {
        terminal.notice(&notice.all);
    }
}

fn translation(letter: &Letter<'_>) -> Option<Notice> {
    let front_matter = &letter.template.front_matter;
    (front_matter.translation == Translation::Unreviewed).then(|| {
        Notice::plain(format!(
            "This translation ({}) has not been reviewed by a native speaker: read it first.",
            front_matter.language
        ))
    })
}

/// What any letter that goes by this relay tells about its sender (docs/sending.md, "What the embassy sees").
pub(super) fn of_relay(relay: Option<&Relay>, terminal: Terminal) {
    terminal.notice(&visibility(relay).all);
}

fn visibility(relay: Option<&Relay>) -> Notice {
    const MANY_ADD: &str = "many providers add your computer's internet address to it";
    const SENDMAIL_ADDS: &str = "the local sendmail program adds this machine's name and your user name";
    let (adds, perhaps) = match relay {
        Some(Relay::Smtp(relay)) => match provider::sender_address(&relay.host.to_string()) {
            Some(SenderAddress::Added) => (
                "this provider adds your computer's internet address to it".to_owned(),
                "and your computer's",
            ),
            Some(SenderAddress::Hidden) => (
                "this provider is not known to add your computer's internet address to it".to_owned(),
                "not known to show your computer's",
            ),
            None => (MANY_ADD.to_owned(), "perhaps your computer's"),
        },
        Some(Relay::Sendmail) => (SENDMAIL_ADDS.to_owned(), "this machine's name and your user name"),
        Some(Relay::Directory(_)) | None => {
            (format!("{MANY_ADD} ({SENDMAIL_ADDS})"), "perhaps your computer's")
        }
    };
    Notice {
        all: format!(
            "What the embassy sees: a letter from your own account shows your e-mail address, and {adds}. If you must \
             not be found, print the letter and post it, or let a campaign send it."
        ),
        first: Some(format!(
            "What the embassy sees: your e-mail address, {perhaps}. If you must not be found, print the letter and post it, \
             or let a campaign send it."
        )),
        // Whatever else there is no room for: this must be said.
        short: Some(
            "It shows your e-mail address; if you must not be found, print and post it (-v).".to_owned(),
        ),
        can_wait: false,
    }
}
