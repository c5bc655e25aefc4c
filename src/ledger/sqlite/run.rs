//! One run: the process that may send, and how others know whether it lives.
//!
//! A run is a row in the ledger and an OS lock on a small file beside it, which the kernel drops with the process,
//! however it ends. A claim names its run: it is in doubt only when that run's lock is free. Before the first claim
//! the run reserves room on the disk, so that outcomes can be recorded when the disk is full.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::alive::RunLock;
use super::open::FileLedger;
use super::writer::FileWriter;
use super::{file, reserve, seal};
use crate::ledger::error::LedgerError;
use crate::ledger::round::Retry;
use crate::ledger::run::Living;

/// The run `id`, whose row is durable. From here on the file itself says that the run has begun, without its log: what
/// is lost of the log later is noticed.
pub(super) fn begin(
    ledger: &FileLedger,
    id: i64,
    lock: RunLock,
    retry: Retry,
    clock: impl Fn() -> DateTime<Utc> + Send + 'static,
) -> Result<Living<FileWriter>, LedgerError> {
    let connection = file::connect(ledger.path())?;
    let keys = ledger.keys()?;
    let begin = || {
        seal::teach(&connection, &keys)?;
        let letters =
            connection
                .query_one("SELECT count(*) FROM letter WHERE room IS NOT NULL", [], |row| row.get(0))?;
        reserve::take(&connection, letters)?;
        reserve::carry_log_over(&connection)
    };
    let is_carried_over = begin().map_err(|error| ledger.error(&error))?;
    let writer = FileWriter {
        path: ledger.path().to_owned(),
        file: ledger.file,
        connection,
        keys,
        run: id,
        lock,
        retry,
        clock: Box::new(clock),
        ended: HashSet::new(),
        failure: None,
    };
    let run = Living::new(writer);
    // Dropped here, it records its end.
    if is_carried_over { Ok(run) } else { Err(LedgerError::Busy(ledger.path().into())) }
}
