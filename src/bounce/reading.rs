//! What a mailbox says of the letters of a ledger, message by message.
//!
//! A report counts only if it returns our Message-ID, and one of its recipients is the address that the letter went to.
//! Nothing is recorded here: what is found is shown, and a person may be asked, before the ledger changes.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};

use super::mailbox_file::{Bytes, Found};
use super::notice::{Notice, recognize};
use super::report::{Fate, Recipient, Report};
use crate::ledger::{Bounce, Keys, Ledger, LedgerError, Sent, SentLetters, State};

/// What was read, by what it is. Failures, delays and deliveries are counted by letter, the rest by message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Messages.
    pub messages: u64,
    /// Letters that are found to have come back.
    pub bounced: u64,
    /// Reports on letters that are known to have come back, or stand otherwise than accepted.
    pub known: u64,
    /// Letters that are still being tried.
    pub delayed: u64,
    /// Automatic answers.
    pub answered: u64,
    /// Letters that a server reports as delivered.
    pub delivered: u64,
    /// Messages that have nothing to do with this ledger.
    pub foreign: u64,
    /// Reports that may be about its letters, and name none.
    pub unmatched: u64,
    /// Messages too large, or nested too deeply, to be looked into.
    pub skipped: u64,
}

/// A report that names no letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unmatched {
    /// Where it is.
    pub found: Found,
    /// Its subject.
    pub subject: String,
    /// The status code, where it has one.
    pub status: Option<String>,
    /// The recipient, where it names one.
    pub recipient: Option<String>,
    /// Why it names no letter.
    pub why: &'static str,
}

/// An address that a server does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// The letters that came back from it.
    pub letters: u64,
    /// The first status code.
    pub status: String,
    /// When the last of them came back.
    pub at: DateTime<Utc>,
}

/// A report on a letter that stands otherwise than accepted or in doubt, and was left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftAlone {
    /// The embassy.
    pub destination: String,
    /// How the letter stands.
    pub state: State,
}

/// A letter is tried, or waits for a mailbox to be emptied, for so long at least: whoever took one after that knows the
/// address.
const LATER: TimeDelta = TimeDelta::days(1);

/// What the mailboxes said so far.
pub(crate) struct Reading<'l> {
    ledger: &'l Ledger,
    letters: SentLetters,
    keys: std::sync::Arc<Keys>,
    now: DateTime<Utc>,
    counts: Counts,
    bounces: HashMap<i64, Bounce>,
    by_destination: BTreeMap<(String, String), u64>,
    unknown: BTreeMap<String, Unknown>,
    unmatched: Vec<Unmatched>,
    left_alone: Vec<LeftAlone>,
}

/// All that the mailboxes said.
#[derive(Debug)]
pub(crate) struct Findings {
    /// How much of what.
    pub counts: Counts,
    /// The letters to be recorded, in the order of the ledger.
    pub bounces: Vec<Bounce>,
    /// How many of them by embassy and status code.
    pub by_destination: BTreeMap<(String, String), u64>,
    /// The addresses that servers do not know, and that are not held yet.
    pub unknown: BTreeMap<String, Unknown>,
    /// What names no letter, in the order of the mailboxes.
    pub unmatched: Vec<Unmatched>,
    /// What was left as it is.
    pub left_alone: Vec<LeftAlone>,
}

impl<'l> Reading<'l> {
    /// A reading for the letters of this ledger.
    ///
    /// # Errors
    /// Where the ledger cannot be read, or is forgotten.
    pub(crate) fn new(ledger: &'l Ledger, now: DateTime<Utc>) -> Result<Reading<'l>, LedgerError> {
        Ok(Reading {
            ledger,
            letters: ledger.sent_letters()?,
            keys: ledger.keys()?,
            now,
            counts: Counts::default(),
            bounces: HashMap::new(),
            by_destination: BTreeMap::new(),
            unknown: BTreeMap::new(),
            unmatched: Vec::new(),
            left_alone: Vec::new(),
        })
    }

    /// Takes the next message.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(crate) fn take(&mut self, found: Found, bytes: Bytes<'_>) -> Result<(), LedgerError> {
        self.counts.messages += 1;
        let Some(bytes) = bytes else {
            self.counts.skipped += 1;
            return Ok(());
        };
        match recognize(&bytes) {
            Notice::Reports(reports) => {
                for report in &reports {
                    self.report(&found, report)?;
                }
            }
            Notice::Unclear(report) => {
                self.unmatched(&found, &report, "a mail system wrote it in words that are not known");
            }
            Notice::Answer => self.counts.answered += 1,
            Notice::Other => self.counts.foreign += 1,
            Notice::TooDeep => self.counts.skipped += 1,
        }
        Ok(())
    }

    fn report(&mut self, found: &Found, report: &Report) -> Result<(), LedgerError> {
        for id in &report.message_ids {
            if let Some(sent) = self.ledger.sent(&self.letters, id)? {
                return self.of_letter(found, report, &sent);
            }
        }
        let fates = || report.recipients.iter().map(|recipient| recipient.fate);
        if report.message_ids.is_empty() {
            match () {
                () if fates().all(|fate| fate == Some(Fate::Delayed)) && !report.recipients.is_empty() => {
                    self.counts.delayed += 1;
                }
                () if fates().all(|fate| fate == Some(Fate::Delivered)) && !report.recipients.is_empty() => {
                    self.counts.delivered += 1;
                }
                () => self.unmatched(found, report, "it does not return the letter's header"),
            }
            return Ok(());
        }
        for address in report.recipients.iter().flat_map(|recipient| &recipient.addresses) {
            if self.ledger.writes_to(&address.to_string())? && fates().any(|fate| fate == Some(Fate::Failed))
            {
                self.unmatched(
                    found,
                    report,
                    "its Message-ID is none of this ledger's: the mail server may have written its own",
                );
                return Ok(());
            }
        }
        self.counts.foreign += 1;
        Ok(())
    }

    /// A report that returns our Message-ID.
    fn of_letter(&mut self, found: &Found, report: &Report, sent: &Sent) -> Result<(), LedgerError> {
        let went_to = |recipient: &&Recipient| {
            let is_it = |address: &str| {
                sent.address.as_ref().is_some_and(|sent_to| sent_to.eq_ignore_ascii_case(address))
            };
            recipient.addresses.iter().any(|address| is_it(&address.to_string()))
        };
        let recipients: Vec<&Recipient> = report.recipients.iter().filter(went_to).collect();
        let has = |fate| recipients.iter().find(|recipient| recipient.fate == Some(fate));
        // A letter that an alias led to several people has arrived where one of them has it.
        match (has(Fate::Delivered), has(Fate::Failed), has(Fate::Delayed)) {
            (Some(_), _, _) => self.counts.delivered += 1,
            (None, Some(failed), _) => self.failed(report, failed, sent)?,
            (None, None, Some(_)) => self.counts.delayed += 1,
            (None, None, None) if recipients.is_empty() => {
                self.unmatched(found, report, "it is not about the address that the letter went to");
            }
            (None, None, None) => self.unmatched(found, report, "it does not say what became of the letter"),
        }
        Ok(())
    }

    fn failed(&mut self, report: &Report, failed: &Recipient, sent: &Sent) -> Result<(), LedgerError> {
        let status = failed.status.clone().unwrap_or_default();
        let [id, date] = &report.marks;
        let notice = self.keys.notice(&[
            &sent.number.to_string(),
            sent.address.as_deref().unwrap_or_default(),
            id,
            date,
            &status,
        ]);
        // The notice's own date, as far as it can be: not before the letter went, and not to come.
        let at = report.at.unwrap_or(self.now).min(self.now).max(sent.at.unwrap_or(self.now).min(self.now));
        let address = sent.address.clone().unwrap_or_default();
        if matches!(status.as_str(), "5.1.1" | "5.1.10") {
            let unknown =
                self.unknown.entry(address).or_insert(Unknown { letters: 0, status: status.clone(), at });
            unknown.letters += 1;
            unknown.at = unknown.at.max(at);
        }
        if self.bounces.contains_key(&sent.number) || self.ledger.knows_notice(notice)? {
            self.counts.known += 1;
            return Ok(());
        }
        match sent.state {
            State::Accepted | State::InDoubt => {
                self.counts.bounced += 1;
                *self.by_destination.entry((sent.destination.clone(), status)).or_default() += 1;
                let bounce = Bounce {
                    number: sent.number,
                    notice,
                    at,
                    code: failed.code,
                    enhanced: failed.status.clone(),
                    words: failed.words.clone(),
                };
                self.bounces.insert(sent.number, bounce);
            }
            State::Bounced => self.counts.known += 1,
            state => {
                self.counts.known += 1;
                self.left_alone.push(LeftAlone { destination: sent.destination.clone(), state });
            }
        }
        Ok(())
    }

    fn unmatched(&mut self, found: &Found, report: &Report, why: &'static str) {
        self.counts.unmatched += 1;
        let recipient = report.recipients.first();
        self.unmatched.push(Unmatched {
            found: found.clone(),
            subject: report.subject.clone(),
            status: recipient.and_then(|recipient| recipient.status.clone()),
            recipient: recipient.and_then(|recipient| recipient.addresses.first()).map(ToString::to_string),
            why,
        });
    }

    /// All that was found. An address that took a letter more than a day after one came back is known there after all.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(crate) fn end(self) -> Result<Findings, LedgerError> {
        let mut unknown = BTreeMap::new();
        for (address, found) in self.unknown {
            if !self.ledger.is_held(&address)? && !self.ledger.accepted_after(&address, found.at + LATER)? {
                unknown.insert(address, found);
            }
        }
        let mut bounces: Vec<Bounce> = self.bounces.into_values().collect();
        bounces.sort_by_key(|bounce| bounce.number);
        Ok(Findings {
            counts: self.counts,
            bounces,
            by_destination: self.by_destination,
            unknown,
            unmatched: self.unmatched,
            left_alone: self.left_alone,
        })
    }
}
