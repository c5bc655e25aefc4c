//! Where the ledger was last sent with: which file it was, on which machine.
//!
//! A whole copy on two machines would send every letter twice, and nothing in a copy can tell that it is one. So the
//! ledger keeps where it was; who finds it elsewhere is told before the question.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, params};

use super::disk::{self, FileId};
use crate::ledger::key::Keys;
use crate::ledger::trace::Elsewhere;

/// Which file the ledger is and where, as far as the system tells.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Home {
    file: Option<FileId>,
    machine: Option<[u8; 32]>,
}

impl Home {
    fn here(path: &Path, keys: &Keys) -> Home {
        Home {
            file: disk::file_at(path).unwrap_or_default(),
            machine: machine_id().map(|id| keys.machine(&id)),
        }
    }
}

/// What systemd and D-Bus know a machine by (machine-id(5)).
fn machine_id() -> Option<String> {
    ["/etc/machine-id", "/var/lib/dbus/machine-id"]
        .into_iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .map(|id| id.trim().to_owned())
        .find(|id| !id.is_empty())
}

/// Writes down that the ledger lives here.
pub(super) fn settle_in(path: &Path, transaction: &Transaction<'_>, keys: &Keys) -> rusqlite::Result<()> {
    let Home { file, machine } = Home::here(path, keys);
    transaction.execute(
        "UPDATE campaign SET device = ?1, inode = ?2, machine = ?3, place = ?4",
        params![file.map(|file| file.device), file.map(|file| file.inode), machine, path.to_string_lossy()],
    )?;
    Ok(())
}

/// Whether the ledger is another file than the one that was sent with, or on another machine. What one side does not
/// know is not compared.
pub(super) fn elsewhere(
    path: &Path,
    connection: &Connection,
    keys: &Keys,
) -> rusqlite::Result<Option<Elsewhere>> {
    let (kept, was_at) =
        connection.query_one("SELECT device, inode, machine, place FROM campaign", [], |row| {
            let file: Option<i64> = row.get(0)?;
            let file = file.zip(row.get(1)?).map(|(device, inode)| FileId { device, inode });
            Ok((Home { file, machine: row.get(2)? }, row.get::<_, Option<String>>(3)?.map(PathBuf::from)))
        })?;
    let here = Home::here(path, keys);
    let differs = |kept: bool, here: bool, equal: bool| kept && here && !equal;
    let on_another_machine =
        differs(kept.machine.is_some(), here.machine.is_some(), kept.machine == here.machine);
    let in_another_file = differs(kept.file.is_some(), here.file.is_some(), kept.file == here.file);
    Ok((on_another_machine || in_another_file).then_some(Elsewhere { was_at, on_another_machine }))
}
