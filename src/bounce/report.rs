//! What a mail system reports of a message that it was given, in whatever form it says so.

use chrono::{DateTime, Utc};
use mail_parser::Message;

use crate::mailbox::Mailbox;

/// What a mail system says of one message that it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// The Message-IDs in the returned header, without angle brackets.
    pub message_ids: Vec<String>,
    /// What became of it, recipient by recipient.
    pub recipients: Vec<Recipient>,
    /// The notice's own subject.
    pub subject: String,
    /// The notice's own date.
    pub at: Option<DateTime<Utc>>,
    /// The notice's own Message-ID and date as they stand there: by them a notice is known again.
    pub marks: [String; 2],
}

/// What became of a message on the way to one recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recipient {
    /// The addresses that the report gives for it: as written at first, as tried in the end.
    pub addresses: Vec<Mailbox>,
    /// What became of it, if the report says so.
    pub fate: Option<Fate>,
    /// The enhanced status code (RFC 3463), such as 5.1.1.
    pub status: Option<String>,
    /// The reply code (RFC 5321).
    pub code: Option<u16>,
    /// The words.
    pub words: String,
}

/// What became of a message (RFC 3464 §2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It will not arrive: nobody tries any more.
    Failed,
    /// It is still being tried.
    Delayed,
    /// It arrived, or was handed to a system that does not report.
    Delivered,
}

/// The longest subject that is kept of a notice.
const SUBJECT_LIMIT: usize = 200;

impl Report {
    /// With what stands in the header of the message that it is.
    pub(super) fn of(self, message: &Message<'_>) -> Report {
        let mark = |name: &'static str| {
            let value = message.header_raw(name).unwrap_or_default();
            value.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        Report {
            subject: message.subject().unwrap_or_default().chars().take(SUBJECT_LIMIT).collect(),
            at: message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0)),
            marks: [mark("Message-ID"), mark("Date")],
            ..self
        }
    }
}
