//! The letters of a list, made one after another for whatever a command does with them.

use super::failure::{Failure, Outcome};
use super::session::Session;
use crate::campaign::plan::judge::Judge;
use crate::exit::Exit;
use crate::letter::Letter;
use crate::letter::desk::Desk;
use crate::letter::form::maker::Unmade;
use crate::signer::Field;
use crate::signer::list::{Conditions, Entry, Faults, Row, Source};

/// Which rows of a list are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// The one with this number.
    One(u64),
    /// All.
    All,
}

/// Why a row's letter was not made.
pub(super) enum Refusal {
    /// What has to be mended in the row.
    Row(Field, String),
    /// Something that ends the run.
    Run(Failure),
}

impl<E: Into<Failure>> From<E> for Refusal {
    fn from(error: E) -> Refusal {
        Refusal::Run(error.into())
    }
}

impl From<Unmade> for Refusal {
    fn from(unmade: Unmade) -> Refusal {
        match unmade {
            Unmade::Field(field, sentence) => Refusal::Row(field, sentence),
            Unmade::Failed(sentence, exit) => Refusal::Run(Failure::new(exit, sentence)),
        }
    }
}

/// Makes the letters of the rows one after another. Faulty rows are told all at once, at the end.
pub(super) fn each_letter(
    source: &Source,
    desk: &Desk,
    rows: Rows,
    session: &Session,
    mut tell: impl FnMut(&Row, &Letter<'_>) -> Result<(), Refusal>,
) -> Outcome {
    let remarks = if rows == Rows::All { source.remarks() } else { &[] };
    for notice in source.notices().iter().chain(remarks) {
        session.terminal.notice(&notice.to_string());
    }
    let conditions = Conditions::at(session.now, false);
    let judge = Judge::new(desk);
    let mut faults = Faults::default();
    let mut seen = 0;
    for entry in source.rows(conditions)? {
        seen += 1;
        if matches!(rows, Rows::One(number) if number != seen) {
            continue;
        }
        match entry? {
            Entry::Faulty(fault) => faults.push(fault),
            Entry::Withheld(_) if rows == Rows::All => {}
            Entry::Withheld(withheld) => {
                return Err(Failure::new(
                    Exit::Data,
                    format!("no letter goes out for row {}: {}", withheld.position.number, withheld.reason()),
                ));
            }
            Entry::Row(row) => match judge.letter(&row) {
                Ok(letter) => match tell(&row, &letter) {
                    Ok(()) => {}
                    Err(Refusal::Row(field, sentence)) => {
                        faults.push(source.fault(row.position, field, sentence)?);
                    }
                    Err(Refusal::Run(failure)) => return Err(failure),
                },
                Err((field, sentence)) => faults.push(source.fault(row.position, field, sentence)?),
            },
        }
        if rows == Rows::One(seen) {
            break;
        }
    }
    if let Rows::One(number) = rows
        && seen < number
    {
        return Err(Failure::new(Exit::Data, format!("there is no row {number}: the list has {seen}")));
    }
    if faults.is_empty() { Ok(Exit::Done) } else { Err(Failure::new(Exit::Data, faults.to_string())) }
}
