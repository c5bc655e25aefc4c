//! Letters of a list that may be a second one, and signers who share an e-mail.

use super::column;
use super::list::FileList;
use crate::ledger::comparison::{LookAlike, LookAlikes, Shared, SharedEmails};
use crate::ledger::error::LedgerError;
use crate::ledger::key::{LetterKey, Purpose};
use crate::ledger::listing;

impl FileList<'_> {
    /// E-mails that several signers gave; of two embassies they are counted at each.
    pub(crate) fn shared_emails(&self, first: usize) -> Result<SharedEmails, LedgerError> {
        listing::shared_emails(&self.ledger.connection, first).map_err(|error| self.ledger.error(&error))
    }

    /// New letters that share their signer, or name or e-mail at the embassy, with a letter already sent: a
    /// corrected typo would be a second letter.
    pub(crate) fn look_alikes(&self, first: usize) -> Result<LookAlikes, LedgerError> {
        self.close()?;
        let keys = self.ledger.keys()?;
        let find = || {
            let mut found = LookAlikes::default();
            let mut statement = self.ledger.connection.prepare(LOOK_ALIKES)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                found.total += 1;
                if found.first.len() < first {
                    found.first.push(LookAlike {
                        row: row.get(0)?,
                        shared: Shared::of(row.get(1)?),
                        message_id: keys.message_id_local_part(LetterKey(row.get(2)?), Purpose::Letter),
                        state: row.get(3)?,
                        at: column::time(row.get(4)?),
                    });
                }
            }
            Ok(found)
        };
        find().map_err(|error| self.ledger.error(&error))
    }
}

/// Letters that were sent, or may have been; of several reasons for one row the nearest.
const LOOK_ALIKES: &str = "
WITH new AS MATERIALIZED (
         SELECT * FROM temp.list WHERE NOT EXISTS (SELECT 1 FROM letter WHERE letter.key = list.key)),
     sent AS MATERIALIZED (
         SELECT key, signer, name_at_embassy, email_at_embassy, state, at FROM letter
         WHERE state IN ('accepted', 'refused', 'in_doubt', 'by_post', 'claimed', 'bounced')),
     alike AS (
         SELECT row, 1 AS shared, sent.key, state, at FROM new JOIN sent USING (name_at_embassy)
         UNION ALL
         SELECT row, 2, sent.key, state, at FROM new JOIN sent USING (email_at_embassy)
         UNION ALL
         SELECT row, 3, sent.key, state, at FROM new JOIN sent USING (signer))
SELECT row, min(shared), key, state, at FROM alike GROUP BY row ORDER BY row";
