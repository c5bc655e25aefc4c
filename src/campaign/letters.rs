//! A list's letters, row by row: each read again from the list when its turn comes, and written.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::exit::{Exit, ExitCode};
use crate::ledger::{Keys, Purpose};
use crate::letter::Letter;
use crate::letter::desk::Desk;
use crate::message::Sender;
use crate::message::compose::{self, Composed};
use crate::message::sender::CampaignSender;
use crate::signer::list::{Conditions, Entry, Position, Row, Source};
use crate::signer::{Signer, Wishes};

/// What every letter of a campaign has in common.
pub(crate) struct Letters<'a> {
    /// Where letters are written.
    pub desk: &'a Desk,
    /// The signers' list.
    pub source: &'a Source,
    /// What its rows must satisfy.
    pub conditions: Conditions,
    /// The ledger's keys.
    pub keys: Arc<Keys>,
    /// From whom.
    pub sender: CampaignSender,
    /// Whether the signers get a copy.
    pub copy_to_signer: bool,
    /// The clock.
    pub clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
}

impl Letters<'_> {
    /// The row at a place of the list, which was in order when the plan was made.
    ///
    /// # Errors
    /// Where it is so no more.
    pub(crate) fn row(&self, position: Position) -> Result<Box<Row>, OutboxError> {
        match self.source.row_at(position, self.conditions) {
            Ok(Entry::Row(row)) => Ok(row),
            Ok(_) => Err(OutboxError(
                "the signers' list was changed while its letters were sent: run the command again".to_owned(),
            )),
            Err(error) => Err(OutboxError(error.to_string())),
        }
    }

    /// In whose name a row's letter goes.
    pub(crate) fn sender(&self, row: &Row) -> Sender {
        sender_of(&self.sender, &row.signer, &row.wishes)
    }

    /// A row's letter.
    ///
    /// # Errors
    /// Where it cannot be written any more as it could when the plan was made.
    pub(crate) fn letter<'r>(&'r self, row: &'r Row) -> Result<Letter<'r>, OutboxError> {
        let letter = self.desk.letter_at(&row.signer, &row.wishes, (self.clock)());
        letter.map_err(|error| OutboxError(error.to_string()))
    }

    /// A row's message, and the copy of it for its signer where one is wanted.
    ///
    /// # Errors
    /// Where it cannot be written any more as it could when the plan was made.
    pub(crate) fn composed(&self, row: &Row) -> Result<(Composed, Option<Composed>), OutboxError> {
        let letter = self.letter(row)?;
        let sender = self.sender(row);
        let now = (self.clock)();
        let composed =
            compose::compose(&letter, &sender, &self.keys, Purpose::Letter, now).ok_or_else(|| {
                OutboxError(format!("no e-mail address of {} is known any more", letter.embassy.title()))
            })?;
        let copy = self.copy_to_signer.then(|| compose::copy(&letter, &sender, &self.keys, now)).flatten();
        Ok((composed, copy))
    }
}

/// In whose name a letter of a list goes: answers go to the signer who wished it.
pub(crate) fn sender_of(campaign: &CampaignSender, signer: &Signer, wishes: &Wishes) -> Sender {
    let agreed = if wishes.reply_to { signer.email() } else { None };
    Sender::via(campaign, signer.name(), agreed)
}

/// Why a letter of the plan cannot be composed after all: the list has changed under the run, or cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct OutboxError(pub String);

impl ExitCode for OutboxError {
    fn exit(&self) -> Exit {
        Exit::TemporaryFailure
    }
}
