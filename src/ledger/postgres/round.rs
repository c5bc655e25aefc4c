//! What the rounds of all connections come to, by rows that were read, or are taken to be as they were seen last.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::draft::{Draft, Tie, Written};
use super::letter::{By, Letter};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{Keys, LetterKey, Purpose};
use crate::ledger::location::Location;
use crate::ledger::outcome::{Outcome, State};
use crate::ledger::pace::{self, ALL, Bucket, Pace};
use crate::ledger::round::{Answer, Claimed, Item, Retry, Round};
use crate::ledger::rules::{Change, Claimant};

/// What is known when the rounds are judged.
pub(super) struct Sight<'a> {
    pub(super) location: &'a Location,
    pub(super) keys: &'a Keys,
    pub(super) by: By,
    /// Whose pace it is.
    pub(super) sender: &'a str,
    pub(super) retry: Retry,
    pub(super) ended: &'a HashSet<i64>,
    /// The letters; where they were not read, those that this run has to do with.
    pub(super) letters: HashMap<LetterKey, Seen>,
    /// Whether letters, buckets and held addresses were read and are locked: else a letter that is not known is taken for one
    /// that nobody has tried, and the statement finds out.
    pub(super) is_read: bool,
    pub(super) buckets: HashMap<String, Bucket>,
    pub(super) held: HashSet<String>,
    /// The database's clock, in microseconds since 1970, and this machine's.
    pub(super) now: i64,
    pub(super) here: DateTime<Utc>,
}

/// A letter as it was seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) letter: Letter,
    /// The check value in its row.
    pub(super) seal: i64,
    pub(super) listed: Listed,
}

/// Whether a letter is in this list; as far as that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    /// It is not, or nobody has looked.
    No,
    /// It is; with the embassy's address in its book, if that has one.
    Yes(Option<String>),
}

/// The answers, and what is to be written for them to be true.
#[derive(Clone, Debug)]
pub(super) struct Judgement {
    pub(super) answers: Vec<Answer>,
    pub(super) draft: Draft,
}

/// The bucket's name in the database: the rate is that of one From address, and the caps are the campaign's.
pub(super) fn bucket(name: &str, sender: &str) -> String {
    if name == ALL { format!("from:{sender}") } else { name.to_owned() }
}

/// Why there is no judgement.
#[derive(Debug)]
pub(super) enum Unjudged {
    /// The rows have to be read.
    Unread,
    /// It is an error.
    Fault(LedgerError),
}

impl Sight<'_> {
    /// Judges the rounds in their order, each by what those before it have changed.
    pub(super) fn judge(mut self, rounds: &[Round]) -> Result<Judgement, Unjudged> {
        let mut draft = Draft::default();
        let mut answers = Vec::with_capacity(rounds.len());
        for round in rounds {
            for (item, outcome) in &round.outcomes {
                self.record(*item, outcome, &mut draft)?;
            }
            let claim = round.claim.map(|item| self.claim(item, &mut draft)).transpose()?;
            answers.push(Answer { claim, pace: self.charge(round, &mut draft)? });
        }
        Ok(Judgement { answers, draft })
    }

    fn claim(&mut self, item: Item, draft: &mut Draft) -> Result<Claimed, Unjudged> {
        let key = item.letter();
        if matches!(item, Item::Copy(_)) && !self.is_read && !self.letters.contains_key(&key) {
            // Nobody owes a copy of a letter that is taken for one that nobody has tried: an earlier run may.
            return Err(Unjudged::Unread);
        }
        let Some(seen) = self.seen(key) else { return Ok(Claimed::NotEnrolled) };
        let row = self.is_enrolled(&seen).then(|| seen.row(self.by.list));
        let is_held = |address: Option<&str>| -> Result<bool, Unjudged> {
            Ok(address.is_some_and(|address| self.held.contains(&address.to_lowercase())))
        };
        let (claimed, change) = self.claimant().claim(item, row.as_ref(), is_held)?;
        // What is refused is refused by what is there, and not by what was seen last.
        if claimed != Claimed::Yes && !self.is_read {
            return Err(Unjudged::Unread);
        }
        if let Some(change) = change {
            let tie = if matches!(item, Item::Copy(_)) { Tie::None } else { Tie::Free };
            self.write(seen, change, tie, draft);
        }
        Ok(claimed)
    }

    fn record(&mut self, item: Item, outcome: &Outcome, draft: &mut Draft) -> Result<(), Unjudged> {
        let key = item.letter();
        if !self.is_read && !self.letters.contains_key(&key) {
            // Of a letter that this run has not claimed: what came of its envelope.
            return if *outcome == Outcome::Unsent { Ok(()) } else { Err(Unjudged::Unread) };
        }
        let found = self.seen(key);
        let is_ours = |seen: &Seen| seen.letter.run == Some(self.by.run);
        let row = found
            .as_ref()
            .filter(|seen| is_ours(seen) || self.is_enrolled(seen))
            .map(|seen| seen.row(self.by.list));
        let recording = match self.claimant().record(item, outcome, row.as_ref()) {
            Ok(recording) => recording,
            Err(_) if !self.is_read => return Err(Unjudged::Unread),
            Err(_) => {
                return Err(Unjudged::Fault(LedgerError::NoClaim {
                    location: self.location.clone(),
                    letter: self.keys.message_id_local_part(key, Purpose::Letter),
                }));
            }
        };
        let Some(seen) = found else { return Ok(()) };
        let address = row.and_then(|row| row.address);
        if let Some(change) = recording.change {
            // Without a claim before it, the letter takes its address now.
            let tie = match &change {
                Change::Settle { attempts: 1.., .. } => Tie::Listed,
                _ => Tie::None,
            };
            self.write(seen, change, tie, draft);
        }
        if recording.owes_copy
            && let Some(seen) = self.seen(key)
        {
            self.write(seen, Change::Copy(crate::ledger::rules::CopyState::Owed), Tie::None, draft);
        }
        if let Some(address) = address.filter(|_| recording.holds) {
            draft.holds.insert(address.to_lowercase());
            self.held.insert(address.to_lowercase());
        }
        Ok(())
    }

    fn charge(&mut self, round: &Round, draft: &mut Draft) -> Result<Pace, Unjudged> {
        let mut filled = Vec::with_capacity(round.charges.len());
        for charge in &round.charges {
            let last = self.buckets.get(&bucket(&charge.bucket, self.sender)).copied();
            if last.is_none() && !self.is_read {
                return Err(Unjudged::Unread);
            }
            filled.push((charge.rate, Bucket::filled(last, charge.rate, self.now)));
        }
        let wait = pace::take(&mut filled);
        for (charge, (_, bucket)) in round.charges.iter().zip(filled) {
            let name = self::bucket(&charge.bucket, self.sender);
            let had = self.buckets.insert(name.clone(), bucket);
            draft.buckets.entry(name).and_modify(|(_, new)| *new = bucket).or_insert((had, bucket));
        }
        Ok(pace::after(self.here, wait))
    }

    fn claimant(&self) -> Claimant<'_> {
        Claimant { run: self.by.run.into(), retry: self.retry, ended: self.ended }
    }

    fn is_enrolled(&self, seen: &Seen) -> bool {
        !self.is_read || seen.listed != Listed::No
    }

    fn seen(&self, key: LetterKey) -> Option<Seen> {
        if let Some(seen) = self.letters.get(&key) {
            return Some(seen.clone());
        }
        (!self.is_read).then(|| {
            let letter = Letter::fresh(key);
            Seen { seal: letter.seal(self.keys), letter, listed: Listed::No }
        })
    }

    fn write(&mut self, seen: Seen, change: Change, tie: Tie, draft: &mut Draft) {
        let letter = seen.letter.after(change, self.by);
        let written = draft.letters.entry(letter.key).or_insert(Written {
            expected: seen.seal,
            tie,
            letter: letter.clone(),
        });
        written.tie = written.tie.max(tie);
        written.letter = letter.clone();
        let seal = letter.seal(self.keys);
        self.letters.insert(letter.key, Seen { letter, seal, listed: seen.listed });
    }
}

impl Seen {
    fn row(&self, list: i32) -> crate::ledger::rules::Row {
        let listed = match &self.listed {
            Listed::Yes(address) => address.as_deref(),
            Listed::No => None,
        };
        self.letter.row(list, listed)
    }

    /// The claim of this run that others have put in doubt meanwhile, since they could not see that it lives: it is a claim
    /// still, for who has the outcome.
    pub(super) fn claimed_by(mut self, run: i32) -> Seen {
        if self.letter.state == State::InDoubt && self.letter.run == Some(run) && self.letter.before.is_some()
        {
            self.letter.state = State::Claimed;
        }
        self
    }
}
