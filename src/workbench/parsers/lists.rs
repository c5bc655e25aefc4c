//! Signers' lists: CSV in any encoding, and workbooks.

use crate::signer::list::{Conditions, Entry, Faults, Instructions, Row, Source, SourceError};

/// A list read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The signers who are in order, all that they say, as one text each.
    pub signers: Vec<String>,
    /// Their names.
    pub names: Vec<String>,
    /// How many rows are faulty.
    pub faulty: u64,
    /// How many rows there are in all: signers, those who said no, faulty ones.
    pub rows: u64,
    /// How many rows the list says that it has.
    pub counted: u64,
    /// Whether each row, asked for by its place, is the same again.
    pub found_again: bool,
    /// What is wrong with its rows, and what the user should know.
    pub told: String,
    /// The list as a report repeats it: its own columns, byte for byte.
    pub repeated: Vec<u8>,
}

/// Reads a list; rows must state their consent where it has a column for it.
///
/// # Errors
/// Why the file as a whole cannot be read.
pub fn read(file: &str, bytes: &[u8]) -> Result<List, String> {
    let said = Instructions::default();
    let source = Source::read(file, bytes, &said).map_err(|error| error.to_string())?;
    let mut conditions = Conditions { today: crate::zone::date(2026, 12, 2), consent_needed: true };
    let mut rows = match source.rows(conditions) {
        Err(SourceError::Header { .. }) => {
            conditions.consent_needed = false;
            source.rows(conditions).map_err(|error| error.to_string())?
        }
        rows => rows.map_err(|error| error.to_string())?,
    };
    let layout = source.layout();
    let mut list = List { counted: source.count(), found_again: true, ..List::default() };
    if layout.has_mark {
        list.repeated.extend_from_slice("\u{FEFF}".as_bytes());
    }
    list.repeated.extend_from_slice(&layout.header);
    list.repeated.extend_from_slice(layout.line_end.as_bytes());
    let (mut faults, mut own) = (Faults::default(), Vec::new());
    while let Some(entry) = rows.next() {
        let entry = entry.map_err(|error| error.to_string())?;
        rows.own_columns(&mut own);
        list.repeated.extend_from_slice(&own);
        list.repeated.extend_from_slice(layout.line_end.as_bytes());
        list.rows += 1;
        let position = match &entry {
            Entry::Row(row) => row.position,
            Entry::Withheld(row) => row.position,
            Entry::Faulty(row) => row.position,
        };
        list.found_again &= source.row_at(position, conditions).is_ok_and(|again| again == entry);
        match entry {
            Entry::Row(row) => {
                let Row { signer, wishes, .. } = *row;
                list.names.push(signer.name().to_owned());
                list.signers.push(format!("{signer:?} {wishes:?}"));
            }
            Entry::Withheld(_) => {}
            Entry::Faulty(row) => faults.push(row),
        }
    }
    list.faulty = faults.rows();
    let notices = source.notices().iter().chain(source.remarks()).map(ToString::to_string);
    let told: Vec<String> = std::iter::once(faults.to_string()).chain(notices).collect();
    list.told = told.join("\n");
    Ok(list)
}
