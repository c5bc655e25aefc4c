//! The fields of a delivery status notification (RFC 3464 §2, RFC 6533): what became of a message, recipient by recipient.
//!
//! The fields are the same in every language; only the words beside them are translated.

use super::original::fields;
use super::report::{Fate, Recipient};
use super::status;
use crate::mailbox::Mailbox;

/// The recipients of a `message/delivery-status` part. Groups of fields that name none tell of the message, not of them.
pub(super) fn recipients(text: &str) -> Vec<Recipient> {
    let mut found = Vec::new();
    for group in groups(text) {
        let mut recipient = Recipient::default();
        let mut has_final = false;
        for (name, value) in fields(group) {
            match name.trim().to_ascii_lowercase().as_str() {
                "final-recipient" => {
                    // A system that leaves out the empty line between two recipients.
                    if std::mem::replace(&mut has_final, true) {
                        found.push(finished(std::mem::take(&mut recipient)));
                    }
                    recipient.addresses.extend(address(value));
                }
                "original-recipient" => recipient.addresses.extend(address(value)),
                "action" => recipient.fate = action(value),
                "status" => recipient.status = status::enhanced(value),
                "diagnostic-code" => recipient.words = words(value),
                _ => {}
            }
        }
        if has_final || !recipient.addresses.is_empty() {
            found.push(finished(recipient));
        }
    }
    found
}

/// Takes the words of recipients that have none from the notice's text, where a line begins with the address and a colon:
/// OpenSMTPD tells what the other server said nowhere else.
pub(super) fn take_words(recipients: &mut [Recipient], text: &str) {
    for recipient in recipients.iter_mut().filter(|recipient| recipient.words.is_empty()) {
        let words = |line: &str| {
            let (address, words) = line.trim().split_once(':')?;
            let address = Mailbox::parse(address.trim_start_matches('<').trim_end_matches('>')).ok()?;
            recipient.addresses.contains(&address.folded()).then(|| words.trim().to_owned())
        };
        if let Some(words) = text.lines().find_map(words) {
            *recipient = finished(Recipient { words, ..std::mem::take(recipient) });
        }
    }
}

fn groups(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            found.push(&text[start..at]);
            start = at + line.len();
        }
        at += line.len();
    }
    found.push(&text[start..]);
    found
}

/// What the codes in the words add, and what a status alone means where the action is missing.
fn finished(mut recipient: Recipient) -> Recipient {
    let told = status::enhanced(&recipient.words);
    recipient.code = status::reply_code(&recipient.words);
    recipient.status = match (recipient.status.take(), told) {
        // "x.0.0" says no more than its first digit: the remote system's own word is the better one.
        (Some(status), Some(told)) if status.ends_with(".0.0") && status[..1] == told[..1] => Some(told),
        (status, told) => status.or(told),
    };
    if recipient.fate.is_none() {
        recipient.fate = recipient.status.as_deref().and_then(status::fate);
    }
    recipient
}

fn action(value: &str) -> Option<Fate> {
    let word: String = value.trim().chars().take_while(char::is_ascii_alphabetic).collect();
    match word.to_ascii_lowercase().as_str() {
        "failed" => Some(Fate::Failed),
        "delayed" => Some(Fate::Delayed),
        "delivered" | "relayed" | "expanded" => Some(Fate::Delivered),
        _ => None,
    }
}

/// `rfc822; name@example.org`, also with `utf-8;`, in angle brackets, or with the characters of RFC 3461's xtext.
fn address(value: &str) -> Option<Mailbox> {
    let (kind, address) = value.split_once(';').unwrap_or(("rfc822", value));
    if !["rfc822", "utf-8"].iter().any(|known| known.eq_ignore_ascii_case(kind.trim())) {
        return None;
    }
    let address = address.trim().trim_start_matches('<').trim_end_matches('>').trim();
    Mailbox::parse(address)
        .or_else(|_| Mailbox::parse(&without_xtext(address)))
        .ok()
        .map(|mailbox| mailbox.folded())
}

fn without_xtext(text: &str) -> String {
    let mut plain = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits =
            [ahead.next(), ahead.next()].map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        match (byte, digits) {
            (b'+', [Some(high), Some(low)]) => {
                plain.extend(u8::try_from(high * 16 + low));
                bytes = ahead;
            }
            _ => plain.push(byte),
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// `smtp; 550 5.1.1 no such user`: the words, on one line.
fn words(value: &str) -> String {
    let value = value
        .split_once(';')
        .filter(|(kind, _)| !kind.trim().contains(' '))
        .map_or(value, |(_, words)| words);
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::recipients;
    use crate::bounce::report::Fate;

    #[test]
    fn each_recipient_has_its_own_fate() {
        let text = "Reporting-MTA: dns; mail.example.org\r\nX-Postfix-Queue-ID: 4BqY5z\r\nArrival-Date: x\r\n\r\n\
            Final-Recipient: rfc822; JP@Embassy.example.org\r\nOriginal-Recipient: rfc822;jp+2Bx@embassy.example.org\r\n\
            Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <jp@embassy.example.org>:\r\n    no such user\r\n\r\n\
            Final-Recipient: utf-8; <fr@embassy.example.org>\r\nAction: delayed\r\nStatus: 4.4.1 (no answer)\r\n\r\n\
            Final-Recipient: rfc822; de@embassy.example.org\r\nAction: RELAYED (to a system that is silent)\r\nStatus: 2.0.0\r\n";
        let found = recipients(text);
        let fates: Vec<_> = found.iter().map(|recipient| recipient.fate.unwrap()).collect();
        assert_eq!(fates, [Fate::Failed, Fate::Delayed, Fate::Delivered]);
        let addresses: Vec<_> = found[0].addresses.iter().map(ToString::to_string).collect();
        assert_eq!(addresses, ["jp@embassy.example.org", "jp+2bx@embassy.example.org"]);
        assert_eq!((found[0].status.as_deref(), found[0].code), (Some("5.1.1"), Some(550)));
        assert_eq!(found[0].words, "550 5.1.1 <jp@embassy.example.org>: no such user");
    }

    #[test]
    fn what_a_system_leaves_out_is_read_from_what_it_says() {
        let one = |text: &str| recipients(text).remove(0);
        let found = one(
            "Final-Recipient: rfc822;a@example.org\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.1.10 gone\n",
        );
        assert_eq!((found.fate, found.status.as_deref()), (Some(Fate::Failed), Some("5.1.10")));
        let found = one("Final-Recipient: a@example.org\nAction: failed\nDiagnostic-Code: 421 4.7.0 later\n");
        assert_eq!(
            (found.fate, found.status.as_deref(), found.code),
            (Some(Fate::Failed), Some("4.7.0"), Some(421))
        );
        let found = one("Final-Recipient: X400; c=de\nAction: perhaps\n");
        assert_eq!((found.fate, found.addresses.len()), (None, 0));
        let two = "Final-Recipient: rfc822;a@example.org\nAction: failed\nFinal-Recipient: rfc822;b@example.org\nAction: delayed\n";
        assert_eq!(recipients(two).len(), 2);
        assert!(recipients("Reporting-MTA: dns; x\n\n").is_empty());
    }
}
