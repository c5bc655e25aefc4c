//! Letters on paper: the printer with the campaign's stationery, and one PDF of a whole list.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;

use super::batch::{self, Rows};
use super::failure::{Failure, Outcome};
use super::options::{PaperSize, PlanOptions};
use super::session::Session;
use super::sources;
use super::write::Write;
use crate::campaign::config::Config;
use crate::embassy::{AddressBook, Embassy};
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::letter::form::Form;
use crate::letter::form::pdf::printer::Printer;
use crate::letter::paper::{Paper, Stationery};
use crate::signer::list::Row;

/// The printer with that stationery.
pub(super) fn printer(paper: Option<PaperSize>, config: Option<&Config>) -> Result<Printer, Failure> {
    Ok(Printer::new(stationery(paper, config))?)
}

/// The campaign's stationery; `--paper` outweighs its paper.
pub(super) fn stationery(paper: Option<PaperSize>, config: Option<&Config>) -> Stationery {
    let mut stationery = config.map(|config| config.paper.clone()).unwrap_or_default();
    if let Some(size) = paper {
        stationery.paper = Some(match size {
            PaperSize::A4 => Paper::A4,
            PaperSize::Letter => Paper::Letter,
        });
    }
    stationery
}

/// What prints the letters that go by post, where a folder for them is given.
pub(super) fn for_post(
    options: &PlanOptions,
    paper: Option<PaperSize>,
    config: Option<&Config>,
) -> Result<Option<RefCell<Printer>>, Failure> {
    let has_folder = options.post.is_some() || config.is_some_and(|config| config.post.is_some());
    if options.no_post || !has_folder {
        return Ok(None);
    }
    Ok(Some(RefCell::new(printer(paper, config)?)))
}

/// The place of each mission in the address book: the order of the embassies.
pub(super) fn places(book: &AddressBook) -> HashMap<*const Embassy, usize> {
    book.missions().enumerate().map(|(place, mission)| (std::ptr::from_ref(mission), place)).collect()
}

/// `write --signers --merge`: one PDF of all letters, in the order in which the address book has the embassies.
pub(super) fn merge(options: &Write, path: &Path, config: Option<&Config>, session: &Session) -> Outcome {
    if options.form.is_some_and(|form| form != Form::Pdf) || Form::of(&options.output).ok() != Some(Form::Pdf)
    {
        return Err(Failure::usage("--merge makes one PDF: -o names it and ends in .pdf"));
    }
    let desk = sources::desk(&session.globals, &options.signer.letter, config, session.now)?;
    let mut printer = printer(options.paper.paper, config)?;
    let places = places(&desk.book);
    let mut rows: Vec<(Option<usize>, Row)> = Vec::new();
    batch::each_letter(path, &desk, Rows::All, session, |row, letter| {
        printer.try_out(letter).map_err(|error| error.of(&row.signer))?;
        rows.push((places.get(&std::ptr::from_ref(letter.embassy)).copied(), row.clone()));
        Ok(())
    })?;
    // Letters to one embassy stay in the list's order.
    rows.sort_by_key(|(place, _)| *place);
    let Some((_, first)) = rows.first() else {
        return Err(Failure::new(Exit::Data, format!("{}: there is no letter to print", path.display())));
    };
    let date = desk.letter(&first.signer, &first.wishes)?.date;
    let title = format!("{} letters to Chinese embassies", rows.len());
    let mut stack = printer.stack(&title, "en", date)?;
    for (_, row) in &rows {
        stack.push(&desk.letter(&row.signer, &row.wishes)?)?;
    }
    files::write(&options.output, &stack.finish()?, Old::by(options.force))?;
    session.terminal.notice(&format!(
        "{}: {} letters written, in the order of the embassies.",
        options.output.display(),
        rows.len()
    ));
    Ok(Exit::Done)
}
