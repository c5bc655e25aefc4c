//! `preview --signers`: the letter of one row, or of all.

use std::collections::HashSet;
use std::path::Path;

use super::options::Preview;
use crate::campaign::settings::Settings;
use crate::cli::correspondent::Office;
use crate::cli::each_letter::{Rows, each_letter};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::session::Session;
use crate::cli::shown::{FORM_FEED, shown};
use crate::cli::{notices, terminal};
use crate::exit::Exit;

/// Prints them.
pub(super) fn run(options: &Preview, path: &Path, settings: &Settings, session: &Session) -> Outcome {
    let Some(rows) = options.rows() else {
        return Err(Failure::usage("whose letter? Add --row N for one of the list, or --all"));
    };
    if rows != Rows::All && options.channel.is_given() {
        return Err(Failure::usage(
            "--channel chooses among all letters of a list: add --all, and leave --row out",
        ));
    }
    let desk = settings.desk()?;
    let mut sieve = options.channel.sieve(settings)?;
    let office = if options.look.headers { Some(Office::new(settings, session.terminal)?) } else { None };
    let mut told = HashSet::new();
    let exit = each_letter(&settings.open(path)?, &desk, rows, session, |row, letter| {
        if !sieve.lets_through(letter)? {
            return Ok(());
        }
        let is_first = told.is_empty();
        if is_first {
            notices::of_text(letter, session.terminal);
        } else {
            terminal::print_text(FORM_FEED)?;
        }
        if told.insert(letter.template.file().to_owned()) && !is_first {
            notices::of_translation(letter, session.terminal);
        }
        if rows != Rows::All {
            notices::of_embassy(letter.embassy, session.today(), session.terminal);
        }
        let Some(office) = &office else {
            return Ok(terminal::print_text(&shown(letter, None, options.look.width())?)?);
        };
        let message = office.message(letter, &row.wishes).ok_or_else(|| {
            Failure::new(
                Exit::Unavailable,
                format!(
                    "row {}: no e-mail address of {} is known: its letter goes by post",
                    row.position.number,
                    letter.embassy.title()
                ),
            )
        })?;
        Ok(terminal::print(&message)?)
    })?;
    sieve.tell(session);
    Ok(exit)
}
