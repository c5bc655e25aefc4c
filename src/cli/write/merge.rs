//! `write --signers --merge`: one PDF of all letters, in the order in which the address book has the embassies.

use std::path::Path;

use super::options::Write;
use crate::campaign::settings::Settings;
use crate::cli::each_letter::{Rows, each_letter};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::session::Session;
use crate::cli::traces;
use crate::embassy::unknown_streets::UnknownStreets;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::letter::form::Form;
use crate::signer::list::Row;
use crate::wording::count;

/// Writes it.
pub(super) fn run(options: &Write, path: &Path, settings: &Settings, session: &Session) -> Outcome {
    if options.form.is_some_and(|form| form != Form::Pdf) || Form::of(&options.output).ok() != Some(Form::Pdf)
    {
        return Err(Failure::usage("--merge makes one PDF: -o names it and ends in .pdf"));
    }
    let desk = settings.desk()?;
    let mut printer = settings.printer()?;
    let places = desk.book.places();
    let mut rows: Vec<(Option<usize>, Row)> = Vec::new();
    // Whoever prints and posts the pile posts what is in it.
    let mut streets = UnknownStreets::default();
    let mut sieve = options.channel.sieve(settings)?;
    each_letter(&settings.open(path)?, &desk, Rows::All, session, |row, letter| {
        if !sieve.lets_through(letter)? {
            return Ok(());
        }
        if streets.look_at(letter.embassy) {
            return Ok(());
        }
        printer.try_out(letter).map_err(|error| error.of(&row.signer))?;
        rows.push((places.get(&std::ptr::from_ref(letter.embassy)).copied(), row.clone()));
        Ok(())
    })?;
    if let Some(missing) = streets.in_words() {
        session
            .terminal
            .notice(&format!("{missing} These letters are left out; `--as pdf` writes them too."));
    }
    sieve.tell(session);
    // Letters to one embassy stay in the list's order.
    rows.sort_by_key(|(place, _)| *place);
    let Some((_, first)) = rows.first() else {
        return Err(Failure::new(Exit::Data, format!("{}: there is no letter to print", path.display())));
    };
    let date = desk.letter(&first.signer, &first.wishes)?.date;
    let title = format!("{} to Chinese embassies", count(rows.len() as u64, "letter"));
    let mut stack = printer.stack(&title, "en", date)?;
    for (_, row) in &rows {
        stack.push(&desk.letter(&row.signer, &row.wishes)?)?;
    }
    let pdf = stack.finish()?;
    printer.remark().iter().for_each(|remark| session.terminal.notice(remark));
    files::write(&options.output, &pdf, Old::by(options.force))?;
    traces::of_list(settings, &options.output);
    session.terminal.notice(&format!(
        "{}: {} written, in the order of the embassies.",
        options.output.display(),
        count(rows.len() as u64, "letter")
    ));
    Ok(Exit::Done)
}
