//! An e-mail address as the envelope carries it (RFC 5321 §4.1.2 "Mailbox"): `local-part@domain`.
//!
//! A [`Mailbox`] is ASCII: the local part as given (no SMTPUTF8, so a non-ASCII one is refused), the domain
//! as A-labels. It can stand in an envelope and a header without further care.

use std::fmt;

use crate::wording::quoted;

/// One address, fit for the envelope.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Mailbox {
    local_part: String,
    domain: String,
}

/// Why a text is no usable e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MailboxError {
    /// No `@`, or nothing before or after it.
    #[error("{} is not an e-mail address: it should read name@example.org", quoted(.0))]
    NoAddress(String),
    /// `Name <address>`, as a mail program shows it.
    #[error(
        "{}: write only the address, which stands between < and >; the name has a place of its own (`name` in campaign.toml, --name for one signer)",
        quoted(.0)
    )]
    WithName(String),
    /// RFC 5321 without SMTPUTF8 knows ASCII local parts only.
    #[error(
        "{}: the part before the @ has characters that plain e-mail cannot carry; use an address in ASCII letters",
        quoted(.0)
    )]
    NonAsciiLocalPart(String),
    /// Not a dot-string or quoted-string.
    #[error(
        "{}: the part before the @ is not written as an e-mail address may be (letters, digits, dots and !#$%&'*+-/=?^_`{{|}}~)",
        quoted(.0)
    )]
    LocalPart(String),
    /// Not a host name.
    #[error("{}: the part after the @ is not a domain name", quoted(.0))]
    Domain(String),
    /// RFC 5321 §4.5.3.1: 64 octets before the `@`, 254 in all.
    #[error("{} is longer than an e-mail address may be (64 characters before the @, 254 in all)", quoted(.0))]
    TooLong(String),
}

impl Mailbox {
    /// Reads an address such as `aiko@example.org`.
    ///
    /// # Errors
    /// [`MailboxError`] with the text as given.
    pub(crate) fn parse(text: &str) -> Result<Mailbox, MailboxError> {
        let shown = || text.chars().take(80).collect::<String>();
        let trimmed = text.trim_matches(' ');
        if trimmed.ends_with('>') && trimmed.contains('<') {
            return Err(MailboxError::WithName(shown()));
        }
        let (local_part, domain) = trimmed
            .rsplit_once('@')
            .filter(|(local_part, domain)| !local_part.is_empty() && !domain.is_empty())
            .ok_or_else(|| MailboxError::NoAddress(shown()))?;
        if !local_part.is_ascii() {
            return Err(MailboxError::NonAsciiLocalPart(shown()));
        }
        if !is_dot_string(local_part) && !is_quoted_string(local_part) {
            return Err(MailboxError::LocalPart(shown()));
        }
        let domain = domain_to_ascii(domain).ok_or_else(|| MailboxError::Domain(shown()))?;
        if local_part.len() > 64 || local_part.len() + 1 + domain.len() > 254 {
            return Err(MailboxError::TooLong(shown()));
        }
        Ok(Mailbox { local_part: local_part.to_owned(), domain })
    }

    /// What stands before the `@`, as given.
    pub(crate) fn local_part(&self) -> &str {
        &self.local_part
    }

    /// The address as mail systems compare it in practice: without regard to case.
    #[must_use]
    pub(crate) fn folded(&self) -> Mailbox {
        Mailbox { local_part: self.local_part.to_ascii_lowercase(), domain: self.domain.clone() }
    }

    /// What stands after the `@`, as A-labels in lower case.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local_part, self.domain)
    }
}

/// RFC 5322 §3.2.3 dot-atom: atoms of `atext` with single dots between them.
fn is_dot_string(local_part: &str) -> bool {
    local_part.split('.').all(|atom| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    })
}

/// RFC 5321 §4.1.2 Quoted-string, without the white space that header folding might tear apart.
fn is_quoted_string(local_part: &str) -> bool {
    let Some(inner) = local_part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return false;
    };
    !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
}

/// A host name in A-labels (IDNA, UTS #46), each label letters, digits and inner hyphens.
fn domain_to_ascii(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    (ascii.len() <= 253 && ascii.split('.').all(is_label)).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::{Mailbox, MailboxError};
    use proptest::prelude::*;

    #[test]
    fn a_domain_becomes_a_labels_and_the_local_part_stays() {
        let mailbox = Mailbox::parse("Aiko+dec2@Bücher.Example").unwrap();
        assert_eq!(mailbox.to_string(), "Aiko+dec2@xn--bcher-kva.example");
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        let refused = |text: &str| Mailbox::parse(text).unwrap_err();
        for text in ["", "aiko", "@example.org", "aiko@"] {
            assert!(matches!(refused(text), MailboxError::NoAddress(_)), "{text}");
        }
        assert!(matches!(refused("愛子@example.org"), MailboxError::NonAsciiLocalPart(_)));
        for text in
            ["a b@example.org", ".a@example.org", "a..b@example.org", "a@b@example.org", "a\r\nb@example.org"]
        {
            assert!(matches!(refused(text), MailboxError::LocalPart(_)), "{text}");
        }
        for text in ["a@exa mple.org", "a@-example.org", "a@example..org", "a@[127.0.0.1]", "a@example.org>"]
        {
            assert!(matches!(refused(text), MailboxError::Domain(_)), "{text}");
        }
        assert!(matches!(refused(&format!("{}@example.org", "a".repeat(65))), MailboxError::TooLong(_)));
    }

    proptest! {
        #[test]
        fn a_parsed_address_is_ascii_without_white_space_and_parses_to_itself(text in "\\PC{0,12}@\\PC{0,12}|.*") {
            if let Ok(mailbox) = Mailbox::parse(&text) {
                let shown = mailbox.to_string();
                prop_assert!(shown.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert_eq!(Mailbox::parse(&shown).unwrap(), mailbox);
            }
        }
    }
}
