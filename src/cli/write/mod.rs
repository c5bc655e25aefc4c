//! `protest write`: the letter in a file, in the form that the file's ending names.

mod list;
mod merge;
pub(super) mod options;

use self::options::Write;
use super::failure::{Failure, Outcome};
use super::session::Session;
use super::{correspondent, language, notices, one_signer, sources, to_copy};
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::letter::form::Form;
use crate::signer::Wishes;

pub(super) fn run(options: &Write, session: &Session) -> Outcome {
    let config = sources::config(&session.globals)?;
    if let Some(path) = sources::signers_list(&options.signer, config.as_ref()) {
        return if options.merge {
            merge::run(options, &path, config.as_ref(), session)
        } else {
            list::run(options, &path, config.as_ref(), session)
        };
    }
    if options.merge || options.form.is_some() {
        return Err(sources::no_list("--as and --merge"));
    }
    let form = Form::of(&options.output)?;
    let desk = sources::desk(&session.globals, &options.signer.letter, config.as_ref(), session.now)?;
    let signer = one_signer::one_signer(&options.signer, session.terminal)?;
    let (signer, from) = correspondent::with_account(signer, &desk, &options.sender, config.as_ref())?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    let mut needs = options.needs(config.as_ref());
    // One who writes at home posts at home.
    needs.stationery.posted_from = Some(letter.signer.country());
    let mut maker = match form.maker(needs)? {
        Some(maker) => maker,
        None => Box::new(correspondent::in_person(&letter, from, &options.sender, session)?),
    };
    let made = maker.make(&letter, &Wishes::default()).map_err(Failure::of_letter)?;
    let bytes = made.ok_or_else(|| to_copy::no_mail_address(&letter, &options.signer, session))?;
    files::write(&options.output, &bytes, Old::by(options.force))?;
    session.terminal.notice(&format!("{}: written.", options.output.display()));
    maker.remark().iter().for_each(|remark| session.terminal.notice(remark));
    notices::of_letter(&letter, session.today(), session.terminal);
    if form == Form::Eml {
        let relay = correspondent::relay(&options.sender, config.as_ref())?;
        notices::of_mail(&letter, relay.as_ref(), session.terminal);
    }
    Ok(Exit::Done)
}
