//! `protest write`: the letter in a file, in the form that the file's ending names.

mod list;
mod merge;
pub(super) mod options;

use self::options::Write;
use super::failure::{Failure, Outcome};
use super::notices::Way;
use super::session::Session;
use super::{correspondent, language, notices, one_signer, to_copy, traces};
use crate::campaign::settings::Given;
use crate::exit::Exit;
use crate::files::{self, Old};
use crate::letter::form::Form;
use crate::signer::Wishes;

pub(super) fn run(options: &Write, session: &Session) -> Outcome {
    let (signer, sender, paper) = (options.signer.clone(), options.sender.clone(), options.paper.clone());
    let settings = session.settings(&Given { signer, sender, paper, ..session.given() })?;
    settings.must_not_read(&options.output)?;
    if let Some(path) = settings.who.list() {
        return if options.merge {
            merge::run(options, path, &settings, session)
        } else {
            list::run(options, path, &settings, session)
        };
    }
    if options.merge || options.form.is_some() || options.channel.is_given() {
        return Err(Failure::no_list("--as, --merge and --channel"));
    }
    let form = Form::of(&options.output)?;
    let desk = settings.desk()?;
    let signer = one_signer::one_signer(&options.signer, session.terminal)?;
    let (signer, from) = correspondent::with_account(signer, &desk, &settings)?;
    let letter = desk.letter(&signer, &language::wishes(&desk, session.terminal))?;
    let mut needs = options.needs(&settings.paper);
    // One who writes at home posts at home.
    needs.stationery.posted_from = Some(letter.signer.country());
    let mut maker = match form.maker(needs)? {
        Some(maker) => maker,
        None => Box::new(correspondent::in_person(&letter, from, &settings, session.terminal)?),
    };
    let made = maker.make(&letter, &Wishes::default()).map_err(Failure::of_letter)?;
    let bytes = made.ok_or_else(|| to_copy::no_mail_address(&letter, &options.signer, session))?;
    files::write(&options.output, &bytes, Old::by(options.force))?;
    traces::of_one(&settings, &options.output);
    session.terminal.notice(&format!("{}: written.", options.output.display()));
    maker.remark().iter().for_each(|remark| session.terminal.notice(remark));
    let way = match form {
        Form::Eml => Way::Mail(settings.relay.as_ref()),
        Form::Pdf => Way::Post,
        Form::Txt | Form::Md | Form::Html => Way::File,
    };
    notices::of_letter(&letter, way, session.today(), session.terminal);
    Ok(Exit::Done)
}
