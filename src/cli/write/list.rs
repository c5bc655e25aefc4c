//! `write --signers`: one file per signer.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use super::options::Write;
use crate::campaign::settings::Settings;
use crate::cli::correspondent::Office;
use crate::cli::each_letter::{Rows, each_letter};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::notices;
use crate::cli::session::Session;
use crate::cli::traces;
use crate::embassy::unknown_streets::UnknownStreets;
use crate::files::{self, Old};
use crate::letter::form::file_name::file_name;
use crate::wording::count;

/// Writes them into the folder that the options name.
pub(super) fn run(options: &Write, path: &Path, settings: &Settings, session: &Session) -> Outcome {
    let Some(form) = options.form else {
        return Err(Failure::usage("in which form? Add --as txt, md, html, pdf or eml; -o names the folder"));
    };
    let desk = settings.desk()?;
    let mut maker = match form.maker(options.needs(&settings.paper))? {
        Some(maker) => maker,
        None => Box::new(Office::new(settings, session.terminal)?),
    };
    let mut written = 0_u64;
    let mut without_mail = 0_u64;
    let mut told = HashSet::new();
    let mut streets = UnknownStreets::default();
    let mut sieve = options.channel.sieve(settings)?;
    let exit = each_letter(&settings.open(path)?, &desk, Rows::All, session, |row, letter| {
        if !sieve.lets_through(letter)? {
            return Ok(());
        }
        let name = file_name(
            row.position.number,
            letter.embassy.country.code(),
            letter.signer.name(),
            form.ending(),
        );
        let Some(bytes) = maker.make(letter, &row.wishes)? else {
            without_mail += 1;
            return Ok(());
        };
        if written == 0 {
            files::make_folder(&options.output)?;
            // Known to `forget` before the first name is in it.
            traces::of_list(settings, &options.output);
        }
        files::write_one_of_many(&options.output.join(name), &bytes, Old::by(options.force))?;
        if form.shows_address() {
            streets.look_at(letter.embassy);
        }
        if told.insert(letter.template.file().to_owned()) {
            notices::of_translation(letter, session.terminal);
        }
        written += 1;
        Ok(())
    })?;
    files::sync_folder(&options.output)?;
    let mut summary = format!("{}: {} written.", options.output.display(), count(written, "letter"));
    if without_mail > 0 {
        let _ =
            write!(summary, " {without_mail} have no message, since their embassies' e-mail is not known.");
    }
    session.terminal.notice(&summary);
    sieve.tell(session);
    maker.remark().iter().for_each(|remark| session.terminal.notice(remark));
    if let Some(missing) = streets.in_words() {
        session.terminal.notice(&format!("{missing} Find out the street before you post these letters."));
    }
    Ok(exit)
}
