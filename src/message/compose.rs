//! A letter made ready for the relay: envelope, message, Message-ID.

use chrono::{DateTime, Utc};

use crate::embassy::Embassy;
use crate::ledger::{Fingerprint, Identity, Keys, LetterKey, Purpose};
use crate::letter::Letter;
use crate::letter::form::text;
use crate::mailbox::Mailbox;
use crate::message::{self, Envelope, Header, MessageId, Sender};
use crate::signer::Signer;

/// A message and where it goes.
#[derive(Clone, Debug)]
pub(crate) struct Composed {
    /// The envelope.
    pub envelope: Envelope,
    /// The message, lines ended by CRLF.
    pub bytes: Vec<u8>,
    /// Its Message-ID.
    pub message_id: MessageId,
}

/// How the ledger knows this signer's letter to this embassy, and what it shares with others.
pub(crate) fn fingerprint(keys: &Keys, signer: &Signer, embassy: &Embassy) -> Fingerprint {
    keys.fingerprint(&identity(signer), &embassy.destination())
}

/// How the ledger knows this signer's letter to this embassy.
pub(crate) fn key(keys: &Keys, signer: &Signer, embassy: &Embassy) -> LetterKey {
    keys.letter_key(&identity(signer), &embassy.destination())
}

fn identity(signer: &Signer) -> Identity<'_> {
    Identity { name: signer.name(), email: signer.email(), city: signer.city() }
}

/// The letter to its embassy's mailbox; nothing where no mailbox is known.
pub(crate) fn compose(
    letter: &Letter<'_>,
    sender: &Sender,
    keys: &Keys,
    purpose: Purpose,
    date: DateTime<Utc>,
) -> Option<Composed> {
    let to = &letter.embassy.email.as_ref()?.mailbox;
    Some(addressed(letter, &letter.subject, sender, to, keys, purpose, date))
}

/// The copy of a letter, to its signer alone; nothing where the signer gave no address.
pub(crate) fn copy(
    letter: &Letter<'_>,
    sender: &Sender,
    keys: &Keys,
    date: DateTime<Utc>,
) -> Option<Composed> {
    Some(copy_to(letter, sender, letter.signer.email()?, keys, date))
}

/// The copy of a letter, to this address of its signer.
pub(crate) fn copy_to(
    letter: &Letter<'_>,
    sender: &Sender,
    to: &Mailbox,
    keys: &Keys,
    date: DateTime<Utc>,
) -> Composed {
    let subject = format!("Copy: {}", letter.subject);
    addressed(letter, &subject, sender, to, keys, Purpose::Copy, date)
}

/// The letter as a rehearsal: to `to` alone, the embassy only named in the subject.
pub(crate) fn rehearsal(
    letter: &Letter<'_>,
    sender: &Sender,
    to: &Mailbox,
    keys: &Keys,
    date: DateTime<Utc>,
) -> Composed {
    let subject = format!("[rehearsal for {}] {}", letter.embassy.destination(), letter.subject);
    addressed(letter, &subject, sender, to, keys, Purpose::Rehearsal, date)
}

fn addressed(
    letter: &Letter<'_>,
    subject: &str,
    sender: &Sender,
    to: &Mailbox,
    keys: &Keys,
    purpose: Purpose,
    date: DateTime<Utc>,
) -> Composed {
    let key = key(keys, letter.signer, letter.embassy);
    let message_id = MessageId::new(&keys.message_id_local_part(key, purpose), sender.from.domain());
    let header = Header { date, sender, to, subject, message_id: &message_id };
    let bytes = message::message(&header, &text::render(letter, text::WIDTH));
    let envelope = Envelope { reverse_path: sender.reverse_path.clone(), forward_path: to.clone() };
    Composed { envelope, bytes, message_id }
}
