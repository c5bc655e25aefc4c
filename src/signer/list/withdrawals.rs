//! The signers who said no in one row of a list: no other row of theirs is a yes, wherever it stands.
//!
//! One who has two rows may have written an e-mail into one of them only. Where the names are the same and nothing tells the
//! two apart, the no holds: a letter too few can be mended, one too many cannot.

use crate::country::Territory;
use crate::ledger::KeyRules;
use crate::mailbox::Mailbox;
use crate::signer::person::Signer;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Who said no, by hashes of what they wrote.
#[derive(Debug, Default)]
pub(super) struct Withdrawals {
    /// Sorted by name.
    all: Vec<Person>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Person {
    name: u64,
    email: Option<u64>,
    city: Option<u64>,
    country: Option<Territory>,
    row: u64,
}

impl Withdrawals {
    /// Adds what a row that says no has in its cells.
    pub(super) fn add(
        &mut self,
        name: &str,
        email: Option<&str>,
        city: Option<&str>,
        country: Option<Territory>,
        row: u64,
    ) {
        let email = email.and_then(|email| Mailbox::parse(email.trim()).ok());
        self.all.push(Person {
            name: hash(name),
            email: email.as_ref().map(of_email),
            city: city.map(hash),
            country,
            row,
        });
    }

    /// Makes ready for questions.
    pub(super) fn sort(&mut self) {
        self.all.sort_unstable();
    }

    /// The row in which a signer said no, if there is one.
    pub(super) fn of(&self, signer: &Signer) -> Option<u64> {
        if self.all.is_empty() {
            return None;
        }
        let name = hash(signer.name());
        let (email, city) = (signer.email().map(of_email), signer.city().map(hash));
        let from = self.all.partition_point(|person| person.name < name);
        let same_name = self.all[from..].iter().take_while(|person| person.name == name);
        let differ = |one: Option<u64>, other: Option<u64>| matches!((one, other), (Some(one), Some(other)) if one != other);
        let mut same = same_name.filter(|person| {
            if let (Some(one), Some(other)) = (person.email, email) {
                return one == other;
            }
            let elsewhere = person.country.is_some_and(|country| country != signer.country());
            !elsewhere && !differ(person.city, city)
        });
        same.next().map(|person| person.row)
    }
}

fn of_email(email: &Mailbox) -> u64 {
    hash(&email.folded().to_string())
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    KeyRules::WithoutTheUnseen.folded(text).hash(&mut hasher);
    hasher.finish()
}
