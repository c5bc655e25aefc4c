//! The same words three times in a row: what a relay says of three letters alike is not about the letters.
//!
//! Said of letters to two addresses it is about the account or the relay; said of letters to one it is about that
//! address. Either way the three are pending again, as soon as their refusals are durable.

use super::words;
use crate::ledger::{KeptReply, LetterKey};
use crate::mailbox::Mailbox;

/// After how many it is no chance any more.
const ENOUGH: usize = 3;

/// A refused letter.
#[derive(Clone, Debug)]
struct Refused {
    letter: LetterKey,
    address: Mailbox,
    is_durable: bool,
}

/// What three refusals with the same words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The address that all three went to.
    Address,
    /// The account, or the relay.
    Account,
}

/// A letter to be put back to pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TakeBack {
    pub(super) letter: LetterKey,
    /// Whether its address is to be held.
    pub(super) hold: bool,
}

/// The refusals in a row, and those to be taken back.
#[derive(Debug, Default)]
pub(super) struct SameWords {
    words: String,
    in_a_row: Vec<Refused>,
    /// Words that have been understood: letters on their way when they came get the same.
    known: Vec<(String, Subject, Mailbox)>,
    to_take_back: Vec<(Refused, Subject)>,
}

impl SameWords {
    /// A letter had another answer than a refusal: the row is broken.
    pub(super) fn broken(&mut self) {
        self.in_a_row.clear();
    }

    /// A letter was refused; what follows if it is the third with these words.
    pub(super) fn refused(
        &mut self,
        letter: LetterKey,
        address: &Mailbox,
        reply: &KeptReply,
    ) -> Option<Subject> {
        let words = match words::alike(&reply.words) {
            // Without words the code is all that is said.
            none if none.is_empty() => format!("{:?} {:?}", reply.code, reply.enhanced),
            words => words,
        };
        let refused = Refused { letter, address: address.clone(), is_durable: false };
        let is_known = |(known, subject, whose): &&(String, Subject, Mailbox)| {
            *known == words && (*subject == Subject::Account || whose == address)
        };
        if let Some((_, subject, _)) = self.known.iter().find(is_known) {
            self.to_take_back.push((refused, *subject));
            return None;
        }
        if words != self.words {
            self.in_a_row.clear();
            self.words = words;
        }
        self.in_a_row.push(refused);
        if self.in_a_row.len() < ENOUGH {
            return None;
        }
        let is_one_address = self.in_a_row.iter().all(|refused| refused.address == *address);
        let subject = if is_one_address { Subject::Address } else { Subject::Account };
        self.known.push((self.words.clone(), subject, address.clone()));
        self.to_take_back.extend(self.in_a_row.drain(..).map(|refused| (refused, subject)));
        Some(subject)
    }

    /// A letter's refusal is durable.
    pub(super) fn is_durable(&mut self, letter: LetterKey) {
        let taken_back = self.to_take_back.iter_mut().map(|(refused, _)| refused);
        for refused in self.in_a_row.iter_mut().chain(taken_back).filter(|refused| refused.letter == letter) {
            refused.is_durable = true;
        }
    }

    /// The letters that can be put back to pending now: an earlier word would be overwritten by their refusal.
    pub(super) fn due(&mut self) -> Vec<TakeBack> {
        let due = self.to_take_back.extract_if(.., |(refused, _)| refused.is_durable);
        due.map(|(refused, subject)| TakeBack { letter: refused.letter, hold: subject == Subject::Address })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{SameWords, Subject, TakeBack};
    use crate::ledger::{Identity, KeptReply, Keys, Ledger, LetterKey};
    use crate::mailbox::Mailbox;
    use std::sync::{Arc, OnceLock};

    fn letter(number: u8) -> LetterKey {
        static KEYS: OnceLock<Arc<Keys>> = OnceLock::new();
        let keys = KEYS.get_or_init(|| Ledger::ephemeral(None, 2026).unwrap().keys().unwrap());
        let name = format!("Signer {number}");
        keys.fingerprint(&Identity { name: &name, email: None, city: Some("Example") }, "JP").key
    }

    fn refused(row: &mut SameWords, number: u8, to: &str, words: &str) -> Option<Subject> {
        let reply = KeptReply { code: Some(550), words: words.to_owned(), ..KeptReply::default() };
        let letter = letter(number);
        let answer = row.refused(letter, &Mailbox::parse(&format!("{to}@example.org")).unwrap(), &reply);
        row.is_durable(letter);
        answer
    }

    #[test]
    fn three_letters_to_two_addresses_with_the_same_words_are_about_the_account() {
        let mut row = SameWords::default();
        assert_eq!(refused(&mut row, 1, "jp", "policy 17 says no"), None);
        assert_eq!(refused(&mut row, 2, "fr", "policy 18 says no"), None);
        assert_eq!(refused(&mut row, 3, "jp", "policy 19 says no"), Some(Subject::Account));
        let back: Vec<LetterKey> = row.due().iter().map(|back| back.letter).collect();
        assert_eq!(back, [letter(1), letter(2), letter(3)]);
        assert_eq!(row.due(), []);
    }

    #[test]
    fn three_letters_to_one_address_are_about_that_address() {
        let mut row = SameWords::default();
        (1..3).for_each(|number| assert_eq!(refused(&mut row, number, "jp", "mailbox full"), None));
        assert_eq!(refused(&mut row, 3, "jp", "mailbox full"), Some(Subject::Address));
        assert!(row.due().iter().all(|back| back.hold));
        // One that was on its way.
        assert_eq!(refused(&mut row, 4, "jp", "mailbox full"), None);
        assert_eq!(row.due(), [TakeBack { letter: letter(4), hold: true }]);
    }

    #[test]
    fn other_words_or_an_acceptance_between_break_the_row() {
        let mut row = SameWords::default();
        refused(&mut row, 1, "jp", "spam");
        refused(&mut row, 2, "fr", "spam");
        assert_eq!(refused(&mut row, 3, "de", "too big"), None);
        refused(&mut row, 4, "jp", "too big");
        row.broken();
        assert_eq!(refused(&mut row, 5, "kr", "too big"), None);
        // Without words the code counts.
        assert_eq!(refused(&mut row, 6, "kr", ""), None);
        assert_eq!(refused(&mut row, 7, "jp", ""), None);
        assert_eq!(refused(&mut row, 8, "kr", ""), Some(Subject::Account));
    }

    #[test]
    fn a_letter_is_not_taken_back_before_its_refusal_is_durable() {
        let mut row = SameWords::default();
        refused(&mut row, 1, "jp", "no");
        refused(&mut row, 2, "fr", "no");
        let reply = KeptReply { words: "no".to_owned(), ..KeptReply::default() };
        row.refused(letter(3), &Mailbox::parse("kr@example.org").unwrap(), &reply);
        assert_eq!(row.due().len(), 2);
        row.is_durable(letter(3));
        assert_eq!(row.due(), [TakeBack { letter: letter(3), hold: false }]);
    }
}
