//! What the ledger knows letters and signers by: keyed hashes instead of names and addresses.
//!
//! One signer and one embassy always give one key, however the name is typed (width, case, spaces); the
//! Message-ID is a second derivation from it, so that a relay's log can settle a doubt. The secret never leaves
//! this module except into the ledger's own file. The hashes hide names from a glance, not from one who holds
//! the ledger and a list of guesses.

use std::fmt;

use caseless::default_case_fold_str;
use unicode_normalization::UnicodeNormalization;

use super::secret::Secret;
use crate::mailbox::Mailbox;

/// Who signs, as far as it takes to tell two signers apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    /// The name under the letter.
    pub name: &'a str,
    /// The signer's own e-mail.
    pub email: Option<&'a Mailbox>,
    /// The city; it tells apart those who give no e-mail.
    pub city: Option<&'a str>,
}

/// A value that goes into a check value.
pub(super) trait Checked {
    /// Its kind and its bytes.
    fn with_bytes(&self, read: impl FnOnce(u8, &[u8]));
}

/// One signer's letter to one embassy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LetterKey(pub(crate) [u8; 32]);

/// A hash that only tells whether two letters share something; 64 bits are plenty for a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mark(pub(super) i64);

/// All that the ledger keeps of who wrote to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// The letter's key.
    pub key: LetterKey,
    /// The signer, whatever the embassy.
    pub signer: Mark,
    /// The name at this embassy, whatever the e-mail.
    pub name_at_embassy: Mark,
    /// The e-mail at this embassy, whatever the name.
    pub email_at_embassy: Option<Mark>,
}

/// By which rules a ledger's keys are made: for ever those that it began with, or a signer would have two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyRules {
    /// Names as NFKC and case-folding leave them.
    First,
    /// Characters that nobody sees (`Default_Ignorable_Code_Point`) left out as well.
    WithoutTheUnseen,
}

impl KeyRules {
    /// Those of a new ledger.
    pub(super) const NEWEST: KeyRules = KeyRules::WithoutTheUnseen;

    /// As the ledger keeps them.
    pub(super) fn number(self) -> i64 {
        match self {
            KeyRules::First => 1,
            KeyRules::WithoutTheUnseen => 2,
        }
    }

    /// Those that the ledger names; none for a number that this program does not know.
    pub(super) fn of(number: i64) -> Option<KeyRules> {
        [KeyRules::First, KeyRules::WithoutTheUnseen].into_iter().find(|rules| rules.number() == number)
    }

    /// White space joined. Folding can undo the normal form (UAX #15), hence NFKC again.
    pub(crate) fn folded(self, text: &str) -> String {
        // ASCII has no other form than its own, and nothing in it is unseen.
        if text.is_ascii() {
            return joined(&text.to_ascii_lowercase());
        }
        let seen: String = match self {
            KeyRules::First => text.to_owned(),
            KeyRules::WithoutTheUnseen => text.chars().filter(|&c| !is_ignorable(c)).collect(),
        };
        let folded = default_case_fold_str(&seen.nfkc().collect::<String>());
        joined(&folded.nfkc().collect::<String>())
    }
}

/// The words of a text with one space between them.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// An e-mail's local part, whose case does not tell two people apart.
fn folded_local_part(local_part: &str) -> String {
    if local_part.is_ascii() { local_part.to_ascii_lowercase() } else { default_case_fold_str(local_part) }
}

/// `Default_Ignorable_Code_Point` (Unicode 16, DerivedCoreProperties.txt): nobody sees whether it is there.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// What a message is for: each purpose has Message-IDs of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The letter to the embassy; the same in preview, `.eml` and the message sent.
    Letter,
    /// A rehearsal to an address of the organizer's.
    Rehearsal,
    /// The copy to the signer.
    Copy,
}

impl Purpose {
    /// BLAKE3's context strings: once published, never changed.
    fn context(self) -> &'static str {
        match self {
            Purpose::Letter => "protest-letter 2026-11-24 Message-ID of a letter",
            Purpose::Rehearsal => "protest-letter 2026-11-24 Message-ID of a rehearsal",
            Purpose::Copy => "protest-letter 2026-11-24 Message-ID of a copy to the signer",
        }
    }
}

/// Turns signers into keys, and keys into Message-IDs, for one campaign. Can be shared by threads.
pub(crate) struct Keys {
    secret: Secret,
    campaign: String,
    rules: KeyRules,
    /// Derived from the secret, for check values.
    sealing: Secret,
}

/// A signer as keys are made of one.
struct Folded {
    name: String,
    email: Option<String>,
    /// What tells apart those of one name: their e-mail, else their city.
    kind: &'static str,
    place: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("campaign", &self.campaign).finish_non_exhaustive()
    }
}

impl Keys {
    pub(super) fn new(secret: Secret, campaign: &str, rules: KeyRules) -> Keys {
        let sealing = Secret::of(blake3::derive_key("protest-letter 2026-11-30 check value", secret.bytes()));
        Keys { secret, campaign: campaign.to_owned(), rules, sealing }
    }

    /// For the ledger's file alone.
    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Over what everything else depends on: a secret, id or year with one bit changed would make every signer new.
    pub(super) fn own_check_value(&self, year: i32) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new_keyed(self.sealing.bytes());
        hasher.update(&year.to_le_bytes());
        hasher.update(&self.rules.number().to_le_bytes());
        hasher.update(self.campaign.as_bytes());
        let mut first = [0; 16];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        first
    }

    /// Over the values of one letter, whatever their types: 64 bits, for accidents and not for forgers.
    pub(super) fn check_value(&self, values: impl Iterator<Item = impl Checked>) -> i64 {
        let mut hasher = blake3::Hasher::new_keyed(self.sealing.bytes());
        for value in values {
            value.with_bytes(|kind, bytes| {
                hasher.update(&[kind]);
                hasher.update(&(bytes.len() as u64).to_le_bytes());
                hasher.update(bytes);
            });
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        i64::from_le_bytes(first)
    }

    /// By which a ledger knows the machine again, and nobody else does.
    pub(super) fn machine(&self, id: &str) -> [u8; 32] {
        self.hash(&["machine", id])
    }

    /// The hashes of this signer's letter to the embassy `destination`: the country code alone for an embassy or
    /// an office, else country code, kind and city.
    pub(crate) fn fingerprint(&self, signer: &Identity<'_>, destination: &str) -> Fingerprint {
        let Folded { name, email, kind, place } = self.folded(signer);
        Fingerprint {
            key: self.key_of(&name, kind, &place, destination),
            signer: self.mark(&["signer", &name, kind, &place]),
            name_at_embassy: self.mark(&["name at embassy", &name, destination]),
            email_at_embassy: email.map(|email| self.mark(&["email at embassy", &email, destination])),
        }
    }

    /// The key alone.
    pub(crate) fn letter_key(&self, signer: &Identity<'_>, destination: &str) -> LetterKey {
        let Folded { name, kind, place, .. } = self.folded(signer);
        self.key_of(&name, kind, &place, destination)
    }

    fn key_of(&self, name: &str, kind: &str, place: &str, destination: &str) -> LetterKey {
        LetterKey(self.hash(&["letter", name, kind, place, destination]))
    }

    fn folded(&self, signer: &Identity<'_>) -> Folded {
        let name = self.rules.folded(signer.name);
        let email =
            signer.email.map(|email| format!("{}@{}", folded_local_part(email.local_part()), email.domain()));
        // Two people who share a family address are two: so the name is always in it.
        let (kind, place) = match (&email, signer.city) {
            (Some(email), _) => ("email", email.clone()),
            (None, Some(city)) => ("city", self.rules.folded(city)),
            (None, None) => ("name alone", String::new()),
        };
        Folded { name, email, kind, place }
    }

    /// What stands before the `@` of a Message-ID: 32 lower-case letters and digits.
    pub(crate) fn message_id_local_part(&self, letter: LetterKey, purpose: Purpose) -> String {
        let key = blake3::derive_key(purpose.context(), self.secret.bytes());
        base32(&blake3::keyed_hash(&key, &letter.0).as_bytes()[..20])
    }

    /// Whether this may stand before the `@` of a Message-ID of ours.
    pub(crate) fn is_message_id_local_part(text: &str) -> bool {
        text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    }

    /// By which a notice of a mail server is known again.
    pub(crate) fn notice(&self, parts: &[&str]) -> Mark {
        self.mark(&[&["notice"], parts].concat())
    }

    fn mark(&self, parts: &[&str]) -> Mark {
        let mut first = [0; 8];
        first.copy_from_slice(&self.hash(parts)[..8]);
        Mark(i64::from_le_bytes(first))
    }

    /// Each part goes in behind its length, so that no two lists of parts can give the same bytes.
    fn hash(&self, parts: &[&str]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(self.secret.bytes());
        for part in std::iter::once(self.campaign.as_str()).chain(parts.iter().copied()) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

/// RFC 4648 §6 in lower case without padding: relays and their logs may change case, so case must not matter.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    bytes
        .chunks(5)
        .flat_map(|chunk| {
            let bits = chunk
                .iter()
                .enumerate()
                .fold(0_u64, |bits, (at, &byte)| bits | u64::from(byte) << (32 - 8 * at));
            (0..(chunk.len() * 8).div_ceil(5))
                .map(move |digit| ALPHABET[(bits >> (35 - 5 * digit) & 31) as usize])
        })
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests;
