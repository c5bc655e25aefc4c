//! The relay's bytes to replies (RFC 5321 §4.2), in whatever pieces they come: a reply is whole, or it is none.

use std::io;

use super::{Lost, said};
use crate::delivery::reply::{Reply, ReplyLine};

/// The longest line of a reply that is read.
const LONGEST_LINE: usize = 64 * 1024;
/// The most lines of one reply that are read.
const MOST_LINES: usize = 1000;

/// Where more bytes come from: how many were read, none at the end.
type More<'m> = &'m mut dyn FnMut(&mut [u8]) -> io::Result<usize>;

/// The next reply. What was received and is no part of it stays in `received`.
///
/// # Errors
/// Where the connection is lost before the reply is whole, or what comes is none.
pub(crate) fn reply(received: &mut Vec<u8>, more: More<'_>) -> Result<Reply, Lost> {
    let mut lines: Vec<ReplyLine> = Vec::new();
    loop {
        let line = line(received, more)?;
        let no_reply = || Lost::NoReply(said(&line));
        let line = ReplyLine::parse(&line).ok_or_else(no_reply)?;
        // RFC 5321 §4.2.1: every line has the same code. Of two, the last is what the relay came to.
        if lines.first().is_some_and(|first| first.code != line.code) || lines.len() >= MOST_LINES {
            return Err(Lost::NoReply(format!("{} {}", line.code, line.text)));
        }
        let is_last = line.is_last;
        lines.push(line);
        if is_last {
            return Reply::of(lines).ok_or_else(|| Lost::NoReply(String::new()));
        }
    }
}

/// The next line without its line end.
fn line(received: &mut Vec<u8>, more: More<'_>) -> Result<Vec<u8>, Lost> {
    let mut searched = 0;
    loop {
        if let Some(end) = received[searched..].iter().position(|b| *b == b'\n') {
            let mut line: Vec<u8> = received.drain(..=searched + end).collect();
            line.truncate(line.len() - 1);
            if line.last() == Some(&b'\r') {
                line.truncate(line.len() - 1);
            }
            return Ok(line);
        }
        searched = received.len();
        if searched > LONGEST_LINE {
            return Err(Lost::LongLine);
        }
        let mut buffer = [0; 4096];
        match more(&mut buffer).map_err(Lost::Io)? {
            0 => return Err(Lost::Closed),
            count => received.extend_from_slice(&buffer[..count]),
        }
    }
}
