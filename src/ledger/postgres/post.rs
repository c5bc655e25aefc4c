//! Letters by post, and the files that hold signers' names: their paths stay on this machine.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::beside;
use super::draft;
use super::letter::Letter;
use super::open::DatabaseLedger;
use super::round::Listed;
use super::rows;
use crate::ledger::error::LedgerError;
use crate::ledger::key::LetterKey;
use crate::ledger::outcome::State;
use crate::ledger::trace::Trace;

impl DatabaseLedger {
    /// Records that the files of these letters are durable, all in one commit. Letters that are not pending or deferred, or that
    /// another list has, stay as they are.
    pub(in crate::ledger) fn by_post(
        &self,
        letters: &[LetterKey],
        now: DateTime<Utc>,
    ) -> Result<u64, LedgerError> {
        let keys = self.keys()?;
        self.write(|transaction, list| {
            let failed = |error: tokio_postgres::Error| self.error(&error);
            let mut posted = 0;
            for some in letters.chunks(5_000) {
                let seen = rows::letters(transaction, some, list).map_err(failed)?;
                let written: Vec<(i64, Letter)> = seen
                    .into_values()
                    .filter(|seen| seen.listed != Listed::No)
                    .filter(|seen| matches!(seen.letter.state, State::Pending | State::Deferred))
                    .filter(|seen| seen.letter.list.is_none_or(|owner| owner == list))
                    .map(|seen| {
                        let at = Some(now.timestamp_millis());
                        let letter = Letter { state: State::ByPost, list: Some(list), at, ..seen.letter };
                        (seen.seal, letter)
                    })
                    .collect();
                posted += draft::rewrite(transaction, &written, &keys).map_err(failed)?;
            }
            Ok(posted)
        })
    }

    /// Remembers a file or folder that `forget` has to name.
    pub(in crate::ledger) fn remember(&self, path: &Path, trace: Trace) -> Result<(), LedgerError> {
        let traces = beside::traces(&self.shared);
        let line = format!("{}\t{}\n", trace.word(), path.display());
        let known = beside::read(&traces)?;
        if known.split_inclusive('\n').any(|known| known == line) {
            return Ok(());
        }
        beside::write(&traces, &(known + &line))
    }

    /// What this machine knows to hold signers' names, with what it keeps of the ledger itself.
    pub(in crate::ledger) fn traces(&self) -> Result<Vec<PathBuf>, LedgerError> {
        let known = beside::read(&beside::traces(&self.shared))?;
        let named = known.lines().filter_map(|line| line.split_once('\t'));
        Ok(named.map(|(_, path)| PathBuf::from(path)).collect())
    }
}
