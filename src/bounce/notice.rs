//! What a message of the returned mailbox is: a report on letters, an automatic answer, or other mail.
//!
//! Looked for in this order: reports in the form of RFC 3464, reports in the words of systems that write others, automatic
//! answers (RFC 3834). A report counts where it is the message itself, or a message handed on whole in a digest or an
//! attachment; quoted in another message's text it is none, and what lies within a returned message is never looked at.

use mail_parser::{Message, MessageParser, MessagePart, PartType};

use super::part::{is_of, text_of};
use super::report::{Recipient, Report};
use super::{delivery_status, depth, dialect, original};

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    /// It reports on letters; a message that hands on several reports has several.
    Reports(Vec<Report>),
    /// A mail system wrote it, in words that are not known.
    Unclear(Report),
    /// Nobody wrote it: out of office, a receipt.
    Answer,
    /// Other mail.
    Other,
    /// It is nested too deeply to be looked into.
    TooDeep,
}

/// What a message is.
pub(crate) fn recognize(bytes: &[u8]) -> Notice {
    if !depth::may_be_parsed(bytes) {
        return Notice::TooDeep;
    }
    let Some(message) = MessageParser::default().parse(bytes) else { return Notice::Other };
    let notice = if depth::is_too_deep(&message) { Notice::TooDeep } else { of_message(&message) };
    depth::dismantle(message);
    notice
}

fn of_message(message: &Message<'_>) -> Notice {
    let mut found = Search { reports: Vec::new(), has_receipt: false };
    found.look_into(message, 0);
    let Search { mut reports, has_receipt } = found;
    if reports.is_empty()
        && is_from_a_mail_system(message)
        && let Some(report) = dialect::read(message)
    {
        reports.push(report.of(message));
    }
    match () {
        () if !reports.is_empty() => Notice::Reports(reports),
        () if has_receipt => Notice::Answer,
        () if is_a_daemons(message) => Notice::Unclear(
            Report { message_ids: original::returned_ids(message), ..Report::default() }.of(message),
        ),
        () if is_automatic(message) => Notice::Answer,
        () => Notice::Other,
    }
}

/// The reports that a message hands on.
struct Search {
    reports: Vec<Report>,
    has_receipt: bool,
}

impl Search {
    fn look_into(&mut self, message: &Message<'_>, id: u32) {
        let Some(part) = message.part(id) else { return };
        match &part.body {
            PartType::Multipart(children) => {
                let children: Vec<&MessagePart<'_>> =
                    children.iter().filter_map(|id| message.part(*id)).collect();
                if children.iter().any(|child| is_status(child)) || is_of(part, "multipart", "report") {
                    self.report(message, &children);
                    return;
                }
                let PartType::Multipart(ids) = &part.body else { return };
                for (id, child) in ids.iter().zip(children) {
                    match &child.body {
                        // Handed on whole; alternatives and related parts have no messages of their own.
                        PartType::Message(inner)
                            if is_of(part, "multipart", "mixed") || is_of(part, "multipart", "digest") =>
                        {
                            self.look_into(inner, 0);
                        }
                        PartType::Multipart(_) => self.look_into(message, *id),
                        _ => {}
                    }
                }
            }
            // A report without anything around it.
            _ if is_status(part) => self.report(message, &[part]),
            _ => {}
        }
    }

    fn report(&mut self, message: &Message<'_>, parts: &[&MessagePart<'_>]) {
        let statuses = parts.iter().filter(|part| is_status(part));
        let mut recipients: Vec<Recipient> =
            statuses.flat_map(|part| delivery_status::recipients(&text_of(part))).collect();
        for part in parts.iter().filter(|part| is_of(part, "text", "plain")) {
            delivery_status::take_words(&mut recipients, &text_of(part));
        }
        if parts.iter().any(|part| is_of(part, "message", "disposition-notification")) {
            self.has_receipt = true;
        } else if parts.iter().any(|part| is_status(part)) {
            let message_ids = parts.iter().flat_map(|part| original::ids_of(part)).collect();
            self.reports.push(Report { message_ids, recipients, ..Report::default() }.of(message));
        }
    }
}

fn is_status(part: &MessagePart<'_>) -> bool {
    is_of(part, "message", "delivery-status") || is_of(part, "message", "global-delivery-status")
}

/// Whether it comes from where mail systems write from, or says that nobody wrote it.
fn is_from_a_mail_system(message: &Message<'_>) -> bool {
    let has_empty_path = message.header_raw("Return-Path").is_some_and(|path| path.trim() == "<>");
    is_a_daemons(message) || has_empty_path || is_automatic(message)
}

/// Whether a mail system is its author.
fn is_a_daemons(message: &Message<'_>) -> bool {
    const DAEMONS: [&str; 4] = ["mailer-daemon", "postmaster", "mail-daemon", "mdaemon"];
    let author =
        message.from().and_then(|from| from.first()).and_then(|from| from.address()).unwrap_or_default();
    let local_part = author.split('@').next().unwrap_or_default().to_ascii_lowercase();
    DAEMONS.contains(&local_part.as_str())
        || local_part.starts_with("microsoftexchange")
        || message.header_raw("X-Failed-Recipients").is_some()
}

/// RFC 3834 §5, and the fields that were in use before it.
fn is_automatic(message: &Message<'_>) -> bool {
    let says = |name: &'static str, words: &[&str]| {
        let value = message.header_raw(name).unwrap_or_default().trim().to_ascii_lowercase();
        words.iter().any(|word| value.starts_with(word))
    };
    let submitted = message.header_raw("Auto-Submitted").map(|value| value.trim().to_ascii_lowercase());
    submitted.is_some_and(|value| !value.starts_with("no"))
        || says("X-Auto-Response-Suppress", &["all", "oof", "autoreply"])
        || says("Precedence", &["auto_reply", "auto-reply"])
        || message.header_raw("X-Autoreply").is_some()
        || message.header_raw("X-Autorespond").is_some()
}

#[cfg(test)]
mod tests;
