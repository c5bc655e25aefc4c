//! A letter as an RFC 5322 message, and the RFC 5321 envelope that it travels in.
//!
//! The bytes are the same whatever relay they go to: ASCII, CRLF, lines of at most 76 characters. They name
//! the sender, the embassy, the date in UTC and a Message-ID; no program, host, user or path.

mod body;
pub(crate) mod compose;
mod header;
pub(crate) mod mailto;
mod quoted_printable;
pub(crate) mod sender;

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::Mailboxes;
use lettre::message::header::{
    ContentType, Date, Headers, MIME_VERSION_1_0, MessageId as MessageIdField, ReplyTo, To,
};

use crate::mailbox::Mailbox;
pub(crate) use sender::Sender;

/// The RFC 5321 envelope: who hears of a failure, and who gets the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// Where a failure is reported (MAIL FROM).
    pub reverse_path: Mailbox,
    /// Whom the message is for (RCPT TO).
    pub forward_path: Mailbox,
}

/// An RFC 5322 §3.6.4 msg-id: `local-part@domain`, without its angle brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageId(String);

impl MessageId {
    /// The id with this local part (letters and digits) in this domain.
    pub(crate) fn new(local_part: &str, domain: &str) -> MessageId {
        MessageId(format!("{local_part}@{domain}"))
    }

    /// Without angle brackets.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What stands in a message's header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'a> {
    /// When it was written.
    pub date: DateTime<Utc>,
    /// Under whose name and address it goes.
    pub sender: &'a Sender,
    /// To whom.
    pub to: &'a Mailbox,
    /// About what.
    pub subject: &'a str,
    /// Its id.
    pub message_id: &'a MessageId,
}

/// The message as it leaves this machine. Its date is in UTC: a zone would tell where the writer is.
pub(crate) fn message(header: &Header<'_>, text: &str) -> Vec<u8> {
    let mut fields = Headers::with_capacity(9);
    fields.set(Date::new(header.date.into()));
    fields.insert_raw(header::from(header.sender.display_name.as_deref(), &header.sender.from));
    if let Some(reply_to) = &header.sender.reply_to {
        fields.set(ReplyTo::from(Mailboxes::from(address(reply_to))));
    }
    fields.set(To::from(Mailboxes::from(address(header.to))));
    fields.set(MessageIdField::from(format!("<{}>", header.message_id.as_str())));
    fields.insert_raw(header::subject(header.subject));
    with_text(fields, text)
}

/// A draft for a mail program, which adds From, Date and Message-ID itself: some open a message that has
/// them read-only. `X-Unsent` is what makes them open it for editing at all.
pub(crate) fn draft(to: Option<&Mailbox>, subject: &str, text: &str) -> Vec<u8> {
    let mut fields = Headers::with_capacity(6);
    fields.insert_raw(header::unsent());
    if let Some(to) = to {
        fields.set(To::from(Mailboxes::from(address(to))));
    }
    fields.insert_raw(header::subject(subject));
    with_text(fields, text)
}

/// An address without a name.
fn address(mailbox: &Mailbox) -> lettre::message::Mailbox {
    // A Mailbox is stricter than lettre's own look at it.
    Address::new_dangerous(mailbox.local_part(), mailbox.domain()).into()
}

/// The header, the MIME fields (RFC 2045), and the text in the encoding that they name.
fn with_text(mut fields: Headers, text: &str) -> Vec<u8> {
    let body = body::encoded(text);
    fields.set(MIME_VERSION_1_0);
    fields.set(ContentType::TEXT_PLAIN);
    fields.set(body.encoding());
    let mut bytes = format!("{fields}\r\n").into_bytes();
    bytes.extend_from_slice(body.as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Header, MessageId, Sender, draft, message};
    use crate::mailbox::Mailbox;
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    fn write(text: &str) -> Vec<u8> {
        let from = Mailbox::parse("aiko@example.org").unwrap();
        let to = Mailbox::parse("embassy@example.org").unwrap();
        let message_id = MessageId::new("abc123", from.domain());
        let sender =
            Sender { display_name: Some("Aiko".into()), reverse_path: from.clone(), from, reply_to: None };
        let date = chrono::DateTime::UNIX_EPOCH;
        message(&Header { date, sender: &sender, to: &to, subject: "Please", message_id: &message_id }, text)
    }

    #[test]
    fn a_plain_letter_is_readable_as_it_stands() {
        let expected = "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\nFrom: Aiko <aiko@example.org>\r\nTo: embassy@example.org\r\nMessage-ID: <abc123@example.org>\r\nSubject: Please\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nHello.\r\n";
        assert_eq!(String::from_utf8(write("Hello.\n")).unwrap(), expected);
    }

    #[test]
    fn a_draft_leaves_sender_date_and_id_to_the_mail_program() {
        let to = Mailbox::parse("embassy@example.org").unwrap();
        let draft = String::from_utf8(draft(Some(&to), "Please", "Hello.\n")).unwrap();
        assert!(draft.starts_with("X-Unsent: 1\r\nTo: embassy@example.org\r\nSubject: Please\r\n"));
        for name in ["From:", "Date:", "Message-ID:"] {
            assert!(!draft.contains(name), "{draft}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_in_short_ascii_lines(text in "((From )?[ -~é’漢\u{301}😀.=\t]{0,90}\n){0,5}[ -~漢]{0,300}") {
            let bytes = write(&text);
            prop_assert!(bytes.is_ascii());
            let lines = String::from_utf8(bytes.clone()).unwrap();
            prop_assert!(lines.split("\r\n").all(|line| line.len() <= 76 && !line.contains(['\r', '\n'])));
            prop_assert!(lines.split("\r\n").all(|line| !line.starts_with("From ")));
            let message = MessageParser::default().parse(&bytes).unwrap();
            let body = message.body_text(0).unwrap().replace("\r\n", "\n");
            prop_assert_eq!(body.trim_end_matches('\n'), text.trim_end_matches('\n'));
        }
    }
}
