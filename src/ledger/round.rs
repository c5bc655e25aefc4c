//! One round of letters: the last outcome of a connection and its next claim, made durable together.

use super::key::LetterKey;
use super::outcome::{Outcome, State};
use super::pace::{Charge, Pace};

/// What a connection sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// A letter to its embassy.
    Letter(LetterKey),
    /// The same, whose signer is owed a copy from the commit that records `accepted`.
    LetterWithCopy(LetterKey),
    /// That copy: at most one, and without weight for the letter's outcome.
    Copy(LetterKey),
}

impl Item {
    /// Whose it is.
    pub(super) fn letter(self) -> LetterKey {
        let (Item::Letter(letter) | Item::LetterWithCopy(letter) | Item::Copy(letter)) = self;
        letter
    }
}

/// What one connection has to say and to ask between two bodies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// What became of the items claimed before. A letter refused or deferred at MAIL or RCPT, before its claim,
    /// is recorded too, unless another run has it.
    pub outcomes: Vec<(Item, Outcome)>,
    /// The item whose body is to leave next.
    pub claim: Option<Item>,
    /// The tokens for the letter after that one, whose envelope goes ahead; none for no pace.
    pub charges: Vec<Charge>,
}

/// Whether a body may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claimed {
    /// It may: the claim is durable and this run's.
    Yes,
    /// It must not: the letter stands so, or is another run's.
    No(State),
    /// It must not yet: the relay does not know the embassy's address (5.1.1). The letter stays pending.
    AddressHeld,
    /// The letter is no longer in the list.
    NotEnrolled,
}

/// The answer to a round that is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// To the claim, if there was one.
    pub claim: Option<Claimed>,
    /// To the charges; granted where there was none.
    pub pace: Pace,
}

/// Which letters a run may claim besides those pending and deferred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retry {
    /// Letters in doubt: at the risk that they arrive twice.
    pub in_doubt: bool,
    /// Refused letters; addresses held after a 5.1.1 are tried again too.
    pub refused: bool,
    /// Letters that came back.
    pub bounced: Again,
}

/// Which of the letters that came back may be sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Again {
    /// None.
    #[default]
    No,
    /// Those whose embassy has another address now than the one they came back from.
    Moved,
    /// The others too, at the risk that they arrived all the same.
    All,
}

impl Retry {
    /// Whether a letter in this state is still to be sent; `has_moved`: its embassy has another address since it was sent.
    pub(crate) fn may_send(self, state: State, has_moved: bool) -> bool {
        match state {
            State::Pending | State::Claimed | State::Deferred => true,
            State::InDoubt => self.in_doubt,
            State::Refused => self.refused,
            State::Bounced => match self.bounced {
                Again::No => false,
                Again::Moved => has_moved,
                Again::All => true,
            },
            State::Accepted | State::ByPost => false,
        }
    }
}
