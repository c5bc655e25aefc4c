//! A letter as a `mailto:` link (RFC 6068), for the mail program that the desktop knows.

use crate::mailbox::Mailbox;

/// The longest link that mail programs take whole: some cut it there, without a word.
pub(crate) const LIMIT: usize = 2048;

/// The link that opens a draft: everything but letters, digits and `-._~` percent-encoded as UTF-8, lines ended by CRLF.
pub(crate) fn link(to: &Mailbox, subject: &str, text: &str) -> String {
    let mut link = String::from("mailto:");
    let address = to.to_string();
    // The @ before the domain is the address's own; one within a quoted local part is encoded.
    if let Some((local_part, domain)) = address.rsplit_once('@') {
        encode(local_part, &mut link);
        link.push('@');
        encode(domain, &mut link);
    }
    link.push_str("?subject=");
    encode(subject, &mut link);
    link.push_str("&body=");
    encode(&text.trim_end().replace('\n', "\r\n"), &mut link);
    link
}

fn encode(text: &str, link: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            link.push('%');
            link.push(char::from(DIGITS[usize::from(byte >> 4)]));
            link.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::link;
    use crate::mailbox::Mailbox;

    #[test]
    fn nothing_in_a_letter_can_end_the_link_or_add_a_field() {
        let to = Mailbox::parse("embassy+jp@example.org").unwrap();
        assert_eq!(
            link(&to, "A & B?cc=x", "Dear 김,\n100% #1\n"),
            "mailto:embassy%2Bjp@example.org?subject=A%20%26%20B%3Fcc%3Dx\
             &body=Dear%20%EA%B9%80%2C%0D%0A100%25%20%231"
        );
    }
}
