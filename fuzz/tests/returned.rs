//! Returned mail: a mailbox in whatever pieces it is read, and the notices in it.

use protest_letter::workbench::parsers::returned;
use protest_letter_fuzz::target;

target!(returned_mailbox, a_mailbox_is_the_same_in_whatever_pieces_it_comes);
target!(notice, a_report_names_what_it_returns, "../tests/bounces");

/// The Message-ID in the seeds: what stands before its `@`.
const ID: &str = "k7q2abcdefghijklmnopqrstuvwxyz23";

fn a_mailbox_is_the_same_in_whatever_pieces_it_comes(input: &[u8]) {
    let Some((size, bytes)) = input.split_first() else { return };
    let messages = returned::messages(bytes, usize::MAX);
    assert_eq!(returned::messages(bytes, usize::from(*size)), messages);
    let messages = messages.unwrap_or_default();
    assert!(messages.iter().map(Vec::len).sum::<usize>() <= bytes.len());
    messages.iter().for_each(|message| drop(returned::reports(message)));
}

fn a_report_names_what_it_returns(input: &[u8]) {
    let input = filled(
        &filled(input, b"{message_id}", format!("{ID}@example.org").as_bytes()),
        b"{to}",
        b"jp@example.net",
    );
    for report in returned::reports(&input) {
        for address in &report.addresses {
            assert!(
                address.contains('@') && address.bytes().all(|byte| byte.is_ascii_graphic()),
                "{address}"
            );
        }
        for status in &report.statuses {
            let is_code = |code: &String| code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            assert!(is_code(status), "{status:?}");
        }
        // What is encoded can hide an id; what is not cannot bring one about.
        let text = String::from_utf8_lossy(&input);
        let is_plain = !text.to_ascii_lowercase().contains("encoding") && !text.contains("=?");
        if is_plain && report.message_ids.iter().any(|id| id.starts_with(ID)) {
            assert!(text.contains(ID));
        }
    }
}

/// What the notices in `tests/bounces` leave open.
fn filled(input: &[u8], field: &[u8], value: &[u8]) -> Vec<u8> {
    let mut filled = Vec::with_capacity(input.len());
    let mut rest = input;
    while let Some(at) = rest.windows(field.len()).position(|window| window == field) {
        filled.extend_from_slice(&rest[..at]);
        filled.extend_from_slice(value);
        rest = &rest[at + field.len()..];
    }
    filled.extend_from_slice(rest);
    filled
}
