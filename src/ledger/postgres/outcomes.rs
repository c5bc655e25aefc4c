//! `ID.outcomes`: outcomes that came when the database was away, kept until the next run records them.
//!
//! A line each, with hashes and codes, and the relay's words as the ledger may keep them. On the disk before anybody is told.

use serde_json::{Value, json};

use super::beside;
use super::draft;
use super::fault::DatabaseFault;
use super::letter::By;
use super::rows;
use super::session::Session;
use crate::hexadecimal;
use crate::ledger::error::LedgerError;
use crate::ledger::key::{Keys, LetterKey};
use crate::ledger::location::{Location, SharedLedger};
use crate::ledger::outcome::{KeptReply, Outcome, kept_words};
use crate::ledger::round::{Item, Retry};
use crate::ledger::rules::{Change, Claimant, CopyState};

/// An outcome that could not be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Late {
    pub(super) run: i32,
    pub(super) at: i64,
    pub(super) item: Item,
    pub(super) outcome: Outcome,
}

/// Keeps them, with those that are kept already.
pub(super) fn keep(shared: &SharedLedger, late: impl Iterator<Item = Late>) -> Result<(), LedgerError> {
    let lines: String = late.map(|late| late.line()).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let path = beside::outcomes(shared);
    beside::write(&path, &(beside::read(&path)? + &lines))
}

/// Those that are kept.
pub(super) fn kept(shared: &SharedLedger, location: &Location) -> Result<Vec<Late>, LedgerError> {
    let path = beside::outcomes(shared);
    let text = beside::read(&path)?;
    let unreadable =
        |words: &str| DatabaseFault::Outcomes { path: path.clone(), words: words.to_owned() }.at(location);
    text.lines().map(|line| Late::of_line(line).ok_or_else(|| unreadable(line))).collect()
}

/// They are recorded.
pub(super) fn forget(shared: &SharedLedger) -> Result<(), LedgerError> {
    beside::remove(&beside::outcomes(shared))
}

/// Records them under the claims of their runs, as far as those still stand: what was settled since, or claimed by another, is
/// left as it is. How many there were.
pub(super) fn record(
    transaction: &mut Session,
    late: &[Late],
    keys: &Keys,
    list: i32,
) -> Result<u64, tokio_postgres::Error> {
    let mut recorded = 0;
    for late in late {
        let key = late.item.letter();
        let Some(seen) = rows::letters(transaction, &[key], list)?.remove(&key) else { continue };
        let expected = seen.seal;
        let seen = seen.claimed_by(late.run);
        let ended = std::collections::HashSet::new();
        let claimant = Claimant { run: late.run.into(), retry: Retry::default(), ended: &ended };
        let row = seen.letter.row(list, None);
        let Ok(recording) = claimant.record(late.item, &late.outcome, Some(&row)) else { continue };
        let Some(change) = recording.change else { continue };
        let by = By { run: late.run, list, at: late.at };
        let mut after = seen.letter.after(change, by);
        if recording.owes_copy {
            after = after.after(Change::Copy(CopyState::Owed), by);
        }
        recorded += draft::rewrite(transaction, &[(expected, after)], keys)?;
        if let Some(address) = row.address.filter(|_| recording.holds) {
            draft::hold(transaction, &address, late.at)?;
        }
    }
    Ok(recorded)
}

impl Late {
    fn line(&self) -> String {
        let (item, letter) = match self.item {
            Item::Letter(letter) => ("letter", letter),
            Item::LetterWithCopy(letter) => ("letter with copy", letter),
            Item::Copy(letter) => ("copy", letter),
        };
        let word = match &self.outcome {
            Outcome::Accepted(_) => "accepted",
            Outcome::Deferred(_) => "deferred",
            Outcome::Refused(_) => "refused",
            Outcome::NoSuchAddress(_) => "no such address",
            Outcome::InDoubt(_) => "in doubt",
            Outcome::Unsent => "unsent",
            Outcome::TakenBack { hold: false } => "taken back",
            Outcome::TakenBack { hold: true } => "taken back and held",
        };
        let reply = self.outcome.reply();
        let line = json!({
            "run": self.run, "at": self.at, "item": item, "letter": hexadecimal::digits(&letter.0), "outcome": word,
            "code": reply.code, "enhanced": reply.enhanced, "words": kept_words(&reply.words, None), "relay": reply.relay,
        });
        format!("{line}\n")
    }

    fn of_line(line: &str) -> Option<Late> {
        let line: Value = serde_json::from_str(line).ok()?;
        let text = |key: &str| line[key].as_str();
        let letter = LetterKey(hexadecimal::of_32_bytes(text("letter")?)?);
        let reply = KeptReply {
            code: line["code"].as_u64().and_then(|code| u16::try_from(code).ok()),
            enhanced: text("enhanced").map(ToOwned::to_owned),
            words: text("words").unwrap_or_default().to_owned(),
            relay: text("relay").unwrap_or_default().to_owned(),
        };
        Some(Late {
            run: i32::try_from(line["run"].as_i64()?).ok()?,
            at: line["at"].as_i64()?,
            item: match text("item")? {
                "letter" => Item::Letter(letter),
                "letter with copy" => Item::LetterWithCopy(letter),
                "copy" => Item::Copy(letter),
                _ => return None,
            },
            outcome: match text("outcome")? {
                "accepted" => Outcome::Accepted(reply),
                "deferred" => Outcome::Deferred(reply),
                "refused" => Outcome::Refused(reply),
                "no such address" => Outcome::NoSuchAddress(reply),
                "in doubt" => Outcome::InDoubt(reply.words),
                "unsent" => Outcome::Unsent,
                "taken back" => Outcome::TakenBack { hold: false },
                "taken back and held" => Outcome::TakenBack { hold: true },
                _ => return None,
            },
        })
    }
}
