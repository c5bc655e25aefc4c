//! What the run asks of the plan: which letters there are, lane by lane, and each one composed when its turn comes.

use crate::campaign::letters::OutboxError;
use crate::campaign::window::Opening;
use crate::ledger::LetterKey;
use crate::mailbox::Mailbox;
use crate::message::compose::Composed;

/// The letters to one mailbox, in the order in which they leave.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    /// The embassy, as the ledger names it.
    pub destination: String,
    /// Its address.
    pub forward_path: Mailbox,
    /// When letters may leave for it; always, where there is no window.
    pub opening: Option<Opening>,
    /// All of the plan's letters to it, sent or not.
    pub letters: u64,
    /// Those that are still to be sent.
    pub to_go: u64,
    /// Whether the relay does not know the address (5.1.1): then none leaves.
    pub is_held: bool,
}

/// One letter: the lane, and its place in it from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticket {
    /// Index of the lane.
    pub lane: usize,
    /// Index within the lane.
    pub place: u64,
}

/// A letter on its way.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    /// How the ledger knows it.
    pub key: LetterKey,
    /// The row in the signers' list.
    pub row: u64,
    /// The signer's name, which is taken out of the relay's words.
    pub signer: String,
    /// What goes to the embassy.
    pub letter: Composed,
    /// What goes to the signer once the letter is accepted, if a copy is wanted.
    pub copy: Option<Composed>,
}

/// The plan, as the run sees it. Connections share it.
pub(crate) trait Outbox: Sync {
    /// The lanes.
    fn lanes(&self) -> &[Lane];
    /// The row of a letter in the signers' list: letters leave in this order where nothing else decides.
    ///
    /// # Errors
    /// Where the list cannot be read.
    fn row(&self, ticket: Ticket) -> Result<u64, OutboxError>;
    /// The letter, composed; nothing where the ledger says that it is not to be sent, as far as it is asked: the claim
    /// decides. Of a copy it is never asked: its letter is accepted.
    ///
    /// # Errors
    /// Where the list cannot be read, or is not as it was when the plan was made.
    fn parcel(&self, ticket: Ticket, is_copy: bool) -> Result<Option<Parcel>, OutboxError>;
    /// The letters accepted in earlier runs whose signers are still owed a copy; none where no copies are wanted.
    fn owed_copies(&self) -> &[Ticket] {
        &[]
    }
    /// A letter turned out to be settled by somebody else: from now on it pays to ask the ledger before composing.
    fn expect_others(&self) {}
}
