//! What a signer should know before relying on a letter: how old and how sure the address is, how old the text
//! is, and what the embassy learns about the signer. Said once a run, on stderr.

use chrono::NaiveDate;

use super::terminal::Terminal;
use crate::embassy::{Checked, Confidence, Embassy, OLD_AFTER_YEARS};
use crate::letter::Letter;
use crate::letter::template::Translation;
use crate::letter::templates::{DEFAULT_ID, DEFAULT_LANGUAGE};
use crate::provider::{self, SenderAddress};
use crate::relay::Relay;

/// What to know of the text and the address of one letter.
pub(super) fn of_letter(letter: &Letter<'_>, today: NaiveDate, terminal: Terminal) {
    of_embassy(letter.embassy, today, terminal);
    of_text(letter, terminal);
}

/// How old and how sure the embassy's addresses are, and what to do where there is none.
pub(super) fn of_embassy(embassy: &Embassy, today: NaiveDate, terminal: Terminal) {
    let title = embassy.title();
    let mut is_doubtful = false;
    let mut standing = |confidence, checked: Checked, source: &str| {
        let years = checked.years_before(today);
        is_doubtful |= years >= OLD_AFTER_YEARS || confidence == Confidence::Low;
        let age = if years >= OLD_AFTER_YEARS { format!(", {years} years ago") } else { String::new() };
        format!("{}, last checked {checked}{age}; source: {}", sure(confidence), shortened(source))
    };
    if let Some(email) = &embassy.email {
        let standing = standing(email.confidence, email.checked, &email.source);
        terminal.notice(&format!("E-mail address of {title}: {standing}."));
    }
    if embassy.address.is_some() {
        let standing = standing(embassy.confidence, embassy.checked, &embassy.source);
        terminal.notice(&format!("Street address of {title}: {standing}."));
    }
    if is_doubtful {
        terminal.notice(&match &embassy.website {
            Some(website) => format!("Make sure of it on the embassy's website first: {website}"),
            None => "Make sure of it first: ask the embassy, or look for its website.".to_owned(),
        });
    }
    if embassy.email.is_none() {
        terminal.notice(&match (&embassy.address, &embassy.website) {
            (Some(_), _) => format!(
                "No e-mail address of {title} is known: print the letter (`protest write … -o letter.pdf`) and post it \
                 to: {}",
                embassy.post_lines().join(", ")
            ),
            (None, Some(website)) => format!(
                "Neither an e-mail address nor a street address of {title} is known. Its website, where one may be \
                 found: {website}"
            ),
            (None, None) => format!("No address of {title} is known. Do you know one? The README says how to add it."),
        });
    }
    if let Some(note) = embassy.note.as_deref().filter(|_| embassy.note_warns) {
        terminal.notice(&format!("Mind what is known of it: {}.", note.trim_end_matches('.')));
    }
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

/// How old the text is, and how sure a translation.
pub(super) fn of_text(letter: &Letter<'_>, terminal: Terminal) {
    let front_matter = &letter.template.front_matter;
    if let Some(flaw) = letter.template.flaw() {
        terminal.notice(&format!("{flaw} (`protest send` does not send it so.)"));
    }
    if front_matter.published.as_deref() == Some("2006-11") {
        let id_is_default =
            letter.template.file().rsplit('/').next().is_some_and(|file| file.starts_with(DEFAULT_ID));
        let mut text = "The text of this letter is of November 2006.".to_owned();
        let (is_english, lang) = match front_matter.language.as_str() {
            DEFAULT_LANGUAGE => (true, String::new()),
            tag => (false, format!(" --lang {tag}")),
        };
        if id_is_default {
            text.push_str(
                " Its second paragraph speaks of joint protests in front of the embassies on the day",
            );
        }
        text.push_str(match (id_is_default, is_english) {
            (true, true) => ": `--letter plain` leaves it out,",
            (true, false) => ":",
            (false, _) => " To change it,",
        });
        text.push_str(&format!(
            " `protest letters new my.md{lang}` gives you a copy to put into your own words."
        ));
        terminal.notice(&text);
    }
    of_translation(letter, terminal);
}

/// How sure a translation is.
pub(super) fn of_translation(letter: &Letter<'_>, terminal: Terminal) {
    let front_matter = &letter.template.front_matter;
    if front_matter.translation == Translation::Unreviewed {
        terminal.notice(&format!(
            "This translation ({}) has not been reviewed by a native speaker yet: read it before you use it.",
            front_matter.language
        ));
    }
}

/// What a letter that goes by mail tells about its signer (SENDING, "What the embassy sees"); nothing where the
/// embassy has no mailbox.
pub(super) fn of_mail(letter: &Letter<'_>, relay: Option<&Relay>, terminal: Terminal) {
    if letter.embassy.email.is_some() {
        of_relay(relay, terminal);
    }
}

/// What any letter that goes by this relay tells about its sender.
pub(super) fn of_relay(relay: Option<&Relay>, terminal: Terminal) {
    const MANY_ADD: &str = "many providers add your computer's internet address to it";
    const SENDMAIL_ADDS: &str = "the local sendmail program adds this machine's name and your user name";
    let adds = match relay {
        Some(Relay::Smtp(relay)) => match provider::sender_address(&relay.host.to_string()) {
            Some(SenderAddress::Added) => {
                "this provider adds your computer's internet address to it".to_owned()
            }
            Some(SenderAddress::Hidden) => {
                "this provider is not known to add your computer's internet address to it".to_owned()
            }
            None => MANY_ADD.to_owned(),
        },
        Some(Relay::Sendmail) => SENDMAIL_ADDS.to_owned(),
        Some(Relay::Directory(_)) | None => format!("{MANY_ADD} ({SENDMAIL_ADDS})"),
    };
    terminal.notice(&format!(
        "What the embassy sees: a letter from your own account shows your e-mail address, and {adds}. If you must not \
         be found, print the letter and post it, or let a campaign send it."
    ));
}
