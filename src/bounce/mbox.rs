//! Where one message of an mbox ends and the next begins, read as a stream.
//!
//! The four kinds in use: mboxo and mboxrd (a line `From ` with a date begins a message, and is quoted with `>` within
//! one), mboxcl and mboxcl2 (`Content-Length` says how long the text is). That length is believed only if a `From ` line or
//! the file's end stands there. No more of the file is held than one message, and of one that is too large not even that.

use std::borrow::Cow;
use std::io::{self, Read};

use super::window::Window;

/// A larger message is counted, and not looked into.
pub(super) const LARGEST: usize = 50_000_000;

/// What stands where a message should.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A message, from its first header field on.
    Message(Cow<'a, [u8]>),
    /// One that is larger than [`LARGEST`].
    TooLarge,
}

/// The messages of an mbox.
pub(super) struct Mbox<R> {
    window: Window<R>,
    /// How much the last message that was handed out holds, and is still to be left behind.
    handed_out: usize,
}

impl<R: Read> Mbox<R> {
    pub(super) fn new(window: Window<R>) -> Mbox<R> {
        Mbox { window, handed_out: 0 }
    }

    /// The next message.
    pub(super) fn next(&mut self) -> io::Result<Option<Piece<'_>>> {
        self.window.consume(std::mem::take(&mut self.handed_out));
        while let Some(blank) = self.blank_line()? {
            self.window.consume(blank);
        }
        let Some(from_line) = self.line_end(0)? else { return Ok(None) };
        if self.window.held().starts_with(b"From ") {
            self.window.consume(from_line);
        }
        let (header, length) = self.header()?;
        if let Some(end) = self.believable_end(header, length)? {
            self.handed_out = end;
            return Ok(Some(Piece::Message(unquoted(&self.window.held()[..end]))));
        }
        match self.end_by_lines(header)? {
            Some(end) => {
                self.handed_out = end;
                Ok(Some(Piece::Message(unquoted(&self.window.held()[..end]))))
            }
            None => Ok(Some(Piece::TooLarge)),
        }
    }

    /// The length of an empty line that comes next.
    fn blank_line(&mut self) -> io::Result<Option<usize>> {
        self.window.fill(2)?;
        Ok(match self.window.held() {
            [b'\n', ..] => Some(1),
            [b'\r', b'\n', ..] => Some(2),
            _ => None,
        })
    }

    /// Where the line that begins at `start` ends, its line end included; `None` at the end of the file.
    fn line_end(&mut self, start: usize) -> io::Result<Option<usize>> {
        let mut looked = start;
        loop {
            if let Some(at) = self.window.held()[looked..].iter().position(|byte| *byte == b'\n') {
                return Ok(Some(looked + at + 1));
            }
            looked = self.window.held().len();
            // A line that never ends is no line: it is cut where it is too long to be told as one.
            if looked - start > LARGEST || !self.window.fill(looked + 1)? {
                return Ok((looked > start).then_some(looked));
            }
        }
    }

    /// How long the header is, its empty line included, and what `Content-Length` says of the text.
    fn header(&mut self) -> io::Result<(usize, Option<usize>)> {
        const FIELD: &[u8] = b"content-length:";
        let (mut end, mut length) = (0, None);
        while end <= LARGEST
            && let Some(line_end) = self.line_end(end)?
        {
            let line = &self.window.held()[end..line_end];
            end = line_end;
            if line.trim_ascii().is_empty() {
                break;
            }
            if line.get(..FIELD.len()).is_some_and(|name| name.eq_ignore_ascii_case(FIELD)) {
                length = std::str::from_utf8(line[FIELD.len()..].trim_ascii())
                    .ok()
                    .and_then(|text| text.parse().ok());
            }
        }
        Ok((end, length))
    }

    /// The end that `Content-Length` tells, if a `From ` line or the end of the file stands there.
    fn believable_end(&mut self, header: usize, length: Option<usize>) -> io::Result<Option<usize>> {
        let Some(end) = length.and_then(|length| header.checked_add(length)).filter(|end| *end <= LARGEST)
        else {
            return Ok(None);
        };
        let is_more = self.window.fill(end + 9)?;
        let Some(rest) = self.window.held().get(end..) else { return Ok(None) };
        let rest = rest.trim_ascii_start();
        Ok(((rest.is_empty() && !is_more) || rest.starts_with(b"From ")).then_some(end))
    }

    /// The end by the lines: an empty one, and then a `From ` line with a date and a header field behind it. Of a message that
    /// is too large nothing is kept, and there is none.
    fn end_by_lines(&mut self, header: usize) -> io::Result<Option<usize>> {
        let (mut at, mut is_after_blank, mut is_too_large) = (header, true, false);
        while let Some(line_end) = self.line_end(at)? {
            let line = &self.window.held()[at..line_end];
            if is_after_blank
                && line.starts_with(b"From ")
                && has_a_time(line)
                && self.is_header_next(line_end)?
            {
                break;
            }
            is_after_blank = line_is_blank(&self.window.held()[at..line_end]);
            at = line_end;
            if at > LARGEST {
                is_too_large = true;
                self.window.consume(at);
                at = 0;
            }
        }
        if is_too_large {
            self.window.consume(at);
            return Ok(None);
        }
        Ok(Some(at))
    }

    /// Whether a header field, or nothing any more, stands in the line that begins there.
    fn is_header_next(&mut self, start: usize) -> io::Result<bool> {
        Ok(match self.line_end(start)? {
            None => true,
            Some(end) => {
                is_header_field(&self.window.held()[start..end])
                    || self.window.held()[start..].starts_with(b">From ")
            }
        })
    }
}

/// Whether a line begins as a header field does (RFC 5322 §2.2).
pub(super) fn is_header_field(line: &[u8]) -> bool {
    let name = line.iter().position(|byte| *byte == b':').unwrap_or_default();
    name > 0 && line[..name].iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

/// The date of a `From ` line has a time in it: `09:30`.
fn has_a_time(line: &[u8]) -> bool {
    line.windows(4).any(|four| {
        matches!(four, [a, b':', b, c] if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_digit())
    })
}

fn line_is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// The message without the `>` before `From ` at the beginning of lines.
fn unquoted(message: &[u8]) -> Cow<'_, [u8]> {
    let is_quoted = |line: &[u8]| {
        let from = line.iter().take_while(|byte| **byte == b'>').count();
        from > 0 && line[from..].starts_with(b"From ")
    };
    if !message.split_inclusive(|byte| *byte == b'\n').any(is_quoted) {
        return Cow::Borrowed(message);
    }
    let lines = message.split_inclusive(|byte| *byte == b'\n');
    Cow::Owned(lines.flat_map(|line| line[usize::from(is_quoted(line))..].iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, Mbox, Piece};
    use crate::bounce::window::Window;

    fn messages(mbox: &[u8]) -> Vec<String> {
        let mut mbox = Mbox::new(Window::new(mbox));
        let mut found = Vec::new();
        while let Some(piece) = mbox.next().unwrap() {
            found.push(match piece {
                Piece::Message(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                Piece::TooLarge => "too large".to_owned(),
            });
        }
        found
    }

    const FROM: &str = "From MAILER-DAEMON Wed Dec  2 09:30:00 2026\n";

    #[test]
    fn lines_that_begin_a_message_are_told_from_those_within_one() {
        let mbox = format!(
            "{FROM}Subject: a\n\nFrom here on\n\nFrom 09:30 to 10:00 nobody\ncan hear us\n\n{FROM}Subject: b\n\n>From quoted\n>>From twice\n\n"
        );
        assert_eq!(
            messages(mbox.as_bytes()),
            [
                "Subject: a\n\nFrom here on\n\nFrom 09:30 to 10:00 nobody\ncan hear us\n\n",
                "Subject: b\n\nFrom quoted\n>From twice\n\n"
            ]
        );
        assert_eq!(messages(mbox.replace('\n', "\r\n").as_bytes()).len(), 2);
    }

    #[test]
    fn a_length_is_believed_only_where_a_message_ends() {
        let text = format!("one\n\n{FROM}Subject: within\n\ntwo\n");
        let right = format!("{FROM}Content-Length: {}\n\n{text}\n{FROM}Subject: b\n\nx\n", text.len());
        assert_eq!(messages(right.as_bytes()).len(), 2);
        for wrong in [text.len() - 3, text.len() + 40, 0, usize::MAX] {
            let mbox = format!("{FROM}Content-Length: {wrong}\n\n{text}\n{FROM}Subject: b\n\nx\n");
            assert_eq!(messages(mbox.as_bytes()).len(), 3, "{wrong}");
        }
        let last = format!("{FROM}content-length:  {}\n\n{text}", text.len());
        assert_eq!(messages(last.as_bytes()).len(), 1);
    }

    #[test]
    fn a_message_that_is_too_large_is_passed_over_and_the_next_one_read() {
        let large = "x".repeat(75) + "\n";
        let mbox = format!("{FROM}Subject: a\n\n{}\n{FROM}Subject: b\n\nx\n", large.repeat(LARGEST / 76 + 1));
        assert_eq!(messages(mbox.as_bytes()), ["too large", "Subject: b\n\nx\n"]);
        let endless = format!("{FROM}Subject: a\n\n{}", "x".repeat(LARGEST + 2_000_000));
        assert_eq!(messages(endless.as_bytes()), ["too large"]);
    }

    #[test]
    fn an_empty_file_and_odd_ends_are_no_error() {
        assert!(messages(b"").is_empty());
        assert!(messages(b"\n\r\n\n").is_empty());
        assert_eq!(messages(FROM.as_bytes()), [""]);
        assert_eq!(messages(b"From x 10:00\nSubject: a"), ["Subject: a"]);
    }
}
