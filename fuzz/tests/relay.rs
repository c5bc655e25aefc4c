//! The relay: its URL, its replies in any pieces, its log, and what DATA carries.

use protest_letter::workbench::parsers::relay::{self, Log};
use protest_letter_fuzz::target;

target!(relay_url, a_password_is_refused_and_not_repeated);
target!(smtp_replies, a_reply_is_whole_in_whatever_pieces_it_comes);
target!(relay_log, a_log_names_what_stands_in_it);
target!(dotted, nothing_ends_a_message_before_its_end);

/// What stands for a password in the seeds.
const SECRET: &str = "hunter2Zq9";

fn a_password_is_refused_and_not_repeated(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let read = relay::url(&text);
    let (scheme, rest) = text.trim().split_once("://").unwrap_or(("", &text));
    let is_of_a_server =
        ["smtps", "smtp+starttls", "smtp"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let user = rest.rsplit_once('@').map(|(user, _)| user);
    if is_of_a_server && user.is_some_and(|user| user.contains(':')) {
        assert!(read.is_err(), "{text}");
    }
    match read {
        Ok((shown, user)) if is_of_a_server => {
            assert!(!shown.contains(SECRET) || !text.contains(&format!(":{SECRET}")), "{shown}");
            assert!(user.is_none_or(|user| !user.is_empty() && !user.contains(char::is_control)), "{text:?}");
        }
        Ok(_) => {}
        Err(told) => {
            let mut before: Vec<&str> = text.split(SECRET).collect();
            before.pop();
            if before.iter().all(|before| before.ends_with(':')) {
                assert!(!told.contains(SECRET), "{text}: {told}");
            }
        }
    }
}

fn a_reply_is_whole_in_whatever_pieces_it_comes(input: &[u8]) {
    let Some((size, bytes)) = input.split_first() else { return };
    let size = usize::from(*size).max(1);
    let whole = relay::replies([bytes]);
    assert_eq!(relay::replies(bytes.chunks(size)), whole);
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    assert!(whole.0.len() <= lines);
    // What comes before a cut makes no other replies than it makes with what comes after, and none of a line cut off.
    let cut = &bytes[..bytes.len().min(size)];
    let before = relay::replies([cut]).0;
    assert!(whole.0.starts_with(&before), "{before:?} {whole:?}");
    assert!(before.len() <= cut.iter().filter(|byte| **byte == b'\n').count());
}

fn a_log_names_what_stands_in_it(input: &[u8]) {
    let log = Log::read(input, 1 << 16);
    assert_eq!(Log::read(input, 7), log);
    let Some(log) = log else { return };
    let text = String::from_utf8_lossy(input).to_ascii_lowercase();
    let id = "k7q2abcdefghijklmnopqrstuvwxyz23@example.org";
    assert!(!log.names(id) || text.contains("k7q2abcdefghijklmnopqrstuvwxyz23"));
    for id in log.unexplained("c@example.org", "jp@example.net") {
        assert!(text.contains(&id.to_ascii_lowercase()) && text.contains("jp@example.net"), "{id}");
    }
}

fn nothing_ends_a_message_before_its_end(input: &[u8]) {
    let sent = relay::dotted(input);
    let ends = sent.windows(5).filter(|window| window == b"\r\n.\r\n").count();
    assert!(sent.ends_with(b".\r\n") && ends <= 1);
    let is_bare = |pair: &[u8]| (pair[0] == b'\r') != (pair[1] == b'\n');
    assert!(!sent.windows(2).any(is_bare) && sent.first() != Some(&b'\n'));
}
