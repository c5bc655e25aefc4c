//! The messages of a mailbox, whatever it is kept in: an mbox, a Maildir, `.eml` files, a folder of these, standard input.
//!
//! What it is, its first bytes say and not its name: mail programs name their files as they like. Nothing is written, and no
//! more than one message is held.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::mbox::{LARGEST, Mbox, Piece, is_header_field};
use super::window::Window;
use crate::files;

/// Where a message was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The file, `-` for standard input.
    pub file: PathBuf,
    /// Which of its messages, counted from 1.
    pub number: u64,
}

/// A message, or `None` for one that is too large to be looked into.
pub(crate) type Bytes<'a> = Option<Cow<'a, [u8]>>;

/// Why a mailbox was not read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailboxFileError<E> {
    /// It is not there, or cannot be read.
    #[error("{}: {}", .path.display(), if .error.kind() == io::ErrorKind::NotFound { "there is no such file or folder".to_owned() } else { format!("cannot be read: {}", .error) })]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// There is something else.
    #[error("{}: this is no mailbox: give an mbox, a Maildir, a message (.eml) or a folder of these", .0.display())]
    NoMailbox(PathBuf),
    /// Whoever takes the messages wants no more.
    #[error(transparent)]
    Taker(#[from] E),
}

/// How deep folders are looked into.
const DEEPEST: usize = 20;

/// Hands on every message of the mailbox at `path`; `-` is standard input.
///
/// # Errors
/// [`MailboxFileError`]; what was read before it has been handed on.
pub(crate) fn read<E>(
    path: &Path,
    take: &mut dyn FnMut(Found, Bytes<'_>) -> Result<(), E>,
) -> Result<(), MailboxFileError<E>> {
    let unreadable = |error| MailboxFileError::Unreadable { path: path.to_owned(), error };
    if path == Path::new("-") {
        return stream(path, io::stdin().lock(), take);
    }
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        let mut mailboxes = 0;
        folder(path, DEEPEST, &mut mailboxes, take)?;
        return if mailboxes > 0 { Ok(()) } else { Err(MailboxFileError::NoMailbox(path.to_owned())) };
    }
    stream(path, File::open(path).map_err(unreadable)?, take)
}

/// The files of a folder in the order of their names, and its subfolders. What is no mailbox is passed over here: beside
/// their mailboxes mail programs keep indexes and settings.
fn folder<E>(
    path: &Path,
    depth: usize,
    mailboxes: &mut u64,
    take: &mut dyn FnMut(Found, Bytes<'_>) -> Result<(), E>,
) -> Result<(), MailboxFileError<E>> {
    let unreadable = |error| MailboxFileError::Unreadable { path: path.to_owned(), error };
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        // Links are not followed: one may lead back.
        entries.push((entry.file_name(), entry.file_type().map_err(unreadable)?));
    }
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    let is_maildir =
        ["cur", "new"].iter().all(|name| entries.iter().any(|(entry, kind)| entry == name && kind.is_dir()));
    *mailboxes += u64::from(is_maildir);
    for (name, kind) in entries {
        let inner = path.join(&name);
        // What lies in tmp is still being written.
        if kind.is_dir() && depth > 0 && !(is_maildir && name == "tmp") {
            folder(&inner, depth - 1, mailboxes, take)?;
        } else if kind.is_file() && !name.as_encoded_bytes().starts_with(b".") {
            let file = File::open(&inner)
                .map_err(|error| MailboxFileError::Unreadable { path: inner.clone(), error })?;
            match stream(&inner, file, take) {
                Ok(()) => *mailboxes += 1,
                Err(MailboxFileError::NoMailbox(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Hands on the messages of one file. An empty one is a mailbox without any.
///
/// # Errors
/// As those of [`read`].
pub(crate) fn stream<E>(
    path: &Path,
    reader: impl Read,
    take: &mut dyn FnMut(Found, Bytes<'_>) -> Result<(), E>,
) -> Result<(), MailboxFileError<E>> {
    let unreadable = |error| MailboxFileError::Unreadable { path: path.to_owned(), error };
    let found = |number| Found { file: path.to_owned(), number };
    let mut window = Window::new(reader);
    // An editor's mark, which no mail program writes.
    window.fill(3).map_err(unreadable)?;
    window.consume(window.held().len() - files::without_mark(window.held()).len());
    loop {
        window.fill(2).map_err(unreadable)?;
        match window.held() {
            [] => return Ok(()),
            [b'\n', ..] => window.consume(1),
            [b'\r', b'\n', ..] => window.consume(2),
            _ => break,
        }
    }
    // A message whose header is longer than this has told what it is before.
    window.fill(1 << 16).map_err(unreadable)?;
    if window.held().starts_with(b"From ") {
        let mut mbox = Mbox::new(window);
        let mut number = 0;
        while let Some(piece) = mbox.next().map_err(unreadable)? {
            number += 1;
            let bytes = match piece {
                Piece::Message(bytes) => Some(bytes),
                Piece::TooLarge => None,
            };
            take(found(number), bytes)?;
        }
        return Ok(());
    }
    let length = counted_length(window.held());
    if let Some((digits, _)) = length {
        window.consume(digits);
    }
    if !begins_a_message(window.held()) {
        return Err(MailboxFileError::NoMailbox(path.to_owned()));
    }
    let is_too_large = window.fill(LARGEST + 1).map_err(unreadable)?;
    let message = window.held();
    let end = length.map_or(message.len(), |(_, length)| length.min(message.len()));
    take(found(1), (!is_too_large).then_some(Cow::Borrowed(&message[..end])))?;
    Ok(())
}

/// Whether there are header fields, among them one that every message has some of: a text may begin with `Note:`.
fn begins_a_message(bytes: &[u8]) -> bool {
    const USUAL: [&str; 9] = [
        "received",
        "return-path",
        "delivered-to",
        "from",
        "to",
        "date",
        "subject",
        "message-id",
        "mime-version",
    ];
    let mut fields = bytes.split(|byte| *byte == b'\n').take_while(|line| !line.trim_ascii().is_empty());
    let name = |line: &[u8]| line.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_lowercase();
    is_header_field(bytes) && fields.any(|line| USUAL.iter().any(|usual| usual.as_bytes() == name(line)))
}

/// Apple Mail writes a message's length in a line before it, and what it knows of it behind it (`.emlx`).
fn counted_length(bytes: &[u8]) -> Option<(usize, usize)> {
    let line = bytes.iter().position(|byte| *byte == b'\n')?;
    let length = std::str::from_utf8(bytes[..line].trim_ascii()).ok()?.parse().ok()?;
    Some((line + 1, length))
}

#[cfg(test)]
mod tests {
    use super::{MailboxFileError, read};
    use std::convert::Infallible;
    use std::fs;
    use std::path::Path;

    fn subjects(path: &Path) -> Result<Vec<String>, MailboxFileError<Infallible>> {
        let mut found = Vec::new();
        read(path, &mut |_, bytes| {
            let text = String::from_utf8(bytes.unwrap().into_owned()).unwrap();
            found.push(text.lines().next().unwrap().to_owned());
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn mailboxes_of_every_kind_are_read_in_the_order_of_their_names() {
        let place = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = place.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("a/Inbox", "From - Wed Dec 02 09:30:00 2026\nSubject: mbox\n\nx\n");
        write("a/Inbox.msf", "// <!-- <mdb:mork:z v=\"1.4\"/> -->\n");
        write("a/empty", "");
        write("b/1.eml", "\nSubject: eml\n\nx\n");
        write("b/2.emlx", "17 \nSubject: emlx\n\nx<?xml version=\"1.0\"?>\n");
        write("c/cur/1:2,S", "Subject: cur\n\nx\n");
        write("c/new/2", "Subject: new\n\nx\n");
        write("c/tmp/3", "Subject: tmp\n\nx\n");
        write("c/.Old/cur/4", "Subject: old\n\nx\n");
        fs::create_dir_all(place.path().join("c/.Old/new")).unwrap();
        write("d/.hidden", "Subject: hidden\n\nx\n");
        write("e/1.eml", "\u{feff}Subject: marked\n\nx\n");
        write(
            "e/2.mbox",
            "\u{feff}\nFrom a@example.org Mon Nov 30 10:00:00 2026\nSubject: marked too\n\nx\n",
        );
        let all = [
            "Subject: mbox",
            "Subject: eml",
            "Subject: emlx",
            "Subject: old",
            "Subject: cur",
            "Subject: new",
            "Subject: marked",
            "Subject: marked too",
        ];
        assert_eq!(subjects(place.path()).unwrap(), all);
        assert_eq!(subjects(&place.path().join("b/1.eml")).unwrap(), ["Subject: eml"]);
    }

    #[test]
    fn what_is_no_mailbox_and_what_is_not_there_are_told_apart() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("x");
        for text in
            ["hello\n", "%PDF-1.7\n", "{\"a\": 1}", "\u{0}: x", "Note: hello\n", "https://example.org/\n"]
        {
            fs::write(&path, text).unwrap();
            assert!(matches!(subjects(&path), Err(MailboxFileError::NoMailbox(_))), "{text}");
        }
        assert!(matches!(subjects(place.path()), Err(MailboxFileError::NoMailbox(_))));
        let absent = place.path().join("absent");
        assert!(matches!(subjects(&absent), Err(MailboxFileError::Unreadable { .. })));
    }
}
