//! Returned mail: a mailbox to messages, a message to reports.

use std::convert::Infallible;
use std::io::{self, Read};
use std::path::Path;

use crate::bounce::mailbox_file;
use crate::bounce::notice::{self, Notice};

/// A mailbox that gives so many bytes at a time.
struct Trickle<'b> {
    bytes: &'b [u8],
    most: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len().min(self.most.max(1));
        self.bytes.read(&mut buffer[..room])
    }
}

/// The messages of a mailbox (mbox, or one message) of which at most so many bytes come at a time; nothing where it is none.
pub fn messages(mailbox: &[u8], most: usize) -> Option<Vec<Vec<u8>>> {
    let mut messages = Vec::new();
    let mut take = |_, message: mailbox_file::Bytes<'_>| {
        messages.extend(message.map(std::borrow::Cow::into_owned));
        Ok::<(), Infallible>(())
    };
    mailbox_file::stream(Path::new("-"), Trickle { bytes: mailbox, most }, &mut take).ok()?;
    Some(messages)
}

/// What a message reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The Message-IDs of the letter.
    pub message_ids: Vec<String>,
    /// The addresses of its recipients.
    pub addresses: Vec<String>,
    /// Their status codes.
    pub statuses: Vec<String>,
}

/// The reports on letters that a returned message holds (RFC 3464, or the words of a known mail system).
pub fn reports(message: &[u8]) -> Vec<Report> {
    let Notice::Reports(reports) = notice::recognize(message) else { return Vec::new() };
    let report = |report: crate::bounce::report::Report| Report {
        message_ids: report.message_ids,
        addresses: report
            .recipients
            .iter()
            .flat_map(|recipient| &recipient.addresses)
            .map(ToString::to_string)
            .collect(),
        statuses: report.recipients.into_iter().filter_map(|recipient| recipient.status).collect(),
    };
    reports.into_iter().map(report).collect()
}
